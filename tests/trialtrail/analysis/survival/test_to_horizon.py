import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from times_to_event import simulated, times

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.survival.to_horizon import incidence_difference, restricted_mean

TWO = Setting(("a", "b"), horizon=8.0)
BOTH = pytest.mark.parametrize("method", [restricted_mean, incidence_difference])


def only_effect(method, data, setting=TWO):
    (effect,) = method(data, setting).effects
    return effect


def numbers(effect):
    return effect.estimate, effect.lower, effect.upper, effect.se, effect.p


def test_without_censoring_the_mean_is_that_of_the_times_up_to_the_horizon():
    a, b = np.array([1.0, 3, 5, 9, 12]), np.array([2.0, 2, 8, 10, 20])
    data = times([*a, *b], [1] * 10, "aaaaabbbbb")
    effect = only_effect(restricted_mean, data)
    a, b = np.minimum(a, 8), np.minimum(b, 8)
    assert effect.estimate == pytest.approx(b.mean() - a.mean())
    assert effect.se == pytest.approx(math.sqrt(a.var() / 5 + b.var() / 5))
    assert effect.lower < effect.estimate < effect.upper
    arm = restricted_mean(data, TWO).arms[0]
    assert (arm.adjusted, arm.adjusted_se) == pytest.approx((a.mean(), a.std() / math.sqrt(5)))


def test_without_censoring_the_incidence_is_a_share():
    data = times([1, 3, 5, 9, 2, 2, 8, 10], [1, 1, 2, 1, 1, 1, 1, 2], "aaaabbbb")
    effect = only_effect(incidence_difference, data)
    assert effect.estimate == pytest.approx(3 / 4 - 2 / 4)
    assert effect.se == pytest.approx(math.sqrt(3 / 4 * 1 / 4 / 4 + 1 / 2 * 1 / 2 / 4))
    found = incidence_difference(data, TWO)
    assert {(part.component, part.group): part.value for part in found.model} == {
        ("horizon", ""): 8,
        ("incidence", "a"): 0.5,
        ("incidence", "b"): 0.75,
        ("events_to_horizon", "a"): 2,
        ("events_to_horizon", "b"): 3,
    }


@BOTH
def test_an_arm_without_an_event_has_an_estimate_and_no_interval(method):
    data = simulated()
    data["event"] = data["event"].where(data["arm"] == "a", 0)
    found = method(data, TWO)
    effect = found.effects[0]
    assert effect.estimate is not None
    assert numbers(effect)[1:] == (None,) * 4
    assert effect.note == "no event up to the horizon in the arm {arm:b}: no interval"
    assert found.arms[1].adjusted == (8 if method is restricted_mean else 0)
    assert found.arms[1].adjusted_lower is None
    assert found.arms[0].adjusted_lower < found.arms[0].adjusted < found.arms[0].adjusted_upper


@BOTH
def test_without_any_event_the_difference_is_0_without_an_interval(method):
    effect = only_effect(method, simulated().assign(event=0))
    assert numbers(effect) == (0, None, None, None, None)
    assert effect.note == (
        "no event up to the horizon in the arm {arm:a} and the arm {arm:b}: no interval"
    )


@BOTH
@pytest.mark.parametrize("time", [0, 5])
def test_all_events_at_one_time_do_not_vary(method, time):
    effect = only_effect(method, times([time] * 8, [1] * 8, "aaaabbbb"))
    assert numbers(effect) == (0, None, None, None, None)
    assert effect.note == (
        "no variation up to the horizon in the arm {arm:a} and the arm {arm:b}: no interval"
    )


def test_competing_events_alone_end_the_time_and_are_no_incidence():
    data = simulated().assign(event=lambda data: data["event"] * 2)
    effect = only_effect(incidence_difference, data)
    assert numbers(effect) == (0, None, None, None, None)
    assert effect.note.startswith("no event up to the horizon in the arm {arm:a} and")
    effect = only_effect(restricted_mean, data)
    assert numbers(effect) == numbers(only_effect(restricted_mean, simulated()))
    assert effect.note == "competing events count as events"


@BOTH
def test_a_horizon_after_the_last_time_of_an_arm_is_not_reached(method):
    data = simulated()
    last = data.groupby("arm")["time"].max()
    beyond = data.assign(time=np.minimum(data["time"], last["b"]))
    horizon = float(beyond.groupby("arm")["time"].max().min())
    assert only_effect(method, beyond, replace(TWO, horizon=horizon)).lower is not None
    found = method(beyond, replace(TWO, horizon=horizon * 1.01))
    assert numbers(found.effects[0]) == (None,) * 5
    assert "is after the last time in the arm {arm:b}" in found.effects[0].note
    assert found.arms[1].adjusted is None
    (part,) = (each for each in found.model if each.group == "b")
    assert part.value is None
    assert "is after the last time" in part.note


@BOTH
def test_a_horizon_after_the_last_event_is_reached_if_all_had_one(method):
    data = times([1, 2, 3, 9, 1, 3, 4, 5], [1, 1, 1, 0, 1, 1, 1, 1], "aaaabbbb")
    found = method(data, TWO)
    assert found.arms[1].adjusted == (13 / 4 if method is restricted_mean else 1)
    assert found.effects[0].estimate is not None


@BOTH
def test_a_horizon_that_differs_from_the_last_time_by_rounding_is_reached(method):
    data = times([0.1, 0.1 + 0.2, 0.1, 0.1 + 0.2], [1, 0, 1, 0], "aabb")
    assert only_effect(method, data, replace(TWO, horizon=0.3)).estimate == 0
    below = data.assign(time=[0.1, 0.3, 0.1, 0.3])
    assert only_effect(method, below, replace(TWO, horizon=0.1 + 0.2)).estimate == 0


@BOTH
@pytest.mark.parametrize("horizon", [None, 0, -1.0, math.nan])
def test_without_a_horizon_nothing_is_compared(method, horizon):
    found = method(simulated(), replace(TWO, horizon=horizon))
    assert numbers(found.effects[0]) == (None,) * 5
    assert found.effects[0].note == "no horizon after time 0 is set"
    assert [arm.n_analysed for arm in found.arms] == [30, 30]


@BOTH
def test_negative_times_stop_the_analysis(method):
    data = simulated()
    data.loc[5, "time"] = -0.1
    effect = only_effect(method, data)
    assert numbers(effect) == (None,) * 5
    assert effect.note == "a time is negative"


@BOTH
def test_an_arm_without_a_known_time_leaves_the_others(method):
    data = simulated(90, "abc")
    data.loc[data["arm"] == "b", "event"] = np.nan
    found = method(data, replace(TWO, arms=("a", "b", "c"))).effects
    assert numbers(found[0]) == (None,) * 5
    assert found[0].note == "no value in the arm {arm:b}"
    assert (found[0].n_arm, found[0].missing_arm) == (0, 30)
    assert found[1] == only_effect(method, data, replace(TWO, arms=("a", "c")))
    assert only_effect(method, data.assign(time=np.nan)).note == "no value in any arm"


def test_a_ratio_of_means_is_given_where_it_is_asked_for():
    data = simulated()
    found = restricted_mean(data, replace(TWO, options={"ratio": True}))
    difference, ratio = found.effects
    assert difference == only_effect(restricted_mean, data)
    reference, arm = (each.adjusted for each in found.arms)
    assert ratio.measure == "restricted_mean_ratio"
    assert ratio.estimate == pytest.approx(arm / reference)
    errors = [each.adjusted_se / each.adjusted for each in found.arms]
    assert ratio.se == pytest.approx(math.hypot(*errors))
    assert math.log(ratio.upper / ratio.estimate) == pytest.approx(1.959964 * ratio.se, rel=1e-6)


def test_a_mean_of_0_has_no_ratio():
    data = times([0, 0, 0, 1, 9, 9], [1, 1, 1, 1, 1, 1], "aaabbb")
    _, ratio = restricted_mean(data, replace(TWO, options={"ratio": True})).effects
    assert ratio.estimate is None
    assert ratio.note == "a mean of 0: no ratio"


@BOTH
def test_strata_and_covariates_are_said_not_to_be_used(method):
    data = simulated()
    found = only_effect(method, data, replace(TWO, strata=("site",), terms=("age",)))
    assert found.note == "strata and covariates are not used"
    assert replace(found, note="") == only_effect(method, data)


CLUSTERED = replace(TWO, clustered=("b",))


@BOTH
def test_clusters_widen_the_error_of_the_arm_that_has_them(method):
    data = simulated()
    data["cluster"] = [f"m{n // 6}" for n in range(len(data))]
    effect, alone = only_effect(method, data, CLUSTERED), only_effect(method, data)
    assert effect.estimate == alone.estimate
    assert 9 <= effect.df <= 38
    assert effect.se != alone.se
    renamed = data.assign(cluster=data["cluster"].map(lambda name: f"z{name[::-1]}"))
    again = only_effect(method, renamed.sample(frac=1, random_state=1), CLUSTERED)
    assert again.se == pytest.approx(effect.se, rel=1e-10)
    assert again.df == pytest.approx(effect.df, rel=1e-10)


@BOTH
def test_a_single_cluster_and_clusters_that_do_not_vary_leave_no_interval(method):
    one = simulated().assign(cluster="m")
    effect = only_effect(method, one, CLUSTERED)
    assert effect.estimate == only_effect(method, one).estimate
    assert numbers(effect)[1:] == (None,) * 4
    assert effect.note == "a single cluster in the arm {arm:b}: no interval"
    same = pd.concat([one, one.assign(cluster="n")], ignore_index=True)
    effect = only_effect(method, same, replace(CLUSTERED, clustered=("a", "b")))
    assert effect.lower is None
    assert effect.note == "no variation between clusters: no interval"


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([1e-6, 0.37, 30.4375, 1e7]))
def test_the_unit_of_time_and_the_order_of_rows_do_not_matter(seed, scale):
    data = simulated(40, seed=seed, other=seed % 2 == 0)
    setting = replace(TWO, horizon=5.0)
    turned = data.sample(frac=1, random_state=seed).assign(time=lambda data: data["time"] * scale)
    moved = replace(setting, horizon=5.0 * scale)
    for method, unit in ((restricted_mean, scale), (incidence_difference, 1.0)):
        expected, found = only_effect(method, data, setting), only_effect(method, turned, moved)
        assert (found.note, found.p) == (
            expected.note,
            pytest.approx(expected.p, rel=1e-8, abs=1e-12),
        )
        assert found.estimate == pytest.approx(expected.estimate * unit, rel=1e-8, abs=1e-12 * unit)
        assert found.se == pytest.approx(expected.se * unit, rel=1e-8)


@BOTH
@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_arms_swapped_change_the_sign(method, seed):
    data = simulated(40, seed=seed)
    setting = replace(TWO, horizon=5.0)
    found = only_effect(method, data, setting)
    swapped = only_effect(method, data, replace(setting, arms=("b", "a")))
    assert swapped.estimate == pytest.approx(-found.estimate, abs=1e-12)
    assert swapped.lower == pytest.approx(-found.upper)
    assert swapped.se == pytest.approx(found.se)
