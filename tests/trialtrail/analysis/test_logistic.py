"""Logistic regression where the likelihood has a maximum, and where it has none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, log_expit

from trialtrail.analysis.logistic import Separated, firth, logistic, maximum_likelihood


def made(seed=0, n=60, columns=2):
    """Return a design, its covariates about their means, and events that depend on it."""
    rng = np.random.default_rng(seed)
    rest = rng.normal(size=(n, columns))
    matrix = np.column_stack([np.ones(n), rest - rest.mean(axis=0)])
    return matrix, (rng.random(n) < expit(matrix @ np.linspace(-0.5, 1, columns + 1))) * 1.0


def test_at_the_maximum_the_slope_is_zero_and_the_curvature_is_the_covariance():
    matrix, events = made()
    found = maximum_likelihood(matrix, events)
    risk = expit(matrix @ found.effects)
    assert np.abs(matrix.T @ (events - risk)).max() < 1e-8
    information = (matrix * (risk * (1 - risk))[:, None]).T @ matrix
    assert found.covariance == pytest.approx(np.linalg.inv(information), rel=1e-9)
    assert found.leverage.sum() == pytest.approx(3)
    predictor = matrix @ found.effects
    value = log_expit(np.where(events == 1, predictor, -predictor)).sum()
    assert found.log_likelihood == pytest.approx(value)
    assert not found.penalised


def test_of_two_groups_it_is_the_table():
    group = np.repeat([0.0, 1.0], [40, 50])
    events = np.concatenate([np.arange(40) < 10, np.arange(50) < 30]) * 1.0
    found = logistic(np.column_stack([np.ones(90), group]), events)
    assert found.effects == pytest.approx([math.log(10 / 30), math.log(30 / 20 / (10 / 30))])
    assert found.covariance[1, 1] == pytest.approx(1 / 10 + 1 / 30 + 1 / 30 + 1 / 20)


def test_firth_adds_half_an_event_to_each_cell_of_a_table():
    group = np.repeat([0.0, 1.0], [40, 50])
    events = np.concatenate([np.zeros(40), np.arange(50) < 30]) * 1.0
    found = logistic(np.column_stack([np.ones(90), group]), events)
    assert found.penalised
    odds = [0.5 / 40.5, 30.5 / 20.5]
    assert found.effects == pytest.approx([math.log(odds[0]), math.log(odds[1] / odds[0])])


@pytest.mark.parametrize(
    "events",
    [
        lambda x: x > 0,
        lambda x: (x > 0) | (np.arange(len(x)) == np.argmin(np.abs(x))),
        lambda x: x > np.max(x) - 1e-9,
    ],
    ids=["complete", "but for the nearest", "one event at the end"],
)
def test_separated_data_have_no_maximum_and_a_finite_penalised_one(events):
    matrix, _ = made(columns=1)
    events = events(matrix[:, 1]) * 1.0
    with pytest.raises(Separated):
        maximum_likelihood(matrix, events)
    found = logistic(matrix, events)
    assert found.penalised
    assert np.isfinite(found.effects).all()
    assert (np.diag(found.covariance) > 0).all()


def test_quasi_separation_by_a_category():
    group = np.repeat([0.0, 1.0], 20) - 0.5
    events = np.concatenate([np.zeros(20), np.tile([0.0, 1.0], 10)])
    with pytest.raises(Separated):
        maximum_likelihood(np.column_stack([np.ones(40), group]), events)


def test_firth_is_at_the_maximum_of_the_penalised_likelihood():
    from scipy.optimize import minimize

    matrix, _ = made(columns=1)
    events = (matrix[:, 1] > 0) * 1.0

    def lack(effects):
        predictor = matrix @ effects
        risk = expit(predictor)
        information = (matrix * (risk * (1 - risk))[:, None]).T @ matrix
        value = log_expit(np.where(events == 1, predictor, -predictor)).sum()
        return -value - 0.5 * np.linalg.slogdet(information)[1]

    found = firth(matrix, events)
    best = minimize(lack, found.effects + 0.1, method="Nelder-Mead", options={"xatol": 1e-9})
    assert lack(found.effects) <= best.fun + 1e-12
    assert found.effects == pytest.approx(best.x, rel=1e-4)


def test_one_with_a_leverage_of_one_does_not_keep_firth_from_its_maximum():
    alone = (np.arange(20) == 0) * 1.0
    events = np.tile([1.0, 0.0], 10)
    found = logistic(np.column_stack([np.ones(20), alone]), events)
    assert expit(found.effects.sum()) == pytest.approx(0.75)


def test_steps_that_leap_over_the_maximum_do_not_pass_for_separation():
    # One participant far from all others; plain Newton's steps run away from here.
    rng = np.random.default_rng(63)
    for _ in range(40):
        x = rng.standard_t(1.5, size=40)
        matrix = np.column_stack([np.ones(40), x - x.mean()])
        events = (rng.random(40) < expit(2 * matrix[:, 1])) * 1.0
        low, high = x[events == 1].min(), x[events == 0].max()
        separated = low > high or x[events == 1].max() < x[events == 0].min()
        assert logistic(matrix, events).penalised == separated


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), factor=st.floats(1e-4, 1e4))
def test_the_unit_of_a_covariate_and_the_sense_of_the_event(seed, factor):
    matrix, events = made(seed)
    found = logistic(matrix, events)
    scaled = logistic(matrix * [1, factor, 1], events)
    assert scaled.effects * [1, factor, 1] == pytest.approx(found.effects, rel=1e-6, abs=1e-8)
    turned = logistic(matrix, 1 - events)
    assert turned.effects == pytest.approx(-found.effects, rel=1e-6, abs=1e-8)
    assert turned.penalised == found.penalised == scaled.penalised


@pytest.mark.parametrize("others", [15, 16, 17, 18])
@pytest.mark.parametrize("all_of", [19, 20, 21])
def test_a_search_that_has_run_away_does_not_pass_for_a_maximum(all_of, others):
    # A risk of 1 by rounding has a slope of 0.
    second = np.repeat([0.0, 1.0], [all_of, others])
    events = np.ones(all_of + others)
    events[-1] = 0
    matrix = np.column_stack([np.ones(len(events)), second])
    assert logistic(matrix, events).penalised
    assert logistic(matrix, 1 - events).penalised
