"""Ratios of rates of sound data and of others."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri, stdtrit

from trialtrail.analysis.counts import UNDER, rate_ratio
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.units import ALIKE, ONE_UNIT

BOTH = {"clustered": ["a", "b"]}
SEEDS = st.integers(0, 10_000)


def trial(seed=0, n=80, varied=True):
    """Return counts: negative binomial, or (``varied`` false) closer together than Poisson's."""
    rng = np.random.default_rng(seed)
    place, x = np.arange(n) % 2, rng.normal(size=n)
    mean = np.exp(1 - 0.4 * place + 0.3 * x)
    values = rng.poisson(mean * rng.gamma(1, 1, n)) if varied else np.round(mean + rng.random(n))
    return pd.DataFrame(
        {
            "arm": np.array(["a", "b"])[place],
            "value": values * 1.0,
            "x": x,
            "exposure": rng.uniform(0.5, 2, n),
            "cluster": [f"{'ab'[k % 2]}{k // 8}" for k in range(n)],
        }
    )


def fit(data, **changes):
    return rate_ratio(data, Setting(**({"arms": ["a", "b"], "terms": ["x"]} | changes)))


def one(data, **changes):
    (effect,) = fit(data, **changes).effects
    return effect


def numbers(effect):
    return effect.estimate, effect.se, effect.lower, effect.upper, effect.p


def parts(fitted):
    return {(part.component, part.group): part for part in fitted.model}


def assert_not_estimable(effect, note):
    assert (effect.estimate, effect.lower, effect.upper, effect.se, effect.p) == (None,) * 5
    assert effect.note == note


def assert_no_interval(effect, note):
    assert math.isfinite(effect.estimate)
    assert (effect.lower, effect.upper, effect.se, effect.statistic, effect.p) == (None,) * 5
    assert effect.note == note


def test_without_covariates_and_exposure_it_is_the_ratio_of_means():
    data = trial().drop(columns="exposure")
    found = fit(data, terms=[])
    (effect,) = found.effects
    first, second = (data.loc[data["arm"] == arm, "value"].mean() for arm in "ab")
    assert effect.method == "negative_binomial"
    assert effect.estimate == pytest.approx(second / first)
    dispersion = parts(found)["dispersion", ""].value
    assert dispersion > 0.3
    # The error of the logarithm of a mean, by its variance μ + μ²/θ.
    se = math.sqrt(sum((1 / mean + dispersion) / 40 for mean in (first, second)))
    assert effect.se == pytest.approx(se)
    assert effect.lower == pytest.approx(effect.estimate * math.exp(ndtri(0.025) * se))
    assert effect.df is None
    assert [arm.adjusted for arm in found.arms] == pytest.approx([first, second])


def test_the_dispersion_is_at_the_maximum_of_the_likelihood():
    from scipy.stats import nbinom

    data = trial().drop(columns="exposure")
    found = fit(data, terms=[])
    theta = 1 / parts(found)["dispersion", ""].value
    means = data.groupby("arm")["value"].transform("mean")

    def value(theta):
        return nbinom.logpmf(data["value"], theta, theta / (theta + means)).sum()

    assert parts(found)["log_likelihood", ""].value == pytest.approx(value(theta))
    assert value(theta) > max(value(theta * 0.999), value(theta * 1.001))


@pytest.mark.parametrize("clustered", [[], ["a", "b"]])
def test_rates_are_of_the_exposure(clustered):
    data = trial(varied=False)
    found = fit(data, terms=[], clustered=clustered)
    rates = {arm: mine["value"].sum() / mine["exposure"].sum() for arm, mine in data.groupby("arm")}
    if clustered:
        assert found.effects[0].estimate == pytest.approx(rates["b"] / rates["a"])
        assert [arm.adjusted for arm in found.arms] == pytest.approx([*rates.values()])
    longer = fit(data.assign(exposure=7 * data["exposure"]), terms=[], clustered=clustered)
    assert numbers(longer.effects[0]) == pytest.approx(numbers(found.effects[0]))
    assert longer.arms[0].adjusted == pytest.approx(found.arms[0].adjusted / 7)


def test_counts_closer_together_than_poissons_have_a_robust_error():
    data = trial(varied=False).drop(columns="exposure")
    found = fit(data, terms=[])
    (effect,) = found.effects
    assert (effect.method, effect.note) == ("poisson_robust", UNDER)
    assert parts(found)["dispersion", ""].value == 0
    by_arm = data.groupby("arm")["value"]
    se = math.sqrt(80 / 78 * ((by_arm.var(ddof=0) / by_arm.mean() ** 2) / 40).sum())
    assert (effect.estimate, effect.se) == pytest.approx(
        (by_arm.mean()["b"] / by_arm.mean()["a"], se)
    )
    assert se < math.sqrt((1 / by_arm.sum()).sum())


def test_in_clusters_the_error_is_by_the_units():
    data = trial()
    found = fit(data, **BOTH)
    (effect,) = found.effects
    assert (effect.method, effect.df) == ("poisson_clustered", 19)
    assert effect.upper == pytest.approx(effect.estimate * math.exp(stdtrit(19, 0.975) * effect.se))
    twice = pd.concat([data, data], ignore_index=True)
    twice["cluster"] = [str(place) for place in range(80)] * 2
    apart = twice.assign(cluster=twice.index.astype(str))
    alike = one(twice, **BOTH)
    assert alike.df == 79
    assert alike.se == pytest.approx(one(apart, **BOTH).se * math.sqrt(2), rel=0.02)


@pytest.mark.parametrize("arms", [["b"], ["a", "b"]])
def test_one_cluster_has_no_interval(arms):
    data = trial()
    data["cluster"] = data["cluster"].mask(data["arm"].isin(arms), "k")
    found = fit(data, **BOTH)
    assert_no_interval(found.effects[0], ONE_UNIT)
    assert parts(found)["coefficient", "x"].se is None
    assert all(arm.adjusted_lower is None for arm in found.arms)


def test_no_event_in_an_arm_or_in_any():
    data = trial()
    none = data.assign(value=data["value"].mask(data["arm"] == "b", 0.0))
    assert_not_estimable(one(none), "no event in the arm {arm:b}")
    nobody = one(data.assign(value=0.0))
    assert_not_estimable(nobody, "no event in the arm {arm:a} and the arm {arm:b}")


@pytest.mark.parametrize("value", [-1.0, 0.5, 2.000001])
def test_a_value_that_is_no_number_of_events(value):
    data = trial()
    found = one(data.assign(value=data["value"].mask(data.index == 3, value)))
    assert_not_estimable(found, "a value is no number of events")


@pytest.mark.parametrize("exposure", [0.0, -1.0, np.nan, np.inf])
def test_who_was_not_exposed_for_a_known_time_is_missing(exposure):
    data = trial()
    lost = data.index == 4
    effect = one(data.assign(exposure=data["exposure"].mask(lost, exposure)))
    assert (effect.n_reference, effect.missing_reference, effect.missing_arm) == (39, 1, 0)
    assert numbers(effect) == pytest.approx(numbers(one(data[~lost])))


def test_no_value_in_an_arm():
    data = trial()
    found = one(data.assign(value=data["value"].mask(data["arm"] == "a")))
    assert_not_estimable(found, "no value in the arm {arm:a}")
    assert (found.n_reference, found.missing_reference) == (0, 40)


@pytest.mark.parametrize("varied", [True, False])
def test_one_value_in_an_arm(varied):
    data = trial(varied=varied)
    data = data[
        (data["arm"] == "a") | (data.index == data.loc[data["arm"] == "b", "value"].idxmax())
    ]
    if varied:
        # The variance is that of a model of all, and it is wide.
        effect = one(data)
        assert effect.method == "negative_binomial"
        assert effect.upper / effect.lower > 10
    else:
        found = one(data.drop(columns="exposure"))
        assert_no_interval(found, f"{ONE_UNIT}; {UNDER}")


@pytest.mark.parametrize("terms", [[], ["x"]])
def test_no_more_participants_than_parameters(terms):
    data = trial().iloc[: 2 + len(terms)].assign(value=[2.0, 3.0, 5.0][: 2 + len(terms)])
    found = one(data, terms=terms)
    assert_not_estimable(found, "no more participants than the model has parameters")


@pytest.mark.parametrize("terms", [[], ["x"]])
def test_numbers_that_do_not_vary_have_no_interval(terms):
    data = trial().drop(columns="exposure")
    note = f"{ALIKE}; {UNDER}"
    found = one(data.assign(value=np.where(data["arm"] == "a", 3.0, 2.0)), terms=terms)
    assert_no_interval(found, note)
    assert found.estimate == pytest.approx(2 / 3)


def test_a_covariate_that_separates_those_without_events():
    data = trial()
    data["z"] = (data.index < 20) * 1.0
    found = one(data.assign(value=data["value"].mask(data["z"] == 1, 0.0)), terms=["z"])
    reason = "a covariate separates those without an event: no maximum of the likelihood"
    assert_not_estimable(found, reason)


def test_a_covariate_that_another_determines_is_left_out_and_named():
    data = trial()
    found = one(data.assign(z=3 * data["x"]), terms=["x", "z"])
    assert found.note == "left out, as others say the same: z"
    assert numbers(found) == pytest.approx(numbers(one(data)))


def test_an_arm_that_a_covariate_determines():
    found = one(trial().assign(z=lambda frame: (frame["arm"] == "b") * 1.0), terms=["z"])
    assert_not_estimable(found, "the arms cannot be told apart from the covariates")


@pytest.mark.parametrize("varied", [True, False])
@pytest.mark.parametrize(("shift", "factor"), [(2000, 1), (1e6, 1), (0, 1e8), (0, 1e-8)])
def test_the_origin_and_unit_of_a_covariate_do_not_matter(shift, factor, varied):
    data = trial(varied=varied)
    found = one(data.assign(x=shift + factor * data["x"]))
    assert numbers(found) == pytest.approx(numbers(one(data)), rel=1e-7)


def test_huge_numbers_of_events():
    data = trial()
    found = fit(data.assign(value=1e6 * data["value"]))
    assert np.isfinite(numbers(found.effects[0])).all()
    assert found.effects[0].estimate == pytest.approx(one(data).estimate, rel=0.5)


@settings(max_examples=15)
@given(seed=SEEDS, varied=st.booleans(), clustered=st.sampled_from([[], ["b"], ["a", "b"]]))
def test_neither_the_order_of_rows_nor_which_arm_is_first_matters(seed, varied, clustered):
    data = trial(seed, varied=varied)
    here = one(data, clustered=clustered)
    other = one(data.sample(frac=1, random_state=seed), clustered=clustered)
    assert numbers(other) == pytest.approx(numbers(here), rel=1e-6)
    turned = one(data, clustered=clustered, arms=["b", "a"])
    assert turned.method == here.method
    assert numbers(turned) == pytest.approx(
        (1 / here.estimate, here.se, 1 / here.upper, 1 / here.lower, here.p), rel=1e-6
    )
