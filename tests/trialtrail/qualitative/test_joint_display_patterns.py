"""Patterns that people register of a query: whether its numbers show them, or cannot."""

import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.joint_display.patterns import parse_pattern, state_of

PEOPLE = {"n": 6, "denominator": 8, "percent": 75.0}
BOTH = PEOPLE | {"n_other": 1, "denominator_other": 4, "percent_other": 25.0}
BOTH |= {"group": ("seen often",), "group_other": ("seen less",)}
ARMS = {"group": ("new", "New care"), "group_other": ("usual", "Usual care"), "nothing": 0.0}
ABOVE = {"estimate": 3.0, "lower": 1.0, "upper": 5.0} | ARMS
ACROSS = {"estimate": 3.0, "lower": -1.0, "upper": 7.0} | ARMS
RATIO = {"estimate": 2.0, "lower": 1.2, "upper": 3.0} | ARMS | {"nothing": 1.0}
BARE = {"estimate": 3.0, "lower": None, "upper": None} | ARMS
NOBODY = {"n": 0, "denominator": 0, "percent": None}
NOBODY_BESIDE = BOTH | {"n_other": 0, "denominator_other": 0, "percent_other": None}
HOLDS, FAILS, UNKNOWN = "holds", "does not hold", "cannot be said"


@pytest.mark.parametrize(
    ("text", "facts", "state"),
    [
        ("above 50", PEOPLE, HOLDS),
        ("Above 75%", PEOPLE, FAILS),
        ("at least 75 percent", PEOPLE, HOLDS),
        ("at most 6 people", PEOPLE, HOLDS),
        ("below 6 people", PEOPLE, FAILS),
        ("between 70 and 80", PEOPLE, HOLDS),
        ("between 1 and 5 people", PEOPLE, FAILS),
        ("above 50", NOBODY, UNKNOWN),
        ("found in at least 6 people", PEOPLE, HOLDS),
        ("found in at least 7", PEOPLE, FAILS),
        ("found in all", PEOPLE, FAILS),
        ("found in none", PEOPLE, FAILS),
        ("found in none", {"n": 0, "denominator": 5, "percent": 0.0}, HOLDS),
        ("found in none", NOBODY, UNKNOWN),
        ("below -1", {"value": -2.0}, HOLDS),
        ("above 5", {"n": 7.0}, HOLDS),
        ("above 5", {"value": None}, UNKNOWN),
        ("above 2", ABOVE, HOLDS),  # of an estimate, the estimate
        ("differs", ABOVE, HOLDS),
        ("differs", ACROSS, FAILS),
        ("differs", RATIO, HOLDS),
        ("differs", RATIO | {"lower": 0.9}, FAILS),
        ("differs by at least 1", ABOVE, FAILS),  # the interval begins at it
        ("differs by at least 0.5", ABOVE, HOLDS),
        ("does not differ", ACROSS, HOLDS),
        ("does not differ by 8 or more", ACROSS, HOLDS),
        ("does not differ by 5", ACROSS, FAILS),
        ("differs", BARE, UNKNOWN),
        ("excludes zero", ABOVE, HOLDS),
        ("includes zero", ABOVE, FAILS),
        ("excludes one", RATIO, HOLDS),
        ("includes 4", ACROSS, HOLDS),
        ("excludes zero", BARE, UNKNOWN),
        ("greater in new than usual", ABOVE, HOLDS),
        ("greater in New care than in Usual care", ABOVE, HOLDS),
        ("greater in usual than new", ABOVE, FAILS),
        ("less in usual than new", ABOVE, HOLDS),
        ("greater in new than usual", ACROSS, FAILS),  # the point alone shows nothing
        ("greater in new than usual", BARE, UNKNOWN),
        ("greater in seen often than in seen less", BOTH, HOLDS),
        ("greater in seen less than seen often", BOTH, FAILS),
        ("greater in seen often than seen less", NOBODY_BESIDE, UNKNOWN),
        ("differs by at least 50", BOTH, HOLDS),
        ("differs by at least 51", BOTH, FAILS),
        ("does not differ", BOTH, FAILS),
        ("does not differ by 60", BOTH, HOLDS),
    ],
)
def test_a_pattern_holds_or_not_or_cannot_be_said(text, facts, state):
    assert state_of(parse_pattern(text, where="here"), facts, where="here") == state


@pytest.mark.parametrize("text", ["", "rather high", "above", "above fifty", "found in some"])
def test_a_phrase_that_cannot_be_judged_is_refused(text):
    with pytest.raises(StudyError, match="cannot be judged"):
        parse_pattern(text, where="here")


def test_a_comparison_names_the_groups_of_its_query():
    with pytest.raises(StudyError, match="compares what the query does not") as raised:
        state_of(parse_pattern("greater in old than usual", where=""), ABOVE, where="")
    assert "`new` or `New care`" in raised.value.remedy
