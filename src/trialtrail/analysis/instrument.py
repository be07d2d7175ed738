"""The effect among compliers: the allocation as an instrument for taking up the intervention.

Two-stage least squares (Angrist, Imbens and Rubin, J Am Stat Assoc 1996;91:444-55) with a robust
standard error (HC1), in arms with clusters robust to them (CR1). The interval by Anderson and Rubin
(Ann Math Stat 1949;20:46-63) holds however weak the instrument is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

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
    none_of,
)

METHOD = "two_stage_least_squares"
WEAK = 10
"""First-stage F below which an instrument is weak (Staiger and Stock, Econometrica 1997;65:557)."""
EQUAL = "as many took it up in the arm {arm} as in the arm {reference}"


def complier(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the effects of taking up the intervention among those whom the offer made do so.

    Args:
        data: a row a participant: ``arm``, ``value``, ``uptake`` (1 or 0, or an amount), the terms,
            and ``cluster`` where `Setting.clustered` names arms.
        setting: the option ``measure`` names the measure; without it, that of means.

    Returns:
        an effect of each arm against the reference, whose ``missing`` are those without a value or
        without a known uptake; of the model the uptake of each arm, the first-stage F and the
        Anderson-Rubin set.
    """
    measure = str(setting.options.get("measure", "complier_mean_difference"))
    whole = data.assign(value=data["value"].mask(data["uptake"].isna()))
    counts = count(whole, setting.arms)
    if reason := empty_arm(counts, setting.arms):
        return none_of([measure], counts, setting, reason, METHOD)
    used = whole[whole["value"].notna()]
    reference, *others = setting.arms
    effects, parts = [], []
    for arm in setting.arms:
        mine = used.loc[used["arm"] == arm, "uptake"]
        parts.append(Part("uptake", float(mine.mean()), arm))
    for arm in others:
        rows = used[used["arm"].isin([arm, reference])]
        effect, more = _compare(rows, arm, setting, measure, counts)
        effects.append(effect)
        parts += more
    return Fitted(effects, [Arm(arm, counts.known[arm]) for arm in setting.arms], parts)


def _compare(
    rows: pd.DataFrame, arm: str, setting: Setting, measure: str, counts: Counts
) -> tuple[Effect, list[Part]]:
    reference = setting.arms[0]
    sizes = counts.of(arm, reference)
    two = Setting([reference, arm], setting.level, terms=setting.terms)

    def none(reason: str) -> tuple[Effect, list[Part]]:
        return Effect(arm, measure, None, None, None, *sizes, note=reason, method=METHOD), []

    taken = rows["uptake"].to_numpy(dtype=float)
    if np.ptp(taken) == 0:
        return none("nobody took it up" if taken[0] == 0 else "everybody took it up alike")
    try:
        made = design(rows, two)
    except NotEstimable as problem:
        return none(str(problem))
    values = rows["value"].to_numpy(dtype=float)
    if np.ptp(values) == 0:
        return none("the values do not vary")
    units = _units(rows, setting)
    stages = _Stages(made.matrix, values, taken, units)
    if len(rows) <= made.matrix.shape[1] or abs(stages.slope) < 1e-10:
        return none(EQUAL)
    f = stages.first_stage_f()
    found = stages.effect(setting.level)
    note = [made.note] if made.note else []
    if f is not None and f < WEAK:
        note.append(f"the offer hardly changed the uptake (first-stage F {f:.1f}): see the set")
    low, high, said = stages.anderson_rubin(setting.level)
    parts = [Part("first_stage_f", f, arm), Part("anderson_rubin", None, arm, low, high, said)]
    estimate, se, df = found
    margin = float(stdtrit(df, (1 + setting.level) / 2)) * se
    statistic = estimate / se
    return Effect(
        arm,
        measure,
        estimate,
        estimate - margin,
        estimate + margin,
        *sizes,
        se=se,
        df=df,
        statistic=statistic,
        p=2 * float(stdtr(df, -abs(statistic))),
        note="; ".join(note),
        method=METHOD,
    ), parts


def _units(rows: pd.DataFrame, setting: Setting) -> np.ndarray | None:
    """Return the unit that each participant's error belongs to: a cluster or itself."""
    if not setting.clustered:
        return None
    inside = rows["arm"].isin(list(setting.clustered)) & rows["cluster"].notna()
    codes, known = pd.factorize(rows["cluster"].where(inside), sort=True)
    alone = np.flatnonzero(codes < 0)
    codes = codes.copy()
    codes[alone] = len(known) + np.arange(len(alone))
    return codes


@dataclass(frozen=True)
class _Stages:
    """Both stages of one comparison; the second column of the design is the arm."""

    matrix: np.ndarray
    values: np.ndarray
    taken: np.ndarray
    units: np.ndarray | None

    @property
    def rest(self) -> np.ndarray:
        """The design without the arm."""
        return np.delete(self.matrix, 1, axis=1)

    @property
    def slope(self) -> float:
        """How much more was taken up in the arm, given the covariates."""
        return float(np.linalg.lstsq(self.matrix, self.taken, rcond=None)[0][1])

    @property
    def df(self) -> float:
        """Degrees of freedom: of the residuals, or one less than there are units."""
        n, p = self.matrix.shape
        return float(n - p) if self.units is None else float(len(np.unique(self.units)) - 1)

    def variance(self, influence: np.ndarray) -> float:
        """Return the robust variance of an estimate from each participant's influence on it."""
        n, p = self.matrix.shape
        if self.units is None:
            return float(influence @ influence) * n / (n - p)
        total = np.bincount(self.units, weights=influence)
        total = total[np.unique(self.units)]
        k = len(total)
        return float(total @ total) * k / (k - 1) * (n - 1) / (n - p)

    def _alone(self, column: np.ndarray) -> np.ndarray:
        """Return what of a column the covariates do not explain."""
        rest = self.rest
        return column - rest @ np.linalg.lstsq(rest, column, rcond=None)[0]

    def effect(self, level: float) -> tuple[float, float, float]:
        """Return the effect of taking it up, its standard error and degrees of freedom."""
        offer = self._alone(self.matrix[:, 1])
        taken, values = self._alone(self.taken), self._alone(self.values)
        bread = float(offer @ taken)
        estimate = float(offer @ values) / bread
        left = values - estimate * taken
        return estimate, math.sqrt(self.variance(offer * left / bread)), self.df

    def first_stage_f(self) -> float | None:
        """Return the robust F of the offer in the first stage."""
        offer, taken = self._alone(self.matrix[:, 1]), self._alone(self.taken)
        square = float(offer @ offer)
        slope = float(offer @ taken) / square
        left = taken - slope * offer
        variance = self.variance(offer * left / square)
        return slope**2 / variance if variance > 0 else None

    def anderson_rubin(self, level: float) -> tuple[float | None, float | None, str]:
        """Return the limits of the Anderson-Rubin set, and what it is where it is no interval.

        The set has each effect b for which values - b × taken does not depend on the offer. With a
        robust variance the statistic is a ratio of two quadratics in b, so its ends are roots.
        """
        offer = self._alone(self.matrix[:, 1])
        square = float(offer @ offer)
        taken, values = self._alone(self.taken), self._alone(self.values)
        of_values, of_taken = float(offer @ values) / square, float(offer @ taken) / square
        own = offer * (values - of_values * offer) / square
        other = offer * (taken - of_taken * offer) / square
        a = self.variance(other)
        c = self.variance(own)
        both = (self.variance(own + other) - a - c) / 2
        most = float(stdtrit(self.df, (1 + level) / 2)) ** 2
        # (of_values - b of_taken)² <= most × (c - 2 b both + b² a)
        lead = of_taken**2 - most * a
        linear = -2 * (of_values * of_taken - most * both)
        last = of_values**2 - most * c
        inside = linear**2 - 4 * lead * last
        if lead > 0:
            if inside < 0:
                return None, None, "empty: no effect agrees with the data"
            root = math.sqrt(inside)
            return (-linear - root) / (2 * lead), (-linear + root) / (2 * lead), ""
        if inside <= 0:
            return None, None, "the whole line: the offer says nothing of the effect"
        root = math.sqrt(inside)
        ends = sorted([(-linear - root) / (2 * lead), (-linear + root) / (2 * lead)])
        return ends[0], ends[1], "all but what lies between the limits"
