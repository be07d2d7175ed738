"""Remove invisible characters, and find other spellings of one code.

Free text is left as it was written, but for unprintable signs, which no reader needs and some
programs obey.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from unicodedata import normalize

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trialtrail.escaping import UNPRINTABLE
from trialtrail.exports.visible_text import INVISIBLE, SPACES

ANY_ODD = f"[{INVISIBLE}{SPACES}{UNPRINTABLE}]"
STEPS = (
    (re.compile(f"[{UNPRINTABLE}]"), "", "unprintable signs"),
    (re.compile(f"[{INVISIBLE}]"), "", "invisible characters"),
    (re.compile(f"[{SPACES}]"), " ", "no-break and other spaces"),
)
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"'}
    | dict.fromkeys(DASHES, "-")
)
WIDE = {0xFF01 + n: 0x21 + n for n in range(0x5E)}
"""Signs as wide as those of East Asian scripts: plain sign of each."""
NUMBER = re.compile(r"([+-]?)0*([0-9]+)(?:[.,]0*)?")
"""A whole number, as programs and people write it: with a sign, leading zeros, decimal zeros."""
ENDS, FULL_WIDTH = "spaces at the ends", "full-width signs"
PROTECTED = re.compile('="((?:[^"]|"")*)"', re.DOTALL)
"""How a table keeps a spreadsheet from taking a text for a number: a formula that is the text."""
APOSTROPHE = re.compile("'([-+=@][^']*|[0-9][-0-9.,:/]*)", re.DOTALL)
"""The sign before a text that a spreadsheet is not to take for a number or a formula."""
MENDED: tuple[tuple[str, str, Callable[[str], str], bool], ...] = (
    ('^="', "protected as text", lambda text: _unprotected(text, PROTECTED), True),
    ("^'", "an apostrophe before the text", lambda text: _unprotected(text, APOSTROPHE), False),
    ("[\uff01-\uff5e]", FULL_WIDTH, lambda text: text.translate(WIDE), False),
)
"""Where to look, what may be there, how it is undone, and whether in free text too."""


def cleaned(
    texts: pa.Array, free: bool, ids: bool = False
) -> tuple[pa.Array, list[tuple[str, pa.Array]]]:
    """Return ``texts`` without what is no part of them, and (what was there, in which of them).

    Args:
        texts: distinct or single texts; missing ones stay missing.
        free: whether they are free text, in which spaces of every kind may be meant.
        ids: whether they name records; wide signs make another id, which is reported beside its
        like.
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
    for where, name, mend, of_free in MENDED:
        if name == FULL_WIDTH and ids:
            continue
        has = pc.fill_null(pc.match_substring_regex(trimmed, where), False)
        if (of_free or not free) and pc.any(has).as_py():
            some = [mend(text).strip() for text in pc.array_filter(trimmed, has).to_pylist()]
            mended = pc.replace_with_mask(trimmed, has, pa.array(some, pa.large_string()))
            changed = pc.fill_null(pc.not_equal(mended, trimmed), False)
            trimmed = mended
            if pc.any(changed).as_py():
                found.append((name, changed))
    return trimmed, found


def _unprotected(text: str, pattern: re.Pattern) -> str:
    match = pattern.fullmatch(text)
    return match[1].replace('""', '"') if match else text


def folded(code: str) -> str:
    """Return what two spellings of one code share.

    Case, quotation marks, dashes, spaces, wide signs and composed letters make no other code; of a
    whole number neither do a plus, leading zeros and decimal zeros.
    """
    plain = " ".join(normalize("NFC", code).translate(WIDE).translate(QUOTES).casefold().split())
    match = NUMBER.fullmatch(plain)
    if not match:
        return plain
    return f"-{match[2]}" if match[1] == "-" and match[2] != "0" else match[2]


def thousands(code: str) -> str | None:
    """Return what a text says if its mark sets thousands apart, None where none can."""
    groups = re.fullmatch(r"[+-]?[1-9][0-9]{0,2}([.,][0-9]{3})+", code)
    return folded(re.sub("[.,]", "", code)) if groups else None


def spellings(codes: Iterable[str]) -> dict[str, str | None]:
    """Return the code that each folded spelling stands for; None where it is that of several."""
    known: dict[str, set[str]] = {}
    for code in codes:
        known.setdefault(folded(code), set()).add(code)
    return {spelling: of.pop() if len(of) == 1 else None for spelling, of in known.items()}


def of_codes(texts: pd.Series, codes: Iterable[str], others: Container[str] = ()) -> pd.Series:
    """Return each text as the code of ``codes`` that it spells in another way.

    Those of ``others``, which mean something else, stay as they are, and so do all that spell none
    of the codes. A text that two codes may mean is the first of them.
    """
    known = {folded(code): code for code in reversed([code for code in codes if code])}
    if not known:
        return texts
    respelt = {}
    for text in texts.dropna().unique():
        code = known.get(folded(text))
        if code is not None and code != text and text not in others:
            respelt[text] = code
    return texts.replace(respelt) if respelt else texts


def same_number(code: str) -> str | None:
    """Return the pattern of the texts that are the number of a code, or None if it has none.

    Of free text and ids: a typeset minus and decimal zeros make no other number, but a leading
    zero may be part of an id.
    """
    match = re.fullmatch(r"(-?)([0-9]+)", code)
    if not match:
        return None
    sign = f"[-{DASHES}]" if match[1] else ""
    return rf"^{sign}{match[2]}(?:[.,](?:0{{1,2}}|0{{4,}}))?$"
