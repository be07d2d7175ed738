"""Read a sheet of an Excel workbook: each cell as text, real dates in ISO 8601."""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from trialtrail.exports.cell_formats import is_telling, marked, shown, struck_styles
from trialtrail.exports.export import (
    LINE,
    Export,
    Odd,
    empty_export,
    frame_of,
    told_apart,
    unreadable,
)
from trialtrail.exports.limits import (
    MAX_BESIDE,
    MAX_BLANK,
    MAX_SHEET,
    check_archive,
    check_cell,
    check_columns,
    too_large,
)

FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
"""A formula in the XML of a sheet."""
CORNER = r"([A-Z]{1,3})(\d{1,7})"
MERGED = re.compile(rf'<(?:\w+:)?mergeCell\s[^>]*?ref="{CORNER}:{CORNER}"'.encode())
"""Cells of a sheet that were made one: the first column and row, and the last."""
BLOCK, LONGEST = 1 << 20, 1 << 10
"""Bytes of a sheet that are looked through at a time, and those of the longest thing looked for."""
ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
"""What a spreadsheet program shows where a formula has no value."""
MOST = 10_000
"""Merged cells that are told of one sheet: nobody answers more."""
MIDNIGHT = "T00:00:00"


def read_xlsx(spec: dict, path: str) -> Export:
    """Return the export in a sheet; its lines are the rows of the sheet.

    Raises:
        StudyError: the file is no workbook, lacks the sheet, or is larger than any export.
    """
    from openpyxl import load_workbook

    check_archive(path, spec["label"], "an Excel workbook")
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        names = book.sheetnames
    except Exception:  # openpyxl raises whatever its parser raises
        raise _no_workbook(spec) from None
    if not names:
        raise _no_workbook(spec)
    sheet = spec.get("sheet", names[0])
    if sheet not in names:
        raise unreadable(
            spec,
            f"The workbook has no sheet named {sheet}",
            "sheet",
            f"its sheets are {', '.join(names)}: name one under exports.{spec['name']}.sheet",
        )
    # Some programs write a wrong extent of the sheet, and openpyxl would cut the rows to it.
    book[sheet].reset_dimensions()
    dates: dict[int, int] = {}
    errors: list[tuple[int, int]] = []
    decimals: dict[int, set[str]] = {}
    formats: dict[int, int] = {}
    telling = any(map(is_telling, book._number_formats)) or _has_percent(book)
    noted = _Noted(dates, errors, decimals, formats)
    records = _records(spec, book[sheet], spec.get("header_row", 1), noted, telling)
    first = next(records, None)
    if first is None:
        raise empty_export(spec)
    header_line, cells = first
    width = max((i + 1 for i, name in enumerate(cells) if name.strip()), default=0)
    check_columns(width, spec["label"])
    header = [name.strip() for name in cells[:width]]
    if (blank := header.count("")) > MAX_BLANK:
        where = f"{spec['label']}, line {header_line}"
        raise too_large(where, f"The header has {blank:,} blank headings", f"{MAX_BLANK:,}")
    for each in (dates, errors, decimals, formats):
        each.clear()
    rows, ragged = frame_of(
        spec["label"], told_apart(header), _fitted(spec["label"], records, width)
    )
    export = Export(spec["name"], header, rows, header_line, ragged)
    export.plain = {header[i]: frozenset(texts) for i, texts in decimals.items() if i < width}
    export.form = {"sheet": sheet, "header row": str(header_line)}
    export.guessed = ["sheet"] if "sheet" not in spec and len(names) > 1 else []
    export.changed = [
        (header[i], "a date of the workbook", "ISO 8601", n)
        for i, n in sorted(dates.items())
        if i < width
    ]
    export.changed += [
        (header[i], "a number under a format of its cell", "what the cell shows", n)
        for i, n in sorted(formats.items())
        if i < width
    ]
    message = "the cell has an error of the spreadsheet program in the place of a value"
    export.odd = [Odd("formula", line, header[i], message) for line, i in errors if i < width]
    has_formulas, merged = _looked_through(path, book[sheet])
    if has_formulas:
        export.odd += _uncomputed(spec, path, sheet, header, header_line)
    export.odd += islice(_merged(export, merged), MOST)
    export.odd += islice(_marked(export, path, book, sheet), MOST)
    return export


def _no_workbook(spec: dict):
    return unreadable(
        spec,
        "The file cannot be read as an Excel workbook",
        "xlsx",
        "open it in a spreadsheet program and save it again as .xlsx",
    )


@dataclass
class _Noted:
    """What is noted while a sheet is read: dates by column, places of errors (row, column), by
    column the texts of numbers with decimals, and numbers that show another text."""

    dates: dict[int, int]
    errors: list[tuple[int, int]]
    decimals: dict[int, set[str]]
    formats: dict[int, int]


def _has_percent(book) -> bool:
    """Return whether a cell of a workbook has one of the built-in formats of percent."""
    return any(style.numFmtId in (9, 10) for style in book._cell_styles)


def _marked(export: Export, path: str, book, sheet: str) -> Iterator:
    """Yield the records and columns that the workbook hides, and records with struck words."""
    lines, width = set(export.rows[LINE].tolist()), len(export.header)
    for line, place, message in marked(path, book[sheet]._worksheet_path, struck_styles(book)):
        if place < width and (line is None or line in lines):
            column = export.header[place] if place >= 0 else ""
            yield Odd("marked", line, column, message)


def _records(spec: dict, sheet, header_row: int, noted: _Noted, telling: bool) -> Iterator:
    """Yield (row of the sheet, cells) of each row that is not blank.

    ``telling`` is whether formats of cells are looked at, which takes twice as long.
    """
    dates, errors, decimals = noted.dates, noted.errors, noted.decimals
    seen = 0
    missing = spec.get("missing", [])
    rows = enumerate(sheet.iter_rows(values_only=not telling), start=1)
    while True:
        try:
            line, row = next(rows)
        except StopIteration:
            return
        except Exception:  # a spoilt part is met only where it is read
            raise _no_workbook(spec) from None
        seen += len(row) + 1
        if seen > MAX_SHEET:
            raise too_large(spec["label"], "The sheet has very many cells", f"{MAX_SHEET:,}")
        texts = [shown(cell.value, cell.number_format) for cell in row] if telling else []
        row = [cell.value for cell in row] if telling else row
        cells = [cell_text(value) for value in row]
        if line < header_row or not any(cells):
            continue
        for i, text in enumerate(texts):
            if text is not None and text != cells[i]:
                cells[i] = text
                noted.formats[i] = noted.formats.get(i, 0) + 1
        check_cell(cells, spec["label"], line)
        for i, value in enumerate(row):
            if isinstance(value, date):
                dates[i] = dates.get(i, 0) + 1
            elif isinstance(value, float) and "." in cells[i]:
                decimals.setdefault(i, set()).add(cells[i])
            elif value in ERRORS and value not in missing:
                errors.append((line, i))
        yield line, cells


def cell_text(value: object) -> str:
    """Return a value as text: dates in ISO 8601, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat().removesuffix(MIDNIGHT)
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _fitted(label: str, records: Iterator, width: int) -> Iterator:
    """Yield each record as wide as the header; blank cells beyond it are no cells.

    Of a record with a filled cell beyond it only the number of cells is wanted.
    """
    beside = 0
    for line, cells in records:
        beyond = cells[width:]
        beside += len(beyond)
        if beside > MAX_BESIDE:
            what = "The sheet has very many cells beside its columns"
            raise too_large(label, what, f"{MAX_BESIDE:,}")
        filled = max((i + 1 for i, text in enumerate(beyond, start=width) if text), default=0)
        yield line, range(filled) if filled else [*cells, *[""] * (width - len(cells))][:width]


def _looked_through(path: str, sheet) -> tuple[bool, list[tuple[int, int, int, int]]]:
    """Return whether a sheet has a formula, and its merged cells: first column, row, last ones."""
    from openpyxl.utils import column_index_from_string

    found, merged, before = False, [], b""
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:
        for block in iter(lambda: part.read(BLOCK), b""):
            text = before + block
            end = max(0, len(text) - LONGEST) if len(block) == BLOCK else len(text)
            found = found or bool(FORMULA.search(text))
            last = 0
            for match in MERGED.finditer(text):
                one, two = (column_index_from_string(match[n].decode()) - 1 for n in (1, 3))
                merged.append((one, int(match[2]), two, int(match[4])))
                last = match.end()
            before = text[max(end, last) :]
    return found, merged


def _merged(export: Export, merged: list[tuple[int, int, int, int]]) -> Iterator:
    """Yield the blank cells of records that were made one with a cell that is filled.

    The sheet keeps the value in the first of them only, and does not say of which it holds.
    """
    lines = export.rows[LINE].tolist()
    names = list(export.rows.columns[: len(export.header)])
    seen: set[tuple[int, int]] = set()
    for left, top, right, bottom in merged:
        first = bisect_left(lines, top)
        if first == len(lines) or lines[first] != top or left >= len(names):
            continue  # a title above the records, or cells beyond the columns
        if not export.rows[names[left]].iloc[first]:
            continue
        for line in lines[first : bisect_right(lines, bottom)]:
            for i in range(left, min(right + 1, len(names))):
                if (line, i) not in seen and (line, i) != (top, left):
                    seen.add((line, i))
                    message = "the cell is merged with others, and its value stands in another one"
                    yield Odd("merged", line, export.header[i], message)


def _uncomputed(spec: dict, path: str, sheet: str, header: list[str], header_line: int) -> Iterator:
    """Yield the cells with a formula of which the workbook keeps no value: they look empty."""
    from openpyxl import load_workbook

    values = load_workbook(path, read_only=True, data_only=True, keep_links=False)[sheet]
    formulas = load_workbook(path, read_only=True, data_only=False, keep_links=False)[sheet]
    values.reset_dimensions()
    formulas.reset_dimensions()
    both = zip(values.iter_rows(), formulas.iter_rows(), strict=True)
    for line, (computed, written) in enumerate(both, start=1):
        if line <= header_line:
            continue
        for i, (value, formula) in enumerate(zip(computed, written, strict=False)):
            if formula.data_type == "f" and value.value is None and i < len(header):
                message = "the cell has a formula whose value was never computed, so it looks empty"
                yield Odd("formula", line, header[i], message)
