"""One table, from its exports to typed rows and findings."""

import json
from pathlib import Path

import pandas as pd
import pytest
from small_tables import checked, job, rules, source

from trialtrail.errors import StudyError
from trialtrail.tables import read_table, write_table
from trialtrail.validation.resolutions import Resolution, sort_out

from scripts.validate_table import main

PEOPLE = {"participant_id": "Id", "arm": "Arm"}
CODES = {"codes": {"arm": {"1": "x", "2": "y"}}}
VARIABLES = [
    {"id": "score", "type": "integer", "minimum": 1, "maximum": 9},
    {"id": "well", "type": "boolean"},
]
FORM = {"participant_id": "Id", "completed_on": "Day", "score": "Score", "well": "Well"}
YES_NO = {"well": {"Y": True, "N": False}}


def form(tmp_path, text, **more):
    more = {"codes": YES_NO, "missing": ["", "-99"]} | more
    return checked(tmp_path, "visit", text, FORM, VARIABLES, is_form=True, **more)


def test_rows_are_typed_and_keep_their_place(tmp_path):
    frame, raw, found, count = form(tmp_path, "Id,Day,Score,Well\n1,2004-05-06,7,Y\n2,,-99,\n")
    assert (found, count) == ([], 2)
    assert frame["score"].fillna(0).tolist() == [7, 0]
    assert frame["well"].fillna(False).tolist() == [True, False]
    assert frame["completed_on"][0] == pd.Timestamp(2004, 5, 6)
    assert frame["_line"].tolist() == [2, 3]
    assert raw["Score"].tolist() == ["7", "-99"]


def test_an_export_without_records_is_a_table_without_rows_and_is_told(tmp_path):
    frame, raw, found, count = form(tmp_path, "Id,Day,Score,Well\n")
    assert (len(frame), len(raw), count) == (0, 0, 0)
    assert rules(found) == [(None, "empty", "")]


def test_an_export_of_which_no_record_is_taken_is_told(tmp_path):
    found = form(tmp_path, LONG, where={"Visit": ["Z"]}, known=ALSO)[2]
    assert [(item["rule"], "`where`" in item["message"]) for item in found] == [("empty", True)]


def test_a_trial_without_participants_is_refused(tmp_path):
    with pytest.raises(StudyError, match="no trial without participants"):
        checked(tmp_path, "participants", "Id,Arm\n", PEOPLE)


def test_a_form_may_be_all_missing(tmp_path):
    frame, _, found, _ = form(tmp_path, "Id,Day,Score,Well\n1,,,\n2,,-99,-99\n")
    assert found == []
    assert frame[["completed_on", "score", "well"]].isna().all(axis=None)


def test_a_blank_cell_is_missing_although_another_code_is_listed(tmp_path):
    _, _, found, _ = form(tmp_path, "Id,Day,Score,Well\n1,,,\n,,1,Y\n", missing=["-99"])
    assert rules(found) == [(3, "required", "Id")]


def test_a_blank_cell_is_a_code_where_the_configuration_says_so(tmp_path):
    codes = {"well": {"Y": True, "": False}}
    frame, _, _, _ = form(tmp_path, "Id,Day,Score,Well\n1,,1,\n", codes=codes, missing=["-99"])
    assert frame["well"].tolist() == [False]


def test_each_bad_cell_is_told_with_its_place_and_what_was_there(tmp_path):
    text = "Id,Day,Score,Well\n1,6 May,x,maybe\n2,2004-05-06,10,Y\n"
    frame, _, found, _ = form(tmp_path, text)
    assert sorted(rules(found)) == [
        (2, "code", "Well"),
        (2, "type", "Day"),
        (2, "type", "Score"),
        (3, "range", "Score"),
    ]
    assert {item["found"] for item in found} == {"6 May", "x", "maybe", "10"}
    assert {item["record"] for item in found} == {"1", "2"}
    assert frame["score"].isna().tolist() == [True, False]


def test_lines_count_the_breaks_within_cells(tmp_path):
    text = 'Id,Day,Score,Well\n"1\n",,1,Y\n2,,0,Y\n'
    assert rules(form(tmp_path, text)[2]) == [(4, "range", "Score")]


def test_records_with_the_same_key_are_all_told(tmp_path):
    found = checked(tmp_path, "participants", "Id,Arm\n1,1\n2,2\n1,2\n", PEOPLE, **CODES)[2]
    assert rules(found) == [(2, "key", "Id"), (4, "key", "Id")]


def test_a_key_that_several_exports_share_is_told_in_each(tmp_path):
    texts = {"first": "Id,Arm\n1,1\n", "second": "Id,Arm\n1,1\n2,2\n"}
    frame, raw, found, count = checked(tmp_path, "participants", texts, PEOPLE, **CODES)
    assert (len(frame), len(raw), count) == (3, 3, 3)
    assert [(i["export"], i["line"]) for i in found] == [("first", 2), ("second", 2)]


def test_records_whose_key_is_not_whole_are_not_called_the_same(tmp_path):
    columns = {"provider_id": "P", "session_on": "Day", "topic": "T"}
    text = "P,Day,T\n1,03/04/2004,x\n1,04/03/2004,x\n,2004-05-06,x\n,2004-05-06,x\n"
    found = checked(tmp_path, "training", text, columns, dates=[])[2]
    assert rules(found) == [
        *((2, "ambiguous", "Day"), (3, "ambiguous", "Day")),
        *((4, "required", "P"), (5, "required", "P")),
    ]


def test_an_arm_that_is_none_is_told_by_its_own_rule(tmp_path):
    found = checked(tmp_path, "participants", "Id,Arm\n1,3\n2,\n", PEOPLE, **CODES)[2]
    assert rules(found) == [(2, "arm", "Arm"), (3, "required", "Arm")]
    found = checked(tmp_path, "participants", "Id,Arm\n1,x\n2,z\n", PEOPLE)[2]
    assert rules(found) == [(3, "arm", "Arm")]


def test_each_export_has_its_constants(tmp_path):
    columns = {"document": "doc", "code": "code", "start": "from", "end": "to"}
    text = "doc,code,from,to\nd,c,0,5\n"
    more = {name: {"constants": {"coder": name}} for name in ("ann", "bob")}
    frame = checked(tmp_path, "segments", {"ann": text, "bob": text}, columns, **more)[0]
    assert frame["coder"].tolist() == ["ann", "bob"]
    assert frame["_export"].tolist() == ["ann", "bob"]


def test_a_key_of_which_a_part_is_constant_is_told_in_a_column_that_the_file_has(tmp_path):
    columns = {"document": "doc", "code": "code", "start": "from", "end": "to"}
    text = "doc,code,from,to\nd,c,0,5\nd,c,0,5\n"
    found = checked(tmp_path, "segments", text, columns, constants={"coder": "ann"})[2]
    assert rules(found) == [(3, "kept_once", "doc")]


def test_a_constant_may_be_a_date(tmp_path):
    constants = {"constants": {"randomised_on": "2004-05-06"}}
    frame = checked(tmp_path, "participants", "Id,Arm\n1,x\n", PEOPLE, **constants)[0]
    assert frame["randomised_on"][0] == pd.Timestamp(2004, 5, 6)


def test_columns_missing_unknown_or_twice_are_told_at_the_header(tmp_path):
    found = form(tmp_path, "Id,Day,Score,Score,Other\n1,,5,6,x\n")[2]
    assert {(line, rule, column) for line, rule, column in rules(found)} == {
        (1, "columns", "Well"),
        (1, "columns", "Other"),
        (1, "columns", "Score"),
    }


def test_a_column_that_the_table_needs_or_does_not_have_is_told(tmp_path):
    columns = {"participant_id": "Id", "randomized_on": "Day"}
    found = checked(tmp_path, "participants", "Id,Day\n1,2004-01-01\n", columns)[2]
    messages = [item["message"] for item in found if item["rule"] == "columns"]
    assert "the table participants needs arm and" in messages[0]
    assert "randomized_on" in messages[1]


def test_records_of_another_width_are_told_and_counted(tmp_path):
    frame, raw, found, count = form(tmp_path, "Id,Day,Score,Well\n1,,5\n2,,5,Y\n")
    assert (len(frame), len(raw), count) == (1, 1, 2)
    assert rules(found) == [(2, "width", "")]


INTERVIEW = {"interview_id": "I", "role": "Role", "number": "No"}


def test_a_censored_count_keeps_its_bound_and_is_noted(tmp_path):
    columns = INTERVIEW | {"visits": "Visits"}
    text = "I,Role,No,Visits\n1,p,1,>20\n2,p,2,3\n3,p,3,\n4,p,4,about 20\n"
    frame, _, found, _ = checked(tmp_path, "interviews", text, columns)
    assert frame["visits"].fillna(-1).tolist() == [20, 3, -1, -1]
    assert frame["visits_bound"].fillna("").tolist() == ["above", "exact", "", ""]
    assert rules(found) == [(5, "type", "Visits"), (2, "censored", "Visits")]


def test_a_register_may_lack_the_count(tmp_path):
    frame = checked(tmp_path, "interviews", "I,Role,No\n1,p,1\n", INTERVIEW)[0]
    assert frame[["visits", "visits_bound"]].isna().all(axis=None)


def test_a_note_on_a_cell_does_not_hide_its_error(tmp_path):
    found = form(tmp_path, "Id,Day,Score,Well\n1,,0,Y\n", note_if={"score": [0]})[2]
    assert sorted(rules(found)) == [(2, "expected", "Score"), (2, "range", "Score")]


HEADER = 'Variable / Field Name,Field Type,Field Label,"Choices, Calculations, OR Slider Labels"\n'


@pytest.mark.parametrize(
    ("choices", "told"),
    [("Y, Yes | N, No", []), ("Y, Yes", ["N"]), ("Y, Yes | N, No | -99, Not known", [])],
)
def test_codes_agree_with_the_data_dictionary(tmp_path, choices, told):
    path = tmp_path / "dictionary.csv"
    path.write_text(f'{HEADER}Well,radio,Well,"{choices}"\n', encoding="utf-8")
    more = {"dictionary": str(path), "dictionary_label": "dictionary.csv"}
    found = form(tmp_path, "Id,Day,Score,Well\n1,,5,Y\n", **more)[2]
    assert [item["message"].split()[2].rstrip(",") for item in found] == told


def test_an_export_may_feed_two_tables(tmp_path):
    text = "Id,Arm,Mark\n1,x,5\n2,y,0\n"
    known = {"known": ["Id", "Arm", "Mark"]}
    people = checked(tmp_path, "participants", text, PEOPLE, **known)
    columns = {"participant_id": "Id", "score": "Mark"}
    marks = checked(tmp_path, "visit", text, columns, VARIABLES[:1], is_form=True, **known)
    assert (rules(people[2]), rules(marks[2])) == ([], [(3, "range", "Mark")])


def test_the_job_writes_rows_raw_rows_and_findings(tmp_path):
    texts = {"e": "Id,Day,Score,Well\n1,,5\n2,,5,Y\n3,,0,N\n", "f": "Id,Day,Score,Well\n4,,1,Y\n"}
    paths = [tmp_path / f"{name}.csv" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    task = job(
        tmp_path,
        {"exports": paths},
        {
            "checked": "c.parquet",
            "raw": "r.parquet",
            "findings": "f.parquet",
            "reading": "reading.json",
        },
        {
            "owners": ["e", "f"],
            "sources": [source(FORM, name, codes=YES_NO) for name in texts],
            "variables": VARIABLES,
            "arms": ["x", "y"],
            "actions": {},
            "is_form": True,
        },
        table="visit",
    )
    rows = main(task)["visit"]
    assert (rows.read, rows.used, rows.set_aside) == (4, 3, {"width": 1})
    assert read_table(task.output.checked)["_export"].tolist() == ["e", "e", "f"]
    assert read_table(task.output.raw)["Score"].tolist() == ["5", "0", "1"]
    assert read_table(task.output.findings)["rule"].tolist() == ["width", "range"]
    readings = json.loads(Path(task.output.reading).read_text(encoding="utf-8"))
    assert [(each["export"], each["records"]) for each in readings] == [("e", 3), ("f", 1)]
    assert ["Well", "a code", "its value", 2] in readings[0]["changes"]


ANSWER = Resolution("Q-1", "5", "DM", "2026-11-20", "form", 2, evidence="a")


def with_answer(path, line, column):
    """Write an answer that gives a cell of the export ``e`` another text."""
    query = {"query_id": "Q-1", "export": "e", "file": "e.csv", "line": line, "column": column}
    query |= {"rule": "range", "evidence": "a", "is_cell": True, "table": "visit"}
    query |= {"record": "2", "message": "out of range"}
    write_table(sort_out([ANSWER], pd.DataFrame([query]), "answers.csv"), path)


def validate_with_answer(tmp_path, text, **more):
    """Run the job on a form, with an answer to the score of line 3 over it."""
    (tmp_path / "e.csv").write_text(text, encoding="utf-8")
    with_answer(tmp_path / "answers.parquet", 3, "Score")
    exports = [tmp_path / "e.csv", *filter(None, [more.get("dictionary")])]
    params = {
        "owners": ["e"] * len(exports),
        "sources": [source(FORM, codes=YES_NO, **more)],
        "variables": VARIABLES,
        "arms": ["x", "y"],
        "actions": {},
        "is_form": True,
    }
    inputs = {"exports": exports, "answers": tmp_path / "answers.parquet"}
    outputs = {"checked": "c.parquet", "findings": "f.parquet"}
    task = job(tmp_path, inputs, outputs, params, table="visit")
    main(task)
    return read_table(task.output.checked), read_table(task.output.findings)


def test_a_correction_stands_in_the_place_of_what_was_read(tmp_path):
    text = "Id,Day,Score,Well\n1,,99,Y\n2,,88,N\n3,,7,N\n"
    frame, found = validate_with_answer(tmp_path, text)
    assert frame["score"].tolist() == [99, 5, 7]
    assert found[["rule", "line", "found"]].to_numpy().tolist() == [["range", 2, "99"]]
    assert (tmp_path / "e.csv").read_text(encoding="utf-8") == text


def test_what_the_dictionary_lacks_is_told_with_answers_over_the_data_too(tmp_path):
    path = tmp_path / "dictionary.csv"
    path.write_text(f'{HEADER}Well,radio,Well,"Y, Yes"\n', encoding="utf-8")
    more = {"dictionary": str(path), "dictionary_label": "dictionary.csv"}
    _, found = validate_with_answer(tmp_path, "Id,Day,Score,Well\n1,,5,Y\n2,,88,Y\n", **more)
    assert found["rule"].tolist() == ["dictionary"]


LONG = "Id,Day,Score,Well,Visit,Round\n1,,1,Y,A,\n1,,2,Y,B,1\n2,,99,Y,B,2\n2,,3,Y, A ,\n3,,4,Y,C,\n"
ALSO = ["Id", "Day", "Score", "Well", "Visit", "Round"]


def test_only_the_rows_that_the_source_takes_are_of_the_table(tmp_path):
    frame, raw, found, count = form(tmp_path, LONG, where={"Visit": ["A"]}, known=ALSO)
    assert (count, found) == (2, [])
    assert frame["score"].tolist() == [1, 3]
    assert frame["_line"].tolist() == raw["_line"].tolist() == [2, 5]
    assert raw["Score"].tolist() == ["1", "3"]


def test_a_column_by_which_rows_are_taken_must_be_there(tmp_path):
    found = form(tmp_path, "Id,Day,Score,Well\n1,,1,Y\n", where={"Visit": ["A"]})[2]
    assert rules(found) == [(1, "columns", "Visit")]


def test_participants_of_whom_no_row_is_taken_are_refused(tmp_path):
    with pytest.raises(StudyError, match="no record of a participant"):
        checked(tmp_path, "participants", "Id,Arm\n1,x\n", PEOPLE, where={"Arm": ["z"]})


def test_rows_that_no_table_takes_are_told_by_kind_with_their_number(tmp_path):
    taken = [{"Visit": ["A"]}, {"Visit": ["B"], "Round": ["1"]}]
    found = form(tmp_path, LONG, where={"Visit": ["A"]}, taken=taken, known=ALSO)[2]
    assert rules(found) == [(4, "unused", "Visit"), (6, "unused", "Visit")]
    assert [(f["table"], f["record"], f["found"]) for f in found] == [
        ("", "B 2", "1 record"),
        ("", "C", "1 record"),
    ]


def test_a_form_that_repeats_has_the_instance_in_its_key(tmp_path):
    variables = [{"id": "instance", "type": "integer", "required": True, "key": True}, *VARIABLES]
    columns = FORM | {"instance": "N"}
    text = "Id,Day,Score,Well,N\n1,,1,Y,1\n1,,2,Y,2\n1,,3,Y,2\n2,,4,Y,\n"
    frame, _, found, _ = checked(
        tmp_path, "visit", text, columns, variables, is_form=True, codes=YES_NO
    )
    assert frame["record"].tolist() == ["1 1", "1 2", "1 2", "2 "]
    assert rules(found) == [(3, "key", "Id"), (4, "key", "Id"), (5, "required", "N")]


def test_identifiers_are_withheld_from_raw_rows_and_findings(tmp_path):
    text = "Id,Day,Score,Well,Mail\n1,6 May,1,Y,a@b.example\n2,,2,Y, \n"
    more = {"identifiers": ["Mail", "Day"], "known": ["Id", "Day", "Score", "Well", "Mail"]}
    _, raw, found, _ = form(tmp_path, text, **more)
    assert raw["Mail"].tolist() == ["withheld", " "]
    assert [(item["rule"], item["column"], item["found"]) for item in found] == [
        ("type", "Day", "withheld")
    ]


def test_responses_that_were_not_sent_off_are_noted(tmp_path):
    text = "Id,Day,Score,Well,submitdate\n1,,1,Y,2024-05-06 10:00:00\n2,,2,Y,\n3,,2,Y,N/A\n"
    known = ["Id", "Day", "Score", "Well", "submitdate"]
    found = form(tmp_path, text, format="limesurvey", known=known)[2]
    assert rules(found) == [(3, "incomplete", "submitdate"), (4, "incomplete", "submitdate")]
    assert form(tmp_path, text, known=known)[2] == []
