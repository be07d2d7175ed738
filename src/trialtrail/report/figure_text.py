"""Texts of figures in lines that fit: their parts stay parts, and nothing is wider than its place.

Widths are measured with the fonts that ship, not guessed from the number of letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from trialtrail.report.drawing import Cell, Name
from trialtrail.report.fonts import text_width
from trialtrail.report.formatting import as_printed, has_number

POINTS = 8.0
"""Size of the smallest text of a figure, and of nearly all: figures are printed at their size."""
LEADING = 10.6
"""Points from one line to the next."""

Parts = list["str | Cell"]
"""The pieces of a line: words, names and numbers with their cells."""
_Piece = tuple["str | Cell", str]
"""A part and the text of it that stands together."""


def fold(
    text: str, width: float, fonts: Path, weight: int = 400, size: float = POINTS
) -> list[str]:
    """Return a text as printed in lines no wider than ``width`` points, long words broken."""
    lines = fold_parts([as_printed(text)], width, fonts, weight, size)
    return ["".join(map(str, line)) for line in lines]


def fold_parts(
    parts: Sequence[str | Cell], width: float, fonts: Path, weight: int = 400, size: float = POINTS
) -> list[Parts]:
    """Return a text in lines no wider than ``width`` points; a number is never broken.

    It breaks at spaces, and within a word that is wider than a line. A piece of a cell's text, or
    of a name, stays one.
    """

    def wide(pieces: Iterable[_Piece]) -> float:
        return text_width("".join(text for _, text in pieces), size, fonts, weight)

    lines: list[list[_Piece]] = []
    for word in _words(parts):
        longer = [*lines[-1], *word] if lines else word
        if lines and wide(_stripped(longer)) <= width:
            lines[-1] = longer
        elif wide(_stripped(word)) <= width:
            lines.append(word)
        else:
            lines += _broken(word, width, wide)
    return [_merged(_stripped(line)) for line in lines] or [[]]


def parts_width(
    parts: Iterable[str | Cell], fonts: Path, weight: int = 400, size: float = POINTS
) -> float:
    """Return the width of a line in points."""
    return text_width("".join(map(str, parts)), size, fonts, weight)


def write_lines(
    figure: Any,
    lines: Sequence[Parts],
    place: tuple[float, float],
    texts: dict[str, Any],
    **look: Any,
) -> None:
    """Write lines below each other into a figure of matplotlib, and keep their parts.

    Args:
        lines: the parts of each line.
        place: in widths of the figure, and in points from its top to the first line's baseline.
        texts: by ``gid``, the parts of the texts of the figure; the lines are added.
        look: as `figure.text` takes it.
    """
    x, down = place
    high = 72 * figure.get_figheight()
    for number, parts in enumerate(lines):
        gid = f"line-{len(texts)}"
        texts[gid] = parts
        y = 1 - (down + number * LEADING) / high
        said = "".join(map(str, parts))
        given = {"fontsize": POINTS, "va": "baseline", "parse_math": False} | look
        figure.text(x, y, said, gid=gid, **given)


def _words(parts: Sequence[str | Cell]) -> list[list[_Piece]]:
    """Return a text in words, each with the space behind it; a word may be of several parts."""
    found: list[list[_Piece]] = [[]]
    for part in parts:
        whole = isinstance(part, Cell) and part.spec != "t"
        for text in [str(part)] if whole else re.findall(r"[^ ]+ *| +", str(part)):
            found[-1].append((part, text))
            if text.endswith(" "):
                found.append([])
    return [word for word in found if word]


def _broken(word: list[_Piece], width: float, wide) -> list[list[_Piece]]:
    """Return a word that is wider than a line in lines, each with one letter at least."""
    lines: list[list[_Piece]] = [[]]
    for part, text in word:
        whole = isinstance(part, Cell) and part.spec != "t"
        for letter in [text] if whole else text:
            if lines[-1] and letter != " " and wide([*lines[-1], (part, letter)]) > width:
                lines.append([])
            lines[-1].append((part, letter))
    return lines


def _stripped(line: list[_Piece]) -> list[_Piece]:
    """Return a line without the space at its end."""
    *before, (part, text) = line
    return [*before, (part, text.rstrip(" "))] if text.rstrip(" ") else before or line


def _merged(line: list[_Piece]) -> Parts:
    """Return a line with the pieces of one part together, each marked as its part is."""
    found: list[_Piece] = []
    for part, text in line:
        if found and found[-1][0] is part:
            text = found.pop()[1] + text
        found.append((part, text))
    return [_piece(part, text) for part, text in found]


def _piece(part: str | Cell, text: str) -> str | Cell:
    if isinstance(part, Cell):
        if part.spec != "t":
            return part
        return Cell(part.address, text, "t") if has_number(text) else text
    return Name(text) if isinstance(part, Name) and has_number(text) else text
