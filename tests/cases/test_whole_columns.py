"""Cells of a column that have one cause are told once, and the cause that explains comes first."""

from __future__ import annotations

import pytest
from small_trial import records, validated, write_study

from trialtrail.validation.stops import stop_message as on_screen


def spoilt(tmp_path, column, text, where=lambda n: True, change=None, count=24):
    """Return what is told of the small trial where a column has another text in some rows."""
    rows = [
        row | ({column: text(n, row) if callable(text) else text} if where(n) else {})
        for n, row in enumerate(records(count))
    ]
    return validated(write_study(tmp_path, rows, change))


def screen(found, rules):
    return on_screen(found.queries[found.queries["rule"].isin(rules)], "queries.csv")


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("seen12", "2025/03/01", "type"),
        ("age", "old", "type"),
        ("id", lambda n, row: f"{1 + n / 100:.2f}E+11", "type"),
        ("arm", lambda n, row: "XY"[n % 2], "arm"),
        ("walk12", "12:30", "type"),
        ("id", "P001", "key"),
        ("sex", lambda n, row: "WD"[n % 2], "most"),
    ],
)
def test_a_column_in_which_all_cells_break_a_rule_is_one_query(tmp_path, column, text, rule):
    found = spoilt(tmp_path, column, text)
    told = found.told(rule, column)
    assert len(told.drop_duplicates(["table", "export"])) == len(told)
    assert set(told["line"].isna()) == {True}
    assert all("(24 of 24 " in message for message in told["message"])
    assert all("lines 2, 3, 4, 5, 6, ...)" in message for message in told["message"])
    assert "24 of 24" in screen(found, [rule])


def test_what_was_found_is_in_the_query_and_not_on_the_screen(tmp_path):
    found = spoilt(tmp_path, "age", lambda n, row: f"about {n}")
    (query,) = found.told("type").to_dict("records")
    assert query["found"] == "about 0 | about 1 | about 2 | …"
    assert "about" not in query["message"]


@pytest.mark.parametrize("wrong", [1, 9, 12, 21])
def test_where_some_cells_are_right_each_of_the_others_is_a_query(tmp_path, wrong):
    found = spoilt(tmp_path, "seen12", "2025/03/01", lambda n: n < wrong)
    assert found.told("type", "seen12")["line"].tolist() == [*range(2, wrong + 2)]


def test_few_cells_are_told_each_even_if_they_are_all(tmp_path):
    found = spoilt(tmp_path, "seen12", "2025/03/01", count=9)
    assert found.told("type", "seen12")["line"].tolist() == [*range(2, 11)]


def test_blank_cells_are_no_evidence_that_the_others_are_right(tmp_path):
    found = spoilt(tmp_path, "age", lambda n, row: "." if n % 2 else "old")
    (message,) = found.told("type", "age")["message"]
    assert "(12 of 12 cells; lines 2, 4, 6, 8, 10, ...)" in message


def test_a_study_that_says_what_the_rule_does_is_told_each_cell(tmp_path):
    def said(config):
        config["validation"] = {"actions": {"type": "set_aside", "code": "set_aside"}}

    found = spoilt(tmp_path, "age", "old", change=said)
    assert len(found.told("type", "age")) == 24
    found = spoilt(tmp_path, "sex", "W", change=said)
    assert len(found.told("code", "sex")) == 24


def test_columns_with_one_cause_are_one_cause_on_the_screen(tmp_path):
    def more(config):
        days = {"series": "d{}", "from": 1, "to": 40, "column": "D {}", "type": "date"}
        config["forms"]["baseline"]["variables"].append(days | {"label": "Day {}"})

    rows = [row | {f"D {k}": "2024/03/01" for k in range(1, 41)} for row in records()]
    found = validated(write_study(tmp_path, rows, more))
    assert len(found.told("type")) == 40
    text = screen(found, ["type"])
    assert text.count("rule:") == 1
    assert "nearly all cells of 40 columns" in text


@pytest.mark.parametrize(("column", "rule"), [("sex", "most"), ("arm", "arm")])
def test_few_codes_that_stand_several_times_are_there_to_paste(tmp_path, column, rule):
    found = spoilt(tmp_path, column, lambda n, row: "WDX"[n % 3])
    assert 'codes: {"D": "", "W": "", "X": ""}' in screen(found, [rule])


@pytest.mark.parametrize(
    "text",
    [lambda n, row: f"her own words {n}", lambda n, row: "W" if n > 1 else f"seldom {n}"],
)
def test_codes_that_may_be_what_somebody_said_are_not_on_the_screen(tmp_path, text):
    found = spoilt(tmp_path, "sex", text)
    assert "codes: {" not in screen(found, ["most"])


def test_a_missing_heading_is_told_and_not_the_cells_that_it_would_have(tmp_path):
    rows = [{"Pat-No" if k == "id" else k: v for k, v in row.items()} for row in records()]
    found = validated(write_study(tmp_path, rows))
    assert set(found.queries["rule"]) == {"columns"}
    assert "Pat-No" in screen(found, ["columns"])


def test_a_heading_that_nobody_knows_comes_before_duplicated_keys(tmp_path):
    rows = [row | {"id": "P001", "visit": str(n)} for n, row in enumerate(records())]
    text = screen(validated(write_study(tmp_path, rows)), ["columns", "key", "most"])
    assert text.index("rule:  columns") < text.index("rule:  key")
    assert "`where`" in text
    assert "`repeats`" in text


def test_the_remedy_of_several_columns_is_that_of_columns(tmp_path):
    rows = [row | {"walk0": "x", "walk12": "x"} for row in records()]
    said = screen(validated(write_study(tmp_path, rows)), ["type"])
    assert "nearly all cells of 2 columns" in said
    assert "look whether the configuration says what the column holds" in said
