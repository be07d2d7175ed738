"""The raw cells behind a cell of a dataset: its column's declared sources, followed row by row.

A derived column is given the columns that it declares and no others, so the cells of those columns,
in the rows that belong to the same participant (or contact, provider, passage), are all that it
rests on, but for a column that looks at all rows at once, such as the last day of observation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

AS_VALIDATED = "as validated"
ORIGIN = ("_export", "_file", "_line")


@dataclass(frozen=True, order=True)
class RawCell:
    """A cell of a raw file: its file, the line on which its record starts, its column there."""

    file: str
    line: int
    column: str


class RawRows:
    """The datasets and validated tables of one results folder, seen row by row."""

    def __init__(self, results: Path) -> None:
        self.results = results
        self._tables: dict[Path, list[dict[str, Any]]] = {}

    def behind(self, dataset: str, key: str, column: str) -> list[RawCell]:
        """Return the raw cells that ``column`` of the rows named ``key`` rests on, in order."""
        rows = self._dataset(dataset)
        first = next(iter(rows[0])) if rows else ""
        found: set[RawCell] = set()
        for row in rows:
            if str(row[first]) == key:
                found.update(self._cells(dataset, row, column))
        return sorted(found)

    @cached_property
    def columns(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return of each dataset whose columns are derived: column -> sources and rule."""
        return {
            path.stem: {entry["column"]: entry for entry in _json(path)}
            for path in sorted((self.results / "lineage" / "columns").glob("*.json"))
        }

    def _cells(self, dataset: str, row: dict[str, Any], column: str) -> Iterator[RawCell]:
        entry = self.columns[dataset][column]
        sources = [source.partition(".")[::2] for source in entry["sources"]]
        key = next(iter(self.columns[dataset]), column)
        if entry["rule"] == AS_VALIDATED:
            key = next(iter(self._dataset(dataset)[0]))
            for table, name in sources:
                yield from self._validated(table, {key: row[key]}, name)
            return
        own = {name for table, name in sources if table == dataset}
        for table, name in sources:
            if table == dataset:
                if name != column:
                    yield from self._cells(dataset, row, name)
                continue
            shared = own & {other for where, other in sources if where == table}
            wanted = {each: row[each] for each in shared or self._keys(dataset, row, table)}
            if name in self.columns.get(table, {}):
                for other in self._matching(self._dataset(table), wanted):
                    yield from self._cells(table, other, name)
            else:
                yield from self._validated(table, wanted, name)

    def _keys(self, dataset: str, row: dict[str, Any], table: str) -> list[str]:
        """Return the dataset's key, where the sources name no column that both tables have."""
        key = next(iter(row))
        rows = self._read("validated", table)
        return [key] if rows and key in rows[0] else []

    def _validated(self, table: str, wanted: dict[str, Any], name: str) -> Iterator[RawCell]:
        if not wanted:
            return
        for row in self._matching(self._read("validated", table), wanted):
            export, file, line = (row[part] for part in ORIGIN)
            heading = self._headings(table).get(export, {}).get(name)
            if heading:
                yield RawCell(file, int(line), heading)

    def _matching(self, rows: list[dict], wanted: dict[str, Any]) -> list[dict]:
        if not wanted or any(value is None for value in wanted.values()):
            return []
        return [r for r in rows if all(r.get(name) == value for name, value in wanted.items())]

    def _headings(self, table: str) -> dict[str, dict[str, str]]:
        """Return of each export that feeds ``table``: column of the table -> column of the file."""
        path = self.results / "lineage" / "records" / f"validate_table-{table}.json"
        sources = _json(path)["result"]["params"]["sources"] if path.is_file() else []
        return {source["name"]: source["columns"] for source in sources}

    def _dataset(self, name: str) -> list[dict[str, Any]]:
        return self._read("datasets", name)

    def _read(self, folder: str, name: str) -> list[dict[str, Any]]:
        import pyarrow.parquet as pq

        path = self.results / folder / f"{name}.parquet"
        if path not in self._tables:
            self._tables[path] = pq.read_table(path).to_pylist() if path.is_file() else []
        return self._tables[path]


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
