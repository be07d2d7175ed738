"""Raw files as they can be spoilt: a delimited export by its cells, any other by its bytes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(eq=False)
class Record:
    """One record of a sheet: its cells, which are read and written by heading."""

    sheet: Sheet
    cells: list[str]

    def __getitem__(self, heading: str) -> str:
        return self.cells[self.sheet.place(heading)]

    def __setitem__(self, heading: str, text: str) -> None:
        self.cells[self.sheet.place(heading)] = text

    def copy(self) -> Record:
        """Return the same record once more; it stands in no sheet yet."""
        return Record(self.sheet, list(self.cells))


@dataclass
class Sheet:
    """A delimited export, in cells.

    Attributes:
        head: the header rows, of which the first has the headings.
        records: what follows.
        encoding, delimiter, line_end: how it is written.
    """

    head: list[list[str]]
    records: list[Record] = field(default_factory=list)
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\n"

    @classmethod
    def read(cls, data: bytes, encoding: str, delimiter: str, head: int = 1) -> Sheet:
        """Return the sheet in ``data``, whose first ``head`` records are its header rows."""
        text = data.decode(encoding)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        line_end = "\r\n" if "\r\n" in text else "\n"
        sheet = cls(rows[:head], [], encoding, delimiter, line_end)
        sheet.records = [Record(sheet, cells) for cells in rows[head:]]
        return sheet

    @property
    def headings(self) -> list[str]:
        """The headings; change the list to change the header."""
        return self.head[0]

    def place(self, heading: str) -> int:
        """Return where a column stands."""
        return self.headings.index(heading)

    def where(self, **wanted: str) -> Iterator[Record]:
        """Yield the records that have the wanted texts; of a heading, spaces are written ``_``."""
        named = {name.replace(" ", "_"): name for name in self.headings}
        for record in self.records:
            if all(record[named[key]] == text for key, text in wanted.items()):
                yield record

    def first(self, **wanted: str) -> Record:
        """Return the first such record."""
        return next(self.where(**wanted))

    def filled(self, *headings: str) -> Record:
        """Return a record in which all of the columns are filled, from the middle of the sheet."""
        middle = len(self.records) // 2
        later = [*self.records[middle:], *self.records[:middle]]
        return next(each for each in later if all(each[name].strip() for name in headings))

    def drop(self, heading: str) -> None:
        """Take a column out."""
        at = self.place(heading)
        for row in [*self.head, *(record.cells for record in self.records)]:
            del row[at]

    def add(self, heading: str, text: str = "") -> None:
        """Add a column at the end; all of its cells hold ``text``."""
        for row in self.head:
            row.append(heading)
        for record in self.records:
            record.cells.append(text)

    def text(self) -> str:
        """Return the whole as text."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.line_end)
        writer.writerows([*self.head, *(record.cells for record in self.records)])
        return out.getvalue()

    def data(self) -> bytes:
        """Return the whole as the bytes of its file."""
        return self.text().encode(self.encoding)

    def line(self, wanted: Record) -> int:
        """Return the line on which a record begins."""
        line = 1
        for cells in [*self.head, *(record.cells for record in self.records)]:
            if cells is wanted.cells:
                return line
            line += 1 + "".join(cells).count("\n")
        raise LookupError("the record stands in no sheet")


def altered_archive(
    data: bytes,
    part: str = "",
    change: Callable[[bytes], bytes] | None = None,
    more: Iterable[tuple[object, bytes | str]] = (),
    without: Iterable[str] = (),
) -> bytes:
    """Return a zip archive of which one part is changed, others are added or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.infolist():
            if each.filename in without:
                continue
            content = old.read(each)
            if change is not None and each.filename == part:
                content = change(content)
                assert content != old.read(each), f"{part} is not changed"
            new.writestr(each.filename, content, zipfile.ZIP_DEFLATED)
        for name, content in more:
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def altered_workbook(data: bytes, change: Callable[[object], object]) -> bytes:
    """Return a workbook that openpyxl has opened, ``change`` changed, and openpyxl saved."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def altered_document(data: bytes, change: Callable[[object], object]) -> bytes:
    """Return a Word document that python-docx has opened, ``change`` changed, and saved."""
    from docx import Document

    document = Document(io.BytesIO(data))
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def written(path: Path, data: bytes) -> Path:
    """Write ``data`` to ``path``, with the folders that it needs, and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
