"""The gate between the checks and the results."""

import json

import pytest
from small_tables import job

from trialtrail.errors import StudyError
from trialtrail.tables import write_csv
from trialtrail.validation.findings import QUERY_COLUMNS, finding, findings_frame, number_queries

from scripts.stop_on_errors import main, stopping


def queries(*rules):
    place = {"export": "e", "file": "raw/e.csv", "column": "Arm", "found": "secret 4711"}
    made = [finding(rule, "t", "m", line=n + 2, **place) for n, rule in enumerate(rules)]
    return number_queries(findings_frame(made))[QUERY_COLUMNS]


def ready(tmp_path, frame, actions=None):
    write_csv(frame, tmp_path / "q.csv")
    return job(
        tmp_path, {"queries": tmp_path / "q.csv"}, {"gate": "gate.json"}, {"actions": actions or {}}
    )


def test_rules_stop_as_configured():
    frame = queries("key", "range", "verbatim")
    assert stopping(frame, {})["rule"].tolist() == ["key"]
    assert stopping(frame, {"range": "stop", "key": "set_aside"})["rule"].tolist() == ["range"]


def test_no_queries_stop_nothing():
    assert stopping(queries(), {}).empty


def test_the_gate_opens_where_nothing_stops(tmp_path):
    task = ready(tmp_path, queries("range", "verbatim"))
    main(task)
    with open(task.output.gate, encoding="utf-8") as handle:
        assert json.load(handle) == {"queries": 2, "stopping": 0}


def test_the_gate_opens_without_any_query(tmp_path):
    task = ready(tmp_path, queries())
    main(task)
    assert (tmp_path / "gate.json").exists()


def test_the_gate_stays_shut(tmp_path):
    with pytest.raises(StudyError, match="Earlier results are untouched"):
        main(ready(tmp_path, queries("range", "key")))
    assert not (tmp_path / "gate.json").exists()
