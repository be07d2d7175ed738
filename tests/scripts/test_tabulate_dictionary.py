"""The data dictionary: one row a column."""

import json

from small_tables import job

from trialtrail.origins import Source
from trialtrail.tables import read_result
from trialtrail.validation.contracts import build_schema

from scripts.tabulate_dictionary import (
    contract_rows,
    derived_rows,
    limits,
    main,
    sentence,
    shorten_series,
    sources_in_words,
)

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


def entry(column, kind, sources, rule):
    """Return what a derivation writes of a column."""
    made = {"kind": kind, "where": {}, "sources": sources, "rule": rule, "by": ["id"]}
    return {"column": column, "title": column, "unit": "", "derivations": [made | {"among": None}]}


def put(path, entries, dtype):
    """Write what the derivations of a dataset write."""
    columns = [each | {"type": dtype} for each in entries]
    told = {"dataset": "people", "key": ["id"], "left_out": [], "columns": columns}
    path.write_text(json.dumps(told), encoding="utf-8")


ENTRIES = [
    entry("arm", "validated", ["validated:a.arm"], "as validated"),
    entry("older", "computed", ["dataset:a.age"], "A year\n  more.")
    | {"title": "Older", "unit": "years"},
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
    assert "above 0 to 480" in limits(minutes.columns["minutes"])


def test_references_and_censoring_are_told():
    columns = build_schema("interviews", []).columns
    assert "occurs in participants.participant_id" in limits(columns["participant_id"])
    assert "may be censored" in limits(columns["visits"])


def test_only_derived_columns_of_a_dataset_are_told(tmp_path):
    path = tmp_path / "people.json"
    put(path, ENTRIES, "Int64")
    (row,) = derived_rows("people", str(path))
    assert (row["row"], row["type"], row["unit"]) == (
        "datasets.people.older",
        "whole number",
        "years",
    )
    assert row["rule"] == "A year more. From a (age)."


def test_sources_are_told_by_table_without_what_matches_the_rows():
    def told(*sources):
        return sources_in_words("people", [Source("dataset", *each.split(".")) for each in sources])

    assert told("people.id", "visits.id", "visits.minutes") == " From visits (minutes)."
    assert told("people.id", "visits.id") == " From visits."
    assert told(*(f"form.{name}" for name in "abcdefg")) == " From 7 columns of form."
    assert told() == ""


def test_a_sentence_begins_with_a_capital_unless_with_a_name():
    assert sentence("a year\n  more") == "A year more."
    assert sentence("age_years of the row.") == "age_years of the row."
    assert sentence("walk: as recorded") == "walk: as recorded."


def test_a_series_is_told_by_its_ends():
    assert shorten_series(["age", "q1", "q2", "q3", "p1", "p2"]) == ["age", "q1 to q3", "p1", "p2"]


def test_a_series_with_a_gap_is_two():
    assert shorten_series(["q09", "q10", "q11", "q01"]) == ["q01", "q09 to q11"]


def test_neighbours_taken_over_from_one_table_are_one_row(tmp_path):
    taken = [
        entry(
            *(
                name,
                "matched",
                ["dataset:people.id", "validated:form.id", f"validated:form.{name}"],
            ),
            f"{name} of the same id in form",
        )
        for name in "abcd"
    ]
    path = tmp_path / "people.json"
    put(path, taken, "Int64")
    (row,) = derived_rows("people", str(path))
    assert row["column"] == "4 columns of form"
    assert row["rule"] == "Taken from form by id: a, b, c, d."
    put(path, taken[:2], "Int64")
    assert [row["rule"] for row in derived_rows("people", str(path))] == [
        "A of the same id in form.",
        "B of the same id in form.",
    ]


def test_the_job_writes_every_table_and_dataset(tmp_path):
    path = tmp_path / "people.json"
    put(path, ENTRIES, "string")
    tables = [
        {"name": "participants", "variables": [], "is_form": False},
        {"name": "visit", "variables": VARIABLES, "is_form": True},
    ]
    task = job(
        tmp_path,
        {"columns": [path], "readings": []},
        {"table": "d.csv"},
        {"tables": tables, "derived": ["people"]},
    )
    main(task)
    assert len(read_result(task.output.table)) == 8 + 3 + 1
