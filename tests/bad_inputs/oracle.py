"""What a cell says, by a second reading of it that shares no code with the first.

`says` follows the documentation of the configuration: what may be changed of a cell's form and what
is one value only. It is slow, of one cell at a time, and knows nothing of tables.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from trialtrail.exports.convert import How

FAULT = "fault"
"""What a cell says that says nothing, or more than one thing."""


@dataclass(frozen=True)
class Said:
    """What a cell says: a value, None for none, or `FAULT`; ``bound`` of a censored number.

    ``changed`` is whether its form is another than that of the value, which must be counted.
    """

    value: Any
    bound: str | None = None
    changed: bool = False


def says(text: str, how: How) -> Said:
    """Return what a cell says under ``how`` it is to be read."""
    if how.kind == "verbatim":
        return Said(None if text in how.missing else text)
    free = how.kind in ("text", "list") and not how.codes
    plain = visible(text, keep_spaces=free and how.kind == "text")
    changed = plain != text
    if plain in how.missing:
        return Said(None, changed=changed or plain != "")
    if how.codes:
        return _coded(plain, how, changed)
    if how.kind in ("text", "list", "category"):
        return Said(plain, changed=changed)
    if how.kind == "boolean":
        word = plain.lower()
        if word in ("yes", "y", "true", "t", "1", "no", "n", "false", "f", "0"):
            return Said(word in ("yes", "y", "true", "t", "1"), changed=changed)
        return Said(FAULT)
    if how.kind == "month":
        good = re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", plain)
        return Said(plain, changed=changed) if good else Said(FAULT)
    if how.kind == "date":
        day = _day(plain, how.dates)
        return Said(day or FAULT, changed=changed and day is not None)
    return _number(plain, how, changed)


def visible(text: str, keep_spaces: bool) -> str:
    """Return a text without signs that nobody sees, its spaces plain, none at its ends."""
    out = []
    for sign in text:
        category = unicodedata.category(sign)
        if category == "Cc" and sign not in "\t\n\r":
            continue
        if category in ("Cf", "Zl", "Zp") and _is_invisible(sign):
            continue
        out.append(" " if category == "Zs" and not keep_spaces else sign)
    return "".join(out).strip()


def _is_invisible(sign: str) -> bool:
    """Return whether a sign of format is one of those that exports are known to hold."""
    place = ord(sign)
    return place in (0xAD, 0xFEFF) or any(
        low <= place <= high for low, high in ((0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x2064))
    )


def _coded(text: str, how: How, changed: bool) -> Said:
    codes = {
        str(code): value
        for code, value in (how.codes or {}).items()
        if how.kind != "boolean" or isinstance(value, bool)
    }
    if text in codes:
        return Said(codes[text], changed=changed)
    alike = [code for code in codes if _alike(code) == _alike(text)]
    if how.exact or len(alike) != 1:
        return Said(FAULT)
    return Said(codes[alike[0]], changed=True)


def _alike(code: str) -> str:
    """Return what two spellings of a code share."""
    for typeset, plain in (("\u2018\u2019\u201a", "'"), ("\u201c\u201d\u201e", '"')):
        code = "".join(plain if sign in typeset else sign for sign in code)
    code = "".join("-" if sign in "\u2010\u2011\u2012\u2013\u2014\u2212" else sign for sign in code)
    code = " ".join(code.casefold().split())
    return re.sub(r"^([+-]?\d+)\.0+$", r"\1", code)


def _day(text: str, forms: tuple[str, ...]) -> date | None:
    """Return the one day that a text says in the configured forms, or in any if there are none."""
    days = set() if forms else _days_of_any_form(text)
    for form in forms:
        try:
            days.add(datetime.strptime(text, form).date())
        except ValueError:
            continue
    day = days.pop() if len(days) == 1 else None
    return day if day and 1678 <= day.year <= 2261 else None


CLOCK = re.compile(
    r"[T ]+\d{1,2}:\d\d(:\d\d(\.\d+)?)?( ?[AP]M)?(Z|[+-]\d\d:?\d\d)?$", re.IGNORECASE
)
ORDERS = ("ymd", "dmy", "mdy")
MONTHS = [date(2000, month, 1).strftime("%B").lower() for month in range(1, 13)]


def _days_of_any_form(text: str) -> set[date | None]:
    """Return every day that a text may say; None for one of which the century is not known."""
    text = CLOCK.sub("", text)
    days: set[date | None] = set()
    if parts := re.fullmatch(r"(\d{1,4})([/.-])(\d\d?)\2(\d{1,4})", text):
        for order in ORDERS:
            place = {sign: parts[n] for sign, n in zip(order, (1, 3, 4), strict=True)}
            wide = len(place["y"])
            if wide == 2 or (wide == 4 and all(len(place[sign]) < 3 for sign in "md")):
                days |= _calendar(place["y"], place["m"], place["d"])
        if len(parts[1]) == 4:
            days = _calendar(parts[1], parts[3], parts[4]) if len(parts[4]) < 3 else days
    for pattern in (
        r"(?P<d>\d\d?)[ -]?(?P<m>[A-Za-z]{3,9})\.?[ ,-]*(?P<y>\d{4}|\d\d)",
        r"(?P<m>[A-Za-z]{3,9})\.? (?P<d>\d\d?),? (?P<y>\d{4})",
    ):
        if parts := re.fullmatch(pattern, text):
            word = "sep" if parts["m"].lower() == "sept" else parts["m"].lower()
            for number, month in enumerate(MONTHS, start=1):
                if month.startswith(word):
                    days |= _calendar(parts["y"], str(number), parts["d"])
    return days


def _calendar(year: str, month: str, day: str) -> set[date | None]:
    try:
        found = date(2000 if len(year) == 2 else int(year), int(month), int(day))
    except ValueError:
        return set()
    return {None} if len(year) == 2 else {found}


NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


def _number(text: str, how: How, changed: bool) -> Said:
    bound, typed = "exact", text
    for sign in "\u2212\u2013\u2010\u2011":
        text = text.replace(sign, "-")
    if how.kind == "censored" and text[:1] in "<>\u2264\u2265" and text:
        bound = "above" if text[0] in ">\u2265" else "below"
        text = text[1:].strip(" ")
    if how.unit and not re.fullmatch(NUMBER, text):
        start = text.rstrip(".")
        if start.casefold().endswith(how.unit.casefold()):
            text = start[: len(start) - len(how.unit)].rstrip(" ")
    value = _plain_number(text, how.decimal)
    if value is None:
        return Said(FAULT)
    if how.kind != "number" and not _is_whole(text, value, how.unit):
        return Said(FAULT)
    if abs(value) > Decimal("1e300"):
        return Said(FAULT)
    form = changed or text != typed or not re.fullmatch(NUMBER, text)
    return Said(float(value), bound, form or (how.kind != "number" and "." in text))


def _is_whole(text: str, value: Decimal, unit: str) -> bool:
    return value == value.to_integral_value() and abs(value) < 2**53 and "e" not in text.lower()


def _plain_number(text: str, decimal: str | None) -> Decimal | None:
    """Return the one number that a text says; None if it is none, or may be two."""
    if re.fullmatch(r"[+-]?[0-9]{1,3}( [0-9]{3})+([.,][0-9]+)?", text):
        text = text.replace(" ", "")
    if decimal == ",":
        if re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?", text):
            text = text.replace(".", "")
        good = re.fullmatch(r"[+-]?([0-9]+|[0-9]*,[0-9]+)", text)
        return Decimal(text.replace(",", ".")) if good else None
    if re.fullmatch(NUMBER, text):
        try:
            return Decimal(text)
        except InvalidOperation:  # 1. is a number to people and programs
            return Decimal(text.replace(".", ".0", 1))
    groups = re.fullmatch(r"([+-]?)([0-9]{1,3})((,[0-9]{3})+)(\.[0-9]+)?", text)
    if groups and (groups[3].count(",") > 1 or groups[5] or decimal == "."):
        return Decimal(text.replace(",", ""))
    if groups and not groups[2].startswith("0"):
        return None  # one thousand and so many, or a number with three decimals
    if re.fullmatch(r"[+-]?[0-9]*,[0-9]+", text) and decimal is None:
        return Decimal(text.replace(",", "."))
    return None
