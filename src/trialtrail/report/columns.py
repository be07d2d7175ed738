"""How wide a table of arms is, and in which parts it is printed where the page is narrower."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

PAGE = 170.0
"""Width between the margins of a page, in mm."""
ASIDE = 42.0
"""Least width of the column that says what a row is."""
LETTER, GAP = 1.55, 2.5
"""Width of a letter in a table, half an em of 8.5 pt, and of the gap beside a column."""
LONGEST = 14
"""Letters of a word from which on a heading is broken within it."""


def parts_of_arms(
    arms: Sequence[Mapping[str, Any]], letters: int, others: int = 0, beside: int = 1
) -> list[list[Mapping[str, Any]]]:
    """Return the arms in parts of which each fits on a page, as even as can be.

    Counted are the letters of the widest cell and of the longest word in an arm's name.

    Args:
        arms: each with its ``label``.
        letters: of the widest cell in a column of an arm.
        others: letters of columns that every part has, besides the first.
        beside: columns of each arm.
    """
    widest = max((longest_word(str(arm["label"])) for arm in arms), default=0)
    column = beside * (max(letters, widest / beside) * LETTER + GAP)
    room = PAGE - ASIDE - (others * LETTER + GAP if others else 0)
    fitting = max(1, int(room // column))
    count = -(-len(arms) // fitting)
    if count < 2:
        return [list(arms)]
    size = -(-len(arms) // count)
    return [list(arms[first : first + size]) for first in range(0, len(arms), size)]


def longest_word(text: str) -> int:
    """Return the letters of the longest word that is not broken; an ideograph is two of them."""
    words = re.sub(r"<[^>]*>", "", text).split()
    wide = any(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return min(LONGEST, 2 if wide else max(map(len, words), default=0))


def has_several_arms(rows: Iterable[Any], arms: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether one outcome is compared between a reference and several arms of the trial."""
    known, seen = {arm["id"] for arm in arms}, {}
    for row in rows:
        if row.raw("reference") in known:
            same = tuple(row.raw(name) for name in ("analysis", "outcome", "timepoint"))
            seen.setdefault(same, set()).add(row.raw("arm"))
    return any(len(compared) > 1 for compared in seen.values())
