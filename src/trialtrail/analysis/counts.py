"""A number of events by the ratio of rates: negative binomial, or Poisson with a robust error.

A negative binomial model (NB2: variance μ + μ²/θ) is fitted by maximum likelihood, μ and θ in turn
(Lawless, Can J Stat 1987;15:209-25). Where the events vary no more than a Poisson variable does, θ
has no maximum, and a Poisson model with a robust standard error (HC1) is fitted instead; so it is
where participants are in clusters, the error then robust to them (CR1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln, polygamma

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
from trialtrail.analysis.measures import TOO_WIDE, limits_of_ratio
from trialtrail.analysis.units import ALIKE, NO_VARIANCE, ONE_UNIT, units_of
from trialtrail.analysis.wald import interval, two_sided

MEASURE = "rate_ratio"
NEGATIVE, ROBUST, CLUSTERED = "negative_binomial", "poisson_robust", "poisson_clustered"
UNDER = "no more varied than a Poisson variable: a Poisson model with a robust standard error"
SEPARATED = "a covariate separates those without an event: no maximum of the likelihood"
ROUNDED = 1e-9
FARTHEST = 35.0
"""Logarithm of a rate, or of its inverse, that the search does not reach but by running away."""
MOST = 1e6
"""θ above which the model is Poisson's."""


@dataclass(frozen=True)
class Rates:
    """A fitted model: coefficients, their covariance, θ (None: Poisson), log-likelihood.

    The covariance is None where an arm has one unit, whose residuals are 0 by the model.
    """

    effects: np.ndarray
    covariance: np.ndarray | None
    theta: float | None
    log_likelihood: float


def rate_ratio(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the ratios of rates.

    Args:
        data: a row a participant: ``arm``, ``value`` (a number of events), the terms, ``exposure``
            (the time they were counted in; without the column, the same for all), ``cluster``.
        setting: the arms, terms, level and clusters.

    Returns:
        effects by `rate_ratio`, the rate of each arm at the mean of the covariates, and of the
        model the coefficients and the dispersion 1/θ.
    """
    if "exposure" in data:
        known = data["exposure"].gt(0) & np.isfinite(data["exposure"].astype(float))
        data = data.assign(value=data["value"].where(known))
    counts = count(data, setting.arms)
    method = CLUSTERED if setting.clustered else NEGATIVE
    if reason := empty_arm(counts, setting.arms):
        return none_of([MEASURE], counts, setting, reason, method)
    used = data[data["value"].notna()]
    events = used["value"].to_numpy(dtype=float)
    if (events < 0).any() or np.abs(events - np.round(events)).max() > ROUNDED:
        return none_of([MEASURE], counts, setting, "a value is no number of events", method)
    silent = [arm for arm in setting.arms if not events[(used["arm"] == arm).to_numpy()].any()]
    if silent:
        names = " and the arm ".join(f"{{arm:{arm}}}" for arm in silent)
        return none_of([MEASURE], counts, setting, f"no event in the arm {names}", method)
    try:
        made = design(used, setting).centred()
        offset = _offset(used)
        model, method, note = _fit(made, events, offset, used, setting)
    except NotEstimable as problem:
        return none_of([MEASURE], counts, setting, str(problem), method)
    alone = ONE_UNIT if model.covariance is None else ""
    said = "; ".join(filter(None, [alone, note, made.note]))
    df = _df(method, used, setting)
    effects = [
        _effect(arm, place, (model, df, setting, method, said), counts.of(arm, setting.arms[0]))
        for place, arm in enumerate(setting.arms[1:], start=1)
    ]
    arms = [
        _arm(arm, counts.known[arm], made.mean_of(place), model, (df, setting.level))
        for place, arm in enumerate(setting.arms)
    ]
    return Fitted(effects, arms, _parts(made, model, df, setting.level))


def _offset(used: pd.DataFrame) -> np.ndarray:
    if "exposure" not in used:
        return np.zeros(len(used))
    return np.log(used["exposure"].to_numpy(dtype=float))


def _df(method: str, used: pd.DataFrame, setting: Setting) -> float | None:
    """Return the degrees of freedom: of clusters one less than there are units, else normal."""
    return float(units_of(used, setting).number - 1) if method == CLUSTERED else None


def _fit(
    made: Design, events: np.ndarray, offset: np.ndarray, used: pd.DataFrame, setting: Setting
) -> tuple[Rates, str, str]:
    n, p = made.matrix.shape
    if n <= p:
        raise NotEstimable("no more participants than the model has parameters")
    effects, mean = _poisson(made.matrix, events, offset)
    if np.abs(effects[1 : made.arms]).max() > FARTHEST:
        raise NotEstimable(SEPARATED)
    pearson = float(((events - mean) ** 2 / mean).sum())
    if not setting.clustered and pearson > n - p:
        model = _negative_binomial(made.matrix, events, offset, effects)
        if model is not None:
            return model, NEGATIVE, ""
    bread = np.linalg.inv((made.matrix * mean[:, None]).T @ made.matrix)
    scores = made.matrix * (events - mean)[:, None]
    factor = n / (n - p)
    units = units_of(used, setting)
    if setting.clustered:
        scores = np.column_stack([units.totals(column) for column in scores.T])
        k = units.number
        factor = k / max(k - 1, 1) * (n - 1) / (n - p)
    covariance = factor * bread @ (scores.T @ scores) @ bread if units.several else None
    value = float((events * np.log(mean) - mean - gammaln(events + 1)).sum())
    model = Rates(effects, covariance, None, value)
    return model, CLUSTERED if setting.clustered else ROBUST, "" if setting.clustered else UNDER


def _poisson(
    matrix: np.ndarray, events: np.ndarray, offset: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the coefficients and means of a Poisson model.

    Raises:
        NotEstimable: a covariate separates those without events.
    """
    effects = np.zeros(matrix.shape[1])
    effects[0] = math.log(events.sum() / np.exp(offset).sum())
    for _ in range(50):
        mean = np.exp(matrix @ effects + offset)
        information = (matrix * mean[:, None]).T @ matrix
        try:
            step = np.linalg.solve(information, matrix.T @ (events - mean))
        except np.linalg.LinAlgError:
            break
        size = np.abs(matrix @ step).max()
        effects = effects + step * min(1.0, 3.0 / max(size, 1e-300))
        if np.abs(matrix @ effects).max() > FARTHEST:
            break
        if size < 1e-11:
            return effects, np.exp(matrix @ effects + offset)
    raise NotEstimable(SEPARATED)


def _negative_binomial(
    matrix: np.ndarray, events: np.ndarray, offset: np.ndarray, effects: np.ndarray
) -> Rates | None:
    """Return the model at its maximum; None where θ has none."""
    mean = np.exp(matrix @ effects + offset)
    theta = len(events) / float(((events / mean - 1) ** 2).sum())
    for _ in range(200):
        found = _theta(events, mean, theta)
        if found is None:
            return None
        for _ in range(50):
            weight = mean / (1 + mean / found)
            step = np.linalg.solve(
                (matrix * weight[:, None]).T @ matrix,
                matrix.T @ ((events - mean) / (1 + mean / found)),
            )
            effects = effects + step * min(1.0, 3.0 / max(np.abs(matrix @ step).max(), 1e-300))
            mean = np.exp(matrix @ effects + offset)
            if np.abs(matrix @ step).max() < 1e-12:
                break
        if abs(found - theta) < 1e-11 * found:
            theta = found
            break
        theta = found
    else:
        return None
    weight = mean / (1 + mean / theta)
    covariance = np.linalg.inv((matrix * weight[:, None]).T @ matrix)
    value = float(
        (
            gammaln(theta + events)
            - gammaln(theta)
            - gammaln(events + 1)
            + theta * np.log(theta)
            + events * np.log(mean)
            - (theta + events) * np.log(theta + mean)
        ).sum()
    )
    return Rates(effects, covariance, theta, value)


def _theta(events: np.ndarray, mean: np.ndarray, theta: float) -> float | None:
    """Return θ at its maximum given the means, by Newton on its logarithm."""
    place = math.log(theta)
    for _ in range(100):
        theta = math.exp(place)
        slope = float(
            (
                digamma(theta + events)
                - digamma(theta)
                + math.log(theta)
                + 1
                - np.log(theta + mean)
                - (theta + events) / (theta + mean)
            ).sum()
        )
        bend = float(
            (
                polygamma(1, theta + events)
                - polygamma(1, theta)
                + 1 / theta
                - 2 / (theta + mean)
                + (theta + events) / (theta + mean) ** 2
            ).sum()
        )
        curvature = theta * slope + theta**2 * bend
        step = -theta * slope / curvature if curvature < 0 else math.copysign(1.0, slope)
        step = max(-2.0, min(2.0, step))
        place += step
        if place > math.log(MOST):
            return None
        if abs(step) < 1e-13:
            break
    return math.exp(place)


def _combined(model: Rates, weights: np.ndarray) -> tuple[float, float | None]:
    """Return a combination of coefficients, and its standard error if it has one."""
    value = float(weights @ model.effects)
    if model.covariance is None:
        return value, None
    variance = float(weights @ model.covariance @ weights)
    return value, math.sqrt(variance) if variance > NO_VARIANCE else None


def _effect(arm: str, place: int, about: tuple, sizes: tuple) -> Effect:
    model, df, setting, method, note = about
    weights = np.arange(len(model.effects)) == place
    value, se = _combined(model, weights.astype(float))
    reason, ends = "", None
    if se is None:
        reason = "" if model.covariance is None else ALIKE
    else:
        lower, upper = interval(value, se, df, setting.level)
        statistic, p = two_sided(value, se, df)
        ends = limits_of_ratio(lower, upper)
        reason = "" if ends else TOO_WIDE
    if se is None or ends is None:
        said = "; ".join(filter(None, [reason, note]))
        return Effect(arm, MEASURE, math.exp(value), None, None, *sizes, note=said, method=method)
    return Effect(
        arm,
        MEASURE,
        math.exp(value),
        *ends,
        *sizes,
        se=se,
        df=df,
        statistic=statistic,
        p=p,
        note=note,
        method=method,
    )


def _arm(arm: str, n: int, mean: np.ndarray, model: Rates, about: tuple) -> Arm:
    """Return the rate of an arm at the mean of the covariates, for one unit of exposure."""
    df, level = about
    value, se = _combined(model, mean)
    rate = math.exp(value)
    if se is None:
        return Arm(arm, n, rate)
    lower, upper = interval(value, se, df, level)
    ends = limits_of_ratio(lower, upper) or (None, None)
    return Arm(arm, n, rate, *ends, rate * se, df)


def _parts(made: Design, model: Rates, df: float | None, level: float) -> list[Part]:
    parts = []
    for place in range(made.arms, len(made.names)):
        value, se = _combined(model, np.eye(len(made.names))[place])
        lower, upper = interval(value, se, df, level) if se else (None, None)
        parts.append(Part("coefficient", value, made.names[place], lower, upper, se=se, df=df))
    dispersion = 0.0 if model.theta is None else 1 / model.theta
    note = "held at 0" if model.theta is None else ""
    return [
        *parts,
        Part("dispersion", dispersion, note=note),
        Part("log_likelihood", model.log_likelihood),
    ]
