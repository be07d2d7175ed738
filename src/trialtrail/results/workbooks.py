"""Write a table as an Excel workbook: same rows, same bytes, and every text inert."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pandas as pd

from trialtrail.escaping import visible

EPOCH = datetime(1980, 1, 1)
"""The moment of all workbooks: a zip archive knows none before."""
WIDEST = 60
"""Characters of the widest column."""


def write_workbook(
    frame: pd.DataFrame,
    path: str | Path,
    sheet: str,
    *,
    to_fill: Sequence[str] = (),
    notes: Mapping[str, str] | None = None,
) -> None:
    """Write ``frame`` as a workbook of one sheet, with a filter and the header kept in view.

    Args:
        frame: one row a row; texts are written as texts, whatever they begin with.
        path: where the workbook goes.
        sheet: the name of its sheet.
        to_fill: columns that are for people to fill in; they are shaded.
        notes: what a column is for, by its name, as a comment on its heading.
    """
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.properties.created = book.properties.modified = EPOCH
    book.properties.creator = ""
    page = book.active
    page.title = sheet
    page.append(list(frame.columns))
    for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
        page.append([value if isinstance(value, int) else _text(value) for value in row])
    shade = PatternFill("solid", fgColor="F1F3F4")
    for place, name in enumerate(frame.columns, start=1):
        column = page[get_column_letter(place)]
        widest = max((len(str(cell.value or "")) for cell in column), default=0)
        page.column_dimensions[get_column_letter(place)].width = min(WIDEST, widest + 2)
        column[0].font = Font(bold=True)
        if notes and name in notes:
            column[0].comment = Comment(notes[name], "")
        for cell in column:
            cell.alignment = Alignment(vertical="top", wrap_text=widest > WIDEST)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula
            if name in to_fill:
                cell.fill = shade
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    whole = io.BytesIO()
    with files_by_any_name():
        book.save(whole)
    Path(path).write_bytes(_timeless(whole.getvalue()))


@contextmanager
def files_by_any_name() -> Iterator[None]:
    """Let openpyxl write its temporary files in a folder of any name.

    lxml takes the name of a file for a URI, in which a per cent sign is another sign; it is given
    the opened file instead.
    """
    from openpyxl.worksheet import _writer

    by_name = _writer.xmlfile
    _writer.xmlfile = lambda path: by_name(open(path, "wb"), close=True)  # noqa: SIM115
    try:
        yield
    finally:
        _writer.xmlfile = by_name


def _text(value: object) -> str | None:
    """Return a value as text; a sign that no XML can hold is shown by its number."""
    return None if value is None else visible(str(value))


def _timeless(data: bytes) -> bytes:
    """Return an archive whose parts all bear one moment."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            plain = zipfile.ZipInfo(part.filename, EPOCH.timetuple()[:6])
            plain.compress_type = zipfile.ZIP_DEFLATED
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                content = _moment(content)
            new.writestr(plain, content)
    return out.getvalue()


def _moment(properties: bytes) -> bytes:
    """Return the properties of a workbook with the moment of all; openpyxl writes when it saves."""
    stamp = EPOCH.isoformat().encode() + b"Z"
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, properties)
