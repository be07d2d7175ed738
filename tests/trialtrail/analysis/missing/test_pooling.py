"""Estimates of several imputations as one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri, stdtr, stdtrit

from trialtrail.analysis.fitted import Arm, Effect, Fitted, Part
from trialtrail.analysis.measures import TOO_WIDE
from trialtrail.analysis.missing.pooling import pool, pool_fitted

Q, U = [1, 1.2, 0.9, 1.1, 1.3], [0.04, 0.05, 0.045, 0.05, 0.04]


def effect(estimate, se=0.2, df=97.0, measure="mean_difference", **more):
    ends = (None, None) if se is None or estimate is None else (estimate - 1, estimate + 1)
    return Effect("b", measure, estimate, *ends, 50, 48, 2, 4, se=se, df=df, **more)


def fitted(*effects, model=(), arms=()):
    return Fitted(list(effects), list(arms), list(model))


def test_the_rules():
    found = pool(Q, U, 97, 0.95)
    assert found.estimate == pytest.approx(1.1)
    assert (found.within, found.between) == pytest.approx((0.045, 0.025))
    assert found.se**2 == pytest.approx(0.045 + 1.2 * 0.025)
    # Barnard and Rubin: of the imputations 4 / 0.4², of the data 98/100 x 97 x 0.6.
    assert found.df == pytest.approx(1 / (0.4**2 / 4 + 1 / (98 / 100 * 97 * 0.6)))
    assert found.mc_error == pytest.approx(math.sqrt(0.025 / 5))
    margin = stdtrit(found.df, 0.975) * found.se
    assert (found.lower, found.upper) == pytest.approx((1.1 - margin, 1.1 + margin))
    assert found.p == pytest.approx(2 * stdtr(found.df, -1.1 / found.se))


def test_imputations_that_agree_change_nothing():
    found = pool([2.0] * 4, [0.25] * 4, 30, 0.9)
    assert (found.se, found.df, found.fraction_missing, found.mc_error) == (0.5, 30, 0, 0)
    assert found.upper == pytest.approx(2 + 0.5 * stdtrit(30, 0.95))
    normal = pool([2.0] * 4, [0.25] * 4, None, 0.9)
    assert normal.df is None
    assert normal.upper == pytest.approx(2 + 0.5 * ndtri(0.95))


def test_one_imputation_is_as_the_values_it_has():
    found = pool([2.0], [0.25], 30, 0.95)
    assert (found.estimate, found.se, found.df, found.mc_error) == (2, 0.5, 30, 0)


def test_estimates_that_are_certain_within_each_imputation():
    found = pool([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], 30, 0.95)
    assert found.se == pytest.approx(math.sqrt(4 / 3))
    assert (found.df, found.fraction_missing) == (2, 1)


@settings(max_examples=20)
@given(
    shift=st.floats(-100, 100),
    factor=st.floats(0.01, 100),
    order=st.permutations(range(5)),
    df=st.sampled_from([None, 5.0, 97.0]),
)
def test_origin_unit_and_order(shift, factor, order, df):
    here = pool(Q, U, df, 0.95)
    there = pool(
        [shift + factor * Q[k] for k in order], [factor**2 * U[k] for k in order], df, 0.95
    )
    assert there.estimate == pytest.approx(shift + factor * here.estimate)
    assert (there.se, there.mc_error) == pytest.approx((factor * here.se, factor * here.mc_error))
    assert (there.df, there.fraction_missing) == pytest.approx((here.df, here.fraction_missing))


@settings(max_examples=20)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=20), st.floats(1, 100))
def test_no_interval_is_narrower_than_one_of_known_values(estimates, df):
    found = pool(estimates, [0.5] * len(estimates), df, 0.95)
    assert found.se >= math.sqrt(0.5)
    assert found.df <= df * (1 + 1e-12)
    assert 0 <= found.fraction_missing <= 1


def test_ratios_are_pooled_by_their_logarithm():
    logs = [0.1, 0.3, 0.2]
    found = pool_fitted(
        [fitted(effect(math.exp(each), measure="risk_ratio")) for each in logs], 0.95
    ).effects[0]
    wanted = pool(logs, [0.04] * 3, 97, 0.95)
    assert found.estimate == pytest.approx(math.exp(0.2))
    assert (found.se, found.df, found.p) == pytest.approx((wanted.se, wanted.df, wanted.p))
    assert (found.lower, found.upper) == pytest.approx(
        (math.exp(wanted.lower), math.exp(wanted.upper))
    )
    assert (found.imputations, found.mc_error) == (3, pytest.approx(wanted.mc_error))
    assert (found.n_arm, found.n_reference) == (50, 48)


def test_a_ratio_of_two_imputations_that_are_far_apart_has_no_interval():
    fits = [fitted(effect(each, measure="odds_ratio")) for each in (1e-5, 1e5)]
    found = pool_fitted(fits, 0.95).effects[0]
    assert found.estimate == pytest.approx(1)
    assert (found.lower, found.upper, found.se, found.p) == (None,) * 4
    assert found.note == TOO_WIDE


def test_an_interaction_of_ratios_is_a_ratio():
    effects = [fitted(effect(each, measure="odds_ratio_interaction")) for each in (2.0, 8.0)]
    assert pool_fitted(effects, 0.95).effects[0].estimate == pytest.approx(4)


def test_degrees_of_freedom_that_differ_are_those_of_the_mean_variance():
    found = pool_fitted([fitted(effect(1.0, df=10.0)), fitted(effect(1.0, df=30.0))], 0.95)
    assert found.effects[0].df == pytest.approx(15)
    normal = pool_fitted([fitted(effect(1.0, df=10.0)), fitted(effect(1.0, df=None))], 0.95)
    assert normal.effects[0].df is None


def test_what_one_imputation_cannot_estimate_is_not_estimated():
    found = pool_fitted(
        [fitted(effect(1.0)), fitted(effect(None, se=None, note="the values do not vary"))], 0.95
    ).effects[0]
    assert (found.estimate, found.lower, found.se, found.df, found.p) == (None,) * 5
    assert found.note == "not estimable in 1 of 2 imputations: the values do not vary"


def test_what_has_no_interval_in_one_imputation_has_none():
    fits = [fitted(effect(1.0)), fitted(effect(3.0, se=None, note="no event in the arm {arm:a}"))]
    found = pool_fitted(fits, 0.95).effects[0]
    assert found.estimate == 2
    assert (found.lower, found.upper, found.se, found.p) == (None,) * 4
    assert found.note == "no interval in 1 of 2 imputations: no event in the arm {arm:a}"


def test_notes_say_of_how_many_imputations_they_are():
    notes = ["x; y", "x", "x; y"]
    found = pool_fitted([fitted(effect(1.0, note=note)) for note in notes], 0.95)
    assert found.effects[0].note == "x; in 2 of 3 imputations: y"
    methods = [effect(1.0, method=name) for name in ("one", "two", "two")]
    assert pool_fitted([fitted(each) for each in methods], 0.95).effects[0].method == "two"


def test_arms_and_numbers_of_the_model():
    def fit(mean, variance):
        arms = [Arm("a", 50), Arm("b", 48, mean, mean - 1, mean + 1, 0.5, 40.0)]
        model = [
            Part("residual_variance", variance),
            Part("intracluster_correlation", variance if variance > 1 else None),
            Part("log_likelihood", -mean),
        ]
        return fitted(
            effect(mean), effect(mean + 1, measure="mean_difference"), arms=arms, model=model
        )

    found = pool_fitted([fit(1.0, 1.0), fit(3.0, 2.0)], 0.95)
    first, second = found.arms
    assert (first.adjusted, first.n_analysed) == (None, 50)
    wanted = pool([1.0, 3.0], [0.25, 0.25], 40, 0.95)
    assert (second.adjusted, second.adjusted_se, second.adjusted_df) == (
        wanted.estimate,
        wanted.se,
        wanted.df,
    )
    parts = [(part.component, part.group, part.value) for part in found.model]
    # One of which some imputation has no value is not averaged.
    assert parts[0] == ("residual_variance", "", 1.5)
    assert [part[0] for part in parts[1:]] == ["fraction_missing_information"] * 2
    assert all(0 < np.float64(part[2]) <= 1 for part in parts[1:])


def test_effects_of_subgroups_are_each_pooled():
    fits = [
        fitted(effect(k, subgroup_level="men"), effect(10 * k, subgroup_level="women"))
        for k in (1.0, 2.0)
    ]
    men, women = pool_fitted(fits, 0.95).effects
    assert (men.subgroup_level, men.estimate) == ("men", 1.5)
    assert (women.subgroup_level, women.estimate) == ("women", 15)
