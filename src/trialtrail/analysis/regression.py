"""A continuous outcome by a linear model of the arms and covariates: analysis of covariance."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trialtrail.analysis.covariates import Design, design
from trialtrail.analysis.fitted import (
    Arm,
    Counts,
    Effect,
    Fitted,
    NotEstimable,
    Part,
    Setting,
    arm_places,
    count,
    empty_arm,
    none_of,
)
from trialtrail.analysis.least_squares import CONSTANT, LeastSquares, least_squares
from trialtrail.analysis.wald import interval, two_sided

if TYPE_CHECKING:
    import pandas as pd

MEASURE = "mean_difference"
TOO_FEW = "no more participants than the model has parameters: no interval"
NO_SPREAD = "the values do not vary around the model: no interval"
DETERMINED = (
    "a participant determines the estimate alone, so that the robust standard error cannot be "
    "estimated: no interval"
)


def ancova(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of adjusted means by ordinary least squares.

    The model has a constant, a term for each arm but the reference, and ``setting.terms``.
    Participants without the value are left out and counted. ``setting.variance`` is ``constant``
    (one variance for all), ``hc2`` or ``hc3`` (each participant's own; MacKinnon and White, J
    Econom 1985;29:305-25). Intervals and tests are by t with the residual degrees of freedom,
    those of ``hc2`` and ``hc3`` too, of which it is an approximation. Adjusted means are at the
    mean of the terms of those analysed (ICH E9, 5.7; EMA, Guideline on adjustment for baseline
    covariates, 2015).
    """
    method = "ancova" if setting.variance == CONSTANT else f"ancova_{setting.variance}"
    compared = arm_places(data, setting.arms) >= 0
    mine = data if compared.all() else data[compared]
    counts = count(mine, setting.arms)
    if reason := empty_arm(counts, setting.arms):
        return none_of([MEASURE], counts, setting, reason, method)
    used = mine[mine["value"].notna()]
    try:
        plan = _centred(design(used, setting))
    except NotEstimable as impossible:
        return none_of([MEASURE], counts, setting, str(impossible), method)
    model = least_squares(plan.matrix, used["value"].to_numpy(dtype="float64"))
    reason = _why_no_interval(model)
    combine = _Combining(model, setting.variance, setting.level, reason)
    return Fitted(
        [
            _effect(place, plan, combine, setting, counts, method)
            for place in range(1, len(setting.arms))
        ],
        [
            _adjusted(arm, counts.known[arm], combine(plan.mean_of(place)))
            for place, arm in enumerate(setting.arms)
        ],
        _parts(plan, combine),
    )


@dataclass(frozen=True)
class Combination:
    """A linear combination of coefficients, with its interval and test against 0 where it has."""

    estimate: float
    lower: float | None = None
    upper: float | None = None
    se: float | None = None
    df: float | None = None
    statistic: float | None = None
    p: float | None = None
    note: str = ""


@dataclass(frozen=True)
class _Combining:
    """From a contrast of a fitted model to its estimate; ``reason`` says why none has an interval.

    ``variance`` is the kind of variance, ``level`` the confidence level.
    """

    model: LeastSquares
    variance: str
    level: float
    reason: str

    def __call__(self, contrast: np.ndarray) -> Combination:
        estimate = self.model.estimate(contrast)
        if self.reason:
            # What a model that leaves nothing gives beside 0 is rounding.
            is_noise = self.reason == NO_SPREAD and abs(estimate) <= self.model.noise
            return Combination(0.0 if is_noise else estimate, note=self.reason)
        variance = self.model.variance(contrast, self.variance)
        if variance is None:
            return Combination(estimate, note=DETERMINED)
        if variance == 0:
            return Combination(estimate, note=NO_SPREAD)
        return with_interval(estimate, math.sqrt(variance), float(self.model.df), self.level)


def with_interval(estimate: float, se: float, df: float, level: float) -> Combination:
    """Return an estimate with its interval and test by t."""
    limits, test = interval(estimate, se, df, level), two_sided(estimate, se, df)
    return Combination(estimate, *limits, se, df, *test)


def _centred(plan: Design) -> Design:
    """Return the design with the mean of each term taken off, which changes the constant alone.

    The constant is then of the size of the values, and adjusted means lose no digits.
    """
    matrix = plan.matrix.copy()
    matrix[:, plan.arms :] -= matrix[:, plan.arms :].mean(axis=0)
    return replace(plan, matrix=matrix)


def _why_no_interval(model: LeastSquares) -> str:
    """Return why a model that could be fitted gives no interval, "" where it does."""
    if model.df <= 0:
        return TOO_FEW
    return NO_SPREAD if model.is_exact else ""


def _effect(
    place: int, plan: Design, combine: _Combining, setting: Setting, counts: Counts, method: str
) -> Effect:
    found = combine(plan.contrast(place))
    arm = setting.arms[place]
    return Effect(
        arm,
        MEASURE,
        found.estimate,
        found.lower,
        found.upper,
        *counts.of(arm, setting.arms[0]),
        se=found.se,
        df=found.df,
        statistic=found.statistic,
        p=found.p,
        note="; ".join(filter(None, [found.note, plan.note])),
        method=method,
    )


def _adjusted(arm: str, n: int, found: Combination) -> Arm:
    return Arm(arm, n, found.estimate, found.lower, found.upper, found.se, found.df)


def _parts(plan: Design, combine: _Combining) -> list[Part]:
    parts = []
    for place, name in enumerate(plan.names[plan.arms :], start=plan.arms):
        found = combine(plan.contrast(place))
        parts.append(
            Part(
                "coefficient",
                found.estimate,
                name,
                found.lower,
                found.upper,
                found.note,
                found.se,
                found.df,
            )
        )
    variance = None if combine.reason else combine.model.residual_variance
    return [*parts, Part("residual_variance", variance, note=combine.reason)]
