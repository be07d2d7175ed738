"""Raw cells and cells of datasets, from one to the other, row by row and back.

A derived column is given the columns that it declares and no others, so the cells of those columns,
in the rows that belong to the same participant (or contact, provider, passage), are all that it
rests on, but for a column that compares rows of a table, such as the number of an attempt or the
last day of observation.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

AS_VALIDATED = "as validated"
ORIGIN = EXPORT, FILE, LINE = ("_export", "_file", "_line")
Step = tuple[str, str, str]
"""A column of a dataset and one of its sources: (dataset, column, name of the source)."""


@dataclass(frozen=True, order=True)
class RawCell:
    """A cell of a raw file: its file, the line on which its record starts, its column there."""

    file: str
    line: int
    column: str


@dataclass(frozen=True, order=True)
class DatasetCell:
    """A cell of a dataset: its row by the dataset's first column, and its column."""

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


class RawRows:
    """The datasets and validated tables of one results folder, seen row by row."""

    def __init__(self, results: Path) -> None:
        self.results = results
        self._tables: dict[Path, pa.Table | None] = {}

    def behind(self, dataset: str, key: str, column: str) -> list[RawCell]:
        """Return the raw cells that ``column`` of the rows named ``key`` rests on, in order."""
        found: set[RawCell] = set()
        for row in self._named(dataset, key):
            found.update(self._cells(dataset, row, column))
        return sorted(found)

    def touched(self, file: str, line: int, column: str = "") -> list[DatasetCell]:
        """Return the cells of datasets that rest on a raw cell, in order; the way back of `behind`.

        Args:
            file: the raw file as the validated tables name it.
            line: the line on which the record starts.
            column: a column of the file; empty for all that the tables take from the record.
        """
        found: set[DatasetCell] = set()
        queue: deque[tuple[str, dict[str, Any], str]] = deque()
        for table in sorted(path.stem for path in (self.results / "validated").glob("*.parquet")):
            for row in self._matching(self._read("validated", table), {FILE: file, LINE: line}):
                headings = self._headings(table).get(row[EXPORT], {})
                names = [name for name, head in headings.items() if column in ("", head)]
                for name in names:
                    self._pass_on(queue, self._from_validated, table, row, name)
        while queue:
            dataset, row, name = queue.popleft()
            cell = DatasetCell(dataset, str(row[self._first(dataset)]), name)
            if cell not in found:
                found.add(cell)
                self._pass_on(queue, self._from_datasets, dataset, row, name)
        return sorted(found)

    def records_of(self, table: str) -> list[RawRecords]:
        """Return the records of raw files that a validated table was made from, by file."""
        read = self._read("validated", table)
        if read is None or not read.num_rows or FILE not in read.column_names:
            return []
        lines = read.group_by(FILE).aggregate([(LINE, "count"), (LINE, "min"), (LINE, "max")])
        return sorted(
            RawRecords(
                row[FILE], row[f"{LINE}_count"], int(row[f"{LINE}_min"]), int(row[f"{LINE}_max"])
            )
            for row in lines.to_pylist()
        )

    @cached_property
    def columns(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return of each dataset whose columns are derived: column -> sources and rule."""
        return {
            path.stem: {entry["column"]: entry for entry in _json(path)}
            for path in sorted((self.results / "lineage" / "columns").glob("*.json"))
        }

    def _cells(self, dataset: str, row: dict[str, Any], column: str) -> Iterator[RawCell]:
        for table, name in self._sources(dataset, column):
            if table == dataset and not self._is_as_validated(dataset, column):
                if name != column:
                    yield from self._cells(dataset, row, name)
                continue
            wanted = {key: row[key] for key in self._keys(dataset, column, table)}
            if self._is_derived(dataset, column, table, name):
                for other in self._matching(self._read("datasets", table), wanted):
                    yield from self._cells(table, other, name)
            else:
                yield from self._validated(table, wanted, name)

    def _sources(self, dataset: str, column: str) -> list[tuple[str, str]]:
        entries = self.columns[dataset][column]["sources"]
        return [source.partition(".")[::2] for source in entries]

    def _is_as_validated(self, dataset: str, column: str) -> bool:
        return self.columns[dataset][column]["rule"] == AS_VALIDATED

    def _is_derived(self, dataset: str, column: str, table: str, name: str) -> bool:
        """Return whether a source is a column of a dataset, not one of a validated table."""
        return not self._is_as_validated(dataset, column) and name in self.columns.get(table, {})

    def _keys(self, dataset: str, column: str, table: str) -> list[str]:
        """Return the columns by which rows of ``table`` belong to a row of the dataset.

        They are those which the sources name of both; failing that the dataset's key, where
        ``table`` has it.
        """
        first = self._first(dataset)
        if self._is_as_validated(dataset, column):
            return [first]
        sources = self._sources(dataset, column)
        own = {name for where, name in sources if where == dataset}
        if shared := own & {name for where, name in sources if where == table}:
            return sorted(shared)
        read = self._read("validated", table)
        return [first] if read is not None and first in read.column_names else []

    def _validated(self, table: str, wanted: dict[str, Any], name: str) -> Iterator[RawCell]:
        if not wanted:
            return
        for row in self._matching(self._read("validated", table), wanted):
            export, file, line = (row[part] for part in ORIGIN)
            heading = self._headings(table).get(export, {}).get(name)
            if heading:
                yield RawCell(file, int(line), heading)

    @cached_property
    def _from_validated(self) -> dict[tuple[str, str], list[Step]]:
        """Return the columns of datasets that take a column of a validated table."""
        return self._inverted(derived=False)

    @cached_property
    def _from_datasets(self) -> dict[tuple[str, str], list[Step]]:
        """Return the columns of datasets that take a column of a dataset."""
        return self._inverted(derived=True)

    def _inverted(self, derived: bool) -> dict[tuple[str, str], list[Step]]:
        found: dict[tuple[str, str], list[Step]] = {}
        for dataset, entries in self.columns.items():
            for column in entries:
                for table, name in self._sources(dataset, column):
                    own = table == dataset and not self._is_as_validated(dataset, column)
                    if (own and name == column) or self._read("datasets", dataset) is None:
                        continue
                    if derived == (own or self._is_derived(dataset, column, table, name)):
                        found.setdefault((table, name), []).append((dataset, column, table))
        return found

    def _pass_on(
        self,
        queue: deque[tuple[str, dict[str, Any], str]],
        steps: dict[tuple[str, str], list[Step]],
        table: str,
        row: dict[str, Any],
        name: str,
    ) -> None:
        """Put into the queue the cells of datasets that take ``name`` of a row of ``table``."""
        for dataset, column, source in steps.get((table, name), []):
            if source == dataset and not self._is_as_validated(dataset, column):
                queue.append((dataset, row, column))
                continue
            keys = self._keys(dataset, column, source)
            wanted = {key: row[key] for key in keys if key in row}
            for other in self._matching(self._read("datasets", dataset), wanted):
                queue.append((dataset, other, column))

    def _named(self, dataset: str, key: str) -> list[dict[str, Any]]:
        table = self._read("datasets", dataset)
        if table is None:
            return []
        names = table.column(self._first(dataset)).to_pylist()
        return _rows(table, [at for at, name in enumerate(names) if str(name) == key])

    def _matching(self, table: pa.Table | None, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the rows that have all the values; none where one of them is missing."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if table is None or not wanted or any(value is None for value in wanted.values()):
            return []
        for name, value in wanted.items():
            if name not in table.column_names:
                return []
            column = table.column(name)
            try:
                table = table.filter(pc.equal(column, pa.scalar(value, column.type)))
            except (pa.ArrowInvalid, pa.ArrowTypeError):
                return []  # a value of another type is equal to none
        return table.to_pylist()

    def _headings(self, table: str) -> dict[str, dict[str, str]]:
        """Return of each export that feeds ``table``: column of the table -> column of the file."""
        path = self.results / "lineage" / "records" / f"validate_table-{table}.json"
        sources = _json(path)["result"]["params"]["sources"] if path.is_file() else []
        return {source["name"]: source["columns"] for source in sources}

    def _first(self, dataset: str) -> str:
        """Return the key of a dataset: its first column."""
        table = self._read("datasets", dataset)
        return table.column_names[0] if table is not None else next(iter(self.columns[dataset]))

    def _read(self, folder: str, name: str) -> pa.Table | None:
        import pyarrow.parquet as pq

        path = self.results / folder / f"{name}.parquet"
        if path not in self._tables:
            self._tables[path] = pq.read_table(path) if path.is_file() else None
        return self._tables[path]


def _rows(table: pa.Table, places: Iterable[int]) -> list[dict[str, Any]]:
    import pyarrow as pa

    return table.take(pa.array(list(places), pa.int64())).to_pylist()


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
