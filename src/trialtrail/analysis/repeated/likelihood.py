"""The restricted likelihood of a model for repeated measures, and its derivatives.

All derivatives are by the elements of the covariance matrix of the timepoints, in which the
covariance of the data is linear, so that they have closed forms; a structure with fewer parameters
takes them by the chain rule. With P the matrix that projects an outcome on its weighted residuals
and V_k the derivative of the covariance by element k:

    score_k = -1/2 tr(P V_k) + 1/2 y' P V_k P y
    observed_kl = y' P V_k P V_l P y - 1/2 tr(P V_k P V_l),  expected_kl = 1/2 tr(P V_k P V_l)

(Harville, J Am Stat Assoc 1977;72:320-338; Jennrich and Schluchter, Biometrics 1986;42:805-820).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trialtrail.analysis.repeated.patterns import Patterns


def elements(visits: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows and the columns of the elements of a covariance matrix, each once."""
    return np.tril_indices(visits)


@dataclass(frozen=True)
class _State:
    """What is common to the likelihood and its derivatives at one covariance matrix."""

    log_likelihood: float
    coefficients: np.ndarray
    unscaled: np.ndarray
    inverses: np.ndarray


@dataclass(frozen=True)
class LikelihoodTerms:
    """The likelihood and its derivatives at one covariance matrix of q elements, p coefficients.

    Attributes:
        log_likelihood: restricted, with its constants.
        score: (q,), its gradient.
        observed: (q, q), the observed information.
        expected: (q, q), the expected information.
        coefficients: (p,), generalised least squares.
        covariance: (p, p), of the coefficients.
        first: (q, p, p), X' V^-1 V_k V^-1 X.
        inverses: (patterns, visits, visits), of the covariance matrix of each pattern, with zeros
            where it lacks a timepoint.
    """

    log_likelihood: float
    score: np.ndarray
    observed: np.ndarray
    expected: np.ndarray
    coefficients: np.ndarray
    covariance: np.ndarray
    first: np.ndarray
    inverses: np.ndarray


class RestrictedLikelihood:
    """The restricted likelihood of one outcome.

    Args:
        patterns: the participants by their timepoints.
        outcome: of each row of ``patterns``.
        effects: (visits, regressors, p), by what the regressors of a row at a timepoint are
            multiplied to be its row of the design matrix.
        log_volume: logarithm of the determinant that leads from this design matrix to the one
            that the likelihood is stated for.
    """

    def __init__(
        self,
        patterns: Patterns,
        outcome: np.ndarray,
        effects: np.ndarray,
        log_volume: float = 0.0,
    ) -> None:
        self._patterns = patterns
        self._products = patterns.products(outcome)
        visits, width, parameters = effects.shape
        # The outcome is one column more, so that the sums with it come by the same products.
        self._effects = np.zeros((visits, width + 1, parameters + 1))
        self._effects[:, :width, :parameters] = effects
        self._effects[:, width, parameters] = 1.0
        self._rows, self._parameters, self._log_volume = len(outcome), parameters, log_volume

    @cached_property
    def _basis(self) -> np.ndarray:
        """(q, visits, visits): the derivatives of a covariance matrix by its elements."""
        rows, columns = elements(self._patterns.visits)
        found = np.zeros((len(rows), self._patterns.visits, self._patterns.visits))
        found[np.arange(len(rows)), rows, columns] = 1.0
        found[np.arange(len(rows)), columns, rows] = 1.0
        return found

    def _weighted(self, weights: np.ndarray) -> np.ndarray:
        """Return sums of weighted products in the coordinates of the coefficients and the outcome.

        ``weights``: (visits, visits, k, patterns), one sum for each k.
        """
        visits, width, size = self._effects.shape
        flat = self._products.reshape(visits, visits, len(self._patterns.sizes), width * width)
        sums = (weights @ flat).reshape(visits, visits, -1, width, width)
        square = sums.transpose(2, 0, 3, 1, 4).reshape(-1, visits * width, visits * width)
        effects = self._effects.reshape(visits * width, size)
        return effects.T @ square @ effects

    def _state(self, covariance: np.ndarray) -> _State:
        seen, sizes = self._patterns.seen, self._patterns.sizes
        both = seen[:, :, None] & seen[:, None, :]
        own = np.where(both, covariance, 0.0)
        places = np.arange(self._patterns.visits)
        own[:, places, places] += ~seen
        np.linalg.cholesky(covariance)
        diagonal = np.diagonal(np.linalg.cholesky(own), axis1=1, axis2=2)
        inverses = np.where(both, np.linalg.inv(own), 0.0)
        sums = self._weighted(inverses.transpose(1, 2, 0)[:, :, None, :])[0]
        cross, own_square = sums[:-1, -1], sums[-1, -1]
        lower = np.linalg.cholesky(sums[:-1, :-1])
        unscaled = np.linalg.inv(sums[:-1, :-1])
        coefficients = unscaled @ cross
        log_likelihood = -0.5 * (
            2.0 * sizes @ np.log(diagonal).sum(axis=1)
            + 2.0 * np.log(np.diag(lower)).sum()
            + 2.0 * self._log_volume
            + own_square
            - cross @ coefficients
            + (self._rows - self._parameters) * np.log(2.0 * np.pi)
        )
        return _State(float(log_likelihood), coefficients, unscaled, inverses)

    def _outer(self, left: np.ndarray) -> np.ndarray:
        """Return, by pattern, the sums x_a' A x_b of its rows at two timepoints a and b.

        ``left``: (visits, width, visits, width), the matrix A in the coordinates of each
        timepoint's regressors and outcome.
        """
        return np.einsum("aibj,abpij->pab", left, self._products, optimize=True)

    def terms_at(self, covariance: np.ndarray) -> LikelihoodTerms:
        """Return the likelihood and its derivatives by the elements of the covariance matrix.

        Raises:
            numpy.linalg.LinAlgError: the covariance matrix is not positive definite.
        """
        state = self._state(covariance)
        inverses, sizes, basis = state.inverses, self._patterns.sizes, self._basis
        fixed = self._effects[:, :, :-1]
        half = np.tensordot(fixed, state.unscaled, 1)
        residual = self._effects @ np.append(-state.coefficients, 1.0)
        leverage = self._outer(np.einsum("aip,bjp->aibj", half, fixed, optimize=True))
        squares = self._outer(np.einsum("ai,bj->aibj", residual, residual))
        leverage = inverses @ leverage @ inverses
        squares = inverses @ squares @ inverses
        scaled = inverses * sizes[:, None, None]
        score = 0.5 * np.tensordot(basis, (leverage + squares - scaled).sum(axis=0), 2)

        sums = self._by_element(inverses)
        first = sums[:, :-1, :-1]
        turned = first @ state.unscaled
        tilt = sums[:, :-1, :] @ np.append(-state.coefficients, 1.0)
        traces = self._paired(inverses, scaled - 2.0 * leverage) + np.tensordot(
            turned, turned, axes=([1, 2], [2, 1])
        )
        quadratic = self._paired(inverses, squares) - tilt @ state.unscaled @ tilt.T
        return LikelihoodTerms(
            state.log_likelihood,
            score,
            quadratic - 0.5 * traces,
            0.5 * traces,
            state.coefficients,
            state.unscaled,
            first,
            inverses,
        )

    def _by_element(self, inverses: np.ndarray) -> np.ndarray:
        """Return (q, p + 1, p + 1), the sums of products weighted by V^-1 V_k V^-1."""
        rows, columns = elements(self._patterns.visits)
        once = np.where(rows == columns, 0.5, 1.0)
        left = inverses[:, :, rows].transpose(1, 2, 0)
        right = inverses[:, :, columns].transpose(1, 2, 0) * once[:, None]
        weights = left[:, None] * right[None, :]
        return self._weighted(weights + weights.swapaxes(0, 1))

    def _paired(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return (q, q), the sums over patterns of tr(V_k left V_l right), both symmetric."""
        visits, basis = self._patterns.visits, self._basis.reshape(len(self._basis), -1)
        count = len(left)
        sums = (left.reshape(count, -1).T @ right.reshape(count, -1)).reshape([visits] * 4)
        # sums[b, c, d, a] = left[b, c] right[d, a]; V_k has the indices a, b and V_l c, d.
        return basis @ sums.transpose(3, 0, 1, 2).reshape(visits**2, -1) @ basis.T

    def second(self, inverses: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return (p, p), the sum of ``weights[k, l]`` times X' V^-1 V_k V^-1 V_l V^-1 X."""
        basis = self._basis
        joint = np.tensordot(np.tensordot(weights, basis, 1), basis, axes=([0], [0]))
        between = np.einsum("cdab,pbc->pad", joint, inverses, optimize=True)
        own = inverses @ between @ inverses
        own = 0.5 * (own + own.swapaxes(1, 2))
        return self._weighted(own.transpose(1, 2, 0)[:, :, None, :])[0][:-1, :-1]
