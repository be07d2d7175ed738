"""Read a folder of Word documents: one record a document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from trialtrail.exports.export import FILE, LINE, Export, Odd, unreadable
from trialtrail.exports.limits import MAX_DOCUMENT, check_archive, check_cell

ELSEWHERE = {
    "tbl": "a table",
    "txbxContent": "a text box",
    "ins": "a change that is neither accepted nor rejected",
    "moveTo": "a change that is neither accepted nor rejected",
    "sdt": "a form field",
    "footnote": "a footnote",
    "endnote": "an endnote",
}
"""Parts of a document in which text stands that is in no paragraph of the body."""


def read_docx(spec: dict, paths: list[str]) -> Export:
    """Return one record a document: its name without ending, its paragraphs joined by line ends.

    Raises:
        StudyError: a file is no Word document.
    """
    rows, odd = [], []
    for path in sorted(paths):
        label = f"{spec['label']}/{Path(path).name}"
        text, unread = _text(spec, path, label)
        rows.append((Path(path).stem, text, label, 1))
        for place in unread:
            message = f"the document has text in {place}, which is not read"
            odd.append(Odd("unread", 1, "text", message, label))
    frame = pd.DataFrame(rows, columns=["document", "text", FILE, LINE])
    frame = frame.astype({"document": "string", "text": "string", FILE: "string", LINE: "Int64"})
    return Export(spec["name"], ["document", "text"], frame, odd=odd)


def _text(spec: dict, path: str, label: str) -> tuple[str, list[str]]:
    """Return the text of a document, and where else there is text in it."""
    from docx import Document

    check_archive(path, label, "a Word document", MAX_DOCUMENT)
    try:
        document = Document(path)
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        unread = list(dict.fromkeys(_unread(document)))
    except Exception:  # python-docx raises whatever its parser raises
        raise unreadable(
            spec,
            "The file cannot be read as a Word document",
            "docx",
            "open it in a word processor and save it again as .docx",
            label,
        ) from None
    check_cell([text], label)
    return text, unread


def _unread(document) -> Iterator[str]:
    """Yield the kind of each place with text that is in no paragraph of the body."""
    parts = [document.element.body]
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")):
            parts.append(_parsed(relation.target_part.blob))
    for part in parts:
        for text in part.iter("{*}t"):
            if text.text and text.text.strip():
                around = [_name(each) for each in text.iterancestors()]
                yield from (ELSEWHERE[name] for name in around[::-1] if name in ELSEWHERE)


def _parsed(data: bytes):
    from docx.oxml import parse_xml

    return parse_xml(data)


def _name(element) -> str:
    return element.tag.rpartition("}")[2]
