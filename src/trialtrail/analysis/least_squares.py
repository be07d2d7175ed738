"""Ordinary least squares with residuals in doubled precision, and variances of contrasts.

A linear model of a trial is small: what costs digits is not its size but numbers that share their
leading digits. The triangular factor of a Householder QR gives a first solution; corrections from
residuals that are computed as if in twice the precision then give the coefficients to the last
digits (Björck, BIT 1967;7:257-78: the augmented system, so that large residuals do no harm).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

CORRECTIONS = 2
"""Steps of refinement; each gains the digits that the conditioning leaves of sixteen."""
NOISE = 1e-14
"""Share of the terms of a fitted value below which a residual is the rounding of the data."""
FULL_LEVERAGE = 1e-9
"""Distance from 1 below which a row determines its own fitted value."""
CONSTANT, HC2, HC3 = "constant", "hc2", "hc3"
"""Variances: one for all, or each row's own (MacKinnon and White, J Econom 1985;29:305-25)."""
SPLITTER = 134217729.0
"""2**27 + 1, which parts a double into two halves whose products are exact (Dekker 1971)."""


@dataclass(frozen=True)
class LeastSquares:
    """The fit of ``values`` by the columns of ``matrix``.

    Attributes:
        matrix: a row an observation, a column a parameter.
        values: of the rows.
        coefficients: of the columns.
        residuals: the values minus the fitted ones.
        basis: orthonormal columns that span those of the matrix.
        inverse: from coordinates in the basis to coefficients.
    """

    matrix: np.ndarray
    values: np.ndarray
    coefficients: np.ndarray
    residuals: np.ndarray
    basis: np.ndarray
    inverse: np.ndarray

    @property
    def df(self) -> int:
        """Rows minus parameters."""
        return self.matrix.shape[0] - self.matrix.shape[1]

    @property
    def residual_variance(self) -> float:
        """The sum of the squared residuals by the degrees of freedom; NaN without any."""
        return math.fsum(self.residuals**2) / self.df if self.df > 0 else math.nan

    @property
    def leverage(self) -> np.ndarray:
        """Share of each row's own value in its fitted value, 0 to 1."""
        return np.minimum((self.basis**2).sum(axis=1), 1.0)

    @property
    def noise(self) -> float:
        """The size below which residuals and combinations of coefficients are rounding."""
        terms = np.abs(self.matrix) @ np.abs(self.coefficients) + np.abs(self.values)
        return NOISE * float(terms.max())

    @property
    def is_exact(self) -> bool:
        """Whether the residuals are no more than rounding."""
        return bool(np.abs(self.residuals).max() <= self.noise)

    def estimate(self, contrast: np.ndarray) -> float:
        """Return a linear combination of the coefficients."""
        return math.fsum(contrast * self.coefficients)

    def weights(self, contrast: np.ndarray) -> np.ndarray:
        """Return the weight of each row's value in a combination of the coefficients."""
        return self.basis @ (self.inverse.T @ contrast)

    def variance(self, contrast: np.ndarray, kind: str = CONSTANT) -> float | None:
        """Return the variance of a linear combination of the coefficients.

        ``hc2`` and ``hc3`` divide each squared residual by 1 less the leverage of its row, or by
        its square. None where a row that has a weight in the combination determines its own fitted
        value: its residual, 0, says nothing of its variance.
        """
        weights = self.weights(contrast)
        if kind == CONSTANT:
            return self.residual_variance * float(weights @ weights)
        weights[np.abs(weights) <= NOISE * np.abs(weights).max()] = 0.0
        left = 1 - self.leverage
        determined = left < FULL_LEVERAGE
        if (np.abs(weights[determined]) > FULL_LEVERAGE * np.abs(weights).max()).any():
            return None
        power = {HC2: 1, HC3: 2}[kind]
        residuals = np.where(np.abs(self.residuals) <= self.noise, 0.0, self.residuals)
        scores = weights[~determined] * residuals[~determined]
        return math.fsum(scores**2 / left[~determined] ** power)


def least_squares(matrix: np.ndarray, values: np.ndarray) -> LeastSquares:
    """Fit values by the columns of a matrix, of which no one may depend on the others.

    Raises:
        numpy.linalg.LinAlgError: a column depends on the others, or there are fewer rows than
            columns.
    """
    rows, columns = matrix.shape
    if rows < columns:
        raise np.linalg.LinAlgError("fewer rows than columns")
    # Powers of two scale without rounding.
    norms = np.linalg.norm(matrix, axis=0)
    if not norms.all():
        raise np.linalg.LinAlgError("a column is 0")
    scale = 2.0 ** -np.round(np.log2(norms))
    scaled = matrix * scale
    basis, triangle = np.linalg.qr(scaled)
    pivots = np.abs(np.diag(triangle))
    if pivots.min() <= rows * np.finfo(float).eps * pivots.max():
        raise np.linalg.LinAlgError("a column depends on the others")
    inverse = np.linalg.solve(triangle, np.eye(columns))
    coefficients = inverse @ (basis.T @ values)
    residuals = values - scaled @ coefficients
    for _ in range(CORRECTIONS):
        unexplained = _unexplained(scaled, coefficients, values, residuals)
        inward = inverse.T @ -_inner_products(scaled, residuals)
        along = basis.T @ unexplained
        coefficients = coefficients + inverse @ (along - inward)
        residuals = residuals + unexplained - basis @ (along - inward)
    return LeastSquares(
        matrix, values, coefficients * scale, residuals, basis, scale[:, None] * inverse
    )


def _unexplained(
    matrix: np.ndarray, coefficients: np.ndarray, values: np.ndarray, residuals: np.ndarray
) -> np.ndarray:
    """Return ``values - matrix @ coefficients - residuals`` as if in twice the precision."""
    total, lost = _sum_and_error(values, -residuals)
    for column, coefficient in zip(matrix.T, coefficients, strict=True):
        product, rounding = _product_and_error(column, np.full_like(column, -coefficient))
        total, error = _sum_and_error(total, product)
        lost = lost + (error + rounding)
    return total + lost


def _inner_products(matrix: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """Return ``matrix.T @ residuals``, each rounded once."""
    products, roundings = _product_and_error(matrix, residuals[:, None])
    return np.array([math.fsum(column) for column in np.concatenate([products, roundings]).T])


def _sum_and_error(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return sums and what rounding took from them (Knuth's two-sum)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _product_and_error(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return products and what rounding took from them (Dekker, Numer Math 1971;18:224-42)."""
    product = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _halves(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the upper and the lower 26 bits of doubles."""
    large = SPLITTER * values
    high = large - (large - values)
    return high, values - high
