"""Read a document in the Rich Text Format (``.rtf``) through striprtf."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from trialtrail.exports.export import unreadable
from trialtrail.exports.limits import MAX_DOCUMENT, too_large
from trialtrail.exports.transcripts.transcript import Transcript, of_insertions, row_text

UNREAD = {
    r"\\footnote": "footnote",
    r"\\annotation": "comment",
    r"\\header[lrf]?": "header",
    r"\\footer[lrf]?": "footer",
    r"\\shptxt|\\do\\dobxhgt": "text box",
    r"\\deleted": "deletion that is neither accepted nor rejected",
}
"""Control words of what is not read, or not to be read, and what it is."""
CELL, ROW = "\ue000", "\ue001"
"""Signs of no script, put where cells and rows of tables end."""


def read_rich_text(spec: dict, path: str, label: str) -> Transcript:
    """Return a document: its paragraphs, and the rows of its tables, joined by line feeds.

    Raises:
        StudyError: it is none.
    """
    from striprtf.striprtf import rtf_to_text

    data = Path(path).read_bytes()
    if len(data) > MAX_DOCUMENT:
        raise too_large(label, "The document is too large", f"{MAX_DOCUMENT >> 20} megabytes")
    source = data.decode("latin-1")
    try:
        if not source.lstrip().startswith("{\\rtf"):
            raise ValueError
        source, unread = _marked(source)
        text = rtf_to_text(source, encoding="cp1252", errors="strict")
    except Exception:  # striprtf raises whatever its codecs raise
        raise unreadable(
            spec,
            "The file cannot be read as a document in the Rich Text Format",
            "rtf",
            "open it in a word processor and save it again as .docx",
            label,
        ) from None
    revised = re.findall(r"(?<!\\)\\revised(?![a-z0-9])", source)
    told = [of_insertions(len(revised))] if revised else []
    return Transcript(_paragraphs(text), unread=unread, told=told)


def _marked(source: str) -> tuple[str, Counter[str]]:
    """Return a document with cells and rows marked and deletions taken out, and what is unread."""
    unread: Counter[str] = Counter()
    for pattern, kind in UNREAD.items():
        for found in re.finditer(rf"(?<!\\)(?:{pattern})(?![a-z])", source):
            unread[kind] += bool(_has_words(_group(source, found.start())))
    source = _without(source, r"(?<!\\)\\deleted(?![a-z0-9])")
    source = re.sub(r"(?<!\\)\\cell(?![a-z]) ?", rf"\\u{ord(CELL)}?", source)
    source = re.sub(r"(?<!\\)\\row(?![a-z]) ?", rf"\\u{ord(ROW)}?", source)
    return source, Counter({kind: n for kind, n in unread.items() if n})


def _group(source: str, at: int) -> str:
    """Return what stands from ``at`` to the end of the group that it is in."""
    depth, place = 0, at
    while place < len(source):
        sign = source[place]
        if sign == "\\":
            place += 2
            continue
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            break
        place += 1
    return source[at:place]


def _without(source: str, pattern: str) -> str:
    """Return a document without the rest of each group in which a control word stands."""
    while found := re.search(pattern, source):
        at = found.start()
        source = source[:at] + source[at + len(_group(source, at)) :]
    return source


def _has_words(group: str) -> bool:
    """Return whether a group has text beside its control words."""
    plain = re.sub(r"\\'[0-9a-f]{2}|\\u-?\d+", "x", group)
    plain = re.sub(r"\\\*|\\[a-z]+-?\d* ?|[{}\s]", "", plain)
    return bool(plain)


def _paragraphs(text: str) -> str:
    """Return the paragraphs, and each row of a table as one; without the last line end."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16")  # emoji come as two halves
    lines: list[str] = []
    for place, part in enumerate(whole.split(ROW)):
        before, cell, cells = part.rpartition("\n") if CELL not in part else _row(part)
        if place and before.startswith("\n"):
            before = before[1:]
        if cell == "\n":
            before += cell + cells
        if before:
            lines.append(before.removesuffix("\n") if cell == CELL else before)
        if cell == CELL and (row := row_text(cells.split(CELL)[:-1])):
            lines.append(row)
    return "\n".join(lines).removesuffix("\n")


def _row(part: str) -> tuple[str, str, str]:
    """Return what stands before a row, that there is one, and its cells."""
    first = part.index(CELL)
    begun = part.rfind("\n", 0, first) + 1
    return part[:begun], CELL, part[begun:]
