"""The intra-cluster correlation of a fitted model, with its profile likelihood interval.

The correlation is τ² / (τ² + σ²), σ² that of the arms with clusters. Its interval holds the values
at which the likelihood, the other variances at their best for each, is not lower than the highest
by more than half a quantile of chi-squared with one degree of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from trialtrail.analysis.mixed.restricted_likelihood import Estimated, evaluate, log_likelihood
from trialtrail.analysis.mixed.sums import ClusteredSums

HIGHEST = 0.9999
"""The greatest correlation that is looked at."""


@dataclass(frozen=True)
class Correlation:
    """An intra-cluster correlation with its interval; limits are None where they are not known."""

    estimate: float
    lower: float | None
    upper: float | None


def correlation(
    sums: ClusteredSums, model: Estimated, level: float, *, interval: bool = True
) -> Correlation:
    """Return the intra-cluster correlation of the clusters of the first group that has them."""
    own = int(sums.group[0])
    estimate = float(model.variances[-1] / (model.variances[-1] + model.variances[own]))
    if not interval:
        return Correlation(estimate, None, None)
    from scipy.optimize import brentq

    drop = chdtri(1, 1 - level) / 2

    def above(value: float) -> float:
        """Return how far the profile at a correlation is above the limit."""
        return _profile(sums, model, value, own) - model.log_likelihood + drop

    lower, upper = 0.0, 1.0
    try:
        with np.errstate(all="ignore"):
            if estimate < HIGHEST and not above(estimate) > 0:
                return Correlation(estimate, None, None)
            if estimate > 0 and above(0.0) < 0:
                lower = float(brentq(above, 0.0, estimate, xtol=1e-9))
            if estimate < HIGHEST and above(HIGHEST) < 0:
                upper = float(brentq(above, estimate, HIGHEST, xtol=1e-9))
    except (np.linalg.LinAlgError, ValueError):
        # Where hardly any variance is left within clusters, the profile cannot be followed.
        return Correlation(estimate, None, None)
    return Correlation(estimate, lower, upper)


def _profile(sums: ClusteredSums, model: Estimated, value: float, own: int) -> float:
    """Return the highest likelihood at one correlation, over the total and the other variances."""
    best = model.variances
    others = [place for place in range(len(best) - 1) if place != own]
    logs = np.log(np.append(best[others], best[own] + best[-1]))

    def at(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        scales = np.exp(logs)
        variances, slope = np.zeros(len(best)), np.zeros((len(best), len(logs)))
        variances[others] = scales[:-1]
        for column, place in enumerate(others):
            slope[place, column] = scales[column]
        variances[own], variances[-1] = scales[-1] * (1 - value), scales[-1] * value
        slope[own, -1], slope[-1, -1] = variances[own], variances[-1]
        return variances, slope

    for _ in range(60):
        variances, slope = at(logs)
        found = evaluate(sums, variances)
        information = slope.T @ found.curvature.expected @ slope
        step = np.clip(np.linalg.solve(information, slope.T @ found.score), -1, 1)
        length = 1.0
        while length > 1e-6 and (
            log_likelihood(sums, at(logs + length * step)[0]) < found.log_likelihood - 1e-12
        ):
            length /= 2
        logs = logs + length * step
        if np.abs(step).max() < 1e-9:
            break
    return log_likelihood(sums, at(logs)[0])
