"""Score intervals of risks that are compared with root finding in R."""

from __future__ import annotations

from functools import partial

from trialtrail.analysis.score_intervals import (
    miettinen_nurminen_interval,
    miettinen_nurminen_ratio_interval,
)
from trialtrail.analysis.two_groups import newcombe_interval

TABLES = (
    *((56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20)),
    *((0, 10, 0, 10), (10, 10, 0, 20), (10, 10, 0, 10), (10, 10, 12, 12), (0, 10, 0, 12)),
    (1, 300, 2, 5),
)


def score_interval(*table: int) -> dict[str, float]:
    """Return the limits of the difference and of the ratio."""
    lower, upper = miettinen_nurminen_interval(*table)
    ratio_lower, ratio_upper = miettinen_nurminen_ratio_interval(*table)
    return {
        "lower": lower,
        "upper": upper,
        "ratio_lower": ratio_lower,
        "ratio_upper": ratio_upper,
    }


def newcombe() -> dict[str, float]:
    """Return the limits of the hybrid score interval."""
    return dict(zip(("lower", "upper"), newcombe_interval(56, 70, 48, 80), strict=True))


FITS = {
    ("56 70 48 80", "newcombe"): newcombe,
    **{
        (" ".join(map(str, table)), "miettinen_nurminen"): partial(score_interval, *table)
        for table in TABLES
    },
}
"""(case, method) -> the interval."""
