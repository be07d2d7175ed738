"""In which unit a program counts the places of a text, and what its numbers are in code points.

Programs count what their language counts: code points (Python), UTF-16 code units (Java,
JavaScript, .NET: an emoji is two), bytes of UTF-8; a line end of two signs as two or as one; from 0
or from 1; a byte-order mark as a sign or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

CODE_POINTS, UTF16, UTF8 = "code points", "utf-16", "utf-8 bytes"
AS_TWO, AS_ONE, AS_NONE = "line ends as two", "line ends as one", "line ends as none"
LINE_ENDS = ("", AS_TWO, AS_ONE, AS_NONE)
"""Ways of counting line ends; the first counts each sign of one for itself."""


@dataclass(frozen=True)
class Unit:
    """One way of counting.

    Attributes:
        signs: what a sign counts: one of `CODE_POINTS`, `UTF16`, `UTF8`.
        line_ends: empty where each sign of a line end counts for itself; `AS_TWO` where a line feed
            alone counts as two; `AS_ONE` where a carriage return with its line feed counts as one;
            `AS_NONE` where the program holds paragraphs apart and no line end counts (the text
            nodes of HTML).
        before: what a first offset is larger by: a byte-order mark, or counting from 1.
        after: what a last offset is larger by.
        note: what ``before`` and ``after`` come of, in words.
    """

    signs: str = CODE_POINTS
    line_ends: str = ""
    before: int = 0
    after: int = 0
    note: str = ""

    @property
    def name(self) -> str:
        """The unit in words, as the dataset of segments has it."""
        parts = [self.signs, self.line_ends, self.note]
        return ", ".join(part for part in parts if part)

    @property
    def is_shifted(self) -> bool:
        """Whether all offsets are larger or smaller by one number: a slip could be the same."""
        return bool(self.before or self.after)


PLAIN = Unit()
"""Code points from 0, as this project counts."""


def all_units() -> Iterator[Unit]:
    """Yield all ways of counting that are tried, the plainest first."""
    shifts = [
        (0, 0, ""),
        (1, 1, "from 1, or after a byte-order mark"),
        (1, 0, "from 1 to the last"),
        (0, -1, "to the last"),
    ]
    for before, after, note in shifts:
        for line_ends in LINE_ENDS:
            for signs in (CODE_POINTS, UTF16, UTF8):
                yield Unit(signs, line_ends, before, after, note)
    for line_ends in LINE_ENDS:
        yield Unit(UTF8, line_ends, 3, 3, "after a byte-order mark")


UNITS = tuple(all_units())


class Ruler:
    """The boundaries between the signs of one text, in each way of counting."""

    def __init__(self, text: str) -> None:
        """Measure ``text`` (code points)."""
        self.text = text

    def code_points(self, unit: Unit, start: int, end: int) -> tuple[int, int] | None:
        """Return ``[start, end)`` in code points; None where it lies outside or within a sign."""
        marks = self._marks[unit.signs, unit.line_ends]
        # Between the two signs of a line end that counts as one there is no place of its own, and a
        # passage ends before a line end that does not count.
        after = int(np.searchsorted(marks, end - unit.after, side="right")) - 1
        if unit.line_ends == AS_NONE:
            after = int(np.searchsorted(marks, end - unit.after))
        first, last = int(np.searchsorted(marks, start - unit.before, side="right")) - 1, after
        if first < 0 or not 0 <= last < len(marks):
            return None
        if marks[first] != start - unit.before or marks[last] != end - unit.after:
            return None
        return (first, last) if first < last else None

    def offsets(self, unit: Unit, start: int, end: int) -> tuple[int, int]:
        """Return ``[start, end)`` of code points as a program with this unit writes it."""
        marks = self._marks[unit.signs, unit.line_ends]
        return int(marks[start]) + unit.before, int(marks[end]) + unit.after

    def inside(self, unit: Unit, end: int) -> bool:
        """Return whether the last offset of a passage is no further than the end of the text."""
        return end - unit.after <= self._marks[unit.signs, unit.line_ends][-1]

    @cached_property
    def distinct(self) -> tuple[Unit, ...]:
        """The units that count this text in ways of their own; of equals the plainest alone."""
        seen, kept = set(), []
        for unit in UNITS:
            key = (self._marks[unit.signs, unit.line_ends].tobytes(), unit.before, unit.after)
            if key not in seen:
                seen.add(key)
                kept.append(unit)
        return tuple(kept)

    @cached_property
    def _marks(self) -> dict[tuple[str, str], np.ndarray]:
        codes = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        widths = {
            CODE_POINTS: np.ones(len(codes), dtype=np.int64),
            UTF16: 1 + (codes > 0xFFFF).astype(np.int64),
            UTF8: 1 + sum((codes > limit).astype(np.int64) for limit in (0x7F, 0x7FF, 0xFFFF)),
        }
        feed, back = codes == 0x0A, codes == 0x0D
        after_back = np.concatenate([[False], back[:-1]]) if len(codes) else feed
        alone, of_two = feed & ~after_back, feed & after_back
        marks = {}
        for signs, width in widths.items():
            for line_ends, wide in (
                ("", width),
                (AS_TWO, width + alone),
                (AS_ONE, width - of_two),
                (AS_NONE, width * ~(feed | back)),
            ):
                marks[signs, line_ends] = np.concatenate([[0], np.cumsum(wide)])
        return marks
