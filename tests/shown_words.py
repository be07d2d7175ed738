"""What readers of a made report meet: internal ids, and how intervals are first named."""

from __future__ import annotations

import re

from lxml import html

BOOKKEEPING = {"sources", "dictionary", "quality", "projects"}
"""Sections for those who follow a result back: they name columns, rules and exports as such."""
ID = re.compile(r"(?<![\w/.#-])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?![\w/.])")
INTERVAL = re.compile(r"(?:\w+ )?(?:\d%) (?:confidence )?intervals?(?! of the)")


def sections_of(page: str) -> list[html.HtmlElement]:
    """Return the sections of a report."""
    return html.document_fromstring(page).xpath("//main/section[@id]")


def ids_shown(page: str) -> list[tuple[str, str]]:
    """Return (section, id) of the ids with an underscore that stand in its text or its figures."""
    found = []
    for section in sections_of(page):
        name = section.get("id").removeprefix("supplement-")
        if name in BOOKKEEPING:
            continue
        for piece in section.xpath(".//text()[not(ancestor::code or ancestor::style)]"):
            found += [(name, word) for word in ID.findall(piece)]
    return found


def intervals_first_named(page: str) -> dict[str, str]:
    """Return of each document how its first interval at a level is named."""
    named: dict[str, str] = {}
    for section in sections_of(page):
        document = section.get("data-document", "report")
        for piece in section.xpath(".//text()[not(ancestor::svg or ancestor::q)]"):
            found = INTERVAL.search(" ".join(piece.split()))
            if found:
                named.setdefault(document, found[0])
    return named
