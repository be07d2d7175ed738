"""The units whose errors are independent: clusters, or participants who stand alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import Setting

ONE_UNIT = "one cluster, or one participant, in an arm: no interval"
ALIKE = "no cluster or participant differs from its arm: no interval"
NO_VARIANCE = 1e-12
"""A variance of a risk or of the logarithm of a ratio that is nothing but the rounding of 0.

Of a coefficient in units of its own it is a share of the variance by the model.
"""


@dataclass(frozen=True)
class Units:
    """Independent units.

    Attributes:
        codes: the unit of each participant, whole numbers from 0 without a gap.
        arms: the place of the arm of each unit; 0 of all where one has members in several arms.
        number: how many there are.
        labels: ids of the arms by their place; none where one unit has members in several arms.
        clustered: ids of the arms whose participants belong to clusters.
    """

    codes: np.ndarray
    arms: np.ndarray
    number: int
    labels: tuple[str, ...] = ()
    clustered: tuple[str, ...] = ()

    def sizes(self) -> np.ndarray:
        """Return how many units each arm has; of all together where they are counted so."""
        return np.bincount(self.arms, minlength=max(len(self.labels), 1))

    @property
    def several(self) -> bool:
        """Whether there are two in each arm: of one alone no variance can be told.

        Its residuals add up to 0 in a model that has a term for the arm.
        """
        return bool((np.bincount(self.arms)[np.unique(self.arms)] > 1).all())

    def totals(self, influence: np.ndarray) -> np.ndarray:
        """Return the sum of each unit of the participants' influence on an estimate."""
        return np.bincount(self.codes, weights=influence, minlength=self.number)

    def variance(
        self, influence: np.ndarray, known: np.ndarray | float = 0.0
    ) -> tuple[float, float]:
        """Return the variance of a sum of influences, and its degrees of freedom.

        The units of each arm are counted by themselves, as in Welch's method: the variance is the
        sum over the arms of k/(k - 1) times the squared deviations of their k units, and the
        degrees of freedom are Satterthwaite's. Where a unit has members in several arms, all units
        are counted together.

        Args:
            influence: of each participant.
            known: what adds to the variance of each arm, by its place.
        """
        total = self.totals(influence)
        places = np.unique(self.arms)
        more = np.broadcast_to(known, len(places)) if len(places) > 1 else [np.sum(known)]
        parts, spread = 0.0, 0.0
        for arm, added in zip(places, more, strict=True):
            mine = total[self.arms == arm]
            k = len(mine)
            if k < 2:
                return math.nan, math.nan
            part = k / (k - 1) * float(((mine - mine.mean()) ** 2).sum()) + float(added)
            parts += part
            spread += part**2 / (k - 1)
        return parts, parts**2 / spread if spread > 0 else math.nan


def units_of(rows: pd.DataFrame, setting: Setting) -> Units:
    """Return the units of participants: their cluster in arms that have clusters, or themselves."""
    arms = pd.Categorical(rows["arm"], categories=list(setting.arms)).codes.astype(int)
    if not setting.clustered:
        return Units(np.arange(len(rows)), arms, len(rows), tuple(setting.arms))
    inside = rows["arm"].isin(list(setting.clustered)) & rows["cluster"].notna()
    codes, known = pd.factorize(rows["cluster"].where(inside), sort=True)
    codes = np.asarray(codes).copy()
    alone = np.flatnonzero(codes < 0)
    codes[alone] = len(known) + np.arange(len(alone))
    number = len(known) + len(alone)
    first, last = np.full(number, len(setting.arms)), np.full(number, -1)
    np.minimum.at(first, codes, arms)
    np.maximum.at(last, codes, arms)
    across = (first != last).any()
    there = set(rows["arm"].unique())
    clustered = tuple(arm for arm in setting.arms if arm in setting.clustered and arm in there)
    if across:
        return Units(codes, np.zeros(number, dtype=int), number, clustered=clustered)
    return Units(codes, first, number, tuple(setting.arms), clustered)
