"""How large, and of what make, a raw file may be: what is beyond is refused before it is read.

A file may come from anywhere, and one that is broken or made to harm must end in a message and not
in a machine without memory. The limits lie far above what a trial exports.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from trialtrail.errors import StudyError

MAX_COLUMNS = 20_000
"""Columns of a table; Excel itself ends at 16,384."""
MAX_BLANK = 1_000
"""Columns of a table without a heading, as a stray cell far to the right makes them."""
MAX_CELL = 1_000_000
"""Characters of a cell; Excel itself ends at 32,767. An interview of a day has half of that."""
MAX_RECORD = 1 << 26
"""Bytes of a record."""
CELL_BYTES = 8
"""Bytes that a cell takes at the least, once it is read."""
MAX_CELLS = 1_000_000_000
"""Cells of a table, whether or not there is something in them."""
MAX_SHEET, MAX_BESIDE = 100_000_000, 10_000_000
"""Cells of a workbook's sheet, and those beside the columns that have a heading."""
MAX_UNPACKED = 1 << 30
"""Bytes of all parts of an archive together, once unpacked."""
MAX_PART_RATIO = 1000
"""How many times larger than packed a part of an archive may be; ordinary XML reaches 50."""
SMALL_PART = 1 << 24
"""Bytes of a part that may be of any ratio."""
MAX_DOCUMENT = 1 << 26
"""Bytes of the XML of a document: it is held as a tree, which takes ten times as much."""
MAX_PARTS = 10_000
"""Parts of an archive."""
XML_ENDINGS = (".xml", ".rels", ".qde", ".vml")
DOCUMENT_TYPE = "has a document type, through which other files could be read"
LOOKED_AT = 1 << 16
"""Bytes at the beginning of an XML part in which a document type would stand."""


def too_large(label: str, what: str, limit: str, where: str = "") -> StudyError:
    """Return the refusal of a file that is beyond a limit."""
    return StudyError(
        f"{what}, and more than {limit} are not read",
        where=where or label,
        rule="size",
        remedy="look whether this is the file that was meant, and export it again",
    )


def check_columns(count: int, label: str) -> None:
    """Refuse a table with more columns than any export has.

    Raises:
        StudyError: it has.
    """
    if count > MAX_COLUMNS:
        raise too_large(label, f"The export has {count:,} columns", f"{MAX_COLUMNS:,}")


def check_cells(rows: int, columns: int, label: str, size: int) -> None:
    """Refuse a table that says that it has more cells than could be held.

    ``size`` is that of its file in bytes: a small one with very many cells is a bomb.

    Raises:
        StudyError: it does.
    """
    check_columns(columns, label)
    cells = rows * columns
    if cells > MAX_CELLS:
        raise too_large(label, f"The export has {cells:,} cells", f"{MAX_CELLS:,}")
    unpacked = cells * CELL_BYTES
    if unpacked > MAX_UNPACKED and unpacked > MAX_PART_RATIO * size:
        what = f"The export unpacks to {unpacked >> 20:,} megabytes, a thousand times its size"
        raise too_large(label, what, f"{MAX_UNPACKED >> 20:,} megabytes of so small a file")


def check_cell(cells: Iterable[str], label: str, line: int | None = None) -> None:
    """Refuse a cell that is longer than any text.

    Raises:
        StudyError: one of ``cells`` is.
    """
    if max(map(len, cells), default=0) > MAX_CELL:
        where = label if line is None else f"{label}, line {line}"
        raise too_large(label, "A cell is too long", f"{MAX_CELL:,} characters", where)


def check_archive(path: str, label: str, kind: str, most_xml: int = MAX_UNPACKED) -> None:
    """Refuse an archive that is none, that is a bomb, or whose parts reach out of it.

    Args:
        path: the file, a zip archive by its format (``.xlsx``, ``.docx``, ``.qdpx``).
        label: its name in messages.
        kind: what it should be, in words.
        most_xml: bytes that its XML may unpack to.

    Raises:
        StudyError: it is refused.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for fault in _faults(archive, most_xml):
                raise _refused(label, kind, fault)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise _refused(label, kind, "is damaged, locked with a password or no such file") from None


def check_document_type(head: bytes, label: str, kind: str) -> None:
    """Refuse XML that declares a document type; ``head`` is its beginning.

    Raises:
        StudyError: it does.
    """
    if _has_document_type(head[:LOOKED_AT]):
        raise _refused(label, kind, DOCUMENT_TYPE)


def _refused(label: str, kind: str, fault: str) -> StudyError:
    return StudyError(
        f"The file cannot be read as {kind}: it {fault}",
        where=label,
        rule="archive",
        remedy="open it in the program it comes from and save it again",
    )


def _faults(archive: zipfile.ZipFile, most_xml: int) -> Iterator[str]:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        yield f"has more than {MAX_PARTS:,} parts"
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        yield f"unpacks to more than {MAX_UNPACKED >> 20:,} megabytes"
    if sum(part.file_size for part in parts if _is_xml(part)) > most_xml:
        yield f"has more than {most_xml >> 20:,} megabytes of XML"
    names = [part.filename for part in parts]
    if len(set(names)) < len(names):
        yield "has two parts of one name"
    for part in parts:
        inside = PurePosixPath(part.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[0]:
            yield "has a part whose name leads out of it"
        if stat.S_ISLNK(part.external_attr >> 16):
            yield "has a part that is a link to another file"
        ratio = part.file_size / max(1, part.compress_size)
        if part.file_size > SMALL_PART and ratio > MAX_PART_RATIO:
            yield "has a part that unpacks to a thousand times its size"
        if _is_xml(part):
            with archive.open(part) as stream:
                if _has_document_type(stream.read(LOOKED_AT)):
                    yield DOCUMENT_TYPE


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith(XML_ENDINGS)


def _has_document_type(head: bytes) -> bool:
    """Return whether XML declares a document type; the formats that are read here never do."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head[:64]:
        head = head.replace(b"\x00", b"")
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head
