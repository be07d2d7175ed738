"""The cells of a column counted: how many are filled, how often each text stands there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from trialtrail.new_study.columns.folding import folded
from trialtrail.new_study.files.seen import SeenColumn


class Counted:
    """The texts of a column, without what the reader of exports takes off the ends of a cell."""

    def __init__(self, column: SeenColumn, gone: Sequence[int] = ()) -> None:
        import pyarrow as pa

        from trialtrail.exports.normalise import cleaned

        out = set(gone)
        cells = [cell for place, cell in enumerate(column.cells) if place not in out]
        texts, _ = cleaned(pa.array(cells, pa.large_string()), False)
        self.raw = cells
        self.cells: list[str | None] = texts.to_pylist()

    @cached_property
    def counts(self) -> Counter[str]:
        """How many cells have each text, blank ones left out."""
        return Counter(cell for cell in self.cells if cell)

    @property
    def filled(self) -> int:
        """How many cells are not blank."""
        return sum(self.counts.values())

    def without(self, missing: Sequence[str]) -> Counter[str]:
        """Return the counts without the texts that mean no value, in any spelling."""
        gone = {folded(code) for code in missing}
        return Counter({text: n for text, n in self.counts.items() if folded(text) not in gone})

    def spellings(self, missing: Sequence[str]) -> dict[str, dict[str, int]]:
        """Return {code: {spelling: cells}}: texts that differ by case, blanks and signs alone.

        The code is the commonest spelling; of two as common, the first in the alphabet.
        """
        groups: dict[str, dict[str, int]] = {}
        for text, n in self.without(missing).items():
            groups.setdefault(folded(text), {})[text] = n
        found = {}
        for group in groups.values():
            order = sorted(group, key=lambda text: (-group[text], text))
            found[order[0]] = {text: group[text] for text in order}
        return dict(sorted(found.items(), key=lambda item: order_of(item[0])))


def order_of(text: str) -> tuple:
    """Return by what codes are sorted: numbers by their size, before words."""
    try:
        return (0, float(text.replace(",", ".")), text)
    except ValueError:
        return (1, 0.0, text.casefold() + text)
