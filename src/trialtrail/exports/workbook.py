"""Read a sheet of an Excel workbook: each cell as text, real dates in ISO 8601."""

from __future__ import annotations

import json
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from trialtrail.exports import cell_formats
from trialtrail.exports.export import (
    LINE,
    Export,
    Odd,
    empty_export,
    frame_of,
    told_apart,
    unreadable,
)
from trialtrail.exports.headings import plain_heading
from trialtrail.exports.kinds import DAMAGED, PACKED, WORKBOOK, no_text, other_kind
from trialtrail.exports.limits import (
    MAX_BESIDE,
    MAX_BLANK,
    MAX_SHEET,
    check_archive,
    check_cell,
    check_columns,
    too_large,
)
from trialtrail.exports.program_formats import duration
from trialtrail.exports.whereabouts import LOOKED_AT, better_place
from trialtrail.exports.workbook_marks import (
    CONDITIONAL,
    HIDDEN_COLUMN,
    HIDDEN_ROW,
    STRUCK,
    marks_of,
)
from trialtrail.exports.workbook_notes import MOST, Noted, mixed

FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
"""A formula in the XML of a sheet."""
CORNER = r"([A-Z]{1,3})(\d{1,7})"
MERGED = re.compile(rf'<(?:\w+:)?mergeCell\s[^>]*?ref="{CORNER}:{CORNER}"'.encode())
"""Cells of a sheet that were made one: the first column and row, and the last."""
BLOCK, LONGEST = 1 << 20, 1 << 10
"""Bytes of a sheet that are looked through at a time, and those of the longest thing looked for."""
DIGITS = 15
"""Digits that a spreadsheet program keeps, and shows, of a number."""
TOO_LONG = 10**DIGITS
NUMBER = (float, int)
LONGEST_TIME = 366
"""Days of the longest time that is not a day of the calendar, under a format of hours."""
SHORTENED = f"the cell is a number of more than {DIGITS} digits: a workbook keeps no more of them"
MIDNIGHT = "T00:00:00"


def read_xlsx(spec: dict, path: str) -> Export:
    """Return the export in a sheet; its lines are the rows of the sheet.

    Raises:
        StudyError: the file is no workbook, lacks the sheet, or is larger than any export.
    """
    from openpyxl import load_workbook

    if (found := no_text(path)) and found[0] not in (WORKBOOK, DAMAGED, PACKED):
        raise other_kind(spec, "Excel workbook (.xlsx)", *found)
    check_archive(path, spec["label"], "an Excel workbook")
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        names = [sheet.title for sheet in book.worksheets]  # others hold a chart
    except Exception:  # openpyxl raises whatever its parser raises
        raise _no_workbook(spec) from None
    if not names:
        raise _no_workbook(spec)
    sheet = _sheet_of(spec, names)
    # Some programs write a wrong extent of the sheet, and openpyxl would cut the rows to it.
    book[sheet].reset_dimensions()
    noted = Noted()
    telling = any(map(cell_formats.is_telling, _formats(book)))
    records = _records(spec, book, sheet, noted, telling)
    first = next(records, None)
    if first is None:
        raise _nothing_in(spec, sheet, names)
    header_line, cells = first
    width = max((i + 1 for i, name in enumerate(cells) if name.strip()), default=0)
    check_columns(width, spec["label"])
    header = [name.strip() for name in cells[:width]]
    if (blank := header.count("")) > MAX_BLANK:
        where = f"{spec['label']}, line {header_line}"
        raise too_large(where, f"The header has {blank:,} blank headings", f"{MAX_BLANK:,}")
    noted.forget()
    rows, ragged = frame_of(
        spec["label"], told_apart(header), _fitted(spec["label"], records, width)
    )
    export = Export(spec["name"], header, rows, header_line, ragged)
    export.plain = {header[i]: frozenset(texts) for i, texts in noted.decimals.items() if i < width}
    export.days = {header[i]: frozenset(texts) for i, texts in noted.days.items() if i < width}
    export.form = {"sheet": sheet, "header row": str(header_line)}
    export.elsewhere = better_place(
        header, spec.get("known", []), _other_headers(book, sheet, header_line, names)
    )
    export.guessed = ["sheet"] if "sheet" not in spec and len(names) > 1 else []
    for counts, before, after in (
        (noted.dates, "a date of the workbook", "ISO 8601"),
        (noted.formats, "a value under a format of its cell", "what the cell shows"),
    ):
        export.changed += [
            (header[i], before, after, n) for i, n in sorted(counts.items()) if i < width
        ]
    export.odd = [
        Odd(rule, line, header[i], message)
        for rule, line, i, message in [*noted.odd, *mixed(noted)]
        if i < width and (rule != "shortened" or header[i] not in spec.get("counted", []))
    ]
    has_formulas, merged = _looked_through(path, book[sheet])
    if has_formulas:
        export.odd += _uncomputed(spec, path, sheet, header, header_line)
    export.odd += islice(_merged(export, merged), MOST)
    export.odd += islice(_marked(export, path, book, sheet), MOST)
    return export


def _sheet_of(spec: dict, names: list[str]) -> str:
    """Return the sheet that the configuration names, as a person sees names; else the first.

    Two sheets of a workbook differ in more than the case of their letters.
    """
    wanted = spec.get("sheet", names[0])
    alike = [name for name in names if _seen(name) == _seen(wanted)]
    if wanted in names or len(alike) == 1:
        return wanted if wanted in names else alike[0]
    raise unreadable(
        spec,
        f"The workbook has no sheet named {wanted}",
        "sheet",
        f"name one under exports.{spec['name']}.sheet: {_quoted(names)}",
    )


def _other_headers(book, sheet: str, header_line: int, names: list[str]) -> Iterator:
    """Yield what to write, and the header by it: of another row, of another sheet, or of both."""
    for name in dict.fromkeys((sheet, *names)):
        book[name].reset_dimensions()
        rows = book[name].iter_rows(max_row=LOOKED_AT, values_only=True)
        for number, row in enumerate(rows, start=1):
            if name == sheet and number == header_line:
                continue
            parts = [f"header_row: {number}"] if number > 1 or name == sheet else []
            parts += [f"sheet: {_quoted([name])}"] if name != sheet else []
            yield " and ".join(f"`{part}`" for part in parts), [cell_text(each) for each in row]


def _seen(name: str) -> str:
    return plain_heading(name).casefold()


def _quoted(names: list[str]) -> str:
    return ", ".join(json.dumps(name, ensure_ascii=False) for name in names)


def _nothing_in(spec: dict, sheet: str, names: list[str]):
    """Return the refusal of a sheet without anything from the row of its header on."""
    others = [name for name in names if name != sheet]
    if not others or spec.get("header_row", 1) > 1:
        return empty_export(spec)
    do = f"name the right one under exports.{spec['name']}.sheet: {_quoted(others)}"
    return unreadable(spec, f"The sheet {sheet} is empty: not even a header", "header", do)


def _no_workbook(spec: dict):
    return unreadable(
        spec,
        "The file cannot be read as an Excel workbook",
        "xlsx",
        "open it in a spreadsheet program and save it again as .xlsx",
    )


def _formats(book) -> set[str]:
    """Return the number formats that cells of a workbook may have."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    own = book._number_formats
    ids = {style.numFmtId for style in book._cell_styles}
    found = {own[i - BUILTIN_FORMATS_MAX_SIZE] for i in ids if i >= BUILTIN_FORMATS_MAX_SIZE}
    return found | {BUILTIN_FORMATS[i] for i in ids if i in BUILTIN_FORMATS}


def _marked(export: Export, path: str, book, sheet: str) -> Iterator:
    """Yield the records and columns that the workbook hides, and cells with struck words.

    A record with several of those is reported once, with the first of them.
    """
    marks = marks_of(path, book[sheet]._worksheet_path, book)
    width = len(export.header)
    if marks.conditional:
        yield Odd("marked", None, "", CONDITIONAL)
    for place in sorted(place for place in marks.columns if place < width):
        yield Odd("marked", None, export.header[place], HIDDEN_COLUMN)
    for line in export.rows[LINE].tolist():
        if line in marks.rows:
            yield Odd("marked", line, "", HIDDEN_ROW)
        places = [place for place in marks.struck.get(line, ()) if place < width]
        if places:
            yield Odd("marked", line, export.header[min(places)], STRUCK)


def _records(spec: dict, book, sheet: str, noted: Noted, telling: bool) -> Iterator:
    """Yield (row of the sheet, cells) of each row that is not blank.

    ``telling`` is whether formats of cells are looked at, which takes twice as long.
    """
    seen, header_row = 0, spec.get("header_row", 1)
    rows = enumerate(book[sheet].iter_rows(values_only=not telling), start=1)
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
        forms = (
            [cell.number_format if cell.value is not None else "" for cell in row]
            if telling
            else []
        )
        row = [cell.value for cell in row] if telling else row
        cells = [cell_text(value) for value in row]
        if line < header_row or not any(cells):
            continue
        for i, form in enumerate(forms):
            if form and form != "General":
                _as_shown(noted, line, i, row[i], form, cells, book.epoch)
            elif isinstance(row[i], float):
                noted.number(line, i, row[i], form)
        check_cell(cells, spec["label"], line)
        for i, value in enumerate(row):
            if isinstance(value, date):
                noted.day(i, cells[i])
                if cells[i] == cell_text(value):
                    noted.dates[i] = noted.dates.get(i, 0) + 1
            elif isinstance(value, NUMBER):
                if "." in cells[i]:
                    noted.decimals.setdefault(i, set()).add(cells[i])
                if abs(value) >= TOO_LONG:
                    noted.tell("shortened", line, i, SHORTENED)
        yield line, cells


def _as_shown(
    noted: Noted, line: int, place: int, value: object, form: str, cells: list[str], epoch
) -> None:
    """Put what a cell shows in the place of its value, or note what is odd about it."""
    from openpyxl.utils.datetime import to_excel

    if isinstance(value, datetime) and cell_formats.is_clock(form):
        days = to_excel(value, epoch)
        if days < LONGEST_TIME:  # the day of a sum of hours is none
            cells[place] = duration(days * 86400)
    text = cell_formats.shown(value, form)
    if text is not None and text != cells[place]:
        cells[place] = text
        noted.formats[place] = noted.formats.get(place, 0) + 1
    if odd := cell_formats.hidden(value, form):
        noted.tell("marked", line, place, odd)
    if isinstance(value, int | float) and not isinstance(value, bool):
        noted.number(line, place, value, form)


def cell_text(value: object) -> str:
    """Return a value as text: dates in ISO 8601, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat().removesuffix(MIDNIGHT)
    if isinstance(value, timedelta):
        return duration(value.total_seconds())
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, f".{DIGITS}g")
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
