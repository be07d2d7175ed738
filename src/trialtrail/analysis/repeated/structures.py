"""Covariance structures of the timepoints: parameters, the matrix, and its derivatives.

All but the unstructured have a standard deviation of each timepoint (its logarithm is the
parameter) and correlations by a pattern; they are called heterogeneous for that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trialtrail.analysis.repeated.likelihood import elements

LEAST_EIGENVALUE = 0.05
"""Of the correlation matrix that the search starts from."""


@dataclass(frozen=True)
class Derivatives:
    """Of the elements of a covariance matrix by the parameters of a structure.

    ``first``: (parameters, q); ``second``: (parameters, parameters, q), None where all are zero.
    """

    first: np.ndarray
    second: np.ndarray | None


class Unstructured:
    """Each variance and each covariance is a parameter."""

    name = "unstructured"
    label = "unstructured"

    def __init__(self, places: Sequence[int]) -> None:
        """Take the places of the timepoints among those that were planned, in their order."""
        self._visits = len(places)

    def shared(self) -> list[list[tuple[int, int]]]:
        """Return, of each correlation that is a parameter, the pairs of timepoints that show it."""
        rows, columns = elements(self._visits)
        return [[(b, a)] for a, b in zip(rows.tolist(), columns.tolist(), strict=True) if a != b]

    def start(self, covariance: np.ndarray) -> np.ndarray:
        """Return the parameters of a covariance matrix, or of one like it."""
        return covariance[elements(self._visits)]

    def covariance(self, parameters: np.ndarray) -> np.ndarray:
        """Return the covariance matrix (visits, visits), positive definite or not."""
        found = np.zeros((self._visits, self._visits))
        found[elements(self._visits)] = parameters
        return found + np.tril(found, -1).T

    def derivatives(self, parameters: np.ndarray) -> Derivatives:
        """Return the derivatives of the elements of the covariance matrix."""
        return Derivatives(np.eye(len(parameters)), None)


class _Heterogeneous(ABC):
    """A standard deviation of each timepoint, and correlations that are functions of the lag."""

    def __init__(self, places: Sequence[int]) -> None:
        """Take the places of the timepoints among those that were planned, in their order."""
        self._visits = len(places)
        rows, columns = elements(self._visits)
        self._lags = np.abs(np.asarray(places)[rows] - np.asarray(places)[columns])
        self._of_visit = np.zeros((self._visits, len(rows)))
        np.add.at(self._of_visit, (rows, np.arange(len(rows))), 1.0)
        np.add.at(self._of_visit, (columns, np.arange(len(rows))), 1.0)
        self._pairs = np.flatnonzero(rows != columns)

    def _split(self, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the products of standard deviations, by element, and the correlations' own."""
        scale = np.exp(parameters[: self._visits] @ self._of_visit)
        return scale, parameters[self._visits :]

    @abstractmethod
    def _correlations(self, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return (q,), (m, q) and (m, m, q): correlations and their derivatives."""

    @abstractmethod
    def _own_start(self, correlations: np.ndarray) -> np.ndarray:
        """Return the parameters of the correlations from which the search begins."""

    def covariance(self, parameters: np.ndarray) -> np.ndarray:
        """Return the covariance matrix (visits, visits), positive definite or not."""
        scale, own = self._split(parameters)
        found = np.zeros((self._visits, self._visits))
        found[elements(self._visits)] = scale * self._correlations(own)[0]
        return found + np.tril(found, -1).T

    def derivatives(self, parameters: np.ndarray) -> Derivatives:
        """Return the derivatives of the elements of the covariance matrix."""
        scale, own = self._split(parameters)
        correlation, once, twice = self._correlations(own)
        by_visit = self._of_visit
        first = np.vstack([by_visit * correlation, once]) * scale
        size = len(first)
        second = np.zeros((size, size, len(scale)))
        visits = self._visits
        second[:visits, :visits] = by_visit[:, None] * by_visit[None, :] * correlation
        second[:visits, visits:] = by_visit[:, None] * once[None, :]
        second[visits:, :visits] = second[:visits, visits:].swapaxes(0, 1)
        second[visits:, visits:] = twice
        return Derivatives(first, second * scale)

    def start(self, covariance: np.ndarray) -> np.ndarray:
        """Return parameters of a covariance matrix like the one given."""
        deviations = np.sqrt(np.diag(covariance))
        correlations = (covariance / np.outer(deviations, deviations))[elements(self._visits)]
        own = self._own_start(correlations)
        for _ in range(60):
            matrix = self.covariance(np.concatenate([np.zeros(self._visits), own]))
            if np.linalg.eigvalsh(matrix)[0] >= LEAST_EIGENVALUE:
                break
            own = 0.8 * own
        return np.concatenate([np.log(deviations), own])

    def shared(self) -> list[list[tuple[int, int]]]:
        """Return, of each correlation that is a parameter, the pairs of timepoints that show it."""
        rows, columns = elements(self._visits)
        pairs = [(int(columns[k]), int(rows[k])) for k in self._pairs]
        return [pairs] if pairs else []


class Toeplitz(_Heterogeneous):
    """A correlation of each number of timepoints between two."""

    name = "toeplitz"
    label = "heterogeneous Toeplitz"

    def _marks(self) -> np.ndarray:
        lags = np.unique(self._lags[self._pairs])
        return (self._lags == lags[:, None]).astype(float)

    def _correlations(self, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        marks = self._marks()
        correlation = own @ marks + (self._lags == 0)
        return correlation, marks, np.zeros((len(own), *marks.shape))

    def _own_start(self, correlations: np.ndarray) -> np.ndarray:
        marks = self._marks()
        return marks @ correlations / np.maximum(marks.sum(axis=1), 1.0)

    def shared(self) -> list[list[tuple[int, int]]]:
        """Return, of each correlation that is a parameter, the pairs of timepoints that show it."""
        rows, columns = elements(self._visits)
        return [
            [(int(columns[k]), int(rows[k])) for k in np.flatnonzero(mark)]
            for mark in self._marks()
        ]


class Autoregressive(_Heterogeneous):
    """The correlation of neighbours, to the power of the number of timepoints between two."""

    name = "ar1"
    label = "heterogeneous first-order autoregressive"

    def _correlations(self, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        lags = self._lags.astype(float)
        if not len(own):
            return np.ones(len(lags)), np.zeros((0, len(lags))), np.zeros((0, 0, len(lags)))
        first = lags * own[0] ** np.maximum(lags - 1, 0)
        second = lags * (lags - 1) * own[0] ** np.maximum(lags - 2, 0)
        return own[0] ** lags, first[None], second[None, None]

    def _own_start(self, correlations: np.ndarray) -> np.ndarray:
        if not len(self._pairs):
            return np.zeros(0)
        nearest = self._pairs[self._lags[self._pairs] == self._lags[self._pairs].min()]
        mean, lag = correlations[nearest].mean(), self._lags[nearest[0]]
        # Where only even lags are seen the sign is not, and is taken as positive.
        sign = np.sign(mean) if lag % 2 else 1.0
        return np.array([sign * abs(mean) ** (1.0 / lag)])


class CompoundSymmetry(_Heterogeneous):
    """One correlation of any two timepoints."""

    name = "compound_symmetry"
    label = "heterogeneous compound symmetry"

    def _correlations(self, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        marks = np.zeros((len(own), len(self._lags)))
        marks[:, self._pairs] = 1.0
        correlation = own @ marks + (self._lags == 0)
        return correlation, marks, np.zeros((len(own), *marks.shape))

    def _own_start(self, correlations: np.ndarray) -> np.ndarray:
        return np.array([correlations[self._pairs].mean()]) if len(self._pairs) else np.zeros(0)


Structure = Unstructured | _Heterogeneous
STRUCTURES = {
    kind.name: kind for kind in (Unstructured, Toeplitz, Autoregressive, CompoundSymmetry)
}
"""By name, in the order in which they are tried."""
