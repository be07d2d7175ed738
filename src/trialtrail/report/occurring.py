"""What a page keeps of what templates offer: terms that occur, and sections that say something.

A template cannot know what the others print. It prints all terms of the glossary, and a section of
the supplement whether or not there is something for it; what is not needed is taken out here.
"""

from __future__ import annotations

import re

from lxml import html

TERM = "data-term"
"""Attribute of a term of the glossary: its spellings, with a stroke between them."""
SECTIONS = "//main/section"


def keep_what_occurs(tree: html.HtmlElement) -> None:
    """Take out the terms that the report does not use, and the sections that then say nothing.

    Of sections that stand in both documents, the second part is one that may say nothing.
    """
    glossary = tree.xpath(f"{SECTIONS}[.//*[@{TERM}]]")
    _keep_terms(tree)
    second = tree.xpath(f"{SECTIONS}[starts-with(@id, 'supplement-')]")
    for section in [*glossary, *second]:
        told = [each for each in section if each.tag != "h2"]
        if not any(_says(each) for each in told):
            section.drop_tree()


def _keep_terms(tree: html.HtmlElement) -> None:
    terms = tree.xpath(f"//*[@{TERM}]")
    if not terms:
        return
    sections = tree.xpath(f"{SECTIONS}[not(.//*[@{TERM}])][not(@data-document='supplement')]")
    said = " ".join(" ".join(text.split()) for each in sections for text in each.itertext())
    for term in terms:
        forms = term.attrib.pop(TERM).split("|")
        if not any(occurs(form, said) for form in forms):
            term.drop_tree()
    for group in {term.getparent() for term in terms if term.getparent() is not None}:
        rows = sorted(group, key=lambda row: row.text_content().strip().casefold())
        group[:] = rows


def occurs(form: str, text: str) -> bool:
    """Tell whether a term stands in a text as a word of its own; small letters find capitals."""
    flags = 0 if form != form.lower() else re.IGNORECASE
    return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, flags) is not None


def _says(element: html.HtmlElement) -> bool:
    return bool(element.text_content().strip()) or bool(element.xpath(".//*[local-name()='svg']"))
