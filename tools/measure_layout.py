"""Measure a laid-out document: what an eye would find on its pages, as numbers.

    python -m tools.measure_layout results/report/print/report.html

lays the page out and prints a line a page: the share that is blank, the smallest type, and what is
wrong. It ends with 1 where something is.

All lengths of boxes are CSS pixels, 96 to the inch, as WeasyPrint gives them; type is in points.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialtrail import ROOT

POINTS = 72 / 96
SMALLEST = 8.0
"""Points below which nothing is set."""
HALF_EMPTY = 0.4
"""A page with this share blank is told, where what follows would have had room."""
SLACK = 1.0
"""Pixels by which a box may pass the margin: the side bearing of a letter."""
HEADINGS = ("h1", "h2", "h3", "h4", "dt", "caption", "thead")
"""What never stands last on a page."""


@dataclass
class Page:
    """What was measured of a page.

    Attributes:
        number: from 1 on.
        blank: share of the height between the margins below the last thing on the page.
        smallest: size of the smallest type between the margins, in points.
        beyond: texts that reach beyond the margins.
        overlapping: pairs of texts that stand on one another.
        orphan: the heading or caption that is the last thing on the page, parted from its text.
        room: whether what the next page begins with would have had room on this one.
    """

    number: int
    blank: float = 0.0
    smallest: float = 99.0
    beyond: list[str] = field(default_factory=list)
    overlapping: list[tuple[str, str]] = field(default_factory=list)
    orphan: str = ""
    room: bool = False

    def problems(self) -> list[str]:
        """Return in words what is wrong with the page."""
        found = [f"beyond the margin: “{text}”" for text in self.beyond]
        found += [f"“{one}” stands on “{other}”" for one, other in self.overlapping]
        if self.orphan:
            found.append(f"parted from what follows: “{self.orphan}”")
        if self.smallest < SMALLEST - 0.01:
            found.append(f"type of {self.smallest:.1f} pt")
        if self.blank > HALF_EMPTY and self.room:
            found.append(f"{self.blank:.0%} blank, with room for what follows")
        return found


def measure(document: Any) -> list[Page]:
    """Return what is measured of each page of a document that WeasyPrint has laid out."""
    boxes = [page._page_box for page in document.pages]
    pages = [_measured(number, box) for number, box in enumerate(boxes, start=1)]
    for page, box, following in zip(pages, boxes, boxes[1:], strict=False):
        ends = any(each.style["break_after"] == "page" for each in _inside(_body(box)))
        page.room = not ends and _has_room(page.blank * box.height, following)
    return pages


def _measured(number: int, box: Any) -> Page:
    found = Page(number)
    left, top = box.content_box_x(), box.content_box_y()
    right, bottom = left + box.width, top + box.height
    texts, lowest = [], top
    for each in _inside(box):
        if hasattr(each, "text") and each.text.strip():
            found.smallest = min(found.smallest, each.style["font_size"] * POINTS)
    for each in _inside(_body(box)):
        if hasattr(each, "text") and each.text.strip():
            texts.append(each)
        elif not hasattr(each, "replacement"):
            continue
        ends = each.position_x + each.width, each.position_y + each.height
        lowest = max(lowest, ends[1])
        if each.position_x < left - SLACK or ends[0] > right + SLACK or ends[1] > bottom + SLACK:
            found.beyond.append(getattr(each, "text", "a figure").strip())
    found.blank = max(0.0, (bottom - lowest) / box.height)
    found.overlapping = list(_overlaps(texts))
    last = max(texts, key=lambda each: (each.position_y, each.position_x), default=None)
    if last is not None:
        found.orphan = _heading_of(last, _body(box))
    return found


def _body(page: Any) -> Any:
    """Return the box of the document on a page, without those of its margins."""
    return page.children[0]


def _inside(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        yield child
        yield from _inside(child)


def _overlaps(texts: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield pairs of texts whose letters share a place; a box is higher than its letters are."""
    placed = sorted(
        (
            (each.position_y + each.height * 0.3, each.position_y + each.height * 0.75, each)
            for each in texts
        ),
        key=lambda entry: entry[0],
    )
    open_texts: list[tuple[float, float, Any]] = []
    for begins, ends, each in placed:
        open_texts = [entry for entry in open_texts if entry[1] > begins]
        for _, _, other in open_texts:
            shared = min(each.position_x + each.width, other.position_x + other.width) - max(
                each.position_x, other.position_x
            )
            if shared > SLACK:
                yield other.text.strip(), each.text.strip()
        open_texts.append((begins, ends, each))


def _heading_of(last: Any, body: Any) -> str:
    """Return the text of the heading in which the last text of a page stands, if it is in one."""
    path = _path_to(last, body) or []
    return next(
        (last.text.strip() for box in path if getattr(box, "element_tag", "") in HEADINGS), ""
    )


def _path_to(wanted: Any, box: Any) -> list[Any] | None:
    for child in getattr(box, "children", ()):
        if child is wanted:
            return [box]
        if (found := _path_to(wanted, child)) is not None:
            return [box, *found]
    return None


def _has_room(height: float, page: Any) -> bool:
    """Tell whether what a page begins with, up to where it may break, is lower than ``height``."""
    top = page.content_box_y()
    for box in _inside(_body(page)):
        if box.style["break_before"] == "page" or box.style["page"] not in ("auto", ""):
            return False
        if box.style["break_inside"] == "avoid" and box.height:
            return box.position_y + box.margin_height() - top <= height
        if hasattr(box, "text") and not _in_heading(box):
            return box.position_y + 3 * box.height - top <= height
    return False


def _in_heading(box: Any) -> bool:
    return box.element_tag in HEADINGS or box.style["break_after"] == "avoid"


def lay_out(page: str, fonts: Iterable[Path]) -> Any:
    """Return the document as WeasyPrint lays it out for the PDF."""
    from trialtrail.report.pdf import pdf_of

    kept = []
    pdf_of(page, fonts, lambda document, pdf: kept.append(document))
    return kept[0]


def main(given: list[str] | None = None) -> int:
    """Print what is measured of the pages of a file; return 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("page", type=Path, help="a page for print, as HTML")
    options = parser.parse_args(given)
    fonts = sorted((ROOT / "templates" / "fonts").glob("*.woff2"))
    pages = measure(lay_out(options.page.read_text(encoding="utf-8"), fonts))
    for page in pages:
        line = f"{page.number:4}  {page.blank:4.0%} blank  {page.smallest:4.1f} pt"
        print("  ".join([line, *page.problems()]))
    return int(any(page.problems() for page in pages))


if __name__ == "__main__":
    sys.exit(main())
