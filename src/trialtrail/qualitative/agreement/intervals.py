"""Bootstrap intervals: documents are drawn with replacement, as whole clusters of decisions.

Characters of one interview are not independent; documents are nearer to it. The limits are
percentiles of the samples (Efron and Tibshirani, An introduction to the bootstrap, 1993, chapter
13; of Krippendorff's alpha: Hayes and Krippendorff, Commun Methods Meas 2007;1:77-89).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LEAST_DOCUMENTS = 5
"""Of fewer documents no interval is given: so few cannot stand for those that were not read."""
LEAST_DEFINED = 0.9
"""The share of samples in which a measure must be defined for an interval to be given."""


def draw_documents(
    chosen: Sequence[bool] | np.ndarray, samples: int, seed: Sequence[int]
) -> np.ndarray:
    """Return how often each document is in each sample, ``(samples, documents)``.

    Only ``chosen`` documents are drawn, as many as there are.
    """
    places = np.flatnonzero(chosen)
    generator = np.random.default_rng(list(seed))
    counts = generator.multinomial(len(places), np.full(len(places), 1 / len(places)), samples)
    weights = np.zeros((samples, len(chosen)))
    weights[:, places] = counts
    return weights


def percentile_limits(draws: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of each column of ``draws`` at ``level`` (0.95), NaN where not given."""
    defined = np.isfinite(draws)
    enough = defined.mean(axis=0) >= LEAST_DEFINED
    tails = [(1 - level) / 2, (1 + level) / 2]
    lower, upper = np.full((2, draws.shape[1]), np.nan)
    always = defined.all(axis=0)
    lower[always], upper[always] = np.quantile(draws[:, always], tails, axis=0)
    for column in np.flatnonzero(enough & ~always):
        known = draws[defined[:, column], column]
        lower[column], upper[column] = np.quantile(known, tails)
    return lower, upper
