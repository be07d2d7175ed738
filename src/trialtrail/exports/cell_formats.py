"""What a workbook shows of a value by the format of its cell.

A cell of 0.5 that is formatted as percent shows 50%, one of 7 formatted as ``000`` shows 007, and
one of 1 formatted as ``[=1]"yes";"no"`` shows yes: the format is part of the value. Formats that
only round, set thousands apart or name a currency are not (ECMA-376, part 1, 18.8.31).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache

TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|[_*].|\[([^\]]*)\]|(General)|([eE][+-])|(.)', re.DOTALL | re.IGNORECASE
)
"""A part of a number format: text, a sign, space, condition or currency, a number, another sign."""
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
COMPARED: dict[str, Callable[[float, float], bool]] = {
    **{"<": operator.lt, ">": operator.gt, "=": operator.eq},
    **{"<=": operator.le, ">=": operator.ge, "<>": operator.ne},
}
CURRENCY = "€$£¥"
TELLING = re.compile(r"[^\W_]|[%°<>≤≥±~?]")
"""A sign beside a number that says more than the number."""
DIGITS = 15
"""Digits that a spreadsheet program keeps of a number."""
NOTHING = "the format of the cell shows nothing, and its value is read"
SCALED = "the format of the cell shows its number divided by thousands, and the number is read"
SIGNS_BETWEEN_DIGITS = (
    "the format of the cell puts signs between the digits of a number that is not whole"
)
NO_YEAR = "the cell shows a day without its year, which the program may have filled in"
DIGIT, TEXT, SIGN, GENERAL, POWER = "digit", "text", "sign", "general", "power"


@dataclass(frozen=True)
class Section:
    """A section of a number format.

    Attributes:
        condition: which numbers it is for, None where the place of the section says so.
        parts: its parts in turn: kind and text.
        currency: the currency that it names.
    """

    condition: tuple[str, float] | None
    parts: tuple[tuple[str, str], ...]
    currency: str

    @property
    def places(self) -> list[int]:
        """The places of the parts that show the number."""
        return [i for i, (kind, _) in enumerate(self.parts) if kind in (DIGIT, GENERAL, POWER)]

    def text(self, start: int, end: int) -> str:
        """Return the texts between two places."""
        return "".join(text for kind, text in self.parts[start:end] if kind in (TEXT, SIGN))


@cache
def sections_of(form: str) -> tuple[Section, ...]:
    """Return the sections of a number format."""
    found, parts, condition, currency = [], [], None, ""
    for match in TOKEN.finditer(form + ";"):
        quoted, escaped, bracket, general, power, sign = match.groups()
        if sign == ";":
            found.append(Section(condition, tuple(parts), currency))
            parts, condition, currency = [], None, ""
        elif quoted is not None or escaped:
            text = quoted if escaped is None else escaped
            parts.append((TEXT, text))
            currency = text.strip() if text.strip() in tuple(CURRENCY) else currency
        elif bracket:
            if match := CONDITION.fullmatch(bracket):
                condition = match[1], float(match[2])
            elif bracket[0] == "$":
                currency = bracket[1:].partition("-")[0]
        elif general or power:
            parts.append((GENERAL if general else POWER, general or power))
        elif sign:
            parts.append((DIGIT if sign in "0#?.," else SIGN, sign))
            currency = sign if sign in CURRENCY else currency
    return tuple(found)


def _section(value: float, form: str) -> tuple[Section, bool]:
    """Return the section for a number, and whether it shows the sign of the number itself."""
    sections = sections_of(form)[:3]
    if any(each.condition for each in sections):
        for each in sections:
            if each.condition is None or COMPARED[each.condition[0]](value, each.condition[1]):
                return each, False
        return sections[-1], False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    return sections[2 if value == 0 and len(sections) > 2 else 0], False


def shown(value: object, form: str) -> str | None:
    """Return what a cell shows where that is another text than its value; None elsewhere."""
    return _look(value, form)[0]


def hidden(value: object, form: str) -> str:
    """Return what is odd where a cell shows something else that is not taken; else nothing."""
    return _look(value, form)[1]


def currency_of(value: object, form: str) -> str:
    """Return the currency that a cell shows, nothing where it shows none."""
    if form == "General" or not _is_number(value):
        return ""
    return _section(value, form)[0].currency


def is_percent(value: object, form: str) -> bool:
    """Return whether a cell shows its number as a percentage."""
    if "%" not in form or not _is_number(value):
        return False
    return (SIGN, "%") in _section(value, form)[0].parts


@cache
def is_telling(form: str) -> bool:
    """Return whether cells of a format may show another text than their value."""
    if form == "General":
        return False
    if any(section.currency for section in sections_of(form)):
        return True
    values = [1.5, 1, -1, 0, 12345, "x", date(2024, 5, 1), date(2024, 1, 1)]
    for section in sections_of(form):
        if section.condition:
            values += [section.condition[1] + step for step in (-1, 0, 1)]
    return is_clock(form) or any(
        shown(value, form) is not None or hidden(value, form) for value in values
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@cache
def _is_of_days(form: str) -> bool:
    """Return whether a format is one of days or times, whose values are no numbers."""
    from openpyxl.styles.numbers import is_date_format

    return is_date_format(form)


def _look(value: object, form: str) -> tuple[str | None, str]:
    if form == "General":
        return None, ""
    if _is_number(value):
        return (None, "") if _is_of_days(form) else _of_number(value, *_section(value, form))
    if isinstance(value, str):
        return _of_text(value, form)
    return _of_day(value, form) if isinstance(value, date) else (None, "")


def _of_text(value: str, form: str) -> tuple[str | None, str]:
    sections = sections_of(form)
    if len(sections) not in (1, 4) or not value.strip():
        return None, ""
    parts = sections[-1].parts
    if len(sections) == 4 and not parts:
        return None, NOTHING
    if (SIGN, "@") not in parts or not TELLING.search(sections[-1].text(0, len(parts))):
        return None, ""
    return "".join(value if part == (SIGN, "@") else part[1] for part in parts), ""


def _of_number(value: float, section: Section, signed: bool) -> tuple[str | None, str]:
    places = section.places
    if (SIGN, "@") in section.parts and not places:
        parts = tuple((GENERAL, "") if part == (SIGN, "@") else part for part in section.parts)
        return _of_number(value, replace(section, parts=parts), signed)
    if not places:
        text = section.text(0, len(section.parts))
        if TELLING.search(text):
            return ("-" if value < 0 and not signed else "") + text.strip(), ""
        return None, "" if text.strip() else NOTHING
    first, last = places[0], places[-1] + 1
    before, after = section.text(0, first), section.text(last, len(section.parts))
    percents = section.parts.count((SIGN, "%"))
    digits = "".join(text for kind, text in section.parts[first:last] if kind == DIGIT)
    whole = digits.partition(".")[0]
    inner = section.text(first, last).replace("%", "")
    simple = not any(kind == POWER for kind, _ in section.parts) and "/" not in inner
    if whole.endswith(",") or digits.endswith(","):
        return None, SCALED
    if simple and value == 0 and digits and "0" not in digits and not (before + after).strip():
        return None, NOTHING
    number = Decimal(format(abs(value), f".{DIGITS}g")) * 100**percents
    padded = simple and whole.count("0") > 1 and "." not in digits
    plain = _plain(number)
    if padded and number == number.to_integral_value():
        plain = _spread(plain.zfill(whole.count("0")), section.parts[first:last])
    elif padded and inner:
        return None, SIGNS_BETWEEN_DIGITS
    if signed:
        before, after = before.strip("-( "), after.rstrip(") ")
    by_digits = padded and (plain[:1] == "0" or inner != "")
    if not percents and not by_digits and not TELLING.search(before + after):
        return None, ""
    sign = "-" if value < 0 else ""
    return f"{sign}{before.strip('+')}{plain}{after}".strip(), ""


def _plain(number: Decimal) -> str:
    """Return a number without a power of ten and without zeros at its end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _spread(digits: str, parts: tuple[tuple[str, str], ...]) -> str:
    """Return digits with the signs between them that a format has, from the last digit on."""
    out: list[str] = []
    rest = list(digits)
    for kind, text in reversed(parts):
        if kind == DIGIT and text != ",":
            out.append(rest.pop() if rest else "")
        elif kind in (TEXT, SIGN) and text != "%":
            out.append(text[::-1])
    return "".join(rest) + "".join(out)[::-1]


def _of_day(value: date, form: str) -> tuple[str | None, str]:
    """Return the month or year that a cell shows where nobody need have typed its day.

    A spreadsheet program takes the first day of the month for a month, and its own year for a day.
    """
    plain = re.sub(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', "", form.split(";")[0])
    plain = plain.lower()
    if "h" in plain or "s" in plain:
        return None, ""
    if "y" not in plain:
        return None, NO_YEAR if "d" in plain and "m" in plain else ""
    midnight = not isinstance(value, datetime) or value.time() == datetime.min.time()
    if "d" in plain or value.day != 1 or not midnight:
        return None, ""
    if "m" in plain:
        return f"{value.year:04}-{value.month:02}", ""
    return (f"{value.year:04}", "") if value.month == 1 else (None, "")


def is_clock(form: str) -> bool:
    """Return whether a format shows hours, minutes or seconds, and no day."""
    plain = re.sub(r'"[^"]*"|\\.|[_*].', "", form.split(";")[0]).lower()
    return bool(re.search("[hs]", plain)) and not re.search("[yd]", plain)
