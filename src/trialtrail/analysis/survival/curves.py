"""Curves of the time to an event in one group: survival, incidence and what they give.

Survival is the share without an event of any kind by Kaplan and Meier (J Am Stat Assoc
1958;53:457-81); the incidence of one kind is the estimate of Aalen and Johansen (Scand J Stat
1978;5:141-50), which is 1 - survival where there is no other kind.

The variance of an incidence is that of Greenwood's type (Marubini and Valsecchi, Analysing
Survival Data 1995, 10.3; the infinitesimal jackknife gives the same), which is Greenwood's own
where there is one kind of event and the binomial one without censoring. R's `survfit` prints it;
`cmprsk::cuminc` prints another, Aalen's of 1978.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from trialtrail.analysis.survival.observed import TIED

ROUNDING = 1e-12
"""How far a sum of shares that is 1 may be from it."""


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
        found = np.cumsum(self.before * self.hazard(kind))
        return np.where(found > 1 - ROUNDING, 1.0, found)

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


@dataclass(frozen=True)
class FromCurve:
    """An estimate from a curve, and how the hazards at the curve's times move it.

    Attributes:
        value: the estimate.
        kind: the kind of event whose hazard moves it by ``of_kind``.
        of_kind: derivatives by the hazard of that kind, survival before each time held.
        of_any: derivatives by the hazard of any event.
    """

    value: float
    kind: int
    of_kind: np.ndarray
    of_any: np.ndarray


def area_to(curve: Curve, horizon: float) -> FromCurve:
    """Return the area under the survival curve up to a horizon: the restricted mean time."""
    within = curve.time <= horizon
    ends = np.append(np.where(within, curve.time, horizon), horizon)
    pieces = np.diff(ends) * curve.survival
    later = np.cumsum(pieces[::-1])[::-1]
    area = float(ends[0] + pieces.sum())
    return FromCurve(area, 1, np.zeros(len(later)), -_over_left(later, curve))


def incidence_at(curve: Curve, horizon: float, kind: int = 1) -> FromCurve:
    """Return the incidence of one kind of event at a horizon."""
    within = curve.time <= horizon
    incidence = curve.incidence(kind)
    final = float(incidence[within][-1]) if within.any() else 0.0
    before = np.where(within, curve.before, 0.0)
    later = np.where(within, final - incidence, 0.0)
    return FromCurve(final, kind, before, -_over_left(later, curve))


def survival_at(curve: Curve, horizon: float) -> FromCurve:
    """Return the share without an event of any kind at a horizon."""
    within = curve.time <= horizon
    final = float(curve.survival[within][-1]) if within.any() else 1.0
    later = np.where(within, final, 0.0)
    return FromCurve(final, 1, np.zeros(len(later)), -_over_left(later, curve))


def _over_left(later: np.ndarray, curve: Curve) -> np.ndarray:
    """Return quantities over the share of those at risk who are left; 0 where nobody is."""
    left = 1 - curve.hazard()
    return np.divide(later, left, out=np.zeros(len(later)), where=curve.events < curve.at_risk)


def influence(time: np.ndarray, event: np.ndarray, curve: Curve, found: FromCurve) -> np.ndarray:
    """Return how far each participant of a group moves an estimate from its curve.

    Their squares add up to the variance of Greenwood's type (infinitesimal jackknife).
    """
    of_kind, of_any = found.of_kind / curve.at_risk, found.of_any / curve.at_risk
    expected = np.cumsum(of_kind * curve.hazard(found.kind) + of_any * curve.hazard())
    place = np.searchsorted(curve.time, time, side="right")
    moved = -np.concatenate([[0.0], expected])[place]
    own = place - 1
    mine, any_event = event == found.kind, event > 0
    moved[mine] += of_kind[own[mine]]
    moved[any_event] += of_any[own[any_event]]
    return moved
