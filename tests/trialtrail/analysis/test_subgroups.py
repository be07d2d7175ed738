"""Effects within subgroups and what compares them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, stdtr

from trialtrail.analysis.counts import rate_ratio
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.methods import METHODS
from trialtrail.analysis.regression import ancova
from trialtrail.analysis.standardised_risks import standardised_risks
from trialtrail.analysis.subgroups import (
    SEPARATE,
    repeatedly_within_subgroups,
    within_subgroups,
)

LEVELS = ("men", "women")


def trial(seed=0, n=120, levels=LEVELS, arms=("a", "b")):
    rng = np.random.default_rng(seed)
    place, x = np.arange(n) % len(arms), rng.normal(size=n)
    level = rng.integers(len(levels), size=n)
    value = 10 + place * (1 + 2 * level) + x + 0.5 * level + rng.normal(size=n)
    return pd.DataFrame(
        {
            "arm": np.array(arms)[place],
            "value": value,
            "x": x,
            "subgroup": np.array(levels, dtype=object)[level],
        }
    )


def setting(**changes):
    return Setting(**({"arms": ["a", "b"], "terms": ["x"]} | changes))


def one_model(data, given=None, **more):
    return within_subgroups(ancova, data, given or setting(), one_model=True, **more)


def apart(data, fit=standardised_risks, given=None):
    return within_subgroups(fit, data, given or setting(), one_model=False)


def by_level(fitted, measure="mean_difference"):
    return {e.subgroup_level: e for e in fitted.effects if e.measure.startswith(measure)}


def binary(data):
    return data.assign(value=(data["value"] > 11) * 1.0)


def test_effects_are_those_of_a_model_with_an_interaction():
    data = trial()
    found = by_level(one_model(data))
    assert [*found] == ["men", "women", "women against men"]
    treated, woman = (data["arm"] == "b") * 1.0, (data["subgroup"] == "women") * 1.0
    X = np.column_stack([np.ones(120), treated, woman, treated * woman, data["x"]])
    bread = np.linalg.inv(X.T @ X)
    beta = bread @ X.T @ data["value"].to_numpy()
    variance = ((data["value"] - X @ beta) ** 2).sum() / 115
    for level, L in {
        "men": [0, 1, 0, 0, 0],
        "women": [0, 1, 0, 1, 0],
        "women against men": [0, 0, 0, 1, 0],
    }.items():
        weights = np.array(L)
        se = math.sqrt(variance * weights @ bread @ weights)
        effect = found[level]
        assert (effect.estimate, effect.se, effect.df) == pytest.approx((weights @ beta, se, 115))
        assert effect.p == pytest.approx(2 * stdtr(115, -abs(weights @ beta / se)))
        assert effect.lower < effect.estimate < effect.upper
    assert found["women against men"].measure == "mean_difference_interaction"


def test_each_effect_counts_its_own_participants():
    data = trial()
    data["value"] = data["value"].mask(data.index < 10)
    found = one_model(data)
    levels = by_level(found)
    for level in LEVELS:
        mine = data[data["subgroup"] == level]
        for arm, n, missing in (
            ("b", levels[level].n_arm, levels[level].missing_arm),
            ("a", levels[level].n_reference, levels[level].missing_reference),
        ):
            values = mine.loc[mine["arm"] == arm, "value"]
            assert (n, missing) == (values.notna().sum(), values.isna().sum())
    both = levels["women against men"]
    assert both.n_arm == levels["men"].n_arm + levels["women"].n_arm
    assert sum(arm.n_analysed for arm in found.arms) == 110


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), levels=st.sampled_from([LEVELS, ("l", "m", "n")]))
def test_an_interaction_is_the_difference_of_two_effects(seed, levels):
    data = trial(seed, levels=levels)
    found = by_level(one_model(data))
    first, *others = levels
    for level in others:
        compared = found[f"{level} against {first}"]
        wanted = found[level].estimate - found[first].estimate
        assert compared.estimate == pytest.approx(wanted, abs=1e-9)
        assert compared.se**2 < 1.5 * (found[level].se ** 2 + found[first].se ** 2)


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_the_first_level_decides_the_sign_alone(seed):
    data = trial(seed)
    here, there = (by_level(one_model(data, levels=each)) for each in (LEVELS, LEVELS[::-1]))
    for level in LEVELS:
        assert here[level].estimate == pytest.approx(there[level].estimate)
        assert here[level].se == pytest.approx(there[level].se)
    one, two = here["women against men"], there["men against women"]
    assert (one.estimate, one.se, one.p) == pytest.approx((-two.estimate, two.se, two.p))


def test_three_arms_have_an_interaction_each():
    data = trial(arms=("a", "b", "c"), n=180)
    found = one_model(data, setting(arms=["a", "b", "c"]))
    keys = [(e.arm, e.subgroup_level) for e in found.effects]
    assert keys == [(arm, level) for level in LEVELS for arm in "bc"] + [
        (arm, "women against men") for arm in "bc"
    ]
    effects = dict(zip(keys, found.effects, strict=True))
    assert effects["c", "women against men"].estimate == pytest.approx(
        effects["c", "women"].estimate - effects["c", "men"].estimate
    )


def test_of_other_outcomes_the_method_is_fitted_within_each():
    data = binary(trial())
    found = apart(data)
    for level in LEVELS:
        alone = standardised_risks(data[data["subgroup"] == level], setting())
        mine = [e for e in found.effects if e.subgroup_level == level]
        assert [(e.estimate, e.se) for e in mine] == [(e.estimate, e.se) for e in alone.effects]
    assert sum(arm.n_analysed for arm in found.arms) == 120


@pytest.mark.parametrize("measure", ["risk_difference", "risk_ratio", "odds_ratio"])
def test_the_interaction_of_separate_fits_is_their_difference_or_ratio(measure):
    found = by_level(apart(binary(trial())), measure)
    men, women, both = (found[level] for level in (*LEVELS, "women against men"))
    assert both.measure == f"{measure}_interaction"
    if measure == "risk_difference":
        size = women.estimate - men.estimate
        assert both.estimate == pytest.approx(size)
    else:
        assert both.estimate == pytest.approx(women.estimate / men.estimate)
        size = math.log(both.estimate)
    assert both.se == pytest.approx(math.hypot(men.se, women.se))
    assert both.p == pytest.approx(2 * ndtr(-abs(size / both.se)))
    assert both.lower < both.estimate < both.upper
    assert both.note == SEPARATE


def test_the_level_is_that_of_the_setting():
    data = trial()
    for make in (one_model, lambda data, given: apart(binary(data), given=given)):
        narrow, wide = (make(data, setting(level=level)).effects[-1] for level in (0.8, 0.99))
        assert narrow.estimate == wide.estimate
        assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_who_has_an_unknown_subgroup_is_left_out():
    data = trial()
    lost = data.index < 12
    found = one_model(data.assign(subgroup=data["subgroup"].mask(lost, None)))
    wanted = one_model(data[~lost])
    assert [e.estimate for e in found.effects] == [e.estimate for e in wanted.effects]
    assert sum(arm.n_analysed for arm in found.arms) == 108


def test_one_level_has_no_interaction():
    found = one_model(trial().assign(subgroup="men"))
    assert [effect.subgroup_level for effect in found.effects] == ["men"]
    alone = ancova(trial(), setting()).effects[0]
    assert found.effects[0].estimate == pytest.approx(alone.estimate)


def test_levels_are_as_they_sort_or_as_they_are_given():
    data = trial(levels=("10", "9"))
    assert [*by_level(one_model(data))][:2] == ["10", "9"]
    assert [*by_level(one_model(data, levels=["9", "10", "11"]))] == ["9", "10", "10 against 9"]


@pytest.mark.parametrize("make", [one_model, lambda data: apart(binary(data))])
def test_a_subgroup_without_an_arm_has_no_effect(make):
    data = trial()
    data = data[(data["subgroup"] == "men") | (data["arm"] == "a")]
    found = make(data)
    for effect in found.effects:
        if effect.subgroup_level == "men":
            assert effect.estimate is not None
        else:
            assert (effect.estimate, effect.lower, effect.se, effect.p) == (None,) * 4
            assert effect.note
    women = next(e for e in found.effects if e.subgroup_level == "women")
    assert (women.n_arm, women.n_reference > 0) == (0, True)


@pytest.mark.parametrize("level", LEVELS)
def test_an_effect_without_an_interval_has_an_interaction_without(level):
    # Counts of one subgroup do not vary: its effect is known, its error is not.
    data = trial()
    data["value"] = np.random.default_rng(1).poisson(3, 120) * 1.0
    data["value"] = data["value"].mask(
        data["subgroup"] == level, (data["arm"] == "b").map({True: 4.0, False: 2.0})
    )
    found = by_level(apart(data, rate_ratio, setting(terms=[])), "rate_ratio")
    both = found["women against men"]
    assert both.estimate == pytest.approx(found["women"].estimate / found["men"].estimate)
    assert (both.lower, both.upper, both.se, both.p) == (None,) * 4
    assert both.note == found[level].note


def test_an_interaction_of_a_model_without_an_error_has_no_interval():
    data = trial().assign(value=lambda frame: (frame["arm"] == "b") * 2.0)
    found = by_level(one_model(data, setting(terms=[])))
    both = found["women against men"]
    assert both.estimate == pytest.approx(0, abs=1e-9)
    assert (both.lower, both.upper, both.se, both.p) == (None,) * 4
    assert both.note == found["men"].note != ""


def test_no_value_in_a_subgroup():
    data = binary(trial())
    found = apart(data.assign(value=data["value"].mask(data["subgroup"] == "women")))
    for effect in found.effects:
        if effect.subgroup_level != "men":
            assert effect.estimate is None
            assert effect.note == "no value in any arm"


def test_a_subgroup_that_is_known_of_nobody_is_said():
    data = trial().assign(subgroup=None)
    for found in (one_model(data), apart(binary(data))):
        assert found.effects
        assert {
            (e.estimate, e.lower, e.subgroup_level, e.note, e.n_arm) for e in found.effects
        } == {(None, None, "unknown", "the subgroup is known of nobody", 0)}


def test_repeated_fits_are_those_of_each_outcome_by_itself():
    data = trial().assign(cluster=lambda frame: [str(n % 15) for n in range(len(frame))])
    data.loc[3, "subgroup"] = None
    clustered = setting(clustered=["b"], options={"intervals": False})
    for name, values in {
        "mixed_kenward_roger_expected": data["value"],
        "standardised_risks": binary(data)["value"],
    }.items():
        method = METHODS[name]
        again = repeatedly_within_subgroups(method.repeat, data, clustered)
        for shift in (0, 1):
            shifted = values * (1 - shift) + shift * values[::-1].to_numpy()
            alone = within_subgroups(
                method.fit, data.assign(value=shifted), clustered, one_model=True
            )
            found = again(shifted.to_numpy())
            assert found.arms == alone.arms
            for here, there in zip(found.effects, alone.effects, strict=True):
                assert (here.subgroup_level, here.n_arm) == (there.subgroup_level, there.n_arm)
                wanted = [there.estimate, there.lower, there.upper, there.df]
                assert [here.estimate, here.lower, here.upper, here.df] == pytest.approx(wanted)
