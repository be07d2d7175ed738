"""What the classes of R's columns say: factors, days, times, labelled codes.

Each reader is given the values of a column and its attributes, and returns an array of one value a
row, or a `Column`. What a class shows is the value: 10.5 of ``difftime`` in minutes is ``10.5
mins``, a double of ``integer64`` is the whole number whose bits it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from trialtrail.exports.program_formats import duration

EPOCH = date(1970, 1, 1)
UTC_NAMES = ("UTC", "GMT", "Etc/UTC", "Etc/GMT")
UNIT_SECONDS = {"secs": 1, "mins": 60, "hours": 3600, "days": 86400, "weeks": 604800}
NO_INTEGER = np.iinfo(np.int64).min
"""The missing value of ``integer64``."""
NO_ZONE = (
    "the file does not say in which time zone its times are: UTC is taken, and a day may be the "
    "one before or after"
)
ABOUT_MONTH = 0.001
"""Years that a double may lie below the month that it means."""


class Column(NamedTuple):
    """A column of a data frame.

    Attributes:
        values: one value a row.
        labels: code to label.
        missing: ranges of the values that are declared to be missing.
        odd: what is odd about it, in words; nothing where nothing is.
    """

    values: Any
    labels: dict[str, str] = {}
    missing: list[tuple[Any, Any]] = []
    odd: str = ""


def _factor(codes: Any, about: Mapping[str, Any]) -> np.ndarray:
    """Return the labels of a factor; R's code of a missing value is below all others."""
    levels = about["levels"]
    values = np.ma.filled(np.ma.asarray(codes), 0)
    return _objects([levels[i - 1] if i > 0 else None for i in values])


def _objects(values: list) -> np.ndarray:
    """Return values as an array of one dimension, whatever they are."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _each(make: Callable[[float], object]) -> Callable[[Any, Mapping[str, Any]], np.ndarray]:
    """Return the reader of numbers of which ``make`` makes a value each; NA and NaN are none."""

    def read(values: Any, about: Mapping[str, Any]) -> np.ndarray:
        return _made(values, make)

    return read


def _made(values: Any, make: Callable[[float], object]) -> np.ndarray:
    return _objects([None if np.isnan(n) else _or_number(make, n) for n in _floats(values)])


def _or_number(make: Callable[[float], object], number: float) -> object:
    try:
        return make(number)
    except (OverflowError, ValueError):  # infinite, or beyond the years of any calendar
        return number


def _floats(values: Any) -> list[float]:
    """Return numbers as floats, NaN where R has NA."""
    values = getattr(values, "values", values) if hasattr(values, "dims") else values
    return np.ma.filled(np.ma.asarray(values).astype(float), np.nan).tolist()


def _day(count: float) -> date:
    return EPOCH + timedelta(days=int(np.floor(count)))


def _moment(days: float) -> datetime:
    return datetime.combine(EPOCH, datetime.min.time()) + timedelta(seconds=round(days * 86400))


def _month(year: float) -> str:
    whole = int(np.floor(year + ABOUT_MONTH))
    return f"{whole:04}-{round((year - whole) * 12) + 1:02}"


def _quarter(year: float) -> str:
    whole = int(np.floor(year + ABOUT_MONTH))
    return f"{whole:04}-Q{round((year - whole) * 4) + 1}"


def _times(values: Any, about: Mapping[str, Any]) -> Column:
    """Return times that are counted in seconds from 1970, as the clock of their zone showed."""
    zone = str(next(iter(about.get("tzone", [])), "") or "")
    place = _place(zone)

    def shown(seconds: float) -> datetime:
        moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
        return moment.astimezone(place or UTC).replace(tzinfo=None)

    found = _made(values, shown)
    of_day = any(isinstance(each, datetime) and each.time() != _MIDNIGHT for each in found)
    return Column(found, odd=NO_ZONE if place is None and of_day else "")


_MIDNIGHT = datetime.min.time()


def _place(zone: str) -> Any:
    """Return a time zone by its name; None for none, or for one that nobody knows."""
    if zone in UTC_NAMES:
        return UTC
    try:
        return ZoneInfo(zone) if zone else None
    except (LookupError, ValueError, OSError):
        return None


def _parts_of_time(parts: Any, about: Mapping[str, Any]) -> np.ndarray:
    """Return the times that R holds by their parts, as a list of columns."""
    names = ("year", "mon", "mday", "hour", "min", "sec")
    rows = zip(*(_floats(parts[name]) for name in names), strict=True)
    found = []
    for year, month, day, hour, minute, second in rows:
        if np.isnan([year, month, day]).any():
            found.append(None)
            continue
        start = datetime(int(year) + 1900, int(month) + 1, int(day), int(hour), int(minute))
        found.append(start + timedelta(seconds=second))
    return _objects(found)


def _whole(values: Any, about: Mapping[str, Any]) -> np.ndarray:
    """Return the whole numbers whose bits the doubles have."""
    bits = np.ascontiguousarray(_plain_array(values), dtype=np.float64).view(np.int64)
    return _objects([None if n == NO_INTEGER else n for n in bits.tolist()])


def _plain_array(values: Any) -> np.ndarray:
    return np.asarray(getattr(values, "values", values) if hasattr(values, "dims") else values)


def _passed(values: Any, about: Mapping[str, Any]) -> np.ndarray:
    """Return how much time has passed, with its unit."""
    unit = str(next(iter(about.get("units", [])), ""))
    return _made(values, lambda number: f"{number:.15g} {unit}".strip())


def _clock(values: Any, about: Mapping[str, Any]) -> np.ndarray:
    """Return times as hours, minutes and seconds."""
    factor = UNIT_SECONDS.get(str(next(iter(about.get("units", [])), "secs")), 1)
    return _made(values, lambda number: duration(number * factor))


def _labelled(values: Any, about: Mapping[str, Any]) -> Column:
    """Return codes with the labels, and the missing values, that came from SPSS, Stata or SAS."""
    given = about.get("labels")
    labels = {}
    if hasattr(given, "dims"):
        names = given.coords[given.dims[0]].values.tolist()
        labels = {
            f"{code:.15g}": str(name)
            for code, name in zip(_floats(given), names, strict=True)
            if not np.isnan(code)
        }
    missing = [(code, code) for code in _floats(about.get("na_values", []))]
    ends = _floats(about.get("na_range", []))
    return Column(values, labels, missing + ([(ends[0], ends[1])] if len(ends) == 2 else []))


CLASSES: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "factor": _factor,
    "ordered": _factor,
    "Date": _each(_day),
    "dates": _each(_day),
    "chron": _each(_moment),
    "times": _each(lambda days: duration(days * 86400)),
    "POSIXct": _times,
    "POSIXlt": _parts_of_time,
    "hms": _clock,
    "ITime": _clock,
    "difftime": _passed,
    "yearmon": _each(_month),
    "yearqtr": _each(_quarter),
    "integer64": _whole,
    "haven_labelled": _labelled,
}
"""Readers of R's classes. The library itself leaves days as counts, takes a factor's code of 0,
which R never writes, for its last label, and loses columns of which two have one name."""
