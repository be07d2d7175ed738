"""Arms compared at a horizon, without a model: restricted mean time and cumulative incidence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from trialtrail.analysis.fitted import Arm, Effect, Fitted, NotEstimable, Part, Setting
from trialtrail.analysis.survival.curves import Curve, curve_of
from trialtrail.analysis.survival.independence import (
    Units,
    interval,
    quantile,
    two_sided,
    units_of,
    variance_of,
)
from trialtrail.analysis.survival.observed import Observed, observe
from trialtrail.analysis.survival.product_limit import log_log_limits

RESTRICTED_MEAN, AALEN_JOHANSEN = "restricted_mean", "aalen_johansen"
NOTHING = 1e-9
"""Standard error, as a share of the largest that the estimate can be, that is rounding."""

Weights = tuple[float, np.ndarray, np.ndarray]
Estimator = Callable[[Curve, float], Weights]


def restricted_mean(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of the mean times without an event up to the horizon.

    The mean is the area under the Kaplan-Meier curve, its variance that of Greenwood's type
    (Royston and Parmar, BMC Med Res Methodol 2013;13:152; R's survRM2 and `survfit` have the
    same); intervals are normal, with clusters as `variance_of` has them. Competing events count as
    events: it is the time without any. Strata and covariates are not used. With the option
    ``ratio`` there is a ``restricted_mean_ratio`` too. `Arm.adjusted` is the mean of the arm;
    parts: ``horizon``, ``restricted_mean`` and ``events_to_horizon`` by arm.
    """
    found = _Arms(data, setting, _area)
    note = "competing events count as events" if found.seen.competing else ""
    effects = found.differences("restricted_mean_difference", RESTRICTED_MEAN, note)
    if setting.options.get("ratio"):
        effects += found.ratios("restricted_mean_ratio", RESTRICTED_MEAN, note)
    return found.fitted(effects, "restricted_mean", _mean_limits)


def incidence_difference(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of the cumulative incidence of event 1 at the horizon, as fractions.

    The incidence is the estimate of Aalen and Johansen, without competing events 1 - survival of
    Kaplan and Meier; its variance is said in `curves`. Intervals of differences are normal, those
    of arms on the log-log scale. Strata and covariates are not used. `Arm.adjusted` is the
    incidence of the arm; parts: ``horizon``, ``incidence`` and ``events_to_horizon`` by arm.
    """
    found = _Arms(data, setting, _incidence)
    effects = found.differences("incidence_difference", AALEN_JOHANSEN, "")
    return found.fitted(effects, "incidence", _incidence_limits)


def _area(curve: Curve, horizon: float) -> Weights:
    """Return the area under a curve, and its derivatives by the hazards of event 1 and of any."""
    within = curve.time <= horizon
    ends = np.append(np.where(within, curve.time, horizon), horizon)
    pieces = np.diff(ends) * curve.survival
    area = ends[0] + pieces.sum()
    later = np.cumsum(pieces[::-1])[::-1]
    return float(area), np.zeros(len(later)), -_over_left(later, curve)


def _incidence(curve: Curve, horizon: float) -> Weights:
    """Return an incidence, and its derivatives by the hazards of event 1 and of any."""
    within = curve.time <= horizon
    incidence = curve.incidence(1)
    final = incidence[within][-1] if within.any() else 0.0
    before = np.where(within, curve.before, 0.0)
    later = np.where(within, final - incidence, 0.0)
    return float(final), before, -_over_left(later, curve)


def _over_left(later: np.ndarray, curve: Curve) -> np.ndarray:
    """Return quantities over the share of those at risk who are left; 0 where nobody is."""
    left = 1 - curve.hazard()
    return np.divide(later, left, out=np.zeros(len(later)), where=curve.events < curve.at_risk)


def influence(seen: Observed, curve: Curve, weights: Weights) -> np.ndarray:
    """Return how far each participant of one group moves an estimate from its curve.

    Their squares add up to the variance of Greenwood's type (infinitesimal jackknife).
    """
    _, of_kind, of_any = weights
    of_kind, of_any = of_kind / curve.at_risk, of_any / curve.at_risk
    expected = np.cumsum(of_kind * curve.hazard(1) + of_any * curve.hazard())
    place = np.searchsorted(curve.time, seen.time, side="right")
    moved = -np.concatenate([[0.0], expected])[place]
    own = np.maximum(place - 1, 0)
    with_event = seen.event > 0
    if len(curve.time):
        moved += np.where(seen.event == 1, of_kind[own], 0.0) + np.where(with_event, of_any[own], 0)
    return moved


@dataclass(frozen=True)
class _OfArm:
    """The estimate of one arm: its value, the influence of all participants, events up to it."""

    value: float
    influence: np.ndarray
    events: int


class _Arms:
    """The estimates of all arms, or why they have none."""

    def __init__(self, data: pd.DataFrame, setting: Setting, estimator: Estimator) -> None:
        self.setting = setting
        self.largest = 1.0 if estimator is _incidence else setting.horizon or 1.0
        self.seen = observe(data, setting)
        self.units: Units = units_of(self.seen, setting)
        self.found: dict[str, _OfArm] = {}
        self.reasons: dict[str, str] = {}
        for arm in setting.arms:
            try:
                self.found[arm] = self._estimate(arm, estimator)
            except NotEstimable as problem:
                self.reasons[arm] = str(problem)

    def _estimate(self, arm: str, estimator: Estimator) -> _OfArm:
        horizon = self.setting.horizon
        if reason := self.seen.fault:
            raise NotEstimable(reason)
        if horizon is None or not horizon > 0:
            raise NotEstimable("no horizon after time 0 is set")
        if not self.seen.counts.known[arm]:
            raise NotEstimable(f"no value in the arm {{arm:{arm}}}")
        mine = self.seen.only([arm])
        curve = curve_of(mine.time, mine.event)
        horizon = curve.snapped(horizon)
        if not curve.is_known_at(horizon):
            raise NotEstimable(
                f"the horizon, {horizon:g}, is after the last time in the arm {{arm:{arm}}}, "
                f"{curve.last:g}"
            )
        weights = estimator(curve, horizon)
        moved = np.zeros(len(self.seen.rows))
        moved[self.seen.arm == self.seen.arms.index(arm)] = influence(mine, curve, weights)
        return _OfArm(weights[0], moved, int(((mine.event == 1) & (mine.time <= horizon)).sum()))

    def differences(self, measure: str, method: str, note: str) -> list[Effect]:
        """Return the differences from the reference."""

        def difference(arm: _OfArm, reference: _OfArm) -> tuple[float, np.ndarray]:
            return arm.value - reference.value, arm.influence - reference.influence

        return self._effects(measure, method, note, difference, lambda value: value)

    def ratios(self, measure: str, method: str, note: str) -> list[Effect]:
        """Return the ratios to the reference, by their logarithms."""

        def ratio(arm: _OfArm, reference: _OfArm) -> tuple[float, np.ndarray]:
            if not arm.value or not reference.value:
                raise NotEstimable("a mean of 0: no ratio")
            moved = arm.influence / arm.value - reference.influence / reference.value
            return math.log(arm.value / reference.value), moved

        return self._effects(measure, method, note, ratio, math.exp)

    def _effects(self, measure, method, note, compare, shown) -> list[Effect]:
        reference, *others = self.setting.arms
        effects = []
        for arm in others:
            numbers: dict = {}
            estimate, notes = None, [note] if note else []
            try:
                if why := [self.reasons[each] for each in (reference, arm) if each in self.reasons]:
                    raise NotEstimable("; ".join(dict.fromkeys(why)))
                estimate, moved = compare(self.found[arm], self.found[reference])
                numbers = self._test(arm, estimate, moved)
            except NotEstimable as problem:
                notes = [str(problem), *notes]
            lower, upper = numbers.pop("limits", (None, None))
            effects.append(
                Effect(
                    arm,
                    measure,
                    *(None if each is None else shown(each) for each in (estimate, lower, upper)),
                    *self.seen.counts.of(arm, reference),
                    **numbers,
                    note="; ".join(notes),
                    method=method,
                )
            )
        return effects

    def _variance(self, arms: list[str], moved: np.ndarray) -> tuple[float, float | None]:
        for arm in arms:
            if np.sqrt((self.found[arm].influence ** 2).sum()) <= NOTHING * self.largest:
                raise NotEstimable(
                    f"the times in the arm {{arm:{arm}}} do not vary up to the horizon: no interval"
                )
        return variance_of(moved, self.units)

    def _test(self, arm: str, estimate: float, moved: np.ndarray) -> dict:
        variance, df = self._variance([self.setting.arms[0], arm], moved)
        se = math.sqrt(variance)
        statistic, p = two_sided(estimate, se, df)
        limits = interval(estimate, se, df, self.setting.level)
        return {"limits": limits, "se": se, "df": df, "statistic": statistic, "p": p}

    def fitted(self, effects: list[Effect], component: str, limits) -> Fitted:
        """Return the effects with the estimates of the arms and the parts."""
        horizon = self.setting.horizon
        arms, parts = [], [] if horizon is None else [Part("horizon", float(horizon))]
        for name in self.setting.arms:
            n = self.seen.counts.known[name]
            if name not in self.found:
                arms.append(Arm(name, n))
                parts.append(Part(component, None, name, note=self.reasons[name]))
                continue
            mine = self.found[name]
            se, df, lower, upper, note = None, None, None, None, ""
            try:
                variance, df = self._variance([name], mine.influence)
                se = math.sqrt(variance)
                lower, upper = limits(mine.value, se, df, self.setting.level)
            except NotEstimable as problem:
                note = str(problem)
            arms.append(Arm(name, n, mine.value, lower, upper, se, df))
            parts.append(Part(component, mine.value, name, lower, upper, note))
            parts.append(Part("events_to_horizon", float(mine.events), name))
        return Fitted(effects, arms, parts)


def _mean_limits(mean: float, se: float, df: float | None, level: float) -> tuple[float, float]:
    return interval(mean, se, df, level)


def _incidence_limits(
    share: float, se: float, df: float | None, level: float
) -> tuple[float, float]:
    free = 1 - share
    relative = np.array([(se / free) ** 2]) if free > 0 else np.zeros(1)
    wide = float(ndtri((1 + level) / 2)) if df is None else quantile(level, df)
    lower, upper = log_log_limits(np.array([free]), relative, wide)
    if np.isnan(lower[0]):
        raise NotEstimable("an incidence of 0 or 1: no interval")
    return 1 - float(upper[0]), 1 - float(lower[0])
