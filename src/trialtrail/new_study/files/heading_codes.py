"""Codes that a heading explains itself, as `Sex (1=male, 2=female)`."""

from __future__ import annotations

import re
from collections.abc import Sequence

PAIR = re.compile(r"(?<![\w.])(-?[0-9]{1,3}|[^\W\d_]{1,2}) ?= ?([^\s=,;/|()\[\]][^=,;/|()\[\]]*)")
"""A code of few signs, and what it means: up to the next separator or bracket."""
AROUND = re.compile(r"\s*[(\[][^()\[\]]*=[^()\[\]]*[)\]]\s*")
"""The part of a heading in brackets that holds the codes."""
MOST = 0.9
"""Share of the filled cells that must be among the codes."""


def codes_in_heading(heading: str, cells: Sequence[str | None]) -> dict[str, str]:
    """Return {code: what it means}, where the heading says so of nearly all cells; else nothing."""
    found = [(code, meaning.strip()) for code, meaning in PAIR.findall(heading)]
    codes = dict(found)
    filled = [cell.strip() for cell in cells if cell]
    told = sum(cell in codes for cell in filled)
    if len(codes) < 2 or len(codes) != len(found) or not told or told < MOST * len(filled):
        return {}
    return codes


def without_codes(heading: str) -> str:
    """Return a heading without the brackets that explain its codes."""
    return AROUND.sub(" ", heading).strip() or heading
