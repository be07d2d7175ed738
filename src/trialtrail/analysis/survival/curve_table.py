"""Curves of the arms as a table, and the median time, with their limits.

All limits are on the scale of log(-log(share without the event)), so that those of an incidence
without competing events are the ones of the Kaplan-Meier curve.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import NotEstimable, Setting
from trialtrail.analysis.survival.curves import (
    Curve,
    curve_of,
    incidence_at,
    incidence_variance,
    influence,
    numbers_at_risk,
    survival_at,
)
from trialtrail.analysis.survival.independence import units_of, variance_of
from trialtrail.analysis.survival.observed import TIED, Observed, observe
from trialtrail.analysis.survival.product_limit import greenwood, log_log_limits
from trialtrail.analysis.wald import quantile

COLUMNS: tuple[str, ...] = (
    "arm",
    "curve",
    "time",
    "at_risk",
    "events",
    "estimate",
    "lower",
    "upper",
)
SURVIVAL = "survival"


def incidence_of(kind: int) -> str:
    """Return what the curve of one kind of event is called in the column ``curve``."""
    return f"incidence of event {kind}"


def limits(
    mine: Observed, curve: Curve, kind: int | None, setting: Setting
) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of the share of an arm without one kind of event, or without any (None).

    They are pointwise, at each time of the curve; in an arm with clusters by the clusters, as
    `variance_of` has them. They are missing where the share is 0 or 1.
    """
    free = curve.survival if kind is None else 1 - curve.incidence(kind)
    units = units_of(mine, setting)
    df = np.full(len(free), np.nan)
    if not units.clustered and kind is None:
        relative = greenwood(curve.at_risk, curve.events)
    else:
        variance = np.full(len(free), np.nan)
        if not units.clustered:
            variance = incidence_variance(curve, kind)
        for place, time in enumerate(curve.time if units.clustered else []):
            at = survival_at(curve, time) if kind is None else incidence_at(curve, time, kind)
            try:
                moved = influence(mine.time, mine.event, curve, at)
                variance[place], df[place] = variance_of(moved, units)
            except NotEstimable:
                continue
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = variance / free**2
    wide = [quantile(setting.level, None if np.isnan(each) else each) for each in df]
    return log_log_limits(free, relative, np.array(wide))


def median(
    mine: Observed, curve: Curve, setting: Setting
) -> tuple[float | None, float | None, float | None]:
    """Return the median time of an arm and its limits; None where a curve stays above a half.

    The limits are the times at which those of the curve, on the log-log scale, come down to a half
    (Brookmeyer and Crowley, Biometrics 1982;38:29-41). A curve that runs at a half exactly gives
    the middle of that stretch, as R's `survfit` does.
    """
    lower, upper = limits(mine, curve, None, setting)
    middle, first, last = (
        _comes_down_to_half(curve.time, share) for share in (curve.survival, lower, upper)
    )
    return middle, first, last


def _comes_down_to_half(time: np.ndarray, share: np.ndarray) -> float | None:
    low = ~np.isnan(share) & (np.nan_to_num(share, nan=1.0) < 0.5 + TIED)
    if not low.any():
        return None
    time, share = time[low], share[low]
    lower = share < share[0]
    if abs(share[0] - 0.5) < TIED and lower.any():
        return float((time[0] + time[lower][0]) / 2)
    return float(time[0])


def curve_table(data: pd.DataFrame, setting: Setting, times: Iterable[float] = ()) -> pd.DataFrame:
    """Return the curves of each arm, to print and to draw as steps; no row where times are faulty.

    A row is a curve of an arm at a time: 0, each time of an event, the last time of the arm, and
    each of ``times``. ``curve`` is ``survival`` (share without an event of any kind) or
    ``incidence of event K``; ``at_risk`` are those without event and not censored before the time,
    ``events`` those at the time (of any kind, or of kind K), ``estimate`` the share (0-1) after
    it with its pointwise limits. Limits are missing where the share is 0 or 1; the estimate too
    after the last time of an arm of which somebody had no event.

    Args:
        times: further times, in the unit of the data, for numbers at risk at regular times.
    """
    seen = observe(data, setting)
    if seen.fault:
        return pd.DataFrame(columns=list(COLUMNS))
    kinds = sorted({1, *(int(kind) for kind in np.unique(seen.event[seen.event > 0]))})
    tables = [
        _rows_of(seen.only([arm]), list(times), kinds, setting)
        for arm in setting.arms
        if seen.counts.known[arm]
    ]
    if not tables:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(tables, ignore_index=True)


def _rows_of(
    mine: Observed, times: list[float], kinds: list[int], setting: Setting
) -> pd.DataFrame:
    curve = curve_of(mine.time, mine.event)
    further = [curve.snapped(time) for time in times]
    shown = np.unique(np.concatenate([[0.0], curve.time, [curve.last], further]))
    place = np.searchsorted(curve.time, shown, side="right")
    known = np.array([curve.is_known_at(time) for time in shown])
    is_event = np.isin(shown, curve.time)
    tables = []
    for kind in (None, *kinds):
        lower, upper = limits(mine, curve, kind, setting)
        if kind is None:
            name, start, events, values = SURVIVAL, 1.0, curve.events, curve.survival
        else:
            name, start, events = incidence_of(kind), 0.0, curve.of_kind(kind)
            values, lower, upper = curve.incidence(kind), 1 - upper, 1 - lower
        columns = {
            "arm": mine.arms[0],
            "curve": name,
            "time": shown,
            "at_risk": numbers_at_risk(mine.time, shown),
            "events": np.where(is_event, np.append(events, 0)[place - 1], 0),
        }
        for label, each, first in (
            ("estimate", values, start),
            ("lower", lower, np.nan),
            ("upper", upper, np.nan),
        ):
            columns[label] = np.where(known, np.concatenate([[first], each])[place], np.nan)
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)
