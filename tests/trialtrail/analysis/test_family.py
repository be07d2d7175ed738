"""Which rows of the estimates a family of outcomes has, and what their adjusted p is."""

from __future__ import annotations

import pandas as pd
import pytest

from trialtrail.analysis.family import adjust_family

COLUMNS = ["outcome", "arm", "measure", "p", "role", "analysis", "timepoint"]


def estimates(*rows):
    """Return rows of estimates; what a row leaves out is that of the main analysis."""
    defaults = ["walk", "b", "mean_difference", None, "primary", "main", "end"]
    full = [[*row, *defaults[len(row) :]] for row in rows]
    frame = pd.DataFrame(full, columns=COLUMNS)
    return frame.assign(p=frame["p"].astype(float), p_adjusted=float("nan"))


def adjusted(frame, multiplicity):
    found = adjust_family(frame, multiplicity)["p_adjusted"]
    return [None if pd.isna(value) else pytest.approx(value) for value in found]


def test_without_a_family_nothing_is_adjusted():
    frame = estimates(("walk", "b", "mean_difference", 0.01))
    assert adjust_family(frame, {}) is frame
    assert adjusted(frame, {"holm": ["sleep"]}) == [None]
    empty = frame.iloc[:0]
    assert adjust_family(empty, {"holm": ["walk"]}) is empty


def test_outcomes_of_the_family_alone_are_adjusted():
    frame = estimates(
        ("walk", "b", "mean_difference", 0.01),
        ("sleep", "b", "mean_difference", 0.03),
        ("mood", "b", "mean_difference", 0.02),
    )
    found = adjust_family(frame, {"holm": ["mood", "walk"]})
    assert adjusted(frame, {"holm": ["mood", "walk"]}) == [0.02, None, 0.02]
    assert found.drop(columns="p_adjusted").equals(frame.drop(columns="p_adjusted"))
    assert frame["p_adjusted"].isna().all()


@pytest.mark.parametrize("role", ["sensitivity", "supplementary", "subgroup", "exploratory"])
def test_rows_that_support_are_in_no_family(role):
    frame = estimates(
        ("walk", "b", "mean_difference", 0.01),
        ("walk", "b", "mean_difference", 0.001, role, "other"),
    )
    assert adjusted(frame, {"holm": ["walk"]}) == [0.01, None]


def test_of_several_measures_the_first_with_a_p_is_the_hypothesis():
    frame = estimates(
        ("fell", "b", "risk_ratio", 0.04),
        ("fell", "b", "risk_difference"),
        ("fell", "b", "odds_ratio", 0.03),
        ("walk", "b", "mean_difference", 0.01),
    )
    assert adjusted(frame, {"holm": ["fell", "walk"]}) == [0.04, None, None, 0.02]


def test_each_arm_is_a_hypothesis():
    frame = estimates(
        ("walk", "b", "mean_difference", 0.01), ("walk", "c", "mean_difference", 0.02)
    )
    assert adjusted(frame, {"holm": ["walk"]}) == [0.02, 0.02]
    assert adjusted(frame, {"hommel": ["walk"]}) == [0.02, 0.02]


def test_what_could_not_be_tested_counts():
    frame = estimates(
        ("walk", "b", "mean_difference", 0.01), ("sleep", "b", "mean_difference", None)
    )
    assert adjusted(frame, {"holm": ["walk", "sleep"]}) == [0.02, None]


def test_a_sequence_is_in_the_order_of_the_plan():
    frame = estimates(
        ("walk", "b", "mean_difference", 0.01),
        ("sleep", "b", "mean_difference", 0.04),
        ("mood", "b", "mean_difference", 0.02),
    )
    plan = {"fixed_sequence": ["mood", "sleep", "walk"]}
    assert adjusted(frame, plan) == [0.04, 0.04, 0.02]


def test_a_graph_shares_the_weight_of_an_outcome_among_its_arms():
    frame = estimates(
        ("walk", "b", "mean_difference", 0.01),
        ("walk", "c", "mean_difference", 0.2),
        ("sleep", "b", "mean_difference", 0.02),
        ("sleep", "c", "mean_difference", 0.9),
    )
    plan = {
        "graph": {"weights": {"walk": 1.0, "sleep": 0.0}, "transitions": {"walk": {"sleep": 1.0}}}
    }
    # Half of alpha for each arm of `walk`; what the first hands on is halved for those of `sleep`.
    assert adjusted(frame, plan) == [0.02, 0.4, 0.08, 1.0]


def test_interactions_are_no_hypotheses_of_the_family():
    frame = estimates(
        ("walk", "b", "mean_difference", 0.01),
        ("walk", "b", "mean_difference_interaction", 0.001),
    )
    assert adjusted(frame, {"holm": ["walk"]}) == [0.01, None]


def test_a_primary_outcome_is_a_hypothesis_at_its_primary_timepoint_alone():
    frame = estimates(
        ("walk", "b", "mean_difference", 0.001, "secondary", "main", "middle"),
        ("walk", "b", "mean_difference", 0.02, "primary", "main", "end"),
        ("sleep", "b", "mean_difference", 0.01, "secondary", "main", "end"),
    )
    assert adjusted(frame, {"holm": ["walk", "sleep"]}) == [None, 0.02, 0.02]
