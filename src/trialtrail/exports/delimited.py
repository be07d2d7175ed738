"""Read an export in a delimited file: its header, its rows, and what is wrong with the file.

How a text is split into records is in `delimited_records`.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa

from trialtrail.errors import StudyError
from trialtrail.escaping import UNPRINTABLE
from trialtrail.exports.delimited_records import (
    Plain,
    Reader,
    Spoilt,
    empty_table,
    has_lone_returns,
)
from trialtrail.exports.export import (
    FILE,
    LINE,
    Export,
    empty_export,
    told_apart,
    unreadable,
)
from trialtrail.exports.guess import TextForm, find_form, first_fault, is_of_text
from trialtrail.exports.headings import ALL
from trialtrail.exports.kinds import refuse_other_kinds
from trialtrail.exports.limits import MAX_CELL, check_columns, too_large
from trialtrail.exports.whereabouts import better_place, other_lines

LEAST, MOST = 2, 2
"""Records by which an ending delimiter is known, and how many times wider they may be."""
SIGN = re.compile(rf"[^\s{UNPRINTABLE}]")
"""What a cell has that is not blank: some programs end a file with an invisible character."""


def read_delimited(spec: dict, path: str, header_rows: int = 1, names_in: int = 0) -> Export:
    """Return the export in a delimited file; of ``header_rows`` that at ``names_in`` has the names.

    Raises:
        StudyError: the file cannot be read in the form that the configuration gives.
    """
    try:
        refuse_other_kinds(spec, path)
        form = find_form(path, spec)
        return _export(spec, path, form, header_rows, names_in)
    except (UnicodeError, LookupError):
        raise _undecodable(spec, path) from None
    except Spoilt as spoilt:
        raise _ill_formed(spec, spoilt) from None
    except OSError:
        raise unreadable(
            spec,
            "The file cannot be opened",
            "file",
            f"exports.{spec['name']}.file must be a file that you may read",
        ) from None


def _undecodable(spec: dict, path: str) -> StudyError:
    encoding = spec.get("encoding", "utf-8")
    try:
        line = first_fault(path, encoding) if is_of_text(encoding) else None
    except (UnicodeError, LookupError):
        line = None  # an encoding that nobody knows is wrong in every line
    return unreadable(
        spec,
        f"The file cannot be read as {encoding}",
        "encoding",
        f"name the right encoding under exports.{spec['name']}.encoding, such as cp1252",
        spec["label"] + (f", line {line}" if line else ""),
    )


def _ill_formed(spec: dict, spoilt: Spoilt) -> StudyError:
    where = f"{spec['label']}, line {spoilt.line}"
    if "field limit" in spoilt.fault:
        what = "A cell that begins in this record is too long (a quotation mark may be open)"
        return too_large(spec["label"], what, f"{MAX_CELL:,} characters", where)
    return unreadable(
        spec,
        "The file is not well-formed CSV: a quotation mark is open or out of place",
        "csv",
        f"check the quotation marks of that line and exports.{spec['name']}.delimiter",
        where,
    )


def first_records(spec: dict, path: str, count: int) -> list[list[str]]:
    """Return the cells of the first records of a file that can be read, else none."""
    try:
        form = find_form(path, spec)
        reader = _reader_of(path, form)
        return [cells for _, cells in reader.head(count)]
    except (UnicodeError, LookupError, Spoilt, OSError):
        return []  # `read_delimited` says what is wrong


def _export(spec: dict, path: str, form: TextForm, header_rows: int, names_in: int) -> Export:
    reader = _reader_of(path, form)
    head = reader.head(header_rows)
    if not head:
        raise empty_export(spec)
    header_line, header = head[min(names_in, len(head) - 1)]
    check_columns(len(header), spec["label"])
    header = [name.strip().strip("\ufeff").strip() for name in header]
    rows, ragged = frame(spec["label"], told_apart(header), reader)
    blank = [each for each in ragged if not each[1]]
    ragged = [each for each in ragged if each[1]]
    if ragged and rows.empty:
        again = type(reader)(path, form)
        again.head(header_rows)
        header, rows, ragged = _with_end(spec["label"], header, rows, ragged, again)
    export = Export(spec["name"], header, rows, header_line, ragged)
    export.form, export.guessed = form.words, form.guessed
    export.head = [cells for _, cells in head]
    export.elsewhere = better_place(header, spec.get("known", []), other_lines(path, form))
    if blank:
        export.changed.append((ALL, "a row of blank cells of another width", "none", len(blank)))
    return export


def _with_end(label: str, header: list[str], rows: pd.DataFrame, ragged: list, reader: Plain):
    """Return (header, rows, ragged) where a delimiter ends each line of the one and not the other.

    That is so where all records have the same number of cells, and what is over is blank. A single
    such record may have a delimiter too many within it, and is reported.
    """
    widths = {cells for _, cells in ragged}
    width = next(iter(widths))
    wider = header[:width] + [""] * (width - len(header))
    if len(widths) > 1 or len(ragged) < LEAST or any(header[width:]) or width > MOST * len(header):
        return header, rows, ragged
    fitting, _ = frame(label, told_apart(wider), reader)
    over = fitting.iloc[:, len(header) : width]
    if (over.apply(lambda column: column.str.strip()) != "").any(axis=None):
        return header, rows, ragged
    beyond = list(fitting.columns[len(header) : width])
    return header[:width], fitting.drop(columns=beyond), []


def _reader_of(path: str, form: TextForm) -> Plain:
    """Return the reader of a file: block by block, unless a line may end anyhow."""
    return (Plain if has_lone_returns(path, form) else Reader)(path, form)


def frame(label: str, names: list[str], reader: Plain) -> tuple[pd.DataFrame, list]:
    """Return (rows, ragged): the records of a file under the names of its columns.

    Ragged records are (line, cells), no cells where all of them are blank.
    """
    tables, lines, ragged = [], [], []
    for part in reader.parts(len(names)):
        others = [each for each in part.others if len(each[1]) == len(names)]
        odd = [each for each in part.others if len(each[1]) != len(names)]
        ragged += [(line, len(c) if any(map(SIGN.search, c)) else 0) for line, c in odd]
        table, places = part.table, part.lines
        if others:
            columns = zip(*(cells for _, cells in others), strict=True)
            slow = pa.table([pa.array(c, pa.large_string()) for c in columns], table.column_names)
            places = np.concatenate([places, [line for line, _ in others]])
            order = np.argsort(places, kind="stable")
            table, places = pa.concat_tables([table, slow]).take(order), places[order]
        tables.append(table)
        lines.append(places)
    whole = pa.concat_tables(tables) if tables else empty_table(len(names))
    columns = {
        name: pd.array(column, dtype="string")
        for name, column in zip(names, whole.columns, strict=True)
    }
    rows = pd.DataFrame(columns)
    rows[FILE] = pd.array([label], dtype="string").repeat(len(rows))
    rows[LINE] = pd.array(np.concatenate([*lines, np.zeros(0, int)]).astype("int64"), dtype="Int64")
    return rows, sorted(ragged)
