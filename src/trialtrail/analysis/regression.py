"""A continuous outcome by a linear model of the arms and covariates: analysis of covariance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trialtrail.analysis.covariates import Design, design
from trialtrail.analysis.fitted import (
    Arm,
    Effect,
    Fitted,
    NotEstimable,
    Part,
    Setting,
    count,
    empty_arm,
    none_of,
)
from trialtrail.analysis.least_squares import CONSTANT, LeastSquares, least_squares

MEASURE = "mean_difference"


def ancova(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of adjusted means by ordinary least squares.

    The model has an intercept, a term for each arm but the reference, and the covariates.
    Participants without the value are left out and counted. Intervals and tests are by t with the
    residual degrees of freedom; adjusted means are at the mean of the covariates of those analysed
    (ICH E9, 5.7; EMA, Guideline on adjustment for baseline covariates, 2015). The standard error is
    that of `Setting.variance`.

    Args:
        data: a row a participant: ``arm``, ``value`` and the terms.
        setting: the arms, the terms, the level, the variance.
    """
    counts = count(data, setting.arms)
    method = "ancova" if setting.variance == CONSTANT else f"ancova_{setting.variance}"
    if reason := empty_arm(counts, setting.arms):
        return none_of([MEASURE], counts, setting, reason, method)
    used = data[data["value"].notna()]
    try:
        made = design(used, setting)
    except NotEstimable as problem:
        return none_of([MEASURE], counts, setting, str(problem), method)
    found = least_squares(made.matrix, used["value"].to_numpy(dtype=float), setting.variance)
    note = "; ".join(filter(None, [found.note, made.note]))
    return Fitted(
        [
            _effect(arm, found, made.contrast(place), (setting, counts, method, note))
            for place, arm in enumerate(setting.arms[1:], start=1)
        ],
        [
            _adjusted(arm, counts.known[arm], found, made.mean_of(place), setting.level)
            for place, arm in enumerate(setting.arms)
        ],
        _parts(found, made, setting.level),
    )


def _effect(arm: str, found: LeastSquares, contrast: np.ndarray, about: tuple) -> Effect:
    setting, counts, method, note = about

    result = found.combine(contrast, setting.level)
    got = {name: getattr(result, name) for name in ("se", "df", "statistic", "p")}
    sizes = counts.of(arm, setting.arms[0])
    ends = (result.lower, result.upper)
    return Effect(arm, MEASURE, result.estimate, *ends, *sizes, **got, note=note, method=method)


def _adjusted(arm: str, n: int, found: LeastSquares, mean: np.ndarray, level: float) -> Arm:
    result = found.combine(mean, level)
    return Arm(arm, n, result.estimate, result.lower, result.upper, result.se, result.df)


def _parts(found: LeastSquares, made: Design, level: float) -> list[Part]:
    parts = []
    for place in range(made.arms, len(made.names)):
        weights = np.zeros(len(made.names))
        weights[place] = 1.0
        result = found.combine(weights, level)
        parts.append(
            Part(
                "coefficient",
                result.estimate,
                made.names[place],
                result.lower,
                result.upper,
                se=result.se,
                df=result.df,
            )
        )
    return [*parts, Part("residual_variance", found.variance)]
