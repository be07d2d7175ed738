"""Intervals of combinations of coefficients where the covariance was estimated.

Kenward and Roger (Biometrics 1997;53:983-997) in the form that is linear in the parameters, which
needs no second derivatives of the covariance: SAS has it as ``ddfm=kenwardroger(linear)``. For one
combination their degrees of freedom are those of Satterthwaite (Fai and Cornelius, J Stat Comput
Simul 1996;54:363-378), and the standard error is larger by two terms for the covariance being an
estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialtrail.analysis.repeated.likelihood import RestrictedLikelihood
from trialtrail.analysis.repeated.search import Maximum
from trialtrail.analysis.wald import interval, two_sided

OBSERVED, EXPECTED, SATTERTHWAITE = (
    "kenward_roger_observed",
    "kenward_roger_expected",
    "satterthwaite",
)
INFERENCES = {
    "kenward_roger": OBSERVED,
    OBSERVED: OBSERVED,
    EXPECTED: EXPECTED,
    SATTERTHWAITE: SATTERTHWAITE,
}
"""Values of `Setting.df` -> what is done."""


@dataclass(frozen=True)
class Estimate:
    """A combination of coefficients, its standard error and its degrees of freedom."""

    value: float
    se: float
    df: float

    def interval(self, level: float) -> tuple[float, float]:
        """Return the limits of the interval."""
        return interval(self.value, self.se, self.df, level)

    def test(self) -> tuple[float, float]:
        """Return the t statistic and its two-sided P value."""
        return two_sided(self.value, self.se, self.df)


class Inference:
    """The covariance of coefficients at a maximum, and degrees of freedom of combinations.

    Args:
        likelihood: the one that was maximised.
        maximum: where it is greatest.
        kind: `OBSERVED`, `EXPECTED` (which information weighs the variances) or `SATTERTHWAITE`
            (observed information, the standard error as it is).
    """

    def __init__(self, likelihood: RestrictedLikelihood, maximum: Maximum, kind: str) -> None:
        terms_at = maximum.terms_at
        information = maximum.expected if kind == EXPECTED else maximum.observed
        # Of the elements of the covariance matrix, whatever the parameters of the structure are.
        self._of_elements = maximum.first.T @ np.linalg.solve(information, maximum.first)
        self._coefficients, self._first = terms_at.coefficients, terms_at.first
        self._covariance = self._adjusted = terms_at.covariance
        if kind != SATTERTHWAITE:
            self._adjusted = self._enlarged(likelihood, maximum)

    def _enlarged(self, likelihood: RestrictedLikelihood, maximum: Maximum) -> np.ndarray:
        covariance, first = self._covariance, self._first
        weighted = np.tensordot(self._of_elements, first, 1)
        bias = likelihood.second(maximum.terms_at.inverses, self._of_elements)
        bias = bias - np.tensordot(weighted @ covariance, first, axes=([0, 2], [0, 1]))
        return covariance + 2.0 * covariance @ bias @ covariance

    def of(self, combination: np.ndarray) -> Estimate:
        """Return the estimate of a combination (p,) of the coefficients."""
        variance = combination @ self._covariance @ combination
        turned = self._covariance @ combination
        gradient = self._first @ turned @ turned
        df = 2.0 * variance**2 / (gradient @ self._of_elements @ gradient)
        se = np.sqrt(combination @ self._adjusted @ combination)
        return Estimate(float(combination @ self._coefficients), float(se), float(df))
