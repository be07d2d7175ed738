"""Times and events of the participants of a trial, as the methods of this package take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import Counts, Setting, count, empty_arm

TIED = np.sqrt(np.finfo(float).eps)
"""Share of the mean of the times by which two may differ through rounding alone."""


@dataclass(frozen=True)
class Observed:
    """The participants whose time and event are known.

    Attributes:
        rows: a row a participant, with all columns of the data.
        time: of each, at the event or at censoring; times that differ by rounding are one.
        event: of each, 0 where censored, 1 the event, 2 and more competing events.
        arm: of each, the place of the arm in `arms`.
        arms: ids of the arms, the reference first.
        counts: of all arms, who is known and who is not.
        fault: why the times cannot be used; "" if they can.
    """

    rows: pd.DataFrame
    time: np.ndarray
    event: np.ndarray
    arm: np.ndarray
    arms: Sequence[str]
    counts: Counts
    fault: str = ""

    @property
    def competing(self) -> bool:
        """Whether anybody had a competing event."""
        return bool((self.event > 1).any())

    def events(self, arm: str) -> int:
        """Return how many of an arm had the event itself."""
        return int(((self.event == 1) & (self.arm == list(self.arms).index(arm))).sum())

    def only(self, arms: Sequence[str]) -> Observed:
        """Return the participants of some of the arms."""
        places = [list(self.arms).index(arm) for arm in arms]
        mine = np.isin(self.arm, places)
        place = np.full(len(self.arms), -1)
        place[places] = np.arange(len(places))
        return Observed(
            self.rows[mine],
            self.time[mine],
            self.event[mine],
            place[self.arm[mine]],
            list(arms),
            self.counts,
            self.fault,
        )


def observe(data: pd.DataFrame, setting: Setting) -> Observed:
    """Return the participants whose time and event are known, and why they cannot be used.

    Args:
        data: a row a participant: ``arm``, ``time``, ``event``; a missing one of the last two
            makes the participant one whose value is missing.
    """
    data = data[data["arm"].isin(list(setting.arms))]
    time = data["time"].to_numpy(dtype="float64", na_value=np.nan)
    event = data["event"].to_numpy(dtype="float64", na_value=np.nan)
    known = ~(np.isnan(time) | np.isnan(event))
    counts = count(data.assign(time=np.where(known, time, np.nan)), setting.arms, value="time")
    rows, time, event = data[known], time[known], event[known]
    fault = _fault(time, event)
    arm = pd.Categorical(rows["arm"], categories=list(setting.arms)).codes.astype(np.intp)
    if not fault:
        time = join_ties(time)
    return Observed(rows, time, event, arm, list(setting.arms), counts, fault)


def _fault(time: np.ndarray, event: np.ndarray) -> str:
    if (time < 0).any():
        return "a time is negative"
    if not np.isfinite(time).all():
        return "a time is not finite"
    if not np.isin(event, np.arange(100)).all():
        return "an event is not a whole number from 0 to 99"
    return ""


def join_ties(time: np.ndarray) -> np.ndarray:
    """Return the times with those made equal that differ by rounding alone.

    Times that a program computes from dates may differ in their last digit, which would break a
    tie (Therneau, "Roundoff error and tied times", vignette of R's survival package).
    """
    if not len(time):
        return time
    distinct, place = np.unique(time, return_inverse=True)
    apart = np.diff(distinct) > TIED * distinct.mean()
    first = np.concatenate([[True], apart])
    return distinct[first][(np.cumsum(first) - 1)[place]]


def without_time(seen: Observed, arm: str) -> str:
    """Return why an arm cannot be compared with the reference for lack of known times."""
    return seen.fault or empty_arm(seen.counts, [seen.arms[0], arm])


def strata_codes(seen: Observed, strata: Sequence[str]) -> tuple[np.ndarray, str]:
    """Return the stratum of each participant as a number, and what to say of missing ones.

    Strata are all combinations of the columns that occur; those without a value of a column are
    a level of their own, so that nobody is left out.
    """
    if not strata or not len(seen.rows):
        return np.zeros(len(seen.rows), dtype=np.intp), ""
    columns = seen.rows[list(strata)]
    codes = np.zeros(len(columns), dtype=np.intp)
    for name in strata:
        level, levels = pd.factorize(columns[name], use_na_sentinel=False)
        codes = pd.factorize(codes * len(levels) + level)[0]
    lacking = int(columns.isna().any(axis=1).sum())
    note = f"a stratum of their own for {lacking} whose stratum is not known" if lacking else ""
    return codes, note
