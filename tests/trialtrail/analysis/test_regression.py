"""Analysis of covariance, against R's lm, and where there is nothing to estimate."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from trialtrail.analysis.covariates import as_terms
from trialtrail.analysis.fitted import Fitted, Setting
from trialtrail.analysis.least_squares import LEVERAGE, NO_SPREAD, TOO_FEW
from trialtrail.analysis.regression import ancova

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
ARMS = ("control", "low", "high")
CLOSE = 1e-9
"""Relative distance from R, which prints twelve digits."""


def golden(name: str) -> list[dict[str, str]]:
    with open(GOLDEN / name, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def trial() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "ancova_input.csv")


def fitted(data: pd.DataFrame, arms, level: float, adjust: list[str], **more) -> Fitted:
    """Return the fit with the covariates as terms, as an analysis has them."""
    terms, _ = as_terms(data, adjust)
    setting = Setting(arms, level, adjust, list(terms), **more)
    return ancova(pd.concat([data[["arm", "value"]], terms], axis=1), setting)


def complete(data: pd.DataFrame, adjust: list[str]) -> pd.DataFrame:
    """Return who has the value and the covariates: of whom R's answers are."""
    return data[data[["value", *adjust]].notna().all(axis=1)]


def close(text: str):
    return pytest.approx(float(text), rel=CLOSE)


@pytest.mark.parametrize("adjust", [["before"], ["before", "site"]])
@pytest.mark.parametrize("level", [0.95, 0.9])
def test_effects_coefficients_and_variance_are_those_of_r(adjust, level):
    found = fitted(complete(trial(), adjust), ARMS, level, adjust)
    rows = {
        row["term"]: row
        for row in golden("ancova.csv")
        if row["adjust"] == "; ".join(adjust) and float(row["level"]) == level
    }
    for effect in found.effects:
        row = rows.pop(f"arm:{effect.arm}")
        for name in ("estimate", "lower", "upper", "se", "p"):
            assert getattr(effect, name) == close(row[name]), name
        assert effect.df == float(row["df"])
    coefficients = {part.group: part for part in found.model if part.component == "coefficient"}
    assert {*coefficients} == {*rows} - {"(Intercept)"}
    for name, part in coefficients.items():
        assert [part.value, part.lower, part.upper] == [
            close(rows[name][column]) for column in ("estimate", "lower", "upper")
        ]
    (variance,) = (part for part in found.model if part.component == "residual_variance")
    assert variance.value == close(rows["(Intercept)"]["variance"])
    assert sum(arm.n_analysed for arm in found.arms) == int(rows["(Intercept)"]["n"])


@pytest.mark.parametrize("adjust", [["before"], ["before", "site"]])
def test_adjusted_means_are_those_of_r_at_the_mean_of_the_covariates(adjust):
    rows = complete(trial(), adjust)
    found = {arm.arm: arm for arm in fitted(rows, ARMS, 0.95, adjust).arms}
    for row in golden("adjusted_means.csv"):
        if row["adjust"] == "; ".join(adjust):
            arm = found.pop(row["arm"])
            assert [arm.adjusted, arm.adjusted_lower, arm.adjusted_upper] == [
                close(row[name]) for name in ("mean", "lower", "upper")
            ]
    assert not found


def test_who_lacks_the_value_is_left_out_and_counted_and_who_lacks_a_covariate_stays():
    whole = trial()
    known = whole["value"].notna()
    found = fitted(whole, ARMS, 0.95, ["before"])
    used = whole[known].groupby("arm").size()
    for effect in found.effects:
        assert (effect.n_arm, effect.n_reference) == (used[effect.arm], used["control"])
        assert effect.missing_arm == (whole["arm"] == effect.arm).sum() - used[effect.arm]
    assert whole.loc[known, "before"].isna().any()


def two_arms(values, covariate) -> pd.DataFrame:
    arm = ["control"] * (len(values) // 2) + ["new"] * (len(values) - len(values) // 2)
    return pd.DataFrame({"arm": arm, "value": values, "x": covariate})


NOT_TOLD_APART = "the arms cannot be told apart from the covariates"


@pytest.mark.parametrize(
    ("data", "reason", "is_estimated"),
    [
        (two_arms([1.0, 2, 3, 4], [0.0, 0, 1, 1]), NOT_TOLD_APART, False),
        (two_arms([1.0, 2, 3], [1.0, 2, 4]), TOO_FEW, True),
        (two_arms([2.0, 2, 2, 2, 2, 2], [1.0, 2, 4, 3, 5, 7]), NO_SPREAD, True),
        (two_arms([1.0, 2, 3, 5, 6, 7], [1.0, 2, 3, 4, 5, 6]), NO_SPREAD, True),
        (
            two_arms([1.0, 2, 3, None, None, None], [1.0, 2, 4, 3, 5, 7]),
            "no value in the arm {arm:new}",
            False,
        ),
    ],
)
def test_what_cannot_be_estimated_has_its_reason(data, reason, is_estimated):
    (effect,) = fitted(data, ("control", "new"), 0.95, ["x"]).effects
    assert effect.note == reason
    assert (effect.estimate is not None) == is_estimated
    assert effect.lower is None
    assert effect.upper is None
    assert effect.se is None


def test_a_covariate_that_does_not_vary_is_left_out_and_named():
    frame = trial().assign(same="a", none=None)
    with_it = fitted(frame, ARMS, 0.95, ["before", "same", "none"])
    without = fitted(frame, ARMS, 0.95, ["before"])
    assert with_it.effects == without.effects


def test_a_covariate_that_another_determines_is_left_out_and_named():
    frame = trial().assign(twice=lambda each: 2 * each["before"] - 7)
    with_it = fitted(frame, ARMS, 0.95, ["before", "twice"])
    without = fitted(frame, ARMS, 0.95, ["before"])
    for one, other in zip(with_it.effects, without.effects, strict=True):
        assert one.estimate == other.estimate
        assert one.note == "left out, as others say the same: twice"


def test_one_value_in_an_arm_has_no_robust_error():
    data = two_arms([1.0, 2, 4, 3, 5, 9.0], [1.0, 2, 4, 3, 5, 7]).assign(
        arm=["control"] * 5 + ["new"]
    )
    for variance in ("hc2", "hc3"):
        (effect,) = fitted(data, ("control", "new"), 0.95, [], variance=variance).effects
        assert effect.lower is None
        assert effect.note == LEVERAGE
        assert effect.method == f"ancova_{variance}"
    (effect,) = fitted(data, ("control", "new"), 0.95, []).effects
    assert effect.se > 0


@pytest.mark.parametrize("variance", ["constant", "hc2", "hc3"])
def test_location_and_scale_of_the_outcome_carry_over(variance):
    frame = trial()
    moved = frame.assign(value=1e6 + 1000 * frame["value"])
    first = fitted(frame, ARMS, 0.95, ["before", "site"], variance=variance).effects
    second = fitted(moved, ARMS, 0.95, ["before", "site"], variance=variance).effects
    for one, other in zip(first, second, strict=True):
        assert other.estimate == pytest.approx(1000 * one.estimate, rel=1e-8)
        assert other.se == pytest.approx(1000 * one.se, rel=1e-8)
        assert other.p == pytest.approx(one.p, rel=1e-7)
