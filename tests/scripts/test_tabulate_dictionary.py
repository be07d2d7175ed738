"""The data dictionary: one row a column."""

import json

from small_tables import job

from trialtrail.contracts import build_schema
from trialtrail.tables import read_result

from scripts.tabulate_dictionary import contract_rows, derived_rows, limits, main

VARIABLES = [
    {
        "id": "score",
        "type": "integer",
        "label": "Score",
        "unit": "points",
        "minimum": 1,
        "maximum": 9,
    }
]
ENTRIES = [
    {"column": "arm", "rule": "as validated", "sources": ["a.arm"], "title": "arm", "unit": ""},
    {
        "column": "older",
        "rule": "A year\n  more.",
        "sources": ["a.age"],
        "title": "Older",
        "unit": "years",
    },
]


def rows(*args):
    return {row["row"]: row for row in contract_rows(*args)}


def test_each_column_of_a_contract_has_its_type_and_label():
    table = rows("visit", VARIABLES, True)
    assert list(table) == ["visit.participant_id", "visit.completed_on", "visit.score"]
    assert [row["type"] for row in table.values()] == ["text", "date", "whole number"]
    assert (table["visit.score"]["label"], table["visit.score"]["unit"]) == ("Score", "points")


def test_limits_are_told_in_words():
    told = rows("visit", VARIABLES, True)["visit.score"]["rule"]
    assert "from 1" in told
    assert "to 9" in told
    minutes = build_schema("contacts", [])
    assert "above 0; to 480" in limits(minutes.columns["minutes"])


def test_references_and_censoring_are_told():
    columns = build_schema("interviews", []).columns
    assert "occurs in participants.participant_id" in limits(columns["participant_id"])
    assert "may be censored" in limits(columns["visits"])


def test_only_derived_columns_of_a_dataset_are_told(tmp_path):
    path = tmp_path / "people.json"
    path.write_text(json.dumps([e | {"type": "Int64"} for e in ENTRIES]), encoding="utf-8")
    (row,) = derived_rows("people", str(path))
    assert (row["row"], row["type"], row["unit"]) == (
        "datasets.people.older",
        "whole number",
        "years",
    )
    assert "A year more." in row["rule"]
    assert "a.age" in row["rule"]


def test_the_job_writes_every_table_and_dataset(tmp_path):
    path = tmp_path / "people.json"
    path.write_text(json.dumps([e | {"type": "string"} for e in ENTRIES]), encoding="utf-8")
    tables = [
        {"name": "participants", "variables": [], "is_form": False},
        {"name": "visit", "variables": VARIABLES, "is_form": True},
    ]
    task = job(
        tmp_path,
        {"columns": [path]},
        {"table": "d.csv"},
        {"tables": tables, "derived": ["people"]},
    )
    main(task)
    assert len(read_result(task.output.table)) == 6 + 3 + 1
