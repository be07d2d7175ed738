"""References: cited by key in texts and generated sentences, numbered as first cited, listed once.

The works that can be cited are those of the study's file (CSL-JSON or BibTeX) and those of methods
and instruments that ship. What is printed is formatted by citeproc-py in the style of Vancouver.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from lxml import etree, html
from markupsafe import Markup

from trialtrail.errors import StudyError

FOLDER = "references"
SHIPPED, STYLE, USES = "methods.json", "vancouver.csl", "uses.yaml"
KEY = r"@[A-Za-z0-9_](?:[\w:.#$%&+?<>~/-]*[\w/])?"
CITED = re.compile(rf"(?<!\\)\[({KEY}(?:\s*;\s*{KEY})*)\]")
LINKS = re.compile(r"(doi:(?P<doi>10\.\S+?)|(?P<url>https?://\S+?))(?=[.,;]?(?:\s|$))")
RULE = "a text cites the works of `report.references` and those that ship, by their keys"


def cites_in(markdown: str) -> str:
    """Return a text with its citations, ``[@key; @other]``, as calls of the templates."""

    def call(found: re.Match[str]) -> str:
        keys = ", ".join(f'"{key[1:]}"' for key in re.split(r"\s*;\s*", found[1]))
        return f"{{{{ cite({keys}) }}}}"

    return CITED.sub(call, markdown)


@dataclass
class References:
    """The works that a report can cite, and those that it did.

    Attributes:
        templates: the folder of the templates, with the references that ship.
        file: the study's own references, CSL-JSON or BibTeX.
        formatted: the cited works by key as they are printed, once they are formatted.
        numbers: their numbers.
    """

    templates: Path
    file: Path | None = None
    formatted: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    _works: dict[str, Any] | None = None
    _shipped: frozenset[str] = frozenset()
    _uses: dict[str, Any] | None = None

    def cite(self, *keys: str) -> Markup:
        """Return the mark of a citation, which is numbered when the page is whole.

        Raises:
            StudyError: there is no work of that key.
        """
        for key in keys:
            if key.lower() not in self._known():
                raise StudyError(
                    f"no work is named `{key}`{_nearest(key, self._known())}",
                    rule=RULE,
                    remedy="correct the key, or add the work to the file of references",
                )
        form = Markup('<a class="citation" data-citation="{}" href="#reference-{}"></a>')
        marks = [form.format(key.lower(), key.lower()) for key in keys]
        return Markup('<span class="citations">[{}]</span>').format(Markup(", ").join(marks))

    def of_method(self, name: str) -> str:
        """Return the works that a method of `estimates` rests on as a text cites them."""
        keys = self._used("methods", name)
        return f" [{'; '.join(f'@{key}' for key in keys)}]" if keys else ""

    def of_words(self, text: str) -> Markup:
        """Return the citation of the procedures that a text names; nothing where it names none."""
        keys = self._used("words", text)
        return Markup(" ") + self.cite(*keys) if keys else Markup("")

    def _used(self, kind: str, name: str) -> list[str]:
        if self._uses is None:
            path = self.templates / FOLDER / USES
            self._uses = yaml.safe_load(path.read_text(encoding="utf-8"))
        parts = self._uses[kind].items()
        return list(dict.fromkeys(key for part, keys in parts if part in name for key in keys))

    def marked(self, sentence: str) -> Markup:
        """Return a generated sentence with its citations as marks."""
        whole, end = Markup(""), 0
        for found in CITED.finditer(sentence):
            keys = [key[1:] for key in re.split(r"\s*;\s*", found[1])]
            whole += Markup.escape(sentence[end : found.start()]) + self.cite(*keys)
            end = found.end()
        return whole + Markup.escape(sentence[end:])

    def never_cited(self) -> list[str]:
        """Return the keys of the study's own works that no text cites."""
        return sorted(set(self._known()) - self._shipped - set(self.numbers))

    def fill(self, tree: html.HtmlElement) -> None:
        """Number the citations of a page by the order in which works are first cited; list them.

        Where nothing is cited there is no section of references, and where a page has no such
        section it has no citations.
        """
        if not tree.xpath("//ol[@class='references']"):
            for mark in tree.xpath("//span[@class='citations']"):
                _take_space(mark, mark.getprevious())
                mark.drop_tree()
            return
        for mark in tree.xpath("//a[@data-citation]"):
            key = mark.get("data-citation")
            if key not in self.numbers:
                self.numbers[key] = str(len(self.numbers) + 1)
                mark.set("id", f"citation-{key}")
            mark.text = self.numbers[key]
        for place in tree.xpath("//ol[@class='references']"):
            if not self.numbers:
                section = next(place.iterancestors("section"))
                section.getparent().remove(section)
                continue
            self.formatted = format_works(self._known(), self.numbers, self.templates)
            for key, text in self.formatted.items():
                place.append(_entry(key, text))

    def _known(self) -> dict[str, Any]:
        if self._works is None:
            shipped = _json(self.templates / FOLDER / SHIPPED)
            self._shipped = frozenset(shipped)
            own = _own(self.file) if self.file else {}
            self._shipped -= set(own)
            self._works = shipped | own
        return self._works


def format_works(works: Mapping[str, Any], keys: Iterable[str], templates: Path) -> dict[str, str]:
    """Return works by key as they are printed, without their numbers."""
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        style = CitationStylesStyle(str(templates / FOLDER / STYLE), validate=False)
        wanted = list(keys)
        page = CitationStylesBibliography(style, works, formatter.plain)
        for key in wanted:
            page.register(Citation([CitationItem(key)]))
        lines = [str(line) for line in page.bibliography()]
    return {
        key: " ".join(re.sub(r"^\s*\d+\.\s*", "", line).split())
        for key, line in zip(wanted, lines, strict=True)
    }


def _entry(key: str, text: str) -> html.HtmlElement:
    """Return an entry of the list, with its addresses as links, and the way back."""
    entry = etree.Element("li", {"id": f"reference-{key}"})
    shown = etree.SubElement(entry, "span", {"data-reference": key})
    end = 0
    for found in LINKS.finditer(text):
        _append(shown, text[end : found.start()])
        address = found["url"] or f"https://doi.org/{found['doi']}"
        link = etree.SubElement(shown, "a", {"href": address})
        link.text = found[0]
        end = found.end()
    _append(shown, text[end:])
    shown.tail = " "
    back = etree.SubElement(entry, "a", {"class": "back", "href": f"#citation-{key}"})
    back.set("aria-label", "Back to where it is cited")
    back.text = "↩"
    return entry


def _take_space(mark: html.HtmlElement, before: html.HtmlElement | None) -> None:
    """Take away the space before a mark that goes."""
    if before is not None:
        before.tail = (before.tail or "").rstrip()
    else:
        mark.getparent().text = (mark.getparent().text or "").rstrip()


def _append(element: html.HtmlElement, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _own(path: Path) -> dict[str, Any]:
    if path.suffix.lower() == ".bib":
        return _bibtex(path)
    return _json(path)


def _json(path: Path) -> dict[str, Any]:
    from citeproc.source.json import CiteProcJSON

    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        for work in given:
            work["id"] = str(work["id"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            works = dict(CiteProcJSON(given))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unread(path, "CSL-JSON: a list of works, each with `id` and `type`") from error
    return _once(works, [work["id"] for work in given], path)


def _bibtex(path: Path) -> dict[str, Any]:
    from citeproc.source.bibtex import BibTeX

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            works = dict(BibTeX(str(path), encoding="utf-8"))
    except Exception as error:  # its parser raises what it meets
        raise _unread(path, "BibTeX in UTF-8") from error
    return _once(works, works, path)


def _once(works: Mapping[str, Any], ids: Iterable[str], path: Path) -> dict[str, Any]:
    seen: set[str] = set()
    for key in map(str.lower, ids):
        if key in seen:
            raise StudyError(
                f"two works are named `{key}`",
                where=path.as_posix(),
                rule=RULE,
                remedy="give each a key of its own",
            )
        seen.add(key)
    return {key.lower(): work for key, work in works.items()}


def _unread(path: Path, form: str) -> StudyError:
    return StudyError(
        "the file of references cannot be read",
        where=path.as_posix(),
        rule=f"`report.references` is {form}",
        remedy="export it again from the program that keeps the references",
    )


def _nearest(key: str, known: Iterable[str]) -> str:
    from trialtrail.results.cells import nearest

    return nearest(key.lower(), list(known))
