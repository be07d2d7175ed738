"""What SPSS, Stata and SAS show of a number that they hold as a day, a moment or a time.

SPSS counts seconds since 14 October 1582, Stata days, weeks, months and so on since 1960, SAS days
or seconds since 1960 (SPSS Command Syntax Reference, Date and Time Formats; Stata User's Guide,
Working with dates and times; SAS Formats and Informats, Date and Time). No library knows all of
their formats, so that each is read here, and none by the library.

A day is given as 2025-02-18, a month as 2025-02, a quarter as 2025-Q1, a week as 2025-W07, a
half-year as 2025-H1, a time as hours, minutes and seconds. Formats that show a number, such as that
of the month in SPSS, leave it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

Reader = Callable[[float], str]

SPSS_EPOCH = datetime(1582, 10, 14)
EPOCH = datetime(1960, 1, 1)
"""Where Stata and SAS begin to count."""
OF_SAS = ("xpt", "sas7bdat")
"""Formats of the files of SAS: for transport, and its own."""
WEEKS = 52
"""Weeks of a year in Stata, the last of which has eight days or nine."""
MIDNIGHT = "T00:00:00"
LEAP_SECONDS = tuple(
    datetime.fromisoformat(day)
    for day in (
        *("1972-07-01", "1973-01-01", "1974-01-01", "1975-01-01", "1976-01-01", "1977-01-01"),
        *("1978-01-01", "1979-01-01", "1980-01-01", "1981-07-01", "1982-07-01", "1983-07-01"),
        *("1985-07-01", "1988-01-01", "1990-01-01", "1991-01-01", "1992-07-01", "1993-07-01"),
        *("1994-07-01", "1996-01-01", "1997-07-01", "1999-01-01", "2006-01-01", "2009-01-01"),
        *("2012-07-01", "2015-07-01", "2017-01-01"),
    )
)
"""Days before which a second was put in (IERS Bulletin C), which Stata's ``%tC`` counts."""


def reader_of(name: str, program: str = "sav") -> Reader | None:
    """Return what shows a number under a format of a program, None for a format of numbers.

    ``program`` is the ending of its files; formats of Stata are known by their sign ``%``.
    """
    if name.startswith("%"):
        return _of_stata(name)
    plain = re.sub(r"\d*(?:\.\d*)?$", "", name.upper())
    if program not in OF_SAS:
        return SPSS.get(plain)
    return next((reader for names, reader in SAS if names.fullmatch(plain)), None)


PADDED = {
    "sav": re.compile(r"N(\d+)(?:\.0*)?", re.IGNORECASE),
    "dta": re.compile(r"%0(\d+)\.0[fg]c?"),
    **dict.fromkeys(OF_SAS, re.compile(r"Z(\d+)(?:\.0*)?", re.IGNORECASE)),
}
"""Formats that show a whole number with zeros before it, and its width."""
PERCENT = re.compile(r"PERCENTN?\d*(?:\.\d*)?", re.IGNORECASE)
"""Formats of SAS that show a share as a percentage."""


def shown_number(name: str, program: str, plain: Callable[[float], str]) -> Reader | None:
    """Return what shows a number under a format of numbers, None where that is the number itself.

    ``plain`` makes the text of a number without a format.
    """
    if match := PADDED[program].fullmatch(name):
        width = int(match[1])
        return lambda value: plain(value).zfill(width) if value % 1 == 0 else plain(value)
    if program in OF_SAS and PERCENT.fullmatch(name):
        return lambda value: f"{plain(float(format(value * 100, '.15g')))}%"
    return None


def is_day(text: str) -> bool:
    """Return whether a text that a reader has made is a whole day, or a moment of one."""
    return re.match(r"\d{4}-\d\d-\d\d", text) is not None


def _iso(moment: datetime) -> str:
    text = moment.isoformat()
    return (text.rstrip("0") if "." in text else text).removesuffix(MIDNIGHT)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _month(moment: datetime) -> str:
    return f"{moment.year:04}-{moment.month:02}"


def _quarter(moment: datetime) -> str:
    return f"{moment.year:04}-Q{(moment.month + 2) // 3}"


def _week(moment: datetime) -> str:
    return f"{moment.year:04}-W{(moment.timetuple().tm_yday - 1) // 7 + 1:02}"


def _year(moment: datetime) -> str:
    return f"{moment.year:04}"


def _from(epoch: datetime, unit: timedelta, shown: Callable[[datetime], str]) -> Reader:
    """Return the reader of numbers that count ``unit`` since ``epoch``."""
    return lambda count: shown(epoch + count * unit)


def duration(seconds: float) -> str:
    """Return a time that has passed, as hours, minutes and seconds."""
    thousandths = round(abs(seconds) * 1000)
    whole, part = divmod(thousandths, 1000)
    rest = f".{part:03}".rstrip("0") if part else ""
    sign = "-" if seconds < 0 and thousandths else ""
    return f"{sign}{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{rest}"


SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SPSS: dict[str, Reader] = {
    **dict.fromkeys(("DATE", "ADATE", "EDATE", "JDATE", "SDATE"), _from(SPSS_EPOCH, SECOND, _day)),
    **dict.fromkeys(("DATETIME", "YMDHMS"), _from(SPSS_EPOCH, SECOND, _iso)),
    **dict.fromkeys(("TIME", "DTIME", "MTIME"), duration),
    "MOYR": _from(SPSS_EPOCH, SECOND, _month),
    "QYR": _from(SPSS_EPOCH, SECOND, _quarter),
    "WKYR": _from(SPSS_EPOCH, SECOND, _week),
}
SAS: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(names), reader)
    for names, reader in (
        ("DATETIME|DATEAMPM|MDYAMPM|(?:E|B|IS)8601D[TXZ]|NLDATM\\w*", _from(EPOCH, SECOND, _iso)),
        ("DTDATE|DTWKDATX|(?:E|B|IS)8601DN", _from(EPOCH, SECOND, _day)),
        ("DTMONYY", _from(EPOCH, SECOND, _month)),
        ("DTYYQC", _from(EPOCH, SECOND, _quarter)),
        ("DTYEAR", _from(EPOCH, SECOND, _year)),
        ("MONYY|MMYY[CDNPS]?|YYMM[CDNPS]?|YYMON|EURDFMY|NLDATEYM", _from(EPOCH, DAY, _month)),
        ("YYQR?[CDNPSZ]?", _from(EPOCH, DAY, _quarter)),
        ("YEAR|NLDATEYR", _from(EPOCH, DAY, _year)),
        # Formats that show a part of a day, such as its name, leave the day to be seen.
        ("DATE|(?:DDMMYY|MMDDYY|YYMMDD)[BCDNPS]?|(?:E|B|IS)8601DA|JULIAN|NLDATE\\w*|EURDF\\w*"
         "|WEEKDAT[EX]|WORDDAT[EX]|DAY|JULDAY|DOWNAME|MONNAME|MONTH|QTRR?|WEEKDAY|WEEK[UVW]",
         _from(EPOCH, DAY, _day)),
        ("TIME|TIMEAMPM|HHMM|HOUR|MMSS|TOD|(?:E|B|IS)8601(?:TM|TX|TZ|LZ)|NLTIM\\w*", duration),
    )
]  # fmt: skip
"""Formats of SAS by their name, which may end in the sign that parts days from months."""


def _of_stata(name: str) -> Reader | None:
    kind = re.match(r"%-?(?:t([a-zA-Z])|(d))", name)
    if kind is None:
        return None
    if (kind[1] or kind[2]) in ("c", "C"):
        only_time = re.fullmatch(r"[hH]{2}:MM(?::SS)?(?:\.s+)?_?(?:[aApP]\.?[mM]\.?)?", name[3:])
        shown = _clock if only_time else _iso
        return _from(EPOCH, timedelta(milliseconds=1), shown) if kind[1] == "c" else _of_leap(shown)
    return STATA.get(kind[1] or kind[2])


def _clock(moment: datetime) -> str:
    return duration((moment - datetime.combine(moment.date(), datetime.min.time())) / SECOND)


def _of_leap(shown: Callable[[datetime], str]) -> Reader:
    """Return the reader of milliseconds that count leap seconds, too."""

    def text(count: float) -> str:
        moment = EPOCH + timedelta(milliseconds=count)
        put_in = sum(
            moment >= day + SECOND * before for before, day in enumerate(LEAP_SECONDS, start=1)
        )
        return shown(moment - SECOND * put_in)

    return text


def _stata(per_year: int, shown: str) -> Reader:
    def text(count: float) -> str:
        year, part = divmod(int(count), per_year)
        return shown.format(EPOCH.year + year, part + 1)

    return text


STATA: dict[str, Reader] = {
    "d": _from(EPOCH, DAY, _day),
    "w": _stata(WEEKS, "{:04}-W{:02}"),
    "m": _stata(12, "{:04}-{:02}"),
    "q": _stata(4, "{:04}-Q{}"),
    "h": _stata(2, "{:04}-H{}"),
    "y": lambda year: f"{int(year):04}",
}
