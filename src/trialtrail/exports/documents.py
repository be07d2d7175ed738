"""Read a folder of Word documents: one record a document."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trialtrail.exports.export import FILE, LINE, Export, unreadable
from trialtrail.exports.limits import check_archive


def read_docx(spec: dict, paths: list[str]) -> Export:
    """Return one record a document: its name without ending, its paragraphs joined by line ends.

    Raises:
        StudyError: a file is no Word document.
    """
    rows = []
    for path in sorted(paths):
        label = f"{spec['label']}/{Path(path).name}"
        rows.append((Path(path).stem, _text(spec, path, label), label, 1))
    frame = pd.DataFrame(rows, columns=["document", "text", FILE, LINE])
    frame = frame.astype({"document": "string", "text": "string", FILE: "string", LINE: "Int64"})
    return Export(spec["name"], ["document", "text"], frame)


def _text(spec: dict, path: str, label: str) -> str:
    from docx import Document

    check_archive(path, label, "a Word document")
    try:
        document = Document(path)
        return "\n".join(paragraph.text for paragraph in document.paragraphs)
    except Exception:  # python-docx raises whatever its parser raises
        raise unreadable(
            spec,
            "The file cannot be read as a Word document",
            "docx",
            "open it in a word processor and save it again as .docx",
            label,
        ) from None
