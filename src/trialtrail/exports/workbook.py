"""Read a sheet of an Excel workbook: each cell as text, real dates in ISO 8601."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from trialtrail.exports.export import Export, empty_export, frame_of, told_apart, unreadable
from trialtrail.exports.limits import MAX_CELLS, check_archive, check_columns, too_large

FORMULA = re.compile(rb"<f[ >/]")
"""A formula in the XML of a sheet."""
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
    sheet = spec.get("sheet", names[0] if names else "")
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
    records = _records(spec, book[sheet], spec.get("header_row", 1), dates)
    first = next(records, None)
    if first is None:
        raise empty_export(spec)
    header_line, cells = first
    width = max((i + 1 for i, name in enumerate(cells) if name.strip()), default=0)
    check_columns(width, spec["label"])
    header = [name.strip() for name in cells[:width]]
    dates.clear()
    rows, ragged = frame_of(
        spec["label"], told_apart(header), ((line, _fitted(row, width)) for line, row in records)
    )
    export = Export(spec["name"], header, rows, header_line, ragged)
    export.form = {"sheet": sheet, "header row": str(header_line)}
    export.guessed = ["sheet"] if "sheet" not in spec and len(names) > 1 else []
    export.changed = [
        (header[i], "a date of the workbook", "ISO 8601", n)
        for i, n in sorted(dates.items())
        if i < width
    ]
    export.odd = list(_uncomputed(spec, path, sheet, header, header_line))
    return export


def _no_workbook(spec: dict):
    return unreadable(
        spec,
        "The file cannot be read as an Excel workbook",
        "xlsx",
        "open it in a spreadsheet program and save it again as .xlsx",
    )


def _records(spec: dict, sheet, header_row: int, dates: dict[int, int]) -> Iterator:
    """Yield (row of the sheet, cells) of each row that is not blank; count dates by column."""
    seen = 0
    rows = enumerate(sheet.iter_rows(values_only=True), start=1)
    while True:
        try:
            line, row = next(rows)
        except StopIteration:
            return
        except Exception:  # a spoilt part is met only where it is read
            raise _no_workbook(spec) from None
        seen += len(row) + 1
        if seen > MAX_CELLS:
            raise too_large(spec["label"], "The sheet has very many cells", f"{MAX_CELLS:,}")
        cells = [cell_text(value) for value in row]
        if line < header_row or not any(cells):
            continue
        for i, value in enumerate(row):
            if isinstance(value, date):
                dates[i] = dates.get(i, 0) + 1
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


def _fitted(cells: list[str], width: int) -> list[str]:
    """Return the cells of a row as wide as the header; blank cells beyond it are no cells."""
    filled = max((i + 1 for i, text in enumerate(cells) if text), default=0)
    return [*cells, *[""] * (width - len(cells))][: max(width, filled)]


def _uncomputed(spec: dict, path: str, sheet: str, header: list[str], header_line: int) -> Iterator:
    """Yield the cells with a formula of which the workbook keeps no value: they look empty."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if "/worksheets/" in name]
        if not any(FORMULA.search(archive.read(name)) for name in parts):
            return
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
                yield "formula", line, header[i], message
