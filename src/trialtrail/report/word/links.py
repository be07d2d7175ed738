"""Captions, headings and the links to them: sequences, bookmarks and cross-references of Word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import html

from trialtrail.report.word.pieces import Look, Piece, Shown
from trialtrail.report.word.xml import (
    bookmark,
    bookmark_name,
    field,
    link_outside,
    link_within,
    run,
)

OUTSIDE = re.compile(r"(https?|mailto):")
SEQUENCES = {"table": "Table", "figure": "Figure"}
LABEL = re.compile(r"(.*?\D)?(\d+)(\D.*)?", re.DOTALL)
"""Of a label: the word, the number, and what follows (the part of a figure)."""


class Links:
    """The bookmarks of a document, and the links to them.

    Attributes:
        waiting: anchors of blocks whose first paragraph is still to come.
    """

    def __init__(self, document: Any, tree: html.HtmlElement, shown: Shown, link: str) -> None:
        self._part = document.part
        self._style = link
        self._anchors = shown.anchors
        self._names: dict[str, str] = {}
        self._placed: set[str] = set()
        self._numbers = 0
        self._counts = [0, 0, 0]
        self._sequences: dict[str, int] = {}
        self._there = set(tree.xpath("//@id"))
        self._labels = _labels(tree)
        self.waiting: list[str] = []

    def name_of(self, anchor: str) -> str:
        """Return the name of the bookmark of an anchor; nothing where the page does not have it."""
        if anchor not in self._there:
            return ""
        if anchor not in self._names:
            name, taken = bookmark_name(anchor), set(self._names.values())
            free, count = name, 1
            while free in taken:
                count += 1
                free = f"{name[:36]}_{count}"
            self._names[anchor] = free
        return self._names[anchor]

    def count_heading(self, level: int, printed: str) -> bool:
        """Return whether Word would number the next heading of a level as it is printed."""
        counts = [*self._counts[:level], self._counts[level] + 1, 0, 0][:3]
        if ".".join(str(each) for each in counts[: level + 1]) != printed.strip():
            return False
        self._counts = counts
        return True

    def heading(
        self, element: html.HtmlElement, pieces: Iterable[Piece], *, is_numbered: bool
    ) -> list[Any]:
        """Return the content of a heading within the bookmarks of its section."""
        return self._anchored(self._take(), [self._run(piece) for piece in pieces if piece.text])

    def label(self, anchor: str, text: str) -> list[Any]:
        """Return the label of a caption: a number that Word counts, within its bookmark."""
        found = LABEL.fullmatch(text)
        kind = SEQUENCES.get(anchor.partition("-")[0])
        bold = Look(bold=True)
        anchors = [anchor] if anchor in self._anchors else []
        waiting = [each for each in self._take() if each != anchor]
        if not (found and kind):
            return self._anchored([*waiting, *anchors], [run(text, bold)])
        word, number, part = found[1] or "", found[2], found[3] or ""
        last = self._sequences.get(kind, 0)
        same, expected = number == str(last), number == str(last + 1)
        if not (same or expected):
            return self._anchored([*waiting, *anchors], [run(text, bold)])
        self._sequences[kind] = int(number)
        again = r" \c" if same else ""
        counted = field(rf"SEQ {kind} \* ARABIC{again}", [run(number, bold)])
        within = [run(word, bold), *counted] if word else counted
        made = self._anchored([*waiting, *anchors], within)
        return [*made, run(part, bold)] if part else made

    def inline(self, pieces: Iterable[Piece]) -> list[Any]:
        """Return the content of a paragraph, its links resolved."""
        made = self._anchored(self._take(), [])
        for piece in pieces:
            if piece.anchors:
                made += self._anchored(piece.anchors, [])
            if piece.text:
                made += self._linked(piece)
        return made

    def keep_anchors(self, pieces: Iterable[Piece]) -> None:
        """Let anchors of a paragraph without words stand in the next one."""
        self.waiting += [anchor for piece in pieces for anchor in piece.anchors]

    def _take(self) -> list[str]:
        taken, self.waiting = self.waiting, []
        return taken

    def _anchored(self, anchors: Iterable[str], within: list[Any]) -> list[Any]:
        for anchor in dict.fromkeys(anchors):
            if anchor in self._placed:
                continue
            self._placed.add(anchor)
            self._numbers += 1
            within = bookmark(self._numbers, self.name_of(anchor), *within)
        return within

    def _linked(self, piece: Piece) -> list[Any]:
        target = piece.target
        if OUTSIDE.match(target):
            relation = self._part.relate_to(target, RT.HYPERLINK, is_external=True)
            return [link_outside(relation, run(piece.text, piece.look, self._style))]
        name = self.name_of(target[1:]) if target.startswith("#") else ""
        if not name:
            return [self._run(piece)]
        label = self._labels.get(target[1:])
        if label and piece.text == label:
            return field(rf"REF {name} \h", [self._run(piece)])
        number = self._section(target[1:], piece.text)
        if number:
            before = piece.text[: -len(number)]
            counted = field(rf"REF {name} \r \h", [run(number, piece.look)])
            return [run(before, piece.look), *counted] if before else counted
        return [link_within(name, self._run(piece))]

    def _section(self, anchor: str, text: str) -> str:
        """Return the number with which a text ends, where it is that of the section it leads to."""
        number = self._labels.get(f"section:{anchor}", "")
        return number if number and re.search(rf"(^|\D){re.escape(number)}$", text) else ""

    def _run(self, piece: Piece) -> Any:
        return run(piece.text, piece.look)


def _labels(tree: html.HtmlElement) -> dict[str, str]:
    """Return the labels of captions by anchor, and the numbers of sections.

    Only what Word counts itself: the label of the first part of a figure, and headings with a
    number.
    """
    found = {}
    for label in tree.xpath("//caption/span[@class='label'] | //figcaption/span[@class='label']"):
        whole = label.getparent().getparent()
        text = label.text or ""
        if whole.get("id") and re.fullmatch(r"\D+\d+", text):
            found[whole.get("id")] = text
    for number in tree.xpath("//main//*[self::h2 or self::h3]/span[@class='number']"):
        heading = number.getparent()
        found[f"section:{heading.get('id', '')}"] = number.text or ""
        section = heading.getparent()
        if heading.tag == "h2" and section.tag == "section":
            found[f"section:{section.get('id', '')}"] = number.text or ""
    return found
