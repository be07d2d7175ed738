"""A longitudinal REDCap project: events and repeats as tables, its dictionary as checks."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pypdf
import pytest

from conftest import read_rows
from trialtrail.errors import StudyError
from trialtrail.forecast.corrections import ask, queries_of
from trialtrail.forecast.narrowing import ALL
from trialtrail.forecast.rerun import Rerun
from trialtrail.forecast.sealed_run import open_run

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "tests" / "studies" / "redcap"
IDENTIFIERS = ("full_name", "email", "born", "badge")
FAULTS = [
    # line, record, column, rule, found
    ("6", "call_arm_1", "redcap_event_name", "unused", "2 records"),
    ("16", "7", "cigarettes", "branching", "15"),
    ("18", "8", "bmi", "calculated", "31.9"),
    ("21", "9", "age", "soft_range", "104"),
    ("24", "10", "smokes", "code", "7"),
    ("26", "11", "cigarettes", "unanswered", ""),
    ("28", "12", "email", "format", "withheld"),
    ("30", "13", "insulin", "branching", "1"),
    ("33", "14", "walk_s", "format", "12.25"),
    ("38", "17", "change_s", "calculated", "9.9"),
    ("45", "20 2", "hurt", "unanswered", ""),
]
"""What was planted, and the one event that no table takes; each is told once."""


@pytest.fixture(scope="module")
def project(tmp_path_factory, workflow):
    """Return one run of the REDCap study, from its export to the report."""
    done = workflow(tmp_path_factory.mktemp("redcap"), config=STUDY / "study.yaml")
    assert done.exit_code == 0, done.said
    return done


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    """Return the rows of the export, read without the product."""
    return pd.read_csv(STUDY / "data" / "records.csv", dtype=str, keep_default_na=False)


def validated(project, table: str) -> pd.DataFrame:
    return pd.read_parquet(project.results / "validated" / f"{table}.parquet")


@pytest.mark.nightly
def test_what_a_formula_gives_is_proposed_and_ends_the_query(project, raw, tmp_path):
    """The numbers are made anew from the raw rows, and nothing is proposed for another fault."""
    run = open_run(project.results)
    found = {}
    for query in queries_of(run).itertuples():
        if query.rule not in ("calculated", "soft_range", "unanswered", "format"):
            continue
        if query.rule != "calculated":
            with pytest.raises(StudyError, match="No value is proposed"):
                ask(run, [f"{query.query_id}=proposed"])
            continue
        asked = ask(run, [f"{query.query_id}=proposed"])
        rerun = Rerun(run, tmp_path / query.query_id, scope=ALL)
        rerun.correct(asked)
        left = pd.read_parquet(rerun.path(rerun.findings()))
        assert (query.line, query.column) not in set(zip(left["line"], left["column"], strict=True))
        found[query.column] = asked.own["text"].iloc[0]
    history, visit = (raw.iloc[line - 2] for line in (18, 38))
    before = raw[(raw["record_id"] == "17") & (raw["redcap_event_name"] == "enrolment_arm_1")]
    change = float(visit["walk_s"]) - float(before["walk_s"].iloc[0])
    bmi = float(history["weight_kg"]) / (float(history["height_cm"]) / 100) ** 2
    assert {name: float(text) for name, text in found.items()} == {
        "bmi": round(bmi, 1),
        "change_s": pytest.approx(change),
    }


def test_the_data_are_what_their_script_makes(tmp_path):
    spec = importlib.util.spec_from_file_location("make_project", STUDY / "make_project.py")
    make_project = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_project)
    make_project.write_project(tmp_path)
    for path in (STUDY / "data").iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_each_fault_is_told_once_and_nothing_else(project):
    queries = read_rows(project.results / "validation" / "queries.csv")
    told = [tuple(q[k] for k in ("line", "record", "column", "rule", "found")) for q in queries]
    cells = [query for query in told if query[0]]
    assert cells == FAULTS
    assert {query[2:4] for query in told if not query[0]} == {
        ("badge", "not_compared"),
        ("since", "not_compared"),
    }


def test_events_and_repeats_are_tables_of_their_own_rows(project, raw):
    seen = raw[raw["redcap_event_name"].str.startswith("month_6")]
    months = validated(project, "six_months")
    assert months["participant_id"].tolist() == seen["record_id"].tolist()
    assert months["walk_s"].tolist() == seen["walk_s"].astype(float).tolist()
    assert months["completed_on"].dt.strftime("%Y-%m-%d").tolist() == seen["visit_on"].tolist()
    fell = raw[raw["redcap_repeat_instrument"] == "falls"]
    falls = validated(project, "falls")
    keys = falls[["participant_id", "instance"]].astype(str).to_numpy().tolist()
    assert keys == fell[["record_id", "redcap_repeat_instance"]].to_numpy().tolist()
    assert falls["hurt"].map({True: "1", False: "0"}).fillna("").tolist() == fell["hurt"].tolist()


def test_check_boxes_are_one_variable_a_choice(project, raw):
    first = raw[raw["history_complete"] == "2"].set_index("record_id")
    history = validated(project, "history").set_index("participant_id")
    for name, column in (("ill_1", "ill___1"), ("ill__1", "ill____1")):
        assert history[name].astype(int).astype(str).to_dict() == first[column].to_dict()


def test_the_arm_is_that_of_the_field(project, raw):
    arms = {"0": "leaflet", "1": "coaching"}
    first = raw[raw["allocation"] != ""].set_index("record_id")["allocation"].map(arms)
    people = validated(project, "participants").set_index("participant_id")["arm"]
    assert people.to_dict() == first.to_dict()


def test_rows_in_are_rows_out_and_rows_set_aside(project, raw):
    rows = project.by_row("row_accounts")
    assert sum(int(row["rows_in"]) for row in rows.values()) == 36 + 36 + 36 + 33 + 6
    assert {row["set_aside"] for row in rows.values()} == {"0"}
    assert {name: row["cells"] for name, row in rows.items() if row["cells"] != "0"} == {
        "history.project": "1"
    }
    (aside,) = read_rows(project.results / "validation" / "cells_set_aside.csv")
    assert (aside["line"], aside["table"], aside["record"]) == ("24", "history", "10")


def text_of(path: Path) -> str:
    """Return all that a file says: the cells of a table, the words of a PDF."""
    if path.suffix == ".parquet":
        columns = pq.read_table(path).columns
        return "\n".join(str(value) for column in columns for value in column.to_pylist())
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return path.read_bytes().decode("utf-8", errors="replace")


def test_no_identifier_is_anywhere_in_the_results(project, raw):
    others = set(raw.drop(columns=list(IDENTIFIERS)).to_numpy().ravel())
    values = {text for name in IDENTIFIERS for text in raw[name] if text and text not in others}
    # A badge is short and may be part of a digest: it is looked for as a whole cell.
    badges = set(raw["badge"]) - {""}
    assert len(values - badges) == 3 * 36
    assert badges
    looked_at = 0
    for path in project.results.rglob("*"):
        if path.is_file():
            text = text_of(path)
            assert not [v for v in values - badges if v in text], path
            if path.suffix == ".parquet":
                assert not badges & set(text.splitlines()), path
            if path.suffix == ".csv":
                with open(path, encoding="utf-8", newline="") as stream:
                    assert not badges & {cell for row in csv.reader(stream) for cell in row}, path
            looked_at += 1
    assert looked_at > 100
    assert not [value for value in values - badges if value in project.said + project.logged()]


def test_a_second_run_has_nothing_to_do(project, workflow):
    again = workflow(project.folder, config=STUDY / "study.yaml")
    assert again.exit_code == 0, again.said
    assert "Nothing to be done" in again.said
