"""The languages in which the report says what is not the study's own: labels, captions, headings.

What the templates say is English; a catalog in `templates/locales` has it in another language. A
phrase that the catalog lacks stays English and is marked as English (WCAG 3.1.2), so that a voice
reads it as such. What people wrote for their study is in the language of the study.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from lxml import etree, html
from markupsafe import Markup

from trialtrail.report.sections import Section, Shown

ENGLISH = "en-GB"
CATALOGS = "locales"
"""The folder of the catalogs, in that of the templates."""
DOMAIN = "report"
DECIMAL = {"de": ","}
"""Sign before decimals by language, as in the Unicode CLDR; a point in English."""
OF_LEVEL = {
    "de": tuple(
        f"-{noun}{ending}"
        for noun in ("Intervall", "Konfidenzintervall")
        for ending in ("", "e", "en", "s")
    )
}
"""What follows the confidence level in one word with it."""
CLAIMED = ("data-n", "data-part", "data-quotation", "data-name")
"""Marks of what a study or its tables say: none of it is translated."""
SILENT = ("style", "script")
NUMBERED = re.compile(r"(Table|Figure|Section) (S?\d.*)")
DECIMALS = re.compile(r"(?<=\d)\.(?=\d)")
LEVEL = "{{ level }}"
OPENINGS = ("Allocated to",)
"""Words of a figure that stand before a name of the study in one text with it."""
OF_FIGURE = re.compile(r"([^\w%]*)(.*?)([^\w%]*)", re.DOTALL)
"""A text of a figure: an arrow or a sign, its words, and a sign."""
TERM = "term: "
"""Begins the phrase of a term of the glossary in a catalog: a term alone may be a unit."""
SCREEN_WORDS = "words"
"""Id of the element with the words that the script of the page shows."""
PLAIN_NUMBER = re.compile(r"[−<>≤≥ ]*\d+\.\d+ ?%?")
TEXT_OF_STYLE = re.compile(r"(content\s*:[^;}]*)")


class _Nothing(NullTranslations):
    """Says that a phrase is not translated."""

    def gettext(self, message: str) -> str:
        return ""


@dataclass(frozen=True)
class Language:
    """A language of the report.

    Attributes:
        tag: as BCP 47 has it, `de-CH`.
        catalog: the phrases that are translated; None in English, which is what templates say.
    """

    tag: str = ENGLISH
    catalog: NullTranslations | None = field(default=None, compare=False)

    @property
    def decimal(self) -> str:
        """Return the sign before decimals."""
        return DECIMAL.get(primary(self.tag), ".")

    def say(self, phrase: str) -> str:
        """Return a phrase in this language; "" where the catalog has it not."""
        return self.catalog.gettext(" ".join(phrase.split())) if self.catalog else phrase

    def number(self, printed: str) -> str:
        """Return a number as this language prints it."""
        return DECIMALS.sub(self.decimal, printed) if self.catalog else printed

    def in_english(self, said: Any) -> Any:
        """Return what was said in English, marked as such where that is not this language."""
        if not self.catalog or not str(said).strip():
            return said
        return Markup('<span lang="{}">{}</span>').format(ENGLISH, said)

    def style(self, css: str) -> str:
        """Return a style sheet with the words that it prints, such as those beside page numbers."""

        def of_content(match: re.Match[str]) -> str:
            return re.sub(r'"([^"]*)"', lambda text: f'"{self._around(text[1])}"', match[1])

        return TEXT_OF_STYLE.sub(of_content, css) if self.catalog else css

    def _around(self, text: str) -> str:
        """Return a text in this language, with the spaces around it; the text where unknown."""
        said = self.say(text) if text.strip() else ""
        before = text[: len(text) - len(text.lstrip())]
        return f"{before}{said}{text[len(text.rstrip()) :]}" if said else text


def primary(tag: str) -> str:
    """Return the language of a tag without its region: `de-CH` gives `de`."""
    return tag.partition("-")[0].lower()


def language_of(tag: str, templates: Path) -> Language:
    """Return the language of a tag, with its catalog."""
    if primary(tag) == primary(ENGLISH):
        return Language(tag)
    with open(templates / CATALOGS / primary(tag) / "LC_MESSAGES" / f"{DOMAIN}.mo", "rb") as file:
        catalog = GNUTranslations(file)
    catalog.add_fallback(_Nothing())
    return Language(tag, catalog)


def translated_sections(sections: Sequence[Section], language: Language) -> list[Section]:
    """Return the declared sections with their phrases in a language, Jinja expressions and all."""
    if not language.catalog:
        return list(sections)
    return [
        replace(
            section,
            title=_phrase(section.title, language),
            absent=_phrase(section.absent, language),
            lacks={row: _phrase(note, language) for row, note in section.lacks.items()},
            shows=None
            if section.shows is None
            else [_translated_shown(shown, language) for shown in section.shows],
        )
        for section in sections
    ]


def _translated_shown(shown: Shown, language: Language) -> Shown:
    return replace(
        shown,
        caption=_phrase(shown.caption, language),
        alt=language.say(shown.alt) or shown.alt,
    )


def _phrase(phrase: str, language: Language) -> str:
    if not phrase.strip():
        return phrase
    return language.say(phrase) or f'<span lang="{ENGLISH}">{phrase}</span>'


def translate_texts(tree: html.HtmlElement, language: Language, level: str = "") -> None:
    """Say in a language each text of the page that is a phrase as a whole.

    These are texts that functions and result tables give: measures, states, words between numbers.
    What is marked as English stays so. ``level`` is the confidence level as it is printed.
    """
    if not language.catalog:
        return
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "script" and element.get("id") == SCREEN_WORDS:
            element.text = _screen_words(element.text, language)
        if element.get("data-allowed") == "numbering" and _is_left(element):
            _name_reference(element, language)
        if not _is_left(element):
            element.text = _text(element.text, element, language, level)
        parent = element.getparent()
        if parent is not None and not _is_left(parent):
            element.tail = _text(element.tail, parent, language, level)


def _name_reference(link: html.HtmlElement, language: Language) -> None:
    """Call what a sentence in English refers to as the page calls it there."""
    numbered = NUMBERED.fullmatch(link.text or "")
    if numbered and (said := language.say(numbered[1])):
        link.text = f"{said} {numbered[2]}"
        link.set("lang", language.tag)


def _is_left(element: etree._Element) -> bool:
    """Tell whether the text of an element is not the report's to translate."""
    for each in (element, *element.iterancestors()):
        if each.tag in SILENT or any(mark in each.attrib for mark in CLAIMED):
            return True
        if each.get("lang") == ENGLISH:
            return True
    return False


def _text(text: str | None, holder: etree._Element, language: Language, level: str) -> str | None:
    if not text or not text.strip():
        return text
    bare = " ".join(text.split())
    numbered = NUMBERED.fullmatch(bare)
    if numbered and (said := language.say(numbered[1])):
        return text.replace(numbered[1], said, 1)
    if any(each.tag == "svg" for each in holder.iterancestors()):
        return _text_of_figure(text, bare, language)
    if level and level in text:
        said = language._around(text.replace(level, LEVEL))
        return said.replace(LEVEL, level)
    return language._around(text)


def _text_of_figure(text: str, bare: str, language: Language) -> str:
    """Return a text of a figure: a number, words between signs, or words before a name."""
    if PLAIN_NUMBER.fullmatch(bare):
        return language.number(text)
    for opening in OPENINGS:
        if bare.startswith(f"{opening} ") and (said := language.say(opening)):
            return text.replace(opening, said, 1)
    match = OF_FIGURE.fullmatch(text)
    before, words, after = match.groups() if match else ("", text, "")
    said = language.say(words) or language.say(words[:1].upper() + words[1:]) if words else ""
    return f"{before}{said or words}{after}"


def _screen_words(text: str | None, language: Language) -> str:
    """Return the words of the script of the page, as JSON that a page can hold."""
    words = {name: language.say(said) or said for name, said in json.loads(text or "{}").items()}
    return str(htmlsafe_json_dumps(words))


def translated_glossary(entries: Sequence[Mapping[str, Any]], language: Language) -> list[Any]:
    """Return the glossary in a language; a term is found by its spellings in English as well.

    The catalog has the spellings of a term as one phrase, with a stroke between them, the term
    first.
    """
    if not language.catalog:
        return list(entries)
    found = []
    for entry in entries:
        forms = spellings(entry)
        said, means = language.say(forms), language.say(entry["means"])
        if said and means:
            term, *others = said.split("|")
            english = forms.removeprefix(TERM).split("|")
            entry = {"term": term, "forms": [*others, *english], "means": means}
        found.append(entry)
    return found


def spellings(entry: Mapping[str, Any]) -> str:
    """Return the spellings of a term of the glossary as a phrase that no text of a page is."""
    return "|".join([f"{TERM}{entry['term']}", *entry.get("forms", [])])


def allowed_with_level(level: str, language: Language) -> Mapping[str, None]:
    """Return the words that a confidence level makes with what follows it."""
    return dict.fromkeys(f"{level}{noun}" for noun in OF_LEVEL.get(primary(language.tag), ()))


BLOCKS = ("p", "li", "dd", "td", "th", "caption", "figcaption", "h2", "h3", "h4")
WORDS = re.compile(r"[^\W\d_]+")
SAID_IN = {
    "en": (
        "the of and is are was were with without not by from which that than who what each all no"
        " has have had does it its these those as among between"
    ),
    "de": (
        "der die das den dem des und ist sind war waren mit ohne nicht von vom zum zur aus welche"
        " dass als wer jede jeder alle kein keine hat haben es ihr im ein eine einer für bei"
    ),
}
"""Small words that tell in which language a sentence is."""
SMALL_ENGLISH = frozenset(SAID_IN["en"].split())
FEW = 2
"""Small words of English from which on a text without one of the other language is English."""


def mark_english(tree: html.HtmlElement, language: Language) -> None:
    """Mark what is English in a page of another language, as its small words tell.

    These are sentences that functions make, and what a study wrote in English.
    """
    if not language.catalog:
        return
    other = frozenset(SAID_IN[primary(language.tag)].split())
    for block in list(tree.iter(*BLOCKS)):
        if block.get("lang") or any(each.get("lang") == ENGLISH for each in block.iterancestors()):
            continue
        if any(child.tag in BLOCKS for child in block.iter() if child is not block):
            continue
        english, german = _small_words("".join(_own_texts(block)), other)
        if english >= FEW and not german:
            block.set("lang", ENGLISH)
        elif english >= FEW:
            _mark_parts(block, other)


def _small_words(text: str, other: frozenset[str]) -> tuple[int, int]:
    words = [word.lower() for word in WORDS.findall(text)]
    return sum(word in SMALL_ENGLISH for word in words), sum(word in other for word in words)


def _own_texts(block: html.HtmlElement) -> list[str]:
    """Return the texts of a block that are not marked as English already."""
    found = [block.text or ""]
    for child in block:
        if isinstance(child.tag, str) and child.get("lang") != ENGLISH and child.tag not in SILENT:
            found += _own_texts(child)
        found.append(child.tail or "")
    return found


def _mark_parts(block: html.HtmlElement, other: frozenset[str]) -> None:
    """Put the texts of a block that are English, among others, in elements that say so."""

    def is_english(text: str | None) -> bool:
        english, german = _small_words(text or "", other)
        return english > 0 and not german

    def within(text: str) -> html.HtmlElement:
        element = html.Element("span", {"lang": ENGLISH})
        element.text = text
        return element

    if is_english(block.text):
        block.insert(0, within(block.text))
        block.text = None
    for child in list(block):
        if is_english(child.tail) and not (child.get("lang") == ENGLISH and child.tail is None):
            element = within(child.tail)
            child.tail = None
            child.addnext(element)
