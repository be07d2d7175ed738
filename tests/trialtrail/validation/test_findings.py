"""Findings, and the queries they become."""

import pandas as pd
import pytest

from trialtrail.tables import write_csv
from trialtrail.validation.findings import (
    QUERY_COLUMNS,
    finding,
    findings_frame,
    list_set_aside,
    number_queries,
    read_queries,
)
from trialtrail.validation.rules import ACTIONS, KEEP, SET_ASIDE, SEVERITIES, STOP, action, severity
from trialtrail.validation.set_aside import Scopes


def queries(*places):
    made = [finding("range", "t", "too big", **place) for place in places]
    return number_queries(findings_frame(made))


PLACE = {"export": "e", "file": "e.csv", "record": "7", "column": "x"}


def test_an_action_is_the_default_unless_configured():
    assert (action("key", {}), action("range", {}), action("verbatim", {})) == (
        STOP,
        SET_ASIDE,
        KEEP,
    )
    assert action("range", {"range": KEEP}) == KEEP


def test_a_check_of_the_study_acts_as_its_kind_unless_it_has_its_own():
    assert action("order.birth", {}) == SET_ASIDE
    assert action("order.birth", {"order": KEEP}) == KEEP
    assert action("order.birth", {"order": KEEP, "order.birth": STOP}) == STOP
    assert severity("agreement.ages") == "warning"
    assert severity("agreement.ages", {"agreement": "note"}) == "note"
    assert severity("agreement.ages", {"agreement": "note", "agreement.ages": "error"}) == "error"


def test_a_severity_is_as_configured():
    made = findings_frame([finding("range", "t", "m", line=3), finding("verbatim", "t", "m")])
    listed = number_queries(made, {"range": "note"}).set_index("rule")["severity"]
    assert listed.to_dict() == {"range": "note", "verbatim": "warning"}


def test_only_what_is_kept_is_less_than_an_error():
    kept = {rule for rule, does in ACTIONS.items() if does == KEEP}
    # What the program of a questionnaire itself marks as no response is no error of anybody.
    assert kept | {"no_response", "incomplete"} == set(SEVERITIES)
    assert severity("key") == "error"


def test_a_query_keeps_its_name_when_its_line_or_value_changes():
    first = queries(PLACE | {"line": 5, "found": "99"})
    then = queries(PLACE | {"line": 8, "found": "98"})
    assert first["query_id"].tolist() == then["query_id"].tolist()


@pytest.mark.parametrize("other", ["export", "file", "record", "column"])
def test_another_place_is_another_query(other):
    both = queries(PLACE | {"line": 5}, PLACE | {"line": 6, other: "z"})
    assert both["query_id"].nunique() == 2


def test_records_of_one_name_are_told_apart_by_their_order():
    both = queries(PLACE | {"line": 9}, PLACE | {"line": 5})
    assert both["line"].tolist() == [5, 9]
    assert both["query_id"].nunique() == 2
    assert both["query_id"][0] == queries(PLACE | {"line": 5})["query_id"][0]


def test_one_place_and_rule_is_one_query():
    assert len(queries(PLACE | {"line": 5}, PLACE | {"line": 5})) == 1


def test_no_findings_are_no_queries():
    assert number_queries(findings_frame([])).columns.tolist() == [*QUERY_COLUMNS, "table"]


def test_queries_are_read_as_they_were_written(tmp_path):
    place = {"export": "e", "file": "e.csv", "record": "007", "column": "x"}
    made = [finding("columns", "t", "m", **place), finding("key", "t", "m", line=3, found="1.50")]
    written = number_queries(findings_frame(made))[QUERY_COLUMNS]
    write_csv(written, tmp_path / "q.csv")
    pd.testing.assert_frame_equal(
        read_queries(tmp_path / "q.csv").astype(object), written.astype(object)
    )


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
