"""Where the headings of a table stand, and what its entry is called; light, for `--check` too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from trialtrail.configuration.remedies import as_name
from trialtrail.exports.visible_text import plain_heading

FILLED = 0.6
"""Share of the columns that a row of headings has at least; a title above has fewer."""
VALUE = re.compile(r"[-+\u2212]?[\d.,:/\s-]*\d[\d.,:/\s-]*%?")
"""A number, a day or a time, which is hardly a heading."""


def name_of(path: Path, part: str = "") -> str:
    """Return a name for the entry of a file, or of one part of it, under `exports`."""
    return as_name(f"{path.stem} {part}".strip()) or "data"


def header_place(records: Sequence[Sequence[str]]) -> int:
    """Return which of the records holds the headings, counted from 0.

    It is the first one in which most of the columns have a cell of their own that is no number and
    no day. Above it stand titles; where there is no such record it is the first.
    """
    width = usual_width(records)
    for i, cells in enumerate(records[: len(records) - 1] or records):
        filled = [plain_heading(cell) for cell in cells[:width] if plain_heading(cell)]
        if len(filled) < max(FILLED * width, min(width, 2)):
            continue
        own = len({*filled}) >= FILLED * len(filled)
        if own and not looks_like_values(filled):
            return i
    return 0


def usual_width(records: Sequence[Sequence[str]]) -> int:
    """Return the number of cells of most records, empty ones at the end left out."""
    widths = Counter(_width(cells) for cells in records if _width(cells))
    if not widths:
        return 0
    most = max(widths.values())
    # Last cells are often empty, so that the widest of the common ones is meant.
    return max(width for width, n in widths.items() if n * 3 >= most)


def looks_like_values(cells: Sequence[str]) -> bool:
    """Return whether half of the cells are numbers, days or times."""
    return 2 * sum(VALUE.fullmatch(cell) is not None for cell in cells) >= len(cells)


def told_apart_plainly(header: Sequence[str]) -> list[str]:
    """Return headings as they look, with a number after each that stands there again."""
    seen: Counter[str] = Counter()
    names = []
    for name in map(plain_heading, header):
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _width(cells: Sequence[str]) -> int:
    width = len(cells)
    while width and not plain_heading(cells[width - 1]):
        width -= 1
    return width
