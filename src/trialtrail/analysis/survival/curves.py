"""Curves of the time to an event by arm: survival and cumulative incidence, with their limits.

Survival is the share without an event of any kind by Kaplan and Meier (J Am Stat Assoc
1958;53:457-81); the incidence of one kind is the estimate of Aalen and Johansen (Scand J Stat
1978;5:141-50), which is 1 - survival where there is no other kind.

The variance of an incidence is that of Greenwood's type (Marubini and Valsecchi, Analysing
Survival Data 1995, 10.3; the infinitesimal jackknife gives the same), which is Greenwood's own
where there is one kind of event and the binomial one without censoring. R's `survfit` prints it;
`cmprsk::cuminc` prints Aalen's of 1978, which is larger with ties. All limits are on the scale of
log(-log(share without the event)), so that those of an incidence without competing events are the
ones of the Kaplan-Meier curve.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.survival.observed import TIED, Observed, observe
from trialtrail.analysis.survival.product_limit import greenwood, log_log_limits

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


@dataclass(frozen=True)
class Curve:
    """What is known of one group at each time at which somebody had an event of any kind.

    Attributes:
        time: the distinct times of events, in order.
        at_risk: who had no event and was not censored before each.
        events: of any kind at each.
        kinds: kind of event -> events of that kind at each time.
        survival: share without an event of any kind after each.
        size: participants of the group.
        last: the last time of anybody, 0 in an empty group.
    """

    time: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    kinds: dict[int, np.ndarray]
    survival: np.ndarray
    size: int
    last: float

    @property
    def before(self) -> np.ndarray:
        """Share without an event of any kind before each time."""
        return np.concatenate([[1.0], self.survival[:-1]])[: len(self.time)]

    def hazard(self, kind: int | None = None) -> np.ndarray:
        """Return events over those at risk at each time, of one kind or of all."""
        return (self.events if kind is None else self.of_kind(kind)) / self.at_risk

    def of_kind(self, kind: int) -> np.ndarray:
        """Return the events of one kind at each time."""
        return self.kinds.get(kind, np.zeros(len(self.time), dtype=np.intp))

    def incidence(self, kind: int) -> np.ndarray:
        """Return the share that had an event of one kind by each time."""
        return np.cumsum(self.before * self.hazard(kind))

    def is_known_at(self, time: float) -> bool:
        """Whether anybody was followed to a time, or all had an event before it."""
        is_over = len(self.time) > 0 and self.events[-1] == self.at_risk[-1]
        return bool(self.size) and (time <= self.last or is_over)

    def snapped(self, time: float) -> float:
        """Return a time, or that of an event or the last one where it differs by rounding alone."""
        own = np.append(self.time, self.last)
        nearest = own[np.argmin(np.abs(own - time))]
        return float(nearest) if abs(nearest - time) <= TIED * nearest else float(time)


def curve_of(time: np.ndarray, event: np.ndarray) -> Curve:
    """Return the curve of one group; ``event`` is 0 for censored, else the kind of event."""
    times = np.unique(time[event > 0])
    at_risk = numbers_at_risk(time, times)
    kinds = {
        int(kind): np.bincount(np.searchsorted(times, time[event == kind]), minlength=len(times))
        for kind in np.unique(event[event > 0])
    }
    events = sum(kinds.values(), np.zeros(len(times), dtype=np.intp))
    survival = np.cumprod((at_risk - events) / at_risk)
    last = float(time.max()) if len(time) else 0.0
    return Curve(times, at_risk, events, kinds, survival, len(time), last)


def numbers_at_risk(time: np.ndarray, times: Iterable[float]) -> np.ndarray:
    """Return how many have neither had an event nor been censored before each of some times."""
    return len(time) - np.searchsorted(np.sort(time), np.asarray(list(times)), side="left")


def incidence_variance(curve: Curve, kind: int) -> np.ndarray:
    """Return the variance of the incidence of one kind of event at each time of the curve."""
    incidence, left = curve.incidence(kind), curve.at_risk - curve.events
    # Once nobody is left the incidence no longer changes with the hazard of that time.
    of_any = np.divide(
        curve.events, curve.at_risk * left, out=np.zeros(len(curve.time)), where=left > 0
    )
    own, risk, before = curve.of_kind(kind), curve.at_risk, curve.before
    of_kind = before**2 * (risk - own) * own / risk**3.0
    both = before * own / risk**2.0
    later = incidence**2 * np.cumsum(of_any) - 2 * incidence * np.cumsum(incidence * of_any)
    crossed = incidence * np.cumsum(both) - np.cumsum(incidence * both)
    variance = later + np.cumsum(incidence**2 * of_any) + np.cumsum(of_kind) - 2 * crossed
    return np.maximum(variance, 0.0)


def median(curve: Curve, level: float) -> tuple[float | None, float | None, float | None]:
    """Return the median time and its limits; None where a curve does not come down to a half.

    The limits are the times at which those of the curve, on the log-log scale, come down to a half
    (Brookmeyer and Crowley, Biometrics 1982;38:29-41). A curve that runs at a half exactly gives
    the middle of that stretch, as R's `survfit` does.
    """
    variance = greenwood(curve.at_risk, curve.events)
    lower, upper = log_log_limits(curve.survival, variance, ndtri((1 + level) / 2))
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
        _rows_of(arm, seen, list(times), kinds, setting.level)
        for arm in setting.arms
        if seen.counts.known[arm]
    ]
    if not tables:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(tables, ignore_index=True)


def _rows_of(
    arm: str, seen: Observed, times: list[float], kinds: list[int], level: float
) -> pd.DataFrame:
    mine = seen.only([arm])
    curve = curve_of(mine.time, mine.event)
    further = [curve.snapped(time) for time in times]
    shown = np.unique(np.concatenate([[0.0], curve.time, [curve.last], further]))
    place = np.searchsorted(curve.time, shown, side="right")
    known = np.array([curve.is_known_at(time) for time in shown])
    at_risk = numbers_at_risk(mine.time, shown)
    is_event = np.isin(shown, curve.time)
    quantile = ndtri((1 + level) / 2)
    curves = [(SURVIVAL, curve.survival, greenwood(curve.at_risk, curve.events), curve.events)]
    for kind in kinds:
        free = 1 - curve.incidence(kind)
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = incidence_variance(curve, kind) / free**2
        curves.append((incidence_of(kind), free, relative, curve.of_kind(kind)))
    tables = []
    for name, free, relative, events in curves:
        lower, upper = log_log_limits(free, relative, quantile)
        if name != SURVIVAL:
            free, lower, upper = 1 - free, 1 - upper, 1 - lower
        start = 1.0 if name == SURVIVAL else 0.0
        columns = {"arm": arm, "curve": name, "time": shown, "at_risk": at_risk}
        columns["events"] = np.where(is_event, np.append(events, 0)[place - 1], 0)
        for label, values, first in (
            ("estimate", free, start),
            ("lower", lower, np.nan),
            ("upper", upper, np.nan),
        ):
            columns[label] = np.where(known, np.concatenate([[first], values])[place], np.nan)
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)
