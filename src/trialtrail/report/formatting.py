"""How a number looks in print: rounding, the minus sign, and the name it gets in the report."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"
"""Parts the thousands of a number of five digits or more."""
HYPHEN = re.compile(r"(?<![\w.-])-(?=\d)")
"""A hyphen that stands for a minus: before a digit and after no letter or number."""
OPENING = re.compile(r"(?<![^\s(\[—–])'(?=\w)")
SPEC = re.compile(r"d|g|\.(\d+)([fep])")
SMALL, HUGE = Decimal("1e-4"), Decimal("1e15")
"""Below the one and from the other on, a number is printed with a power of ten."""
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

EFFECT = ((40, 0), (4, 1), (0.04, 2))
SPREAD = ((100, 0), (2, 1), (0.1, 2))
"""Least half width of an interval, or least standard deviation, and the decimals it is given."""
OF_MANY = (1_000, 10_000)
"""Denominators from which percentages may have one decimal, and two."""
TEN, ALL, LARGE, MOST = 10, 100, 1e5, 8
"""From `LARGE` on a number has no decimals, unless its spread is below 1; `MOST`: never more."""

SIGNIFICANT = 10
"""Digits that the result tables keep."""
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
    return ".0p" if stem == "percent" else "g"


def format_number(text: str, spec: str) -> str:
    """Return the number in ``text`` as it is printed, ties away from zero.

    It has a true minus sign, and its thousands are parted from five digits on.

    What is not zero is never printed as zero: where the decimals asked for would do that, it is
    printed to its first digit. Nor is a percentage of nearly all printed as 100.

    Args:
        text: the cell as it stands in the table.
        spec: ``d`` (a count), ``.2f`` (two decimals), ``.0p`` (a percentage without decimals),
            ``.1e`` (one decimal and a power of ten) or ``g`` (as it stands).

    Raises:
        ValueError: the text is no number, the specification is unknown, or a count is broken.
    """
    match = SPEC.fullmatch(spec)
    if not match:
        raise ValueError(f"`{spec}` is not a way to print a number: use d, g, .2f, .0p or .1e")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError("it holds no number") from None
    if not value.is_finite():
        raise ValueError("it holds no number")
    if spec == "d":
        if value != value.to_integral_value():
            raise ValueError("it is not a whole number, so it is not printed as a count")
        return _parted(f"{value:.0f}")
    if spec == "g":
        value = value.normalize()
        digits = len(value.as_tuple().digits) - 1
        large = not SMALL <= abs(value) < HUGE
        return _with_power(value, digits) if value and large else _parted(f"{value:f}")
    places = int(match[1])
    if match[2] == "e":
        return _with_power(value, places) if value else "0"
    rounded = _rounded(value, places)
    while match[2] == "p" and rounded == ALL != value and places < SIGNIFICANT:
        places += 1
        rounded = _rounded(value, places)
    if value and not rounded:
        first = -value.adjusted()
        first -= _rounded(value, first).adjusted() > value.adjusted()
        return (
            _with_power(value, 0) if abs(value) < SMALL else _parted(f"{_rounded(value, first):f}")
        )
    return _parted(f"{rounded:f}")


def _rounded(value: Decimal, places: int) -> Decimal:
    """Return ``value`` to so many decimals, ties away from zero."""
    with localcontext(prec=max(28, value.adjusted() + places + 3)):
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _with_power(value: Decimal, places: int) -> str:
    """Return a number that is not zero with one digit, decimals and a power of ten."""
    power = value.adjusted()
    front = _rounded(value.scaleb(-power), places)
    if abs(front) >= TEN:
        power += 1
        front = _rounded(value.scaleb(-power), places)
    times = f"{NO_BREAK}\N{MULTIPLICATION SIGN}{NO_BREAK}10{str(power).translate(RAISED)}"
    return _parted(f"{front:f}") + times


def _parted(printed: str) -> str:
    """Return a number with a true minus sign and its thousands parted, and zero without a sign."""
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


def within_sentence(name: str) -> str:
    """Return a name as it stands within a sentence: without its first capital, unless that is one
    of an abbreviation (BMI, SF-36)."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    is_abbreviation = any(letter.isupper() or letter.isdigit() for letter in first[1:])
    return name if is_abbreviation else name[:1].lower() + name[1:]


def typeset(text: str) -> str:
    """Return ``text`` with the apostrophes of print where it has straight ones, mark for mark."""
    opened = OPENING.sub("\N{LEFT SINGLE QUOTATION MARK}", text)
    return opened.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def as_quoted(text: str) -> str:
    """Return words that stand between double quotation marks: within them, marks are single."""
    return typeset(text.replace('"', "'"))


def decimals_for_effect(
    *intervals: tuple[str, str],
    numbers: Iterable[str] = (),
    decimals: str = "",
    ratio: bool = False,
) -> str:
    """Return how an effect is printed with its interval: so that the interval has two digits.

    Two decimals, fewer where an interval is wide and more where it is narrow. Effects of one unit
    that stand together have the same decimals, those of the widest, unless an interval would be
    left with one digit. Of a ratio the estimate and the lower bound keep two digits of their own,
    up to two decimals, for what matters is how far they are from 1 and 0.

    Args:
        intervals: the effect's own interval, then those of the effects beside it.
        numbers: the cells that are printed so: the estimate and its bounds.
        decimals: what the study says, which is taken as it is.
        ratio: whether it is a ratio.
    """
    numbers = list(numbers)
    halves = [(float(high) - float(low)) / 2 for low, high in intervals if low and high]
    own = next(iter(halves), 0.0) if intervals and all(intervals[0]) else 0.0
    step = min(_places(max(halves, default=0.0), EFFECT), 2)
    if own and own < 10.0 ** (1 - step) / 3:
        step = max(step, _places(own, EFFECT))
    if ratio:
        printed = (*numbers, *(low for low, _ in intervals[:1]))
        least = min((float(text) for text in printed if text and float(text) > 0), default=1.0)
        step = max(step, min(2, 1 - math.floor(math.log10(least))))
    return _spec(step, own, [*numbers, *(intervals[0] if intervals else ())], decimals)


def decimals_for_spread(*sds: str, numbers: Iterable[str] = (), decimals: str = "") -> str:
    """Return how means and standard deviations of a row are printed: by the largest spread.

    One decimal, more where the spread is small, none if large.

    Args:
        sds: the standard deviations of the row.
        numbers: the means.
        decimals: what the study says, which is taken as it is.
    """
    spread = max((float(sd) for sd in sds if sd), default=0.0)
    return _spec(_places(spread or 1.0, SPREAD), spread, [*numbers, *sds], decimals)


def decimals_at_baseline(*sds: str, numbers: Iterable[str] = (), decimals: str = "") -> str:
    """Return how a variable of the baseline table is printed: one decimal, where that serves."""
    spread = max((float(sd) for sd in sds if sd), default=0.0)
    places = max(1, _places(spread, ((0.5, 1),))) if spread else 1
    return _spec(places, spread, [*numbers, *sds], decimals)


def decimals_of_percents(shares: Iterable[tuple[str, str]], decimals: str = "") -> str:
    """Return how the percentages of a row are printed: without decimals, with the count beside it.

    Where two that differ would print the same, one decimal from 1,000 people on, two from 10,000.

    Args:
        shares: of each arm, the percentage and its denominator.
        decimals: what the study says, which is taken as it is.
    """
    if decimals:
        return f".{decimals}p"
    known = [(text, int(float(of))) for text, of in shares if text and of]
    least, places = min((of for _, of in known), default=0), 0
    for places, enough in enumerate((0, *OF_MANY)):
        if least < enough:
            return f".{places - 1}p"
        printed = {format_number(text, f".{places}p") for text, _ in known}
        if len(printed) == len({float(text) for text, _ in known}):
            break
    return f".{places}p"


def _places(spread: float, steps: Sequence[tuple[float, int]]) -> int:
    """Return the decimals for a spread: those of its step, or as many as show two digits of it."""
    for least, places in steps:
        if spread >= least:
            return places
    return 1 - math.floor(math.log10(spread)) if spread > 0 else steps[-1][1]


def _spec(places: int, spread: float, texts: Iterable[str], decimals: str) -> str:
    """Return the format for numbers that stand together, by their size and their spread."""
    if decimals:
        return f".{decimals}f"
    size = max((abs(float(text)) for text in texts if text), default=0.0)
    if 0 < size < SMALL:
        digits = math.floor(math.log10(size / spread)) + 1 if spread else 1
        return f".{min(max(1, digits), MOST)}e"
    if size >= LARGE and (spread >= 1 or not spread):
        return ".0f"
    return f".{min(places, MOST)}f"


def name_of(address: str) -> str:
    """Return the address of a cell as an identifier for a link: letters, digits, dots."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", address).strip("-")


def has_number(text: str | None) -> bool:
    """Tell whether a text holds a numeric token, in any script (digits, fractions, numerals)."""
    return any(letter.isnumeric() for letter in text or "")
