"""Logistic regression by maximum likelihood, or by Firth's where the data are separated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

STEPS = 30
"""Steps within which Newton's method is at the maximum, or there is none."""
CLOSE = 1e-10
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
    """Fit by maximum likelihood; by Firth's likelihood where there is no maximum."""
    try:
        return maximum_likelihood(matrix, events)
    except Separated:
        return firth(matrix, events)


def maximum_likelihood(matrix: np.ndarray, events: np.ndarray) -> Logistic:
    """Fit by maximum likelihood.

    Args:
        matrix: the design, n x p, of full rank, the constant first.
        events: 1 or 0, n.

    Raises:
        Separated: the search runs away, which it does if and only if the data are separated.
    """
    scaled, scale = _scaled(matrix)
    found = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        risk = expit(scaled @ found)
        information = _information(scaled, risk)
        try:
            step = np.linalg.solve(information, scaled.T @ (events - risk))
        except np.linalg.LinAlgError as singular:
            raise Separated from singular
        found = found + step * min(1.0, LONGEST / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < CLOSE:
            return _fitted(scaled, scale, found, events, penalised=False)
    raise Separated


def firth(matrix: np.ndarray, events: np.ndarray) -> Logistic:
    """Fit by Firth's penalised likelihood (Biometrika 1993;80:27-38; Heinze and Schemper, 2002).

    Standard errors are from the information without the penalty.
    """
    scaled, scale = _scaled(matrix)
    found, value = np.zeros(scaled.shape[1]), -np.inf
    for _ in range(200):
        risk = expit(scaled @ found)
        information = _information(scaled, risk)
        inverse = np.linalg.inv(information)
        hat = _leverage(scaled, risk, inverse)
        step = inverse @ (scaled.T @ (events - risk + hat * (0.5 - risk)))
        step = step * min(1.0, LONGEST / max(np.abs(step).max(), 1e-300))
        length, value = 1.0, _penalised(scaled, found, events)
        while length > 1e-8 and _penalised(scaled, found + length * step, events) < value - 1e-12:
            length /= 2
        found = found + length * step
        if np.abs(step).max() < CLOSE:
            break
    return _fitted(scaled, scale, found, events, penalised=True)


def _scaled(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scale = np.maximum(np.sqrt((matrix**2).mean(axis=0)), 1e-300)
    return matrix / scale, scale


def _information(matrix: np.ndarray, risk: np.ndarray) -> np.ndarray:
    return (matrix * (risk * (1 - risk))[:, None]).T @ matrix


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
