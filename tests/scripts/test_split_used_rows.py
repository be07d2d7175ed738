"""Rows used, rows set aside, and the account of both; or a stop, before anything is written."""

import csv
import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small_tables import checked, job

from trialtrail.errors import StudyError
from trialtrail.tables import read_result, read_table, write_csv, write_table
from trialtrail.validation.accounts import queries_by_kind, reconcile
from trialtrail.validation.between import check_tables, needed_columns
from trialtrail.validation.contracts import load_model, references
from trialtrail.validation.cross_checks import Plan
from trialtrail.validation.findings import (
    QUERY_COLUMNS,
    finding,
    findings_frame,
    list_set_aside,
    number_queries,
)
from trialtrail.validation.rules import ACTIONS
from trialtrail.validation.set_aside import ROW
from trialtrail.validation.split import split_rows

from scripts.split_used_rows import main

COLUMNS = {
    "participants": {"participant_id": "Id", "arm": "Arm"},
    "visit": {"participant_id": "Id", "score": "Score"},
}
VARIABLES = [{"id": "score", "type": "integer", "minimum": 1, "maximum": 9}]
NO_STOP = {rule: "set_aside" for rule, does in ACTIONS.items() if does == "stop"}


def split(tmp_path, texts, actions=None):
    """Take ``texts`` (table -> export -> CSV) through the whole validation; return (job, rows)."""
    actions = actions or {}
    tables, raws, found, exports = {}, {}, [], []
    for name, by_export in texts.items():
        is_form = name == "visit"
        known = {"known": ["Id", "Arm", "Score"]}
        variables = VARIABLES if is_form else []
        frame, raw, more, _ = checked(
            tmp_path, name, by_export, COLUMNS[name], variables, is_form, **known
        )
        tables[name], raws[name] = frame, raw
        found += more
        exports += by_export
    schemas = {name: load_model(name, name == "visit").to_schema() for name in tables}
    links = {name: references(schema) for name, schema in schemas.items()}
    needed = {name: needed_columns(schema, name == "visit") for name, schema in schemas.items()}
    headings = {name: dict.fromkeys(exports, COLUMNS[name]) for name in tables}
    plan = Plan(links, needed)
    findings = check_tables(dict(tables), findings_frame(found), actions, plan, headings)
    queries = number_queries(findings)
    write_csv(queries[QUERY_COLUMNS], tmp_path / "in.csv")
    write_table(list_set_aside(findings, queries), tmp_path / "aside.parquet")
    for kind, frames in (("checked", tables), ("raw", raws)):
        for name, frame in frames.items():
            write_table(frame, tmp_path / kind / f"{name}.parquet")
    for name in tables:
        reading = {"export": name, "table": name, "file": f"{name}.csv", "guessed": []}
        reading |= {"form": {"format": "csv"}, "columns": 2, "changes": [["Id", "a", "b", 2]]}
        (tmp_path / f"{name}.json").write_text(json.dumps([reading]))
    task = job(
        tmp_path,
        {
            "readings": [tmp_path / f"{name}.json" for name in tables],
            "checked": [tmp_path / "checked" / f"{name}.parquet" for name in tables],
            "raw": [tmp_path / "raw" / f"{name}.parquet" for name in tables],
            "queries": tmp_path / "in.csv",
            "set_aside": tmp_path / "aside.parquet",
            "resolutions": [],
        },
        {
            "tables": [f"validated/{name}.parquet" for name in tables],
            "set_aside": [f"set_aside/{name}.csv" for name in dict.fromkeys(exports)],
            "queries": "queries.csv",
            "cells": "cells.csv",
            "resolutions": [],
            "row_accounts": "row_accounts.csv",
            "query_counts": "query_counts.csv",
            "exports": "exports.csv",
            "normalisation": "normalisation.csv",
            "project_elements": [],
        },
        {"tables": list(tables), "actions": actions},
    )
    return task, main(task)


def lines(path):
    with open(path, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


PEOPLE = "Id,Arm\n001,x\n002,y\n003,x\n"
VISITS = "Id,Score\n001,5\n002,10\n009,3\n"


def test_rows_are_parted_and_both_parts_are_accounted_for(tmp_path):
    task, rows = split(tmp_path, {"participants": {"e": PEOPLE}, "visit": {"v": VISITS}})
    visits = read_table(task.output.tables[1])
    assert visits["participant_id"].tolist() == ["001", "002"]
    assert visits["score"].fillna(0).tolist() == [5, 0]
    assert (rows["visit"].read, rows["visit"].used) == (3, 2)
    assert rows["visit"].set_aside == {"reference": 1}
    account = read_result(task.output.row_accounts).set_index("row")
    counts = ["rows_in", "rows_out", "set_aside", "cells", "of_columns"]
    assert account.loc["visit.v", counts].tolist() == [3, 2, 1, 1, "Score (1)"]
    assert account.loc["participants.e", counts[:4]].tolist() == [3, 3, 0, 0]


def test_a_cell_set_aside_is_kept_with_its_query(tmp_path):
    task, _ = split(tmp_path, {"participants": {"e": PEOPLE}, "visit": {"v": VISITS}})
    (cell,) = lines(task.output.cells)
    told = {row["query_id"]: row for row in lines(task.output.queries)}
    assert told[cell["query_id"]]["rule"] == cell["rule"] == "range"
    assert (cell["line"], cell["column"], cell["found"]) == ("3", "Score", "10")


def test_a_cell_of_a_row_set_aside_is_in_the_account_of_rows_only(tmp_path):
    texts = {"participants": {"e": PEOPLE}, "visit": {"v": "Id,Score\n009,99\n"}}
    task, rows = split(tmp_path, texts)
    assert lines(task.output.cells) == []
    assert sum(rows["visit"].set_aside.values()) == 1


def test_who_was_randomised_stays_so_with_the_reason_of_the_exclusion(tmp_path):
    people = "Id,Arm\n001,x\n001,x\n002,unknown\n003,x\n,x\n"
    task, rows = split(tmp_path, {"participants": {"e": people}}, NO_STOP)
    kept = read_table(task.output.tables[0]).set_index("participant_id")
    assert kept.index.tolist() == ["001", "002", "003"]
    assert kept["exclusion_reason"].isna().tolist() == [False, False, True]
    assert rows["participants"].used == 3


def test_rows_set_aside_stay_as_they_were_read_with_their_queries(tmp_path):
    task, _ = split(tmp_path, {"participants": {"e": PEOPLE}, "visit": {"v": VISITS}})
    held = lines(tmp_path / "set_aside" / "v.csv")
    assert [(row["Id"], row["Score"], row["line"]) for row in held] == [
        ("009", "3", "4"),
    ]
    told = {row["query_id"]: row for row in lines(task.output.queries)}
    assert [told[row["query_ids"]]["rule"] for row in held] == ["reference"]
    assert {row["record"] for row in told.values()} == {"002", "009"}
    assert lines(tmp_path / "set_aside" / "e.csv") == []


def test_a_row_is_set_aside_once_for_all_its_faults(tmp_path):
    texts = {"participants": {"e": PEOPLE}, "visit": {"v": "Id,Score\n,99\n"}}
    _, rows = split(tmp_path, texts)
    assert sum(rows["visit"].set_aside.values()) == 1
    (held,) = lines(tmp_path / "set_aside" / "v.csv")
    assert len(held["query_ids"].split()) == 2  # that of its cell as well


def test_each_export_of_a_table_has_its_own_account(tmp_path):
    texts = {
        "participants": {"e": PEOPLE},
        "visit": {"v": "Id,Score\n001,5\n", "w": "Id,Score\n009,9\n"},
    }
    task, _ = split(tmp_path, texts)
    account = read_result(task.output.row_accounts).set_index("row")["rows_out"]
    assert account.to_dict() == {"participants.e": 3, "visit.v": 1, "visit.w": 0}
    assert [row["Id"] for row in lines(tmp_path / "set_aside" / "w.csv")] == ["009"]


def test_an_export_that_feeds_two_tables_keeps_the_rows_of_both(tmp_path):
    both = "Id,Arm,Score\n1,x,5\n2,y,9\n2,y,9\n"
    texts = {"participants": {"e": both}, "visit": {"e": both}}
    _, rows = split(tmp_path, texts, {"key": "set_aside"})
    assert (rows["participants"].used, rows["visit"].used) == (2, 1)
    held = lines(tmp_path / "set_aside" / "e.csv")
    assert [(row["table"], row["line"]) for row in held] == [
        *(("participants", "4"), ("visit", "3"), ("visit", "4"))
    ]


def test_an_export_without_rows_is_accounted_for(tmp_path):
    texts = {"participants": {"e": PEOPLE}, "visit": {"v": "Id,Score\n"}}
    task, rows = split(tmp_path, texts)
    assert (rows["visit"].read, rows["visit"].set_aside) == (0, {})
    assert [(line["rule"], line["n"]) for line in lines(task.output.query_counts)] == [
        ("empty", "1")
    ]


def test_a_study_without_findings_loses_no_row(tmp_path):
    texts = {"participants": {"e": PEOPLE}, "visit": {"v": "Id,Score\n001,5\n"}}
    task, rows = split(tmp_path, texts)
    assert (rows["visit"].used, rows["visit"].set_aside) == (1, {})
    assert lines(task.output.query_counts) == []


def test_queries_are_counted_by_kind_in_the_order_of_the_rules():
    place = {"export": "e", "file": "e.csv", "column": "x"}
    told = [("verbatim", "differs"), ("range", "above"), ("range", "below"), ("range", "above")]
    made = [finding(r, "t", m, line=n, **place) for n, (r, m) in enumerate(told)]
    kinds = queries_by_kind(number_queries(findings_frame(made)))
    assert kinds["row"].tolist() == ["range.e", "range.e.2", "verbatim.e"]
    assert kinds["n"].tolist() == [2, 1, 1]


def test_the_gravest_queries_come_first_and_a_studys_own_with_their_kind():
    place = {"export": "e", "file": "e.csv", "column": "x"}
    rules = ["pattern.mean", "order.birth", "range", "order", "agreement.ages"]
    made = [finding(rule, "t", "m", line=n, **place) for n, rule in enumerate(rules)]
    severities = {"order.birth": "warning", "range": "note"}
    kinds = queries_by_kind(number_queries(findings_frame(made), severities))
    assert kinds["rule"].tolist() == [
        "order",
        "order.birth",
        "agreement.ages",
        "pattern.mean",
        "range",
    ]
    assert kinds["severity"].tolist() == ["error", "warning", "warning", "warning", "note"]


def test_a_place_is_an_export_a_file_and_a_line():
    frame = pd.DataFrame({"_export": ["a", "b"], "_file": ["f", "f"], "_line": [2, 2]})
    aside = pd.DataFrame({"table": "t", "export": ["a"], "file": ["f"], "line": [2]})
    used = split_rows(frame, aside.assign(scope=ROW))
    assert used.tolist() == [False, True]
    none = pd.DataFrame(columns=["table", "export", "file", "line", "column"])
    assert reconcile("t", frame, used, none)["set_aside"].tolist() == [1, 0]


CELL = st.sampled_from(["", " ", "1", "2", "3", "x", "y", "99", "né\n,\"'", "NA", "1.5"])
RECORDS = st.lists(st.tuples(CELL, CELL), max_size=8)


def written(header, records):
    def quoted(cell):
        return '"' + cell.replace('"', '""') + '"'

    return "\n".join([header, *(",".join(map(quoted, record)) for record in records)]) + "\n"


@settings(
    max_examples=12 if settings().max_examples <= 100 else settings().max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(people=RECORDS, more=RECORDS, visits=RECORDS)
def test_no_row_is_ever_lost(tmp_path, people, more, visits):
    # A row of blank cells is no record.
    people, more, visits = (
        [r for r in each if "".join(r).strip()] for each in (people, more, visits)
    )
    assume(people or more)
    texts = {
        "participants": {"e": written("Id,Arm", people), "f": written("Id,Arm", more)},
        "visit": {"v": written("Id,Score", visits)},
    }
    task, rows = split(tmp_path, texts, NO_STOP)
    for table, read in (("participants", len(people) + len(more)), ("visit", len(visits))):
        count = rows[table]
        assert count.read == read
        assert count.balanced
        assert count.used == len(read_table(tmp_path / "validated" / f"{table}.parquet"))
    held = sum(len(lines(path)) for path in task.output.set_aside)
    assert held == sum(count.read - count.used for count in rows.values())
    account = read_result(task.output.row_accounts)
    assert (account["rows_in"] == account["rows_out"] + account["set_aside"]).all()
    # What is used is sound: known people with an arm, once each, and forms of such people.
    used = read_table(tmp_path / "validated" / "participants.parquet")
    assert used["participant_id"].is_unique
    known = used["arm"].isin(["x", "y"])
    assert (known | used["exclusion_reason"].notna()).all()
    named = {each.strip() for each, _ in [*people, *more]} - {"", "NA"}
    assert named <= set(used["participant_id"])
    forms = read_table(tmp_path / "validated" / "visit.parquet")
    assert forms["participant_id"].isin(used["participant_id"]).all()
    assert forms["score"].dropna().between(1, 9).all()


@pytest.mark.parametrize("does", ["keep", "set_aside"])
def test_an_action_that_is_configured_is_what_happens(tmp_path, does):
    texts = {"participants": {"e": PEOPLE}, "visit": {"v": "Id,Score\n001,99\n"}}
    _, rows = split(tmp_path, texts, {"range": does})
    score = read_table(tmp_path / "validated" / "visit.parquet")["score"]
    assert rows["visit"].used == 1
    assert score.fillna(0).tolist() == [99 if does == "keep" else 0]


@pytest.mark.parametrize(("does", "stops"), [("stop", True), ("set_aside", False)])
def test_a_finding_that_stops_the_run_leaves_every_file_as_it_was(tmp_path, does, stops):
    texts = {"participants": {"e": PEOPLE}, "visit": {"v": VISITS}}
    task, _ = split(tmp_path, texts)
    made = [
        path
        for paths in vars(task.output).values()
        for path in (paths if isinstance(paths, list) else [paths])
    ]
    for path in made:
        with open(path, "w", encoding="utf-8") as handle:
            handle.write("of the last good run")
    task.params.actions = {"range": does}
    if not stops:
        main(task)
        assert not any("last good run" in read(path) for path in made)
        return
    with pytest.raises(StudyError, match="Earlier results are untouched") as refused:
        main(task)
    message = refused.value.text()
    assert "1 finding stops the run." in message
    assert str(tmp_path / "in.csv") in message
    assert {read(path) for path in made} == {"of the last good run"}


def read(path):
    with open(path, "rb") as handle:
        return handle.read().decode("utf-8", "replace")
