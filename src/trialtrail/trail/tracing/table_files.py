"""Read the tables of a results folder and raw text as they stand, cell by cell, as text."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from trialtrail.errors import StudyError

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
"""Tried in this order on a raw file, whose encoding only the configuration knows."""


class Unknown(StudyError):
    """What was asked for is not there."""


def read_rows(path: Path, row: str | None, column: str) -> tuple[list[str], list[list[str]]]:
    """Return the columns of a table, and its rows whose first cell is ``row`` (None: all).

    Of Parquet only the key and ``column`` are read (an empty ``column``: all).

    Raises:
        Unknown: the file is gone, or is no table that this command reads.
    """
    if not path.is_file():
        raise Unknown(f"`{path.as_posix()}` is not here", remedy="trialtrail verify says what is")
    if path.suffix == ".parquet":
        return _parquet_rows(path, row, column)
    if path.suffix != ".csv":
        raise Unknown(
            f"The cells of `{path.name}` are not read: it is neither CSV nor Parquet",
            remedy="ask for the file, without `#`",
        )
    lines = [cells for _, cells in read_lines(path)]
    columns = lines[0] if lines else []
    return columns, [cells for cells in lines[1:] if row in (None, cells[0])]


def read_lines(path: Path, form: dict[str, Any] | None = None) -> list[tuple[int, list[str]]]:
    """Return the records of a CSV file, the heading first, each with the line it begins on."""
    form = form or {}
    text = path.read_bytes().decode(form["encoding"]) if "encoding" in form else decoded(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.get("delimiter", ","))
    found, begins = [], 1
    for cells in reader:
        if cells:
            found.append((begins, cells))
        begins = reader.line_num + 1
    return found


def decoded(path: Path) -> str:
    """Return the text of a file in the first encoding that fits."""
    raw = path.read_bytes()
    for encoding in ENCODINGS[:-1]:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode(ENCODINGS[-1])


def _parquet_rows(path: Path, row: str | None, column: str) -> tuple[list[str], list[list[str]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = pq.read_schema(path).names
    wanted = [columns[0], column] if column in columns else columns
    table = pq.read_table(path, columns=list(dict.fromkeys(wanted)))
    keys = [shown(key) for key in table.column(columns[0]).to_pylist()]
    chosen = pa.array([at for at, key in enumerate(keys) if row in (None, key)], pa.int64())
    cells = [table.column(name).take(chosen).to_pylist() for name in table.column_names]
    found = [[shown(value) for value in line] for line in zip(*cells, strict=True)]
    return (columns if not column or column not in columns else table.column_names), found


def shown(value: Any) -> str:
    """Return a value as the CSV twin has it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".10g")
    return value.date().isoformat() if hasattr(value, "date") else str(value)
