"""Whether two texts have the same words, as programs write down what was selected in a transcript.

A program may lose line ends, write typographic quotation marks for plain ones, or cut what it keeps
after some characters. Compared are therefore the **signs**: a text without white space and without
signs that nobody sees (zero-width, soft hyphen, byte-order mark, marks of direction), composed as
NFC says, with one quotation mark, one apostrophe and one dash for the many. Letters, case, digits
and all other punctuation count.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

SHORTEST_CUT = 20
"""Signs that the kept words must have at the least for their beginning to be enough."""
UNSEEN = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
    + "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
ALIKE = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    "\u2026": "...",
}
"""Signs of print and the plain ones they stand for."""
SAME, SPACED, CUT, PRINTED = "same", "spaced", "cut", "printed"
"""How words agree: to the last sign; but for white space; as far as they were kept; but for signs
of print."""
LOOKED_AT = 16
"""Characters at the beginning that tell most texts apart."""
WHOLE = (SAME, SPACED, PRINTED)
"""The agreements that reach to the end of a passage."""


def squeezed(text: str) -> str:
    """Return the signs of a text without white space."""
    return "".join(text.split())


def signs_of(text: str) -> str:
    """Return what is compared of a text."""
    return "".join(signs for signs, _ in _signs(text))


def signs_with_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the signs of a text, and of each the ``[start, end)`` in it that it stands for."""
    pairs = [(sign, place) for signs, place in _signs(text) for sign in signs]
    return "".join(sign for sign, _ in pairs), [place for _, place in pairs]


def _signs(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the signs of a text, a base with its combining marks together, each with its place."""
    place, size = 0, len(text)
    while place < size:
        until = place + 1
        while until < size and _joins(text[until]):
            until += 1
        kept = "".join(
            ALIKE.get(sign, sign)
            for sign in unicodedata.normalize("NFC", text[place:until])
            if sign not in UNSEEN and not sign.isspace()
        )
        if kept:
            yield kept, (place, until)
        place = until


def _joins(sign: str) -> bool:
    return sign > "\u02ff" and (unicodedata.combining(sign) > 0 or "\u1160" <= sign <= "\u11ff")


def agreement_of(words: str, passage: str) -> str | None:
    """Return how ``words``, as a program kept them, agree with a passage; None if they differ."""
    if words == passage:
        return SAME
    said, there = squeezed(words), squeezed(passage)
    if not said:
        return None
    if said == there:
        return SPACED
    if _begin_otherwise(words, passage):
        return None
    plain_said, plain_there = signs_of(words), signs_of(passage)
    if plain_said == plain_there:
        return PRINTED
    begins = _begins(said, there) or _begins(plain_said, plain_there)
    return CUT if begins else None


def _begin_otherwise(words: str, passage: str) -> bool:
    """Return whether the first signs of two texts differ, which is soon known and enough.

    The last of the signs looked at may be part of one that goes on, so it is left out.
    """
    first, second = _first_signs(words[:LOOKED_AT]), _first_signs(passage[:LOOKED_AT])
    both = min(len(first), len(second))
    return first[:both] != second[:both]


@lru_cache(maxsize=1 << 14)
def _first_signs(text: str) -> str:
    return signs_of(text)[:-1]


def _begins(said: str, there: str) -> bool:
    """Return whether a passage begins with words that were cut, the sign of that apart."""
    begun = said.removesuffix("\u2026").rstrip(".")
    return SHORTEST_CUT <= len(begun) < len(there) and there.startswith(begun)
