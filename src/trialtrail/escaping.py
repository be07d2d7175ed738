"""Texts that some program would obey, in forms that none does; standard library only.

A spreadsheet program takes a cell that begins with certain signs for a formula, which may start a
program: such a text is written with an apostrophe before it. A terminal obeys unprintable signs:
they are shown by their numbers, as ``\\x1b``.
"""

from __future__ import annotations

import re

FORMULA_SIGNS = "=+-@\t\r\n\x0b\x0c"
"""What a cell begins with that a spreadsheet program takes for a formula."""
PLAIN = r"[\d.,]+(?:[eE][+-]?\d+)?"
SIGNED = rf"[+-]{PLAIN}%?(?: (?:to|\(|;|\u2013) ?[+-]?{PLAIN}[%)]*)*"
"""A signed number, perhaps with another behind it, as in -0.94 to 4.21."""
UNPRINTABLE = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""Signs that no reader needs and some programs obey, as part of a class of signs."""

_GUARDED = re.compile(rf"'+[{re.escape(FORMULA_SIGNS)}]")
_UNPRINTABLE = re.compile(f"[{UNPRINTABLE}]")
_SIGNED = re.compile(SIGNED)


def guarded(text: str) -> str:
    """Return a text as a CSV file holds it: an apostrophe before what would be a formula.

    A text that has such an apostrophe of its own gets one more, so that `as_written` is exact.
    Numbers with a sign, and intervals of them, are no formulas.
    """
    risky = text[:1] in FORMULA_SIGNS if text else False
    if (risky and not _SIGNED.fullmatch(text)) or _GUARDED.match(text):
        return f"'{text}"
    return text


def as_written(text: str) -> str:
    """Return the text that `guarded` made this one of."""
    return text[1:] if _GUARDED.match(text) else text


def visible(text: str) -> str:
    """Return a text with its unprintable signs shown by their numbers."""
    return _UNPRINTABLE.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
