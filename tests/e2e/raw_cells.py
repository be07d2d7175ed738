"""Raw cells of the shipped study, read without the workflow: those named, and no others.

Nothing of trialtrail is imported here or in `recomputed`. A record has the cells that are named of
it and lacks all others, so a number that is computed from it rests on nothing else.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator
from copy import copy
from functools import cache
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

Cell = tuple[str, int, str]
"""A raw cell: its file, the line on which its record begins, its column."""
WINDOWS = ("screening.csv", "contact_log.csv", "births.csv", "quotations.csv")
HEADER_LINES = {".csv": 1, ".xlsx": 3}
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MISSING = {"", "-99", "NK"}
"""Texts that the study's data manager enters where nothing is known."""


class RawCells:
    """The cells that are named, as records of their files.

    Args:
        root: the folder from which the names of the files go.
        cells: the cells.
    """

    def __init__(self, root: Path, cells: Iterable[Cell]) -> None:
        self.cells = sorted(set(cells))
        self.root = root
        self._records: dict[str, dict[tuple[str, int], dict[str, str]]] = {}
        for file, line, column in self.cells:
            text = texts_of(root / file)[line][column]
            mine = self._records.setdefault(PurePosixPath(file).name, {})
            mine.setdefault((file, line), {})[column] = text

    def __getitem__(self, name: str) -> list[dict[str, str]]:
        """Return the records of a file, each with its named cells; blanks are left out."""
        return [
            {column: text for column, text in record.items() if text.strip() not in MISSING}
            for record in self._records.get(name, {}).values()
        ]

    def ending(self, suffix: str) -> Iterator[dict[str, str]]:
        """Yield the records of all files of an ending."""
        for name in sorted(self._records):
            if name.endswith(suffix):
                yield from self[name]

    def columns(self) -> dict[tuple[str, str], list[Cell]]:
        """Return the cells by file (of many transcripts, by their ending) and column."""
        found: dict[tuple[str, str], list[Cell]] = {}
        for cell in self.cells:
            path = PurePosixPath(cell[0])
            name = "*.docx" if path.suffix == ".docx" else path.name
            found.setdefault((name, cell[2]), []).append(cell)
        return found

    def without(self, cells: Iterable[Cell]) -> RawCells:
        """Return the same cells but some; `cells` and `columns` are of the whole."""
        other = copy(self)
        other._records = dict(self._records)
        changed: set[str] = set()
        for file, line, column in cells:
            name, place = PurePosixPath(file).name, (file, line)
            if name not in changed:
                changed.add(name)
                other._records[name] = dict(self._records[name])
            record = other._records[name][place]
            other._records[name][place] = {k: v for k, v in record.items() if k != column}
        return other


@cache
def texts_of(path: Path) -> dict[int, dict[str, str]]:
    """Return the records of a raw file by the line, or row of the sheet, on which each begins."""
    if path.suffix == ".docx":
        return {1: {"document": path.stem, "text": _words(path)}}
    rows = dict(_sheet(path) if path.suffix == ".xlsx" else _delimited(path))
    header = rows[HEADER_LINES[path.suffix]]
    return {
        line: dict(zip(header, cells, strict=False))
        for line, cells in rows.items()
        if line > HEADER_LINES[path.suffix]
    }


def _delimited(path: Path) -> Iterator[tuple[int, list[str]]]:
    encoding = "cp1252" if path.name in WINDOWS else "utf-8-sig"
    with open(path, encoding=encoding, newline="") as stream:
        reader, begins = csv.reader(stream), 1
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    sheet = load_workbook(path, read_only=True, data_only=True)["Register"]
    for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield line, ["" if cell is None else str(cell) for cell in cells]


def _words(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        body = ElementTree.fromstring(package.read("word/document.xml"))
    paragraphs = body.iter(f"{WORD}p")
    return "\n".join("".join(t.text or "" for t in p.iter(f"{WORD}t")) for p in paragraphs)
