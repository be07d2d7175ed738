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

from trialtrail.date_forms import (
    CLOCK,
    OFFSET,
    ZONE,
    Form,
    compiled,
    day_of,
    days_in,
    is_time,
)
from trialtrail.exports.partial_dates import read_partial
from trialtrail.months import month_of, month_words

FIRST_YEAR, LAST_YEAR = 1678, 2261
"""Whole years that dates in nanoseconds can hold."""
ISO = "%Y-%m-%d"
ISO_WORDS, NEARLY_ISO = "yyyy-mm-dd", "yyyy-m-d"
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
OTHER_SIGNS = "typeset dashes"
NUMBERS = re.compile(r"([0-9]{1,4})([/.-])([0-9]{1,2})\2([0-9]{1,4})")
NAMED = re.compile(r"([0-9]{1,2})\.?[ -]?([^\W\d_]+)\.?[ ,-]*([0-9]{4}|[0-9]{2})")
NAMED_US = re.compile(r"([^\W\d_]+)\.? ([0-9]{1,2}),? ([0-9]{4})")
TIME = re.compile(
    r"(?:T| +)(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:\.[0-9]+)?)?"
    rf"(?: ?(?P<p>[AP]M))?(?: ?(?P<z>{ZONE}))?$",
    re.IGNORECASE,
)
CENTURY, DIGITS, NO_TIME, NO_MONTH = "century", "digits", "time", "month"
SHORT_YEAR, SERIAL = "short_year", "serial"
NUMBER_OF_A_DAY = re.compile(r"(?:1[5-9]|[2-6][0-9])[0-9]{3}(?:[.,][0-9]+)?")
"""The number that a spreadsheet program keeps for a day, of 1941 to 2091."""
REASONS = {
    CENTURY: "the year has two digits: `last_year` of the export says which century is meant",
    DIGITS: "the cell has fewer digits than the form of its dates: it may have lost a zero, "
    "so export it again as text",
    NO_TIME: "the cell has a time of day, or a time zone, that there is not",
    NO_MONTH: "the cell has a word that is no month: `months` says the language of the study",
    SHORT_YEAR: "the year has two digits and that of the form four: add a form with %y to `dates`, "
    "and `last_year`",
    SERIAL: "the cell is a number, such as a spreadsheet program keeps for a day: give the column "
    "a format of dates there, and save it again",
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
        found = [_in_form(text, form, last_year, words) for form in forms]
        readings = [each for each in found if each is not None]
    else:
        readings = list(_possible(text, last_year, words))
    told = [each for each in readings if each.fault != "type"]
    if any(each.reason == CENTURY for each in told):
        return DateReading(fault="ambiguous", reason=CENTURY)
    if len({(each.first, each.last) for each in told}) > 1:
        return DateReading(fault="ambiguous")
    if told:
        return _within_limits(told[0])
    shorter = _shorter(text, tuple(compiled(form) for form in forms), last_year, words)
    if shorter.fault != "type" or shorter.reason:
        return shorter
    if readings:
        return readings[0]
    years = (form.replace("%Y", "%y") for form in forms)
    short = any(compiled(form).pattern.fullmatch(text) for form in years)
    serial = NUMBER_OF_A_DAY.fullmatch(text) is not None
    return DateReading(fault="type", reason=SHORT_YEAR if short else SERIAL if serial else "")


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
        return None
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
            return DateReading(fault="type")
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
    dropped = ()
    if clock:
        dropped = (CLOCK, OFFSET) if clock["z"] else (CLOCK,)
    for reading in _of_day(bare, last_year, words):
        if clock and not is_time(clock.groupdict()):
            yield DateReading(fault="type", reason=NO_TIME)
        else:
            yield replace(reading, dropped=dropped)


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
    for sign, word in words.items():
        form = form.replace(sign, word)
    return form
