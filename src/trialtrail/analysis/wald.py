"""Interval and test of an estimate from its standard error: by t, or normal without a df."""

from __future__ import annotations

# scipy.stats has the same quantiles but takes far longer to import.
from scipy.special import ndtr, ndtri, stdtr, stdtrit


def quantile(level: float, df: float | None) -> float:
    """Return how many standard errors an interval extends to each side: of t, or normal."""
    return float(ndtri((1 + level) / 2) if df is None else stdtrit(df, (1 + level) / 2))


def interval(estimate: float, se: float, df: float | None, level: float) -> tuple[float, float]:
    """Return the limits of an estimate."""
    margin = quantile(level, df) * se
    return estimate - margin, estimate + margin


def two_sided(estimate: float, se: float, df: float | None) -> tuple[float, float]:
    """Return the statistic of an estimate against 0 and its two-sided p."""
    statistic = estimate / se
    return statistic, two_sided_p(statistic, df)


def two_sided_p(statistic: float, df: float | None = None) -> float:
    """Return the two-sided p of a statistic."""
    return 2 * float(ndtr(-abs(statistic)) if df is None else stdtr(df, -abs(statistic)))
