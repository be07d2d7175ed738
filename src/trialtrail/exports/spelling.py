"""Signs that nobody sees, and other spellings of one code.

Free text is left as it was written, but for unprintable signs, which no reader needs and some
programs obey.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from trialtrail.inert import UNPRINTABLE

INVISIBLE = "\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
ANY_ODD = f"[{INVISIBLE}{SPACES}{UNPRINTABLE}]"
STEPS = (
    (re.compile(f"[{UNPRINTABLE}]"), "", "unprintable signs"),
    (re.compile(f"[{INVISIBLE}]"), "", "invisible characters"),
    (re.compile(f"[{SPACES}]"), " ", "no-break and other spaces"),
)
QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"'}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
DECIMAL_ZEROS = re.compile(r"([+-]?\d+)\.0+")
ENDS = "spaces at the ends"


def cleaned(texts: pa.Array, free: bool) -> tuple[pa.Array, list[tuple[str, pa.Array]]]:
    """Return ``texts`` without what nobody sees, and (what was there, in which of them).

    Args:
        texts: distinct or single texts; missing ones stay missing.
        free: whether they are free text, in which spaces of every kind may be meant.
    """
    found = []
    odd = pc.match_substring_regex(texts, ANY_ODD)
    if pc.any(odd).as_py():
        for pattern, plain, name in STEPS[: 2 if free else 3]:
            has = pc.match_substring_regex(texts, pattern.pattern)
            if pc.any(has).as_py():
                texts = pc.replace_substring_regex(texts, pattern.pattern, plain)
                found.append((name, has))
    trimmed = pc.utf8_trim_whitespace(texts)
    cut = pc.not_equal(trimmed, texts)
    if pc.any(cut).as_py():
        found.append((ENDS, cut))
    return trimmed, found


def folded(code: str) -> str:
    """Return what two spellings of one code share: case, quotes, dashes, spaces, decimal zeros."""
    plain = " ".join(code.translate(QUOTES).casefold().split())
    match = DECIMAL_ZEROS.fullmatch(plain)
    return match[1] if match else plain


def spellings(codes: list[str]) -> dict[str, str]:
    """Return the code that a folded spelling stands for, where it stands for one only."""
    known: dict[str, set[str]] = {}
    for code in codes:
        known.setdefault(folded(code), set()).add(code)
    return {spelling: next(iter(of)) for spelling, of in known.items() if len(of) == 1}
