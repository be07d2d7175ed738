"""Which days a text may be, by a second reading that shares no code with the first."""

from __future__ import annotations

import re
from datetime import date, datetime


def day_of(text: str, forms: tuple[str, ...]) -> date | None:
    """Return the one day that a text says in the configured forms, or in any if there are none."""
    days = set() if forms else days_of_any_form(text)
    for form in [way for each in forms for way in {each, each.replace("%B", "%b")}]:
        try:
            moment = datetime.strptime(text, form)
        except ValueError:
            continue
        if re.sub(" +", " ", text).casefold() in _written(moment, form):
            days.add(moment.date())
    day = days.pop() if len(days) == 1 else None
    return day if day and 1678 <= day.year <= 2261 else None


def _written(moment: datetime, form: str) -> set[str]:
    """Return every way to write a moment in a form: beside a separator, zeros may be left out."""
    ways = {""}
    pieces = re.findall("%.|[^%]", form)
    for place, piece in enumerate(pieces):
        near = (pieces[max(place - 1, 0)], pieces[min(place + 1, len(pieces) - 1)])
        alone = not any(each != piece and each[-1] in OF_DIGITS[len(each) - 1] for each in near)
        said = {moment.strftime(piece) if piece != "%Y" else f"{moment.year:04}"}
        if piece in ("%d", "%m", "%H", "%I") and alone:
            said |= {each.removeprefix("0") for each in said}
        if piece in ("%b", "%B"):
            said = {MONTHS[moment.month - 1], *SHORT[moment.month]}
            said |= {f"{each}." for each in said}
        ways = {way + each for way in ways for each in said}
    return {way.casefold() for way in ways}


OF_DIGITS = ("0123456789", "dmYyHIMSj")

"""Pieces of a form of one sign, and of two, that are written in digits."""


CLOCK = re.compile(
    r"(T|, ?| +)([0-9]{1,2}):([0-9][0-9])(:([0-9][0-9])([.,][0-9]+)?)?( ?([AP])M)?"
    r"( ?(Z|UTC|GMT|[+-]([0-9][0-9])(:?([0-9][0-9]))?))?$",
    re.IGNORECASE,
)


ORDERS = ("ymd", "dmy", "mdy")


MONTHS = [date(2000, month, 1).strftime("%B").lower() for month in range(1, 13)]


SHORT = {number: (month[:3],) for number, month in enumerate(MONTHS, start=1)} | {
    9: ("sep", "sept")
}


def is_clock(clock: re.Match | None) -> bool:
    """Return whether a time behind a date is one that there is, and its zone too."""
    if clock is None:
        return False
    hours = range(1, 13) if clock[8] else range(24)
    if int(clock[2]) not in hours or int(clock[11] or 0) > 14:
        return False
    return not any(int(clock[part] or 0) >= 60 for part in (3, 5, 13))


def days_of_any_form(text: str) -> set[date | None]:
    """Return every day that a text may say; None for one of which the century is not known."""
    clock = CLOCK.search(text)
    if clock and not is_clock(clock):
        return set()
    text = CLOCK.sub("", text)
    days: set[date | None] = set()
    if parts := re.fullmatch(r"([0-9]{1,4})([/.-])([0-9][0-9]?)\2([0-9]{1,4})", text):
        for order in ORDERS:
            place = {sign: parts[n] for sign, n in zip(order, (1, 3, 4), strict=True)}
            wide = len(place["y"])
            if wide == 2 or (wide == 4 and all(len(place[sign]) < 3 for sign in "md")):
                days |= calendar(place["y"], place["m"], place["d"])
        if len(parts[1]) == 4:
            days = calendar(parts[1], parts[3], parts[4]) if len(parts[4]) < 3 else days
    for pattern in (
        r"(?P<d>[0-9][0-9]?)[.]?[ -]?(?P<m>[A-Za-z]{3,9})\.?[ ,-]*(?P<y>[0-9]{4}|[0-9][0-9])",
        r"(?P<m>[A-Za-z]{3,9})\.? (?P<d>[0-9][0-9]?),? (?P<y>[0-9]{4})",
    ):
        if parts := re.fullmatch(pattern, text):
            word = parts["m"].lower()
            for number, month in enumerate(MONTHS, start=1):
                if word in (month, *SHORT[number]):
                    days |= calendar(parts["y"], str(number), parts["d"])
    return days


def calendar(year: str, month: str, day: str) -> set[date | None]:
    try:
        found = date(2000 if len(year) == 2 else int(year), int(month), int(day))
    except ValueError:
        return set()
    return {None} if len(year) == 2 else {found}
