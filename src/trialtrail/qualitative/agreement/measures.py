"""Every measure of all items at once, for the documents as they are or for samples of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from trialtrail.qualitative.agreement.coefficients import (
    Sums,
    ac1,
    alpha,
    fleiss_kappa,
    kappa,
    percent_agreement,
)
from trialtrail.qualitative.agreement.unitising import UnitSums, alpha_u, one_minus, u_alpha
from trialtrail.qualitative.agreement.units import Judgements
from trialtrail.qualitative.agreement.valued import ValuedSums, cu_alpha

ON_UNITS: dict[str, Callable[[Sums], np.ndarray]] = {
    "percent_agreement": percent_agreement,
    "kappa": kappa,
    "fleiss": fleiss_kappa,
    "ac1": ac1,
    "alpha": alpha,
}
ON_CONTINUA: dict[str, Callable[[UnitSums], tuple[np.ndarray, np.ndarray]]] = {
    "alpha_u": alpha_u,
    "u_alpha": u_alpha,
}
CU_ALPHA = "cu_alpha"
NOTHING = 1e-12
"""What is nearer to 0 is a rounding error: agreement as chance gives it."""
MEASURES = (*ON_UNITS, *ON_CONTINUA, CU_ALPHA)


@dataclass(frozen=True)
class Evidence:
    """What is known of one kind of unit in the documents that two coders or more read.

    Attributes:
        judgements: the decisions, summed.
        pooled: items whose decisions the row of all pools.
        continua: units and gaps of the items; None where units are given.
        valued: which codes were given where coders marked the same text, ``all`` first; None where
            units are given.
    """

    judgements: Judgements
    pooled: np.ndarray
    continua: UnitSums | None = None
    valued: list[ValuedSums] | None = None

    def totals(self, weights: np.ndarray) -> Sums:
        """Return the sums of the pooled items together, then of each: ``(samples, 1 + items)``."""
        each = self.judgements.sums.weighted(weights)
        return Sums(*(self._with_all(getattr(each, part.name)) for part in fields(Sums)))

    def counts(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Return units judged, marked by some reader and by all, as `totals` orders the items."""
        parts = {
            "units": self.judgements.sums.units,
            "marked_either": self.judgements.any,
            "marked_both": self.judgements.every,
        }
        return {name: self._with_all((each @ weights.T).T) for name, each in parts.items()}

    def measures(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Return each measure of all items, as `totals` orders them; NaN where undefined."""
        totals = self.totals(weights)
        found = {name: measure(totals) for name, measure in ON_UNITS.items()}
        if self.continua is not None:
            sums = self.continua.weighted(weights)
            for name, disagreements in ON_CONTINUA.items():
                observed, expected = map(self._summed, disagreements(sums))
                found[name] = one_minus(observed, expected)
        if self.valued is not None:
            found[CU_ALPHA] = np.stack([cu_alpha(each, weights) for each in self.valued], axis=1)
        return {name: np.where(np.abs(each) < NOTHING, 0, each) for name, each in found.items()}

    def _with_all(self, values: np.ndarray) -> np.ndarray:
        together = values[:, self.pooled].sum(axis=1, keepdims=True)
        return np.concatenate([together, values], axis=1)

    def _summed(self, values: np.ndarray) -> np.ndarray:
        """Return the same with the sum of the pooled items first, where any of them is defined."""
        own = values[:, self.pooled]
        together = np.where(np.isfinite(own).any(axis=1), np.nansum(own, axis=1), np.nan)
        return np.concatenate([together[:, None], values], axis=1)
