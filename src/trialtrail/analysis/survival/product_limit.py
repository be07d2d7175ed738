"""Time to an event, with censoring: the Kaplan-Meier estimate.

Own code, of a few lines: importing statsmodels (SurvfuncRight) or scipy.stats (ecdf) costs a second
or more for a curve of some dozens of times, and neither gives log-log limits beside the numbers at
risk. The tests compare it with R's survival package.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from trialtrail.analysis.wald import quantile

TIED = 1e-9
"""Shares that differ by less are the same."""
COLUMNS: tuple[str, ...] = ("months", "at_risk", "events", "survival", "lower", "upper")


def kaplan_meier(months: pd.Series, event: pd.Series, level: float = 0.95) -> pd.DataFrame:
    """Kaplan-Meier curve; a row is a time with at least one event, in order of time.

    `months` is the time to the event or to censoring; `event` is true (1) for the event and false
    (0) for censoring. A pair with a missing value is dropped. `at_risk` counts those whose time is
    not before the row's: who is censored at the time of an event is still at risk. `survival` is
    the fraction (0-1) without the event after that time (Kaplan and Meier, J Am Stat Assoc
    1958;53:457-81). `lower` and `upper` are its pointwise limits from Greenwood's variance on the
    scale of log(-log(survival)) (Kalbfleisch and Prentice 1980); missing where survival is 0.

    Without an event the table is empty. Raises ValueError for a negative time, an event other than
    0 or 1, columns of unequal length or a level that is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError("the confidence level is a fraction between 0 and 1")
    if len(months) != len(event):
        raise ValueError("months and event must have the same length")
    time, happened = _observed(months, event)
    times, deaths = np.unique(time[happened == 1], return_counts=True)
    at_risk = len(time) - np.searchsorted(np.sort(time), times, side="left")
    survival = np.cumprod(1 - deaths / at_risk)
    lower, upper = log_log_limits(survival, greenwood(at_risk, deaths), quantile(level, None))
    columns = (times, at_risk, deaths, survival, lower, upper)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def time_until(curve: pd.DataFrame, share: float) -> float | None:
    """Return the time by which a share (0-1) has had the event; None where it is not reached.

    It is the first time at which the share without the event is no more than the rest. A curve that
    runs at the rest exactly gives the middle of that stretch, as R's `quantile.survfit` does.

    Args:
        curve: as `kaplan_meier` returns it.
    """
    rest = 1 - share
    low = curve[curve["survival"] < rest + TIED]
    if low.empty:
        return None
    first, later = low.iloc[0], low.iloc[1:]
    if abs(first["survival"] - rest) < TIED and len(later):
        return float(first["months"] + later.iloc[0]["months"]) / 2
    return float(first["months"])


def _observed(months: pd.Series, event: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Times and events of the pairs without a missing value."""
    time = months.to_numpy(dtype="float64", na_value=np.nan)
    happened = event.to_numpy(dtype="float64", na_value=np.nan)
    known = ~(np.isnan(time) | np.isnan(happened))
    time, happened = time[known], happened[known]
    if (time < 0).any() or not np.isin(happened, (0, 1)).all():
        raise ValueError("a time is negative, or an event is neither 0 nor 1")
    return time, happened


def greenwood(at_risk: np.ndarray, events: np.ndarray) -> np.ndarray:
    """Return Greenwood's variance of survival over its square; infinite where survival is 0."""
    with np.errstate(divide="ignore"):
        return np.cumsum(events / (at_risk * (at_risk - events)))


def log_log_limits(
    share: np.ndarray, relative_variance: np.ndarray, quantile: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return limits of shares without an event on the scale of log(-log(share)).

    Args:
        share: fractions; the limits are missing where one is 0 or 1.
        relative_variance: of each share, over its square.
        quantile: how many standard errors the limits are apart from the share.
    """
    defined = (share > 0) & (share < 1)
    inner = np.where(defined, share, 0.5)
    margin = quantile * np.sqrt(np.where(defined, relative_variance, 0.0)) / -np.log(inner)
    lower, upper = inner ** np.exp(margin), inner ** np.exp(-margin)
    return np.where(defined, lower, np.nan), np.where(defined, upper, np.nan)
