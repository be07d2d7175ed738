"""The gate between the checks and the results."""

import json

import pandas as pd
import pytest
from small_tables import job

from trialtrail.errors import StudyError
from trialtrail.findings import QUERY_COLUMNS, finding, findings_frame, number_queries
from trialtrail.tables import write_csv

from scripts.stop_on_errors import SHOWN, main, stopping, told


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


def test_the_message_has_places_and_rules_and_no_value():
    text = told(queries("arm"), "q.csv")
    assert text.startswith("1 finding stops the run.")
    assert "raw/e.csv, line 2, column Arm" in text
    assert "4711" not in text


def test_only_the_first_findings_are_told_and_the_others_counted():
    text = told(queries(*["key"] * (SHOWN + 3)), "q.csv")
    assert f"{SHOWN + 3} findings stop" in text
    assert "... and 3 more." in text


def test_a_finding_without_a_line_is_told_without_one():
    frame = queries("columns").assign(line=pd.array([pd.NA], dtype="Int64"), file="")
    assert "where: e, column Arm" in told(frame, "q.csv")


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
