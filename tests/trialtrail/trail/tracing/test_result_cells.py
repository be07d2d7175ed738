"""From the cell of a result to the raw cells that it takes, and to what was left out of it."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trialtrail.results.takes import KNOWN, Takes, count_takes, takes, write_takes
from trialtrail.trail.tracing.raw_rows import MATCHES, SELECTS, VALUE, RawCell, RawRows
from trialtrail.trail.tracing.result_cells import NO_VALUE, ResultCells

PEOPLE = [("P1", "a", None), ("P2", "b", None), ("P3", "a", None), ("P4", "a", "moved away")]
SCORES = [("P1", 5), ("P2", 6), ("P3", None), ("P4", 7)]


def put(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path)


def put_json(path: Path, told: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told))


def put_csv(path: Path, *lines: tuple) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as stream:
        csv.writer(stream).writerows(lines)


def entry(column: str, kind: str, *sources: str, by: list[str] | None = None, **where) -> dict:
    made = {"kind": kind, "where": where, "sources": list(sources), "by": by, "among": None}
    return {"column": column, "derivations": [made]}


@pytest.fixture
def results(tmp_path) -> Path:
    """Four people, of whom one has no score and one is excluded; a record was set aside."""
    people = [
        dict(zip(("participant_id", "arm", "exclusion_reason"), p, strict=True)) for p in PEOPLE
    ]
    scores = [dict(zip(("participant_id", "score"), s, strict=True)) for s in SCORES]
    for name, rows in (("participants", people), ("form", scores)):
        origin = {"_export": "e", "_file": f"{name}.csv"}
        put(
            tmp_path / f"validated/{name}.parquet",
            [row | origin | {"_line": n} for n, row in enumerate(rows, start=2)],
        )
        source = {"name": "e", "columns": {column: column.upper() for column in rows[0]}}
        record = {"result": {"params": {"sources": [source]}}}
        put_json(tmp_path / f"lineage/records/validate_table-{name}.json", record)
    analysed = zip(people[:3], scores[:3], strict=True)
    put(
        tmp_path / "datasets/outcomes.parquet",
        [
            {
                "participant_id": p["participant_id"],
                "arm": p["arm"],
                "outcome": "o",
                "value": s["score"],
            }
            for p, s in analysed
        ],
    )
    ages = [
        {"participant_id": p[0], "age": age}
        for p, age in zip(PEOPLE, (20, None, 22, 23), strict=True)
    ]
    put(tmp_path / "datasets/participants.parquet", ages)
    key = ["dataset:outcomes.participant_id", "validated:participants.participant_id"]
    columns = [
        entry("participant_id", "validated", key[1]),
        entry("arm", "matched", *key, "validated:participants.arm", by=["participant_id"]),
        entry("outcome", "assigned"),
        entry(
            *("value", "computed", "validated:form.participant_id", "validated:form.score"),
            by=["participant_id"],
            outcome="o",
        ),
    ]
    why = {"table": "form", "reason": "excluded", "by": ["participant_id"]}
    why["sources"] = ["validated:participants.exclusion_reason"]
    told = {"dataset": "outcomes", "key": ["participant_id", "outcome"], "left_out": [why]}
    put_json(tmp_path / "lineage/columns/outcomes.json", told | {"columns": columns})
    whole = [entry("participant_id", "validated", key[1]), entry("age", "computed", key[1])]
    told = {"dataset": "participants", "key": ["participant_id"], "left_out": []}
    put_json(tmp_path / "lineage/columns/participants.json", told | {"columns": whole})
    queries = ("query_id", "file", "line", "column", "rule")
    put_csv(
        tmp_path / "validation/queries.csv",
        *(queries, ("Q1", "form.csv", 9, "SCORE", "range"), ("Q2", "other.csv", 3, "X", "key")),
    )
    aside = ("file", "line", "table", "query_ids")
    put_csv(tmp_path / "validation/set_aside/form.csv", aside, ("form.csv", 9, "form", "Q1"))
    put_csv(tmp_path / "validation/set_aside/other.csv", aside, ("other.csv", 3, "other", "Q2"))
    return tmp_path


def said(results: Path, *every: Takes, column: str = "mean") -> ResultCells:
    """Return the result cells of a table whose one row takes something."""
    write_takes(results / "takes/t.json", {"t": {"r": takes((column,), *every)}})
    return ResultCells(RawRows(results))


OF_ARM = Takes("dataset:outcomes", ("value",), {"outcome": "o", "arm": "a"}, ("value",))


def test_a_result_rests_on_the_columns_and_records_that_its_filter_takes(results):
    trail = said(results, OF_ARM).behind("t", "r", "mean")
    assert trail.found.cells == {
        RawCell("form.csv", 2, "SCORE"): VALUE,
        RawCell("form.csv", 2, "PARTICIPANT_ID"): MATCHES,
        RawCell("participants.csv", 2, "ARM"): SELECTS,
        RawCell("participants.csv", 2, "PARTICIPANT_ID"): MATCHES,
    }
    assert trail.declared_in == {"takes/t.json"}


def test_what_left_a_record_out_is_told_apart_with_the_reason(results):
    trail = said(results, OF_ARM).behind("t", "r", "mean")
    assert trail.set_aside == {
        RawCell("form.csv", 4, "SCORE"): NO_VALUE,
        RawCell("participants.csv", 5, "EXCLUSION_REASON"): "excluded",
        RawCell("form.csv", 9, "SCORE"): "range (Q1)",
    }


def test_without_an_exclusion_in_a_cell_the_query_is_told(results):
    path = results / "validated/participants.parquet"
    put_csv(
        results / "validation/queries.csv",
        ("query_id", "file", "line", "column", "rule"),
        ("Q7", "participants.csv", 5, "ARM", "required"),
    )
    record = results / "lineage/records/validate_table-participants.json"
    told = json.loads(record.read_text())
    del told["result"]["params"]["sources"][0]["columns"]["exclusion_reason"]
    record.write_text(json.dumps(told))
    assert path.is_file()
    trail = said(results, OF_ARM).behind("t", "r", "mean")
    assert trail.set_aside[RawCell("participants.csv", 5, "ARM")] == "excluded (required, Q7)"


def test_who_lacks_a_covariate_is_left_out_with_the_value(results):
    every = Takes("dataset:outcomes", ("value",), {"outcome": "o"}, ("value",))
    age = Takes("dataset:participants", ("age",), {}, ("age",), ("participant_id",))
    used = said(results, every, age).behind("t", "r", "mean").found.cells
    scores = sorted(cell.line for cell in used if cell.column == "SCORE")
    assert scores == [2]


def test_a_column_of_which_nothing_is_said_takes_nothing_and_another_table_is_not_known(results):
    cells = said(results, OF_ARM)
    assert cells.behind("t", "r", "label").known
    assert not cells.behind("t", "r", "label").found.cells
    assert not cells.behind("other", "r", "mean").known


def test_a_cell_that_is_copied_takes_what_the_other_takes(results):
    own = {"t": {"r": takes(("mean",), OF_ARM)}}
    copied = Takes("result:t", ("mean",), {"row": "r"})
    write_takes(results / "takes/t.json", own)
    write_takes(results / "takes/u.json", {"u": {"x": takes(("value",), copied)}})
    cells = ResultCells(RawRows(results))
    one, other = cells.behind("t", "r", "mean"), cells.behind("u", "x", "value")
    assert one.found.cells == other.found.cells
    assert other.declared_in == {"takes/t.json", "takes/u.json"}


def test_a_count_takes_what_is_counted_and_a_percentage_also_of_how_many(results):
    counted = Takes("validated:participants", ("arm",), {"arm": "b"})
    whole = Takes("validated:participants", ("participant_id",))
    write_takes(results / "takes/t.json", {"t": {"r": count_takes([counted], [whole])}})
    cells = ResultCells(RawRows(results))
    found = {name: cells.behind("t", "r", name).found.cells for name in ("n", "percent")}
    assert found["n"] == {RawCell("participants.csv", 3, "ARM"): VALUE}
    assert len(found["percent"]) == 5


@pytest.mark.parametrize(
    ("condition", "lines"),
    [(5, [2]), ([5, 7], [2, 5]), ({"ge": 6}, [3, 5]), ({"gt": 6}, [5]), (KNOWN, [2, 3, 5])],
)
def test_rows_are_chosen_by_values_and_limits(results, condition, lines):
    chosen = Takes("validated:form", ("score",), {"score": condition})
    found = said(results, chosen).behind("t", "r", "mean").found.cells
    assert sorted(cell.line for cell in found) == lines


@pytest.mark.parametrize(("score", "lacking"), [(None, {"SCORE"}), (99, {"SCORE", "OTHER"})])
def test_a_record_is_left_out_by_its_empty_cells_and_by_all_where_none_is(results, score, lacking):
    """A value may be of several columns, and may lie outside of what they may give."""
    path = results / "validated/form.parquet"
    rows = [row | {"other": 1} for row in pq.read_table(path).to_pylist()]
    rows[2]["score"] = score
    put(path, rows)
    path = results / "lineage/records/validate_table-form.json"
    record = json.loads(path.read_text())
    record["result"]["params"]["sources"][0]["columns"]["other"] = "OTHER"
    put_json(path, record)
    path = results / "lineage/columns/outcomes.json"
    told = json.loads(path.read_text())
    told["columns"][3]["derivations"][0]["sources"].append("validated:form.other")
    put_json(path, told)
    aside = said(results, OF_ARM).behind("t", "r", "mean").set_aside
    assert {c.column for c, why in aside.items() if why == NO_VALUE and c.line == 4} == lacking


def test_the_key_by_which_two_tables_agree_is_named_in_both_and_nothing_else(results):
    scores = Takes("validated:form", ("score",), {}, ("score",))
    of_arm = Takes("validated:participants", (), {"arm": "a"}, (), ("participant_id",))
    found = said(results, scores, of_arm).behind("t", "r", "mean").found.cells
    assert found == {
        **{RawCell("form.csv", line, "SCORE"): VALUE for line in (2, 3, 5)},
        **{RawCell("form.csv", line, "PARTICIPANT_ID"): MATCHES for line in (2, 3, 5)},
        **{RawCell("participants.csv", line, "ARM"): SELECTS for line in (2, 5)},
        **{RawCell("participants.csv", line, "PARTICIPANT_ID"): MATCHES for line in (2, 5)},
    }


def test_an_empty_cell_leaves_no_record_out(results):
    """Of two columns that may exclude somebody, the one that does so is named."""
    path = results / "validated/participants.parquet"
    put(path, [row | {"withdrawal_reason": None} for row in pq.read_table(path).to_pylist()])
    path = results / "lineage/records/validate_table-participants.json"
    record = json.loads(path.read_text())
    record["result"]["params"]["sources"][0]["columns"]["withdrawal_reason"] = "WITHDRAWAL_REASON"
    put_json(path, record)
    path = results / "lineage/columns/outcomes.json"
    declared = json.loads(path.read_text())
    declared["left_out"][0]["sources"].append("validated:participants.withdrawal_reason")
    put_json(path, declared)
    aside = said(results, OF_ARM).behind("t", "r", "mean").set_aside
    assert [cell for cell, why in aside.items() if why == "excluded"] == [
        RawCell("participants.csv", 5, "EXCLUSION_REASON")
    ]


def test_a_cell_that_gives_a_value_is_not_left_out_as_well(results):
    """A raw cell may be set aside in one column of a table and be read into another."""
    lines = ("query_id", "file", "line", "column", "rule", "table")
    of_used = ("Q3", "form.csv", 2, "SCORE", "range", "form")
    of_empty = ("Q4", "form.csv", 4, "SCORE", "range", "form")
    of_other_column = ("Q5", "form.csv", 3, "NOTE", "range", "form")
    path = results / "validation/cells_set_aside.csv"
    put_csv(path, lines, of_used, of_empty, of_other_column)
    trail = said(results, OF_ARM).behind("t", "r", "mean")
    assert RawCell("form.csv", 2, "SCORE") in trail.found.cells
    assert RawCell("form.csv", 2, "SCORE") not in trail.set_aside
    assert trail.set_aside[RawCell("form.csv", 4, "SCORE")] == "range (Q4)"
    assert RawCell("form.csv", 3, "NOTE") not in trail.set_aside
