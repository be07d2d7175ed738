"""An ordered outcome by the common odds ratio of a proportional odds model.

logit P(Y > k) = -θₖ + η for each category k but the last (McCullagh, J R Stat Soc B
1980;42:109-42): an odds ratio above 1 makes higher categories more likely. The search is Newton's
with the observed information, whose inverse gives the standard errors; in clusters they are robust
to them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

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

MEASURE, METHOD = "common_odds_ratio", "proportional_odds"
ALONE = "all have one category: there is no odds ratio"
NO_MAXIMUM = "the arms or covariates separate the categories: no maximum of the likelihood"
STEPS = 40
FLAT = 1e10
"""Variance of coefficients of standardised columns above which there is no maximum."""


@dataclass(frozen=True)
class Ordered:
    """A fitted model: K - 1 thresholds, p coefficients, and the covariance of all."""

    thresholds: np.ndarray
    effects: np.ndarray
    covariance: np.ndarray
    log_likelihood: float


def proportional_odds(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the common odds ratios.

    Args:
        data: a row a participant: ``arm``, ``value`` (the place of the category), the terms, and
            ``cluster`` where `Setting.clustered` names arms.
        setting: the arms, terms, level and clusters.

    Returns:
        effects by `common_odds_ratio`; of the model the thresholds (at the mean of the covariates),
        the coefficients, and the share of each category in each arm.
    """
    counts = count(data, setting.arms)
    if reason := empty_arm(counts, setting.arms):
        return none_of([MEASURE], counts, setting, reason, METHOD)
    used = data[data["value"].notna()]
    levels, places = np.unique(used["value"].to_numpy(dtype=float), return_inverse=True)
    shares = _shares(used, setting)
    if len(levels) < 2:
        none = none_of([MEASURE], counts, setting, ALONE, METHOD)
        return Fitted(none.effects, none.arms, shares)
    try:
        made = design(used, setting).centred()
        model = _fit(made.matrix[:, 1:], places, len(levels))
    except NotEstimable as problem:
        none = none_of([MEASURE], counts, setting, str(problem), METHOD)
        return Fitted(none.effects, none.arms, shares)
    covariance, df = model.covariance, None
    if setting.clustered:
        covariance, df = _clustered(made.matrix[:, 1:], places, model, used, setting)
    note = "; ".join(filter(None, [ONE_UNIT if covariance is None else "", made.note]))
    effects = []
    for place, arm in enumerate(setting.arms[1:]):
        found = _interval(model, place, covariance, df, setting.level)
        ends = (None, None)
        said = note
        if found.se is None and covariance is not None:
            said = "; ".join(filter(None, [ALIKE, note]))
        elif found.se is not None:
            ends = limits_of_ratio(found.lower, found.upper)
            if ends is None:
                found, ends = Coefficient(found.value), (None, None)
                said = "; ".join(filter(None, [TOO_WIDE, note]))
        effects.append(
            Effect(
                arm,
                MEASURE,
                math.exp(found.value),
                *ends,
                *counts.of(arm, setting.arms[0]),
                se=found.se,
                df=df,
                statistic=found.statistic,
                p=found.p,
                note=said,
                method=METHOD,
            )
        )
    arms = [Arm(arm, counts.known[arm]) for arm in setting.arms]
    parts = _parts(made, model, levels, covariance, df, setting.level)
    return Fitted(effects, arms, [*parts, *shares])


def _fit(matrix: np.ndarray, places: np.ndarray, categories: int) -> Ordered:
    """Return the model at its maximum.

    Args:
        matrix: the design without the constant, n x p.
        places: the category of each, from 0 without a gap.
        categories: how many there are.

    Raises:
        NotEstimable: the likelihood has no maximum.
    """
    spread = np.maximum(np.sqrt((matrix**2).mean(axis=0)), 1e-300)
    scaled = matrix / spread
    below = np.array([(places <= k).mean() for k in range(categories - 1)])
    found = np.concatenate([logit(below), np.zeros(scaled.shape[1])])
    value, slope, bend = _derivatives(scaled, places, categories, found)
    for _ in range(STEPS):
        try:
            step = np.linalg.solve(-bend, slope.sum(axis=0))
        except np.linalg.LinAlgError as singular:
            raise NotEstimable(NO_MAXIMUM) from singular
        if np.abs(step).max() < 1e-11:
            break
        length = min(1.0, 3.0 / np.abs(step).max())
        while length > 1e-10:
            there = found + length * step
            ordered = (np.diff(there[: categories - 1]) > 0).all()
            if ordered:
                reached = _derivatives(scaled, places, categories, there)
                if reached[0] >= value - 1e-12 * abs(value):
                    break
            length /= 2
        else:
            raise NotEstimable(NO_MAXIMUM)
        found, (value, slope, bend) = there, reached
    else:
        raise NotEstimable(NO_MAXIMUM)
    scale = np.concatenate([np.ones(categories - 1), spread])
    # Far out the slope is 0 by rounding, and the information nearly so.
    flat = np.linalg.eigvalsh(-bend).min() < 1 / FLAT
    if flat:
        raise NotEstimable(NO_MAXIMUM)
    covariance = np.linalg.inv(-bend) / np.outer(scale, scale)
    whole = found / scale
    return Ordered(whole[: categories - 1], whole[categories - 1 :], covariance, value)


def _derivatives(
    matrix: np.ndarray, places: np.ndarray, categories: int, found: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the log-likelihood, each participant's score, and the second derivatives."""
    n, cuts = len(places), categories - 1
    thresholds, effects = found[:cuts], found[cuts:]
    predictor = matrix @ effects
    ends = np.concatenate([[-np.inf], thresholds, [np.inf]])
    upper, lower = ends[places + 1] - predictor, ends[places] - predictor
    high, low = expit(upper), expit(lower)
    # From the nearer tail, so that a small share keeps its digits.
    share = np.where(lower > 0, expit(-lower) - expit(-upper), high - low)
    if not (share > 0).all():
        return -np.inf, np.zeros((n, len(found))), -np.eye(len(found))
    density = (high * (1 - high), low * (1 - low))
    bent = (density[0] * (1 - 2 * high), density[1] * (1 - 2 * low))
    marks = []
    for shift in (1, 0):
        mark = np.zeros((n, len(found)))
        place = places + shift - 1
        inside = (place >= 0) & (place < cuts)
        mark[np.flatnonzero(inside), place[inside]] = 1.0
        mark[:, cuts:] = -matrix
        marks.append(mark)
    slope = (density[0][:, None] * marks[0] - density[1][:, None] * marks[1]) / share[:, None]
    bend = (
        (marks[0] * (bent[0] / share)[:, None]).T @ marks[0]
        - (marks[1] * (bent[1] / share)[:, None]).T @ marks[1]
        - slope.T @ slope
    )
    return float(np.log(share).sum()), slope, bend


def _clustered(
    matrix: np.ndarray, places: np.ndarray, model: Ordered, used: pd.DataFrame, setting: Setting
) -> tuple[np.ndarray | None, float | None]:
    """Return the covariance that is robust to clusters, and its degrees of freedom.

    An arm with one cluster has none: its scores add up to nearly 0 by the model.
    """
    found = np.concatenate([model.thresholds, model.effects])
    _, scores, _ = _derivatives(matrix, places, len(model.thresholds) + 1, found)
    units = units_of(used, setting)
    if not units.several:
        return None, None
    total = np.column_stack([units.totals(column) for column in scores.T])
    k = units.number
    return k / (k - 1) * model.covariance @ (total.T @ total) @ model.covariance, float(k - 1)


@dataclass(frozen=True)
class Coefficient:
    """A coefficient, a logarithm of an odds ratio, with its limits and test where it has them."""

    value: float
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    statistic: float | None = None
    p: float | None = None


def _interval(
    model: Ordered, place: int, covariance: np.ndarray | None, df: float | None, level: float
) -> Coefficient:
    value = float(model.effects[place])
    if covariance is None:
        return Coefficient(value)
    at = len(model.thresholds) + place
    if not covariance[at, at] > NO_VARIANCE * model.covariance[at, at]:
        return Coefficient(value)
    se = math.sqrt(covariance[at, at])
    return Coefficient(value, se, *interval(value, se, df, level), *two_sided(value, se, df))


def _shares(used: pd.DataFrame, setting: Setting) -> list[Part]:
    """Return the share of each category in each arm."""
    parts = []
    for arm in setting.arms:
        mine = used.loc[used["arm"] == arm, "value"]
        for level in sorted(used["value"].unique()):
            share = float((mine == level).mean()) if len(mine) else None
            parts.append(Part("share", share, f"{arm} {level:g}"))
    return parts


def _parts(
    made: Design,
    model: Ordered,
    levels: np.ndarray,
    covariance: np.ndarray | None,
    df: float | None,
    level: float,
) -> list[Part]:
    parts = [
        Part("threshold", float(value), f"{place:g}")
        for place, value in zip(levels[:-1], model.thresholds, strict=True)
    ]
    for place in range(made.arms, len(made.names)):
        found = _interval(model, place - 1, covariance, df, level)
        ends = (found.lower, found.upper)
        parts.append(Part("coefficient", found.value, made.names[place], *ends, se=found.se, df=df))
    return [*parts, Part("log_likelihood", model.log_likelihood)]
