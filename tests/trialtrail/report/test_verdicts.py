"""What an estimate allows to be said: never more than its interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.report.verdicts import possible, side, verdict


def row(lower, upper, important="", margin="", better="", measure="mean_difference"):
    middle = (lower * upper) ** 0.5 if measure.endswith("ratio") else (lower + upper) / 2
    return {
        "estimate": str(middle),
        "lower": str(lower),
        "upper": str(upper),
        "important": str(important),
        "margin": str(margin),
        "better": better,
        "measure": measure,
    }


@pytest.mark.parametrize(
    ("lower", "upper", "important", "said"),
    [
        (-1, 2, "", "includes"),
        (1, 2, "", "differs"),
        (-1, 2, 5, "no_important"),
        (-6, 2, 5, "inconclusive"),
        (1, 4, 5, "unimportant"),
        (1, 8, 5, "differs"),
        (6, 8, 5, "important"),
        (-9, -5, 5, "important"),
        (0, 4, 5, "no_important"),
        (-5, 4, 5, "inconclusive"),
    ],
)
def test_the_sentence_follows_from_the_interval(lower, upper, important, said):
    assert verdict(row(lower, upper, important)) == said


@pytest.mark.parametrize(
    ("lower", "upper", "better", "said"),
    [
        (-9, 3, "higher", "non_inferior"),
        (-11, 3, "higher", "not_shown"),
        (-30, -12, "higher", "inferior"),
        (-3, 9, "lower", "non_inferior"),
        (-3, 11, "lower", "not_shown"),
        (12, 30, "lower", "inferior"),
        (-10, 3, "higher", "not_shown"),
    ],
)
def test_a_margin_is_on_the_side_that_is_worse(lower, upper, better, said):
    assert verdict(row(lower, upper, margin=10, better=better)) == said


def test_the_margin_of_a_ratio_is_how_many_times_worse_the_arm_may_be():
    assert verdict(row(0.9, 1.2, margin=1.25, better="lower", measure="hazard_ratio")) == (
        "non_inferior"
    )
    assert verdict(row(0.9, 1.3, margin=1.25, better="lower", measure="hazard_ratio")) == (
        "not_shown"
    )
    assert verdict(row(0.85, 1.3, margin=1.25, better="higher", measure="risk_ratio")) == (
        "non_inferior"
    )


@pytest.mark.parametrize(
    ("lower", "upper", "said"),
    [
        (0.9, 1.1, "no_important"),
        (0.7, 1.1, "inconclusive"),
        (1.3, 1.9, "important"),
        (0.5, 0.75, "important"),
        (1.01, 1.2, "unimportant"),
        (0.5, 0.9, "differs"),
    ],
)
@pytest.mark.parametrize("important", [1.25, 0.8])
def test_a_smallest_important_ratio_may_be_given_either_way(important, lower, upper, said):
    assert verdict(row(lower, upper, important, measure="rate_ratio")) == said


def test_a_margin_of_a_ratio_may_be_given_either_way():
    for margin in (1.25, 0.8):
        said = row(0.85, 1.3, margin=margin, better="higher", measure="hazard_ratio")
        assert verdict(said) == "non_inferior"


def test_without_estimate_or_interval_nothing_is_claimed():
    assert verdict({"estimate": "", "lower": ""}) == "not_estimable"
    assert verdict({"estimate": "3", "lower": ""}) == "no_interval"


def test_a_ratio_is_held_against_one():
    assert verdict(row(0.8, 1.1, measure="risk_ratio")) == "includes"
    assert verdict(row(1.01, 1.1, measure="risk_ratio")) == "differs"
    assert side(row(1.01, 1.1, measure="risk_ratio")) == "higher"
    assert side(row(-4, 1)) == "lower"


def test_the_directions_that_are_not_excluded():
    assert possible(row(-6, 2, 5)) == ["lower"]
    assert possible(row(-6, 6, 5)) == ["lower", "higher"]


CLAIMS = ("differs", "important", "unimportant")
ENDS = st.floats(-20, 20)


@given(ENDS, ENDS, st.sampled_from(["", 0.5, 5.0]))
def test_no_difference_is_claimed_where_the_interval_includes_none(one, other, important):
    lower, upper = sorted([one, other])
    said = verdict(row(lower, upper, important))
    assert (said in CLAIMS) == (not lower <= 0 <= upper)
    if said == "important":
        assert min(abs(lower), abs(upper)) >= important
    if said in ("no_important", "unimportant"):
        assert max(abs(lower), abs(upper)) < important
