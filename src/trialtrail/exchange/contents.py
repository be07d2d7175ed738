"""What the finished report prints where: its sections, their displays, and the cells in them."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LABEL = "label"
"""Class of the number that stands before a caption: Table 3."""


@dataclass(frozen=True)
class Display:
    """A table or figure of the report: its id in the page, what it is called, its caption."""

    id: str
    label: str
    caption: str


@dataclass(frozen=True)
class Printed:
    """A section of the report.

    Attributes:
        id: its id in the page.
        title: its heading.
        displays: its tables and figures, in order.
        cells: the addresses of the cells that it prints, in order, once each.
        document: the document that it stands in, which is a PDF of that name.
    """

    id: str
    title: str
    displays: tuple[Display, ...]
    cells: tuple[str, ...]
    document: str = "report"


def printed_cells(numbers: str | Path) -> dict[str, tuple[str, str]]:
    """Return id -> the address of the cell and how it is printed, of each number of the report."""
    with open(numbers, encoding="utf-8", newline="") as stream:
        return {
            each["id"]: (f"{each['table']}#{each['row']}/{each['column']}", each["printed"])
            for each in csv.DictReader(stream)
        }


def sections_of(page: str | Path, numbers: Mapping[str, tuple[str, str]]) -> list[Printed]:
    """Return the sections of the report as the page has them.

    Args:
        page: the report as a page.
        numbers: what `printed_cells` gives of it.
    """
    from lxml import html

    root = html.parse(str(page)).getroot()
    found = []
    for section in root.iter("section"):
        heading = section.find(".//h2")
        displays = [_display(each) for each in section.iter("table", "figure") if each.get("id")]
        ids = (each.get("data-n") for each in section.iter("a"))
        cells = dict.fromkeys(numbers[each][0] for each in ids if each in numbers)
        title = "" if heading is None else re.sub(r"^S?\d+\s*", "", _words(heading))
        document = section.get("data-document", "report")
        found.append(Printed(section.get("id", ""), title, tuple(displays), tuple(cells), document))
    return found


def _display(element) -> Display:
    caption = element.find(".//caption" if element.tag == "table" else ".//figcaption")
    if caption is None:
        return Display(element.get("id"), "", "")
    own = [each for each in caption.iter("span") if each.get("class") == LABEL]
    label = _words(own[0]) if own else ""
    return Display(element.get("id"), label, _words(caption).removeprefix(label).strip())


def _words(element) -> str:
    return " ".join(element.text_content().split())
