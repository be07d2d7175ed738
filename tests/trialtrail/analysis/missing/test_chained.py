"""Values imputed by chained equations within the arms."""

from __future__ import annotations

import time

import numpy as np
import pytest

from trialtrail.analysis.fitted import NotEstimable
from trialtrail.analysis.missing import chained
from trialtrail.analysis.missing.chained import LOGISTIC, MATCHED, NORMAL, Target, impute

CONTINUOUS = (NORMAL, MATCHED)
KINDS = (*CONTINUOUS, LOGISTIC)
ARMS = ["a", "b"]


def target(kind=NORMAL, n=80, times=1, terms=2, lost=0.3, seed=0):
    """Return an outcome of two arms by turns, of which a share is lost at random."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, terms))
    place = np.arange(n) % 2
    values = (X.sum(axis=1) + 2 * place)[:, None] + rng.normal(size=(n, times))
    if kind == LOGISTIC:
        values = (values > 1) * 1.0
    values[rng.random((n, times)) < lost] = np.nan
    return Target(values, kind, X, np.array(ARMS)[place])


def changed(given, **changes):
    return Target(
        **({name: getattr(given, name) for name in Target.__dataclass_fields__} | changes)
    )


def drawn(given, number=20, seed=1):
    return impute(given, ARMS, number, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("times", [1, 3])
def test_known_values_stay_and_all_others_are_drawn(kind, times):
    given = target(kind, times=times)
    made, known = drawn(given), ~np.isnan(given.values)
    assert made.shape == (20, 80, times)
    assert (made[:, known] == given.values[known]).all()
    assert np.isfinite(made).all()
    assert made[:, ~known].std() > 0
    if kind == LOGISTIC:
        assert set(np.unique(made)) == {0, 1}
    if kind == MATCHED:
        for place, arm in enumerate(ARMS):
            own = given.values[place::2]
            assert np.isin(made[:, place::2], own[~np.isnan(own)]).all(), arm


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_missing_is_left_as_it_is(kind):
    given = target(kind, lost=0)
    assert (drawn(given) == given.values).all()
    # Nor is an arm that has all its values, or nobody.
    half = target(kind)
    values = np.where((half.arms == "a")[:, None] & np.isnan(half.values), 0.0, half.values)
    made = drawn(changed(half, values=values))
    assert (made[:, half.arms == "a"] == values[half.arms == "a"]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_values(kind):
    given = target(kind, times=2)
    assert (drawn(given, seed=5) == drawn(given, seed=5)).all()
    assert (drawn(given, seed=5) != drawn(given, seed=6)).any()


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_in_an_arm_is_refused(kind):
    given = target(kind, times=2)
    values = given.values.copy()
    values[given.arms == "b", 1] = np.nan
    with pytest.raises(NotEstimable, match=r"no value in the arm \{arm:b\}: there is none to"):
        drawn(changed(given, values=values))


@pytest.mark.parametrize("kind", KINDS)
def test_one_observed_value(kind):
    given = target(kind)
    values = given.values.copy()
    mine = np.flatnonzero(given.arms == "b")
    values[mine] = np.nan
    values[mine[0]] = 1.0
    one = changed(given, values=values)
    if kind == LOGISTIC:
        # Half an event and half a non-event beside it: neither is certain.
        assert 0.3 < drawn(one, 200)[:, mine[1:]].mean() < 0.98
    else:
        with pytest.raises(NotEstimable, match=r"one value in the arm \{arm:b\}: too few"):
            drawn(one)


@pytest.mark.parametrize("known", [2, 3, 4])
def test_few_observed_values_leave_much_open(known):
    given = target(NORMAL)
    values = given.values.copy()
    mine = np.flatnonzero(given.arms == "b")
    values[mine] = np.nan
    values[mine[:known], 0] = np.arange(known)
    made = drawn(changed(given, values=values), 100)[:, mine[known:]]
    assert np.isfinite(made).all()
    assert made.std() > 1


@pytest.mark.parametrize("kind", CONTINUOUS)
def test_a_constant_outcome_is_imputed_as_it_is(kind):
    given = target(kind)
    made = drawn(changed(given, values=np.where(np.isnan(given.values), np.nan, 3.0)))
    assert made == pytest.approx(3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_perfect_predictor(kind):
    given = target(kind)
    truth = given.predictors[:, :1] * 2 + 1
    truth = (truth > 1) * 1.0 if kind == LOGISTIC else truth
    made = drawn(changed(given, values=np.where(np.isnan(given.values), np.nan, truth)), 50)
    gone = np.isnan(given.values)[:, 0]
    if kind == NORMAL:
        assert made == pytest.approx(np.broadcast_to(truth, made.shape))
    elif kind == MATCHED:
        assert np.corrcoef(made[:, gone, 0].mean(axis=0), truth[gone, 0])[0, 1] > 0.9
    else:
        assert (made[:, gone] == truth[gone]).mean() > 0.8


@pytest.mark.parametrize("event", [0.0, 1.0])
def test_a_binary_outcome_without_variation_in_an_arm_is_nearly_certain(event):
    given = target(LOGISTIC)
    values = np.where((given.arms == "b")[:, None] & ~np.isnan(given.values), event, given.values)
    made = drawn(changed(given, values=values), 200)
    gone = np.isnan(values)[:, 0] & (given.arms == "b")
    other = (made[:, gone] != event).mean()
    assert 0 < other < 0.15


@pytest.mark.parametrize("seed", range(8))
def test_rare_events_at_several_timepoints(seed):
    # A timepoint may be constant among the known of another in some imputations alone.
    rng = np.random.default_rng(seed)
    values = (rng.random((24, 3)) < 0.12) * 1.0
    values[rng.random((24, 3)) < 0.5] = np.nan
    given = Target(values, LOGISTIC, np.zeros((24, 0)), np.array(ARMS)[np.arange(24) % 2])
    assert np.isin(drawn(given, 30), (0, 1)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_collinear_and_constant_predictors_are_no_more_than_one(kind):
    given = target(kind, terms=1)
    X = given.predictors
    made = drawn(changed(given, predictors=np.column_stack([X, 2 * X - 1, np.ones(80)])))
    assert (made == drawn(given)).mean() > 0.99


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("shift", "factor"), [(2000, 1), (1e6, 1), (0, 1e9), (0, 1e-9)])
def test_the_origin_and_unit_of_a_predictor_do_not_matter(kind, shift, factor):
    given = target(kind)
    made = drawn(changed(given, predictors=shift + factor * given.predictors))
    assert np.isclose(made, drawn(given), rtol=1e-6).mean() > 0.99


def test_more_predictors_than_values():
    rng = np.random.default_rng(0)
    given = changed(target(NORMAL, n=24), predictors=rng.normal(size=(24, 40)))
    assert np.isfinite(drawn(given)).all()
    assert drawn(given).std() < 20


def test_without_a_predictor_all_known_values_of_the_arm_are_donors():
    given = target(MATCHED, terms=0)
    made = drawn(given, 300)
    gone = np.isnan(given.values)[:, 0] & (given.arms == "a")
    known = given.values[~np.isnan(given.values)[:, 0] & (given.arms == "a"), 0]
    times = np.array([(made[:, gone, 0] == value).sum() for value in known])
    assert times.min() > 0.7 * times.mean()
    assert times.max() < 1.3 * times.mean()


def test_many_pairs_are_compared_in_parts(monkeypatch):
    given = target(MATCHED)
    monkeypatch.setattr(chained, "LARGEST", 1000)
    made = drawn(given, 40)
    known = given.values[~np.isnan(given.values)]
    assert np.isin(made, known).all()


@pytest.mark.parametrize("kind", KINDS)
def test_means_are_near_the_truth_where_values_are_missing_at_random(kind):
    # Who has a high predictor is lost more often: the known are lower than all.
    differences, known_ones = [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        given = target(kind, n=400, lost=0, seed=seed)
        lost = rng.random(400) < 1 / (1 + np.exp(1 - 1.5 * given.predictors[:, 0]))
        values = np.where(lost[:, None], np.nan, given.values)
        made = drawn(changed(given, values=values), 5)
        differences.append(made.mean() - given.values.mean())
        known_ones.append(np.nanmean(values) - given.values.mean())
    error = np.std(differences) / np.sqrt(12)
    assert abs(np.mean(differences)) < 3 * error + 0.01
    assert np.mean(known_ones) < -5 * error


def test_another_timepoint_tells_of_a_missing_one():
    rng = np.random.default_rng(2)
    given = target(NORMAL, n=200, times=1, lost=0)
    values = np.column_stack([given.values, given.values + 0.1 * rng.normal(size=(200, 1))])
    gone = rng.random(200) < 0.3
    truth = values[gone, 1].copy()
    values[gone, 1] = np.nan
    made = drawn(changed(given, values=values))[:, gone, 1]
    assert np.abs(made.mean(axis=0) - truth).max() < 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_imputations_of_a_trial_take_less_than_half_a_second(kind):
    given = target(kind, n=343, terms=8, lost=0.15)
    took = []
    for _ in range(2):
        begun = time.thread_time()
        drawn(given, 100)
        took.append(time.thread_time() - begun)
    assert min(took) < 0.5
