"""What SPSS and Stata show of a number that they hold as a time, in formats no library reads.

SPSS counts seconds since 14 October 1582, Stata days, weeks, months and so on since 1960 (SPSS
Command Syntax Reference, Date and Time Formats; Stata User's Guide, Working with dates and times).
A month is given as 2025-02, a quarter as 2025-Q1, a week as 2025-W07, a half-year as 2025-H1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

SPSS_EPOCH = datetime(1582, 10, 14)
STATA_YEAR = 1960
WEEKS = 52
"""Weeks of a year in Stata, the last of which has eight days or nine."""


def reader_of(name: str) -> Callable[[float], str] | None:
    """Return what shows a number under a format, None for a format of plain numbers or of days."""
    spss = re.fullmatch(r"(MOYR|QYR|WKYR|DTIME|MTIME)\d*(?:\.\d+)?", name.upper())
    if spss:
        return SPSS[spss[1]]
    stata = re.match(r"%-?t([wmqhy])", name)
    return STATA[stata[1]] if stata else None


def _day(seconds: float) -> datetime:
    return SPSS_EPOCH + timedelta(seconds=seconds)


def _month(seconds: float) -> str:
    return f"{_day(seconds):%Y-%m}"


def _quarter(seconds: float) -> str:
    day = _day(seconds)
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def _week(seconds: float) -> str:
    day = _day(seconds)
    return f"{day.year:04}-W{(day.timetuple().tm_yday - 1) // 7 + 1:02}"


def _duration(seconds: float) -> str:
    """Return a time that has passed, as hours, minutes and seconds."""
    sign, whole = "-" if seconds < 0 else "", abs(round(seconds))
    return f"{sign}{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _stata(per_year: int, shown: str) -> Callable[[float], str]:
    def text(count: float) -> str:
        year, part = divmod(int(count), per_year)
        return shown.format(STATA_YEAR + year, part + 1)

    return text


SPSS: dict[str, Callable[[float], str]] = {
    "MOYR": _month,
    "QYR": _quarter,
    "WKYR": _week,
    "DTIME": _duration,
    "MTIME": _duration,
}
STATA: dict[str, Callable[[float], str]] = {
    "w": _stata(WEEKS, "{:04}-W{:02}"),
    "m": _stata(12, "{:04}-{:02}"),
    "q": _stata(4, "{:04}-Q{}"),
    "h": _stata(2, "{:04}-H{}"),
    "y": lambda year: f"{int(year):04}",
}
