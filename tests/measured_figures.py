"""The boxes of the texts in a written figure, measured with the fonts that ship."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from lxml import etree

from trialtrail.report.fonts import text_width

FONTS = Path(__file__).parents[1] / "templates" / "fonts"
SVG = "{http://www.w3.org/2000/svg}"
ASCENT, DESCENT, TOUCH = 0.74, 0.20, 0.3
"""Parts of the size above and below the baseline; points by which two boxes may touch."""
LEAST = 8.0
"""Points of the smallest text, for figures are printed at their own size."""


@dataclass(frozen=True)
class Box:
    """A line of text: what it says, and its edges in points of the whole figure."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float

    def meets(self, other: Box) -> bool:
        """Tell whether two lines overprint."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > TOUCH
            and min(self.bottom, other.bottom) - max(self.top, other.top) > TOUCH
        )


def inherited(element, name: str, default: str) -> str:
    """Return an attribute of an element or of the nearest one around it."""
    while element is not None:
        if name in element.attrib:
            return element.get(name)
        element = element.getparent()
    return default


def boxes_of(path: str | Path) -> tuple[list[Box], tuple[float, float]]:
    """Return the lines of text of a figure, and its width and height in points."""
    root = etree.parse(str(path)).getroot()
    _, _, width, height = map(float, root.get("viewBox").split())
    assert root.get("width") == f"{root.get('viewBox').split()[2]}pt", "drawn at its own size"
    found = []
    for element in root.iter(f"{SVG}text"):
        text = "".join(element.itertext())
        if not text.strip():
            continue
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        turn = element.get("transform", "")
        assert re.fullmatch(r"(rotate\(-?0 [-\d. ]+\))?", turn), f"turned: {turn}"
        below = sum(
            float(each.get("y", 0)) - float(each.get("viewBox", "0 0").split()[1])
            for each in element.iterancestors(f"{SVG}svg")
        )
        size = float(inherited(element, "font-size", "8").removesuffix("px"))
        weight = int(inherited(element, "font-weight", "400"))
        wide = text_width(text.rstrip(), size, FONTS, weight)
        part = {"start": 0.0, "middle": 0.5, "end": 1.0}[inherited(element, "text-anchor", "start")]
        left, y = x - part * wide, y + below
        found.append(Box(text, left, y - ASCENT * size, left + wide, y + DESCENT * size, size))
    return found, (width, height)


def faults_of(path: str | Path) -> list[str]:
    """Return what is wrong with the texts of a figure: too small, beyond its edge, overprinted."""
    boxes, (width, height) = boxes_of(path)
    wrong = [f"{box.size} points: {box.text}" for box in boxes if box.size < LEAST]
    wrong += [
        f"beyond the edge: {box}"
        for box in boxes
        if min(box.left, box.top) < -0.5 or box.right > width + 0.5 or box.bottom > height + 0.5
    ]
    pairs = combinations(sorted(boxes, key=lambda box: box.top), 2)
    return wrong + [f"overprinted: {a} and {b}" for a, b in pairs if a.meets(b)]
