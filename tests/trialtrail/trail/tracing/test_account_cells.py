"""From a number of the run's accounts to the records and cells that it counts."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trialtrail.trail.tracing.account_cells import account_of
from trialtrail.trail.tracing.raw_rows import COUNTED, RawCell, RawRecords, RawRows

LINES = {"e": ("a.csv", [2, 3, 5, 6]), "f": ("b.csv", [2, 4])}
ASIDE = {("a.csv", 3), ("b.csv", 2)}
QUERY = ("query_id", "severity", "export", "file", "line", "column", "rule", "message")
QUERIES = [
    ("Q1", "error", "e", "a.csv", "3", "Day", "order", "too early"),
    ("Q2", "error", "e", "a.csv", "5", "Mins", "range", "too long"),
    ("Q3", "error", "f", "b.csv", "2", "Id", "reference", "nobody"),
    ("Q4", "error", "e", "a.csv", "6", "Mins", "range", "too long"),
    ("Q5", "note", "e", "a.csv", "", "Note", "unused", "no table takes it"),
    ("Q6", "error", "e", "a.csv", "6", "Mins", "range", "too short"),
]


def put(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path)


def put_csv(path: Path, *lines: tuple) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as stream:
        csv.writer(stream).writerows(lines)


@pytest.fixture
def raw(tmp_path) -> RawRows:
    """Return a table that two exports feed; one record of each is set aside, and two cells."""
    read = [
        {"_export": export, "_file": file, "_line": line}
        for export, (file, lines) in LINES.items()
        for line in lines
    ]
    put(tmp_path / "validation/raw/t.parquet", read)
    used = [each for each in read if (each["_file"], each["_line"]) not in ASIDE]
    put(tmp_path / "validated/t.parquet", used)
    put(tmp_path / "validation/raw/u.parquet", [{"_export": "g", "_file": "c.csv", "_line": 2}])
    aside = ("file", "line", "table", "query_ids")
    put_csv(
        tmp_path / "validation/set_aside/e.csv",
        aside,
        ("a.csv", 3, "t", "Q1"),
        ("a.csv", 3, "u", "Q9"),
    )
    put_csv(tmp_path / "validation/set_aside/f.csv", aside, ("b.csv", 2, "t", "Q3"))
    put_csv(
        tmp_path / "validation/cells_set_aside.csv",
        ("query_id", "export", "file", "line", "column", "table"),
        ("Q2", "e", "a.csv", 5, "Mins", "t"),
        ("Q4", "e", "a.csv", 6, "Mins", "t"),
        ("Q7", "e", "a.csv", 6, "Mins", "u"),
        ("Q8", "f", "b.csv", 4, "Mins", "t"),
    )
    put_csv(tmp_path / "validation/queries.csv", QUERY, *QUERIES)
    return RawRows(tmp_path)


def of_rows(raw, column, export="e"):
    return account_of(raw, "row_accounts", {"table": "t", "export": export}, column)


def of_queries(raw, number):
    row = dict(zip(QUERY, QUERIES[number - 1], strict=True))
    return account_of(raw, "query_counts", row, "n")


def test_records_set_aside_are_named_with_the_column_of_the_query(raw):
    assert of_rows(raw, "set_aside").cells == {RawCell("a.csv", 3, "Day"): COUNTED}
    assert of_rows(raw, "set_aside", "f").cells == {RawCell("b.csv", 2, "Id"): COUNTED}
    assert not of_rows(raw, "set_aside").records


@pytest.mark.parametrize("column", ["cells", "of_columns"])
def test_cells_set_aside_are_those_of_the_table_and_export(raw, column):
    cells = [RawCell("a.csv", line, "Mins") for line in (5, 6)]
    assert of_rows(raw, column).cells == dict.fromkeys(cells, COUNTED)


def test_rows_in_are_all_that_were_read_and_rows_out_those_used(raw):
    assert of_rows(raw, "rows_in").records == [RawRecords("a.csv", 4, 2, 6)]
    assert of_rows(raw, "rows_out").records == [RawRecords("a.csv", 3, 2, 6)]
    assert of_rows(raw, "rows_in", "f").records == [RawRecords("b.csv", 2, 2, 4)]
    assert of_rows(raw, "rows_out", "f").records == [RawRecords("b.csv", 1, 4, 4)]
    assert not of_rows(raw, "rows_out").cells


def test_queries_of_one_kind_are_named_by_their_cells_and_no_others(raw):
    cells = [RawCell("a.csv", line, "Mins") for line in (5, 6)]
    assert of_queries(raw, 2).cells == dict.fromkeys(cells, COUNTED)
    assert of_queries(raw, 6).cells == {RawCell("a.csv", 6, "Mins"): COUNTED}


def test_a_query_without_a_line_is_of_the_records_of_its_export(raw):
    account = of_queries(raw, 5)
    assert (account.cells, account.records) == ({}, [RawRecords("a.csv", 4, 2, 6)])


def test_a_step_counts_the_records_of_the_table_that_it_read(raw):
    account = account_of(raw, "steps", {"table": "t"}, "rows_in")
    assert account.records == [RawRecords("a.csv", 3, 2, 6), RawRecords("b.csv", 1, 4, 4)]
    assert account_of(raw, "steps", {"table": "estimates"}, "rows_in") is None
    assert account_of(raw, "exports", {"row": "e"}, "columns") is None
