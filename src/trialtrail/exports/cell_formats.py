"""What a workbook shows of a number by the format of its cell, and which cells it hides or strikes.

A cell of 0.5 that is formatted as percent shows 50%, and one of 7 formatted as ``000`` shows 007:
the format is part of the value. Formats that only round, or set thousands apart, are not.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

SECTION = re.compile(r'^(?:"([^"]*)"|\\(.))*([#0?,.]+)(%?)(?:"([^"]*)"|\\(.))*$')
"""A section of a number format: signs in quotation marks, a number, percent, signs."""
LITERAL = re.compile(r'"([^"]*)"|\\(.)')
PLACES = 12
"""Decimal places of a percentage: more are the noise of a double."""
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?r="(\d+)"[^>]*?hidden="(?:1|true)"')
HIDDEN_COLUMNS = re.compile(rb"<(?:\w+:)?col\s([^>]*?hidden=\"(?:1|true)\"[^>]*)>")
STYLED = re.compile(rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,3})(\d+)"[^>]*?s="(\d+)"')


def shown(value: object, form: str) -> str | None:
    """Return what a cell shows where that is another text than its number; None elsewhere."""
    if isinstance(value, bool) or not isinstance(value, int | float) or form == "General":
        return None
    section = form.split(";")
    body = section[1].lstrip("-") if value < 0 and len(section) > 1 else section[0]
    match = SECTION.fullmatch(body)
    if not match:
        return None
    digits, percent = match[3], bool(match[4])
    before, _, after = body.partition(digits)
    marks = ["".join(a or b for a, b in LITERAL.findall(part)) for part in (before, after)]
    padded = re.fullmatch("00+", digits) is not None
    if not percent and not padded and not any(map(str.strip, marks)):
        return None
    number = round(abs(value) * 100, PLACES) if percent else abs(value)
    text = str(int(number)) if float(number).is_integer() else repr(number)
    if padded and "." not in text:
        text = text.zfill(len(digits))
    sign = "-" if value < 0 else ""
    return f"{sign}{marks[0]}{text}{'%' if percent else ''}{marks[1]}"


def is_telling(form: str) -> bool:
    """Return whether cells of a format may show another text than their number."""
    return shown(1.5, form) is not None or shown(1, form) is not None


def struck_styles(book) -> set[int]:
    """Return the styles of cells of a workbook whose words are struck through."""
    struck = {i for i, font in enumerate(book._fonts) if font.strike}
    return {i for i, style in enumerate(book._cell_styles) if style.fontId in struck}


def marked(path: str, part_name: str, struck: set[int]) -> Iterator[tuple[int | None, int, str]]:
    """Yield (row of the sheet, place of the column, what is odd) of what a sheet hides or strikes.

    Of a hidden row the column is -1; of a hidden column there is no row. A row of which cells are
    struck through is told once, with the first of them.
    """
    from openpyxl.utils import column_index_from_string

    with zipfile.ZipFile(path) as archive, archive.open(part_name) as part:
        text = part.read()
    for match in HIDDEN_COLUMNS.finditer(text):
        ends = dict(re.findall(rb'(min|max)="(\d+)"', match[1]))
        for place in range(int(ends[b"min"]) - 1, min(int(ends[b"max"]), 1 << 14)):
            yield None, place, "the column is hidden in the workbook, and is read"
    for match in HIDDEN_ROW.finditer(text):
        yield int(match[1]), -1, "the row is hidden in the workbook, and is used"
    seen = set()
    for match in STYLED.finditer(text) if struck else ():
        if int(match[3]) in struck and match[2] not in seen:
            seen.add(match[2])
            place = column_index_from_string(match[1].decode()) - 1
            yield int(match[2]), place, "a cell is struck through in the workbook, and is used"
