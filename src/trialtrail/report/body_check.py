"""The check of the finished page: no number stands in it that is not a cell's.

Each piece of text with a numeric token must be a registered number, a quotation found in a
transcript, a name from the configuration, or a phrase that a list allows with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lxml import html

from trialtrail.errors import StudyError
from trialtrail.report.formatting import has_number

READ_ALOUD = ("alt", "aria-label", "title")
"""Attributes whose text a reader meets."""

NAME = "data-name"
"""Attribute of an element that holds a name which the configuration gives, and nothing else."""

CLAIMS = {"data-n", "data-part", "data-quotation", "data-reference", "data-citation"}
"""Attributes by which an element says which source it shows."""

SILENT = ("style", "script", "head")
RULE = "each number in the report is the number of a cell"


@dataclass(frozen=True)
class Sources:
    """What a number in the text may come from.

    Attributes:
        numbers: by name, what each registered number prints.
        quotations: by row, the words of each quotation.
        names: texts that the configuration gives (titles, labels, files).
        phrases: phrases with a number that are no result, each allowed with a reason.
        references: by key, a work that is cited as it is formatted.
        citations: by key, the number of a work that is cited.
        labels: names that stand in an element of their own (``data-name``).
        marks: kinds of text that the program numbers itself (``data-allowed``), with a reason.
    """

    numbers: Mapping[str, str]
    quotations: Mapping[str, str]
    names: frozenset[str]
    phrases: tuple[str, ...]
    marks: frozenset[str]
    labels: frozenset[str] = frozenset()
    references: Mapping[str, str] = field(default_factory=dict)
    citations: Mapping[str, str] = field(default_factory=dict)


def check_body(tree: html.HtmlElement, sources: Sources) -> int:
    """Return how many pieces of text with a number were found, all of them accounted for.

    Raises:
        StudyError: a number has no source, or is not what its source holds.
    """
    allowed = _matcher(sources.phrases)
    count = 0
    for element in tree.find("body").iter():
        if not isinstance(element.tag, str) or element.tag in SILENT:
            continue
        _check_claimed(element, sources)
        for text, holder in _texts(element):
            if has_number(text):
                count += 1
                if not _accounted(text, holder, sources, allowed):
                    raise _unknown(text, holder)
    return count


def check_style(css: str) -> None:
    """Refuse a style sheet that prints a number, where no check of the page would see it."""
    for declaration in re.findall(r"content\s*:\s*([^;}]*)", css):
        for text in re.findall(r"\"([^\"]*)\"|'([^']*)'", declaration):
            if has_number("".join(text)):
                raise StudyError(
                    "the style sheet prints a number",
                    where=f"content: {declaration.strip()}",
                    rule=RULE,
                    remedy="print it from a template",
                )


def _texts(element: html.HtmlElement) -> Iterable[tuple[str, html.HtmlElement]]:
    """Yield each text of an element and the element in which it stands."""
    yield element.text or "", element
    if element.getparent() is not None:
        yield element.tail or "", element.getparent()
    for name in READ_ALOUD:
        yield element.get(name, ""), element


def _lineage(element: html.HtmlElement) -> Iterable[html.HtmlElement]:
    yield element
    yield from element.iterancestors()


def _accounted(
    text: str, holder: html.HtmlElement, sources: Sources, allowed: Callable[[str], str]
) -> bool:
    words = " ".join(text.split())
    if words in sources.names or not has_number(allowed(words)):
        return True
    if NAME in holder.attrib and any(words in label for label in sources.labels):
        return True  # whole, or a line of it in a figure
    for each in _lineage(holder):
        if CLAIMS.intersection(each.attrib):
            return True  # what it holds was compared with its source
        if each.get("data-allowed") in sources.marks:
            return True
    return False


def _check_claimed(element: html.HtmlElement, sources: Sources) -> None:
    """Compare what an element claims to show with what its source holds."""
    shown = "".join(element.itertext())
    for attribute in sorted(CLAIMS.intersection(element.attrib)):
        name = element.get(attribute, "")
        known = {
            "data-quotation": sources.quotations,
            "data-reference": sources.references,
            "data-citation": sources.citations,
        }.get(attribute, sources.numbers)
        held = known.get(name)
        piece = attribute == "data-part" and held is not None and shown.strip() in held
        if held != shown and not piece:
            raise StudyError(
                f"the report shows something else than `{name}` holds",
                where=_place(element),
                rule=RULE,
                remedy="print it with n(), t() or quotation()",
            )


def _matcher(phrases: Iterable[str]) -> Callable[[str], str]:
    """Return a function that takes the allowed phrases out of a text."""
    alternatives = "|".join(re.escape(each) for each in sorted(phrases, key=len, reverse=True))
    if not alternatives:
        return lambda text: text
    pattern = re.compile(rf"(?<![\w.,])(?:{alternatives})(?!\w|[.,]\d)")
    return lambda text: pattern.sub("", text)


def _unknown(text: str, holder: html.HtmlElement) -> StudyError:
    return StudyError(
        f"a number in the report comes from no cell: “{' '.join(text.split())[:120]}”",
        where=_place(holder),
        rule=RULE,
        remedy="print the number of a cell with n(), or list the phrase, with its reason,"
        " in allowed_numbers.yaml",
    )


def _place(element: html.HtmlElement) -> str:
    """Return the section in which an element stands."""
    for each in _lineage(element):
        if each.tag == "section" and each.get("id"):
            return f"section `{each.get('id')}` of the report, element {element.tag}"
    return f"element {element.tag} of the report"
