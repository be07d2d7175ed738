"""One trial after another, drawn from a design.

A value is effect + R s x + √(sd² - R² s²) (√ρ u + √(1 - ρ) e): x a baseline covariate, s the root
mean square of the standard deviations sd of the arms, R the correlation of x with a value of that
spread, u the effect of the cluster, ρ the correlation within clusters; x, u and e are standard
normal. What x adds is the same in each arm, as in a model without interaction; what it leaves is
not, where sd differs. The truth is the effect in participants: where a cluster's effect goes with
its caseload, the effects are centred so that their mean over participants, and not over clusters,
is 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, ndtri

from trialtrail.simulation.design import (
    AT_RANDOM,
    COMPLETELY,
    COMPLIER,
    NOT_AT_RANDOM,
    REPEATED,
    Design,
)

COVARIATE, AUXILIARY = "covariate", "auxiliary"
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)


@dataclass(frozen=True)
class Trial:
    """One drawn trial.

    Attributes:
        data: as the methods take it: a row a participant, or a participant and timepoint, with
            ``participant_id``, ``arm``, ``value`` (NaN where lost), ``covariate``, and where the
            design has them ``cluster``, ``uptake`` and ``visit``.
        auxiliary: the variable that only imputation takes, a value a row; None without one.
    """

    data: pd.DataFrame
    auxiliary: np.ndarray | None = None


class Drawer:
    """Draws trials of one design; what is the same of all trials is computed once."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self._place = np.repeat(np.arange(len(design.arms)), design.sizes)
        self._arm = np.array(design.arms, dtype=object)[self._place]
        self._people = np.arange(len(self._place))
        self._sd = np.array(design.sd)[self._place]
        self._by_covariate = design.covariate * design.spread
        self._by_auxiliary = design.auxiliary * design.spread
        told = self._by_covariate**2 + self._by_auxiliary**2
        self._left = np.sqrt(np.square(self._sd) - told)
        self._effect = np.where(self._place > 0, design.effect, 0.0)
        self._offset = np.zeros(len(self._place))
        self._names = [
            np.array([f"c{number}" if design.across else f"{arm}{number}" for number in range(k)])
            for arm, k in zip(design.arms, design.clusters, strict=True)
        ]
        self._slope = np.zeros(len(self._place))
        self._intercept = np.zeros(len(self._place))
        for place, arm in enumerate(design.arms):
            mine = self._place == place
            slope = 0.0 if design.mechanism == COMPLETELY else float(design.lost_slope[place])
            self._slope[mine] = slope
            self._intercept[mine] = self._intercept_of(place, arm, slope)

    def _intercept_of(self, place: int, arm: str, slope: float) -> float:
        """Return the log odds of being lost at the mean, by which the share is as it is said."""
        design, share = self.design, float(self.design.lost[place])
        if design.model == REPEATED:
            share = 1 - (1 - share) ** (1 / design.visits)
        middle, spread = 0.0, 1.0
        if design.mechanism == NOT_AT_RANDOM and design.model != REPEATED:
            spread = design.sd[place] / design.spread
            middle = design.effect / design.spread if place else 0.0
            if place and design.model == COMPLIER:
                middle *= design.uptake[place]
        return intercept(share, slope, middle, spread)

    def draw(self, rng: np.random.Generator) -> Trial:
        """Return one trial."""
        if self.design.model == REPEATED:
            return self._repeated(rng)
        return self._once(rng)

    def _once(self, rng: np.random.Generator) -> Trial:
        """Return a trial whose outcome is measured once."""
        design, n = self.design, len(self._place)
        covariate, own = rng.standard_normal(n), rng.standard_normal(n)
        aside = rng.standard_normal(n)
        cluster, shared, inside = self._clusters(rng)
        rho = np.where(inside, design.correlation, 0.0)
        left = np.sqrt(rho) * shared + np.sqrt(1 - rho) * own
        told = self._by_covariate * covariate + self._by_auxiliary * aside
        columns = {"participant_id": self._people, "arm": self._arm}
        effect = self._effect
        if design.model == COMPLIER:
            columns["uptake"] = uptake = self._uptake(own, rng)
            effect = effect * uptake
        value = effect + told + self._left * left
        by = aside if design.auxiliary else covariate
        if design.mechanism == NOT_AT_RANDOM:
            by = value / design.spread
        chance = expit(self._intercept + self._slope * by)
        columns["value"] = np.where(rng.random(n) < chance, np.nan, value)
        columns[COVARIATE] = covariate
        if any(design.clusters):
            columns["cluster"] = cluster
        return Trial(pd.DataFrame(columns, copy=False), aside if design.auxiliary else None)

    def _clusters(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the cluster of each participant, its effect, and who belongs to one."""
        design, n = self.design, len(self._place)
        cluster, shared = np.full(n, None, dtype=object), np.zeros(n)
        inside = np.zeros(n, dtype=bool)
        first, before = 0, None
        for k, size, concentration, names in zip(
            design.clusters, design.sizes, design.concentration, self._names, strict=True
        ):
            mine = slice(first, first + size)
            first += size
            if not k:
                continue
            chances = np.full(k, 1 / k)
            if math.isfinite(concentration):
                chances = rng.dirichlet(np.full(k, concentration))
            effects = self._effects(chances, concentration, rng)
            if design.across and before is not None:
                chances, effects = before
            before = chances, effects
            code = np.repeat(np.arange(k), rng.multinomial(size, chances))
            cluster[mine], shared[mine], inside[mine] = names[code], effects[code], True
        return cluster, shared, inside

    def _effects(
        self, chances: np.ndarray, concentration: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Return the effects of clusters, in part by their expected caseload where that is so.

        The share of a cluster has the variance (k - 1) / (k² (kα + 1)) (Dirichlet).
        """
        k, by = len(chances), self.design.informative
        effects = rng.standard_normal(k)
        if not by or not math.isfinite(concentration) or k < 2:
            return effects
        spread = math.sqrt((k - 1) / (k * concentration + 1)) / k
        effects = by * (chances - 1 / k) / spread + math.sqrt(1 - by**2) * effects
        return effects - by * k * spread

    def _uptake(self, own: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return who takes up what the arm offers; nobody in the reference."""
        by = self.design.uptake_correlation
        wish = by * own + math.sqrt(1 - by**2) * rng.standard_normal(len(own))
        shares = np.array(self.design.uptake)[self._place]
        return np.where((self._place > 0) & (wish < ndtri(shares)), 1.0, 0.0)

    def _repeated(self, rng: np.random.Generator) -> Trial:
        """Return a trial whose outcome is measured at several timepoints; who is lost stays away.

        The chance to be lost at a timepoint is by the value before, or by the value itself; at the
        first timepoint it is the same of all where it is at random.
        """
        design, n = self.design, len(self._place)
        covariate, auto = rng.standard_normal(n), design.visit_correlation
        state, before = rng.standard_normal(n), np.zeros(n)
        there, parts = np.ones(n, dtype=bool), []
        for visit in range(design.visits):
            if visit:
                state = auto * state + math.sqrt(1 - auto**2) * rng.standard_normal(n)
            told = self._by_covariate * covariate + self._left * state
            standard = told / self._sd
            by = {AT_RANDOM: before, NOT_AT_RANDOM: standard}.get(design.mechanism, before)
            slope = self._slope if visit or design.mechanism == NOT_AT_RANDOM else 0.0
            start = self._intercept if np.ndim(slope) else self._plain()
            there = there & (rng.random(n) >= expit(start + slope * by))
            value = self._effect * (visit + 1) / design.visits + told
            parts.append(np.where(there, value, np.nan))
            before = standard
        visits = np.array([visit_name(v) for v in range(design.visits)], dtype=object)
        return Trial(
            pd.DataFrame(
                {
                    "participant_id": np.tile(self._people, design.visits),
                    "arm": np.tile(self._arm, design.visits),
                    "visit": np.repeat(visits, n),
                    "value": np.concatenate(parts),
                    COVARIATE: np.tile(covariate, design.visits),
                },
                copy=False,
            )
        )

    def _plain(self) -> np.ndarray:
        """Return the log odds of being lost at one timepoint where nothing changes them."""
        shares = np.array(self.design.lost)[self._place]
        chance = 1 - (1 - shares) ** (1 / self.design.visits)
        with np.errstate(divide="ignore"):
            return np.log(chance) - np.log1p(-chance)


def visit_name(number: int) -> str:
    """Return the name of a drawn timepoint, from 0 on."""
    return f"visit_{number + 1}"


def intercept(share: float, slope: float, middle: float = 0.0, spread: float = 1.0) -> float:
    """Return a such that expit(a + slope * z) has the mean ``share``, z normal.

    Args:
        share: between 0 and 1.
        slope: change of the log odds for one unit of z.
        middle: mean of z.
        spread: its standard deviation.
    """
    if share <= 0:
        return -math.inf
    if not slope:
        return math.log(share / (1 - share))
    weights = WEIGHTS / WEIGHTS.sum()

    def over(a: float) -> float:
        return float(weights @ expit(a + slope * (middle + spread * NODES))) - share

    return float(brentq(over, -60.0, 60.0, xtol=1e-12))
