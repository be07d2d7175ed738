"""What is told on the screen when findings stop a run."""

import pandas as pd

from trialtrail.validation.findings import QUERY_COLUMNS
from trialtrail.validation.stops import CAUSES, UNKNOWN, stop_message, stopping


def queries(*rules, **more):
    """Return queries of these rules, one a line, of the column Arm."""
    blank = dict.fromkeys(QUERY_COLUMNS, "")
    place = {"export": "e", "file": "raw/e.csv", "column": "Arm", "found": "4711", "message": "m"}
    rows = [
        blank | place | {"query_id": f"Q-{n}", "rule": rule, "line": n + 2} | more
        for n, rule in enumerate(rules)
    ]
    return pd.DataFrame(rows, columns=QUERY_COLUMNS).astype({"line": "Int64"})


def test_rules_stop_as_configured():
    frame = queries("key", "range", "verbatim")
    assert stopping(frame, {})["rule"].tolist() == ["key"]
    assert stopping(frame, {"range": "stop", "key": "set_aside"})["rule"].tolist() == ["range"]


def test_no_queries_stop_nothing():
    assert stopping(queries(), {}).empty


def test_a_query_that_is_resolved_stops_nothing_and_a_stale_one_does():
    frame = queries("key", "key", "key").assign(status=["open", "resolved", "stale"])
    assert stopping(frame, {})["query_id"].tolist() == ["Q-0", "Q-2"]


def test_the_message_has_places_and_rules_and_no_value():
    text = stop_message(queries("arm"), "q.csv")
    assert text.startswith("1 finding stops the run.")
    assert "raw/e.csv, line 2, column Arm" in text
    assert "4711" not in text


def test_cells_of_a_column_with_one_cause_are_told_once():
    text = stop_message(queries(*["type"] * 178), "q.csv")
    assert text.startswith("178 findings stop the run.")
    assert "m (178 cells)" in text
    assert "column Arm, lines 2, 3, 4, 5, 6, ..." in text
    assert text.count("rule:") == 1


def test_only_the_first_causes_are_told_and_the_others_counted():
    frame = queries(*["key"] * (CAUSES + 3))
    text = stop_message(frame.assign(message=[f"m{n}" for n in range(len(frame))]), "q.csv")
    assert f"{CAUSES + 3} findings stop" in text
    assert "... and 3 more causes." in text


def test_a_finding_without_a_line_is_told_without_one():
    frame = queries("columns").assign(line=pd.array([pd.NA], dtype="Int64"), file="")
    assert "where: e, column Arm" in stop_message(frame, "q.csv")


def test_unknown_columns_are_one_cause_and_end_with_the_line_to_paste():
    frame = queries(*["columns"] * 153, message=UNKNOWN)
    frame = frame.assign(column=[f"v {n}" for n in range(153)], line=1)
    text = stop_message(frame, "q.csv")
    assert "the export has 153 columns that the configuration does not know" in text
    assert 'paste under exports.e: ignore: ["v 0", "v 1", ' in text
    assert text.count("rule:") == 1


def test_what_explains_the_others_comes_first():
    frame = pd.concat([queries(*["key"] * 19_000), queries("columns", column="Study no")])
    first, second = (
        stop_message(frame, "q.csv").find(f"rule:  {rule}") for rule in ("columns", "key")
    )
    assert 0 < first < second


def test_cells_that_one_cause_explains_are_not_told_beside_it():
    frame = pd.concat([queries(*["type"] * 24), queries("most", message="24 of 24")])
    text = stop_message(frame, "q.csv")
    assert "24 of 24" in text
    assert text.count("rule:") == 1
