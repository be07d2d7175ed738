"""What of a text can be seen: signs that nobody sees, and headings as they look. Light."""

from __future__ import annotations

import re
import unicodedata

from trialtrail.escaping import UNPRINTABLE

INVISIBLE = "\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
UNSEEN = re.compile(f"[{INVISIBLE}]")
UNPRINTED = re.compile(f"[{UNPRINTABLE}]")


def plain_heading(text: str) -> str:
    """Return a heading as it looks: one space each, nothing invisible, letters composed."""
    if text.isascii() and text.isprintable():  # as nearly all are
        return " ".join(text.split())
    text = re.sub(f"[{SPACES}\\s]+", " ", UNSEEN.sub("", text))
    return unicodedata.normalize("NFC", UNPRINTED.sub("", text)).strip()
