"""Analysis of covariance, against R's lm, and where there is nothing to estimate."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.regression import NO_SPREAD, NOT_ESTIMABLE, TOO_FEW, ancova

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
ARMS = ("control", "low", "high")
CLOSE = 1e-9
"""Relative distance from R, which prints twelve digits."""


def golden(name: str) -> list[dict[str, str]]:
    with open(GOLDEN / name, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def trial() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "ancova_input.csv")


def close(text: str):
    return pytest.approx(float(text), rel=CLOSE)


@pytest.mark.parametrize("adjust", [["before"], ["before", "site"]])
@pytest.mark.parametrize("level", [0.95, 0.9])
def test_effects_coefficients_and_variance_are_those_of_r(adjust, level):
    fitted = ancova(trial(), Setting(ARMS, level, adjust))
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
    coefficients = {part.group: part for part in fitted.model if part.component == "coefficient"}
    assert {*coefficients} == {*rows} - {"(Intercept)"}
    for name, part in coefficients.items():
        assert [part.value, part.lower, part.upper] == [
            close(rows[name][column]) for column in ("estimate", "lower", "upper")
        ]
    (variance,) = (part for part in fitted.model if part.component == "residual_variance")
    assert variance.value == close(rows["(Intercept)"]["variance"])
    assert sum(arm.n_analysed for arm in fitted.arms) == int(rows["(Intercept)"]["n"])


@pytest.mark.parametrize("adjust", [["before"], ["before", "site"]])
def test_adjusted_means_are_those_of_r_at_the_mean_of_the_covariates(adjust):
    fitted = {arm.arm: arm for arm in ancova(trial(), Setting(ARMS, 0.95, adjust)).arms}
    for row in golden("adjusted_means.csv"):
        if row["adjust"] == "; ".join(adjust):
            arm = fitted.pop(row["arm"])
            assert [arm.adjusted, arm.adjusted_lower, arm.adjusted_upper] == [
                close(row[name]) for name in ("mean", "lower", "upper")
            ]
    assert not fitted


def test_who_lacks_the_value_or_a_covariate_is_left_out_and_counted():
    whole = trial()
    known = whole[["value", "before"]].notna().all(axis=1)
    fitted = ancova(whole, Setting(ARMS, 0.95, ["before"]))
    used = whole[known].groupby("arm").size()
    for effect in fitted.effects:
        assert (effect.n_arm, effect.n_reference) == (used[effect.arm], used["control"])
        assert effect.missing_arm == (whole["arm"] == effect.arm).sum() - used[effect.arm]
    assert (
        sum(effect.missing_arm for effect in fitted.effects) + fitted.effects[0].missing_reference
        == (~known).sum()
    )


def two_arms(values, covariate) -> pd.DataFrame:
    arm = ["control"] * (len(values) // 2) + ["new"] * (len(values) - len(values) // 2)
    return pd.DataFrame({"arm": arm, "value": values, "x": covariate})


@pytest.mark.parametrize(
    ("data", "reason", "is_estimated"),
    [
        (two_arms([1.0, 2, 3, 4], [0.0, 0, 1, 1]), NOT_ESTIMABLE, False),
        (two_arms([1.0, 2, 3], [1.0, 2, 4]), TOO_FEW, True),
        (two_arms([2.0, 2, 2, 2, 2, 2], [1.0, 2, 4, 3, 5, 7]), NO_SPREAD, True),
        (two_arms([1.0, 2, 3, 5, 6, 7], [1.0, 2, 3, 4, 5, 6]), NO_SPREAD, True),
    ],
)
def test_what_cannot_be_estimated_has_its_reason(data, reason, is_estimated):
    (effect,) = ancova(data, Setting(("control", "new"), 0.95, ["x"])).effects
    assert effect.note == reason
    assert (effect.estimate is not None) == is_estimated
    assert effect.lower is None
    assert effect.upper is None
    assert effect.se is None


def test_an_arm_without_covariates_is_named():
    data = two_arms([1.0, 2, 3, 4, 5, 6], [1.0, 2, 3, None, None, None])
    (effect,) = ancova(data, Setting(("control", "new"), 0.95, ["x"])).effects
    assert effect.estimate is None
    assert effect.note == "no participant with all covariates in the arm {arm}"


def test_a_covariate_that_does_not_vary_is_left_out():
    frame = trial().assign(same="a")
    with_it = ancova(frame, Setting(ARMS, 0.95, ["before", "same"]))
    without = ancova(frame, Setting(ARMS, 0.95, ["before"]))
    assert with_it.effects == without.effects
