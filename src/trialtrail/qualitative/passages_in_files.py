"""Where a passage stands in the file of its transcript, by a reading of the file's own bytes.

This reading shares nothing with the one that made the transcript. What it finds is proof that the
words are in the file; where it finds nothing (a project, a table, a form of text it does not read)
the proof ends at the file's digest and the characters of the transcript.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

PARTS = {".docx": "word/document.xml", ".odt": "content.xml"}
"""The part of a packed document that holds its text."""
PLAIN = (".txt", ".vtt", ".srt")
ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "utf-16-be", "mac-roman")
BREAK = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "line-break": "\n", "s": " "}
"""Elements of a paragraph that stand for a sign."""
LINE_ENDS = ("\r\n", "\n", "\r")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a document: its text and, for each sign of it, the run that holds it."""

    text: str
    runs: tuple[int, ...]


def place_in_file(path: str | Path, words: str, before: float) -> str:
    """Return where words stand in a file, in words for people; empty where they are not found.

    Args:
        path: the file.
        words: the passage, as it stands in the transcript.
        before: the share of the transcript that lies before it, which tells of several places the
            one that is meant.
    """
    ending = Path(path).suffix.lower()
    if ending in PLAIN:
        return _in_bytes(Path(path).read_bytes(), words, before)
    if ending in PARTS:
        return _in_paragraphs(Path(path), PARTS[ending], words, before)
    return ""


def _in_bytes(data: bytes, words: str, before: float) -> str:
    """Return the bytes of a plain text, whatever its line ends."""
    for encoding in ENCODINGS:
        try:
            parts = [re.escape(line.encode(encoding)) for line in words.split("\n")]
        except UnicodeEncodeError:
            continue
        between = b"|".join(re.escape(each.encode(encoding)) for each in LINE_ENDS)
        pattern = (b"(?:" + between + b")").join(parts)
        found = [match.span() for match in re.finditer(pattern, data)]
        if found:
            start, end = _nearest(found, before * len(data))
            return f"bytes {start} to {end} ({encoding})"
    return ""


def _in_paragraphs(path: Path, part: str, words: str, before: float) -> str:
    """Return the paragraphs, runs and characters of a packed document."""
    try:
        with zipfile.ZipFile(path) as packed:
            paragraphs = _paragraphs(packed.read(part))
    except (zipfile.BadZipFile, KeyError, ValueError):
        return ""
    whole = "\n".join(each.text for each in paragraphs)
    found = [match.span() for match in re.finditer(re.escape(words), whole)]
    if not found:
        return ""
    start, end = _nearest(found, before * len(whole))
    starts, at = [], 0
    for each in paragraphs:
        starts.append(at)
        at += len(each.text) + 1
    first = max(n for n, at in enumerate(starts) if at <= start)
    last = max(n for n, at in enumerate(starts) if at < end)
    if first == last:
        inner = slice(start - starts[first], end - starts[first])
        runs = sorted(set(paragraphs[first].runs[inner]))
        of_runs = f"run {runs[0]}" if runs[0] == runs[-1] else f"runs {runs[0]} to {runs[-1]}"
        return f"{part}, paragraph {first + 1}, {of_runs}, characters {inner.start} to {inner.stop}"
    return (
        f"{part}, paragraph {first + 1} from character {start - starts[first]} "
        f"to paragraph {last + 1}, character {end - starts[last]}"
    )


def _paragraphs(data: bytes) -> list[Paragraph]:
    """Return the paragraphs of a document in their order, those of tables among them."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(data, parser)
    found = []
    for element in root.iter("{*}p", "{*}h"):
        signs: list[str] = []
        runs: list[int] = []
        number = 0
        for each in element.iter():
            if not isinstance(each.tag, str):
                continue
            number += _name(each) in ("r", "span")
            text = each.text if _name(each) in ("t", "p", "h", "span", "a") else ""
            text = BREAK.get(_name(each), "") * _times(each) or (text or "")
            tail = each.tail if _is_open_document(element) and each is not element else ""
            text += tail or ""
            signs.append(text)
            runs += [max(number, 1)] * len(text)
        found.append(Paragraph("".join(signs), tuple(runs)))
    return found


def _times(element) -> int:
    """Return how many signs an element stands for: `text:s` counts its spaces."""
    counts = [value for name, value in element.items() if name.endswith("}c")]
    return int(counts[0]) if counts and counts[0].isdigit() else 1


def _is_open_document(element) -> bool:
    """Return whether text stands in paragraphs themselves and not in runs alone."""
    return "opendocument" in (element.nsmap.get(element.prefix) or "")


def _name(element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _nearest(found: list[tuple[int, int]], place: float) -> tuple[int, int]:
    return min(found, key=lambda span: (abs(span[0] - place), span))
