"""Read dates as people type them; where two readings are possible, none is taken.

Dates are read in the forms that the configuration gives. Where it gives none, a date is read only
if every order of day, month and year that could be meant gives the same day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from trialtrail.exports.date_forms import (
    CLOCK,
    OFFSET,
    WEEKDAY,
    ZONE,
    Form,
    compiled,
    day_of,
    days_in,
    is_time,
)
from trialtrail.exports.months import month_of, month_words
from trialtrail.exports.partial_dates import read_partial
from trialtrail.exports.weekdays import weekday_of

FIRST_YEAR, LAST_YEAR = 1678, 2261
"""Whole years that dates in nanoseconds can hold."""
ISO = "%Y-%m-%d"
ISO_WORDS, NEARLY_ISO = "yyyy-mm-dd", "yyyy-m-d"
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
OTHER_SIGNS, DECIMALS = "typeset dashes", "decimal zeros"
NUMBERS = re.compile(r"([0-9]{1,4})([/.-])([0-9]{1,2})\2([0-9]{1,4})")
NAMED = re.compile(
    r"([0-9]{1,2})(?:\.|st|nd|rd|th|er|º|°)?[ /-]?(?:de )?([^\W\d_]+)\.?(?: de )?"
    r"[ ,/-]*([0-9]{4}|[0-9]{2})",
    re.IGNORECASE,
)
NAMED_US = re.compile(
    r"([^\W\d_]+)\.?[ -]([0-9]{1,2})(?:st|nd|rd|th)?(?:, ?|[ -])([0-9]{4})", re.IGNORECASE
)
"""A day before its month, and after it; with the endings and small words of several languages."""
BESIDE = re.compile(rf"(?P<a>{WEEKDAY}),? +(?P<rest>.*[0-9].*)")
"""A date behind a word that may be the day of the week."""
ZONE_NAMES = "CES?T|MES?Z|WES?T|EES?T|BST|IST|MSK|[ECMP][SD]T|[JK]ST|AE[SD]T|NZ[SD]T|SAST"
TIME = re.compile(
    r"(?:T|, ?| +|(?<=[^\W\d_][0-9]{4}):)(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})"
    r"(?::(?P<S>[0-9]{2})(?:[.,][0-9]+)?)?(?: ?(?P<p>[AP]\.?M\.?))?"
    rf"(?: ?(?P<z>{ZONE}|{ZONE_NAMES}))?$",
    re.IGNORECASE,
)
"""A time behind a date; SAS puts a colon between them, as in 01MAR2024:10:30:00."""
COUNT = re.compile("[1-9][0-9]{4}(?:[.,][0-9]+)?|[1-9][0-9]{9,10}|[1-9][0-9]{12}")
"""Days of a spreadsheet or program as a number; seconds and thousandths of them."""
DAY_NONE = re.compile(r"(?<![0-9])00?(?![0-9])")
NO_TIMES = date(1900, 1, 1)
CENTURY, DIGITS, NO_TIME, NO_MONTH = "century", "digits", "time", "month"
SHORT_YEAR, LONG_YEAR, NO_DAY, OTHER_DAY = "short_year", "long_year", "day", "weekday"
COUNTED, NOTHING, ANY_FORM, SWAPPED = "counted", "nothing", "any_form", "swapped"
REASONS = {
    CENTURY: "the year has two digits: `last_year` of the export says which century is meant",
    DIGITS: "the cell has fewer digits than the form of its dates: it may have lost a zero, "
    "so export it again as text",
    NO_TIME: "the cell has a time of day, or a time zone, that there is not",
    NO_MONTH: "the cell has a word that is no month: `months` says the language of the study",
    SHORT_YEAR: "the year has two digits and that of the form four: add a form with %y to `dates`, "
    "and `last_year`",
    LONG_YEAR: "the year has four digits and that of the form two: add a form with %Y to `dates`",
    NO_DAY: "there is no such day in the calendar, or its year is before 1678 or after 2261",
    OTHER_DAY: "the day of the week is not that of the date, or no word for one that is known here",
    COUNTED: "the cell is a number with which a program counts days or seconds, and no date: give "
    "the column the format of dates, and export it again",
    NOTHING: "the cell is day 0 of January 1900, which a spreadsheet shows for an empty cell or a "
    "time: name it under `missing` where it means no value",
    SWAPPED: "here all dates of the file have a day of 12 or less and all texts a later one: "
    "perhaps a spreadsheet has taken days for months; enter the column as text, from the source",
    ANY_FORM: "the cell is no date that is known without its form: `dates` of the export gives it",
}
"""What a message says of a fault whose reason is known."""


@dataclass(frozen=True)
class DateReading:
    """What a text says of a day.

    Attributes:
        first: the day, or the first day that may be meant; None where it is no date.
        last: the last day that may be meant.
        form: the form in which it was typed, as people call it.
        fault: the rule that it breaks: ``type``, ``ambiguous``, ``partial`` or nothing.
        reason: why, a key of `REASONS`, where that is known.
        dropped: what of the text says nothing of the day: a time, a time zone, typeset dashes.
    """

    first: date | None = None
    last: date | None = None
    form: str = ""
    fault: str = ""
    reason: str = ""
    dropped: tuple[str, ...] = ()


def read_date(
    text: str,
    forms: tuple[str, ...],
    last_year: int | None = None,
    words: Mapping[str, int] | None = None,
) -> DateReading:
    """Return the reading of ``text``.

    Args:
        text: a cell, without spaces at its ends.
        forms: the forms of the configuration, in the signs of `strptime`; none means any form in
            which only one reading is possible.
        last_year: the year that no year of two digits lies after: with 2009, ``10`` is 1910.
        words: word -> month, as `months.month_words` gives them; none means English words.
    """
    words = month_words() if words is None else words
    plain = text if text.isascii() else unicodedata.normalize("NFC", text).translate(DASHES)
    reading = _read(plain, forms, last_year, words)
    if plain == text or reading.fault not in ("", "partial"):
        return reading
    return replace(reading, dropped=(*reading.dropped, OTHER_SIGNS))


def _read(
    text: str, forms: tuple[str, ...], last_year: int | None, words: Mapping[str, int]
) -> DateReading:
    if forms:
        readings = list(_in_forms(text, forms, last_year, words))
    else:
        readings = list(_possible(text, last_year, words))
    dated = [each for each in readings if each.fault != "type"]
    if any(each.reason == CENTURY for each in dated):
        return DateReading(fault="ambiguous", reason=CENTURY)
    if len({(each.first, each.last) for each in dated}) > 1:
        return DateReading(fault="ambiguous")
    if dated:
        return _within_limits(dated[0])
    shorter = _shorter(text, tuple(compiled(form) for form in forms), last_year, words)
    if shorter.fault != "type" or shorter.reason:
        return shorter
    return readings[0] if readings else DateReading(fault="type", reason=_why_none(text, forms))


def _why_none(text: str, forms: tuple[str, ...]) -> str:
    """Return why a text has none of the forms, a key of `REASONS`, where that is to be seen."""
    for reason, one, other in ((SHORT_YEAR, "%Y", "%y"), (LONG_YEAR, "%y", "%Y")):
        if any(compiled(form.replace(one, other)).pattern.fullmatch(text) for form in forms):
            return reason
    if COUNT.fullmatch(text):
        return COUNTED
    if re.fullmatch("00?:00(?::00)?", text):
        return NOTHING
    if forms:
        return ""
    clock = TIME.search(text)
    return NO_DAY if NUMBERS.fullmatch(text[: clock.start()] if clock else text) else ANY_FORM


def _in_forms(
    text: str, forms: tuple[str, ...], last_year: int | None, words: Mapping[str, int]
) -> Iterator[DateReading]:
    """Yield what a text says in each form that it has, or has but for a time behind the date."""
    found = [_in_form(text, form, last_year, words) for form in forms]
    if any(each is not None for each in found):
        yield from (each for each in found if each is not None)
        return
    whole = re.fullmatch("([0-9]{6,8})[.,]0+", text)
    clock = TIME.search(text)
    if not whole and not clock:
        return
    bare = whole[1] if whole else text[: clock.start()]
    for form in forms:
        reading = _in_form(bare, form, last_year, words)
        if reading is None or (whole and not compiled(form).digits):
            continue
        yield replace(reading, dropped=(DECIMALS,)) if whole else _with_time(reading, clock)


def _with_time(reading: DateReading, clock: re.Match) -> DateReading:
    if not is_time(clock.groupdict()):
        return DateReading(fault="type", reason=NO_TIME)
    return replace(reading, dropped=(CLOCK, OFFSET) if clock["z"] else (CLOCK,))


def _in_form(
    text: str, form: str, last_year: int | None, words: Mapping[str, int]
) -> DateReading | None:
    """Return what a text says that has a form of the configuration; None if it has not."""
    match = compiled(form).pattern.fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    if (word := found.get("b") or found.get("B")) and month_of(word, words) is None:
        return DateReading(fault="type", reason=NO_MONTH)
    year = _century(int(found["y"]), last_year) if "y" in found else int(found["Y"])
    if year is None:
        days = days_in(found, words, 2000)
        return DateReading(fault="ambiguous", reason=CENTURY) if days else None
    days = days_in(found, words, year) if year else None
    if days is None:
        undated = {sign: part for sign, part in found.items() if sign not in ("a", "A")}
        other = len(undated) < len(found) and year and days_in(undated, words, year)
        return DateReading(fault="type", reason=OTHER_DAY if other else NO_DAY)
    if not is_time(found):
        return DateReading(fault="type", reason=NO_TIME)
    first, last = days
    name = ISO_WORDS if form == ISO else form_words(form)
    if form == ISO and text != first.isoformat():
        name = NEARLY_ISO
    fault = "" if first == last else "partial"
    return DateReading(first, last, name, fault, dropped=compiled(form).dropped)


def _within_limits(reading: DateReading) -> DateReading:
    """Return a reading; a year such as 0204 is a slip that the type of a column cannot hold."""
    for day in (reading.first, reading.last):
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            return DateReading(fault="type", reason=NO_DAY)
    return reading


def _shorter(
    text: str, forms: Sequence[Form], last_year: int | None, words: Mapping[str, int]
) -> DateReading:
    """Return what a text says that has no form: parts of a date, or one that lost digits."""
    span = read_partial(text, tuple(forms), words)
    days = set(_with_digits_lost(text, forms, last_year, words))
    if days and not (span and any(form.digits and form.order == "ymd" for form in forms)):
        fault = "ambiguous" if len(days) > 1 else "type"
        return DateReading(fault=fault, reason=DIGITS)
    if span is None:
        return DateReading(fault="type")
    if span[0] == NO_TIMES and DAY_NONE.search(text):
        return DateReading(fault="type", reason=NOTHING)
    return _within_limits(DateReading(*span, "partial"))


def _with_digits_lost(
    text: str, forms: Sequence[Form], last_year: int | None, words: Mapping[str, int]
) -> Iterator[date]:
    """Yield the days that a number may be of which days or months have lost a leading zero."""
    for form in forms:
        for pattern in form.loose:
            if match := pattern.fullmatch(text):
                found = match.groupdict()
                short = _century(int(found.get("y", 0)), last_year or LAST_YEAR) or 0
                year = int(found.get("Y") or short)
                if year and (days := days_in(found, words, year)):
                    yield days[0]


def _possible(text: str, last_year: int | None, words: Mapping[str, int]) -> Iterator[DateReading]:
    """Yield every reading of a text for which no form is configured."""
    clock = TIME.search(text)
    bare = text[: clock.start()] if clock else text
    for reading in _of_weekday(bare, last_year, words):
        yield _with_time(reading, clock) if clock else reading


def _of_weekday(
    bare: str, last_year: int | None, words: Mapping[str, int]
) -> Iterator[DateReading]:
    """Yield the readings of a day, of which a word before it may be the day of the week."""
    yield from _of_day(bare, last_year, words)
    beside = BESIDE.fullmatch(bare)
    weekday = weekday_of(beside["a"]) if beside else None
    if weekday is None:
        return
    readings = list(_of_day(beside["rest"], last_year, words))
    agree = [each for each in readings if each.first is None or each.first.weekday() == weekday]
    if readings and not agree:
        yield DateReading(fault="type", reason=OTHER_DAY)
    yield from agree


def _of_day(bare: str, last_year: int | None, words: Mapping[str, int]) -> Iterator[DateReading]:
    if match := NUMBERS.fullmatch(bare):
        yield from _orders(match[1], match[3], match[4], match[2], last_year)
    elif match := NAMED.fullmatch(bare):
        yield from _named(match[3], match[2], int(match[1]), last_year, words)
    elif match := NAMED_US.fullmatch(bare):
        yield from _named(match[3], match[1], int(match[2]), last_year, words)


def _orders(
    one: str, two: str, three: str, sign: str, last_year: int | None
) -> Iterator[DateReading]:
    if len(one) == 4 and len(three) < 3:
        iso = sign != "-" or len(two) == len(three) == 2
        orders = (("yyyy{0}mm{0}dd" if iso else NEARLY_ISO, one, two, three),)
    elif len(one) > 2 or len(three) == 3 or len(three) == 1:
        return
    else:
        orders = (
            ("dd{0}mm{0}yyyy", three, two, one),
            ("mm{0}dd{0}yyyy", three, one, two),
            *((("yyyy{0}mm{0}dd", one, two, three),) if len(three) == 2 else ()),
        )
    for words, year, month, day in orders:
        short = len(year) == 2
        form = words.format(sign)
        form = form.replace("yyyy", "yy") if short else form
        yield from _one(year, int(month), int(day), last_year, form)


def _named(
    year: str, word: str, day: int, last_year: int | None, words: Mapping[str, int]
) -> Iterator[DateReading]:
    month = month_of(word, words)
    if month is None:
        yield DateReading(fault="type", reason=NO_MONTH)
    else:
        yield from _one(year, month, day, last_year, "a month by its name")


def _one(
    year: str, month: int, day: int, last_year: int | None, form: str
) -> Iterator[DateReading]:
    """Yield the reading of one day, if there is such a day."""
    whole = _century(int(year), last_year) if len(year) == 2 else int(year)
    if whole is None:
        if day_of(2000, month, day) is not None:
            yield DateReading(fault="ambiguous", reason=CENTURY)
    elif (found := day_of(whole, month, day)) is not None:
        yield DateReading(found, found, form)


def _century(year: int, last_year: int | None) -> int | None:
    """Return the latest year that ends in ``year`` and does not lie after ``last_year``."""
    return None if last_year is None else last_year - (last_year - year) % 100


@lru_cache
def form_words(form: str) -> str:
    """Return a form of `strptime` as people write it: ``%d/%m/%Y`` is dd/mm/yyyy."""
    words = {"%d": "dd", "%m": "mm", "%Y": "yyyy", "%y": "yy", "%b": "mmm", "%B": "month"}
    words |= {"%H": "hh", "%M": "mm", "%S": "ss", "%e": "d", "%I": "hh", "%p": "am", "%f": "f"}
    words |= {"%a": "weekday", "%A": "weekday", "%j": "ddd"}
    for sign, word in words.items():
        form = form.replace(sign, word)
    return form
