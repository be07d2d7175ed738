"""Read ids, and tell those that a spreadsheet has taken for numbers and spoilt."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trialtrail.exports.columns import Distinct
from trialtrail.exports.months import LANGUAGES, month_of, month_words

SCIENTIFIC = r"^[+-]?[0-9]+(?:[.,][0-9]*[eE][+-]?[0-9]+|[eE][+-][0-9]+)$"
"""A number in powers of ten, by a decimal mark or the sign of the power.

Programs write both or the sign. ``12E3`` has neither: no program writes it, and wells and rooms
are called so, so it is an id.
"""
DIGITS = 15
"""Digits that a spreadsheet keeps of a number; it writes zeros for the others."""
SPREADSHEET = "a spreadsheet has taken it for a number"
SCIENTIFIC_ID = f"the id is in scientific notation: {SPREADSHEET}, and its last digits are lost"
SCIENTIFIC_TEXT = f"the text is in scientific notation: perhaps {SPREADSHEET} and lost digits"
AMBIGUOUS = "the id may be a number with decimal zeros, or thousands set apart"
DATES = "the id is a date of the file: perhaps a spreadsheet has taken it for one"
DATED = (
    "the id is a day or a month, and others here are two numbers: perhaps a spreadsheet has taken "
    "it for a date"
)
DAY_AND_WORD = r"[0-9]{1,4}[-./ ]{1,2}\p{L}+\.?|\p{L}+\.?[-./ ]{1,2}[0-9]{1,4}"
ISO_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+)?"
ZEROS_AT_END = (
    f"the id has more than {DIGITS} digits and ends in zeros, as others here do: perhaps"
    f" {SPREADSHEET} and lost digits"
)


def read_ids(
    distinct: Distinct, dated: bool = False
) -> tuple[pa.Array, list[tuple[str, str, np.ndarray]]]:
    """Return the ids, and (rule, message, mask) of those that are not what was typed.

    ``1.0`` is the id 1 that a program has written as a number, unless the column has ids such as
    ``1.1``, of which it is then one. ``1.000`` may be 1000 as well. ``dated`` is whether the file
    has dates in the column.
    """
    texts, found = distinct.texts, []
    short = scientific(texts)
    if short.any():
        found.append(("type", SCIENTIFIC_ID, short))
    texts, unsure = _without_zeros(distinct, texts)
    if unsure.any():
        found.append(("ambiguous", AMBIGUOUS, unsure))
    spoilt = _ending_in_zeros(distinct, texts)
    if spoilt.any():
        found.append(("shortened", ZEROS_AT_END, spoilt))
    taken = _like(texts, f"^{ISO_DAY}$") if dated else _taken_for_dates(texts)
    if taken.any():
        found.append(("shortened", DATES if dated else DATED, taken))
    return pc.if_else(pa.array(short | unsure), pa.scalar(None, pa.large_string()), texts), found


def scientific(texts: pa.Array) -> np.ndarray:
    """Return which of the texts are numbers in powers of ten, as a program writes them."""
    return _like(texts, SCIENTIFIC)


def _without_zeros(distinct: Distinct, texts: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Return the ids without decimal zeros, and which of them may be thousands as well."""
    zeros = _like(texts, "^[0-9]+[.,]0+$")
    nothing = np.zeros(len(texts), dtype=bool)
    if not zeros.any() or (_like(texts, "^[0-9]+[.,][0-9]+$") & ~zeros).any():
        return texts, nothing
    unsure = _like(texts, "^[1-9][0-9]{0,2}[.,]000$")
    zeros &= ~unsure
    distinct.changed("decimal zeros", "an id", zeros)
    plain = pc.replace_substring_regex(texts, "[.,]0+$", "")
    return pc.if_else(pa.array(zeros), plain, texts), unsure


def _ending_in_zeros(distinct: Distinct, texts: pa.Array) -> np.ndarray:
    """Return which ids have only zeros beyond the digits that a spreadsheet keeps.

    One such id may be right; it is reported where most of the long ids of a column are so, and two
    are.
    """
    long = _like(texts, f"^[0-9]{{{DIGITS + 1},}}$")
    spoilt = _like(texts, f"^[0-9]{{{DIGITS}}}0+$")
    several = spoilt.sum() > 1 and 2 * distinct.rows(spoilt) > distinct.rows(long)
    return spoilt if several else np.zeros(len(texts), dtype=bool)


def _taken_for_dates(texts: pa.Array) -> np.ndarray:
    """Return which ids are days, as 2-Jan for 1-2, where others are numbers in two parts.

    By itself such an id may be right: MAR-01 is the first of Marseille.
    """
    may_be = _like(texts, f"^(?:{DAY_AND_WORD}|{ISO_DAY})$")
    if not may_be.any() or not (_like(texts, "^[0-9]{1,4}[-/.][0-9]{1,4}$") & ~may_be).any():
        return np.zeros(len(texts), dtype=bool)
    words = [month_words(language) for language in LANGUAGES]
    for place in np.flatnonzero(may_be):
        word = "".join(sign for sign in texts[int(place)].as_py() if sign.isalpha())
        may_be[place] = word in ("", "T") or any(month_of(word, each) for each in words)
    return may_be


def _like(texts: pa.Array, pattern: str) -> np.ndarray:
    """Return which texts have what a pattern describes."""
    has = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
    return has.to_numpy(zero_copy_only=False)
