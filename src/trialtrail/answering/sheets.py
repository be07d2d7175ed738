"""A table that people keep by hand, as a CSV file or a workbook, changed cell by cell.

What is not changed stays: other rows and columns, the delimiter, the encoding, the line ends, and
in a workbook the formats, widths and comments. Texts are written as texts, whatever they begin
with.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

from trialtrail.errors import StudyError
from trialtrail.escaping import as_written, guarded
from trialtrail.exports.guess import find_form, first_line

WORKBOOKS = (".xlsx",)
RULE = "answers"
EXCEL = "the file of answers is a CSV file or a workbook .xlsx"


class Sheet:
    """The cells of a table as texts, by row and heading.

    Attributes:
        header: the headings, without spaces around them.
    """

    header: list[str]

    def column(self, name: str) -> list[str]:
        """Return the cells of a column, row by row."""
        raise NotImplementedError

    def set(self, row: int, name: str, text: str) -> None:
        """Put a text into a cell; a row after the last one, or a heading, is added."""
        raise NotImplementedError

    def save(self, path: Path) -> None:
        """Write the table to ``path``."""
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


def read_sheet(path: Path, label: str, known: Sequence[str]) -> Sheet:
    """Return the table in a file; ``known`` are headings by which it is recognised.

    Raises:
        StudyError: it is no table, or one that cannot be written without a loss.
    """
    ending = path.suffix.casefold()
    if ending in WORKBOOKS:
        return Workbook(path, label, known)
    if ending in (".xls", ".xlsm", ".xlsb", ".ods"):
        raise _refused(f"A file {ending} is not written by this page", label, EXCEL)
    return Delimited(path, label, known)


class Delimited(Sheet):
    """A CSV file."""

    def __init__(self, path: Path, label: str, known: Sequence[str]) -> None:
        self.label = label
        try:
            self.form = find_form(str(path), {"known": list(known)})
            text = path.read_bytes().decode(self.form.encoding)
        except (UnicodeError, LookupError):
            raise _refused("The file cannot be read as text", label, "save it as UTF-8") from None
        self._mark = "\ufeff" if text.startswith("\ufeff") else ""
        rest = text.removeprefix("\ufeff")
        self._before = ""
        for _ in range(self.form.skip):
            line = "".join(first_line(rest))
            self._before, rest = self._before + line, rest[len(line) :]
        try:
            records = list(
                csv.reader(io.StringIO(rest, newline=""), strict=True, **self._dialect())
            )
        except csv.Error:
            remedy = "check its quotation marks, or save it again from a spreadsheet program"
            raise _refused("The file is not well-formed CSV", label, remedy) from None
        if not records:
            raise _refused("The file is empty: not even a header", label, "take it away") from None
        self._records = records
        self.header = [name.strip() for name in records[0]]

    def _dialect(self) -> dict:
        quoting = csv.QUOTE_MINIMAL if self.form.quote else csv.QUOTE_NONE
        return {
            "delimiter": self.form.delimiter,
            "quotechar": self.form.quote or '"',
            "quoting": quoting,
            "escapechar": self.form.escape or None,
            "doublequote": not self.form.escape,
        }

    def __len__(self) -> int:
        return len(self._records) - 1

    def column(self, name: str) -> list[str]:
        """Return the cells of a column; a sign that guards one is no part of it."""
        place = self.header.index(name)
        cells = (record[place] if place < len(record) else "" for record in self._records[1:])
        return [as_written(cell.strip()) for cell in cells]

    def set(self, row: int, name: str, text: str) -> None:
        """Put a text into a cell, guarded where a spreadsheet program would obey it."""
        if name not in self.header:
            self.header.append(name)
            for record in self._records:
                if any(cell.strip() for cell in record):
                    record += [""] * (len(self.header) - len(record))
            self._records[0][-1] = name
        while row + 1 >= len(self._records):
            self._records.append([])
        record = self._records[row + 1]
        record += [""] * (len(self.header) - len(record))
        record[self.header.index(name)] = guarded(text)

    def save(self, path: Path) -> None:
        """Write the file in the form that it had."""
        out = io.StringIO(newline="")
        end = self.form.line_end if self.form.line_end in ("\n", "\r\n", "\r") else "\n"
        writer = csv.writer(out, lineterminator=end, **self._dialect())
        try:
            writer.writerows(self._records)
            whole = self._mark + self._before + out.getvalue()
            data = whole.encode(self.form.encoding)
        except UnicodeEncodeError:
            what = f"The answer has a sign that the file, as {self.form.encoding}, cannot hold"
            raise _refused(what, self.label, "save the file as UTF-8, or write plainly") from None
        except csv.Error:
            remedy = "save it again with quotation marks around texts"
            raise _refused("The file has no quotation marks", self.label, remedy) from None
        path.write_bytes(data)


class Workbook(Sheet):
    """The sheet of a workbook that has the known headings."""

    def __init__(self, path: Path, label: str, known: Sequence[str]) -> None:
        from openpyxl import load_workbook

        from trialtrail.exports.limits import check_archive

        self.label = label
        check_archive(str(path), label, "an Excel workbook")
        try:
            self._book = load_workbook(path, rich_text=True)
        except Exception:  # openpyxl raises whatever its parser raises
            raise _refused("The file is no workbook that can be read", label, EXCEL) from None
        found = [(s, row) for s in self._book.worksheets if (row := _header_row(s, known))]
        if len(found) != 1:
            what = f"{len(found) or 'No'} sheets of the workbook have the column {known[0]}"
            raise _refused(what, label, "keep the answers in one sheet of the workbook")
        self._page, self._head = found[0]
        for row in self._page.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    what = "The sheet has formulas, whose values would be lost"
                    remedy = "put values in their place (paste as values) and save it"
                    raise _refused(what, f"{label}, cell {cell.coordinate}", remedy)
        self.header = [_text(cell.value).strip() for cell in self._page[self._head]]
        while self.header and not self.header[-1]:
            self.header.pop()

    def __len__(self) -> int:
        return self._page.max_row - self._head

    def column(self, name: str) -> list[str]:
        """Return the cells of a column as texts; a day as 2026-12-31."""
        place = self.header.index(name) + 1
        rows = range(self._head + 1, self._page.max_row + 1)
        return [_text(self._page.cell(row, place).value).strip() for row in rows]

    def set(self, row: int, name: str, text: str) -> None:
        """Put a text into a cell, marked as one, so that no program takes it for a formula."""
        if name not in self.header:
            self.header.append(name)
            self._page.cell(self._head, len(self.header), name)
        cell = self._page.cell(self._head + 1 + row, self.header.index(name) + 1)
        cell.value = text or None
        if text:
            cell.data_type, cell.number_format, cell.quotePrefix = "s", "@", True
        if self._page.auto_filter.ref:
            self._page.auto_filter.ref = self._page.dimensions

    def save(self, path: Path) -> None:
        """Write the workbook."""
        from trialtrail.results.workbooks import files_by_any_name

        whole = io.BytesIO()
        with files_by_any_name():
            self._book.save(whole)
        path.write_bytes(whole.getvalue())


def _header_row(page, known: Sequence[str]) -> int | None:
    """Return the first of the upper rows that has the first of the known headings."""
    for row in page.iter_rows(min_row=1, max_row=20):
        if known[0] in [_text(cell.value).strip() for cell in row]:
            return row[0].row
    return None


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _refused(what: str, where: str, remedy: str) -> StudyError:
    return StudyError(what, where=where, rule=RULE, remedy=remedy)
