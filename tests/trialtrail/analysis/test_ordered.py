"""Common odds ratios of sound data and of others."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.ordered import ALONE, NO_MAXIMUM, proportional_odds
from trialtrail.analysis.standardised_risks import standardised_risks
from trialtrail.analysis.units import ONE_UNIT

BOTH = {"clustered": ["a", "b"]}
SEEDS = st.integers(0, 10_000)


def trial(seed=0, n=80):
    rng = np.random.default_rng(seed)
    place, x = np.arange(n) % 2, rng.normal(size=n)
    hidden = 0.8 * place + 0.5 * x + rng.logistic(size=n)
    return pd.DataFrame(
        {
            "arm": np.array(["a", "b"])[place],
            "value": np.digitize(hidden, [-1, 0.5, 2]) * 1.0,
            "x": x,
            "cluster": [f"{'ab'[k % 2]}{k // 8}" for k in range(n)],
        }
    )


def fit(data, **changes):
    return proportional_odds(data, Setting(**({"arms": ["a", "b"], "terms": ["x"]} | changes)))


def one(data, **changes):
    (effect,) = fit(data, **changes).effects
    return effect


def numbers(effect):
    return effect.estimate, effect.se, effect.lower, effect.upper, effect.p


def of(fitted, component):
    return {part.group: part.value for part in fitted.model if part.component == component}


def assert_not_estimable(fitted, note):
    for effect in fitted.effects:
        assert (effect.estimate, effect.lower, effect.upper, effect.se, effect.p) == (None,) * 5
        assert effect.note == note


def test_at_the_maximum_the_likelihood_falls_each_way():
    data = trial()
    found = fit(data)
    (effect,) = found.effects
    cuts = np.array([*of(found, "threshold").values()])
    slopes = np.array([math.log(effect.estimate), of(found, "coefficient")["x"]])
    X = np.column_stack([data["arm"] == "b", data["x"] - data["x"].mean()]).astype(float)
    y = data["value"].to_numpy().astype(int)

    def value(cuts, slopes):
        ends = np.concatenate([[-np.inf], cuts, [np.inf]])
        own = X @ slopes
        return np.log(expit(ends[y + 1] - own) - expit(ends[y] - own)).sum()

    top = value(cuts, slopes)
    assert of(found, "log_likelihood")[""] == pytest.approx(top, rel=1e-10)
    parameters = np.concatenate([cuts, slopes])

    def at(step):
        return value(*np.split(parameters + step, [3]))

    steps = 1e-4 * np.eye(5)
    assert max(abs(at(step) - at(-step)) / 2e-4 for step in steps) < 1e-6
    bend = np.array(
        [[at(a + b) - at(a - b) - at(b - a) + at(-a - b) for a in steps] for b in steps]
    ) / (4e-8)
    assert effect.se == pytest.approx(np.sqrt(np.linalg.inv(-bend)[3, 3]), rel=1e-4)
    assert effect.lower < effect.estimate < effect.upper
    assert (effect.method, effect.note, effect.df) == ("proportional_odds", "", None)


def test_of_two_categories_it_is_the_odds_ratio():
    data = trial().assign(value=lambda frame: (frame["value"] > 1) * 2.0)
    first, second = (data.loc[data["arm"] == arm, "value"].mean() / 2 for arm in "ab")
    effect = one(data, terms=[])
    assert effect.estimate == pytest.approx(second / (1 - second) / (first / (1 - first)))
    se = math.sqrt(sum(1 / (40 * risk * (1 - risk)) for risk in (first, second)))
    assert effect.se == pytest.approx(se)
    whole = standardised_risks(data.assign(value=data["value"] / 2), Setting(["a", "b"]))
    assert effect.estimate == pytest.approx(whole.effects[2].estimate)


def test_shares_of_the_categories():
    data = trial()
    found = of(fit(data), "share")
    assert [*found] == [f"{arm} {level}" for arm in "ab" for level in range(4)]
    assert sum(found[f"a {level}"] for level in range(4)) == pytest.approx(1)
    assert found["b 3"] == (data.loc[data["arm"] == "b", "value"] == 3).mean()


def test_one_category_has_no_odds_ratio():
    found = fit(trial().assign(value=2.0))
    assert_not_estimable(found, ALONE)
    assert of(found, "share") == {"a 2": 1, "b 2": 1}


def test_a_category_that_nobody_has_is_as_if_it_were_not():
    data = trial()
    data["value"] = data["value"].replace(2.0, 3.0)
    found = fit(data)
    closer = fit(data.assign(value=data["value"].replace(3.0, 2.0)))
    assert numbers(found.effects[0]) == numbers(closer.effects[0])
    assert [*of(found, "threshold")] == ["0", "1"]


@pytest.mark.parametrize(
    ("values", "terms"),
    [
        (lambda data: np.where(data["arm"] == "b", 2.0, 1.0), []),
        (lambda data: np.where(data["arm"] == "a", 0.0, data["value"]), ["x"]),
        (lambda data: np.digitize(data["x"], [-0.5, 0.5]) * 1.0, ["x"]),
    ],
    ids=["arms", "one arm", "covariate"],
)
def test_separated_categories(values, terms):
    data = trial()
    found = fit(data.assign(value=values(data)), terms=terms)
    assert_not_estimable(found, NO_MAXIMUM)
    assert found.effects[0].n_arm == 40
    assert of(found, "share")


def test_no_value_in_an_arm():
    data = trial()
    found = fit(data.assign(value=data["value"].mask(data["arm"] == "b")))
    assert_not_estimable(found, "no value in the arm {arm:b}")
    assert (found.effects[0].n_arm, found.effects[0].missing_arm) == (0, 40)


@pytest.mark.parametrize(("value", "estimable"), [(1.0, True), (3.0, False)])
def test_one_value_in_an_arm(value, estimable):
    data = trial()
    data = data[(data["arm"] == "a") | (data.index == 1)]
    found = fit(data.assign(value=data["value"].mask(data["arm"] == "b", value)))
    if estimable:
        assert found.effects[0].upper / found.effects[0].lower > 100
    else:
        assert_not_estimable(found, NO_MAXIMUM)


def test_a_covariate_that_another_determines_is_left_out_and_named():
    data = trial()
    found = one(data.assign(z=3 * data["x"]), terms=["x", "z"])
    assert found.note == "left out, as others say the same: z"
    assert numbers(found) == pytest.approx(numbers(one(data)))


def test_an_arm_that_a_covariate_determines():
    found = fit(trial().assign(z=lambda frame: (frame["arm"] == "b") * 1.0), terms=["z"])
    assert_not_estimable(found, "the arms cannot be told apart from the covariates")


@pytest.mark.parametrize(("shift", "factor"), [(2000, 1), (1e6, 1), (0, 1e8), (0, 1e-8)])
def test_the_origin_and_unit_of_a_covariate_do_not_matter(shift, factor):
    data = trial()
    found = one(data.assign(x=shift + factor * data["x"]))
    assert numbers(found) == pytest.approx(numbers(one(data)), rel=1e-7)


def test_as_many_categories_as_participants():
    data = trial()
    data["value"] = np.argsort(np.argsort(data["value"] + 0.01 * data["x"])) * 1.0
    effect = one(data, terms=[])
    assert effect.lower < effect.estimate < effect.upper
    assert effect.estimate > 1


def test_in_clusters_the_error_is_by_the_units():
    data = trial()
    effect = one(data, **BOTH)
    assert effect.estimate == one(data).estimate
    assert effect.df == 19
    twice = pd.concat([data, data], ignore_index=True)
    twice["cluster"] = [str(place) for place in range(80)] * 2
    apart = twice.assign(cluster=twice.index.astype(str))
    alike = one(twice, **BOTH)
    assert alike.se == pytest.approx(one(apart, **BOTH).se * math.sqrt(2), rel=0.01)


@pytest.mark.parametrize("arms", [["b"], ["a", "b"]])
def test_one_cluster_has_no_interval(arms):
    data = trial()
    found = fit(data.assign(cluster=data["cluster"].mask(data["arm"].isin(arms), "k")), **BOTH)
    (effect,) = found.effects
    assert effect.estimate == one(data).estimate
    assert (effect.lower, effect.upper, effect.se, effect.df, effect.p) == (None,) * 5
    assert effect.note == ONE_UNIT
    assert all(part.se is None for part in found.model)


@settings(max_examples=15)
@given(seed=SEEDS, clustered=st.sampled_from([[], ["b"], ["a", "b"]]))
def test_order_of_rows_arms_and_categories(seed, clustered):
    data = trial(seed)
    here = one(data, clustered=clustered)
    other = one(data.sample(frac=1, random_state=seed), clustered=clustered)
    assert numbers(other) == pytest.approx(numbers(here), rel=1e-6)
    wanted = (1 / here.estimate, here.se, 1 / here.upper, 1 / here.lower, here.p)
    turned = one(data, clustered=clustered, arms=["b", "a"])
    assert numbers(turned) == pytest.approx(wanted, rel=1e-6)
    reversed_ = one(data.assign(value=-data["value"]), clustered=clustered)
    assert numbers(reversed_) == pytest.approx(wanted, rel=1e-6)
    apart = one(data.assign(value=10.0 ** data["value"]), clustered=clustered)
    assert numbers(apart) == numbers(here)
