"""Answers to queries: who, when and why, and for which raw value."""

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.exports.export import Export, Odd
from trialtrail.results.workbooks import write_workbook
from trialtrail.tables import write_table
from trialtrail.validation.findings import cells_of
from trialtrail.validation.resolutions import (
    Correction,
    accepted_cells,
    account,
    corrected,
    corrections_of,
    read_answers,
    read_resolutions,
    removed_as_odd,
    removed_cells,
    sort_out,
    states_of,
    to_answer,
    with_states,
)

HEADER = "query_id,new_value,who,when,why,evidence\n"
QUERIES = pd.DataFrame(
    {
        "query_id": ["Q-1", "Q-2", "Q-3", "Q-4"],
        "export": "e",
        "file": "e.csv",
        "line": pd.array([2, 3, 4, None], dtype="Int64"),
        "column": ["Score", "Score", "Id", "Score"],
        "rule": ["range", "range", "key", "digits"],
        "table": "visit",
        "record": "r",
        "message": "m",
        "found": ["99", "88", "x", ""],
        "status": "open",
        "evidence": ["a", "b", "c", "d"],
        "is_cell": [True, True, True, False],
    }
)


@pytest.fixture
def read(tmp_path):
    def from_text(text):
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        return read_resolutions(str(path), "config/answers.csv")

    return from_text


def refused(call, *args):
    with pytest.raises(StudyError) as caught:
        call(*args)
    assert caught.value.rule == "resolution"
    return caught.value


def test_answers_are_read_and_queries_without_one_passed_over(read):
    answers = read(HEADER + "Q-1,9,DM,20 Nov 2026,form,a\nQ-2,,,,,b\n")
    assert [(a.query_id, a.new_value, a.when, a.line) for a in answers] == [
        ("Q-1", "9", "2026-11-20", 2)
    ]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("Q-1,9,,2026-11-20,form,a", "line 2, column who"),
        ("Q-1,9,DM,,form,a", "line 2, column when"),
        ("Q-1,9,DM,2026-11-20,,a", "line 2, column why"),
        ("Q-1,,DM,2026-11-20,form,a", "line 2, column new_value"),
        ("Q-1,9,DM,03/04/2026,form,a", "line 2, column when"),
        ("Q-1,9,DM,2026-11-20,form,a\nQ-1,8,DM,2026-11-20,form,a", "line 3, column query_id"),
    ],
)
def test_an_answer_without_who_when_and_why_is_refused(read, row, place):
    assert refused(read, HEADER + row + "\n").where == f"config/answers.csv, {place}"


def test_a_file_that_does_not_say_for_which_value_is_refused(read):
    assert "evidence" in refused(read, "query_id,new_value,who,when,why\nQ-1,9,a,b,c\n").text()
    assert "why" in refused(read, "query_id,new_value,who,when,evidence\nQ-1,9,a,b,c\n").text()


def answer(read, query, value, evidence):
    return read(HEADER + f"{query},{value},DM,2026-11-20,form,{evidence}\n")


def test_what_was_found_serves_in_the_place_of_the_digest(read):
    header = "query_id,new_value,who,when,why,found\n"
    for found, state in (("99", "corrected"), ("98", "stale")):
        answers = read(header + f"Q-1,9,DM,2026-11-20,form,{found}\n")
        assert sorted_out(answers) == {"Q-1": state}


def sorted_out(answers):
    return states_of(sort_out(answers, QUERIES, "x"))


def test_an_answer_for_another_raw_value_or_no_query_is_stale(read):
    for query, evidence in (("Q-1", "z"), ("Q-9", "a")):
        answers = sort_out(answer(read, query, "9", evidence), QUERIES, "x")
        assert states_of(answers) == {query: "stale"}
        assert corrections_of(answers) == []
        assert accepted_cells(answers) == frozenset()


def test_a_new_value_is_a_correction_and_blank_is_one_too(read):
    answers = sort_out(answer(read, "Q-1", "9", "a"), QUERIES, "x")
    assert states_of(answers) == {"Q-1": "corrected"}
    assert corrections_of(answers) == [Correction("e", 2, "Score", "9")]
    answers = sort_out(answer(read, "Q-1", "blank", "a"), QUERIES, "x")
    assert corrections_of(answers)[0].text == ""


def test_what_leaves_nothing_to_compute_with_cannot_be_accepted(read):
    answers = sort_out(answer(read, "Q-2", "Accepted", "b"), QUERIES, "x")
    assert states_of(answers) == {"Q-2": "accepted"}
    assert accepted_cells(answers) == frozenset([("e", "e.csv", 3, "Score", "range")])
    assert corrections_of(answers) == []
    assert (
        "cannot be accepted"
        in refused(sort_out, answer(read, "Q-3", "accepted", "c"), QUERIES, "x").text()
    )


@pytest.mark.parametrize("words", ["set aside", "Set-aside", "set_aside"])
def test_what_a_query_is_about_can_be_set_aside(read, words):
    answers = sort_out(answer(read, "Q-3", words, "c"), QUERIES, "x")
    assert states_of(answers) == {"Q-3": "set aside"}
    assert corrections_of(answers) == []
    assert accepted_cells(answers) == frozenset()
    assert removed_cells(answers) == frozenset([("e", "e.csv", 4, "Id", "key")])
    assert removed_as_odd(answers).empty


def test_what_is_odd_and_set_aside_is_a_finding_before_it_is_looked_for(read):
    odd = QUERIES.assign(rule="outlier")
    found = removed_as_odd(sort_out(answer(read, "Q-1", "set aside", "a"), odd, "x"))
    assert cells_of(found) == [("e", "e.csv", 2, "Score", "outlier")]
    assert found["record"].tolist() == ["r"]


def test_a_query_of_no_record_sets_nothing_aside(read):
    given = answer(read, "Q-4", "set aside", "d")
    assert "nothing can be set aside" in refused(sort_out, given, QUERIES, "x").text()


def test_a_query_of_no_cell_has_no_new_value(read):
    assert "no single cell" in refused(sort_out, answer(read, "Q-4", "9", "d"), QUERIES, "x").text()


def test_the_raw_rows_stay_as_they_were_read():
    rows = pd.DataFrame({"Score": ["99", "88"], "_line": pd.array([2, 3], "Int64")})
    export = Export("e", ["Score"], rows)
    done = corrected(export, [Correction("e", 2, "Score", "9"), Correction("f", 3, "Score", "0")])
    assert done.rows["Score"].tolist() == ["9", "88"]
    assert export.rows["Score"].tolist() == ["99", "88"]


def test_what_the_reader_found_odd_of_a_corrected_cell_is_no_more():
    rows = pd.DataFrame({"Id": ["1"], "Score": [""], "_line": pd.array([2], "Int64")})
    places = [("merged", 2, "Score"), ("merged", 3, "Score"), ("formula", 2, "Id")]
    odd = [Odd(*place, "x") for place in places]
    export = Export("e", ["Id", "Score"], rows, odd=odd)
    assert corrected(export, [Correction("e", 2, "Score", "9")]).odd == odd[1:]


def test_a_query_is_resolved_where_its_correction_made_it_go():
    states = {"Q-1": "corrected", "Q-2": "corrected", "Q-3": "stale"}
    after = QUERIES[QUERIES["query_id"] != "Q-1"]
    queries, final = with_states(QUERIES, after, states)
    assert dict(zip(queries["query_id"], queries["status"], strict=True)) == {
        "Q-1": "resolved",
        "Q-2": "open",
        "Q-3": "stale",
        "Q-4": "open",
    }
    assert final == {"Q-1": "corrected", "Q-2": "corrected but open", "Q-3": "stale"}


def test_the_account_has_every_answer(read):
    answers = sort_out(answer(read, "Q-1", "9", "a"), QUERIES, "x")
    table = account(answers, {"Q-1": "corrected but open"})
    assert table.iloc[0].tolist() == [
        "Q-1",
        "corrected but open",
        "9",
        "DM",
        "2026-11-20",
        "form",
        2,
    ]


def test_sorted_answers_are_read_as_they_were_written(read, tmp_path):
    given = HEADER + "Q-1,9,DM,2026-11-20,form,a\nQ-4,accepted,DM,2026-11-20,form,d\n"
    answers = sort_out(read(given + "Q-9,9,DM,2026-11-20,form,a\n"), QUERIES, "x")
    write_table(answers, tmp_path / "answers.parquet")
    again = read_answers(str(tmp_path / "answers.parquet"))
    pd.testing.assert_frame_equal(again, answers)
    assert states_of(again) == {"Q-1": "corrected", "Q-4": "accepted", "Q-9": "stale"}
    assert accepted_cells(again) == accepted_cells(answers)
    assert list(accepted_cells(again)) == cells_of(QUERIES[QUERIES["query_id"] == "Q-4"])


def test_without_a_file_no_answer_lies_over_the_raw_data():
    answers = read_answers(None)
    assert answers.empty
    assert corrections_of(answers) == []
    assert accepted_cells(answers) == frozenset()


def test_the_workbook_for_people_is_read_as_answers(tmp_path):
    filled = to_answer(QUERIES.assign(severity="error"))
    filled.loc[0, ["new_value", "who", "when", "why"]] = ["9", "DM", "2026-11-20", "form"]
    write_workbook(filled, tmp_path / "q.xlsx", "Queries")
    (one,) = read_resolutions(str(tmp_path / "q.xlsx"), "q.xlsx")
    assert (one.query_id, one.text, one.evidence, one.line) == ("Q-1", "9", "a", 2)
