"""Read a document of Word: its paragraphs and tables, in their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from trialtrail.exports.export import unreadable
from trialtrail.exports.limits import MAX_DOCUMENT, check_archive
from trialtrail.exports.transcripts.heads import CODE, MAX_LABEL, NAME, Head, kind_of
from trialtrail.exports.transcripts.transcript import Transcript, of_lists, row_text

CHANGE = "change that is neither accepted nor rejected"
UNREAD = {
    "txbxContent": "text box",
    "ins": CHANGE,
    "moveTo": CHANGE,
    "del": "deletion that is neither accepted nor rejected",
    "moveFrom": "deletion that is neither accepted nor rejected",
    "sdt": "form field",
    "fldSimple": "field that Word fills in",
    "smartTag": "form field",
    "customXml": "form field",
    "footnote": "footnote",
    "endnote": "endnote",
    "comment": "comment",
    "hdr": "header",
    "ftr": "footer",
}
"""Parts of a document whose text is in no paragraph of the body, by the names of elements."""
PARTS = ("/footnotes", "/endnotes", "/comments", "/header", "/footer")
"""Endings of the kinds of relations of a document to its other parts with text."""
FEWEST_BOLD = 2
"""Paragraphs that begin with one label in bold, for it to be a speaker."""


def read_word(spec: dict, path: str, label: str) -> Transcript:
    """Return a document: its paragraphs, and the rows of its tables, joined by line feeds.

    Raises:
        StudyError: it is none.
    """
    from docx import Document

    check_archive(path, label, "a Word document", MAX_DOCUMENT)
    try:
        return _transcript(Document(path))
    except Exception:  # python-docx raises whatever its parser raises
        raise unreadable(
            spec,
            "The file cannot be read as a Word document",
            "docx",
            "open it in a word processor and save it again as .docx",
            label,
        ) from None


def _transcript(document: Any) -> Transcript:
    lines, bold, at, numbered = [], [], 0, 0
    numbers = _Numbers(document)
    for text, paragraph in _blocks(document):
        if paragraph is not None:
            numbered += numbers.has(paragraph)
            if label := _bold_label(paragraph):
                bold.append(Head(at, at + len(label), label.strip(), sure=True))
        lines.append(text)
        at += len(text) + 1
    told = []
    if numbered:
        told.append(of_lists(numbered))
    return Transcript("\n".join(lines), _speakers(bold), _unread(document), told)


def _blocks(container: Any) -> Iterator[tuple[str, Any]]:
    """Yield the text of each paragraph, with the paragraph, and of each row of a table."""
    from docx.table import Table

    for block in container.iter_inner_content():
        if not isinstance(block, Table):
            yield block.text, block
            continue
        seen: set[Any] = set()
        for row in block.rows:
            own = {cell._tc: cell for cell in row.cells}  # merged cells are given several times
            cells = [
                "" if part in seen else "\n".join(text for text, _ in _blocks(cell))
                for part, cell in own.items()
            ]
            seen.update(own)
            if text := row_text(cells):
                yield text, None


def _bold_label(paragraph: Any) -> str | None:
    """Return what a paragraph begins with in bold, where words that are not bold follow it."""
    runs = [run for run in paragraph.runs if run.text]
    label, place = "", 0
    while place < len(runs) and runs[place].bold:
        label, place = label + runs[place].text, place + 1
    rest = "".join(run.text for run in runs[place:])
    plain = label.strip()
    if not plain or not rest.strip() or len(plain) > MAX_LABEL:
        return None
    if not paragraph.text.startswith(label):
        return None
    if rest.lstrip()[:1] in (":", "\uff1a") or plain[-1] in ":\uff1a" or "\t" in label + rest[:1]:
        return None  # the text says it, by its own signs
    return label if kind_of(plain) in (CODE, NAME) else None


def _speakers(heads: list[Head]) -> list[Head]:
    """Return the heads in bold whose labels recur, where there are two labels or more that do."""
    lines = Counter(head.label for head in heads)
    recurring = {label for label, n in lines.items() if n >= FEWEST_BOLD}
    if not recurring or len(lines) < 2:
        return []
    return [head for head in heads if head.label in lines]


class _Numbers:
    """Which paragraphs have a number or bullet of a list, by themselves or by their style."""

    def __init__(self, document: Any) -> None:
        own = {style.style_id: style for style in document.styles if hasattr(style, "base_style")}
        self.styles = {name for name, style in own.items() if any(map(_has_number, _bases(style)))}

    def has(self, paragraph: Any) -> bool:
        """Return whether it has, and text."""
        if not paragraph.text.strip():
            return False
        number = next(paragraph._p.iterfind("{*}pPr/{*}numPr/{*}numId"), None)
        if number is not None:
            return any(str(value) != "0" for value in number.attrib.values())
        return paragraph.style is not None and paragraph.style.style_id in self.styles


def _bases(style: Any) -> Iterator[Any]:
    """Yield a style and those that it is based on."""
    seen = set()
    while style is not None and style.style_id not in seen:
        seen.add(style.style_id)
        yield style
        style = style.base_style


def _has_number(style: Any) -> bool:
    return next(style.element.iterfind("{*}pPr/{*}numPr"), None) is not None


def _unread(document: Any) -> Counter[str]:
    """Return the kinds of places with text that is in no paragraph of the body, each counted."""
    roots = [document.element.body]
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(PARTS):
            roots.append(_parsed(relation.target_part.blob))
    places: dict[Any, str] = {}
    for root in roots:
        for text in root.iter("{*}t", "{*}delText"):
            if not (text.text and text.text.strip()):
                continue
            around = list(text.iterancestors())
            names = [_name(each) for each in around]
            if "Fallback" in names:  # the same text once more, for programs that are older
                continue
            found = [each for each, name in zip(around, names, strict=True) if name in UNREAD]
            if found:
                places[found[-1]] = UNREAD[_name(found[-1])]
    return Counter(places.values())


def _parsed(data: bytes) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(data)


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
