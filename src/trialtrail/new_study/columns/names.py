"""Names of the configuration made from the words of a file."""

from __future__ import annotations

import re
import unicodedata

LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"}
)


def slug(text: str, word: str = "") -> str:
    """Return a text as a name of the configuration: small letters, digits and lines.

    ``word`` is put before what begins with no letter.
    """
    plain = unicodedata.normalize("NFC", text).casefold().translate(LETTERS)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    plain = re.sub("[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_")
    if plain and not plain[0].isalpha():
        plain = f"{word}_{plain}" if word else ""
    return plain


def distinct(names: list[str]) -> list[str]:
    """Return the names with a number behind each that stood before."""
    found: list[str] = []
    for name in names:
        n, other = 2, name
        while other in found:
            other, n = f"{name}_{n}", n + 1
        found.append(other)
    return found
