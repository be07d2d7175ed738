"""Logistic regression by maximum likelihood, or by Firth's where the data are separated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

from trialtrail.analysis.fitted import NotEstimable

STEPS = 50
"""Steps within which Newton's method is at the maximum, or there is none."""
CLOSE = 1e-10
FLAT = 1e10
"""Variance of coefficients of standardised columns above which there is no maximum."""
FIRTH_STEPS = 350
"""Of Firth's likelihood; they shorten by a factor, not quadratically as Newton's do."""
LONGEST = 5.0
"""The most that a coefficient of a standardised column may change in one step."""


class Separated(ValueError):
    """The covariates or arms separate those with the event: the likelihood has no maximum."""


@dataclass(frozen=True)
class Logistic:
    """A fitted model.

    Attributes:
        effects: the p coefficients.
        covariance: the inverse of the information, p x p.
        leverage: of each participant.
        log_likelihood: without Firth's penalty.
        penalised: whether it was fitted by Firth's likelihood.
    """

    effects: np.ndarray
    covariance: np.ndarray
    leverage: np.ndarray
    log_likelihood: float
    penalised: bool


def logistic(matrix: np.ndarray, events: np.ndarray) -> Logistic:
    """Fit by maximum likelihood; by Firth's likelihood where there is no maximum.

    Raises:
        NotEstimable: the maximum of Firth's likelihood was not found.
    """
    try:
        return maximum_likelihood(matrix, events)
    except Separated:
        return firth(matrix, events)


def maximum_likelihood(matrix: np.ndarray, events: np.ndarray) -> Logistic:
    """Fit by maximum likelihood.

    Args:
        matrix: the design, n x p, of full rank, the constant first.
            Covariates are to be about their means, as `Design.centred` has them.
        events: 1 or 0, n.

    Raises:
        Separated: the search runs away, which it does if and only if the data are separated.
    """
    scaled, scale = _scaled(matrix)
    found = np.zeros(scaled.shape[1])
    value = _log_likelihood(scaled, found, events)
    for _ in range(STEPS):
        risk = expit(scaled @ found)
        information = _information(scaled, risk)
        try:
            step = np.linalg.solve(information, scaled.T @ (events - risk))
        except np.linalg.LinAlgError as singular:
            raise Separated from singular
        if np.abs(step).max() < CLOSE:
            # Far out the slope is 0 by rounding, and the information nearly so.
            if np.linalg.eigvalsh(information).min() < 1 / FLAT:
                raise Separated
            return _fitted(scaled, scale, found + step, events, penalised=False)
        length = min(1.0, LONGEST / np.abs(step).max())
        # Without this a step from where hardly anything is uncertain may leave for good.
        while _log_likelihood(scaled, found + length * step, events) < value - 1e-12 * abs(value):
            length /= 2
        found = found + length * step
        value = _log_likelihood(scaled, found, events)
    raise Separated


def firth(matrix: np.ndarray, events: np.ndarray) -> Logistic:
    """Fit by Firth's penalised likelihood (Biometrika 1993;80:27-38; Heinze and Schemper, 2002).

    Standard errors are from the information without the penalty.

    Raises:
        NotEstimable: the maximum was not found.
    """
    scaled, scale = _scaled(matrix)
    found = np.zeros(scaled.shape[1])
    for _ in range(FIRTH_STEPS):
        risk = expit(scaled @ found)
        information = _information(scaled, risk)
        inverse = np.linalg.inv(information)
        hat = _leverage(scaled, risk, inverse)
        # The equations are those of data in which each has 1 + hat participants, half of the hat
        # with the event: their information keeps the steps from leaping over the maximum.
        slope = scaled.T @ (events - risk + hat * (0.5 - risk))
        step = np.linalg.solve(_information(scaled, risk, 1 + hat), slope)
        step = step * min(1.0, LONGEST / max(np.abs(step).max(), 1e-300))
        length, value = 1.0, _penalised(scaled, found, events)
        while length > 1e-8 and _penalised(scaled, found + length * step, events) < value - 1e-12:
            length /= 2
        found = found + length * step
        if np.abs(step).max() < CLOSE:
            return _fitted(scaled, scale, found, events, penalised=True)
    raise NotEstimable("the maximum of the penalised likelihood was not found")


def _scaled(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scale = np.maximum(np.sqrt((matrix**2).mean(axis=0)), 1e-300)
    return matrix / scale, scale


def _information(
    matrix: np.ndarray, risk: np.ndarray, weights: np.ndarray | float = 1.0
) -> np.ndarray:
    return (matrix * (weights * risk * (1 - risk))[:, None]).T @ matrix


def _leverage(matrix: np.ndarray, risk: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    return np.einsum("ij,jk,ik->i", matrix, inverse, matrix) * risk * (1 - risk)


def _log_likelihood(matrix: np.ndarray, effects: np.ndarray, events: np.ndarray) -> float:
    predictor = matrix @ effects
    return float(np.where(events == 1, log_expit(predictor), log_expit(-predictor)).sum())


def _penalised(matrix: np.ndarray, effects: np.ndarray, events: np.ndarray) -> float:
    information = _information(matrix, expit(matrix @ effects))
    sign, size = np.linalg.slogdet(information)
    return _log_likelihood(matrix, effects, events) + 0.5 * size if sign > 0 else -np.inf


def _fitted(
    scaled: np.ndarray, scale: np.ndarray, found: np.ndarray, events: np.ndarray, *, penalised: bool
) -> Logistic:
    risk = expit(scaled @ found)
    inverse = np.linalg.inv(_information(scaled, risk))
    return Logistic(
        found / scale,
        inverse / np.outer(scale, scale),
        _leverage(scaled, risk, inverse),
        _log_likelihood(scaled, found, events),
        penalised,
    )
