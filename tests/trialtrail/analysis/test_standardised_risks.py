"""Standardised risks of sound data and of others."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.standardised_risks import MEASURES, PENALISED, standardised_risks
from trialtrail.analysis.units import ONE_UNIT

BOTH = {"clustered": ["a", "b"]}
SEEDS = st.integers(0, 10_000)


def trial(seed=0, n=80, arms=("a", "b")):
    rng = np.random.default_rng(seed)
    place = np.arange(n) % len(arms)
    x = rng.normal(size=n)
    risk = 1 / (1 + np.exp(0.3 - 0.8 * place - 0.7 * x))
    return pd.DataFrame(
        {
            "arm": np.array(arms)[place],
            "value": (rng.random(n) < risk) * 1.0,
            "x": x,
            "cluster": [f"{arms[k % len(arms)]}{k // 8}" for k in range(n)],
        }
    )


def fit(data, **changes):
    return standardised_risks(data, Setting(**({"arms": ["a", "b"], "terms": ["x"]} | changes)))


def numbers(effect):
    return effect.estimate, effect.se, effect.df, effect.lower, effect.upper, effect.p


def of(fitted):
    return {effect.measure: effect for effect in fitted.effects}


def with_events(data, arm, event):
    return data.assign(value=data["value"].mask(data["arm"] == arm, event))


def assert_not_estimable(fitted, note):
    for effect in fitted.effects:
        assert (effect.estimate, effect.lower, effect.upper, effect.se, effect.p) == (None,) * 5
        assert effect.note == note


def assert_no_interval(effect):
    assert (effect.lower, effect.upper, effect.se, effect.df, effect.p) == (None,) * 5
    assert effect.note


def test_without_covariates_they_are_the_raw_risks_with_errors_as_in_welchs_test():
    data = trial()
    found = of(fit(data, terms=[]))
    assert [*found] == list(MEASURES)
    first, second = (data.loc[data["arm"] == arm, "value"].mean() for arm in "ab")
    parts = [risk * (1 - risk) / 40 for risk in (first, second)]
    # With the leverage 1/40 and k/(k - 1): 40/39 for each.
    df = sum(parts) ** 2 / sum(part**2 / 39 for part in parts)
    difference = found["risk_difference"]
    se = math.sqrt(sum(parts) * (40 / 39) ** 3)
    assert (difference.estimate, difference.se, difference.df) == pytest.approx(
        (second - first, se, df), rel=1e-9
    )
    assert difference.upper == pytest.approx(difference.estimate + stdtrit(df, 0.975) * se)
    assert found["risk_ratio"].estimate == pytest.approx(second / first)
    odds = [risk / (1 - risk) for risk in (first, second)]
    assert found["odds_ratio"].estimate == pytest.approx(odds[1] / odds[0])
    arms = fit(data, terms=[]).arms
    assert [arm.adjusted for arm in arms] == pytest.approx([first, second])
    assert all(arm.adjusted_lower < arm.adjusted < arm.adjusted_upper for arm in arms)


def test_a_fit_counts_and_names():
    data = trial()
    found = fit(data.assign(value=data["value"].mask(data.index == 1)))
    effect = found.effects[0]
    assert (effect.n_arm, effect.missing_arm) == (39, 1)
    assert (effect.n_reference, effect.missing_reference) == (40, 0)
    assert (effect.method, effect.note) == ("standardised_risks", "")
    (coefficient,) = (part for part in found.model if part.component == "coefficient")
    assert coefficient.group == "x"
    assert coefficient.lower < coefficient.value < coefficient.upper


def test_three_arms_are_each_held_against_the_reference():
    data = trial(arms=("a", "b", "c"), n=120)
    found = fit(data, arms=["a", "b", "c"])
    assert [(e.arm, e.measure) for e in found.effects] == [(a, m) for a in "bc" for m in MEASURES]
    risks = {arm.arm: arm.adjusted for arm in found.arms}
    assert found.effects[3].estimate == pytest.approx(risks["c"] - risks["a"])


@pytest.mark.parametrize("name", ["complete", "quasi"])
def test_covariates_that_separate_are_fitted_by_firth(name):
    data = trial()
    x = (data["x"] > 0) * 1.0
    values = x.where((name == "complete") | (data.index != x.idxmax()), 0.0)
    found = fit(data.assign(value=values, x=x))
    for effect in found.effects:
        assert (effect.method, effect.note) == ("standardised_risks_firth", PENALISED)
        assert np.isfinite(numbers(effect)).all()
        assert effect.lower < effect.estimate < effect.upper


@pytest.mark.parametrize(
    ("event", "estimates", "note"),
    [
        (0.0, [0.0, None, None], "no event in any arm: no interval"),
        (1.0, [0.0, 1.0, None], "everybody has the event: no interval"),
    ],
)
def test_nobody_or_everybody_has_the_event(event, estimates, note):
    found = fit(trial().assign(value=event))
    assert [effect.estimate for effect in found.effects] == estimates
    assert all(effect.note == note for effect in found.effects)
    assert all(
        effect.lower is effect.upper is effect.se is effect.p is None for effect in found.effects
    )
    assert [arm.adjusted for arm in found.arms] == [event, event]


@pytest.mark.parametrize("terms", [[], ["x"]])
def test_an_arm_without_events_has_the_variance_of_the_model(terms):
    found = of(fit(with_events(trial(), "a", 0.0), terms=terms))
    ratio, difference = found["risk_ratio"], found["risk_difference"]
    note = (
        f"{PENALISED}; nobody in the arm {{arm:a}} has the event: the variance is that of the model"
    )
    assert ratio.note == note
    # Half an event of 41: the logarithm of such a risk has an error of about √2.
    assert 1.2 < ratio.se < 1.6
    assert ratio.lower < ratio.estimate / 5
    assert 0 < difference.lower < difference.estimate < difference.upper < 1
    if not terms:
        events = with_events(trial(), "a", 0.0).query("arm == 'b'")["value"].sum()
        risks = 0.5 / 41, (events + 0.5) / 41
        assert ratio.estimate == pytest.approx(risks[1] / risks[0])
        assert fit(with_events(trial(), "a", 0.0), terms=[]).arms[0].adjusted_se == pytest.approx(
            math.sqrt(risks[0] * (1 - risks[0]) / 40)
        )


def test_an_arm_without_and_one_of_events_alone():
    data = with_events(with_events(trial(), "a", 0.0), "b", 1.0)
    found = of(fit(data, terms=[]))
    assert found["risk_difference"].estimate == pytest.approx(40 / 41)
    assert found["risk_difference"].upper == 1
    assert found["risk_difference"].lower < 0.95
    assert found["odds_ratio"].se > 1.9
    other = of(fit(data, terms=[], arms=["b", "a"]))
    assert other["risk_difference"].lower == -1
    assert "everybody in the arm {arm:b} has the event" in other["odds_ratio"].note


def test_an_arm_without_events_has_no_interval_with_clusters():
    found = fit(with_events(trial(), "a", 0.0), **BOTH)
    for effect in found.effects:
        assert effect.estimate is not None
        assert_no_interval(effect)
        assert effect.method == "standardised_risks_firth_clustered"
        assert effect.note.endswith("nobody in the arm {arm:a} has the event: no interval")
    assert found.arms[0].adjusted_se is None
    assert found.arms[1].adjusted_se > 0


def test_no_value_in_an_arm():
    data = trial()
    found = fit(data.assign(value=data["value"].mask(data["arm"] == "b")))
    assert_not_estimable(found, "no value in the arm {arm:b}")
    assert found.effects[0].missing_arm == 40


@pytest.mark.parametrize("terms", [[], ["x"]])
def test_one_value_in_an_arm(terms):
    data = trial()
    alone = (data["arm"] == "b") & (data.index > 1)
    for effect in fit(data.assign(value=data["value"].mask(alone)), terms=terms).effects:
        assert math.isfinite(effect.estimate)
        assert_no_interval(effect)
        assert effect.note.startswith(ONE_UNIT)


def test_one_cluster_in_an_arm():
    data = trial()
    data["cluster"] = data["cluster"].mask(data["arm"] == "b", "one")
    for effect in fit(data, **BOTH).effects:
        assert_no_interval(effect)
        assert effect.note == ONE_UNIT


def test_values_that_are_no_events():
    data = trial()
    found = fit(data.assign(value=data["value"] * 2))
    assert_not_estimable(found, "values other than 0 and 1")


def test_a_covariate_that_another_determines_is_left_out_and_named():
    data = trial()
    found = fit(data.assign(z=3 * data["x"]), terms=["x", "z"])
    assert {effect.note for effect in found.effects} == {"left out, as others say the same: z"}
    assert numbers(found.effects[0]) == pytest.approx(numbers(fit(data).effects[0]))


def test_an_arm_that_a_covariate_determines():
    data = trial()
    found = fit(data.assign(z=(data["arm"] == "b") * 1.0), terms=["z"])
    assert_not_estimable(found, "the arms cannot be told apart from the covariates")


@pytest.mark.parametrize(("shift", "factor"), [(2000, 1), (1e6, 1), (0, 1e8), (0, 1e-8)])
def test_the_origin_and_unit_of_a_covariate_do_not_matter(shift, factor):
    data = trial()
    found = fit(data.assign(x=shift + factor * data["x"])).effects
    for here, there in zip(found, fit(data).effects, strict=True):
        assert here.method == "standardised_risks"
        assert numbers(here) == pytest.approx(numbers(there), rel=1e-7)


def test_clusters_of_one_are_no_clusters():
    data = trial().assign(cluster=lambda frame: frame.index.astype(str))
    for here, there in zip(fit(data, **BOTH).effects, fit(data).effects, strict=True):
        assert numbers(here) == pytest.approx(numbers(there))
        assert here.method == "standardised_risks_clustered"


def test_members_who_are_alike_count_for_less():
    data = trial(n=40)
    twice = pd.concat([data, data], ignore_index=True)
    twice["cluster"] = [str(place) for place in range(40)] * 2
    alike, apart = (of(fit(twice, **kind))["risk_difference"] for kind in (BOTH, {}))
    assert alike.estimate == apart.estimate
    assert alike.se == pytest.approx(apart.se * math.sqrt(2), rel=0.02)


def test_clusters_across_the_arms_are_counted_together():
    data = trial()
    data["cluster"] = [f"site{place // 8}" for place in range(80)]
    rows = np.random.default_rng(1).permutation(80)
    found, other = (of(fit(each, **BOTH))["risk_difference"] for each in (data, data.iloc[rows]))
    assert found.df == 9
    assert numbers(other) == pytest.approx(numbers(found))


@settings(max_examples=15)
@given(seed=SEEDS, clustered=st.sampled_from([[], ["b"], ["a", "b"]]))
def test_arms_that_are_swapped_turn_the_effect_about(seed, clustered):
    data = trial(seed=seed)
    here = of(fit(data, clustered=clustered))
    there = of(fit(data, clustered=clustered, arms=["b", "a"]))
    one, two = here["risk_difference"], there["risk_difference"]
    assert (two.estimate, two.lower, two.upper) == pytest.approx(
        (-one.estimate, -one.upper, -one.lower), abs=1e-9
    )
    for name in ("risk_ratio", "odds_ratio"):
        one, two = here[name], there[name]
        assert (two.estimate, two.lower, two.upper) == pytest.approx(
            (1 / one.estimate, 1 / one.upper, 1 / one.lower)
        )
        assert (two.se, two.df, two.p) == pytest.approx((one.se, one.df, one.p))


@settings(max_examples=15)
@given(seed=SEEDS, clustered=st.sampled_from([[], ["a", "b"]]))
def test_neither_the_order_of_rows_nor_names_of_clusters_matter(seed, clustered):
    data = trial(seed=seed)
    other = data.sample(frac=1, random_state=seed)
    other["cluster"] = "x" + other["cluster"].str[::-1]
    for here, there in zip(
        fit(data, clustered=clustered).effects, fit(other, clustered=clustered).effects, strict=True
    ):
        assert numbers(there) == pytest.approx(numbers(here), rel=1e-7, abs=1e-9)
        assert here.note == there.note


@settings(max_examples=10)
@given(seed=SEEDS)
def test_the_other_outcome_has_the_other_difference(seed):
    data = trial(seed=seed)
    here, there = (of(fit(each)) for each in (data, data.assign(value=1 - data["value"])))
    one, two = here["risk_difference"], there["risk_difference"]
    assert (two.estimate, two.se) == pytest.approx((-one.estimate, one.se), abs=1e-9)
    assert there["odds_ratio"].estimate == pytest.approx(1 / here["odds_ratio"].estimate)
