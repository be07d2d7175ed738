"""Read raw files as records of cells, and list the changes from one to another."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import Any

from trialtrail.trail.comparing.alignment import Pair, Record, align

BOM = b"\xef\xbb\xbf"
SEPARATOR = re.compile(r"(\"?)sep=(.)\1[,;\t|]*\s*", re.IGNORECASE)
"""A line above the header that names the delimiter, as Excel writes it."""
HEADER_RECORDS = {"qualtrics": 3}
HEAD = "head"
"""Stands for the pair of records in the place of a change of a heading."""


@dataclass(frozen=True)
class Change:
    """One change of a raw file.

    Attributes:
        what: cell, record added, record removed, order, layout (the same cells, written in
            another way), or file (the whole).
        line, line_b: of the record, in A and in B; 0 where it is not.
        column: heading of the column.
        a, b: what stands there.
        key: what names the record.
    """

    what: str
    line: int = 0
    line_b: int = 0
    column: str = ""
    a: str = ""
    b: str = ""
    key: str = ""
    place: tuple = ()
    """The pair of records and the place of the cell in them."""


@dataclass
class RawTable:
    """Hold a raw file as records: cells, the line of each, and the text it was read from."""

    head: list[Record]
    records: list[Record]
    lines: list[int]
    texts: list[str] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ","
    quote: str = '"'
    above: int = 0
    """Lines above the header, each a record of one cell; they are part of the head."""

    @property
    def header(self) -> Record:
        """Return the headings of the columns."""
        return self.head[self.above] if len(self.head) > self.above else ()


def read_delimited(content: bytes, form: dict[str, Any]) -> RawTable:
    """Return a delimited file as records with their lines and texts."""
    encoding = form.get("encoding", "utf-8-sig").lower().replace("utf-8-sig", "utf-8")
    text = content.removeprefix(BOM).decode(encoding)
    pieces = list(io.StringIO(text, newline=""))
    delimiter, quote = form.get("delimiter", ","), form.get("quote", '"')
    names_delimiter = bool(pieces) and SEPARATOR.fullmatch(pieces[0].rstrip("\r\n")) is not None
    above = max(form.get("header_row", 1) - 1, int(names_delimiter))
    reader = csv.reader(pieces[above:], strict=True, **quoting(delimiter, quote))
    cells: list[Record] = [(piece.rstrip("\r\n"),) for piece in pieces[:above]]
    lines, texts, start, end = [*range(1, above + 1)], pieces[:above], above, above
    for record in reader:
        reached = above + reader.line_num
        if record:
            cells.append(tuple(record))
            lines.append(start + 1)
            texts.append("".join(pieces[end:reached]))  # blank lines before it, too
            end = reached
        start = reached
    head = above + HEADER_RECORDS.get(form.get("format", "csv"), 1)
    return RawTable(cells[:head], cells[head:], lines, texts, encoding, delimiter, quote, above)


def quoting(delimiter: str, quote: str) -> dict[str, Any]:
    """Return the options of `csv` for a file whose cells stand in ``quote``, empty for nothing."""
    kind = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    return {"delimiter": delimiter, "quotechar": quote or None, "quoting": kind}


def key_column(a: RawTable, b: RawTable, key: str) -> int:
    """Return the column that names a record: the mapped one, or the first without repetition."""
    if key in a.header:
        return a.header.index(key)
    for at in range(len(a.header)):
        columns = [[record[at] for record in s.records if at < len(record)] for s in (a, b)]
        if all(len(set(column)) == len(column) for column in columns):
            return at
    return 0


def _head_changes(a: RawTable, b: RawTable) -> list[Change]:
    found = []
    for row, (one, two) in enumerate(zip(a.head, b.head, strict=False)):
        for at, (x, y) in enumerate(zip(one, two, strict=False)):
            if x != y:
                place = (HEAD, row, at)
                found.append(Change("cell", a.lines[row], b.lines[row], x, x, y, "", place))
    return found


def _record_changes(pair: Pair, a: RawTable, b: RawTable, key: int) -> list[Change]:
    one, two = pair
    line_a = a.lines[len(a.head) + one] if one is not None else 0
    line_b = b.lines[len(b.head) + two] if two is not None else 0
    record = a.records[one] if one is not None else b.records[two]
    name = record[key] if key < len(record) else ""
    if two is None:
        return [Change("record removed", line_a, 0, key=name, place=(pair, None))]
    if one is None:
        return [Change("record added", 0, line_b, key=name, place=(pair, None))]
    old, new = a.records[one], b.records[two]
    if len(old) != len(new):
        width = (f"{len(old)} cells", f"{len(new)} cells")
        return [Change("record", line_a, line_b, "", *width, name, (pair, None))]
    return [
        Change("cell", line_a, line_b, _heading(a.header, at), x, y, name, (pair, at))
        for at, (x, y) in enumerate(zip(old, new, strict=True))
        if x != y
    ]


def _heading(header: Record, at: int) -> str:
    return header[at] if at < len(header) else f"(cell {at + 1})"


def changes_between(a: RawTable, b: RawTable, key: str) -> tuple[list[Pair], list[Change]]:
    """Return the pairs of records of two tables, and what differs between them."""
    at = key_column(a, b, key)
    pairs = align(a.records, b.records, at)
    changes = _head_changes(a, b)
    found = [change for pair in pairs for change in _record_changes(pair, a, b, at)]
    return pairs, changes + sorted(found, key=lambda change: change.line or change.line_b)


def read_document(content: bytes) -> RawTable:
    """Return a Word document or a text, a paragraph a record and a line.

    Raises:
        Exception: it is neither, whatever the parser says.
    """
    if content.startswith(b"PK"):
        from docx import Document

        texts = [(part.text,) for part in Document(io.BytesIO(content)).paragraphs]
    elif content.startswith(b"{\\rtf"):
        raise ValueError("control words are no paragraphs")
    else:
        texts = [(line,) for line in content.decode("utf-8-sig").splitlines()]
    return RawTable([("text",)], texts, list(range(len(texts) + 1)))


def read_workbook(content: bytes, form: dict[str, Any]) -> RawTable:
    """Return the sheet of an Excel workbook that the form names."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    rows = book[form.get("sheet", book.sheetnames[0])].iter_rows(values_only=True)
    found = [
        (line, tuple("" if value is None else str(value) for value in row))
        for line, row in enumerate(rows, 1)
        if line >= form.get("header_row", 1) and any(value is not None for value in row)
    ]
    records = [record for _, record in found]
    return RawTable(records[:1], records[1:], [line for line, _ in found])


def workbook_with(
    contents: tuple[bytes, bytes], form: dict[str, Any], cells: list[Change]
) -> bytes:
    """Return A's workbook with only ``cells`` as B's has them."""
    from openpyxl import load_workbook

    books = [load_workbook(io.BytesIO(content)) for content in contents]
    one, two = (book[form.get("sheet", book.sheetnames[0])] for book in books)
    for change in cells:
        column = change.place[-1] + 1
        one.cell(change.line, column).value = two.cell(change.line_b, column).value
    stream = io.BytesIO()
    books[0].save(stream)
    return stream.getvalue()
