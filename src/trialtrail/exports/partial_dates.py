"""Read dates of which the day, the month or both are not known, as people write them.

The part that is not known is left out, or something stands in its place: ``UN/03/2024``,
``--/03/2024``, ``2024-03--``, ``/03/2024``, ``UNK-MAR-2024``, ``00.00.2024``, ``2024``. Programs
and people also give the quarter, the half-year or the week: ``2024-Q1``, ``H2 2024``, ``2024-W07``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from trialtrail.exports.date_forms import Form, last_of
from trialtrail.exports.months import month_of

UNKNOWN = r"00?|UNK|UN|UK|NK|X{2,4}|\?{1,4}|-{1,4}|_{1,4}"
"""What stands in the place of a day or month that nobody knows."""
PART = rf"(?:[0-9]{{1,4}}|{UNKNOWN}|[^\W\d_]+\.?)"
PARTS_OF = r"/|\.| +|-"
THREE = re.compile(
    rf"(?P<one>{PART}?)(?P<sign>{PARTS_OF})(?P<two>{PART}?)(?P=sign)(?P<three>{PART}?)",
    re.IGNORECASE,
)
TWO = re.compile(rf"(?P<one>{PART})(?:{PARTS_OF}|, ?)(?P<two>{PART})", re.IGNORECASE)
JOINED = re.compile(
    rf"(?:(?P<one>{UNKNOWN}))?[ -]?(?P<two>[^\W\d_]+?\.?),?[ -]?(?P<three>[0-9]{{4}})",
    re.IGNORECASE,
)
PERIODS = (
    re.compile(r"(?P<year>[0-9]{4})(?: |-|/)?(?P<kind>[QHW])(?P<number>[0-9]{1,2})", re.IGNORECASE),
    re.compile(r"(?P<kind>[QHW])(?P<number>[0-9]{1,2})(?: |-|/)?(?P<year>[0-9]{4})", re.IGNORECASE),
)
WEEKS = 52
MONTHS_OF = {"Q": 3, "H": 6}
"""Months of a quarter and of a half-year."""
QUARTER, HALF, WEEK = "a quarter", "a half-year", "a week"
MONTH, YEAR = "a month and a year", "a year"
NO_MONTH = "a day and a year"
EITHER = "a year and a number that is a day or a month"

Span = tuple[date, date, str]
"""The first and the last day that may be meant, and the form as people call it."""


def read_partial(text: str, forms: tuple[Form, ...], words: Mapping[str, int]) -> Span | None:
    """Return the days between which a date lies of which only parts are given.

    Where a number may be the day or the month, the order of the configured forms says which; where
    they do not, all days that may be meant lie between.
    """
    for form in forms:
        if form.digits and form.order == "ymd" and (span := _shortened(text)):
            return span
        if form.digits and (span := _with_zeros(text, form)):
            return span
    if re.fullmatch("[0-9]{4}(?:[.,]0+)?", text):  # a program may write a year with decimal zeros
        return _span(int(text[:4]), [(None, None)])
    if span := _period(text):
        return span
    text = re.sub(" */ *", "/", text)
    for pattern in (THREE, TWO, JOINED):
        if pattern is TWO and re.fullmatch(r"[0-9]{4}[.,][0-9]{1,2}", text):
            continue  # which may be a year with decimals
        if match := pattern.fullmatch(text):
            named = match.groupdict()
            parts = [named[name] or "" for name in ("one", "two", "three") if name in named]
            if span := _of_parts(parts, forms, words):
                return span
    return None


def _period(text: str) -> Span | None:
    """Return what a text says that gives a quarter, a half-year or a week of a year.

    Weeks are counted from the first of January by some programs and by ISO 8601 from a Monday; what
    counted those of a cell is not known, so that the days of both lie between.
    """
    match = next((found for each in PERIODS if (found := each.fullmatch(text))), None)
    if match is None or not int(match["year"]):
        return None
    year, number, kind = int(match["year"]), int(match["number"]), match["kind"].upper()
    if kind == "W":
        return _week(year, number)
    length = MONTHS_OF[kind]
    if not 1 <= number <= 12 // length:
        return None
    last = number * length
    name = QUARTER if kind == "Q" else HALF
    return date(year, last - length + 1, 1), last_of(year, last), name


def _week(year: int, number: int) -> Span | None:
    """Return the days of a week by both ways of counting; the 52nd ends with the year in Stata."""
    if not 1 <= number <= WEEKS + 1:
        return None
    begin = date(year, 1, 1) + timedelta(days=7 * (number - 1))
    end = date(year, 12, 31) if number >= WEEKS else begin + timedelta(days=6)
    spans = [(begin, end)]
    if number <= date(year, 12, 28).isocalendar().week:
        spans.append(tuple(date.fromisocalendar(year, number, day) for day in (1, 7)))
    return min(first for first, _ in spans), max(last for _, last in spans), WEEK


def _shortened(text: str) -> Span | None:
    """Return what is left of a date as yyyymmdd of which the day, or the month too, is left out."""
    match = re.fullmatch("([0-9]{4})([0-9]{2})?", text)
    month = int(match[2]) if match and match[2] else None
    return _span(int(match[1]), [(month, None)]) if match and month != 0 else None


def _with_zeros(text: str, form: Form) -> Span | None:
    """Return what a number says of which day, or day and month, are zeros: 20240300, 20240000."""
    match = form.pattern.fullmatch(text)
    found = match.groupdict() if match else {}
    if not {"Y", "m", "d"} <= set(found):
        return None
    month, day = int(found["m"]) or None, int(found["d"]) or None
    return _span(int(found["Y"]), [(month, day)]) if month is None or day is None else None


def _of_parts(parts: list[str], forms: tuple[Form, ...], words: Mapping[str, int]) -> Span | None:
    kinds = "".join(_kind(part, words) for part in parts)
    if kinds.count("Y") != 1 or "-" in kinds or kinds.index("Y") not in (0, len(kinds) - 1):
        return None
    first = kinds[0] == "Y"
    year = int(parts[kinds.index("Y")])
    rest = [part for part, kind in zip(parts, kinds, strict=True) if kind != "Y"]
    if len(rest) == 1:
        return _span(year, [(_number(rest[0], words), None)])
    if "U" not in kinds:
        return None  # a whole date, of a form that is not to be read
    if "W" in kinds:
        month = next(part for part in rest if _kind(part, words) == "W")
        return _span(year, [(month_of(month, words), None)])
    one, two = (_number(part, words) for part in rest)
    known = {form.order for form in forms if (form.order[:1] == "y") == first}
    orders = known & {"ymd", "dmy", "mdy"} or ({"ymd"} if first else {"dmy", "mdy"})
    return _span(year, [(two, one) if order == "dmy" else (one, two) for order in sorted(orders)])


def _kind(part: str, words: Mapping[str, int]) -> str:
    """Return Y of a year, N of a number, W of a word of a month, U of what is not known."""
    if re.fullmatch(rf"(?:{UNKNOWN})?", part, re.IGNORECASE):
        return "U"
    if part.isdigit():
        return {4: "Y", 1: "N", 2: "N"}.get(len(part), "-")
    return "W" if month_of(part, words) else "-"


def _number(part: str, words: Mapping[str, int]) -> int | None:
    """Return a day or month, None where it is not known."""
    if part.isdigit():
        return int(part) or None
    return month_of(part, words)


def _span(year: int, readings: list[tuple[int | None, int | None]]) -> Span | None:
    """Return the days between which those of all (month, day) lie that there are."""
    spans = []
    if not year:
        return None
    for month, day in readings:
        if day is not None:
            if day <= 31:
                spans.append((date(year, 1, day), date(year, 12, day), NO_MONTH))
        elif month is None:
            spans.append((date(year, 1, 1), date(year, 12, 31), YEAR))
        elif month <= 12:
            spans.append((date(year, month, 1), last_of(year, month), MONTH))
    if not spans:
        return None
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    names = {name for *_, name in spans}
    return first, last, names.pop() if len(names) == 1 else EITHER
