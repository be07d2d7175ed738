"""Estimates of two groups' difference, and of a proportion, with confidence intervals.

A difference or ratio is always the intervention against the reference. Missing values are dropped
and counted. What cannot be estimated is None, with the reason in words; it is never 0 or infinite.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.analysis.wald import interval, quantile

NOISE = 1e-13
"""Share of the terms below which their difference is the rounding of floating point."""

Values = pd.Series | np.ndarray | Sequence[float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Intervention against reference, with the interval of the confidence `level` (0-1).

    `n_*` are the values used and `missing_*` those dropped; `count_*` are the events and None for a
    mean difference. `se` and `df` are those of a mean difference; of a risk ratio `se` is on the
    log scale. `reason` says why the estimate, or only its interval, is None.
    """

    measure: str
    estimate: float | None
    lower: float | None
    upper: float | None
    level: float
    n_intervention: int
    n_reference: int
    missing_intervention: int
    missing_reference: int
    count_intervention: int | None = None
    count_reference: int | None = None
    se: float | None = None
    df: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Proportion:
    """`count` of `n` as a fraction (0-1), with the interval of the confidence `level`.

    `missing` values were dropped. With n of 0 the estimate is None and `reason` says so.
    """

    estimate: float | None
    lower: float | None
    upper: float | None
    level: float
    count: int
    n: int
    missing: int
    reason: str | None = None


def mean_difference(a: Values, b: Values, level: float = 0.95, *, pooled: bool = False) -> Estimate:
    """Mean of the intervention `a` minus mean of the reference `b`, in the unit of the values.

    The interval is Welch's (Biometrika 1947;34:28-35), whose variances may differ, or, with
    `pooled`, Student's with one variance. With fewer than two values in a group, or no variation
    in either, there is an estimate without an interval.
    """
    _check_level(level)
    group_a, group_b = _group(a), _group(b)
    estimate = se = df = lower = upper = reason = None
    if not group_a.n or not group_b.n:
        reason = "a group has no values"
    else:
        means = group_a.observed.mean(), group_b.observed.mean()
        estimate = _without_noise(float(means[0] - means[1]), *means)
        if min(group_a.n, group_b.n) < 2:
            reason = "a group has one value: no interval"
        else:
            se, df = _standard_error(group_a.observed, group_b.observed, pooled)
            if se == 0:
                df, reason = None, "the values do not vary: no interval"
            else:
                lower, upper = interval(estimate, se, df, level)
    sizes = _sizes(group_a, group_b)
    return Estimate(
        "mean_difference", estimate, lower, upper, level, **sizes, se=se, df=df, reason=reason
    )


def deviation(values: pd.Series) -> float:
    """Return the standard deviation; values that are all one have none, whatever rounding says."""
    known = values.dropna()
    return 0.0 if known.size > 1 and known.min() == known.max() else known.std()


def _without_noise(difference: float, *terms: float) -> float:
    """Return a difference, 0 where it is no more than the rounding of its terms."""
    return 0.0 if abs(difference) <= NOISE * max(map(abs, terms)) else difference


def _standard_error(a: np.ndarray, b: np.ndarray, pooled: bool) -> tuple[float, float]:
    """Standard error of the difference of means, and its degrees of freedom."""
    n_a, n_b = len(a), len(b)
    variance_a, variance_b = (0.0 if np.ptp(v) == 0 else v.var(ddof=1) for v in (a, b))
    if pooled:
        df = n_a + n_b - 2
        variance = ((n_a - 1) * variance_a + (n_b - 1) * variance_b) / df
        return math.sqrt(variance * (1 / n_a + 1 / n_b)), float(df)
    share_a, share_b = variance_a / n_a, variance_b / n_b
    squared = share_a + share_b
    if squared == 0:
        return 0.0, math.nan
    # Welch-Satterthwaite.
    df = squared**2 / (share_a**2 / (n_a - 1) + share_b**2 / (n_b - 1))
    return math.sqrt(squared), float(df)


def risk_difference(a: Values, b: Values, level: float = 0.95) -> Estimate:
    """Risk in the intervention `a` minus risk in the reference `b`, as fractions (-1 to 1).

    Values are 0 or 1. The interval is Newcombe's hybrid score interval (see `newcombe_interval`),
    which exists with zero cells too.
    """
    _check_level(level)
    group_a, group_b = _binary_group(a), _binary_group(b)
    estimate = lower = upper = reason = None
    if group_a.n and group_b.n:
        estimate = group_a.count / group_a.n - group_b.count / group_b.n
        lower, upper = newcombe_interval(group_a.count, group_a.n, group_b.count, group_b.n, level)
    else:
        reason = "a group has no values"
    return Estimate(
        "risk_difference",
        estimate,
        lower,
        upper,
        level,
        **_sizes(group_a, group_b),
        **_counts(group_a, group_b),
        reason=reason,
    )


def risk_ratio(a: Values, b: Values, level: float = 0.95) -> Estimate:
    """Risk in the intervention `a` divided by risk in the reference `b`.

    Values are 0 or 1. The interval is symmetric on the log scale (Katz and others, Biometrics
    1978;34:469-74), so without an event in either group there is no ratio: the estimate is None
    with its reason, and nothing is added to the cells. With an event in everybody there is an
    estimate of 1 without an interval.
    """
    _check_level(level)
    group_a, group_b = _binary_group(a), _binary_group(b)
    estimate = se = lower = upper = reason = None
    if not group_a.n or not group_b.n:
        reason = "a group has no values"
    elif not group_a.count or not group_b.count:
        reason = "a group has no events"
    else:
        estimate = (group_a.count / group_a.n) / (group_b.count / group_b.n)
        se = math.sqrt(sum(1 / group.count - 1 / group.n for group in (group_a, group_b)))
        if se == 0:
            reason = "everybody has the event: no interval"
        else:
            margin = quantile(level, None) * se
            lower, upper = estimate * math.exp(-margin), estimate * math.exp(margin)
    return Estimate(
        "risk_ratio",
        estimate,
        lower,
        upper,
        level,
        **_sizes(group_a, group_b),
        **_counts(group_a, group_b),
        se=se,
        reason=reason,
    )


def proportion(values: Values, level: float = 0.95) -> Proportion:
    """The fraction of the values (0 or 1) that are 1, with Wilson's score interval."""
    _check_level(level)
    group = _binary_group(values)
    if not group.n:
        return Proportion(None, None, None, level, 0, 0, group.missing, "there are no values")
    lower, upper = wilson_interval(group.count, group.n, level)
    estimate = group.count / group.n
    return Proportion(estimate, lower, upper, level, group.count, group.n, group.missing)


def wilson_interval(count: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of `count` of `n`, without continuity correction.

    Wilson, J Am Stat Assoc 1927;22:209-12; method 3 of Newcombe, Stat Med 1998;17:857-72.
    Raises ValueError unless 0 <= count <= n and n > 0.
    """
    if not 0 <= count <= n or n == 0:
        raise ValueError("an interval needs 0 <= count <= n and n > 0")
    _check_level(level)
    z2 = quantile(level, None) ** 2
    centre = count + z2 / 2
    margin = math.sqrt(z2 * (count * (n - count) / n + z2 / 4))
    # The score interval of none is 0 and of all is 1, which the arithmetic misses by rounding.
    lower = 0.0 if count == 0 else (centre - margin) / (n + z2)
    upper = 1.0 if count == n else (centre + margin) / (n + z2)
    return lower, upper


def newcombe_interval(
    count_a: int, n_a: int, count_b: int, n_b: int, level: float = 0.95
) -> tuple[float, float]:
    """Hybrid score interval of the difference count_a/n_a - count_b/n_b.

    Method 10 of Newcombe, Stat Med 1998;17:873-90: the two Wilson intervals joined by squares,
    without continuity correction.
    """
    lower_a, upper_a = wilson_interval(count_a, n_a, level)
    lower_b, upper_b = wilson_interval(count_b, n_b, level)
    risk_a, risk_b = count_a / n_a, count_b / n_b
    difference = risk_a - risk_b
    below, above = (
        math.hypot(risk_a - lower_a, upper_b - risk_b),
        math.hypot(upper_a - risk_a, risk_b - lower_b),
    )
    low = _without_noise(difference - below, difference, below)
    return low, _without_noise(difference + above, difference, above)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError("the confidence level is a fraction between 0 and 1")


@dataclass(frozen=True, slots=True)
class _Group:
    """The values of a group that are not missing, and the number of those that are."""

    observed: np.ndarray
    missing: int

    @property
    def n(self) -> int:
        return len(self.observed)

    @property
    def count(self) -> int:
        return int(self.observed.sum())


def _group(values: Values) -> _Group:
    column = pd.Series(values).to_numpy(dtype="float64", na_value=np.nan)
    observed = column[~np.isnan(column)]
    if np.isinf(observed).any():
        raise ValueError("a value is infinite")
    return _Group(observed, len(column) - len(observed))


def _binary_group(values: Values) -> _Group:
    group = _group(values)
    if not np.isin(group.observed, (0, 1)).all():
        raise ValueError("a binary outcome has values other than 0 and 1")
    return group


def _sizes(a: _Group, b: _Group) -> dict[str, int]:
    return {
        "n_intervention": a.n,
        "n_reference": b.n,
        "missing_intervention": a.missing,
        "missing_reference": b.missing,
    }


def _counts(a: _Group, b: _Group) -> dict[str, int]:
    return {"count_intervention": a.count, "count_reference": b.count}
