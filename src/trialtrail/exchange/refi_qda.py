"""Write coded transcripts as a project in the exchange form REFI-QDA (``.qdpx``).

The standard: www.qdasoftware.org, QDA-XML 1.0 (2019). Programs differ in what they take of it, so
what is written is what all of them read: one selection a coding, the user and the day on both,
texts in UTF-8 without a mark and with line feeds alone, offsets in code points, and no two codes
of one name, where QualCoder would drop the second.
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SPACE = "urn:QDA-XML:project:1.0"
NAMESPACE = uuid.UUID("5b0b1d3e-58ce-5d0f-9a3c-3f0f3d8f6f10")
"""The name space of identifiers that are made of what they stand for."""
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that XML cannot hold."""
WHOLE = "whole_source"
DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every part of the archive: equal codings are equal bytes."""
UNDATED = "1980-01-01"
"""The day of notes of a study in which nothing has a day."""


@dataclass
class Code:
    """A code or a group of codes in the tree; ``id`` is that of the dataset, none of a group."""

    label: str
    path: tuple[str, ...]
    id: str = ""
    guid: str = ""
    definition: str = ""
    below: list[Code] = field(default_factory=list)

    def walk(self) -> Iterable[Code]:
        """Yield the code and all below it."""
        yield self
        for each in self.below:
            yield from each.walk()


@dataclass(frozen=True)
class Coding:
    """One code that one coder gave to a passage of a document, in code points of its text."""

    document: str
    code: str
    start: int
    end: int
    coder: str
    coded_on: str = ""
    memo: str = ""
    guid: str = ""
    whole: bool = False


def made_guid(*parts: object) -> str:
    """Return the identifier of what ``parts`` say, always the same one."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(map(str, parts))))


def tree_of(codes: Sequence[Mapping[str, Any]]) -> list[Code]:
    """Return the outermost codes; each of ``codes`` has its path, code, guid and definition.

    ``path`` are the labels from the outermost down. A step that is no code is a group.
    """
    roots: list[Code] = []
    known: dict[tuple[str, ...], Code] = {}

    def at(path: tuple[str, ...]) -> Code:
        if path not in known:
            known[path] = Code(path[-1], path)
            beside = at(path[:-1]).below if len(path) > 1 else roots
            beside.append(known[path])
        return known[path]

    for each in codes:
        node = at(each["path"])
        if node.id:  # another code with the same labels all the way down
            node = Code(node.label, node.path)
            (at(node.path[:-1]).below if len(node.path) > 1 else roots).append(node)
        node.id, node.guid = each["code"], each.get("guid") or ""
        node.definition = each.get("definition") or ""
    _name_guids(roots)
    _name_apart(roots)
    return roots


def _name_guids(roots: list[Code]) -> None:
    """Give each code the identifier that its program gave it, where that is one and its own."""
    taken: set[str] = set()
    for root in roots:
        for each in root.walk():
            own = each.guid.lower()
            made = made_guid("code", *each.path, each.id)
            each.guid = own if GUID.fullmatch(own) and own not in taken else made
            taken.add(each.guid)


def _name_apart(roots: list[Code]) -> None:
    """Put the labels above before a label that another code, or another group, has as well."""
    nodes = [each for root in roots for each in root.walk()]
    for kind in (True, False):
        alike = [each for each in nodes if bool(each.id) is kind]
        counts = Counter(each.label for each in alike)
        taken: set[str] = {each.label for each in alike if counts[each.label] == 1}
        for each in alike:
            if counts[each.label] > 1:
                label, number = " / ".join(each.path), 1
                while label in taken:
                    number += 1
                    label = f"{' / '.join(each.path)} ({number})"
                taken.add(label)
                each.label = label


class Text:
    """A transcript with line feeds alone, and where its offsets went."""

    def __init__(self, text: str) -> None:
        self._pairs = [match.start() for match in re.finditer("\r\n", text)]
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")

    def moved(self, offset: int) -> int:
        """Return an offset of the transcript as one of ``text``."""
        return offset - sum(place < offset for place in self._pairs)


def project(
    title: str,
    origin: str,
    transcripts: Mapping[str, str],
    codes: Sequence[Mapping[str, Any]],
    codings: Sequence[Coding],
) -> bytes:
    """Return an archive ``.qdpx``: the same for the same codings.

    Args:
        title: the name of the project.
        origin: the program that writes it, with its version.
        transcripts: text by document.
        codes: the codebook, as `tree_of` takes it.
        codings: what was coded; of documents in ``transcripts`` and codes in ``codes``.
    """
    texts = {document: Text(text) for document, text in transcripts.items()}
    roots = tree_of(codes)
    xml = _xml(title, origin, texts, roots, codings)
    stream = io.BytesIO()
    # Stored: what a compressor makes of it differs between its versions.
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "project.qde", xml)
        for document, each in texts.items():
            _add(archive, f"sources/{made_guid('source', document)}.txt", each.text.encode())
    return stream.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    part = zipfile.ZipInfo(name, DATE)
    part.create_system = 3
    archive.writestr(part, data)


def _xml(
    title: str,
    origin: str,
    texts: Mapping[str, Text],
    roots: Sequence[Code],
    codings: Sequence[Coding],
) -> bytes:
    from lxml import etree

    root = etree.Element(f"{{{SPACE}}}Project", nsmap={None: SPACE}, name=plain(title))
    root.set("origin", origin)
    users = list(dict.fromkeys(each.coder for each in codings))
    if users:
        element = _below(root, "Users")
        for name in users:
            _below(element, "User", guid=made_guid("user", name), name=plain(name))
    if roots:
        codes = _below(_below(root, "CodeBook"), "Codes")
        for each in roots:
            _code(codes, each)
    guids = {each.id: each.guid for top in roots for each in top.walk() if each.id}
    notes: list[tuple[str, str, str]] = []
    if texts:
        sources = _below(root, "Sources")
        by_document: dict[str, list[Coding]] = {}
        for coding in codings:
            by_document.setdefault(coding.document, []).append(coding)
        writer = _Sources(sources, guids, notes)
        for document, text in texts.items():
            writer.add(document, text, by_document.get(document, []))
    if notes:
        element = _below(root, "Notes")
        last = max((each.coded_on for each in codings), default="") or UNDATED
        for guid, memo, day in notes:
            # QualCoder ends at a note without a time.
            when = f"{day or last}T00:00:00Z"
            note = _below(element, "Note", guid=guid, creationDateTime=when)
            _below(note, "PlainTextContent").text = plain(memo)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def plain(text: str) -> str:
    """Return a text that XML can hold."""
    return NO_XML.sub("\ufffd", text)


def _below(element: Any, name: str, /, **attributes: str) -> Any:
    from lxml import etree

    return etree.SubElement(element, f"{{{SPACE}}}{name}", attributes)


def _code(above: Any, code: Code) -> None:
    codable = "true" if code.id else "false"
    element = _below(above, "Code", guid=code.guid, name=plain(code.label), isCodable=codable)
    if code.definition:
        _below(element, "Description").text = plain(code.definition)
    for each in code.below:
        _code(element, each)


class _Sources:
    """Writes the sources; ``notes`` takes the memos that no other place can hold."""

    def __init__(self, element: Any, guids: Mapping[str, str], notes: list) -> None:
        self.element, self.guids, self.notes = element, guids, notes
        self._taken: set[str] = set()

    def add(self, document: str, text: Text, codings: Sequence[Coding]) -> None:
        """Write one source; selections stand before codings of the whole, as the schema asks."""
        guid = made_guid("source", document)
        path = f"internal://{guid}.txt"
        source = _below(
            self.element, "TextSource", guid=guid, name=plain(document), plainTextPath=path
        )
        for coding in (each for each in codings if not each.whole):
            self._selection(source, text, coding)
        for coding in (each for each in codings if each.whole):
            self._coding(source, coding, coding.memo)

    def _selection(self, source: Any, text: Text, coding: Coding) -> None:
        start, end = text.moved(coding.start), text.moved(coding.end)
        key = (coding.document, coding.code, coding.coder, start, end)
        selection = _below(
            source,
            "PlainTextSelection",
            guid=made_guid("selection", *key),
            name=plain(text.text[start:end]),
            startPosition=str(start),
            endPosition=str(end),
            **_by(coding),
        )
        if coding.memo:
            _below(selection, "Description").text = plain(coding.memo)
        self._coding(selection, coding)

    def _coding(self, above: Any, coding: Coding, memo: str = "") -> None:
        own = coding.guid.lower()
        key = (coding.document, coding.code, coding.coder, coding.start, coding.end)
        guid = own if GUID.fullmatch(own) and own not in self._taken else made_guid("coding", *key)
        self._taken.add(guid)
        element = _below(above, "Coding", guid=guid, **_by(coding))
        _below(element, "CodeRef", targetGUID=self.guids[coding.code])
        if memo:
            note = made_guid("note", guid)
            self.notes.append((note, memo, coding.coded_on))
            _below(element, "NoteRef", targetGUID=note)


def _by(coding: Coding) -> dict[str, str]:
    """Return who gave a code and when, as attributes."""
    by = {"creatingUser": made_guid("user", coding.coder)}
    return by | ({"creationDateTime": f"{coding.coded_on}T00:00:00Z"} if coding.coded_on else {})
