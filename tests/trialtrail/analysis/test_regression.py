"""Analysis of covariance, against R's lm, and where there is nothing to estimate."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialtrail.analysis.covariates import as_terms
from trialtrail.analysis.fitted import Fitted, Setting
from trialtrail.analysis.regression import DETERMINED, NO_SPREAD, TOO_FEW, ancova

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
ARMS = ("control", "low", "high")
CLOSE = 1e-9
"""Relative distance from R, which prints twelve digits."""
VARIANCES = ("constant", "hc2", "hc3")


def golden(name: str) -> list[dict[str, str]]:
    with open(GOLDEN / name, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def trial() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "ancova_input.csv")


def complete(adjust: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows that R's model was made from, with the terms of its covariates."""
    whole = trial()
    known = whole[whole[["value", *adjust]].notna().all(axis=1)]
    terms, _ = as_terms(known, adjust)
    return pd.concat([known[["arm", "value"]], terms], axis=1), list(terms)


def close(text: str):
    return pytest.approx(float(text), rel=CLOSE)


@pytest.mark.parametrize("adjust", [["before"], ["before", "site"]])
@pytest.mark.parametrize("level", [0.95, 0.9])
def test_effects_coefficients_and_variance_are_those_of_r(adjust, level):
    data, terms = complete(adjust)
    fitted = ancova(data, Setting(ARMS, level, adjust, terms))
    rows = {
        row["term"]: row
        for row in golden("ancova.csv")
        if row["adjust"] == "; ".join(adjust) and float(row["level"]) == level
    }
    for effect in fitted.effects:
        row = rows.pop(f"arm:{effect.arm}")
        for name in ("estimate", "lower", "upper", "se", "p"):
            assert getattr(effect, name) == close(row[name]), name
        assert effect.df == float(row["df"])
        assert effect.method == "ancova"
    coefficients = {part.group: part for part in fitted.model if part.component == "coefficient"}
    assert {*coefficients} == {*rows} - {"(Intercept)"}
    for name, part in coefficients.items():
        assert [part.value, part.lower, part.upper, part.se, part.df] == [
            close(rows[name][column]) for column in ("estimate", "lower", "upper", "se", "df")
        ]
    (variance,) = (part for part in fitted.model if part.component == "residual_variance")
    assert variance.value == close(rows["(Intercept)"]["variance"])
    assert sum(arm.n_analysed for arm in fitted.arms) == int(rows["(Intercept)"]["n"])


@pytest.mark.parametrize("adjust", [["before"], ["before", "site"]])
def test_adjusted_means_are_those_of_r_at_the_mean_of_the_covariates(adjust):
    data, terms = complete(adjust)
    fitted = {arm.arm: arm for arm in ancova(data, Setting(ARMS, 0.95, adjust, terms)).arms}
    for row in golden("adjusted_means.csv"):
        if row["adjust"] == "; ".join(adjust):
            arm = fitted.pop(row["arm"])
            assert [arm.adjusted, arm.adjusted_lower, arm.adjusted_upper] == [
                close(row[name]) for name in ("mean", "lower", "upper")
            ]
            assert arm.adjusted_df == len(data) - len(ARMS) - len(terms)
            assert arm.adjusted_se > 0
    assert not fitted


def test_who_lacks_the_value_is_counted_and_nobody_is_left_out_for_a_covariate():
    whole = trial()
    terms, _ = as_terms(whole, ["before"])
    fitted = ancova(pd.concat([whole, terms.add_prefix("t_")], axis=1), setting("t_before"))
    known = whole["value"].notna()
    assert (whole["before"].isna() & known).any()
    used, left = whole[known].groupby("arm").size(), whole[~known].groupby("arm").size()
    for effect in fitted.effects:
        assert (effect.n_arm, effect.n_reference) == (used[effect.arm], used["control"])
        assert effect.missing_arm == left.get(effect.arm, 0)
        assert effect.missing_reference == left.get("control", 0)
    assert {arm.arm: arm.n_analysed for arm in fitted.arms} == used.to_dict()


def test_participants_of_other_arms_are_not_taken_for_the_reference():
    data, terms = complete(["before"])
    two = ancova(data, Setting(("control", "low"), terms=terms))
    assert two == ancova(data[data["arm"] != "high"], Setting(("control", "low"), terms=terms))


def setting(*terms: str, arms=ARMS, variance="constant") -> Setting:
    return Setting(arms, 0.95, terms=terms, variance=variance)


def two_arms(values, covariate) -> pd.DataFrame:
    arm = ["control"] * (len(values) // 2) + ["new"] * (len(values) - len(values) // 2)
    return pd.DataFrame({"arm": arm, "value": values, "x": covariate})


@pytest.mark.parametrize("variance", VARIANCES)
@pytest.mark.parametrize(
    ("data", "reason", "is_estimated"),
    [
        (
            two_arms([1.0, 2, 3, 4], [0.0, 0, 1, 1]),
            "the arms cannot be told apart from the covariates",
            False,
        ),
        (two_arms([1.0, 2, 3], [1.0, 2, 4]), TOO_FEW, True),
        (two_arms([2.0, 2, 2, 2, 2, 2], [1.0, 2, 4, 3, 5, 7]), NO_SPREAD, True),
        (two_arms([0.1, 0.1, 0.1, 0.1, 0.1, 0.1], [0.3, 2, 4, 3, 5, 7]), NO_SPREAD, True),
        (two_arms([1.0, 2, 3, 5, 6, 7], [1.0, 2, 3, 4, 5, 6]), NO_SPREAD, True),
        (two_arms([0.3, 0.6, 0.9, 1.6, 1.9, 2.2], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), NO_SPREAD, True),
    ],
)
def test_what_cannot_be_estimated_has_its_reason(data, reason, is_estimated, variance):
    fitted = ancova(data, setting("x", arms=("control", "new"), variance=variance))
    (effect,) = fitted.effects
    assert effect.note == reason
    assert (effect.estimate is not None) == is_estimated
    assert [effect.lower, effect.upper, effect.se, effect.p] == [None] * 4
    assert all(part.lower is None for part in fitted.model)


def test_a_constant_outcome_has_a_difference_of_exactly_0():
    fitted = ancova(
        two_arms([0.1] * 6, [0.3, 2, 4, 3, 5, 7]), setting("x", arms=("control", "new"))
    )
    assert fitted.effects[0].estimate == 0
    assert [arm.adjusted for arm in fitted.arms] == [pytest.approx(0.1, rel=1e-15)] * 2


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        (["new"], "no value in the arm {arm:new}"),
        (["control"], "no value in the arm {arm:control}"),
        (["control", "new"], "no value in any arm"),
    ],
)
def test_an_arm_without_a_value_is_named(missing, reason):
    data = two_arms([1.0, 2, 3, 4, 5, 7], [1.0, 2, 3, 3, 2, 2])
    data.loc[data["arm"].isin(missing), "value"] = np.nan
    fitted = ancova(data, setting("x", arms=("control", "new"), variance="hc3"))
    (effect,) = fitted.effects
    assert effect.estimate is None
    assert effect.note == reason
    assert effect.method == "ancova_hc3"
    assert effect.missing_arm == (3 if "new" in missing else 0)


def test_a_term_that_does_not_vary_or_that_others_determine_is_left_out_and_named():
    data, _ = complete(["before"])
    more = data.assign(same=1.0, twice=data["before"] * 2 + 3)
    fitted = ancova(more, setting("before", "same", "twice"))
    without = ancova(data, setting("before"))
    note = "left out, as others say the same: same, twice"
    assert fitted.effects == [replace(effect, note=note) for effect in without.effects]
    assert fitted.arms == without.arms
    assert [part.group for part in fitted.model] == ["before", ""]


@pytest.mark.parametrize("variance", ["hc2", "hc3"])
def test_an_arm_of_one_value_has_no_robust_interval_and_leaves_the_others_theirs(variance):
    data, _ = complete(["before"])
    one = pd.concat([data[data["arm"] != "high"], data[data["arm"] == "high"].iloc[:1]])
    low, high = ancova(one, setting("before", variance=variance)).effects
    assert high.estimate is not None
    assert [high.lower, high.se, high.note] == [None, None, DETERMINED]
    (alone,) = ancova(
        one[one["arm"] != "high"], setting("before", arms=ARMS[:2], variance=variance)
    ).effects
    assert [low.estimate, low.se] == [
        pytest.approx(alone.estimate, rel=1e-12),
        pytest.approx(alone.se, rel=1e-12),
    ]
    assert low.note == ""


def test_an_arm_of_one_value_has_an_interval_where_the_variance_is_one_for_all():
    data = two_arms([1.0, 2, 4, 3], [0.0] * 4).assign(arm=["control"] * 3 + ["new"])
    (effect,) = ancova(data, setting(arms=("control", "new"))).effects
    spread = np.std([1, 2, 4], ddof=1)
    assert effect.se == pytest.approx(spread * np.sqrt(1 + 1 / 3), rel=1e-14)
    assert effect.df == 2


@pytest.mark.parametrize("variance", ["hc2", "hc3"])
def test_two_arms_that_do_not_vary_have_no_robust_interval_beside_one_that_does(variance):
    data = pd.DataFrame(
        {"arm": np.repeat(ARMS, 3), "value": [0.1, 0.1, 0.1, 0.7, 0.7, 0.7, 1.0, 2.0, 4.0]}
    )
    low, high = ancova(data, setting(variance=variance)).effects
    assert [low.se, low.note] == [None, NO_SPREAD]
    assert high.se == pytest.approx(
        np.std([1, 2, 4]) / np.sqrt(3 - 1 if variance == "hc2" else (3 - 1) ** 2 / 3), rel=1e-12
    )


@pytest.mark.parametrize("variance", VARIANCES)
def test_a_large_offset_changes_the_adjusted_means_alone(variance):
    data, _ = complete(["before"])
    moved = data.assign(value=data["value"] + 1e9, before=data["before"] + 1e9)
    first, second = (ancova(frame, setting("before", variance=variance)) for frame in (data, moved))
    for effect, same in zip(first.effects, second.effects, strict=True):
        for name in ("estimate", "lower", "upper", "se", "p"):
            # The sum with 1e9 has 7 decimals.
            assert getattr(same, name) == pytest.approx(getattr(effect, name), abs=3e-7), name
        assert same.df == effect.df
    for arm, same in zip(first.arms, second.arms, strict=True):
        assert same.adjusted - 1e9 == pytest.approx(arm.adjusted, abs=3e-7)
        assert same.adjusted_se == pytest.approx(arm.adjusted_se, rel=1e-6)


def numbers(fitted: Fitted) -> np.ndarray:
    """Return estimate, limits and standard error of the effects and adjusted means."""
    return np.array(
        [[effect.estimate, effect.lower, effect.upper, effect.se] for effect in fitted.effects]
        + [[a.adjusted, a.adjusted_lower, a.adjusted_upper, a.adjusted_se] for a in fitted.arms]
    )


@settings(max_examples=15)
@given(
    seed=st.integers(0, 10**6),
    scale=st.floats(0.01, 1000),
    variance=st.sampled_from(VARIANCES),
)
def test_order_unit_and_names_of_arms_change_nothing_else(seed, scale, variance):
    generator = np.random.default_rng(seed)
    data = pd.DataFrame(
        {
            "arm": np.repeat(["a", "b"], [14, 9]),
            "value": generator.normal(50, 9, 23),
            "x": generator.normal(0, 1, 23),
        }
    )
    first = numbers(ancova(data, setting("x", arms=("a", "b"), variance=variance)))
    mixed = data.sample(frac=1, random_state=generator)
    again = numbers(ancova(mixed, setting("x", arms=("a", "b"), variance=variance)))
    np.testing.assert_allclose(again, first, rtol=1e-11)
    scaled = data.assign(value=data["value"] * scale, x=data["x"] * 7 + 3)
    larger = numbers(ancova(scaled, setting("x", arms=("a", "b"), variance=variance)))
    np.testing.assert_allclose(larger, first * scale, rtol=1e-11)
    swapped = numbers(ancova(data, setting("x", arms=("b", "a"), variance=variance)))
    np.testing.assert_allclose(swapped[0], first[0][[0, 2, 1, 3]] * [-1, -1, -1, 1], rtol=1e-11)
    np.testing.assert_allclose(swapped[1:], first[:0:-1], rtol=1e-11)
