"""Elements of WordprocessingML: paragraphs, runs, fields, bookmarks and links."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import Any

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser

from trialtrail.report.word.pieces import LINE, Look

LONGEST_NAME = 40
"""Characters of the name of a bookmark, which Word does not read beyond."""
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def w(tag: str, *children: Any, **attributes: str) -> Any:
    """Return an element of the namespace ``w`` with its children and attributes."""
    made = oxml_parser.makeelement(
        qn(f"w:{tag}"),
        {qn(f"w:{name}"): value for name, value in attributes.items()},
        nsmap={"w": nsmap["w"]},
    )
    made.extend(child for child in children if child is not None)
    return made


def run(text: str, look: Look | None = None, style: str = "") -> Any:
    """Return a run of text; ends of lines in it are breaks."""
    made = w("r", _run_properties(look or Look(), style))
    for part in re.split(f"({LINE})", text):
        if part == LINE:
            made.append(w("br"))
        elif part:
            made.append(_text("t", part))
    return made


def _text(tag: str, text: str) -> Any:
    made = w(tag)
    made.text = text
    made.set(SPACE, "preserve")
    return made


def _run_properties(look: Look, style: str) -> Any:
    given = [
        w("rStyle", val=style) if style else None,
        w("b") if look.bold else None,
        w("i") if look.italic else None,
        w("vertAlign", val="superscript") if look.raised else None,
        w("vertAlign", val="subscript") if look.lowered else None,
    ]
    return w("rPr", *given) if any(each is not None for each in given) else None


def paragraph(style: str, *properties: Any) -> Any:
    """Return an empty paragraph of a style (its id), with further properties in their order."""
    return w("p", w("pPr", w("pStyle", val=style), *properties))


def field(instruction: str, runs: Iterable[Any]) -> list[Any]:
    """Return the runs of a field: what Word computes, and what it shows until then."""
    return [
        w("r", w("fldChar", fldCharType="begin")),
        w("r", _text("instrText", f" {instruction} ")),
        w("r", w("fldChar", fldCharType="separate")),
        *runs,
        w("r", w("fldChar", fldCharType="end")),
    ]


def bookmark_name(anchor: str) -> str:
    """Return the name of the bookmark of an anchor: letters, digits and lines under, 40 at most."""
    plain = re.sub(r"\W", "_", anchor, flags=re.ASCII)
    if plain == anchor.replace("-", "_") and len(plain) < LONGEST_NAME and plain[:1].isalpha():
        return plain
    return f"a{zlib.crc32(anchor.encode()):08x}_{plain}"[:LONGEST_NAME]


def bookmark(number: int, name: str, *within: Any) -> list[Any]:
    """Return a bookmark around what stands within it."""
    start = w("bookmarkStart", id=str(number), name=name)
    return [start, *within, w("bookmarkEnd", id=str(number))]


def link_within(name: str, *within: Any) -> Any:
    """Return a link to a bookmark."""
    return w("hyperlink", *within, anchor=name, history="1")


def link_outside(relation: str, *within: Any) -> Any:
    """Return a link to an address, which a relation of the document names."""
    made = w("hyperlink", *within, history="1")
    made.set(qn("r:id"), relation)
    return made
