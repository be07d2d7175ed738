"""How a number looks in print: rounding, the minus sign, and the name it gets in the report."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

MINUS = "\N{MINUS SIGN}"
THIN = "\N{NARROW NO-BREAK SPACE}"
"""Parts the thousands of a number of five digits or more."""
HYPHEN = re.compile(r"(?<![\w.-])-(?=\d)")
"""A hyphen that stands for a minus: before a digit and after no letter or number."""
OPENING = re.compile(r"(?<![^\s(\[—–])'(?=\w)")
SPEC = re.compile(r"d|\.(\d+)f|g")

KIND = ("role", "measure", "unit")
"""Effects that are alike in these columns stand together and have the same decimals."""

WHOLE = (
    *("n", "denominator", "at_risk", "events", "rows_in", "rows_out", "set_aside", "cells"),
    "documents",
)
"""Columns of counts, whatever the table."""


def default_spec(column: str) -> str:
    """Return how a column is printed when a template does not say: counts whole, shares without
    decimals, the rest as it stands in the table."""
    stem = re.split(r"[._]", column)[0]
    if column in WHOLE or stem in ("n", "count", "documents", "segments"):
        return "d"
    return ".0f" if stem == "percent" else "g"


def format_number(text: str, spec: str) -> str:
    """Return the number in ``text`` as it is printed, ties away from zero.

    It has a true minus sign, and its thousands are parted from five digits on.

    Args:
        text: the cell as it stands in the table.
        spec: ``d`` (a count), ``.2f`` (two decimals) or ``g`` (as it stands).

    Raises:
        ValueError: the text is no number, the specification is unknown, or a count is broken.
    """
    match = SPEC.fullmatch(spec)
    if not match:
        raise ValueError(f"`{spec}` is not a way to print a number: use d, g or .2f")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError("it holds no number") from None
    if spec == "g":
        printed = f"{value.normalize():f}"
    elif spec == "d":
        if value != value.to_integral_value():
            raise ValueError("it is not a whole number, so it is not printed as a count")
        printed = f"{value:.0f}"
    else:
        step = Decimal(1).scaleb(-int(match[1]))
        printed = f"{value.quantize(step, rounding=ROUND_HALF_UP):f}"
    if not printed.strip("-0."):
        printed = printed.lstrip("-")
    whole, point, decimals = printed.partition(".")
    if len(whole.lstrip("-")) > 4:
        whole = f"{int(whole):,}".replace(",", THIN)
    return (whole + point + decimals).replace("-", MINUS)


def as_printed(text: str, sentence: bool = False) -> str:
    """Return a text as it is printed: without code marks, with true minus signs and apostrophes.

    ``sentence`` begins it with a capital.
    """
    plain = typeset(HYPHEN.sub(MINUS, text.replace("`", "")))
    return plain[:1].upper() + plain[1:] if sentence else plain


def typeset(text: str) -> str:
    """Return ``text`` with the apostrophes of print where it has straight ones, mark for mark."""
    opened = OPENING.sub("\N{LEFT SINGLE QUOTATION MARK}", text)
    return opened.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def as_quoted(text: str) -> str:
    """Return words that stand between double quotation marks: within them, marks are single."""
    return typeset(text.replace('"', "'"))


def decimals_for_effect(*intervals: tuple[str, str]) -> str:
    """Return how effects of one unit are printed: two decimals, fewer where an interval is wide.

    The widest counts, so that effects that stand together have the same decimals. Without an
    interval, two decimals.
    """
    known = [(float(lower), float(upper)) for lower, upper in intervals if lower and upper]
    half = max(((upper - lower) / 2 for lower, upper in known), default=0.0)
    return ".0f" if half >= 40 else ".1f" if half >= 4 else ".2f"


def decimals_for_spread(sd: str) -> str:
    """Return how a mean is printed: one decimal, more where the spread is small, none if large."""
    size = float(sd) if sd else 1.0
    return ".0f" if size >= 100 else ".1f" if size >= 2 else ".2f"


def name_of(address: str) -> str:
    """Return the address of a cell as an identifier for a link: letters, digits, dots."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", address).strip("-")


def has_number(text: str | None) -> bool:
    """Tell whether a text holds a numeric token, in any script (digits, fractions, numerals)."""
    return any(letter.isnumeric() for letter in text or "")
