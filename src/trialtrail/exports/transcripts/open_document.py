"""Read a text document of LibreOffice and others (OpenDocument, ``.odt``) through odfdo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from trialtrail.exports.export import unreadable
from trialtrail.exports.limits import MAX_DOCUMENT, check_archive
from trialtrail.exports.transcripts.transcript import Transcript, of_insertions, of_lists, row_text

UNREAD = {
    "text:note": "footnote",
    "office:annotation": "comment",
    "text:deletion": "deletion that is neither accepted nor rejected",
    "draw:text-box": "text box",
    "draw:custom-shape": "text box",
}
"""Elements whose text is no part of the paragraphs, and what they are."""
APART = ("text:tracked-changes", "office:annotation-end", "text:soft-page-break")
"""Elements that hold no text of their own place."""


def read_open_document(spec: dict, path: str, label: str) -> Transcript:
    """Return a document: its paragraphs, and the rows of its tables, joined by line feeds.

    Raises:
        StudyError: it is none.
    """
    from odfdo import Document

    check_archive(path, label, "a document of LibreOffice", MAX_DOCUMENT)
    try:
        document = Document(path)
        body = document.body
        inserted = len(body.get_elements("descendant::text:insertion"))
        unread = _taken_out(body)
        unread.update(_headers(document))
        numbered = sum(1 for _ in _numbered(body))
        lines = list(_blocks(body))
    except Exception:  # odfdo raises whatever its parser raises
        raise unreadable(
            spec,
            "The file cannot be read as a document of LibreOffice",
            "odt",
            "open it in a word processor and save it again as .odt or .docx",
            label,
        ) from None
    told = [of_insertions(inserted)] if inserted else []
    if numbered:
        told.append(of_lists(numbered))
    return Transcript("\n".join(lines), unread=unread, told=told)


def _taken_out(body: Any) -> Counter[str]:
    """Take out of a document what is no text of its paragraphs; return how often there was any."""
    found: Counter[str] = Counter()
    for tag, kind in UNREAD.items():
        for element in body.get_elements(f"descendant::{tag}"):
            found[kind] += bool("".join(element.xpath("descendant::text()")).strip())
    for tag in (*UNREAD, *APART):
        for element in body.get_elements(f"descendant::{tag}"):
            if element.parent is not None:
                element.delete()
    return Counter({kind: n for kind, n in found.items() if n})


def _headers(document: Any) -> Counter[str]:
    """Return how many headers and footers with text the pages of a document have."""
    found: Counter[str] = Counter()
    for style in document.styles.root.get_elements("descendant::style:master-page"):
        for tag, kind in (("style:header", "header"), ("style:footer", "footer")):
            for element in style.get_elements(f"descendant::{tag}"):
                if "".join(element.xpath("descendant::text()")).strip():
                    found[kind] += 1
    return found


def _numbered(body: Any) -> Iterator[Any]:
    for item in body.get_elements("descendant::text:list-item"):
        yield from item.get_elements("text:p|text:h")


def _blocks(container: Any) -> Iterator[str]:
    """Yield the text of each paragraph and of each row of a table, in the order of the document."""
    for child in container.children:
        if child.tag in ("text:p", "text:h"):
            yield child.inner_text
        elif child.tag == "table:table":
            yield from _rows(child)
        elif child.tag not in ("text:sequence-decls", "office:forms", *UNREAD, *APART):
            yield from _blocks(child)


def _rows(table: Any) -> Iterator[str]:
    for row in table.get_elements("descendant::table:table-row"):
        if row.parent.tag != "table:table" and not row.parent.tag.startswith("table:table-"):
            continue
        cells = ["\n".join(_blocks(cell)) for cell in row.get_elements("table:table-cell")]
        if text := row_text(cells):
            yield text
