"""The effect in those who take up an arm because they were allocated to it, by instrument.

Allocation is the instrument of uptake: two-stage least squares with one instrument and one
endogenous variable. It is then the ratio of two differences between the arms, of the outcome and of
uptake, adjusted for the same covariates, and its variance follows from the residuals of the two
models (Imbens and Angrist, Econometrica 1994;62:467-75; Angrist, Imbens and Rubin, J Am Stat Assoc
1996;91:444-55).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from trialtrail.analysis.covariates import design
from trialtrail.analysis.fitted import (
    Arm,
    Counts,
    Effect,
    Fitted,
    NotEstimable,
    Part,
    Setting,
    count,
    empty_arm,
)
from trialtrail.analysis.least_squares import NOISE, LeastSquares, least_squares
from trialtrail.analysis.regression import NO_SPREAD, TOO_FEW, with_interval
from trialtrail.analysis.wald import quantile

if TYPE_CHECKING:
    import pandas as pd

METHOD = "two_stage_least_squares"
MEASURE = "complier_mean_difference"
"""Measure without the option ``measure``."""
WEAK = 10.0
"""F of uptake below which it is weak (Staiger and Stock, Econometrica 1997;65:557-86)."""
IS_WEAK = (
    "allocation hardly changed uptake (F below 10): the interval may be far off, and the "
    "Anderson-Rubin set is to be read in its place"
)
SAME_OF_ALL = {
    0.0: "nobody took up what the arms offer",
    1.0: "everybody in both arms took up what they offer",
}
OF_AMOUNT = "the difference for each unit of uptake"
FOLLOWS_ARM = "uptake follows the arm exactly"


def complier(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the effects of uptake in compliers, each arm against the reference by itself.

    A row of ``data`` is a participant, with ``arm``, ``value``, ``uptake`` (0 or 1, or an amount;
    NaN where not known) and ``setting.terms``; of the arms in ``setting.clustered``, ``cluster``
    too, whose name is that of one cluster in all arms. Who lacks the value or uptake is left out
    and counted as missing. The measure is that of ``setting.options["measure"]``, for a binary
    outcome ``complier_risk_difference``; where uptake is an amount it is the difference for each
    unit of it.

    The standard error is robust, HC1 (each squared residual times n by n less the parameters), with
    t of the residual degrees of freedom; with clusters it is CR1 (times g by g less 1 and n less 1
    by n less the parameters, of g clusters, where those who belong to none are one each), with the
    degrees of freedom of `_degrees`. The model has for each arm ``first_stage_f`` (the square of t
    of uptake's difference by the same variance), ``anderson_rubin`` (the effects that a test that
    holds with weak instruments does not reject; Anderson and Rubin, Ann Math Stat 1949;20:46-63)
    and ``uptake`` (its mean).
    """
    known = data["value"].notna() & data["uptake"].notna()
    counts = count(data.assign(value=data["value"].where(known)), setting.arms)
    reference, *others = setting.arms
    effects, parts = [], _uptake(data[known], setting)
    for arm in others:
        two = data[data["arm"].isin([reference, arm])]
        unknown = two["value"].notna() & two["uptake"].isna()
        effect, of_arm = _compare(two, replace(setting, arms=(reference, arm)), counts)
        left_out = f"uptake unknown: {unknown.sum()} left out" if unknown.any() else ""
        effects.append(replace(effect, note=_join(effect.note, left_out)))
        parts += of_arm
    return Fitted(effects, [Arm(arm, counts.known[arm]) for arm in setting.arms], parts)


def _join(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def _uptake(data: pd.DataFrame, setting: Setting) -> list[Part]:
    """Return the mean of uptake of each arm that has somebody."""
    means = data.groupby("arm")["uptake"].mean()
    return [Part("uptake", float(means[arm]), arm) for arm in setting.arms if arm in means.index]


def _compare(two: pd.DataFrame, setting: Setting, counts: Counts) -> tuple[Effect, list[Part]]:
    """Return the effect of one arm against the reference, and the parts of its model."""
    reference, arm = setting.arms
    measure = str(setting.options.get("measure", MEASURE))
    effect = Effect(arm, measure, None, None, None, *counts.of(arm, reference), method=METHOD)
    try:
        ratio, note = _ratio(two, setting)
    except NotEstimable as impossible:
        return replace(effect, note=str(impossible)), []
    if reason := ratio.why_no_interval:
        estimate = 0.0 if ratio.is_nothing else ratio.estimate
        part = Part("first_stage_f", None, arm, note=reason)
        return replace(effect, estimate=estimate, note=_join(reason, note)), [part]
    found = with_interval(ratio.estimate, ratio.se, ratio.df, setting.level)
    f = ratio.first_stage_f
    weak = IS_WEAK if f is not None and f < WEAK else ""
    amount = "" if two["uptake"].dropna().isin((0, 1)).all() else OF_AMOUNT
    effect = replace(
        effect,
        estimate=found.estimate,
        lower=found.lower,
        upper=found.upper,
        se=found.se,
        df=found.df,
        statistic=found.statistic,
        p=found.p,
        note=_join(weak, amount, note),
    )
    first_stage = Part("first_stage_f", f, arm, note=FOLLOWS_ARM if f is None else "")
    return effect, [first_stage, anderson_rubin(ratio, setting.level, arm)]


def _ratio(two: pd.DataFrame, setting: Setting) -> tuple[Ratio, str]:
    """Return the ratio of two arms, and what was left out.

    Raises:
        NotEstimable: an arm is empty, or uptake has no difference to divide by.
    """
    if reason := empty_arm(count(two, setting.arms), setting.arms):
        raise NotEstimable(reason)
    used = two[two["value"].notna() & two["uptake"].notna()]
    for arm in setting.arms:
        if not (used["arm"] == arm).any():
            raise NotEstimable(f"uptake is not known of anybody in the arm {{arm:{arm}}}")
    uptake = used["uptake"].to_numpy(dtype="float64")
    if np.ptp(uptake) == 0:
        raise NotEstimable(SAME_OF_ALL.get(uptake[0], "uptake is the same of all"))
    plan = design(used, setting)
    matrix = plan.matrix.copy()
    # A constant of the size of the outcome keeps the digits that covariates far from 0 would take.
    matrix[:, plan.arms :] -= matrix[:, plan.arms :].mean(axis=0)
    of_uptake = least_squares(matrix, uptake)
    if abs(of_uptake.coefficients[1]) <= of_uptake.noise:
        raise NotEstimable("uptake is the same in both arms")
    of_value = least_squares(matrix, used["value"].to_numpy(dtype="float64"))
    in_arm = (used["arm"] == setting.arms[1]).to_numpy()
    return Ratio(of_value, of_uptake, _units(used, setting), in_arm), plan.note


def _units(used: pd.DataFrame, setting: Setting) -> np.ndarray | None:
    """Return the number of the independent unit of each row; None if each row is its own.

    A unit is a cluster, or a participant of an arm without clusters or without a cluster.
    """
    if not {*setting.arms} & {*setting.clustered}:
        return None
    in_cluster = used["arm"].isin(setting.clustered) & used["cluster"].notna()
    labels = [
        ("cluster", cluster) if belongs else ("row", str(row))
        for row, (cluster, belongs) in enumerate(zip(used["cluster"], in_cluster, strict=True))
    ]
    places = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    return np.array([places[label] for label in labels])


@dataclass(frozen=True)
class Ratio:
    """The difference of the outcome between two arms by that of uptake.

    Attributes:
        of_value: the model of the outcome; column 1 is the arm.
        of_uptake: the model of uptake by the same columns.
        units: the independent unit of each row; None if each row is its own.
        in_arm: which rows are of the arm that is not the reference.
    """

    of_value: LeastSquares
    of_uptake: LeastSquares
    units: np.ndarray | None
    in_arm: np.ndarray

    @property
    def estimate(self) -> float:
        """The effect of one unit of uptake in compliers."""
        return float(self.of_value.coefficients[1] / self.of_uptake.coefficients[1])

    @property
    def is_nothing(self) -> bool:
        """Whether the difference of the outcome is no more than rounding."""
        return bool(abs(self.of_value.coefficients[1]) <= self.of_value.noise)

    @property
    def why_no_interval(self) -> str:
        """Why there is no standard error; "" where there is one."""
        if self.of_value.df <= 0:
            return TOO_FEW
        if self.df is None:
            of = "participant" if self.units is None else "cluster"
            return f"one {of} in an arm: no interval"
        noise = self.of_value.noise + abs(self.estimate) * self.of_uptake.noise
        least = noise * float(np.linalg.norm(self._weights))
        return NO_SPREAD if self.se * abs(self.of_uptake.coefficients[1]) <= least else ""

    @property
    def _residuals(self) -> np.ndarray:
        """The residuals of the second stage."""
        return self.of_value.residuals - self.estimate * self.of_uptake.residuals

    @cached_property
    def _weights(self) -> np.ndarray:
        contrast = np.zeros(self.of_value.matrix.shape[1])
        contrast[1] = 1.0
        return self.of_value.weights(contrast)

    def _sums(self, per_row: np.ndarray) -> np.ndarray:
        """Return what each independent unit adds to the score of the arm."""
        scores = self._weights * per_row
        return scores if self.units is None else np.bincount(self.units, weights=scores)

    @property
    def _factor(self) -> float:
        """What HC1 and CR1 multiply by; one formula, as each row alone is a cluster of one."""
        rows, parameters = self.of_value.matrix.shape
        units = rows if self.units is None else int(self.units.max()) + 1
        return units / (units - 1) * (rows - 1) / (rows - parameters)

    @cached_property
    def covariance(self) -> tuple[float, float, float]:
        """Variances of the differences of the outcome and of uptake, and their covariance."""
        value, uptake = self._sums(self.of_value.residuals), self._sums(self.of_uptake.residuals)
        return (
            self._factor * math.fsum(value**2),
            self._factor * math.fsum(uptake**2),
            self._factor * math.fsum(value * uptake),
        )

    @property
    def se(self) -> float:
        """The robust standard error of the ratio, that of two-stage least squares."""
        total = self._factor * math.fsum(self._sums(self._residuals) ** 2)
        return math.sqrt(total) / abs(float(self.of_uptake.coefficients[1]))

    @cached_property
    def df(self) -> float | None:
        """Degrees of freedom of t; None where a unit alone stands for an arm."""
        found = _degrees(self._sums(self._residuals), self.units, self.in_arm)
        if self.units is None:
            return None if found is None else float(self.of_value.df)
        return found

    @property
    def first_stage_f(self) -> float | None:
        """The square of robust t of the difference of uptake; None if it follows the arm."""
        if self.of_uptake.is_exact or not self.covariance[1]:
            return None
        return float(self.of_uptake.coefficients[1]) ** 2 / self.covariance[1]


def _degrees(scores: np.ndarray, units: np.ndarray | None, in_arm: np.ndarray) -> float | None:
    """Return Satterthwaite's degrees of freedom of a sum of squared scores of two arms.

    The units of each arm, and those with participants of both, estimate their share of the variance
    with one degree of freedom less than they are, as in Welch's test: where the units of one arm
    are few clusters and those of the other many participants, the clusters decide. None where an
    arm is a single unit, whose score says nothing of its variance.
    """
    units = np.arange(len(in_arm)) if units is None else units
    from_arm = np.bincount(units, weights=in_arm) > 0
    from_reference = np.bincount(units, weights=~in_arm) > 0
    if min(from_arm.sum(), from_reference.sum()) == 1:
        return None
    kinds = (from_arm & ~from_reference, from_reference & ~from_arm, from_arm & from_reference)
    shares = [math.fsum(scores[kind] ** 2) for kind in kinds]
    squared = sum(
        share**2 / max(int(kind.sum()) - 1, 1) for share, kind in zip(shares, kinds, strict=True)
    )
    return sum(shares) ** 2 / squared if squared else float(len(scores) - 2)


def anderson_rubin(ratio: Ratio, level: float, arm: str) -> Part:
    """Return the effects that the test of Anderson and Rubin does not reject.

    An effect b is not rejected where the difference of ``value - b * uptake`` between the arms is
    within t of 0, by the robust variance and with the degrees of freedom of the estimate. It is a
    quadratic in b: an interval, where uptake differs; two half-lines or the whole line, where it
    may not. The estimate is always among them, so the set is never empty. Limits that are None are
    infinite; of two half-lines, ``upper`` ends the lower one and ``lower`` begins the upper one.
    """
    t = quantile(level, ratio.df) ** 2
    of_value, of_uptake, both = ratio.covariance
    value, uptake = (float(model.coefficients[1]) for model in (ratio.of_value, ratio.of_uptake))
    square = uptake**2 - t * of_uptake
    linear = -2 * (value * uptake - t * both)
    constant = value**2 - t * of_value
    root = linear**2 - 4 * square * constant
    name = "anderson_rubin"
    if abs(square) <= NOISE * uptake**2:
        note = "the set has no limit on one side"
        if linear == 0:
            return Part(name, None, arm, note="the set is the whole line")
        limit = -constant / linear
        below = linear > 0
        return Part(name, None, arm, None if below else limit, limit if below else None, note)
    if square < 0 and root <= 0:
        return Part(name, None, arm, note="the set is the whole line")
    # The form that does not subtract numbers of one size.
    sum_ = -(linear + math.copysign(math.sqrt(max(root, 0.0)), linear)) / 2
    ends = sorted([sum_ / square, constant / sum_ if sum_ else 0.0])
    if square > 0:
        return Part(name, None, arm, *ends)
    below, above = ends
    note = "the set is all up to the upper limit and all from the lower limit on"
    return Part(name, None, arm, above, below, note)
