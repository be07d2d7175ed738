"""Answers are checked, written whole or not at all, noted, and none is lost where two are at it."""

from __future__ import annotations

import csv
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from queried_study import DAY, ROWS, Served, check, do, within, write_export

from trialtrail.answering.standing import ANSWERED, OPEN, STALE
from trialtrail.errors import StudyError
from trialtrail.validation.resolutions import read_resolutions, sort_out


def rows_of(path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def entries(folder) -> list[dict]:
    lines = (folder / "results/lineage/journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [each for each in map(json.loads, lines) if each["kind"] == "resolution"]


def raw(folder) -> bytes:
    return (folder / "data/trial.csv").read_bytes()


def state(served, query) -> str:
    return served.desk.standing(query).state


@pytest.mark.parametrize(
    ("kind", "value", "written", "becomes"),
    [
        ("correct", "74", "74", "corrected"),
        ("correct", " 74 ", "74", "corrected"),
        ("confirm", "ignored", "accepted", "accepted"),
        ("missing", "", "blank", "corrected"),
        ("exclude", "", "set aside", "set aside"),
    ],
)
def test_each_kind_of_answer_is_read_by_the_run_as_it_was_given(
    served, folder, kind, value, written, becomes
):
    before, query = raw(folder), served.query("age")
    done = served.browser("Änna B").answer(query, kind, value, why="paper  form,\nseen")
    assert done.status_code == 303
    (row,) = rows_of(folder / "answers.csv")
    assert (row["new_value"], row["who"], row["when"]) == (written, "Änna B", DAY.isoformat())
    assert row["why"] == "paper form, seen"
    answers = read_resolutions(str(folder / "answers.csv"), "answers.csv")
    (sorted_,) = sort_out(answers, served.desk.queries().frame, "").to_dict("records")
    assert (sorted_["state"], sorted_["record"]) == (becomes, "P01")
    assert state(served, query) == ANSWERED
    assert raw(folder) == before


def test_the_journal_names_who_when_what_and_no_value(served, folder):
    query = served.query("age")
    served.browser("data manager").answer(query, value="74", why="the form says 74")
    (entry,) = entries(folder)
    assert (entry["query"], entry["who"], entry["when"]) == (query, "data manager", "2026-03-04")
    assert entry["state"] == "answered: corrected"
    (answer,) = read_resolutions(str(folder / "answers.csv"), "answers.csv")
    assert entry["answer_sha256"] == answer.signed["answer_sha256"]
    said = json.dumps({k: v for k, v in entry.items() if "sha256" not in k and k != "files"})
    assert "74" not in said.replace(entry["sum"], "").replace(entry["previous"], "").replace(
        entry["at"], ""
    ).replace(query, "")
    assert "form says" not in said


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("age", "old", "not a whole number"),
        ("age", "7,4,1", "not a whole number"),
        ("visited", "32.02.2025", "no such day"),
        ("visited", "02/03/2025", "date"),
    ],
)
def test_a_value_that_the_run_could_not_read_is_not_written(served, folder, column, value, rule):
    answer = served.browser("A").answer(served.query(column), value=value)
    assert answer.status_code == 400
    assert rule in answer.text
    assert f'value="{value}"' in answer.text, "what was typed is still in the form"
    assert not (folder / "answers.csv").exists()
    assert entries(folder) == []


def test_a_value_that_breaks_a_rule_is_asked_about_first(served, folder):
    browser, query = served.browser("A"), served.query("age")
    answer = browser.answer(query, value="101")
    assert answer.status_code == 400
    assert "above the greatest allowed value" in answer.text
    assert not (folder / "answers.csv").exists()
    assert browser.answer(query, value="101", despite="yes").status_code == 303
    assert rows_of(folder / "answers.csv")[0]["new_value"] == "101"


def test_what_the_run_refuses_is_not_offered(served):
    query = served.query("visited")  # a day that there is not: nothing could be computed with it
    browser = served.browser("A")
    text = browser.get(f"/query/{query}").text
    assert 'value="confirm"' not in text
    assert "cannot be accepted" in text
    assert browser.answer(query, "confirm").status_code == 400


@pytest.mark.parametrize(
    ("value", "why"),
    [
        *((value, "so") for value in ("", "accepted", "BLANK", "set-aside", "a\x00b", "a\x1b[2J")),
        *(("74", why) for why in ("", "  ", "...", "x\u202ey", "x" * 2001)),
        ("7\u200b4", "so"),
        ("9" * 2001, "so"),
    ],
)
def test_an_answer_that_says_nothing_or_hides_something_is_refused(served, folder, value, why):
    assert served.browser("A").answer(served.query("age"), value=value, why=why).status_code == 400
    assert not (folder / "answers.csv").exists()


@pytest.mark.parametrize("kind", ["", "delete", "correct ", "confirm,exclude"])
def test_there_is_no_other_kind_of_answer(served, folder, kind):
    assert served.browser("A").answer(served.query("age"), kind, "74").status_code == 400
    assert not (folder / "answers.csv").exists()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "'=", "＝"])
def test_no_reason_or_name_is_a_formula_in_the_file(served, folder, sign):
    why = f"{sign}cmd|' /C calc'!A0"
    served.browser(f"{sign}A(1)").answer(served.query("age"), value="74", why=why)
    with open(folder / "answers.csv", encoding="utf-8-sig", newline="") as stream:
        cells = [cell for record in csv.reader(stream) for cell in record]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    (answer,) = read_resolutions(str(folder / "answers.csv"), "answers.csv")
    assert answer.why == why.strip()


def test_an_answer_to_what_somebody_has_changed_meanwhile_is_refused_and_both_are_shown(served):
    one, other, query = (
        served.browser("data manager"),
        served.browser("statistician"),
        served.query("age"),
    )
    seen = one.hidden(query)
    assert other.answer(query, value="75", why="the database").status_code == 303
    form = seen | {"kind": "correct", "value": "74", "why": "paper form"}
    late = one.post(f"/query/{query}/answer", **form)
    assert late.status_code == 409
    for shown in ("Somebody has changed", "“75”", "the database", 'value="74"', "paper form"):
        assert shown in late.text
    assert rows_of(served.desk.answers.path)[0]["new_value"] == "75"
    assert one.answer(query, value="74").status_code == 303, "having seen it, she may"
    assert rows_of(served.desk.answers.path)[0]["who"] == "data manager"


def test_what_is_edited_in_a_spreadsheet_meanwhile_stays(served, folder):
    path, browser = folder / "answers.csv", served.browser("A")
    age, pain = served.query("age"), served.query("pain")
    evidence = served.desk.queries().queries[pain]["evidence"]
    seen = browser.hidden(age)
    text = "Note;why;query_id;new_value;when;who;evidence;\r\n"
    text += f"keep me;on paper;{pain};4;05.03.2026;Zoë;{evidence};\r\nan empty row;;;;;;;\r\n"
    path.write_bytes(text.replace("05.03.2026", "2026-03-05").encode("cp1252"))
    form = seen | {"kind": "correct", "value": "74", "why": "paper form"}
    assert browser.post(f"/query/{age}/answer", **form).status_code == 303
    lines = path.read_bytes().decode("cp1252").split("\r\n")
    assert lines[:3] == text.replace("05.03.2026", "2026-03-05").split("\r\n")[:3]
    assert lines[3].startswith(f";paper form;{age};74;2026-03-04;A;")
    assert {a.query_id for a in served.desk.answers.answers()} == {age, pain}
    # The same query edited there is seen as changed.
    seen = browser.hidden(pain)
    path.write_bytes(path.read_bytes().replace(b"on paper", b"by phone"))
    late = browser.post(f"/query/{pain}/answer", **(seen | {"kind": "confirm", "why": "so"}))
    assert late.status_code == 409
    assert "by phone" in late.text


@pytest.mark.parametrize("mark", ["~$answers.csv", ".~lock.answers.csv#"])
def test_a_file_that_somebody_has_open_in_a_spreadsheet_is_not_written(served, folder, mark):
    browser, query = served.browser("A"), served.query("age")
    (folder / mark).write_text("x")
    answer = browser.answer(query, value="74")
    assert answer.status_code == 400
    assert "open in a spreadsheet program" in answer.text
    assert not (folder / "answers.csv").exists()
    (folder / mark).unlink()
    assert browser.answer(query, value="74").status_code == 303


def test_a_file_that_cannot_be_read_is_told_and_left_alone(served, folder):
    browser = served.browser("A")
    path = folder / "answers.csv"
    for spoilt in (b"a,b\n1,2\n", b"", b'query_id,new_value\n"open', b"\xff\xfe\x00"):
        path.write_bytes(spoilt)
        assert browser.get("/").status_code == 409
        assert path.read_bytes() == spoilt


def test_what_the_journal_cannot_note_is_not_written(served, folder, monkeypatch):
    browser, query = served.browser("A"), served.query("age")
    browser.answer(served.query("pain"), "confirm")
    before = (folder / "answers.csv").read_bytes()

    def full(*_, **__):
        raise StudyError("The journal cannot be written: no space left")

    monkeypatch.setattr("trialtrail.answering.giving.journal.append", full)
    answer = browser.answer(query, value="74")
    assert answer.status_code == 400
    assert "no space left" in answer.text
    assert (folder / "answers.csv").read_bytes() == before


def test_nothing_is_left_beside_the_file(served, folder):
    browser = served.browser("A")
    browser.answer(served.query("age"), value="74")
    browser.answer(served.query("pain"), value="bad")
    names = {p.name for p in folder.iterdir()} - {".answers.csv.lock"}
    assert names == {"data", "results", "study.yaml", "answers.csv"}


def test_queries_of_changed_records_are_not_answered_and_others_are(served, folder):
    browser, age, pain = served.browser("A"), served.query("age"), served.query("pain")
    seen = browser.hidden(age)
    write_export(folder, [ROWS[0], ["P01", "A", "175", *ROWS[1][3:]], *ROWS[2:]])
    late = browser.post(f"/query/{age}/answer", **(seen | {"kind": "confirm", "why": "so"}))
    assert late.status_code == 400
    assert "is not what it was when the query was raised" in late.text
    assert "Answer as" not in browser.get(f"/query/{age}").text
    assert "The export has changed since the run; this record has not" in (
        browser.get(f"/query/{pain}").text
    )
    assert browser.answer(pain, "confirm").status_code == 303
    write_export(folder, [ROWS[0], ["P00", "A", "70", *ROWS[1][3:]], *ROWS[1:]])
    form = seen | {"kind": "correct", "value": "74", "why": "so"}
    late = browser.post(f"/query/{age}/answer", **form)
    assert late.status_code == 400, "another record stands there now"


def test_an_answer_for_another_raw_value_is_stale(served, folder):
    browser, query = served.browser("A"), served.query("age")
    browser.answer(query, value="74")
    write_export(folder, [ROWS[0], ["P01", "A", "175", *ROWS[1][3:]], *ROWS[2:]])
    check(folder)
    assert state(served, query) == STALE
    assert browser.answer(query, value="75").status_code == 303
    assert state(served, query) == ANSWERED


def test_without_a_run_there_is_nothing_to_answer(tmp_path):
    with pytest.raises(StudyError, match="No list of queries is here"):
        Served(tmp_path / "results").desk.queries()


def test_two_servers_and_many_people_at_once_lose_nothing(checked_many, tmp_path):
    """Two servers on one folder, three people each: each query is asked of one in each."""
    folder = Path(shutil.copytree(checked_many, tmp_path / "study"))
    servers = [Served(folder / "results") for _ in range(2)]
    browsers = [server.browser(f"P{n}") for n in range(3) for server in servers]
    queries = [q["query_id"] for q in servers[0].desk.queries().queries.values()]
    assert len(queries) == 12
    start = threading.Barrier(len(browsers))

    def work(place: int) -> list[tuple[str, str]]:
        start.wait()
        found = []
        for query in queries[place // 2 :: 3]:  # two people have the same queries, in two servers
            answer = browsers[place].answer(query, "confirm", why=f"as {place} knows")
            if answer.status_code == 303:
                found.append((query, f"as {place} knows"))
            else:
                assert answer.status_code == 409
        return found

    with ThreadPoolExecutor(len(browsers)) as pool:
        given = [each for some in pool.map(work, range(len(browsers))) for each in some]
    rows = {row["query_id"]: row["why"] for row in rows_of(folder / "answers.csv")}
    assert set(rows) == set(queries)
    # Who was told that the answer is written finds it there, or somebody saw it and gave another.
    noted = {}
    for entry in entries(folder):
        noted[entry["query"]] = entry["answer_sha256"]
    answers = {a.query_id: a for a in servers[0].desk.answers.answers()}
    assert noted == {name: a.signed["answer_sha256"] for name, a in answers.items()}
    assert len(entries(folder)) == len(given)
    assert {query for query, _ in given} == set(queries)


def test_one_of_two_answers_to_one_query_at_once_is_refused(checked_many, tmp_path):
    folder = Path(shutil.copytree(checked_many, tmp_path / "study"))
    one, other = Served(folder / "results"), Served(folder / "results")
    browsers = [one.browser("data manager"), other.browser("statistician")]
    for query in list(one.desk.queries().queries)[:3]:
        forms = [browser.hidden(query) for browser in browsers]
        start = threading.Barrier(2)

        def give(place: int, query=query, forms=forms, start=start) -> int:
            form = forms[place] | {"kind": "confirm", "why": f"as {place} knows"}
            start.wait()
            return browsers[place].post(f"/query/{query}/answer", **form).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(give, range(2))) == [303, 409]
    assert len(entries(folder)) == 3


def test_the_list_is_sorted_filtered_and_paged(checked_many, tmp_path):
    folder = Path(shutil.copytree(checked_many, tmp_path / "study"))
    served = Served(folder / "results")
    browser = served.browser("A")
    text = browser.get("/").text
    assert "The most severe first" in text
    query = served.query("age")
    browser.answer(query, "confirm")
    assert query not in browser.get("/").text
    assert query in browser.get("/?state=answered").text
    assert query in browser.get("/?state=").text
    assert "None of this kind" in browser.get("/?severity=note&state=stale").text
    assert browser.get("/?page=99&severity=<b>&export=x").status_code == 200
    with within(folder):
        book = browser.get("/queries.xlsx")
    assert book.data[:2] == b"PK"


def test_open_notes_need_no_answer_and_are_seen_when_asked_for(served, monkeypatch):
    queries = served.desk.queries().queries
    note, other = served.query("pain"), served.query("age")
    monkeypatch.setitem(queries, note, queries[note] | {"severity": "note"})
    browser = served.browser("A")
    text = browser.get("/").text
    assert "3 queries to answer" in text
    assert "1 more is a note, and needs no answer" in text
    assert "to do (3)" in text
    assert other in text
    assert note not in text
    for address in ("/?severity=note", "/?state=", "/?state=open"):
        assert note in browser.get(address).text
    assert f'href="/query/{note}"' not in browser.get(f"/query/{other}").text
    browser.answer(note, "confirm")
    assert "more is a note" not in browser.get("/").text
    assert note in browser.get("/?severity=note&state=answered").text


def test_states_begin_open(served):
    assert {each.state for each in served.desk.standings()} == {OPEN}


def test_queries_that_move_the_primary_estimate_come_first(folder):
    served = Served(folder / "results")
    age, pain, day = (served.query(name) for name in ("age", "pain", "visited"))
    columns = ["row", "query_id", "option", "estimate_row", "role", "estimate", "lower", "upper"]
    columns += ["change", "change_in_errors", "conclusion_changes", "note"]
    rows = [
        [*("a", age, "as it is", "y", "primary"), "1.5", "1", "2", "0", "0", "False", ""],
        [*("b", day, "set aside", "y", "primary"), "1.8", "1.2", "2.4", "0.3", "1.25", "True", ""],
        [*("c", pain, "as it is", "z", "secondary"), "7", "", "", "1", "3", "", ""],
        [*("d", pain, "as it is", "y", "primary"), "1.6", "1", "2", "0.1", "0.2", "False", ""],
    ]
    path = "results/validation/query_effects.csv"
    with open(folder / path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([columns, *rows])
    with within(folder):
        do(lambda job: None, "forecast_query_effects", {}, {"effects": path}, {})
    browser = served.browser("A")
    text = browser.get("/").text
    assert "queries that move the primary estimate most come first, then those" in text
    assert text.index(day) < text.index(pain) < text.index(age)
    shown = browser.get(f"/query/{day}").text
    for each in (
        "moves the primary estimate y by up to 1.250 standard errors",
        "1.8 (1.2 to 2.4)",
        "another conclusion",
        "not used",
    ):
        assert each in shown
