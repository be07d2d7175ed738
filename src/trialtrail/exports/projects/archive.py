"""The files of a REFI-QDA project: its XML, and the texts beside it in the archive."""

from __future__ import annotations

import codecs
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from trialtrail.exports.export import unreadable
from trialtrail.exports.kinds import no_text, other_kind
from trialtrail.exports.limits import check_archive, check_document_type

PROJECT = ".qde"
INTERNAL = "internal://"
SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:/{1,3}")
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Marks at the beginning of a text and the encoding that each stands for; UTF-32 before UTF-16."""
OUTSIDE = (
    "it lies outside the archive ({scheme}); export the project with its sources inside, or give "
    "the transcripts as files"
)
LOST = "the archive has no file of the name that the project gives"
NO_CHARACTERS = "its bytes are no text in UTF-8, UTF-16 or Windows-1252"


@dataclass
class Archive:
    """A project's XML and the other parts of its archive.

    Attributes:
        xml: the bytes of the project or codebook.
        files: of each part in small letters without folders, its bytes.
        read: the parts that were read as texts.
        guessed: the parts whose encoding is stated nowhere and is not UTF-8.
    """

    xml: bytes
    files: dict[str, bytes] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    guessed: set[str] = field(default_factory=set)

    def text_at(self, address: str) -> tuple[str | None, str, str]:
        """Return (the text, why there is none, where it stands) of a path in the project."""
        found = SCHEME.match(address)
        if found and not address.lower().startswith(INTERNAL):
            return None, OUTSIDE.format(scheme=found[0].rstrip("/")), address
        name = PurePosixPath(address[len(found[0]) if found else 0 :].replace("\\", "/")).name
        data = self.files.get(name.lower())
        if data is None:
            return None, LOST, name
        self.read.add(name.lower())
        text = self._decoded(name.lower(), data)
        return (text, "", name) if text is not None else (None, NO_CHARACTERS, name)

    def _decoded(self, name: str, data: bytes) -> str | None:
        for mark, encoding in MARKS:
            if data.startswith(mark):
                return _plain(data, encoding)
        text = _plain(data, "utf-8")
        if text is None:
            self.guessed.add(name)
            text = _plain(data, "cp1252")
        return text


def _plain(data: bytes, encoding: str) -> str | None:
    """Return a text; a line end of one sign is a line feed, which moves no offset."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return one_sign_line_ends(text)


def one_sign_line_ends(text: str) -> str:
    """Return a text with line feeds for lone carriage returns; pairs of the two stay."""
    return re.sub(r"\r(?!\n)", "\n", text)


def open_archive(spec: dict, path: str) -> Archive:
    """Return what is in a ``.qdpx``, or in a bare ``.qde`` or ``.qdc``.

    Raises:
        StudyError: the file is of another kind, damaged, or made to harm.
    """
    with open(path, "rb") as stream:
        head = stream.read(1 << 16)
    if head.startswith(b"PK"):
        check_archive(path, spec["label"], "a REFI-QDA project")
        return _unpacked(spec, path)
    if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\x00", b"").startswith(b"<"):
        if found := no_text(path):
            raise other_kind(spec, "REFI-QDA project", *found)
        what = "The file cannot be read as a REFI-QDA project: it is no archive and no XML"
        raise unreadable(spec, what, "archive", "export the project again as .qdpx")
    check_document_type(head, spec["label"], "a REFI-QDA project")
    with open(path, "rb") as stream:
        return Archive(stream.read())


def _unpacked(spec: dict, path: str) -> Archive:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        projects = [name for name in names if name.lower().endswith(PROJECT)]
        if not projects:
            raise other_kind(spec, "REFI-QDA project", *no_text(path))
        # Programs call it project.qde; some by the name of the project.
        projects.sort(key=lambda name: (PurePosixPath(name).name.lower() != "project.qde", name))
        out = Archive(archive.read(projects[0]))
        for name in names:
            if name != projects[0]:
                out.files[PurePosixPath(name.replace("\\", "/")).name.lower()] = archive.read(name)
    return out


def parsed(xml: bytes) -> Any:
    """Return the root of XML from which no other file can be reached.

    Raises:
        lxml.etree.XMLSyntaxError: it is none.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    return etree.fromstring(xml, parser)
