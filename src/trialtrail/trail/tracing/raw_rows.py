"""Raw cells and cells of datasets, from one to the other, row by row and back.

A derived column is given the columns that it declares and no others. So the cells of those columns,
in the rows that belong to its row by what the derivation declares, are all that it rests on.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from trialtrail.origins import AS_VALIDATED, DATASET, RAW, VALIDATED, Source, parse_source
from trialtrail.trail.tracing.tables import Table, Tables, agreeing

ORIGIN = EXPORT, FILE, LINE = ("_export", "_file", "_line")
VALUE, SELECTS, MATCHES, COUNTED = ("value", "selects", "matches", "counted")
"""What a raw cell does: it gives the value, says that its record belongs to the result (an arm,
say), names the record that another one belongs to, or has the finding that an account counts. The
first that holds is reported."""
USES = (VALUE, SELECTS, MATCHES, COUNTED)
ENDINGS = ("_bound", "_until")
"""Endings of columns that are read from the cell of the column without them."""


@dataclass(frozen=True, order=True)
class RawCell:
    """A cell of a raw file: its file, the line on which its record starts, its column there."""

    file: str
    line: int
    column: str


@dataclass(frozen=True, order=True)
class DatasetCell:
    """A cell of a dataset: its row by the dataset's key, and its column."""

    dataset: str
    row: str
    column: str


@dataclass(frozen=True, order=True)
class RawRecords:
    """Records of a raw file that went into a table: how many, and the lines they begin on."""

    file: str
    records: int
    first: int
    last: int


@dataclass(frozen=True)
class Step:
    """A column of a dataset, one of its derivations, and one of the sources of that."""

    dataset: str
    column: str
    derivation: Mapping[str, Any]
    source: Source


@dataclass
class Found:
    """What a walk found: the raw cells with their use, and the rows that it passed through."""

    cells: dict[RawCell, str] = field(default_factory=dict)
    rows: dict[tuple[str, str, str, str], set[int]] = field(default_factory=dict)
    """(layer, table, column, use) -> the rows of the table that were taken."""
    empty: set[RawCell] = field(default_factory=set)
    """Those of the cells that say nothing: blank, a code of missing values, or set aside."""

    def add(self, cell: RawCell, use: str) -> None:
        """Keep a cell, with the use that stands first in `USES`."""
        known = self.cells.get(cell, use)
        self.cells[cell] = min(use, known, key=USES.index)


class RawRows:
    """The datasets and validated tables of one results folder, seen row by row."""

    def __init__(self, results: Path) -> None:
        self.results = results
        self.tables = Tables(results)
        self._headings: dict[str, dict[str, dict[str, str]]] = {}
        self._where: dict[str, dict[str, set[str]]] = {}

    @cached_property
    def declared(self) -> dict[str, dict[str, Any]]:
        """Return of each dataset what its step declares: key, columns, why records are left out."""
        folder = self.results / "lineage" / "columns"
        return {path.stem: _json(path) for path in sorted(folder.glob("*.json"))}

    @cached_property
    def columns(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return of each dataset whose columns are derived: column -> what is declared of it."""
        return {
            name: {entry["column"]: entry for entry in declared["columns"]}
            for name, declared in self.declared.items()
        }

    def behind(self, dataset: str, key: str, column: str) -> list[RawCell]:
        """Return the raw cells that ``column`` of the rows named ``key`` rests on, in order."""
        found = Found()
        self.follow(Source(DATASET, dataset, column), self.named(dataset, key), VALUE, found)
        return sorted(found.cells)

    def named(self, dataset: str, key: str) -> set[int]:
        """Return the rows of a dataset that are named ``key``: the whole key, or its first part."""
        table = self.tables.get(DATASET, dataset)
        if table is None:
            return set()
        columns = self.declared[dataset]["key"] if dataset in self.declared else table.names[:1]
        whole = {row for row, each in enumerate(table.keys(columns)) if row_name(each) == key}
        first = table.column(columns[0])
        return whole or {row for row, value in enumerate(first) if str(value) == key}

    def follow(self, source: Source, rows: set[int], use: str, found: Found) -> None:
        """Add to ``found`` the raw cells that a column of some rows of a table rests on.

        Args:
            source: the column of a dataset or of a validated table.
            rows: the rows of that table.
            use: what the column does, one of `USES`.
            found: what was found so far; rows that it passed through are not walked again.
        """
        table = self.tables.get(source.layer, source.table)
        rows = rows - found.rows.get((*source, use), set())
        if not rows or table is None or source.column not in table.names:
            return
        found.rows.setdefault((*source, use), set()).update(rows)
        if source.layer == VALIDATED:
            self._take(source, table, rows, use, found)
            return
        entry = self.columns.get(source.table, {}).get(source.column)
        for derivation in entry["derivations"] if entry else ():
            filled = rows & table.rows_where(derivation["where"]) if derivation["where"] else rows
            sources = [parse_source(each) for each in derivation["sources"]]
            matching = self._matching(source.table, derivation, sources)
            for each in sources:
                taken = self._partners(source.table, table, filled, derivation, each)
                self.follow(each, taken, MATCHES if each.column in matching else use, found)

    def touched(self, file: str, line: int, column: str = "") -> list[DatasetCell]:
        """Return the cells of datasets that rest on a raw cell, in order; the way back of `behind`.

        Args:
            file: the raw file as the validated tables name it.
            line: the line on which the record starts.
            column: a column of the file; empty for all that the tables take from the record.
        """
        found = self.touched_rows(file, line, column)
        cells = set()
        for (_, dataset, name), rows in found.items():
            table = self.tables.get(DATASET, dataset)
            if table is not None:
                names = table.keys(self.declared[dataset]["key"], rows)
                cells |= {DatasetCell(dataset, row_name(each), name) for each in names}
        return sorted(cells)

    def touched_rows(self, file: str, line: int, column: str = "") -> dict[Source, set[int]]:
        """Return the columns of datasets that rest on a raw cell, each with its rows."""
        found: dict[Source, set[int]] = {}
        queue: deque[tuple[Source, set[int]]] = deque()
        for name, rows, source in self.read_from(file, line, column):
            queue += self._next(Source(VALIDATED, name, source), rows)
        while queue:
            source, rows = queue.popleft()
            known = found.setdefault(source, set())
            if rows := rows - known:
                known |= rows
                queue += self._next(source, rows)
        return found

    def read_from(self, file: str, line: int, column: str) -> Iterator[tuple[str, set[int], str]]:
        """Yield table, rows and column of the validated tables that are read from a raw cell."""
        for name in self.tables.all_of(VALIDATED):
            table = self.tables.get(VALIDATED, name)
            if table is None or FILE not in table.names:
                continue
            for row in table.rows_with((FILE, LINE), {(file, line)}):
                export = table.column(EXPORT)[row]
                headings = self.headings(name).get(export, {})
                whole = ("", *self.conditions(name).get(export, ()))
                for taken in table.names:
                    heading = headings.get(_base(taken, headings))
                    if heading and column in (*whole, heading):
                        yield name, {row}, taken

    def label_of(self, name: str) -> str:
        """Return what the configuration calls a raw file, whose name may have a folder before."""
        labels = self._labels
        return next((each for each in labels if name == each or name.endswith(f"/{each}")), name)

    @cached_property
    def _labels(self) -> list[str]:
        """Return the files of all records that the run read, the longest names first."""
        tables = (self.tables.get(RAW, name) for name in self.tables.all_of(RAW))
        files = {file for table in tables if table for file in table.column(FILE)}
        return sorted(files, key=lambda file: (-len(file), file))

    def as_read(self, file: str) -> dict[int, dict[str, str]]:
        """Return the records of a raw file as the run read them, by the line they begin on.

        The columns of a record are those of the file, in its order; a blank cell is empty.
        """
        found: dict[int, dict[str, str]] = {}
        for name in self.tables.all_of(RAW):
            table = self.tables.get(RAW, name)
            rows = sorted(table.rows_with((FILE,), {(file,)})) if table else []
            if table and rows:
                columns = [column for column in table.names if column not in ORIGIN]
                for line, cells in zip(
                    table.keys((LINE,), rows), table.keys(columns, rows), strict=True
                ):
                    texts = ["" if cell is None else str(cell) for cell in cells]
                    found.setdefault(int(line[0]), dict(zip(columns, texts, strict=True)))
        return dict(sorted(found.items()))

    def records_of(
        self, table: str, layer: str = VALIDATED, export: str | None = None
    ) -> list[RawRecords]:
        """Return the records of raw files that a table was made from, by file.

        Those of a validated table are used; of the layer `raw`, they are all that were read. With
        an ``export``, only its records are meant.
        """
        read = self.tables.get(layer, table)
        if read is None or not {*ORIGIN} <= {*read.names}:
            return []
        lines: dict[str, list[int]] = {}
        for of_export, file, line in read.keys(ORIGIN):
            if export in (None, of_export):
                lines.setdefault(file, []).append(int(line))
        return sorted(RawRecords(file, len(n), min(n), max(n)) for file, n in lines.items())

    def headings(self, table: str) -> dict[str, dict[str, str]]:
        """Return of each export that feeds ``table``: column of the table -> column of the file."""
        if table not in self._headings:
            found: dict[str, dict[str, str]] = {}
            for source in self._sources(table):
                found.setdefault(source["name"], {}).update(source["columns"])
            self._headings[table] = found
        return self._headings[table]

    def conditions(self, table: str) -> dict[str, set[str]]:
        """Return of each export the columns of the file that say which records are of ``table``."""
        if table not in self._where:
            found: dict[str, set[str]] = {}
            for source in self._sources(table):
                found.setdefault(source["name"], set()).update(source.get("where", {}))
            self._where[table] = found
        return self._where[table]

    def _sources(self, table: str) -> list[dict[str, Any]]:
        path = self.results / "lineage" / "records" / f"validate_table-{table}.json"
        return _json(path)["result"]["params"]["sources"] if path.is_file() else []

    def _take(self, source: Source, table: Table, rows: set[int], use: str, found: Found) -> None:
        """Add to ``found`` the raw cells of rows of a validated table, and the conditions on them.

        A condition (``where`` of a source) chose the record among those of its export.
        """
        if FILE not in table.names:
            return
        exports, files, lines = (table.column(part) for part in ORIGIN)
        values, conditions = table.column(source.column), self.conditions(source.table)
        headings = {
            export: known.get(_base(source.column, known))
            for export, known in self.headings(source.table).items()
        }
        for row in sorted(rows):
            file, line = files[row], int(lines[row])
            for heading in conditions.get(exports[row], ()):
                found.add(RawCell(file, line, heading), SELECTS)
            if heading := headings.get(exports[row]):
                cell = RawCell(file, line, heading)
                found.add(cell, use)
                if values[row] is None:
                    found.empty.add(cell)

    def _partners(
        self,
        dataset: str,
        table: Table,
        rows: set[int],
        derivation: Mapping[str, Any],
        source: Source,
    ) -> set[int]:
        """Return the rows of a source that belong to ``rows`` of the dataset."""
        if _is_own(dataset, source):
            among = derivation["among"]
            return rows if among is None else agreeing(rows, table, table, among)
        other = self.tables.get(source.layer, source.table)
        keys = self._keys(dataset, derivation, source)
        if other is None or (not keys and declared_by(derivation, source) is None):
            return set()
        return agreeing(rows, table, other, keys)

    def _matching(
        self, dataset: str, derivation: Mapping[str, Any], sources: list[Source]
    ) -> set[str]:
        """Return the columns that only say which rows belong to which."""
        if derivation["kind"] == AS_VALIDATED:
            return set()
        keys = {name for each in sources for name in self._keys(dataset, derivation, each)}
        return keys | {*(derivation["among"] or ())}

    def _keys(self, dataset: str, derivation: Mapping[str, Any], source: Source) -> list[str]:
        """Return the columns by which rows of a source belong to a row of the dataset.

        They are those declared; failing that those which the sources name of both; failing that
        what of the dataset's key the other table has.
        """
        if _is_own(dataset, source):
            return []
        if (declared := declared_by(derivation, source)) is not None:
            return declared
        sources = [parse_source(each) for each in derivation["sources"]]
        own = {each.column for each in sources if _is_own(dataset, each)}
        there = {each.column for each in sources if each[:2] == source[:2]}
        if own & there and derivation["kind"] != AS_VALIDATED:
            return sorted(own & there)
        other = self.tables.get(source.layer, source.table)
        key = self.declared[dataset]["key"]
        return [name for name in key if other is not None and name in other.names]

    @cached_property
    def _steps(self) -> dict[Source, list[Step]]:
        """Return for each column the derivations that take it."""
        found: dict[Source, list[Step]] = {}
        for dataset, entries in self.columns.items():
            for column, entry in entries.items():
                for derivation in entry["derivations"]:
                    for source in map(parse_source, derivation["sources"]):
                        step = Step(dataset, column, derivation, source)
                        found.setdefault(source, []).append(step)
        return found

    def _next(self, source: Source, rows: set[int]) -> Iterator[tuple[Source, set[int]]]:
        """Yield the columns of datasets that take ``source`` of ``rows``, with their own rows."""
        other = self.tables.get(source.layer, source.table)
        for step in self._steps.get(source, []):
            table = self.tables.get(DATASET, step.dataset)
            if table is None or other is None:
                continue
            among = step.derivation["among"]
            if _is_own(step.dataset, source):
                own = rows if among is None else agreeing(rows, table, table, among)
            else:
                keys = self._keys(step.dataset, step.derivation, source)
                unknown = not keys and declared_by(step.derivation, source) is None
                own = set() if unknown else agreeing(rows, other, table, keys)
            if step.derivation["where"]:
                own &= table.rows_where(step.derivation["where"])
            yield Source(DATASET, step.dataset, step.column), own


def row_name(key: tuple) -> str:
    """Return the name of a row of a dataset: the parts of its key, with points between them."""
    return ".".join("" if part is None else str(part) for part in key)


def declared_by(derivation: Mapping[str, Any], source: Source) -> list[str] | None:
    """Return the columns by which rows of a source belong to a row, None where none are declared.

    They may be declared for each table.
    """
    by = derivation["by"]
    return by.get(source.table) if isinstance(by, Mapping) else by


def _is_own(dataset: str, source: Source) -> bool:
    return source.layer == DATASET and source.table == dataset


def _base(column: str, headings: Mapping[str, str]) -> str:
    """Return the column from whose cell ``column`` is read."""
    for ending in ENDINGS:
        base = column.removesuffix(ending)
        if column not in headings and base != column:
            return base
    return column


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
