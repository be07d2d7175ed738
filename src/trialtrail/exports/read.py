"""Read a raw export as text: every cell as it stands, every record with its file and line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.exports.surveys import code_of_heading, delimiter_of

FILE, LINE = "_file", "_line"
ORIGIN = ["_export", FILE, LINE]
"""Columns that say where a record came from: name of the export, its file, line of the record."""

BATCH = 1 << 14
"""Records that are held as lists of texts at a time."""

QUALTRICS_HEADER_ROWS = 3
"""Names, question texts and import ids."""


@dataclass
class Export:
    """An export as it was read.

    ``rows`` has one row a record: text columns under their names in the file, and ``_file`` and
    ``_line``. ``header`` is the header as it stands; ``ragged`` lists (line, cells) of records that
    have another number of cells than the header; those are not in ``rows``.
    """

    name: str
    header: list[str]
    rows: pd.DataFrame
    header_line: int = 1
    ragged: list[tuple[int, int]] = field(default_factory=list)


def read_export(spec: dict, paths: list[str]) -> Export:
    """Read the export that ``spec`` describes from ``paths`` (several for a folder of documents).

    ``spec`` is an entry of ``exports`` in the configuration with its ``name`` and the ``label`` of
    its file or folder, as messages print it.

    Raises:
        StudyError: the file cannot be read in the form that the configuration gives.
    """
    readers: dict[str, Callable[[dict, list[str]], Export]] = {
        "csv": _read_delimited,
        "redcap": _read_delimited,
        "qualtrics": _read_qualtrics,
        "limesurvey": _read_limesurvey,
        "xlsx": _read_xlsx,
        "docx": _read_docx,
    }
    return readers[spec.get("format", "csv")](spec, paths)


def _records(spec: dict, path: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which the record starts, cells); blank lines are no records."""
    encoding = spec.get("encoding", "utf-8-sig")
    try:
        with open(path, encoding=encoding, newline="") as handle:
            reader = csv.reader(handle, delimiter=spec.get("delimiter", ","), strict=True)
            line = 1
            for cells in reader:
                if cells:
                    yield line, cells
                line = reader.line_num + 1
    except (UnicodeError, LookupError):
        raise StudyError(
            f"The file cannot be read as {encoding}",
            where=f"{spec['label']}{_undecodable(path, encoding)}",
            rule="encoding",
            remedy=f"name the right encoding under exports.{spec['name']}.encoding, such as cp1252",
        ) from None
    except csv.Error:
        raise StudyError(
            "The file is not well-formed CSV: a quotation mark is open or out of place",
            # The record's first line: the reader itself may have run on to the end of the file.
            where=f"{spec['label']}, line {line}",
            rule="csv",
            remedy=f"check the quotation marks of that line and exports.{spec['name']}.delimiter",
        ) from None
    except OSError:
        raise StudyError(
            "The file cannot be opened",
            where=spec["label"],
            rule="file",
            remedy=f"exports.{spec['name']}.file must be a file that you may read",
        ) from None


def _undecodable(path: str, encoding: str) -> str:
    """Return the line of the first byte that is not of ``encoding``, as a message has it."""
    data = Path(path).read_bytes()
    try:
        data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return f", line {line}"
    except (UnicodeError, LookupError):
        pass  # an encoding that nobody knows is wrong in every line
    return ""


def _empty(spec: dict) -> StudyError:
    return StudyError(
        "The export is empty: not even a header",
        where=spec["label"],
        rule="header",
        remedy="export the table again",
    )


def _assemble(spec: dict, header_line: int, header: list[str], records) -> Export:
    header = [name.strip() for name in header]
    names, ragged, parts = _told_apart(header), [], []
    for some in batched(records, BATCH):  # the cells as Python's own texts take much more room
        kept = [(line, cells) for line, cells in some if len(cells) == len(header)]
        ragged += [(line, len(cells)) for line, cells in some if len(cells) != len(header)]
        part = pd.DataFrame([cells for _, cells in kept], columns=names, dtype="string")
        parts.append(part.assign(**{LINE: pd.array([line for line, _ in kept], dtype="Int64")}))
    if not parts:
        empty = pd.DataFrame([], columns=names, dtype="string")
        parts = [empty.assign(**{LINE: pd.array([], dtype="Int64")})]
    rows = pd.concat(parts, ignore_index=True)
    rows.insert(len(names), FILE, pd.array([spec["label"]], dtype="string").repeat(len(rows)))
    return Export(spec["name"], header, rows, header_line, ragged)


def batched(records: Iterable, size: int) -> Iterator[list]:
    """Yield the records in lists of at most ``size`` (as `itertools.batched` of Python 3.12)."""
    rest = iter(records)
    while some := list(islice(rest, size)):
        yield some


def _told_apart(header: list[str]) -> list[str]:
    """Return ``header`` with a number after each name that stands in it again."""
    seen: dict[str, int] = {}
    names = []
    for name in header:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _read_delimited(spec: dict, paths: list[str]) -> Export:
    records = _records(spec, paths[0])
    first = next(records, None)
    if first is None:
        raise _empty(spec)
    return _assemble(spec, first[0], first[1], records)


def _read_qualtrics(spec: dict, paths: list[str]) -> Export:
    records = _records(spec, paths[0])
    head = [row for _, row in zip(range(QUALTRICS_HEADER_ROWS), records, strict=False)]
    if len(head) < QUALTRICS_HEADER_ROWS or "ImportId" not in "".join(head[2][1]):
        raise StudyError(
            "The export does not have the three header rows of Qualtrics",
            where=f"{spec['label']}, lines 1 to 3",
            rule="header",
            remedy="export it again as CSV with import ids, or set its format to csv",
        )
    return _assemble(spec, head[0][0], head[0][1], records)


def _read_limesurvey(spec: dict, paths: list[str]) -> Export:
    """Read a CSV export whose headings are codes of questions, with or without their texts."""
    if "delimiter" not in spec:
        with open(paths[0], encoding=spec.get("encoding", "utf-8-sig"), errors="replace") as handle:
            spec = spec | {"delimiter": delimiter_of(handle.readline())}
    records = _records(spec, paths[0])
    first = next(records, None)
    if first is None:
        raise _empty(spec)
    return _assemble(spec, first[0], [code_of_heading(name) for name in first[1]], records)


def _cell_text(value: object) -> str:
    """Return an Excel cell as text: dates in ISO 8601, whole numbers without a decimal point."""
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        text = value.isoformat()
        return text.removesuffix("T00:00:00")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _read_xlsx(spec: dict, paths: list[str]) -> Export:
    from openpyxl import load_workbook

    try:
        book = load_workbook(paths[0], read_only=True, data_only=True)
    except Exception:  # openpyxl raises whatever its parser raises
        raise StudyError(
            "The file cannot be read as an Excel workbook",
            where=spec["label"],
            rule="xlsx",
            remedy="open it in a spreadsheet program and save it again as .xlsx",
        ) from None
    sheet = spec.get("sheet", book.sheetnames[0])
    if sheet not in book.sheetnames:
        raise StudyError(
            f"The workbook has no sheet named {sheet}",
            where=spec["label"],
            rule="sheet",
            remedy=f"its sheets are {', '.join(book.sheetnames)}: "
            f"name one under exports.{spec['name']}.sheet",
        )
    header_row = spec.get("header_row", 1)
    records = []
    for line, row in enumerate(book[sheet].iter_rows(values_only=True), start=1):
        cells = [_cell_text(value) for value in row]
        if line >= header_row and any(cells):
            records.append((line, cells))
    if not records:
        raise _empty(spec)
    (header_line, header), *rest = records
    width = max((i + 1 for i, name in enumerate(header) if name), default=0)
    return _assemble(spec, header_line, header[:width], ((n, _fitted(c, width)) for n, c in rest))


def _fitted(cells: list[str], width: int) -> list[str]:
    """Return the cells of a row as wide as the header; blank cells beyond it are no cells."""
    filled = max((i + 1 for i, text in enumerate(cells) if text), default=0)
    return [*cells, *[""] * (width - len(cells))][: max(width, filled)]


def _read_docx(spec: dict, paths: list[str]) -> Export:
    """One record a document: its name without the ending, its paragraphs joined by line ends."""
    from docx import Document

    rows = []
    for path in sorted(paths):
        label = f"{spec['label']}/{Path(path).name}"
        try:
            document = Document(path)
        except Exception:  # python-docx raises whatever its parser raises
            raise StudyError(
                "The file cannot be read as a Word document",
                where=label,
                rule="docx",
                remedy="open it in a word processor and save it again as .docx",
            ) from None
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        rows.append((Path(path).stem, text, label, 1))
    frame = pd.DataFrame(rows, columns=["document", "text", FILE, LINE])
    frame = frame.astype({"document": "string", "text": "string", FILE: "string", LINE: "Int64"})
    return Export(spec["name"], ["document", "text"], frame)
