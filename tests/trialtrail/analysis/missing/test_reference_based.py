"""Values imputed from the reference arm."""

from __future__ import annotations

import time

import numpy as np
import pytest

from trialtrail.analysis.fitted import NotEstimable
from trialtrail.analysis.missing.reference_based import COPY, JUMP, impute_from_reference

STRATEGIES = (JUMP, COPY)
ARMS = ["a", "b"]


def trial(n=80, visits=3, lost=0.25, gain=6.0, seed=0):
    """Return values with ever more of them lost, predictors and the place of the arm."""
    rng = np.random.default_rng(seed)
    place, X = np.arange(n) % 2, rng.normal(size=(n, 2))
    values = X[:, :1] + 2 * rng.normal(size=(n, 1)) + rng.normal(size=(n, visits))
    values += place[:, None] * gain * np.linspace(0 if visits > 1 else 1, 1, visits)
    first = 1 if visits > 1 else 0
    left = np.cumsum(rng.random((n, visits - first)) < lost, axis=1) > 0
    values[:, first:][left] = np.nan
    return values, X, place


def drawn(given, strategy=JUMP, number=20, seed=1):
    return impute_from_reference(*given, strategy, number, np.random.default_rng(seed), ARMS)


def difference(values, place):
    return values[..., place == 1, -1].mean() - values[..., place == 0, -1].mean()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_known_values_stay_and_all_others_are_drawn(strategy):
    values, X, place = trial()
    made, known = drawn((values, X, place), strategy), ~np.isnan(values)
    assert made.shape == (20, 80, 3)
    assert (made[:, known] == values[known]).all()
    assert np.isfinite(made).all()
    assert made[:, ~known].std(axis=0).min() > 0


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_nothing_missing_is_left_as_it_is(strategy):
    values, X, place = trial(lost=0)
    assert (drawn((values, X, place), strategy) == values).all()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_seed_gives_the_same_values(strategy):
    given = trial()
    assert (drawn(given, strategy, seed=5) == drawn(given, strategy, seed=5)).all()
    assert (drawn(given, strategy, seed=5) != drawn(given, strategy, seed=6)).any()


def test_the_reference_arm_is_imputed_within_itself_by_either_strategy():
    values, X, place = trial()
    jump, copy = (drawn((values, X, place), each) for each in STRATEGIES)
    assert (jump[:, place == 0] == copy[:, place == 0]).all()
    assert (jump[:, place == 1] != copy[:, place == 1]).any()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_arm_that_is_as_the_reference_is_imputed_as_within_itself(strategy):
    # The same participants in both arms: what is drawn for them has the same distribution.
    values, X, place = trial(n=200)
    mine = place == 0
    both = np.concatenate([values[mine], values[mine]])
    places = np.repeat([0, 1], mine.sum())
    made = drawn((both, np.concatenate([X[mine], X[mine]]), places), strategy, 60)
    error = np.nanstd(values) * np.sqrt(2 / 60 / np.isnan(values[mine, -1]).sum())
    gone = np.isnan(values[mine, -1])
    within, across = (made[:, places == arm][:, gone, -1].mean() for arm in (0, 1))
    assert abs(within - across) < 3 * error + 0.1


def test_of_one_visit_the_difference_shrinks_to_the_share_that_is_known():
    values, X, place = trial(n=2000, visits=1, lost=0.3)
    known = ~np.isnan(values[:, 0])
    whole = np.nanmean(values[place == 1]) - np.nanmean(values[place == 0])
    share = known[place == 1].mean()
    for strategy in STRATEGIES:
        found = difference(drawn((values, X, place), strategy, 5), place)
        assert found == pytest.approx(share * whole, abs=0.25)
    assert 0.65 < share < 0.75


def test_what_was_gained_is_lost_by_a_jump_and_kept_by_a_copy():
    values, X, place = trial(n=600, gain=6.0)
    full = difference(trial(n=600, gain=6.0, lost=0)[0], place)
    jump, copy = (difference(drawn((values, X, place), each), place) for each in STRATEGIES)
    assert jump < copy < full
    late = ~np.isnan(values[:, 1]) & np.isnan(values[:, 2]) & (place == 1)
    # At the visit before they had gained 3 and the reference arm gains no more.
    made = drawn((values, X, place), COPY)[:, late, 2].mean()
    assert made - np.nanmean(values[late, 1]) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_gaps_before_the_last_known_visit_are_imputed_within_the_arm(strategy):
    values, X, place = trial(n=400, lost=0, gain=20.0)
    gap = (place == 1) & (np.arange(400) % 5 == 0)
    values[gap, 1] = np.nan
    made = drawn((values, X, place), strategy)[:, gap, 1]
    assert made.mean() == pytest.approx(10, abs=1)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_too_few_values_in_an_arm_are_refused(strategy):
    values, X, place = trial()
    values[place == 1, 2] = np.nan
    with pytest.raises(NotEstimable, match=r"too few values in the arm \{arm:b\} to impute from"):
        drawn((values, X, place), strategy)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_constant_outcome_and_visits_that_determine_each_other(strategy):
    values, X, place = trial()
    constant = np.where(np.isnan(values), np.nan, 3.0)
    assert drawn((constant, X, place), strategy) == pytest.approx(3, abs=1e-4)
    twice = values.copy()
    twice[:, 1] = np.where(np.isnan(values[:, 1]), np.nan, 2 * values[:, 0] + 1)
    assert np.isfinite(drawn((twice, X, place), strategy)).all()


def test_who_has_no_value_at_all_is_as_the_reference_arm():
    values, X, place = trial(n=400, lost=0, gain=20.0)
    nothing = (place == 1) & (np.arange(400) % 5 == 0)
    values[nothing] = np.nan
    for strategy in STRATEGIES:
        made = drawn((values, X, place), strategy)[:, nothing, -1]
        assert made.mean() == pytest.approx(values[place == 0, -1].mean(), abs=1)


@pytest.mark.parametrize(("shift", "factor"), [(2000, 1), (1e6, 1), (0, 1e9), (0, 1e-9)])
def test_the_origin_and_unit_of_a_predictor_do_not_matter(shift, factor):
    values, X, place = trial()
    found, same = drawn((values, shift + factor * X, place)), drawn((values, X, place))
    assert found == pytest.approx(same, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(("shift", "factor"), [(1e9, 1e6), (0, 1e-6)])
def test_the_origin_and_unit_of_the_outcome_do_not_matter(shift, factor):
    values, X, place = trial()
    found = (drawn((shift + factor * values, X, place)) - shift) / factor
    assert found == pytest.approx(drawn((values, X, place)), rel=1e-3, abs=1e-3)


def test_predictors_that_others_determine_and_more_of_them_than_values():
    values, X, place = trial()
    more = np.column_stack([X, X[:, 0] * 2, np.ones(80)])
    assert drawn((values, more, place)) == pytest.approx(drawn((values, X, place)))
    many = np.random.default_rng(0).normal(size=(80, 60))
    assert np.isfinite(drawn((values, many, place))).all()


def seconds(run):
    """Return the least seconds of this thread that three runs take."""
    taken = []
    for _ in range(3):
        begun = time.thread_time()
        run()
        taken.append(time.thread_time() - begun)
    return min(taken)


def test_a_hundred_imputations_of_a_trial_take_little_more_than_their_matrices():
    """By a yardstick of the same work, since machines differ: half a second on most."""
    values, _, place = trial(343, 4, lost=0.05)
    X = np.random.default_rng(0).normal(size=(343, 8))
    matrix = np.eye(4) + 0.5
    roots = seconds(lambda: [np.linalg.cholesky(matrix) for _ in range(25_000)])
    assert seconds(lambda: drawn((values, X, place), number=100)) < 6 * roots
