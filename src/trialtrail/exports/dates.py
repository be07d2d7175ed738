"""Read dates as people type them; where two readings are possible, none is taken.

Dates are read in the forms that the configuration gives. Where it gives none, a date is read only
if every order of day, month and year that could be meant gives the same day.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1678, 2261
"""Whole years that dates in nanoseconds can hold."""
ISO = "%Y-%m-%d"
MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTHS = {name[:3]: number for number, name in enumerate(MONTH_NAMES, start=1)}
"""English names only: those of a locale would make the result depend on the machine."""
NUMBERS = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})")
NAMED = re.compile(r"(\d{1,2})[ -]?([A-Za-z]{3,9})\.?[ ,-]*(\d{4}|\d{2})")
NAMED_US = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?$")
UNKNOWN = r"(?:00|0|UN|UK|UNK|NK|XX|\?\??)"
"""What stands in the place of a day or month that nobody knows."""
PART_FORMS = (
    (rf"(?:{UNKNOWN}[/.-])?(?P<month>\d{{1,2}})[/.-](?P<year>\d{{4}})", "a month and a year"),
    (rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})(?:-{UNKNOWN})?", "a month and a year"),
    (
        rf"(?:{UNKNOWN}[ /.-]?)?(?P<name>[A-Za-z]{{3,9}})\.?[ /,.-]*(?P<year>\d{{4}})",
        "a month and a year",
    ),
    (rf"(?:{UNKNOWN}[/.-]{UNKNOWN}[/.-])?(?P<year>\d{{4}})", "a year"),
    (rf"(?P<year>\d{{4}})-{UNKNOWN}-{UNKNOWN}", "a year"),
)


@dataclass(frozen=True)
class DateReading:
    """What a text says of a day.

    Attributes:
        first: the day, or the first day that may be meant; None where it is no date.
        last: the last day that may be meant.
        form: the form in which it was typed, as people call it.
        fault: the rule that it breaks: ``type``, ``ambiguous``, ``partial`` or nothing.
    """

    first: date | None = None
    last: date | None = None
    form: str = ""
    fault: str = ""


def read_date(text: str, forms: tuple[str, ...], last_year: int | None = None) -> DateReading:
    """Return the reading of ``text``.

    Args:
        text: a cell, without spaces at its ends.
        forms: the forms of the configuration, in the signs of `strptime`; none means any form in
            which only one reading is possible.
        last_year: the year that no year of two digits lies after: with 2009, ``10`` is 1910.
    """
    readings = list(_configured(text, forms, last_year) if forms else _possible(text, last_year))
    days = {day for day, _ in readings}
    if len(days) > 1 or any(day is None for day in days):
        return DateReading(fault="ambiguous")
    if not days:
        return _partial(text)
    day, form = readings[0]
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        # A year such as 0204 is a slip of the pen that the type of the column cannot hold.
        return DateReading(fault="type")
    return DateReading(day, day, form)


def _configured(text: str, forms: Iterable[str], last_year: int | None) -> Iterator:
    for form in forms:
        try:
            moment = _parse(text, form)
        except ValueError:
            continue
        year = _century(moment.year % 100, last_year) if "%y" in form else moment.year
        if year is None:
            yield None, form
            continue
        day = _day(year, moment.month, moment.day)
        if day is not None:
            yield day, form_words(form)


def _parse(text: str, form: str) -> datetime:
    """Return the moment that `strptime` reads, with English names of months on every machine."""
    match = re.search(r"%[bB]", form)
    if match is None:
        return datetime.strptime(text, form)
    word = re.search(r"[A-Za-z]{3,9}", text)
    if word is None or word[0][:3].lower() not in MONTHS:
        raise ValueError(form)
    number = f"{MONTHS[word[0][:3].lower()]:02}"
    text = f"{text[: word.start()]}{number}{text[word.end() :]}"
    return datetime.strptime(text, f"{form[: match.start()]}%m{form[match.end() :]}")


def _possible(text: str, last_year: int | None) -> Iterator:
    """Yield every day that may be meant, None for one whose century is not known."""
    bare = TIME.sub("", text)
    if match := NUMBERS.fullmatch(bare):
        yield from _orders(match[1], match[3], match[4], match[2], last_year)
    elif match := NAMED.fullmatch(bare):
        month = _month(match[2])
        if month:
            yield from _named(match[3], month, int(match[1]), last_year)
    elif match := NAMED_US.fullmatch(bare):
        month = _month(match[1])
        if month:
            yield from _named(match[3], month, int(match[2]), last_year)


def _orders(one: str, two: str, three: str, sign: str, last_year: int | None) -> Iterator:
    if len(one) == 4 and len(three) < 3:
        orders = (("yyyy{0}mm{0}dd", one, two, three),)
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
        whole = _century(int(year), last_year) if short else int(year)
        if whole is None:
            if _day(2000, int(month), int(day)) is not None:
                yield None, ""
            continue
        found = _day(whole, int(month), int(day))
        if found is not None:
            form = words.format(sign)
            yield found, form.replace("yyyy", "yy") if short else form


def _named(year: str, month: int, day: int, last_year: int | None) -> Iterator:
    whole = _century(int(year), last_year) if len(year) == 2 else int(year)
    if whole is None:
        yield None, ""
    elif (found := _day(whole, month, day)) is not None:
        yield found, "a month by its name"


def _month(word: str) -> int | None:
    month = MONTHS.get(word[:3].lower())
    whole = MONTH_NAMES[month - 1] if month else ""
    return month if whole.startswith(word.lower()) or word.lower() == "sept" else None


def _century(year: int, last_year: int | None) -> int | None:
    """Return the latest year that ends in ``year`` and does not lie after ``last_year``."""
    return None if last_year is None else last_year - (last_year - year) % 100


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _partial(text: str) -> DateReading:
    """Return the days between which a date lies whose day or month is not known."""
    for pattern, form in PART_FORMS:
        match = re.fullmatch(pattern, text, re.IGNORECASE)
        if not match:
            continue
        parts = match.groupdict()
        year = int(parts["year"])
        month = _month(parts["name"]) if parts.get("name") else int(parts.get("month") or 0)
        if not FIRST_YEAR <= year <= LAST_YEAR or month is None or month > 12:
            continue
        if form == "a year":
            return DateReading(date(year, 1, 1), date(year, 12, 31), form, "partial")
        if month:
            end = calendar.monthrange(year, month)[1]
            return DateReading(date(year, month, 1), date(year, month, end), form, "partial")
    return DateReading(fault="type")


@lru_cache
def form_words(form: str) -> str:
    """Return a form of `strptime` as people write it: ``%d/%m/%Y`` is dd/mm/yyyy."""
    words = {"%d": "dd", "%m": "mm", "%Y": "yyyy", "%y": "yy", "%b": "mmm", "%B": "month"}
    words |= {"%H": "hh", "%M": "mm", "%S": "ss", "%e": "d", "%I": "hh", "%p": "am", "%f": "f"}
    for sign, word in words.items():
        form = form.replace(sign, word)
    return form
