"""Ordinary least squares with the errors of a constant variance, or robust to another.

The design is scaled by column and decomposed by QR; one step of iterative refinement (Golub and
Wilkinson, Numer Math 1966;9:139-48) gives back the digits that an ill-conditioned design costs.
HC2 and HC3 (MacKinnon and White, J Econometrics 1985;29:305-25) weigh each residual by its
leverage; their intervals are by t with the residual degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

CONSTANT, HC2, HC3 = "constant", "hc2", "hc3"
TOO_FEW = "no more participants than the model has parameters: no interval"
NO_SPREAD = "the values do not vary around the model: no interval"
LEVERAGE = "one participant alone decides a parameter: no interval by a robust standard error"
NOISE = 4e-15
"""Share of the spread of the values below which what a model leaves is rounding."""


@dataclass(frozen=True)
class LeastSquares:
    """A fitted linear model.

    Attributes:
        effects: the p coefficients.
        covariance: theirs, p x p; None where there is no interval.
        df: residual degrees of freedom.
        variance: of the residuals; None where there is none.
        note: why there is no interval.
    """

    effects: np.ndarray
    covariance: np.ndarray | None
    df: int
    variance: float | None
    note: str = ""

    def combine(self, contrast: np.ndarray, level: float) -> Combination:
        """Return a linear combination of the coefficients, with its interval where it has one."""
        estimate = float(contrast @ self.effects)
        if self.covariance is None:
            return Combination(estimate)
        se = float(np.sqrt(max(contrast @ self.covariance @ contrast, 0.0)))
        if not se > 0:
            return Combination(estimate)
        margin = float(stdtrit(self.df, (1 + level) / 2)) * se
        statistic = estimate / se
        p = 2 * float(stdtr(self.df, -abs(statistic)))
        return Combination(
            estimate, estimate - margin, estimate + margin, se, float(self.df), statistic, p
        )


@dataclass(frozen=True)
class Combination:
    """A linear combination of coefficients; without an interval only its estimate is known."""

    estimate: float
    lower: float | None = None
    upper: float | None = None
    se: float | None = None
    df: float | None = None
    statistic: float | None = None
    p: float | None = None


def least_squares(matrix: np.ndarray, values: np.ndarray, variance: str = CONSTANT) -> LeastSquares:
    """Fit a linear model.

    Args:
        matrix: the design, n x p, of full rank.
        values: the outcome, n.
        variance: `constant`, `hc2` or `hc3`.
    """
    scale = np.linalg.norm(matrix, axis=0)
    basis, upper = np.linalg.qr(matrix / scale)
    effects = np.linalg.solve(upper, basis.T @ values)
    # In extended precision, where the machine has it, what is left shows the digits that were lost.
    exact = (matrix / scale).astype(np.longdouble)
    for _ in range(2):
        left = (values - exact @ effects.astype(np.longdouble)).astype(float)
        effects = effects + np.linalg.solve(upper, basis.T @ left)
    left = (values - exact @ effects.astype(np.longdouble)).astype(float)
    n, p = matrix.shape
    effects, df = effects / scale, n - p
    if df <= 0:
        return LeastSquares(effects, None, df, None, TOO_FEW)
    if np.abs(left).max() <= NOISE * np.abs(values).max() or np.ptp(values) == 0:
        return LeastSquares(effects, None, df, None, NO_SPREAD)
    spread = float(left @ left) / df
    inverse = np.linalg.solve(upper, np.eye(p)) / scale[:, None]
    if variance == CONSTANT:
        return LeastSquares(effects, spread * inverse @ inverse.T, df, spread)
    free = 1 - np.einsum("ij,ij->i", basis, basis)
    if free.min() < 1e-10:
        return LeastSquares(effects, None, df, spread, LEVERAGE)
    weights = left**2 / (free if variance == HC2 else free**2)
    bread = inverse @ basis.T
    return LeastSquares(effects, (bread * weights) @ bread.T, df, spread)
