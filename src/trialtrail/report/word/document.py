"""The report as a Word file, from the page that is laid out as PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from lxml import html

from trialtrail.report.word.blocks import Writer
from trialtrail.report.word.links import Links
from trialtrail.report.word.package import (
    Numbering,
    as_bytes,
    begin,
    describe,
    set_margins_text,
)
from trialtrail.report.word.pictures import drawn_parts, picture_of
from trialtrail.report.word.pieces import read_shown
from trialtrail.report.word.styles import PLAIN, Styles

PAGES = re.compile(r'"([^"]*)" counter\(page\) "([^"]*)" counter\(pages\)')
"""The words beside the numbers of pages in a style sheet."""


def word_document(
    page: str, figures: Iterable[Path], fonts: Iterable[Path], template: Path | None = None
) -> bytes:
    """Return the report as a Word file; the same page gives the same bytes.

    Args:
        page: the report as it is printed, HTML.
        figures: the drawings that it shows, SVG, under their names.
        fonts: the fonts of the text in figures.
        template: a Word file whose styles, page and margins are taken; None for our own.

    Raises:
        StudyError: the template cannot be used.
    """
    tree = html.document_fromstring(page)
    parts, own_fonts = drawn_parts(figures), list(fonts)
    document = begin(template)
    shown = read_shown(tree)
    styles = Styles(document, ours=template is None)
    describe(document, _about(tree))
    if template is None:
        notice = tree.find(".//*[@class='notice']/strong")
        set_margins_text(
            document,
            _text_of(tree, "short"),
            notice.text if notice is not None else "",
            _words_of_pages(tree),
        )
    writer = Writer(
        document,
        shown,
        styles,
        Numbering(document),
        Links(document, tree, shown, styles[PLAIN]),
        lambda name, width: picture_of(parts[name], width, own_fonts),
    )
    writer.write(tree)
    return as_bytes(document)


def _words_of_pages(tree: html.HtmlElement) -> tuple[str, str]:
    """Return the words before the number of a page and before that of all."""
    found = PAGES.search("".join(tree.xpath("//style/text()")))
    return (found[1], found[2]) if found else ("Page ", " of ")


def _about(tree: html.HtmlElement) -> dict[str, str]:
    named = {meta.get("name"): meta.get("content", "") for meta in tree.iter("meta")}
    return {
        "title": tree.findtext(".//title") or "",
        "subject": named.get("description", ""),
        "author": named.get("author", ""),
        "language": tree.get("lang", ""),
    }


def _text_of(tree: html.HtmlElement, name: str) -> str:
    found = tree.xpath("//*[@class=$name]", name=name)
    return " ".join(found[0].text_content().split()) if found else ""
