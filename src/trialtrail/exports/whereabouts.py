"""Where the headings that the configuration names stand, if not in the header that was read.

A title above them, another sheet or another delimiter has one cause and one remedy, which is
reported in the place of each column that seems to be missing.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from trialtrail.exports.guess import DELIMITERS, TextForm, head_of
from trialtrail.exports.headings import plain_heading

LOOKED_AT = 30
"""Rows at the beginning in which headings are looked for."""
FEWEST = 2
RARE = ("^", "~", ":", " ", "\x01", "\x1f")
"""Delimiters that are not guessed, and looked for where the header has no column that is known."""


def better_place(
    header: Sequence[str], known: Iterable[str], others: Iterable[tuple[str, Sequence[str]]]
) -> str:
    """Return the remedy of the place where most of the known columns stand, or nothing.

    Args:
        header: the header that was read.
        known: the columns that the configuration names.
        others: remedies, each with the cells that would be the header by it, the likeliest first.
    """
    names = {plain_heading(name) for name in known}
    here = _hits(header, names)
    if 2 * here >= len(names):
        return ""
    found = [(_hits(cells, names), remedy) for remedy, cells in others]
    most = max((hits for hits, _ in found), default=0)
    if most < FEWEST or most <= here or 2 * most < len(names):
        return ""
    return next(remedy for hits, remedy in found if hits == most)


def other_lines(path: str, form: TextForm) -> Iterator[tuple[str, list[str]]]:
    """Yield what to write, and the header by it: of another line, with another delimiter, or both.

    Of a line that cannot be parted into cells nothing is yielded.
    """
    lines = re.split("\r\n|\n|\r", head_of(path, form.encoding))[:LOOKED_AT]
    for delimiter in dict.fromkeys((form.delimiter, *DELIMITERS, *RARE)):
        sign = "" if delimiter == form.delimiter else f"delimiter: {json.dumps(delimiter)}"
        for number, line in enumerate(lines, start=1):
            row = "" if number == form.skip + 1 else f"header_row: {number}"
            try:
                cells = next(csv.reader([line], delimiter=delimiter), [])
            except csv.Error:
                continue
            yield " and ".join(f"`{part}`" for part in (row, sign) if part), cells


def _hits(cells: Sequence[str], names: set[str]) -> int:
    return len(names.intersection(map(plain_heading, cells)))
