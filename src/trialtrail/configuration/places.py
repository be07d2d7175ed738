"""Places that a configured check compares: a column of a table, and a time before or after it.

    screening.age_years
    visit.completed_on - visit.age_days days
    participants.randomised_on + 18 months

The Snakefile reads them, so nothing heavy is imported here.
"""

from __future__ import annotations

import re

UNITS = ("days", "weeks", "months", "years")
CALENDAR = ("months", "years")
"""Units that are whole ones of the calendar, and no fixed number of days."""
FORM = "table.column, or table.column + 3 weeks, or table.column - table.column days"

_COLUMN = r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_BASE = re.compile(rf"\s*(?P<place>{_COLUMN})")
_TERM = re.compile(rf"\s*(?P<sign>[+-])\s*(?P<amount>\d+(?:\.\d+)?|{_COLUMN})\s+{_UNIT}(?=\s|$)")
_TIME = re.compile(rf"\s*(?P<sign>-?)(?P<amount>\d+(?:\.\d+)?)\s+{_UNIT}\s*")


class NotAPlace(ValueError):
    """The text is not of the form of a place or of a time."""


def parse_place(text: str) -> dict:
    """Return a place in parts: ``table``, ``column``, ``terms``, and ``text`` as it was written.

    A term has ``amount`` (a signed number), or ``sign`` and ``table`` and ``column`` of the number,
    and the ``unit``.

    Raises:
        NotAPlace: it is none, or asks for a part of a month or year.
    """
    found = _BASE.match(text)
    if not found:
        raise NotAPlace(text)
    terms, at = [], found.end()
    while at < len(text.rstrip()):
        term = _TERM.match(text, at)
        if not term:
            raise NotAPlace(text)
        terms.append(_term(term))
        at = term.end()
    return {**_split(found["place"]), "terms": terms, "text": text.strip()}


def parse_time(text: str) -> list[dict]:
    """Return a length of time, such as ``43 weeks``, as the one term that it is.

    Raises:
        NotAPlace: it is none.
    """
    found = _TIME.fullmatch(text)
    if not found:
        raise NotAPlace(text)
    return [_term(found)]


def columns_of(place: dict) -> list[tuple[str, str]]:
    """Return the columns that a place reads, each with its table; its own first."""
    more = [(term["table"], term["column"]) for term in place["terms"] if "table" in term]
    return [(place["table"], place["column"]), *more]


def _split(name: str) -> dict:
    table, _, column = name.partition(".")
    return {"table": table, "column": column}


def _term(found: re.Match) -> dict:
    unit, amount = f"{found['unit']}s", found["amount"]
    sign = -1 if found["sign"] == "-" else 1
    if not amount[0].isdigit():
        return {"sign": sign, "unit": unit, **_split(amount)}
    number = float(amount)
    if unit in CALENDAR and not number.is_integer():
        raise NotAPlace(found.string)
    return {"amount": sign * number, "unit": unit}
