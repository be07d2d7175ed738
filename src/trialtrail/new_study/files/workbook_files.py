"""Find the sheets of a workbook that hold rows, and the row of their headings."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from trialtrail.exports.visible_text import plain_heading
from trialtrail.new_study.files.layout import header_place, looks_like_values, name_of

LOOKED_AT = 100
"""Rows by which a sheet is judged."""
FEWEST = 2
"""Rows, and columns, that a table has at least."""
Found = tuple[str, dict[str, Any], list[str]]
"""A name, the keys of the export, and notes."""


def find_sheets(path: Path) -> list[Found]:
    """Return the sheets of a workbook that hold a table.

    Hidden sheets are not read, and noted. A file that is no workbook is left to its reader, which
    says so.
    """
    book = _opened(path)
    if book is None:
        return [(name_of(path), {}, [])]
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    common = [f"The sheet {name} is hidden and is not read." for name in hidden]
    single = len(book.worksheets) == 1
    found, others = [], []
    for sheet in book.worksheets:
        if sheet.title in hidden and not single:
            continue
        rows = _rows(sheet)
        cells = [each for _, each in rows]
        place = header_place(cells)
        width = sum(bool(plain_heading(cell)) for cell in cells[place]) if cells else 0
        if len(cells) - place < FEWEST or width < FEWEST:
            others += [sheet.title] if cells else []
            continue
        keys: dict[str, Any] = {} if single else {"sheet": sheet.title}
        notes = list(common)
        line = rows[place][0]
        if place:
            keys["header_row"] = line
            what = "what stands above them is passed over"
            notes.append(f"The headings stand in row {line} of the sheet; {what}.")
        if looks_like_values([plain_heading(cell) for cell in cells[place] if cell.strip()]):
            notes.append(
                f"Row {line} is taken for the headings and holds mostly numbers or days: perhaps"
                " the sheet has no headings."
            )
        found.append((name_of(path, "" if single else sheet.title), keys, notes))
    if len(found) == 1:
        found = [(name_of(path), *found[0][1:])]
    for _, _, notes in found:
        notes += [f"The sheet {name} holds no table and is not read." for name in others]
    return found


def _opened(path: Path) -> Any:
    """Return a workbook, None where the file is none."""
    from openpyxl import load_workbook

    from trialtrail.errors import StudyError
    from trialtrail.exports.limits import check_archive

    try:
        check_archive(str(path), path.name, "an Excel workbook")
        return load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except StudyError:
        raise
    except Exception:  # openpyxl raises whatever its parser raises
        return None


def _rows(sheet: Any) -> list[tuple[int, list[str]]]:
    """Return the first rows of a sheet that are not blank, each with its number."""
    from trialtrail.exports.workbook import cell_text

    sheet.reset_dimensions()
    rows = enumerate(islice(sheet.iter_rows(values_only=True), 10 * LOOKED_AT), start=1)
    texts = ((line, [cell_text(value) for value in row]) for line, row in rows)
    filled = ((line, cells) for line, cells in texts if any(map(str.strip, cells)))
    return list(islice(filled, LOOKED_AT))
