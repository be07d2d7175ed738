"""The maximum of the restricted likelihood, and whether what was found is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialtrail.analysis.fitted import NotEstimable
from trialtrail.analysis.repeated.likelihood import LikelihoodTerms, RestrictedLikelihood
from trialtrail.analysis.repeated.structures import Derivatives, Structure

STEPS = 100
"""Steps after which a search that has not ended is given up."""
HALVINGS = 40
"""Times that a step is halved before the search is given up."""
NEAR = 1e-8
"""Gain of log-likelihood that a step promises below which it is the last one (it is taken)."""
CONVERGED = 1e-9
"""Gain that a further step may promise, in the units of the log-likelihood, at a maximum."""
SINGULAR = 1e-9
"""Least eigenvalue of the correlation matrix, below which it counts as singular."""
NEARLY_SINGULAR = 1e-4
"""The same where information is lacking: below it that is why."""


@dataclass(frozen=True)
class Maximum:
    """Where the restricted likelihood is greatest.

    Attributes:
        covariance: (visits, visits), of the timepoints.
        terms_at: of the likelihood there.
        first: (parameters, q), derivatives of the elements by the structure's parameters.
        observed: (parameters, parameters), the observed information.
        expected: (parameters, parameters), the expected information.
        iterations: steps taken.
    """

    covariance: np.ndarray
    terms_at: LikelihoodTerms
    first: np.ndarray
    observed: np.ndarray
    expected: np.ndarray
    iterations: int


@dataclass(frozen=True)
class _Point:
    parameters: np.ndarray
    covariance: np.ndarray
    terms_at: LikelihoodTerms
    derivatives: Derivatives

    @property
    def score(self) -> np.ndarray:
        return self.derivatives.first @ self.terms_at.score

    @property
    def expected(self) -> np.ndarray:
        return self.derivatives.first @ self.terms_at.expected @ self.derivatives.first.T

    @property
    def observed(self) -> np.ndarray:
        found = self.derivatives.first @ self.terms_at.observed @ self.derivatives.first.T
        if self.derivatives.second is not None:
            found = found - self.derivatives.second @ self.terms_at.score
        return found


def maximise(likelihood: RestrictedLikelihood, structure: Structure, start: np.ndarray) -> Maximum:
    """Return the maximum by Newton's steps, halved while they leave the admissible or fall.

    Where the observed information is not positive definite the expected one takes its place.

    Args:
        likelihood: of the outcome.
        structure: of the covariance matrix.
        start: a covariance matrix, positive definite, to start near.

    Raises:
        NotEstimable: no maximum was found; the message says what was found instead.
    """
    with np.errstate(all="ignore"):
        point = _at(likelihood, structure, structure.start(start))
        if point is None:
            raise NotEstimable("the search had no start")
        taken = 0
        while True:
            if taken == STEPS:
                raise NotEstimable(f"no maximum of the likelihood after {STEPS} steps")
            step = _step(point)
            gain = float(point.score @ step)
            after = _further(likelihood, structure, point, step)
            taken += 1
            point = after or point
            if after is None or gain < NEAR:
                break
            if _least_eigenvalue(point.covariance) < SINGULAR:
                raise NotEstimable("its covariance matrix tends to a singular one")
        return _checked(point, taken)


def _at(
    likelihood: RestrictedLikelihood, structure: Structure, parameters: np.ndarray
) -> _Point | None:
    covariance = structure.covariance(parameters)
    if not np.isfinite(covariance).all():
        return None
    try:
        terms_at = likelihood.terms_at(covariance)
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(terms_at.log_likelihood):
        return None
    return _Point(parameters, covariance, terms_at, structure.derivatives(parameters))


def _step(point: _Point) -> np.ndarray:
    for information in (point.observed, point.expected):
        if _positive_definite(information):
            return np.linalg.solve(information, point.score)
    raise NotEstimable(_undetermined(point))


def _undetermined(point: _Point) -> str:
    """Return why there is no information on some of the parameters."""
    if _least_eigenvalue(point.covariance) < NEARLY_SINGULAR:
        return "its covariance matrix tends to a singular one"
    return "the data do not determine all of its parameters"


def _further(
    likelihood: RestrictedLikelihood, structure: Structure, point: _Point, step: np.ndarray
) -> _Point | None:
    """Return the point after the longest step, of those tried, that the likelihood allows."""
    rounding = 1e-12 * abs(point.terms_at.log_likelihood)
    for halvings in range(HALVINGS):
        after = _at(likelihood, structure, point.parameters + step * 0.5**halvings)
        if after and after.terms_at.log_likelihood >= point.terms_at.log_likelihood - rounding:
            return after
    return None


def _checked(point: _Point, taken: int) -> Maximum:
    """Return the maximum at a point, if it is one."""
    if _least_eigenvalue(point.covariance) < SINGULAR:
        raise NotEstimable("its covariance matrix tends to a singular one")
    if not _positive_definite(point.observed):
        raise NotEstimable(_undetermined(point))
    gain = float(point.score @ np.linalg.solve(point.observed, point.score))
    if not gain < CONVERGED:
        raise NotEstimable("the search ended before the maximum of the likelihood")
    return Maximum(
        point.covariance,
        point.terms_at,
        point.derivatives.first,
        point.observed,
        point.expected,
        taken,
    )


def _positive_definite(matrix: np.ndarray) -> bool:
    """Return whether a symmetric matrix is positive definite in any units of its parameters."""
    diagonal = np.diag(matrix)
    if not (np.isfinite(matrix).all() and (diagonal > 0).all()):
        return False
    size = np.sqrt(diagonal)
    return bool(np.linalg.eigvalsh(matrix / np.outer(size, size))[0] > 1e-12)


def _least_eigenvalue(covariance: np.ndarray) -> float:
    """Return the least eigenvalue of the correlation matrix."""
    size = np.sqrt(np.diag(covariance))
    return float(np.linalg.eigvalsh(covariance / np.outer(size, size))[0])
