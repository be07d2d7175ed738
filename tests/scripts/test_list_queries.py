"""Findings as queries: each row set aside has queries of its own."""

import pandas as pd
from small_tables import job, validated

from trialtrail.tables import read_table, write_table
from trialtrail.validation.findings import (
    finding,
    findings_frame,
    list_set_aside,
    number_queries,
    read_queries,
)
from trialtrail.validation.set_aside import Scopes

from scripts.list_queries import main


def at(rule, table, line, **more):
    place = {"export": "e", "file": "e.csv", "line": line, "record": str(line), "column": "x"}
    return finding(rule, table, "m", **place | more)


def test_the_list_of_rows_set_aside_gives_each_row_its_own_queries():
    twins = [at("required", "people", line, record="") for line in (5, 6)]
    findings = findings_frame([*twins, at("verbatim", "people", 7), at("key", "people", 8)])
    queries = number_queries(findings)
    listed = list_set_aside(Scopes({}, {}, {}).of(findings), queries)
    listed = listed[listed["rule"] == "required"]
    assert listed[["line", "rule"]].to_numpy().tolist() == [[5, "required"], [6, "required"]]
    assert listed["query_id"].nunique() == 2


def test_without_findings_nothing_is_listed():
    findings = findings_frame([])
    assert list_set_aside(findings, number_queries(findings)).empty


def test_the_job_writes_queries_with_their_raw_cells_and_rows_set_aside(tmp_path):
    found = [at("range", "people", 4), at("verbatim", "people", 5), at("order", "people", 5)]
    found[2]["column"] = "no heading"
    scoped = Scopes({}, {}, {}).of(findings_frame(found))
    write_table(scoped, tmp_path / "found.parquet")
    odd = [finding("digits", "people", "m", export="e", file="e.csv", column="x", found="60%")]
    write_table(findings_frame(odd), tmp_path / "odd.parquet")
    raw = validated(x=[" 9 ", "7"]).assign(_line=pd.array([4, 5]))
    write_table(raw, tmp_path / "raw.parquet")
    outputs = {"queries": "q.csv", "numbered": "q.parquet", "set_aside": "aside.parquet"}
    inputs = {"findings": tmp_path / "found.parquet", "plausibility": tmp_path / "odd.parquet"}
    params = {"tables": ["people"], "actions": {}, "severities": {}}
    task = job(tmp_path, inputs | {"raw": [tmp_path / "raw.parquet"]}, outputs, params)
    main(task)
    queries = read_queries(task.output.queries).set_index("rule")
    assert queries["found"].to_dict() == {
        "range": "9",
        "verbatim": "7",
        "order": "",
        "digits": "60%",
    }
    assert set(queries["status"]) == {"open"}
    assert queries["evidence"].nunique() == 4
    assert read_table(task.output.set_aside)["line"].tolist() == [4, 5]
    cells = read_table(task.output.numbered).set_index("rule")["is_cell"]
    assert cells.to_dict() == {"range": True, "verbatim": True, "order": False, "digits": False}
