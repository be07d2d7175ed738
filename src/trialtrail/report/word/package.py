"""The package of the Word file: the template it begins with, its numbering, its bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.oxml.parser import parse_xml
from docx.parts.numbering import NumberingPart
from docx.shared import Mm

from trialtrail.errors import StudyError
from trialtrail.report.word.styles import STYLES
from trialtrail.report.word.xml import field, paragraph, run, w

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The moment of all parts: a zip archive knows none before."""
TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
LEFT_OUT = ("thumbnail", "stylesWithEffects", "custom-properties", "extended-properties",
            "customXml", "attachedTemplate", "comments", "people")  # fmt: skip
"""Parts of a template, by the ends of their relations, that say who wrote it or are not read."""
KEPT_STYLES = ("Normal Table", "No List", "Default Paragraph Font", "Normal")
LEVELS = (("%1", 510), ("%1.%2", 680), ("%1.%2.%3", 800))
"""Of headings: how a level is numbered, and its indent in twentieths of a point."""
BULLET = 300
TWIP = 635
"""English metric units of a twentieth of a point."""


def begin(template: Path | None) -> Any:
    """Return an empty document with the styles of a study's template, or of our own.

    Raises:
        StudyError: the template is not a Word file without macros.
    """
    if template is None:
        document = Document()
        _drop_unused_styles(document)
        section = document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)
        section.top_margin, section.bottom_margin = Mm(25), Mm(22)
    else:
        document = _opened(template)
    body = document.element.body
    for child in list(body)[: -1 if body.sectPr is not None else None]:
        body.remove(child)
    for part in (document.part, document.part.package):
        for key, relation in list(part.rels.items()):
            if any(end in relation.reltype for end in LEFT_OUT):
                part.rels.pop(key)
    return document


def _opened(template: Path) -> Any:
    whole = io.BytesIO()
    try:
        with zipfile.ZipFile(template) as given, zipfile.ZipFile(whole, "w") as taken:
            for part in given.infolist():
                data = given.read(part)
                if part.filename == "[Content_Types].xml":
                    data = data.replace(TEMPLATE.encode(), CT.WML_DOCUMENT_MAIN.encode())
                taken.writestr(part.filename, data)
        return Document(whole)
    except (zipfile.BadZipFile, ValueError, KeyError, OSError) as error:
        raise StudyError(
            "the template of the Word file cannot be used",
            where=template.as_posix(),
            rule="`report.word_template` is a file .docx or .dotx, without macros",
            remedy="open it in Word and save it as .docx",
        ) from error


def _drop_unused_styles(document: Any) -> None:
    kept = {name.lower() for name in (*KEPT_STYLES, *STYLES)}
    for style in list(document.styles):
        if style.name.lower() not in kept:
            style.delete()


def describe(document: Any, about: Mapping[str, str]) -> None:
    """Set the properties of the file: title, subject, language, authors; no date, no program."""
    core = document.core_properties
    for child in list(core._element):
        core._element.remove(child)
    core.title, core.subject = about.get("title", ""), about.get("subject", "")
    core.language = about.get("language", "")
    if about.get("author"):
        core.author = about["author"]
    defaults = document.styles.element.find(f"{{{document.styles.element.nsmap['w']}}}docDefaults")
    for language in defaults.iter(f"{{{defaults.nsmap['w']}}}lang") if defaults is not None else ():
        for name in list(language.attrib):
            if name.endswith("}val"):
                language.set(name, about.get("language") or "en-GB")


def set_margins_text(document: Any, head: str, foot: str, words: tuple[str, str]) -> None:
    """Write the short title above each page but the first, and a notice and the page below."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    width = (section.page_width - section.left_margin - section.right_margin) // TWIP
    ids = {style.name: style.style_id for style in document.styles}
    _only(section.header, paragraph(ids["Header"]), [run(head)])
    for place in (section.first_page_footer, section.footer):
        line = paragraph(ids["Footer"], w("tabs", w("tab", val="right", pos=str(width))))
        pages = [*field("PAGE", [run("1")]), run(words[1]), *field("NUMPAGES", [run("1")])]
        _only(place, line, [run(foot), w("r", w("tab")), run(words[0]), *pages])


def _only(place: Any, line: Any, runs: list[Any]) -> None:
    line.extend(runs)
    for child in list(place._element):
        place._element.remove(child)
    place._element.append(line)


class Numbering:
    """The numbering of headings and lists, added to what the template numbers."""

    def __init__(self, document: Any) -> None:
        try:
            part = document.part.part_related_by(RT.NUMBERING)
        except KeyError:
            space = document.element.nsmap["w"]
            root = parse_xml(f'<w:numbering xmlns:w="{space}"/>')
            uri = PackURI("/word/numbering.xml")
            part = NumberingPart(uri, CT.WML_NUMBERING, root, document.part.package)
            document.part.relate_to(part, RT.NUMBERING)
        self._root = part.element
        self._first = self._next("abstractNum", "abstractNumId")
        levels = [_level(n, "decimal", text, indent) for n, (text, indent) in enumerate(LEVELS)]
        self._abstract(0, levels)
        self._abstract(1, [_level(0, "bullet", "•", BULLET)])
        self._abstract(2, [_level(0, "decimal", "%1.", BULLET + 100)])
        self.headings, self.bullets = self._list(0), self._list(1)

    def begin_list(self) -> str:
        """Return the number of a numbered list that begins at 1."""
        return self._list(2, restart=True)

    def _next(self, tag: str, name: str) -> int:
        space = self._root.nsmap["w"]
        used = [int(e.get(f"{{{space}}}{name}")) for e in self._root.iter(f"{{{space}}}{tag}")]
        return max(used, default=0) + 1

    def _abstract(self, number: int, levels: list[Any]) -> None:
        kind = w("multiLevelType", val="multilevel" if len(levels) > 1 else "singleLevel")
        made = w("abstractNum", kind, *levels, abstractNumId=str(self._first + number))
        first = self._root.find(f"{{{self._root.nsmap['w']}}}num")
        if first is None:
            self._root.append(made)
        else:
            first.addprevious(made)

    def _list(self, number: int, *, restart: bool = False) -> str:
        made = self._next("num", "numId")
        again = w("lvlOverride", w("startOverride", val="1"), ilvl="0") if restart else None
        abstract = w("abstractNumId", val=str(self._first + number))
        self._root.append(w("num", abstract, again, numId=str(made)))
        return str(made)


def _level(number: int, kind: str, text: str, indent: int) -> Any:
    place = w("ind", left=str(indent), hanging=str(indent))
    return w(
        "lvl",
        w("start", val="1"),
        w("numFmt", val=kind),
        w("lvlText", val=text),
        w("lvlJc", val="left"),
        w("pPr", w("tabs", w("tab", val="num", pos=str(indent))), place),
        ilvl=str(number),
    )


def as_bytes(document: Any) -> bytes:
    """Return the file: the same document gives the same bytes, whenever it is written."""
    written, fixed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as given, zipfile.ZipFile(fixed, "w") as taken:
        for part in given.infolist():
            plain = zipfile.ZipInfo(part.filename, EPOCH)
            plain.external_attr, plain.create_system = 0o600 << 16, 3
            taken.writestr(plain, given.read(part), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
