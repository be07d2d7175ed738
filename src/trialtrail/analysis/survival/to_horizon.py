"""Arms compared at a horizon, without a model: restricted mean time and cumulative incidence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import Arm, Effect, Fitted, NotEstimable, Part, Setting
from trialtrail.analysis.survival.curves import (
    Curve,
    FromCurve,
    area_to,
    curve_of,
    incidence_at,
    influence,
)
from trialtrail.analysis.survival.independence import (
    Units,
    few_clusters,
    units_of,
    variance_of,
)
from trialtrail.analysis.survival.observed import observe, without_time
from trialtrail.analysis.survival.product_limit import log_log_limits
from trialtrail.analysis.wald import interval, quantile, two_sided

RESTRICTED_MEAN, AALEN_JOHANSEN = "restricted_mean", "aalen_johansen"
UNUSED = "strata and covariates are not used"
NOTHING = 1e-9
"""Standard error, as a share of the largest that the estimate can be, that is rounding."""

Estimator = Callable[[Curve, float], FromCurve]


def restricted_mean(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of the mean times without an event up to the horizon.

    The mean is the area under the Kaplan-Meier curve, its variance that of Greenwood's type
    (Royston and Parmar, BMC Med Res Methodol 2013;13:152; R's survRM2 and `survfit` have the
    same); intervals are normal, with clusters as `variance_of` has them. Competing events count as
    events: it is the time without any. Strata and covariates are not used. With the option
    ``ratio`` there is a ``restricted_mean_ratio`` too. `Arm.adjusted` is the mean of the arm;
    parts: ``horizon``, ``restricted_mean`` and ``events_to_horizon`` by arm.
    """
    found = _Arms(data, setting, area_to)
    notes = ["competing events count as events"] if found.seen.competing else []
    effects = found.differences("restricted_mean_difference", RESTRICTED_MEAN, notes)
    if setting.options.get("ratio"):
        effects += found.ratios("restricted_mean_ratio", RESTRICTED_MEAN, notes)
    return found.fitted(effects, "restricted_mean", _mean_limits)


def incidence_difference(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of the cumulative incidence of event 1 at the horizon, as fractions.

    The incidence is the estimate of Aalen and Johansen, without competing events 1 - survival of
    Kaplan and Meier; its variance is said in `curves`. Intervals of differences are normal, those
    of arms on the log-log scale. Strata and covariates are not used. `Arm.adjusted` is the
    incidence of the arm; parts: ``horizon``, ``incidence`` and ``events_to_horizon`` by arm.
    """
    found = _Arms(data, setting, incidence_at)
    effects = found.differences("incidence_difference", AALEN_JOHANSEN, [])
    return found.fitted(effects, "incidence", _incidence_limits)


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
        self.largest = 1.0 if estimator is incidence_at else setting.horizon or 1.0
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
                f"the horizon, {horizon:g}, is after the last time in the arm {{arm:{arm}}}"
            )
        found = estimator(curve, horizon)
        moved = np.zeros(len(self.seen.rows))
        moved[self.seen.arm == self.seen.arms.index(arm)] = influence(
            mine.time, mine.event, curve, found
        )
        happened = mine.event == 1 if estimator is incidence_at else mine.event > 0
        return _OfArm(found.value, moved, int((happened & (mine.time <= horizon)).sum()))

    def differences(self, measure: str, method: str, notes: list[str]) -> list[Effect]:
        """Return the differences from the reference."""

        def difference(arm: _OfArm, reference: _OfArm) -> tuple[float, np.ndarray]:
            return arm.value - reference.value, arm.influence - reference.influence

        return self._effects(measure, method, notes, difference, float)

    def ratios(self, measure: str, method: str, notes: list[str]) -> list[Effect]:
        """Return the ratios to the reference, by their logarithms."""

        def ratio(arm: _OfArm, reference: _OfArm) -> tuple[float, np.ndarray]:
            if not arm.value or not reference.value:
                raise NotEstimable("a mean of 0: no ratio")
            moved = arm.influence / arm.value - reference.influence / reference.value
            return math.log(arm.value / reference.value), moved

        return self._effects(measure, method, notes, ratio, math.exp)

    def _effects(
        self,
        measure: str,
        method: str,
        known: list[str],
        compare: Callable[[_OfArm, _OfArm], tuple[float, np.ndarray]],
        shown: Callable[[float], float],
    ) -> list[Effect]:
        """Return effects that are compared on one scale and shown on another."""
        reference, *others = self.setting.arms
        if self.setting.strata or self.setting.terms:
            known = [*known, UNUSED]
        effects = []
        for arm in others:
            numbers: dict = {}
            estimate, notes = None, known
            try:
                why = [self.reasons[each] for each in (reference, arm) if each in self.reasons]
                if reason := without_time(self.seen, arm) or "; ".join(dict.fromkeys(why)):
                    raise NotEstimable(reason)
                estimate, moved = compare(self.found[arm], self.found[reference])
                numbers = self._test(arm, estimate, moved)
                few = few_clusters(self.units)
                notes = [*known, few] if few else known
            except NotEstimable as problem:
                notes = [str(problem), *([] if estimate is None else known)]
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
        still = [
            arm
            for arm in arms
            if np.sqrt((self.found[arm].influence ** 2).sum()) <= NOTHING * self.largest
        ]
        if still:
            named = " and the arm ".join(f"{{arm:{arm}}}" for arm in still)
            if not any(self.found[arm].events for arm in still):
                raise NotEstimable(f"no event up to the horizon in the arm {named}: no interval")
            raise NotEstimable(f"no variation up to the horizon in the arm {named}: no interval")
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
    lower, upper = log_log_limits(np.array([free]), relative, quantile(level, df))
    if np.isnan(lower[0]):
        raise NotEstimable("an incidence of 0 or 1: no interval")
    return 1 - float(upper[0]), 1 - float(lower[0])
