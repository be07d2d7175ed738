"""The boxes of the flow chart, the lines between them, and the parts that each fit on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from trialtrail.report.drawing import TEXT_HEIGHT
from trialtrail.report.figure_text import LEADING, Parts
from trialtrail.report.figure_text import POINTS as SIZE

HIGHEST = 72 * TEXT_HEIGHT - 90
"""Points that a part of the chart may be high: a page without a caption."""
PADDING = 4.5
"""Points between a frame and its text."""


@dataclass(frozen=True)
class Text:
    """A line of text that fits: its parts, whether it is of a heading, how far it is set in."""

    parts: Parts
    bold: bool = False
    indent: float = 0.0


@dataclass
class Line:
    """A line of a box: its words, where it has any, and the numbers after them.

    A ``reason`` belongs to the line above it.
    """

    label: Parts
    numbers: Parts = field(default_factory=list)
    reason: bool = False

    @property
    def name(self) -> str:
        """Return its words as one text."""
        return "".join(map(str, self.label))


@dataclass
class Box:
    """A box: a heading, lines, and its place in points; ``texts`` is what fits into its width.

    ``framed`` tells whether it has a frame, or is the words beside boxes.
    """

    heading: Parts
    lines: list[Line]
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    texts: list[Text] = field(default_factory=list)
    framed: bool = True
    padding: float = PADDING

    @property
    def name(self) -> str:
        """Return its heading as one text."""
        return "".join(map(str, self.heading))

    @property
    def height(self) -> float:
        """Return the height that its text needs."""
        return 2 * PADDING + LEADING * len(self.texts) - 2

    @property
    def printed(self) -> list[dict[str, Any]]:
        """Return each line of text with its baseline, and whether it is the heading's."""
        top = self.y + PADDING + SIZE - 0.5
        return [
            {
                "x": self.x + self.padding + text.indent,
                "y": top + LEADING * place,
                "bold": text.bold,
                "parts": text.parts,
            }
            for place, text in enumerate(self.texts)
            if text.parts
        ]


@dataclass
class Chart:
    """The boxes and the lines between them; a line with an arrow ends in a box.

    ``cuts`` are the heights at which only lines that run down would be cut.
    """

    boxes: list[Box] = field(default_factory=list)
    paths: list[tuple[list[tuple[float, float]], bool]] = field(default_factory=list)
    cuts: list[float] = field(default_factory=list)
    height: float = 0.0

    def join(self, points: Sequence[tuple[float, float]], arrow: bool = True) -> None:
        """Draw a line through the points."""
        self.paths.append(([*points], arrow))

    @property
    def parts(self) -> list[Part]:
        """Return the chart in parts that each fit on a page, mostly one."""
        starts = [0.0]
        for cut, after in pairwise([*self.cuts, self.height]):
            if after - starts[-1] > HIGHEST:
                starts.append(cut)
        ends = [*starts[1:], self.height]
        return [self._part(start, end) for start, end in zip(starts, ends, strict=True)]

    def _part(self, top: float, foot: float) -> Part:
        boxes = [box for box in self.boxes if top <= box.y < foot]
        paths = []
        for points, arrow in self.paths:
            inside = [(x, min(max(y, top), foot)) for x, y in points]
            if max(y for _, y in inside) > top and min(y for _, y in inside) < foot:
                paths.append((inside, arrow and points[-1][1] <= foot))
        return Part(boxes, paths, top, foot - top)


@dataclass(frozen=True)
class Part:
    """What of a chart stands on a page: its boxes and lines, where it begins, and its height."""

    boxes: list[Box]
    paths: list[tuple[list[tuple[float, float]], bool]]
    top: float
    height: float

    @property
    def lines(self) -> list[str]:
        """Return the lines as paths of SVG."""
        return ["M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) for points, _ in self.paths]

    @property
    def tips(self) -> list[str]:
        """Return the heads of the arrows, which point down or to the right."""
        return [tip(*points[-2:]) for points, arrow in self.paths if arrow]


def tip(before: tuple[float, float], end: tuple[float, float]) -> str:
    """Return the head of an arrow at the end of a line that runs down or to the right."""
    (_, y0), (x, y) = before, end
    if y > y0:
        return f"M{x:.1f} {y:.1f}l-2.6 -5h5.2z"
    return f"M{x:.1f} {y:.1f}l-5 -2.6v5.2z"
