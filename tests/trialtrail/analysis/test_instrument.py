"""The complier effect where it is known by hand, and where the data do not hold it.

Values of AER and sandwich are in tests/golden/models/instrument.csv.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialtrail.analysis.fitted import Fitted, Setting
from trialtrail.analysis.instrument import FOLLOWS_ARM, IS_WEAK, OF_AMOUNT, complier
from trialtrail.analysis.regression import NO_SPREAD, TOO_FEW, ancova

TWO = Setting(("control", "new"))


def trial(seed: int = 5, n: int = 60) -> pd.DataFrame:
    """Return two arms of unequal size, one-sided noncompliance, clusters in the new arm."""
    generator = np.random.default_rng(seed)
    is_new = np.arange(2 * n) < n + 7
    willing = generator.random(2 * n) < 0.7
    x = generator.normal(0, 1, 2 * n)
    mentor = np.where(is_new, [f"m{place}" for place in generator.integers(0, 8, 2 * n)], "")
    return pd.DataFrame(
        {
            "arm": np.where(is_new, "new", "control"),
            "value": 10
            + 3 * willing
            + 4.0 * (willing & is_new)
            + x
            + generator.normal(0, 2, 2 * n),
            "uptake": (willing & is_new).astype(float),
            "x": x,
            "cluster": pd.Series(mentor, dtype=object).where(is_new),
        }
    )


def parts(fitted: Fitted, component: str):
    return {part.group: part for part in fitted.model if part.component == component}


def test_the_effect_is_the_difference_of_means_by_that_of_uptake():
    data = trial()
    (effect,) = complier(data, TWO).effects
    means = data.groupby("arm")[["value", "uptake"]].mean()
    difference = means.loc["new"] - means.loc["control"]
    assert effect.estimate == pytest.approx(difference["value"] / difference["uptake"], rel=1e-13)
    assert effect.method == "two_stage_least_squares"
    assert effect.measure == "complier_mean_difference"
    assert effect.df == len(data) - 2
    assert effect.lower < effect.estimate < effect.upper
    assert effect.note == ""


def test_where_uptake_follows_the_arm_the_effect_is_that_of_the_arm():
    data = trial()
    data["uptake"] = (data["arm"] == "new").astype(float)
    setting = replace(TWO, terms=("x",))
    fitted = complier(data, setting)
    (effect,), (whole,) = fitted.effects, ancova(data, setting).effects
    assert effect.estimate == pytest.approx(whole.estimate, rel=1e-13)
    f = parts(fitted, "first_stage_f")["new"]
    assert [f.value, f.note] == [None, FOLLOWS_ARM]
    limits = parts(fitted, "anderson_rubin")["new"]
    assert [limits.lower, limits.upper] == pytest.approx([effect.lower, effect.upper], rel=1e-12)


def test_who_lacks_the_value_or_uptake_is_left_out_and_counted():
    data = trial()
    data.loc[data.index[:3], "uptake"] = np.nan
    data.loc[data.index[[3, 4, -1]], "value"] = np.nan
    data.loc[data.index[4], "uptake"] = np.nan
    fitted = complier(data, TWO)
    (effect,) = fitted.effects
    assert (effect.missing_arm, effect.missing_reference) == (5, 1)
    assert (effect.n_arm, effect.n_reference) == (62, 52)
    assert effect.note == "uptake unknown: 3 left out"
    assert {arm.arm: arm.n_analysed for arm in fitted.arms} == {"control": 52, "new": 62}
    used = data.dropna(subset=["value", "uptake"])
    (same,) = complier(used, TWO).effects
    assert (effect.estimate, effect.se) == (same.estimate, same.se)
    assert parts(fitted, "uptake")["new"].value == used[used["arm"] == "new"]["uptake"].mean()


def changed(**columns) -> pd.DataFrame:
    return trial().assign(**columns)


def only(data: pd.DataFrame, of_new: float, of_control: float) -> pd.DataFrame:
    return data.assign(uptake=np.where(data["arm"] == "new", of_new, of_control))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (changed(uptake=0.0), "nobody took up what the arms offer"),
        (changed(uptake=1.0), "everybody in both arms took up what they offer"),
        (changed(uptake=3.5), "uptake is the same of all"),
        (changed(uptake=np.nan), "uptake is not known of anybody in the arm {arm:control}"),
        (
            only(trial(), np.nan, 0.0),
            "uptake is not known of anybody in the arm {arm:new}",
        ),
        (changed(value=np.nan), "no value in any arm"),
        (
            trial().assign(value=lambda data: data["value"].where(data["arm"] == "new")),
            "no value in the arm {arm:control}",
        ),
        (trial().head(40), "no value in the arm {arm:control}"),
        (
            pd.DataFrame(
                {
                    "arm": ["control", "new"] * 4,
                    "value": [1.0, 5, 2, 4, 3, 7, 5, 8],
                    "uptake": [0, 0, 1, 1, 0.0, 0, 1, 1],
                    "x": 0.0,
                }
            ),
            "uptake is the same in both arms",
        ),
        (
            changed(x=lambda data: (data["arm"] == "new") * 2.0 + 1),
            "the arms cannot be told apart from the covariates",
        ),
    ],
)
def test_what_cannot_be_estimated_has_its_reason(data, reason):
    fitted = complier(data, replace(TWO, terms=("x",)))
    (effect,) = fitted.effects
    assert effect.note.startswith(reason)
    assert [effect.estimate, effect.lower, effect.se, effect.p] == [None] * 4
    assert not parts(fitted, "first_stage_f")
    assert not parts(fitted, "anderson_rubin")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            pd.DataFrame({"arm": ["control", "new"], "value": [1.0, 2], "uptake": [0, 1]}),
            TOO_FEW,
        ),
        (
            pd.DataFrame(
                {
                    "arm": ["control"] * 4 + ["new"],
                    "value": [1.0, 2, 4, 3, 9],
                    "uptake": [0, 0, 1, 0, 1],
                }
            ),
            "one participant in an arm: no interval",
        ),
        (changed(value=0.1), NO_SPREAD),
        (changed(value=lambda data: 0.1 + 0.3 * data["uptake"]), NO_SPREAD),
    ],
)
def test_an_estimate_without_an_interval_has_its_reason(data, reason):
    fitted = complier(data, TWO)
    (effect,) = fitted.effects
    assert effect.estimate is not None
    assert [effect.lower, effect.upper, effect.se, effect.p] == [None] * 4
    assert effect.note == reason
    assert parts(fitted, "first_stage_f")["new"].note == reason


def test_a_constant_outcome_has_an_effect_of_exactly_0():
    assert complier(changed(value=0.1), TWO).effects[0].estimate == 0


def test_an_arm_of_one_cluster_has_no_interval():
    setting = replace(TWO, clustered=("new",))
    (effect,) = complier(changed(cluster="m1"), setting).effects
    assert effect.note == "one cluster in an arm: no interval"
    assert [effect.lower, effect.se] == [None, None]


def test_who_belongs_to_no_cluster_stands_alone():
    setting = replace(TWO, clustered=("new",))
    alone = complier(changed(cluster=np.nan), setting).effects[0]
    without = complier(trial(), TWO).effects[0]
    assert alone.se == pytest.approx(without.se, rel=1e-14)
    assert complier(trial(), setting).effects[0].se != pytest.approx(without.se, rel=1e-3)


def test_few_clusters_decide_the_degrees_of_freedom():
    (effect,) = complier(trial(), replace(TWO, clustered=("new",))).effects
    assert 7 <= effect.df < 60


def test_clusters_of_both_arms_count_once():
    data = changed(cluster=[f"c{place % 9}" for place in range(120)])
    (effect,) = complier(data, replace(TWO, clustered=("control", "new"))).effects
    assert effect.df == 8


def test_an_arm_that_hardly_changes_uptake_is_warned_of():
    generator = np.random.default_rng(2)
    fitted = complier(changed(uptake=generator.integers(0, 2, 120).astype(float)), TWO)
    (effect,) = fitted.effects
    assert effect.estimate is not None
    assert effect.lower < effect.upper
    assert effect.note == IS_WEAK
    assert parts(fitted, "first_stage_f")["new"].value < 1
    limits = parts(fitted, "anderson_rubin")["new"]
    # The outcome differs between the arms, and uptake may not.
    assert limits.upper < limits.lower
    assert limits.note == "the set is all up to the upper limit and all from the lower limit on"


def test_the_set_may_be_the_whole_line():
    generator = np.random.default_rng(2)
    data = changed(
        uptake=generator.integers(0, 2, 120).astype(float), value=generator.normal(0, 1, 120)
    )
    limits = parts(complier(data, TWO), "anderson_rubin")["new"]
    assert [limits.lower, limits.upper, limits.note] == [None, None, "the set is the whole line"]


def test_an_amount_of_uptake_is_told():
    (effect,) = complier(trial().assign(uptake=lambda data: data["uptake"] * 4), TWO).effects
    (of_any,) = complier(trial(), TWO).effects
    assert effect.note == OF_AMOUNT
    assert effect.estimate == pytest.approx(of_any.estimate / 4, rel=1e-13)


def test_the_measure_of_a_binary_outcome_is_an_option():
    data = trial().assign(value=lambda data: (data["value"] > 13).astype(float))
    (effect,) = complier(
        data, replace(TWO, options={"measure": "complier_risk_difference"})
    ).effects
    assert effect.measure == "complier_risk_difference"
    assert -1 < effect.estimate < 1


def test_each_arm_is_compared_by_itself():
    data = trial()
    third = data[data["arm"] == "new"].assign(arm="more", value=lambda data: data["value"] + 1)
    three = complier(pd.concat([data, third]), Setting(("control", "new", "more"), terms=("x",)))
    new, more = three.effects
    assert new == complier(data, replace(TWO, terms=("x",))).effects[0]
    assert more.estimate > new.estimate
    assert {*parts(three, "first_stage_f")} == {"new", "more"}
    assert {*parts(three, "uptake")} == {"control", "new", "more"}


def test_a_large_offset_changes_nothing():
    setting = replace(TWO, terms=("x",), clustered=("new",))
    (first,) = complier(trial(), setting).effects
    (second,) = complier(
        trial().assign(value=lambda data: data["value"] + 1e9, x=lambda data: data["x"] + 1e6),
        setting,
    ).effects
    for name in ("estimate", "lower", "upper", "se", "p"):
        assert getattr(second, name) == pytest.approx(getattr(first, name), abs=1e-6), name


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), scale=st.floats(0.01, 1000))
def test_order_unit_and_names_of_clusters_change_nothing_else(seed, scale):
    data, setting = trial(seed), replace(TWO, terms=("x",), clustered=("new",))

    def numbers(frame: pd.DataFrame) -> np.ndarray:
        fitted = complier(frame, setting)
        (effect,) = fitted.effects
        limits = parts(fitted, "anderson_rubin")["new"]
        return np.array([effect.estimate, effect.se, effect.lower, limits.lower, limits.upper])

    first = numbers(data)
    mixed = data.sample(frac=1, random_state=np.random.default_rng(seed))
    renamed = mixed.assign(
        cluster="c" + mixed["cluster"].astype("str").where(mixed["cluster"].notna())
    )
    np.testing.assert_allclose(numbers(renamed), first, rtol=1e-10)
    scaled = data.assign(value=data["value"] * scale + 5)
    np.testing.assert_allclose(numbers(scaled), first * scale, rtol=1e-9)
    # Of the test at the estimate the statistic is 0, and the set holds it.
    assert first[3] < first[0] < first[4]
