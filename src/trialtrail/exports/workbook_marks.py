"""Which rows and columns a sheet of a workbook hides, and where words are struck through."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from trialtrail.exports.cell_formats import is_telling

STRINGS = "xl/sharedStrings.xml"
BLOCK, LONGEST = 1 << 20, 1 << 16
"""Bytes that are looked through at a time, and those that a tag has at the most."""
TAG = re.compile(rb"<(?:\w+:)?(row|col|c|si|strike)(?=[\s/>])([^>]*)>|<(?:\w+:)?(v)>([^<]*)")
ATTRIBUTE = re.compile(rb"""(?<![\w:])(\w+)\s*=\s*["']([^"']*)["']""")
CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
YES = (b"1", b"true")
HIDDEN_ROW = "the row is hidden in the workbook, and is used"
HIDDEN_COLUMN = "the column is hidden in the workbook, and is read"
STRUCK = "words of the cell are struck through in the workbook, and are read"
CONDITIONAL = (
    "a conditional format of the sheet shows some cells as other numbers or words than they have, "
    "and what they have is read"
)
NO_SIZE = re.compile(rb"0(?:\.0*)?")
"""The height of a row, or the width of a column, of which nothing is seen."""
LAST_COLUMN = 1 << 14


@dataclass
class Marks:
    """What a sheet hides or strikes, by the numbers of rows and the places of columns.

    Attributes:
        rows: the hidden rows.
        columns: the hidden columns, the first is 0.
        struck: of a row, the places of the cells of which words are struck through.
        conditional: whether a format that depends on values shows something else than they are.
    """

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    struck: dict[int, set[int]] = field(default_factory=dict)
    conditional: bool = False


def marks_of(path: str, part_name: str, book) -> Marks:
    """Return the marks of a sheet; cells are looked at only where something is struck through."""
    struck = _struck_styles(book)
    with zipfile.ZipFile(path) as archive:
        strings: set[int] = set()
        if STRINGS in archive.namelist() and _has(archive, STRINGS, b"strike"):
            strings = _struck_strings(archive)
        telling = any(_has(archive, part_name, b'dxfId="%d"' % i) for i in _telling_styles(book))
        words = (b"strike", b"hidden", b'ht="0', b'width="0')
        if not (struck or strings or any(_has(archive, part_name, word) for word in words)):
            return Marks(conditional=telling)
        with archive.open(part_name) as part:
            return replace(_read(part, struck, strings), conditional=telling)


def _telling_styles(book) -> list[int]:
    """Return the styles of conditional formats of a workbook that have a format of numbers.

    Those that nothing but round, or set thousands apart, tell nothing.
    """
    return [
        i
        for i, style in enumerate(book._differential_styles.styles)
        if style.numFmt is not None and is_telling(style.numFmt.formatCode or "")
    ]


def _struck_styles(book) -> set[int]:
    """Return the styles of cells of a workbook whose words are struck through."""
    fonts = {i for i, font in enumerate(book._fonts) if font.strike}
    return {i for i, style in enumerate(book._cell_styles) if style.fontId in fonts}


def _has(archive: zipfile.ZipFile, name: str, word: bytes) -> bool:
    before = b""
    with archive.open(name) as part:
        while block := part.read(BLOCK):
            if word in before + block:
                return True
            before = block[-len(word) :]
    return False


def _tags(part) -> Iterator[re.Match[bytes]]:
    """Yield the tags of a part that are looked for, each whole."""
    rest = b""
    while block := part.read(BLOCK):
        text = rest + block
        end = text.rfind(b"<")
        yield from TAG.finditer(text, 0, max(end, 0))
        rest = text[max(end, 0) :][-LONGEST:]
    yield from TAG.finditer(rest)


def _about(tag: re.Match[bytes]) -> dict[bytes, bytes]:
    return dict(ATTRIBUTE.findall(tag[2]))


def _number(about: dict[bytes, bytes], name: bytes, otherwise: int) -> int:
    text = about.get(name, b"")
    return int(text) if text.isdigit() else otherwise


def _struck_strings(archive: zipfile.ZipFile) -> set[int]:
    """Return which of the texts that cells share have words that are struck through."""
    found, at = set(), -1
    with archive.open(STRINGS) as part:
        for tag in _tags(part):
            if tag[1] == b"si":
                at += 1
            elif tag[1] == b"strike" and _on(tag):
                found.add(at)
    return found


def _on(tag: re.Match[bytes]) -> bool:
    return _about(tag).get(b"val", b"1") in YES


def _read(part, struck: set[int], strings: set[int]) -> Marks:
    from openpyxl.utils import column_index_from_string

    marks, row, place, shared = Marks(), 0, -1, False
    for tag in _tags(part):
        about, is_struck = _about(tag) if tag[1] else {}, False
        if tag[1] == b"row":  # a row or a cell without its number follows the one before
            row, place = _number(about, b"r", row + 1), -1
            if about.get(b"hidden") in YES or NO_SIZE.fullmatch(about.get(b"ht", b"")):
                marks.rows.add(row)
        elif tag[1] == b"col" and (
            about.get(b"hidden") in YES or NO_SIZE.fullmatch(about.get(b"width", b""))
        ):
            first = _number(about, b"min", 1)
            last = min(_number(about, b"max", first), LAST_COLUMN)
            marks.columns |= set(range(first - 1, last))
        elif tag[1] == b"c":
            named = CELL.fullmatch(about.get(b"r", b"").decode("ascii", "replace"))
            place = column_index_from_string(named[1]) - 1 if named else place + 1
            shared = about.get(b"t") == b"s"
            is_struck = _number(about, b"s", 0) in struck
        elif tag[1] == b"strike":
            is_struck = place >= 0 and _on(tag)
        else:
            is_struck = bool(tag[3] and shared and tag[4].isdigit()) and int(tag[4]) in strings
        if is_struck:
            marks.struck.setdefault(row, set()).add(place)
    return marks
