"""Functions of REDCap's calculations, over columns of values.

Blank cells make the result of arithmetic blank, and are left out of `sum`, `mean` and their like.
The rules are those of the help text on calculated fields in REDCap: a year is 365.2425 days and a
month 30.44 days in `datediff`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from trialtrail.exports.redcap.logic import NotCompared
from trialtrail.exports.redcap.values import Truth, Value, of_truth

DAY = 86400
SECONDS = {"y": 365.2425 * DAY, "M": 30.44 * DAY, "d": DAY, "h": 3600, "m": 60, "s": 1}
"""Seconds in each unit of `datediff`."""
BEFORE_ROUNDING = 1e-9
"""What is added before rounding, so that 1.005, kept as 1.00499..., is rounded as written."""


def _unsure(given: Sequence[Value]) -> np.ndarray:
    return np.logical_or.reduce([value.unsure for value in given])


def _numbers(given: Sequence[Value]) -> np.ndarray:
    return np.vstack([value.number for value in given])


def _number(given: Sequence[Value], number: np.ndarray) -> Value:
    return Value(_unsure(given), given_number=np.where(np.isfinite(number), number, np.nan))


def _text(given: Sequence[Value], text: pd.Series) -> Value:
    return Value(_unsure(given), given_text=text.astype("string").fillna(""))


def _condition(given: Sequence[Value], holds) -> Value:
    return of_truth(Truth(np.asarray(holds, dtype=bool), _unsure(given)))


def _of_known(reduce: Callable) -> Callable[..., Value]:
    """Return a function over the numbers of a row that are known; of none it is blank."""

    def make(*given: Value) -> Value:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            number = reduce(_numbers(given))
        nothing = np.isnan(_numbers(given)).all(axis=0)
        return _number(given, np.where(nothing, np.nan, number))

    return make


def _of_one(function: Callable) -> Callable[[Value], Value]:
    def make(value: Value) -> Value:
        with np.errstate(all="ignore"):
            return _number([value], function(value.number))

    return make


def _rounded(towards: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Value]:
    def make(value: Value, *places: Value) -> Value:
        scale = 10.0 ** (places[0].number if places else 0)
        with np.errstate(all="ignore"):
            size = towards(np.abs(value.number) * scale) / scale
        return _number([value, *places], np.sign(value.number) * size)

    return make


def datediff(first: Value, second: Value, unit: Value, *more: Value) -> Value:
    """Return the time between two dates in ``unit``; with a sign if the last word says so.

    The fourth word may be the form of the dates, which raw exports do not use, or `true` for a
    difference with its sign, which is else the fifth.
    """
    units = unit.text.unique()
    if len(units) > 1 or any(name not in SECONDS for name in units):
        raise NotCompared("datediff has no unit of time")
    asked = {word for value in more for word in value.text.str.lower().unique()}
    for value in (first, second):
        if value.text.str.lower().isin(["today", "now"]).any():
            raise NotCompared("it depends on the day on which it is computed")
    start = pd.Timestamp(1970, 1, 1)
    times = [((_times(v) - start).dt.total_seconds()).to_numpy() for v in (first, second)]
    difference = (times[1] - times[0]) / (SECONDS[units[0]] if len(units) else 1)
    return _number([first, second], difference if asked & {"true", "1"} else np.abs(difference))


def _times(value: Value) -> pd.Series:
    """Return dates and times; what is neither is missing."""
    return pd.to_datetime(value.text.where(value.dated), errors="coerce", format="ISO8601")


def _in_text(find: Callable[[str, str], bool]) -> Callable[[Value, Value], Value]:
    """Return a function that looks for a text in another, whatever the case of its letters."""

    def make(whole: Value, part: Value) -> Value:
        parts = part.text.str.lower()
        wholes = whole.text.str.lower()
        if parts.nunique() == 1:
            sought = parts.iloc[0]
            table = {text: find(text, sought) for text in wholes.unique()}
            return _condition([whole, part], wholes.map(table).to_numpy(dtype=bool))
        holds = [find(text, sought) for text, sought in zip(wholes, parts, strict=True)]
        return _condition([whole, part], holds)

    return make


def _known_or_coded(value: Value) -> Value:
    coded = value.text.isin(value.codes).to_numpy(dtype=bool)
    return _condition([value], value.blank | coded)


def _missing_code(value: Value) -> Value:
    return _condition([value], value.text.isin(value.codes))


def _date_part(part: str) -> Callable[[Value], Value]:
    def make(value: Value) -> Value:
        number = getattr(_times(value).dt, part)
        return _number([value], number.to_numpy(dtype=float, na_value=np.nan))

    return make


def _concatenated(*given: Value) -> Value:
    first, *others = (value.text for value in given)
    return _text(given, first.str.cat(others) if others else first)


def _logarithm(value: Value, *base: Value) -> Value:
    with np.errstate(all="ignore"):
        number = np.log(value.number)
        return _number([value, *base], number / np.log(base[0].number) if base else number)


FUNCTIONS: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "round": (1, 2, _rounded(lambda size: np.floor(size + 0.5 + BEFORE_ROUNDING))),
    "roundup": (1, 2, _rounded(lambda size: np.ceil(size - BEFORE_ROUNDING))),
    "rounddown": (1, 2, _rounded(lambda size: np.floor(size + BEFORE_ROUNDING))),
    "abs": (1, 1, _of_one(np.abs)),
    "sqrt": (1, 1, _of_one(np.sqrt)),
    "exponential": (1, 1, _of_one(np.exp)),
    "log": (1, 2, _logarithm),
    "min": (1, 999, _of_known(lambda rows: np.nanmin(rows, axis=0))),
    "max": (1, 999, _of_known(lambda rows: np.nanmax(rows, axis=0))),
    "sum": (1, 999, _of_known(lambda rows: np.nansum(rows, axis=0))),
    "mean": (1, 999, _of_known(lambda rows: np.nanmean(rows, axis=0))),
    "median": (1, 999, _of_known(lambda rows: np.nanmedian(rows, axis=0))),
    "stdev": (1, 999, _of_known(lambda rows: np.nanstd(rows, axis=0, ddof=1))),
    "datediff": (3, 5, datediff),
    "isnumber": (1, 1, lambda value: _condition([value], ~np.isnan(value.number))),
    "isinteger": (1, 1, lambda value: _condition([value], value.number % 1 == 0)),
    "isblankormissingcode": (1, 1, _known_or_coded),
    "ismissingcode": (1, 1, _missing_code),
    "contains": (2, 2, _in_text(lambda whole, part: part in whole)),
    "not_contain": (2, 2, _in_text(lambda whole, part: part not in whole)),
    "starts_with": (2, 2, _in_text(lambda whole, part: whole.startswith(part))),
    "ends_with": (2, 2, _in_text(lambda whole, part: whole.endswith(part))),
    "length": (1, 1, lambda v: _number([v], v.text.str.len().to_numpy(dtype=float))),
    "trim": (1, 1, lambda value: _text([value], value.text.str.strip())),
    "upper": (1, 1, lambda value: _text([value], value.text.str.upper())),
    "lower": (1, 1, lambda value: _text([value], value.text.str.lower())),
    "concat": (1, 999, _concatenated),
    "year": (1, 1, _date_part("year")),
    "month": (1, 1, _date_part("month")),
    "day": (1, 1, _date_part("day")),
}
"""Name -> least and greatest number of values it is given, and what it makes of them."""
