"""The raw cells behind a cell of a dataset."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trialtrail.origins import Source
from trialtrail.trail.tracing.raw_rows import (
    MATCHES,
    SELECTS,
    VALUE,
    DatasetCell,
    Found,
    RawCell,
    RawRecords,
    RawRows,
)


def put(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path)


def put_json(path: Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def origin(file: str, line: int) -> dict:
    return {"_export": "e", "_file": file, "_line": line}


def entry(column: str, *sources: str, kind: str = "computed", **more) -> dict:
    made = {"kind": kind, "where": {}, "sources": list(sources), "by": None, "among": None}
    return {"column": column, "derivations": [made | more]}


def copied(table: str, *columns: str) -> list[dict]:
    return [entry(name, f"validated:{table}.{name}", kind="validated") for name in columns]


ROWS = {
    "participants": ("P1", "P2"),
    "contacts": ("C1", "C2", "C3"),
    "outcomes": ("P1.walks", "P2.walks", "P1.talks", "P2.talks"),
}


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
    made = {"is_visit": True, "attempt": 1, "latest": "home"}
    put(tmp_path / "datasets/contacts.parquet", [c | made for c in log])
    scores = [
        {"participant_id": who, "outcome": name, "value": 1}
        for name in ("walks", "talks")
        for who in ("P1", "P2")
    ]
    put(tmp_path / "datasets/outcomes.parquet", scores)
    visits = entry(
        "visits",
        "dataset:participants.participant_id",
        "dataset:contacts.participant_id",
        "dataset:contacts.is_visit",
    )
    attempt = entry("attempt", "dataset:contacts.mode", among=["participant_id"])
    latest = entry("latest", "validated:contacts.mode", by=[])
    value = entry("value", "validated:participants.arm", where={"outcome": "walks"})
    talks = entry("value", "validated:contacts.mode", where={"outcome": "talks"})
    value["derivations"] += talks["derivations"]
    for name, key, entries in (
        ("participants", ["participant_id"], [*copied("participants", *people[0]), visits]),
        (
            *("contacts", ["contact_id"]),
            [
                *copied("contacts", *log[0]),
                *(entry("is_visit", "dataset:contacts.mode"), attempt, latest),
            ],
        ),
        (
            "outcomes",
            ["participant_id", "outcome"],
            [*copied("participants", *["participant_id"]), value],
        ),
    ):
        told = {"dataset": name, "key": key, "left_out": [], "columns": entries}
        put_json(tmp_path / f"lineage/columns/{name}.json", told)
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


def test_a_column_that_compares_rows_rests_on_those_it_is_compared_with(results):
    found = RawRows(results).behind("contacts", "C1", "attempt")
    assert found == [RawCell("contacts.csv", line, "MODE") for line in (2, 4)]
    every = RawRows(results).behind("contacts", "C1", "latest")
    assert every == [RawCell("contacts.csv", line, "MODE") for line in (2, 3, 4)]


def test_a_column_that_is_made_otherwise_in_other_rows_rests_on_its_own_sources(results):
    raw = RawRows(results)
    assert raw.behind("outcomes", "P1.walks", "value") == [RawCell("participants.csv", 2, "ARM")]
    assert raw.behind("outcomes", "P1.talks", "value") == [
        RawCell("contacts.csv", line, "MODE") for line in (2, 4)
    ]


def test_a_row_is_named_by_its_whole_key_or_by_its_first_part(results):
    raw = RawRows(results)
    assert len(raw.named("outcomes", "P1.walks")) == 1
    assert len(raw.named("outcomes", "P1")) == 2
    assert raw.named("outcomes", "P1.runs") == set()


def test_a_key_that_is_not_there_rests_on_nothing(results):
    assert RawRows(results).behind("participants", "P9", "visits") == []


def test_a_raw_cell_feeds_the_cells_that_rest_on_it(results):
    found = RawRows(results).touched("contacts.csv", 4, "MODE")
    assert found == [
        *(DatasetCell("contacts", "C1", name) for name in ("attempt", "latest")),
        DatasetCell("contacts", "C2", "latest"),
        *(
            DatasetCell("contacts", "C3", name)
            for name in ("attempt", "is_visit", "latest", "mode")
        ),
        DatasetCell("outcomes", "P1.talks", "value"),
        DatasetCell("participants", "P1", "visits"),
    ]


def test_a_raw_record_feeds_what_its_cells_feed(results):
    raw = RawRows(results)
    whole = raw.touched("participants.csv", 3)
    parts = [raw.touched("participants.csv", 3, name) for name in ("PARTICIPANT_ID", "ARM")]
    assert whole == sorted({cell for part in parts for cell in part})
    assert DatasetCell("participants", "P2", "arm") in whole
    assert not [cell for cell in whole if cell.row.startswith("P1")]


@pytest.mark.parametrize("where", [("contacts.csv", 9, ""), ("contacts.csv", 2, "NO"), ("x", 2)])
def test_what_no_table_takes_feeds_nothing(results, where):
    assert RawRows(results).touched(*where) == []


def test_the_way_there_is_the_way_back(results):
    raw = RawRows(results)
    there = {
        (cell, DatasetCell(dataset, row, column))
        for dataset, columns in raw.columns.items()
        for row in ROWS[dataset]
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


def test_what_says_that_a_record_is_of_a_table_is_told_and_feeds_all_of_it(results):
    path = results / "lineage/records/validate_table-contacts.json"
    told = json.loads(path.read_text())
    told["result"]["params"]["sources"][0]["where"] = {"EVENT": ["visit"]}
    put_json(path, told)
    found = Found()
    raw = RawRows(results)
    raw.follow(Source("dataset", "contacts", "is_visit"), {1}, VALUE, found)
    assert found.cells == {
        RawCell("contacts.csv", 3, "EVENT"): SELECTS,
        RawCell("contacts.csv", 3, "MODE"): VALUE,
    }
    assert raw.touched("contacts.csv", 3, "EVENT") == raw.touched("contacts.csv", 3)


def test_the_records_of_a_file_are_those_that_the_run_read(results):
    rows = [{"Ref": "C1", "Mins": None}, {"Ref": "C2", "Mins": "7"}]
    placed = [row | origin("data/log.csv", n) for n, row in zip((9, 4), rows, strict=True)]
    put(results / "validation/raw/contacts.parquet", placed)
    raw = RawRows(results)
    assert raw.label_of("study/data/log.csv") == raw.label_of("data/log.csv") == "data/log.csv"
    assert raw.label_of("other.csv") == "other.csv"
    assert raw.as_read("data/log.csv") == {
        4: {"Ref": "C2", "Mins": "7"},
        9: {"Ref": "C1", "Mins": ""},
    }
    assert raw.as_read("other.csv") == {}


@pytest.mark.parametrize("uses", [(MATCHES, SELECTS), (SELECTS, VALUE), (VALUE, MATCHES)])
def test_of_the_uses_of_a_cell_the_one_nearest_to_the_value_is_kept(uses):
    cell, strongest = RawCell("data/a.csv", 2, "Score"), VALUE if VALUE in uses else SELECTS
    for order in (uses, uses[::-1]):
        found = Found()
        for use in order:
            found.add(cell, use)
        assert found.cells == {cell: strongest}
