"""The styles of the Word file by name: those of a study's template, and ours where it has none.

A style that a template has is left as it is, so that a journal's template decides how the file
looks; the names that are not Word's own are those of `STYLES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Mm, Pt, RGBColor

from trialtrail.report.word.xml import w

SANS, SERIF = "Calibri", "Cambria"
INK, GREY, ACCENT = "1C2329", "5F6A72", "1D5B6F"


@dataclass(frozen=True)
class Style:
    """A style of paragraphs: on which it rests, its font and its distances (points)."""

    base: str = "Normal"
    font: str = SERIF
    size: float = 10.5
    bold: bool | None = None
    italic: bool | None = None
    colour: str = INK
    before: float = 0
    after: float = 6
    left: float = 0  # mm
    hanging: float = 0  # mm
    keep_with_next: bool = False
    alignment: str = "left"
    level: int | None = None
    frame: Mapping[str, int] = field(default_factory=dict)  # side -> eighths of a point


STYLES = {
    "Title": Style(font=SANS, size=24, bold=True, before=36, after=6),
    "Subtitle": Style(font=SANS, size=13, italic=False, colour=GREY, after=18),
    "Heading 1": Style(
        font=SANS, size=16, bold=True, colour=ACCENT, before=24, after=8,
        hanging=11, left=11, keep_with_next=True, level=0,
    ),
    "Heading 2": Style(
        font=SANS, size=12.5, bold=True, before=16, after=5,
        hanging=12, left=12, keep_with_next=True, level=1,
    ),
    "Heading 3": Style(
        font=SANS, size=11, bold=True, before=12, after=4, keep_with_next=True, level=2
    ),
    "Body Text": Style(after=7),
    "Caption": Style(font=SANS, size=9, before=12, after=5, keep_with_next=True),
    "Figure Caption": Style(base="Caption", font=SANS, size=9, before=4, after=14),
    "Figure": Style(before=10, after=0, keep_with_next=True),
    "List Bullet": Style(base="Body Text", after=3, left=6, hanging=6),
    "List Number": Style(base="Body Text", after=3, left=6, hanging=6),
    "Quote": Style(italic=False, before=4, after=0, left=8, keep_with_next=True),
    "Quotation Source": Style(font=SANS, size=8.5, colour=GREY, after=8, left=8),
    "Notice": Style(
        font=SANS, size=10, before=0, after=0,
        frame={"top": 6, "left": 24, "bottom": 6, "right": 6}, left=2,
    ),
    "Facts": Style(font=SANS, size=9.5, after=3, left=38, hanging=38),
    "Key Figure": Style(font=SANS, size=17, bold=False, colour=ACCENT, after=0),
    "Key Figure Text": Style(font=SANS, size=8.5, colour=GREY, after=4),
    "Table Text": Style(font=SANS, size=8.5, before=1.5, after=1.5),
    "Table Number": Style(
        base="Table Text", font=SANS, size=8.5, before=1.5, after=1.5, alignment="right"
    ),
    "Table Heading": Style(base="Table Text", font=SANS, size=8.5, bold=True, before=2, after=2),
    "Table Heading Number": Style(
        base="Table Heading", font=SANS, size=8.5, bold=True, before=2, after=2, alignment="right"
    ),
    "Table Note": Style(font=SANS, size=8.5, colour=GREY, before=3, after=14),
    "Bibliography": Style(after=4, left=9, hanging=9),
    "TOC Heading": Style(font=SANS, size=12.5, bold=True, before=24, after=6, level=9),
    "toc 1": Style(font=SANS, size=9.5, after=0.5, left=9, hanging=9),
    "Section Break": Style(size=1, after=0),
    "Header": Style(font=SANS, size=8.5, colour=GREY, after=0),
    "Footer": Style(font=SANS, size=8.5, colour=GREY, after=0),
}  # fmt: skip
"""Styles of paragraphs by their names in Word; those that Word does not know begin in our own."""
TABLE, KEYS, PLAIN = "Report Table", "Report Key Figures", "Hyperlink"


class Styles:
    """The ids of the styles of a document, by name; what it does not have is added."""

    def __init__(self, document: Any, *, ours: bool) -> None:
        known = {style.name.lower(): style for style in document.styles}
        self.ids: dict[str, str] = {}
        for name, given in STYLES.items():
            style = known.get(name.lower())
            if style is None:
                style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
                _define(document, style, given)
            elif ours:
                _define(document, style, given)
            self.ids[name] = style.style_id
        for name, borders in ((TABLE, True), (KEYS, False)):
            if name.lower() not in known:
                _add_table_style(document, name, borders)
            self.ids[name] = next(s.style_id for s in document.styles if s.name == name)
        if PLAIN.lower() not in known:
            link = document.styles.add_style(PLAIN, WD_STYLE_TYPE.CHARACTER)
            link.font.color.rgb = RGBColor.from_string(ACCENT)
        self.ids[PLAIN] = next(s.style_id for s in document.styles if s.name == PLAIN)

    def __getitem__(self, name: str) -> str:
        return self.ids[name]


def _define(document: Any, style: Any, given: Style) -> None:
    style.base_style = document.styles[given.base] if given.base != style.name else None
    style.hidden, style.quick_style, style.unhide_when_used = False, True, False
    properties = style.element.get_or_add_rPr()
    properties.clear()
    fonts = ("ascii", "hAnsi", "cs", "eastAsia")
    properties.append(w("rFonts", **dict.fromkeys(fonts, given.font)))
    style.font.size = Pt(given.size)
    style.font.bold, style.font.italic = given.bold, given.italic
    style.font.color.rgb = RGBColor.from_string(given.colour)
    style.element.get_or_add_pPr().clear()
    layout = style.paragraph_format
    layout.keep_with_next = given.keep_with_next or None
    layout.space_before, layout.space_after = Pt(given.before), Pt(given.after)
    layout.line_spacing = 1.12
    layout.left_indent = Mm(given.left)
    layout.first_line_indent = Mm(-given.hanging) if given.hanging else None
    layout.alignment = 2 if given.alignment == "right" else None
    whole = style.element.pPr
    if given.frame:
        sides = [
            w(side, val="single", sz=str(size), space="6", color=INK)
            for side, size in given.frame.items()
        ]
        whole.insert_element_before(w("pBdr", *sides), "w:shd", "w:tabs", "w:spacing", "w:ind")
    if given.level is not None and given.level < 9:
        whole.append(w("outlineLvl", val=str(given.level)))


def _add_table_style(document: Any, name: str, borders: bool) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.TABLE)
    sides = ("top", "bottom")
    lines = [w(side, val="single", sz="8" if borders else "6", space="0", color="auto")
             for side in sides]  # fmt: skip
    margins = w("tblCellMar", w("left", w="40", type="dxa"), w("right", w="90", type="dxa"))
    style.element.append(w("tblPr", w("tblBorders", *lines), margins))
