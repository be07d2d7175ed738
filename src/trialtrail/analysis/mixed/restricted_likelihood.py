"""Restricted maximum likelihood of a clustered model, its variances bounded at zero.

The model is y = Xβ + u + e, with u of variance τ² for each cluster and e of variance σ² for each
variance group. The likelihood (Patterson and Thompson, Biometrika 1971;58:545-54), its slope and
its curvature are functions of the sums of `sums.ClusteredSums`. The search is Newton's where the
observed information is positive definite and Fisher's scoring elsewhere, with steps halved until
the likelihood rises, and τ² held at 0 while the likelihood falls with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialtrail.analysis.fitted import NotEstimable
from trialtrail.analysis.mixed.inference import Curvature
from trialtrail.analysis.mixed.sums import ClusteredSums

STARTS = (0.05, 0.5)
"""Shares of the variance that are between clusters where the search begins, beside none."""
ZERO = 1e-9
"""Share of the variance of the outcome below which τ² is 0."""
HIGHEST = 1e9
"""Multiple of the variance of the outcome that no variance reaches but by running away."""
MOST = 100
"""Steps of the search."""
FLAT = 1e-8
"""Information on τ² below which the fixed effects explain all clusters."""


@dataclass(frozen=True)
class Evaluated:
    """The likelihood at some variances, and its derivatives by them."""

    log_likelihood: float
    score: np.ndarray
    effects: np.ndarray
    curvature: Curvature


@dataclass(frozen=True)
class Estimated:
    """A fitted model, in the scale of the sums: the outcome by its mean and deviation.

    Attributes:
        variances: σ² of each group, then τ².
        log_likelihood: of the restricted likelihood.
        effects: the fixed effects.
        curvature: at the estimates.
        at_zero: whether τ² is at its bound.
        iterations: steps of the search, of all starts.
        converged: whether the slope is 0, or τ² at its bound with a slope that is not above it.
    """

    variances: np.ndarray
    log_likelihood: float
    effects: np.ndarray
    curvature: Curvature
    at_zero: bool
    iterations: int
    converged: bool


def log_likelihood(sums: ClusteredSums, variances: np.ndarray) -> float:
    """Return the restricted log-likelihood at some variances."""
    return _at(sums, variances, _between(sums, variances))[0]


def evaluate(sums: ClusteredSums, variances: np.ndarray) -> Evaluated:
    """Return the restricted likelihood with its derivatives by the variances."""
    own, spread = variances[:-1], _between(sums, variances)
    value, effects, covariance = _at(sums, variances, spread)
    number, side = len(variances), sums.p + 1
    once, twice = sums.slopes.T / spread, sums.slopes.T / spread**2
    first = twice @ sums.between
    first[:-1] += sums.within / (own**2)[:, None]
    first = first.reshape(number, side, side)
    pairs = (sums.slopes[:, :, None] * sums.slopes[:, None, :]).reshape(len(spread), -1).T
    second = ((pairs / spread**3) @ sums.between).reshape(number, number, side, side)
    linear = once.sum(axis=1)
    linear[:-1] += sums.rows_within / own
    square = (pairs / spread**2).sum(axis=1).reshape(number, number)
    for place, variance in enumerate(own):
        second[place, place] += sums.within[place].reshape(side, side) / variance**3
        square[place, place] += sums.rows_within[place] / variance**2
    residual = np.append(-effects, 1.0)
    inner, crossed = first[:, :-1, :-1], second[:, :, :-1, :-1]
    weighed = covariance @ inner
    pulled = first @ residual
    score = 0.5 * (pulled @ residual - linear + np.trace(weighed, axis1=1, axis2=2))
    # tr(PVₖPVₗ), of which half is the expected information.
    flat = weighed.reshape(number, -1)
    turned = weighed.transpose(0, 2, 1).reshape(number, -1)
    traces = (
        square
        - 2 * (crossed.reshape(number * number, -1) @ covariance.reshape(-1)).reshape(square.shape)
        + flat @ turned.T
    )
    inside = pulled[:, :-1]
    quadratic = (second @ residual) @ residual - inside @ covariance @ inside.T
    curvature = Curvature(covariance, inner, crossed, 0.5 * traces, quadratic - 0.5 * traces)
    return Evaluated(value, score, effects, curvature)


def fit(sums: ClusteredSums, near: np.ndarray | None = None) -> Estimated:
    """Return the model at the maximum of its restricted likelihood.

    Args:
        sums: of the outcome.
        near: variances near the maximum, in the scale of the sums, where the search may begin.

    Raises:
        NotEstimable: nobody belongs to a cluster, or the fixed effects explain all clusters.
    """
    groups = len(sums.rows_within)
    if not len(sums.size):
        raise NotEstimable("no participant of an arm with clusters belongs to one")
    start = np.append(np.ones(groups), 0.0)
    flat = evaluate(sums, start).curvature.expected[-1, -1]
    if flat < FLAT * float(sums.size @ sums.size):
        raise NotEstimable(_too_few(len(sums.size)))
    free = np.append(np.ones(groups, dtype=bool), not sums.alone)
    best, value, steps = start, -np.inf, 0
    for begun in _starts(sums, near):
        found, reached, more = _climb(sums, begun, free)
        steps += more
        if reached > value + 1e-12:
            best, value = found, reached
        if best[-1] > 1e-3:
            break
    if best[-1] < ZERO:
        best = np.append(best[:-1], 0.0)
    at = evaluate(sums, best)
    at_zero = bool(best[-1] == 0) and not sums.alone
    slope = at.score[free] * np.maximum(best[free], ZERO)
    if at_zero:
        slope[-1] = max(at.score[-1], 0.0)
    converged = bool(np.isfinite(slope).all() and np.abs(slope).max() < 1e-5 * sums.n)
    return Estimated(best, at.log_likelihood, at.effects, at.curvature, at_zero, steps, converged)


def _starts(sums: ClusteredSums, near: np.ndarray | None) -> list[np.ndarray]:
    """Return where the search begins: a second start guards against a second maximum near 0."""
    groups, own = len(sums.rows_within), sums.group[0]
    if sums.alone:
        return [np.append(np.ones(groups), 0.0)]
    if near is not None and (near[:-1] > 0).all():
        return [np.append(near[:-1], max(near[-1], STARTS[0] * near[own]))]
    found = []
    for share in STARTS:
        begun = np.append(np.ones(groups), share)
        begun[own] -= share
        found.append(begun)
    return found


def _too_few(clusters: int) -> str:
    if clusters == 1:
        return "one cluster: the effect of the arm cannot be told from that of the cluster"
    return "the covariates and arms explain all clusters: their variance is not known"


def _between(sums: ClusteredSums, variances: np.ndarray) -> np.ndarray:
    """Return the variance of each row between."""
    return sums.slopes @ variances


def _at(
    sums: ClusteredSums, variances: np.ndarray, spread: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the log-likelihood, the fixed effects and their covariance."""
    own, side = variances[:-1], sums.p + 1
    whole = ((1 / own) @ sums.within + (1 / spread) @ sums.between).reshape(side, side)
    root = np.linalg.cholesky(whole[:-1, :-1])
    covariance = np.linalg.inv(whole[:-1, :-1])
    effects = covariance @ whole[:-1, -1]
    left = whole[-1, -1] - whole[-1, :-1] @ effects
    value = -0.5 * (
        sums.rows_within @ np.log(own)
        + np.log(spread).sum()
        + 2 * np.log(np.diagonal(root)).sum()
        + left
        + (sums.n - sums.p) * np.log(2 * np.pi)
    )
    return float(value), effects, covariance


def _climb(
    sums: ClusteredSums, start: np.ndarray, free: np.ndarray
) -> tuple[np.ndarray, float, int]:
    """Return the variances at the top, the likelihood there and the steps that led to it."""
    here, value, steps = start, log_likelihood(sums, start), 0
    for _ in range(MOST):
        steps += 1
        at = evaluate(sums, here)
        moved = np.flatnonzero(free)
        if here[-1] == 0 and free[-1] and at.score[-1] <= 0:
            moved = moved[:-1]
        direction = np.zeros_like(here)
        square = np.ix_(moved, moved)
        information = at.curvature.observed[square]
        try:
            np.linalg.cholesky(information)
        except np.linalg.LinAlgError:
            information = at.curvature.expected[square]
        direction[moved] = np.linalg.solve(information, at.score[moved])
        # The gain that a step promises is known to far more digits than the likelihood is.
        last = at.score[moved] @ direction[moved] < 1e-17 * max(1.0, abs(value))
        there, reached = _halved(sums, here, direction, value)
        change = np.abs(there - here).max() / here[:-1].max()
        here, value = there, reached
        if last or change < 1e-12:
            break
    return here, value, steps


def _halved(
    sums: ClusteredSums, here: np.ndarray, direction: np.ndarray, value: float
) -> tuple[np.ndarray, float]:
    """Return the variances a step away, the step halved until the likelihood does not fall."""
    length = 1.0
    while True:
        there = here + length * direction
        there[:-1] = np.maximum(there[:-1], here[:-1] * 0.1)
        there[-1] = max(there[-1], 0.0)
        there = np.minimum(there, HIGHEST)
        reached = log_likelihood(sums, there)
        if reached >= value - 1e-12 * max(1.0, abs(value)) or length < 1e-8:
            return there, reached
        length /= 2
