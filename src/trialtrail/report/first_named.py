"""Intervals are promised where there are any, and named in full where a document first does.

Captions, headings of columns and sentences say "95% interval" for short. Which of them a reader
meets first depends on what the study supplies and on the texts that people wrote, so it is looked
for in the finished page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import html
from markupsafe import Markup

from trialtrail.report.body_check import CLAIMS
from trialtrail.report.document import document_of
from trialtrail.report.sections import DOCUMENTS
from trialtrail.report.views import RowView

CONFIDENCE = "confidence"
PROMISE = re.compile(rf",? with (?:its|their) [\d.]+% (?:{CONFIDENCE} )?intervals?")
SHORT_AND_FULL = {"de": ("-Intervall", "-Konfidenzintervall")}
"""What follows the level in other languages, in one word with it: for short, and in full."""
QUOTED = ("q", "svg", "style", "script", "head", "title")
"""Elements whose words are not the report's own prose."""


def promised(caption: Markup, rows: Iterable[RowView] | None) -> Markup:
    """Return a caption without the intervals that it promises, where none of its rows has one.

    Args:
        caption: the caption, as markup.
        rows: the rows that it is of; None where it is of none that could have an interval.
    """
    listed = list(rows or [])
    of_effects = [row for row in listed if row.measure]
    if not of_effects or any(row.has_interval for row in of_effects):
        return caption
    return Markup(PROMISE.sub("", caption))


def name_intervals(tree: html.HtmlElement, level: str, language: str = "en") -> None:
    """Write out the name of the first interval of each document, within its own prose.

    What an element shows of a cell or of another source is left as it is held there.

    What an element claims to show of a cell, of a quotation or of a work stays as it stands there.

    Args:
        tree: the page of all documents.
        level: the confidence level as it is printed.
        language: that in which intervals are named.
    """
    if language in SHORT_AND_FULL:
        _name_first(tree, level, *SHORT_AND_FULL[language])
        return
    pattern = re.compile(rf"(?<![\d.]){re.escape(level)}\s+({CONFIDENCE}\s+)?(?=intervals?\b)")
    first = dict.fromkeys(DOCUMENTS, True)
    for element, attribute in _pieces(tree.find("body")):
        document = document_of(element if attribute == "text" else element.getparent())
        text = getattr(element, attribute) or ""
        found = pattern.search(text)
        if not found or not first[document] or text[found.end() :].startswith("interval of the"):
            continue
        first[document] = False
        if not found[1]:
            named = f"{found[0]}{CONFIDENCE} "
            setattr(element, attribute, text[: found.start()] + named + text[found.end() :])


def _name_first(tree: html.HtmlElement, level: str, short: str, full: str) -> None:
    pattern = re.compile(rf"(?<![\d,]){re.escape(level)}({re.escape(short)}|{re.escape(full)})")
    first = dict.fromkeys(DOCUMENTS, True)
    for element, attribute in _pieces(tree.find("body")):
        document = document_of(element if attribute == "text" else element.getparent())
        text = getattr(element, attribute) or ""
        found = pattern.search(text)
        if found and first[document]:
            first[document] = False
            setattr(element, attribute, text[: found.start(1)] + full + text[found.end(1) :])


def _pieces(body: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str]]:
    """Yield each piece of text of the prose as its element and attribute, in reading order."""
    stack = [(body, "text")]
    while stack:
        element, attribute = stack.pop()
        if attribute == "tail":
            yield element, "tail"
            continue
        if not isinstance(element.tag, str) or element.tag in QUOTED:
            continue
        if CLAIMS.intersection(element.attrib):
            continue
        yield element, "text"
        for child in reversed(element):
            stack += [(child, "tail"), (child, "text")]
