"""The raw cells behind a cell of a dataset."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trialtrail.lineage.tracing.raw_rows import DatasetCell, RawCell, RawRecords, RawRows


def put(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path)


def put_json(path: Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def origin(file: str, line: int) -> dict:
    return {"_export": "e", "_file": file, "_line": line}


def entry(column: str, *sources: str, rule: str = "a rule") -> dict:
    return {"column": column, "sources": list(sources), "rule": rule}


@pytest.fixture
def results(tmp_path) -> Path:
    people = [{"participant_id": "P1", "arm": "a"}, {"participant_id": "P2", "arm": "b"}]
    log = [
        {"contact_id": "C1", "participant_id": "P1", "mode": "home"},
        {"contact_id": "C2", "participant_id": "P2", "mode": "home"},
        {"contact_id": "C3", "participant_id": "P1", "mode": "phone"},
    ]
    for name, rows in (("participants", people), ("contacts", log)):
        placed = [row | origin(f"{name}.csv", n) for n, row in enumerate(rows, start=2)]
        put(tmp_path / f"validated/{name}.parquet", placed)
        columns = {column: column.upper() for column in rows[0]}
        source = {"name": "e", "columns": columns}
        record = {"result": {"params": {"sources": [source]}}}
        put_json(tmp_path / f"lineage/records/validate_table-{name}.json", record)
    put(tmp_path / "datasets/participants.parquet", [p | {"visits": 1} for p in people])
    put(tmp_path / "datasets/contacts.parquet", [c | {"is_visit": True} for c in log])
    plain = "as validated"
    put_json(
        tmp_path / "lineage/columns/participants.json",
        [
            entry("participant_id", "participants.participant_id", rule=plain),
            entry("arm", "participants.arm", rule=plain),
            entry(
                "visits",
                "participants.participant_id",
                "contacts.participant_id",
                "contacts.is_visit",
            ),
        ],
    )
    put_json(
        tmp_path / "lineage/columns/contacts.json",
        [
            entry("contact_id", "contacts.contact_id", rule=plain),
            entry("participant_id", "contacts.participant_id", rule=plain),
            entry("mode", "contacts.mode", rule=plain),
            entry("is_visit", "contacts.mode"),
        ],
    )
    return tmp_path


def test_a_column_as_validated_is_its_own_cell(results):
    found = RawRows(results).behind("participants", "P2", "arm")
    assert found == [RawCell("participants.csv", 3, "ARM")]


def test_a_derived_column_rests_on_the_rows_that_belong_to_its_row(results):
    found = RawRows(results).behind("participants", "P1", "visits")
    assert found == [
        RawCell("contacts.csv", 2, "MODE"),
        RawCell("contacts.csv", 2, "PARTICIPANT_ID"),
        RawCell("contacts.csv", 4, "MODE"),
        RawCell("contacts.csv", 4, "PARTICIPANT_ID"),
        RawCell("participants.csv", 2, "PARTICIPANT_ID"),
    ]


def test_a_column_derived_within_its_table_stays_in_its_row(results):
    found = RawRows(results).behind("contacts", "C2", "is_visit")
    assert found == [RawCell("contacts.csv", 3, "MODE")]


def test_a_key_that_is_not_there_rests_on_nothing(results):
    assert RawRows(results).behind("participants", "P9", "visits") == []


def test_a_raw_cell_feeds_the_cells_that_rest_on_it(results):
    found = RawRows(results).touched("contacts.csv", 4, "MODE")
    assert found == [
        DatasetCell("contacts", "C3", "is_visit"),
        DatasetCell("contacts", "C3", "mode"),
        DatasetCell("participants", "P1", "visits"),
    ]


def test_a_raw_record_feeds_what_its_cells_feed(results):
    raw = RawRows(results)
    whole = raw.touched("participants.csv", 3)
    parts = [raw.touched("participants.csv", 3, name) for name in ("PARTICIPANT_ID", "ARM")]
    assert whole == sorted({cell for part in parts for cell in part})
    assert DatasetCell("participants", "P2", "arm") in whole
    assert not [cell for cell in whole if cell.row == "P1"]


@pytest.mark.parametrize("where", [("contacts.csv", 9, ""), ("contacts.csv", 2, "NO"), ("x", 2)])
def test_what_no_table_takes_feeds_nothing(results, where):
    assert RawRows(results).touched(*where) == []


def test_the_way_there_is_the_way_back(results):
    raw = RawRows(results)
    there = {
        (cell, DatasetCell(dataset, row, column))
        for dataset, columns in raw.columns.items()
        for row in {"participants": ("P1", "P2"), "contacts": ("C1", "C2", "C3")}[dataset]
        for column in columns
        for cell in raw.behind(dataset, row, column)
    }
    back = {
        (RawCell(file, line, column), cell)
        for file, lines, names in (
            ("participants.csv", (2, 3), ("PARTICIPANT_ID", "ARM")),
            ("contacts.csv", (2, 3, 4), ("CONTACT_ID", "PARTICIPANT_ID", "MODE")),
        )
        for line in lines
        for column in names
        for cell in raw.touched(file, line, column)
    }
    assert there == back


def test_records_of_a_table_are_counted_by_file(results):
    assert RawRows(results).records_of("contacts") == [RawRecords("contacts.csv", 3, 2, 4)]
    assert RawRows(results).records_of("absent") == []
