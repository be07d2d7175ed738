"""Read numbers as people type them: decimal commas, thousands, units, bounds.

Where a text can be read as two numbers, such as ``1,234`` or ``1.234``, none is taken.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

REAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
"""What is a number in any program."""
EITHER = r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}"
"""One thousand and so many, or a number with three decimals: the mark means either."""
SPACES = "[ \u00a0\u2009\u202f]"
APOSTROPHES = "['\u2019\u00b4`]"
MINUS = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-"))
BOUNDS = {"<": "below", ">": "above", "\u2264": "below", "\u2265": "above"}
CENSORED = re.compile(rf"([<>\u2264\u2265])=?{SPACES}*([^<>=].*)")
WITH_UNIT = re.compile(
    rf"([+-]?[0-9.,]*[0-9](?:(?:{SPACES}|{APOSTROPHES})[0-9]{{3}})*(?:[.,][0-9]+)?"
    rf"(?:[eE][+-]?[0-9]+)?){SPACES}*([^\d\s.,+-].*)",
    re.DOTALL,
)
BARE = re.compile("[+-]?[0-9.,]+")
"""Nothing but a number, whichever."""
PLAIN, UNSURE = re.compile(REAL), re.compile(EITHER)
GROUPED = {
    mark: re.compile(
        rf"[+-]?[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+(?:{re.escape(other)}[0-9]+)?"
    )
    for mark, other in ((",", "."), (".", ","))
}
INDIAN = re.compile(r"[+-]?[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?")
"""Lakhs and crores: the last three digits are set apart, and before them each two."""
SPACED = re.compile(
    rf"[+-]?[1-9][0-9]{{0,2}}(?:(?:{SPACES}[0-9]{{3}})+|(?:{APOSTROPHES}[0-9]{{3}})+)(?:[.,][0-9]+)?"
)
COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")
POWER = re.compile(r"[+-]?[0-9.,]+[eE][+-]?[0-9]+")
HOURS = r"(?:h(?:rs?|ours?|eures?)?|std|stunden?|uur)\.?"
MINUTES, SECONDS = r"m(?:in(?:ute[ns]?|s)?)?\.?", r"s(?:e[ck](?:ond(?:e[ns]?|s)?)?)?\.?"
PARTS = r"(?:[.,][0-9]+)?"
TIME = re.compile(
    rf"(?:[0-9]+ days? )?[0-9]{{1,3}}:[0-5]?[0-9](?::[0-5]?[0-9])?{PARTS}(?: ?[ap]\.?m\.?)?"
    rf"|[0-9]{{1,2}}(?:\.[0-5][0-9])? ?[ap]\.?m\.?"
    rf"|[0-9]{{1,3}} ?{HOURS} ?[0-9]{{1,2}}(?: ?{MINUTES}(?: ?[0-9]{{1,2}} ?{SECONDS})?)?"
    rf"|[0-9]{{1,3}} ?{MINUTES} ?[0-9]{{1,2}}{PARTS}(?: ?{SECONDS})?"
    rf"|P(?:[0-9]+D)?T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+{PARTS}S)?",
    re.IGNORECASE,
)
"""A time of day, or how long something took, in two numbers or more."""
DECIMAL_COMMA, THOUSANDS = "a decimal comma", "thousands set apart"
UNIT, TYPESET_MINUS, BOUND = "a unit in the cell", "a typeset minus", "a bound"
OTHER = {",": ".", ".": ","}


@dataclass(frozen=True)
class NumberReading:
    """What a text says of a number.

    Attributes:
        value: the number, None where it is none.
        bound: ``exact``, or ``above`` or ``below`` where the text says so.
        changes: in what form it was typed, where that was not the plain one.
        fault: why there is no number: ``type``, ``ambiguous``, ``unit``, ``no_unit``, ``time``, or
            nothing.
        mark: the mark that is the decimal sign; of what is ambiguous, the mark that may be.
        grouped: whether the other mark is seen to set thousands apart.
    """

    value: float | None = None
    bound: str = "exact"
    changes: tuple[str, ...] = ()
    fault: str = ""
    mark: str = ""
    grouped: bool = False


def read_number(text: str, decimal: str | None = None, unit: str = "") -> NumberReading:
    """Return the reading of ``text``.

    Args:
        text: a cell, without spaces at its ends.
        decimal: the decimal sign of the configuration, ``.`` or ``,``; None where it gives none:
            then the one that the text itself shows.
        unit: the unit of the variable, which may stand behind the number.
    """
    if BARE.fullmatch(text):
        return _value(text, decimal)
    changes: list[str] = []
    bound = "exact"
    plain = text.translate(MINUS)
    if plain != text:
        changes.append(TYPESET_MINUS)
    if match := CENSORED.fullmatch(plain):
        bound, plain = BOUNDS[match[1]], match[2]
        changes.append(BOUND)
    if POWER.fullmatch(plain) or SPACED.fullmatch(plain) or PLAIN.fullmatch(plain):
        match = None
    else:
        match = WITH_UNIT.fullmatch(plain)
    if match and unit and _unit(match[2]) == _unit(unit):
        plain = match[1]
        changes.append(UNIT)
    elif TIME.fullmatch(plain):
        return NumberReading(fault="time")
    elif match:
        return NumberReading(fault="unit" if unit else "no_unit")
    found = _value(plain, decimal)
    if found.fault:
        return found
    return replace(found, bound=bound, changes=(*changes, *found.changes))


def _unit(text: str) -> str:
    """Return what two spellings of one unit share: mm Hg and mmHg, ug and \u00b5g."""
    plain = unicodedata.normalize("NFKC", "".join(text.split())).casefold()
    return plain.rstrip(".").replace("\u03bc", "u")


def _value(text: str, decimal: str | None) -> NumberReading:
    """Return the reading of a text that has nothing but digits, marks and a sign."""
    if SPACED.fullmatch(text):
        digits = re.sub(f"{SPACES}|{APOSTROPHES}", "", text)
        found = _value(digits, decimal)
        return replace(found, changes=(THOUSANDS, *found.changes))
    if decimal is None and UNSURE.fullmatch(text):
        return NumberReading(fault="ambiguous", mark="," if "," in text else ".")
    if decimal != "," and PLAIN.fullmatch(text):
        return NumberReading(float(text), mark="." if re.search(r"\.[0-9]", text) else "")
    if decimal == "," and re.fullmatch("[+-]?[0-9]+", text):
        return NumberReading(float(text))
    for sign in (decimal,) if decimal else (".", ","):
        mark = OTHER[sign]
        if GROUPED[mark].fullmatch(text) or (mark == "," and INDIAN.fullmatch(text)):
            how = (THOUSANDS, *((DECIMAL_COMMA,) if sign == "," and sign in text else ()))
            value = float(text.replace(mark, "").replace(sign, "."))
            return NumberReading(value, changes=how, mark=sign, grouped=True)
    if decimal != "." and COMMA.fullmatch(text):
        return NumberReading(float(text.replace(",", ".")), changes=(DECIMAL_COMMA,), mark=",")
    return NumberReading(fault="type")
