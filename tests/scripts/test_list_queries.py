"""Findings as queries: each row set aside has queries of its own."""

from small_tables import job

from trialtrail.findings import finding, findings_frame, number_queries, read_queries
from trialtrail.tables import read_table, write_table

from scripts.list_queries import list_set_aside, main


def at(rule, table, line, **more):
    place = {"export": "e", "file": "e.csv", "line": line, "record": str(line), "column": "x"}
    return finding(rule, table, "m", **place | more)


def test_the_list_of_rows_set_aside_gives_each_row_its_own_queries():
    twins = [at("required", "people", line, record="") for line in (5, 6)]
    findings = findings_frame([*twins, at("verbatim", "people", 7), at("key", "people", 8)])
    queries = number_queries(findings)
    listed = list_set_aside(findings, queries, {})
    assert listed[["line", "rule"]].to_numpy().tolist() == [[5, "required"], [6, "required"]]
    assert listed["query_id"].nunique() == 2


def test_without_findings_nothing_is_listed():
    findings = findings_frame([])
    assert list_set_aside(findings, number_queries(findings), {}).empty


def test_the_job_writes_queries_and_rows_set_aside(tmp_path):
    found = [at("range", "people", 4), at("verbatim", "people", 5)]
    write_table(findings_frame(found), tmp_path / "found.parquet")
    odd = [at("outlier", "people", 6), at("pattern.mean", "people", None)]
    write_table(findings_frame(odd), tmp_path / "odd.parquet")
    inputs = {"findings": tmp_path / "found.parquet", "plausibility": tmp_path / "odd.parquet"}
    outputs = {"queries": "q.csv", "set_aside": "aside.parquet"}
    params = {"actions": {}, "severities": {"verbatim": "note", "pattern": "note"}}
    task = job(tmp_path, inputs, outputs, params)
    main(task)
    queries = read_queries(task.output.queries)
    assert queries[["rule", "severity"]].to_numpy().tolist() == [
        ["range", "error"],
        ["verbatim", "note"],
        ["outlier", "warning"],
        ["pattern.mean", "note"],
    ]
    assert read_table(task.output.set_aside)["line"].tolist() == [4]
