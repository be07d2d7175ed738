"""Read numbers as people type them: decimal commas, thousands, units, bounds.

Where a text can be read as two numbers, such as ``1,234``, none is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WHOLE = r"[+-]?\d+(?:\.0+)?"
REAL = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
"""What is a number in any program: no need to ask how it was meant."""
SPACES = "[ \u00a0\u2009\u202f]"
MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-"})
BOUNDS = {"<": "below", ">": "above", "\u2264": "below", "\u2265": "above"}
CENSORED = re.compile(rf"([<>\u2264\u2265]){SPACES}*(.+)")
WITH_UNIT = re.compile(rf"([+-]?[\d.,]*\d(?:{SPACES}\d{{3}})*){SPACES}*([^\d\s.,+-].*)")
PLAIN = re.compile(REAL)
GROUPED = {
    mark: re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?:{re.escape(other)}\d+)?")
    for mark, other in ((",", "."), (".", ","))
}
SPACED = re.compile(rf"[+-]?\d{{1,3}}(?:{SPACES}\d{{3}})+(?:[.,]\d+)?")
COMMA = re.compile(r"[+-]?\d*,\d+")
DECIMAL_COMMA, THOUSANDS = "a decimal comma", "thousands set apart"
UNIT, TYPESET_MINUS, BOUND = "a unit in the cell", "a typeset minus", "a bound"


@dataclass(frozen=True)
class NumberReading:
    """What a text says of a number.

    Attributes:
        value: the number, None where it is none.
        bound: ``exact``, or ``above`` or ``below`` where the text says so.
        changes: in what form it was typed, where that was not the plain one.
        fault: the rule that it breaks: ``type``, ``ambiguous``, ``unit`` or nothing.
    """

    value: float | None = None
    bound: str = "exact"
    changes: tuple[str, ...] = ()
    fault: str = ""


def read_number(text: str, decimal: str | None = None, unit: str = "") -> NumberReading:
    """Return the reading of ``text``.

    Args:
        text: a cell, without spaces at its ends.
        decimal: the decimal sign of the configuration, ``.`` or ``,``; None where it gives none:
            then the point, and a comma where it can be nothing else.
        unit: the unit of the variable, which may stand behind the number.
    """
    changes: list[str] = []
    bound = "exact"
    plain = text.translate(MINUS)
    if plain != text:
        changes.append(TYPESET_MINUS)
    if match := CENSORED.fullmatch(plain):
        bound, plain = BOUNDS[match[1]], match[2]
        changes.append(BOUND)
    if (match := WITH_UNIT.fullmatch(plain)) and not PLAIN.fullmatch(plain):
        if not unit or match[2].strip().casefold().rstrip(".") != unit.casefold():
            return NumberReading(fault="unit" if unit else "type")
        plain = match[1]
        changes.append(UNIT)
    value, how = _value(plain, decimal)
    if isinstance(value, str):
        return NumberReading(fault=value)
    return NumberReading(value, bound, (*changes, *how))


def _value(text: str, decimal: str | None) -> tuple[float | str, tuple[str, ...]]:
    """Return (number or the rule that is broken, in what form it was)."""
    if SPACED.fullmatch(text):
        value, how = _value(re.sub(SPACES, "", text), decimal)
        return value, (THOUSANDS, *how)
    if decimal == ",":
        if re.fullmatch(r"[+-]?\d+", text):
            return float(text), ()
        if COMMA.fullmatch(text):
            return float(text.replace(",", ".")), (DECIMAL_COMMA,)
        if GROUPED["."].fullmatch(text):
            how = (THOUSANDS, *((DECIMAL_COMMA,) if "," in text else ()))
            return float(text.replace(".", "").replace(",", ".")), how
        return "type", ()
    if PLAIN.fullmatch(text):
        return float(text), ()
    if GROUPED[","].fullmatch(text):
        one_group = text.count(",") == 1 and "." not in text
        if one_group and decimal is None and not text.lstrip("+-").startswith("0"):
            return "ambiguous", ()
        if not one_group or decimal == ".":
            return float(text.replace(",", "")), (THOUSANDS,)
    if COMMA.fullmatch(text) and decimal is None:
        return float(text.replace(",", ".")), (DECIMAL_COMMA,)
    return "type", ()
