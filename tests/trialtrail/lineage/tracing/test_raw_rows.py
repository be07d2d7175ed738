"""The raw cells behind a cell of a dataset."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trialtrail.lineage.tracing.raw_rows import RawCell, RawRows


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
