"""Score an outcome of the plan: from the variables of a form to one number a participant."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from trialtrail.derive.instruments import bsid2, sf36, who_growth
from trialtrail.derive.instruments.scales import total

DAYS_IN_WEEK = 7
ANSWERED = 0.5
"""Share of items that must be answered for a total to be prorated."""
DELAYED = ["mildly delayed", "significantly delayed"]


def score(frame: pd.DataFrame, spec: dict, variables: list[str]) -> pd.Series:
    """Return the outcome for each row of ``frame``; missing where it cannot be scored.

    ``frame`` has the ``variables`` and, for growth, ``sex`` and ``age_days``. ``spec`` is an entry
    of ``analysis.outcomes``. A binary outcome is 1 or 0.
    """
    instrument = INSTRUMENTS[spec["instrument"]]
    return instrument(frame, spec, variables).astype("Float64")


def _value(frame: pd.DataFrame, spec: dict, variables: list[str]) -> pd.Series:
    return frame[variables[0]].astype("Float64")


def _sf36(frame: pd.DataFrame, spec: dict, variables: list[str]) -> pd.Series:
    return sf36.score_v1(_numbers(frame[variables]), spec["scale"])


def _bsid2_delayed(frame: pd.DataFrame, spec: dict, variables: list[str]) -> pd.Series:
    band = bsid2.band(_numbers(frame[variables])[variables[0]])
    return band.isin(DELAYED).astype("Float64").mask(band.isna())


def _who_growth(frame: pd.DataFrame, spec: dict, variables: list[str]) -> pd.Series:
    values = _numbers(frame[variables])[variables[0]]
    days = _numbers(frame[["age_days"]])["age_days"]
    return who_growth.z_score(spec["scale"], frame["sex"], days, values)


def _total(frame: pd.DataFrame, spec: dict, variables: list[str]) -> pd.Series:
    low, high = spec["scale"]
    return total(_numbers(frame[variables]), low, high, ANSWERED)


def _weeks_and_days(frame: pd.DataFrame, spec: dict, variables: list[str]) -> pd.Series:
    weeks, days = variables
    return frame[weeks] + frame[days] / DAYS_IN_WEEK


def _numbers(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype("Float64").astype("float64")


INSTRUMENTS: dict[str, Callable[[pd.DataFrame, dict, list[str]], pd.Series]] = {
    "value": _value,
    "sf36_v1": _sf36,
    "bsid2_delayed": _bsid2_delayed,
    "who_growth": _who_growth,
    "total": _total,
    "weeks_and_days": _weeks_and_days,
}
