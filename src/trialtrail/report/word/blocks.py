"""The blocks of a page in their order as paragraphs, tables and figures of the Word file."""

from __future__ import annotations

import copy
import io
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from docx.shared import Mm
from lxml import html

from trialtrail.report.word.links import Links
from trialtrail.report.word.package import TWIP, Numbering
from trialtrail.report.word.pieces import (
    BLOCKS,
    LINE,
    Look,
    Piece,
    Shown,
    pieces_of_nodes,
    text_of,
)
from trialtrail.report.word.sections import COLUMN_GAP, begin_section, set_columns, turn_page
from trialtrail.report.word.styles import KEYS, TABLE, Styles
from trialtrail.report.word.tables import needed_width, table_of
from trialtrail.report.word.xml import field as word_field
from trialtrail.report.word.xml import link_within, paragraph, run, w

HEADINGS = {"h2": (0, "Heading 1"), "h3": (1, "Heading 2"), "h4": (2, "Heading 3")}
CLASSES = {
    "subtitle": "Subtitle",
    "note": "Table Note",
    "caption": "Caption",
    "voice": "Quotation Source",
    "short": "Facts",
}
"""Class of a paragraph -> its style."""
CELLS = {
    "text": "Table Text",
    "number": "Table Number",
    "heading text": "Table Heading",
    "heading number": "Table Heading Number",
}
FACT_LETTER = 100
"""Twentieths of a point that a bold letter of a term takes; generously, so that none runs over."""
PLAIN_LETTER = 86
"""Twentieths of a point that a letter takes which is not bold."""
SHORT = 40
"""Letters of what is said of a term up to which a list is set in columns."""
STEP = 170
"""Twentieths of a point by which a level within a table is indented."""
TALLEST = Mm(205)
TOO_WIDE = 1.25
"""Of the width of a page: a table that needs more is turned; letters are reckoned generously."""


@dataclass
class Place:
    """Where blocks stand: the style of plain paragraphs, the list they are in, their indent."""

    style: str = "Body Text"
    number: str = ""
    level: int = 0
    in_cell: bool = False


@dataclass
class Writer:
    """Writes the blocks of a page into a document.

    Attributes:
        document: the document of python-docx.
        shown: what the style sheet of the page says.
        styles: the ids of its styles.
        numbering: its lists.
        links: its bookmarks and cross-references.
        picture: the PNG of a part of a figure, from its name and its width in mm.
    """

    document: Any
    shown: Shown
    styles: Styles
    numbering: Numbering
    links: Links
    picture: Callable[[str, float], bytes]
    made: list[Any] = field(default_factory=list)
    across: bool = False
    columns: int = 1
    goes_on: bool = False
    written: set[html.HtmlElement] = field(default_factory=set)

    def write(self, tree: html.HtmlElement) -> None:
        """Write all that the page shows, in the last section of the document."""
        self._blocks(tree.find("body"), Place())
        self._turn(False)
        body = self.document.element.body
        begin_section(body.sectPr, self.goes_on)
        for element in self.made:
            body.sectPr.addprevious(element)

    @property
    def width(self) -> int:
        """The width of the text, in twentieths of a point."""
        section = self.document.sections[0]
        edge = section.page_height if self.across else section.page_width
        whole = int((edge - section.left_margin - section.right_margin) / TWIP)
        return (whole - COLUMN_GAP * (self.columns - 1)) // self.columns

    def _blocks(self, element: html.HtmlElement, place: Place, lead: Sequence[Piece] = ()) -> None:
        """Write what stands within an element; texts between its blocks are paragraphs too.

        ``lead`` stands before the first text, in its line.
        """
        for is_block, group in groupby(_nodes(element), self._is_block):
            if is_block:
                for child in group:
                    self._block(child, place, lead)
                    lead = ()
                continue
            pieces = pieces_of_nodes(group, self.shown)
            if any(piece.text.strip() for piece in pieces):
                pieces, lead = [*lead, *pieces], ()
            self._text(place, pieces)

    def _is_block(self, node: str | html.HtmlElement) -> bool:
        return not isinstance(node, str) and node.tag in BLOCKS

    def _block(self, element: html.HtmlElement, place: Place, lead: Sequence[Piece] = ()) -> None:
        if self.shown.is_hidden(element) or element in self.written:
            return
        classes = element.get("class", "").split()
        if lead and element.tag != "p":
            self._text(place, lead)
        if element.tag == "h1":
            self._text(Place("Title"), self._pieces(element), element)
        elif element.tag in HEADINGS:
            self._heading(element)
        elif element.tag == "p":
            named = [CLASSES[name] for name in classes if name in CLASSES]
            style = named[0] if named and not place.in_cell else place.style
            self._text(_styled(place, style), [*lead, *self._pieces(element)], element)
        elif element.tag in ("ul", "ol"):
            self._list(element, place)
        elif element.tag == "blockquote":
            self._blocks(element, place if place.in_cell else _styled(place, "Quote"))
        elif element.tag == "table":
            self._table(element)
        elif element.tag == "figure":
            self._figure(element)
        elif element.get("id") == "contents":
            self._contents(element)
        elif "keys" in classes:
            self._keys(element)
        elif "notice" in classes:
            self._blocks(element, _styled(place, "Notice"))
        elif element.tag == "dl":
            self._facts(element, place)
        elif "landscape" in classes and not place.in_cell:
            self._turn(True)
            self._blocks(element, place)
            self._turn(False)
        else:
            self._anchor_of(element)
            self._blocks(element, place)

    def _anchor_of(self, element: html.HtmlElement) -> None:
        if element.get("id") in self.shown.anchors:
            self.links.waiting.append(element.get("id"))

    def _pieces(self, element: html.HtmlElement, look: Look | None = None) -> list[Piece]:
        return pieces_of_nodes(_nodes(element), self.shown, look)

    def _text(
        self, place: Place, pieces: Iterable[Piece], element: html.HtmlElement | None = None
    ) -> None:
        """Write a paragraph, if there is a word in it."""
        listed = list(pieces)
        if element is not None:
            self._anchor_of(element)
        if not any(piece.text.strip() for piece in listed):
            self.links.keep_anchors(listed)
            return
        properties = []
        if place.number:
            properties.append(w("numPr", w("ilvl", val="0"), w("numId", val=place.number)))
        if place.level:
            properties.append(w("ind", left=str(STEP * place.level)))
        made = paragraph(self.styles[place.style], *properties)
        made.extend(self.links.inline(listed))
        self.made.append(made)

    def _heading(self, element: html.HtmlElement) -> None:
        """Write a heading; Word numbers it where the page does, and as the page does."""
        level, style = HEADINGS[element.tag]
        first = next(iter(element), None)
        numbered = first is not None and "number" in first.get("class", "").split()
        properties = []
        if numbered and self.links.count_heading(level, first.text or ""):
            numbers = self.numbering.headings
            properties.append(w("numPr", w("ilvl", val=str(level)), w("numId", val=numbers)))
            nodes = [first.tail or "", *_after(first)]
            pieces = pieces_of_nodes(nodes, self.shown)
        else:
            pieces = self._pieces(element)
        self._anchor_of(element)
        if not any(piece.text.strip() for piece in pieces):
            return
        made = paragraph(self.styles[style], *properties)
        made.extend(self.links.heading(element, pieces, is_numbered=bool(properties)))
        self.made.append(made)

    def _list(self, element: html.HtmlElement, place: Place) -> None:
        ordered = element.tag == "ol"
        own = element.get("id") == "references" or "references" in element.get("class", "").split()
        number = self.numbering.begin_list() if ordered else self.numbering.bullets
        style = "List Number" if ordered else "List Bullet"
        for item in element:
            if item.tag != "li" or self.shown.is_hidden(item):
                continue
            style = place.style if place.in_cell else "Bibliography" if own else style
            before = len(self.made)
            self._anchor_of(item)
            self._blocks(item, Place(style, number, 0, place.in_cell))
            for extra in self.made[before + 1 :]:
                for each in extra.iter(f"{{{extra.nsmap['w']}}}numPr"):
                    each.getparent().remove(each)  # one item, one number

    def _facts(self, element: html.HtmlElement, place: Place) -> None:
        """Write a list of terms: each with what is said of it, in one paragraph.

        What the page sets in columns, and is short, is a section of two columns.
        """
        said = [each.text_content() for each in element.iter("dd")]
        in_columns = "listed" in element.get("class", "").split() and not place.in_cell
        if in_columns and max(map(len, said), default=0) <= SHORT:
            self._set_columns(2)
        layout = [] if place.in_cell else self._layout_of_facts(element)
        term: list[Piece] = []
        runs_in = self._runs_in(element)
        for each in element.iter("dt", "dd"):
            if self.shown.is_hidden(each):
                continue
            if each.tag == "dt":
                term = self._pieces(each, Look(bold=self.columns == 1))
                if runs_in:
                    after = self.shown.after.get(each, "").rstrip()
                    term.append(Piece(after, Look(bold=True)))
                self._anchor_of(each)
                continue
            if runs_in:
                self._blocks(each, place, [*term, Piece(" ")])
                continue
            if any(child.tag in BLOCKS for child in each):
                self._text(place, term)
                self._blocks(each, place)
                term = []
                continue
            style = place.style if place.in_cell else "Facts"
            before = len(self.made)
            pieces = self._pieces(each)
            between = "\t" if self._fits(term, pieces) else f"{LINE}\t"
            self._text(_styled(place, style), [*term, Piece(between), *pieces])
            for made in self.made[before:]:
                made.pPr.extend(copy.deepcopy(layout))
            term = []
        self._set_columns(1)

    def _runs_in(self, element: html.HtmlElement) -> bool:
        """Return whether terms stand in the line in which the text on them begins."""
        terms = list(element.iter("dt"))
        in_line = all(self.shown.displays.get(term) == "inline" for term in terms)
        return bool(terms) and in_line and "listed" not in element.get("class", "").split()

    def _fits(self, term: list[Piece], pieces: list[Piece]) -> bool:
        """Return whether a term and what is said of it share a line of their column."""
        letters = len(text_of([*term, *pieces]))
        return self.columns == 1 or letters * PLAIN_LETTER < self.width

    def _layout_of_facts(self, element: html.HtmlElement) -> list[Any]:
        """Return where what is said stands: at the edge of its column, or behind the terms."""
        if self.columns > 1:
            edge = w("tab", val="right", pos=str(self.width))
            return [w("tabs", edge), w("ind", left="0", firstLine="0")]
        terms = [text_of(self._pieces(term)) for term in element.iter("dt")]
        longest = max(map(len, terms), default=0) * FACT_LETTER + STEP
        reach = str(min(longest, self.width * 2 // 5))
        return [w("ind", left=reach, hanging=reach)]

    def _contents(self, element: html.HtmlElement) -> None:
        """Write the contents as a field of Word, with the headings of the page until it is made."""
        heading = element.find("h2")
        if heading is not None:
            self._text(Place("TOC Heading"), self._pieces(heading))
        lines = []
        for entry in element.iter("a"):
            made = paragraph(self.styles["toc 1"])
            text = run("\t".join(piece.text.strip() for piece in self._toc(entry)))
            name = self.links.name_of(entry.get("href", "")[1:])
            made.append(link_within(name, text) if name else text)
            lines.append(made)
        if not lines:
            return
        runs = word_field(r'TOC \o "1-1" \n \h \z', [])
        lines[0][0].addnext(runs[0])
        runs[0].addnext(runs[1])
        runs[1].addnext(runs[2])
        lines[-1].append(runs[3])
        self.made += lines

    def _toc(self, entry: html.HtmlElement) -> list[Piece]:
        number = entry.find("span")
        if number is None:
            return self._pieces(entry)
        rest = pieces_of_nodes([number.tail or "", *_after(number)], self.shown)
        return [Piece(number.text or ""), Piece("".join(piece.text for piece in rest))]

    def _keys(self, element: html.HtmlElement) -> None:
        """Write the key figures, beside each other."""
        cells, count = [], len(element)
        width = self.width // max(1, count)
        for key in element:
            value, *texts = list(key)
            made = [self._loose("Key Figure", value), *(
                self._loose("Key Figure Text", text) for text in texts
            )]  # fmt: skip
            cells.append(w("tc", w("tcPr", w("tcW", w=str(width), type="dxa")), *made))
        if not cells:
            return
        grid = w("tblGrid", *(w("gridCol", w=str(width)) for _ in cells))
        layout = w("tblPr", w("tblStyle", val=self.styles[KEYS]), w("tblW", w="5000", type="pct"))
        self.made += [w("tbl", layout, grid, w("tr", *cells)), paragraph(self.styles["Body Text"])]

    def _loose(self, style: str, element: html.HtmlElement) -> Any:
        made = paragraph(self.styles[style])
        made.extend(self.links.inline(self._pieces(element)))
        return made

    def _caption(self, element: html.HtmlElement, style: str) -> Any:
        made = paragraph(self.styles[style])
        first = next(iter(element), None)
        if first is not None and "label" in first.get("class", "").split():
            rest = [Piece(" "), *pieces_of_nodes([first.tail or "", *_after(first)], self.shown)]
            whole = element.getparent()
            made.extend(self.links.label(whole.get("id", ""), first.text or ""))
            made.extend(self.links.inline(rest))
        else:
            made.extend(self.links.inline(self._pieces(element)))
        return made

    def _table(self, element: html.HtmlElement) -> None:
        """Write a table with its caption; on a page across, where it is too wide for the other."""
        turned = not self.across and needed_width(element, self.shown) > TOO_WIDE * self.width
        if turned:
            self._turn(True)
        self._anchor_of(element)
        caption = element.find("caption")
        if caption is not None:
            self.made.append(self._caption(caption, "Caption"))
        style = self.styles[TABLE]
        self.made.append(table_of(element, style, self.width, self.shown, self._cell))
        if turned:
            for note in _notes(element):
                self._block(note, Place())
                self.written.add(note)
            self._turn(False)
        elif not _notes(element):
            self.made.append(paragraph(self.styles["Table Note"]))

    def _cell(self, element: html.HtmlElement, kind: str, level: int) -> list[Any]:
        """Return the paragraphs of a cell: one at least, as Word asks."""
        outside, self.made = self.made, []
        bold = element.getparent() is not None and "group" in element.getparent().get("class", "")
        kind = f"heading {kind}" if bold and not kind.startswith("heading") else kind
        self._anchor_of(element)
        self._blocks(element, Place(CELLS[kind], "", level, in_cell=True))
        made, self.made = self.made, outside
        return made or [paragraph(self.styles[CELLS[kind]])]

    def _figure(self, element: html.HtmlElement) -> None:
        """Write a figure: its picture with the alternative text, and its caption below."""
        self._anchor_of(element)
        for svg in element.iter("svg"):
            title, label = svg.find("title"), svg.get("aria-label", "")
            text = " ".join((title.text if title is not None else label or "").split())
            name = element.get("id", "").removeprefix("figure-")
            self.made.append(self._picture(name, text))
        for child in element:
            if child.tag == "figcaption":
                self.made.append(self._caption(child, "Figure Caption"))
            elif child.tag in BLOCKS and not len(list(child.iter("svg"))):
                self._block(child, Place())

    def _picture(self, name: str, text: str) -> Any:
        wide = self.width * TWIP
        image = io.BytesIO(self.picture(name, wide / Mm(1)))
        inline = self.document.part.new_pic_inline(image, width=wide)
        if inline.extent.cy > TALLEST:
            inline.extent.cx = int(inline.extent.cx * TALLEST / inline.extent.cy)
            inline.extent.cy = TALLEST
            inline.graphic.graphicData.pic.spPr.cx = inline.extent.cx
            inline.graphic.graphicData.pic.spPr.cy = inline.extent.cy
        inline.docPr.set("name", name)
        inline.docPr.set("descr", text)
        made = paragraph(self.styles["Figure"])
        made.append(w("r", w("drawing", inline)))
        return made

    def _turn(self, across: bool) -> None:
        """Begin a section whose pages are turned, or end it."""
        if across == self.across:
            return
        if self.made:
            self._end_section()
        self.across, self.goes_on = across, False

    def _set_columns(self, count: int) -> None:
        """Begin a section of so many columns, on the page where the one before ends."""
        if count == self.columns:
            return
        if self.made:
            self._end_section()
        self.columns, self.goes_on = count, True

    def _end_section(self) -> None:
        """End a section as it is: with the last paragraph, or after a table with one of its own."""
        ended = copy.deepcopy(self.document.element.body.sectPr)
        if self.across:
            turn_page(ended)
        begin_section(ended, self.goes_on)
        if self.columns > 1:
            set_columns(ended, self.columns)
        last = self.made[-1]
        is_text = last.tag == f"{{{last.nsmap['w']}}}p" and last.pPr is not None
        if self.goes_on and is_text and last.pPr.sectPr is None:
            last.pPr.append(ended)
            return
        self.made.append(paragraph(self.styles["Section Break"], ended))


def _notes(element: html.HtmlElement) -> list[html.HtmlElement]:
    """Return the paragraphs that follow a table in what holds it: its notes."""
    return list(itertools.takewhile(lambda each: each.tag == "p", element.itersiblings()))


def _after(element: html.HtmlElement) -> list[Any]:
    """Return what follows an element within its parent, its tail left out."""
    nodes: list[Any] = []
    for each in element.itersiblings():
        nodes += [each] if isinstance(each.tag, str) else []
        nodes.append(each.tail or "")
    return nodes


def _nodes(element: html.HtmlElement) -> list[Any]:
    """Return the texts and elements that an element holds, in their order."""
    nodes: list[Any] = [element.text or ""]
    for child in element:
        nodes += [child] if isinstance(child.tag, str) else []
        nodes.append(child.tail or "")
    return nodes


def _styled(place: Place, style: str) -> Place:
    return Place(style, place.number, place.level, place.in_cell)
