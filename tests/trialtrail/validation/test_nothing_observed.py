"""Outcomes of which nothing was observed are queries: no value, none in an arm, no event."""

import pandas as pd
import pytest

from trialtrail.validation.plausibility.observed import observed_findings
from trialtrail.validation.plausibility.sheet import Sheet

PEOPLE = pd.DataFrame({"participant_id": ["1", "2", "3", "4"], "arm": ["a", "a", "b", "b"]})
PEOPLE = PEOPLE.astype("string")
NONE = pd.NA


def asked(values, event, ignore=(), kind="Float64"):
    """Return (what is said, record) of an outcome with the values of the four participants."""
    frame = PEOPLE[["participant_id"]].assign(y=pd.array(values, dtype=kind))
    sheet = Sheet("form", frame, {"e": {"y": "Y"}}, {"e": "e.csv"})
    outcome = {"outcome": "walk", "table": "form", "columns": ["y"], "event": event}
    found = observed_findings(PEOPLE, sheet, outcome, ["a", "b", "c"], {"ignore": list(ignore)})
    return [(each["message"].partition(":")[0], each["record"], each["column"]) for each in found]


NO_VALUE = "an outcome of which nothing was observed"
NO_ARM = "an outcome that has no value in an arm"
NO_EVENT = "an outcome without any event"


@pytest.mark.parametrize(
    ("values", "event", "said"),
    [
        ([NONE, NONE, NONE, NONE], None, [(NO_VALUE, "walk", "Y")]),
        ([NONE, NONE, NONE, NONE], "positive", [(NO_VALUE, "walk", "Y")]),
        ([1, 2, NONE, NONE], None, [(NO_ARM, "walk b", "Y")]),
        ([1, NONE, NONE, 2], None, []),
        ([0, 0, 0, 0], None, []),
        ([0, 0, 0, 0], "positive", [(NO_EVENT, "walk", "Y")]),
        ([0, 0, 0, 1], "positive", []),
        ([0, NONE, NONE, NONE], "positive", [(NO_ARM, "walk b", "Y"), (NO_EVENT, "walk", "Y")]),
    ],
)
def test_what_was_not_observed_is_told_once(values, event, said):
    assert asked(values, event) == said


def test_a_boolean_has_an_event_where_it_is_true():
    assert asked([False] * 4, "positive", kind="boolean") == [(NO_EVENT, "walk", "Y")]
    assert asked([False, False, True, False], "positive", kind="boolean") == []


def test_the_day_of_an_event_is_missing_of_those_without_it():
    days = pd.to_datetime([None, None, "2026-01-31", None])
    assert asked(days, "day", kind="datetime64[ns]") == []
    assert asked([None] * 4, "day", kind="datetime64[ns]") == [(NO_VALUE, "walk", "Y")]


@pytest.mark.parametrize("name", ["form", "form.y"])
def test_a_form_or_variable_can_be_left_out(name):
    assert asked([NONE] * 4, None, ignore=[name]) == []


def test_of_a_study_without_participants_in_use_nothing_is_said():
    sheet = Sheet("form", PEOPLE[["participant_id"]][:0].assign(y=[]), {"e": {}}, {"e": "e.csv"})
    outcome = {"outcome": "walk", "table": "form", "columns": ["y"], "event": None}
    assert list(observed_findings(PEOPLE[:0], sheet, outcome, ["a"], {"ignore": []})) == []
