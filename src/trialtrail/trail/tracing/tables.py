"""Datasets and validated tables of a results folder, read a column at a time."""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from trialtrail.origins import DATASET, RAW, VALIDATED

FOLDERS = {RAW: "validation/raw", VALIDATED: "validated", DATASET: "datasets"}
"""Where the tables of a layer lie in the results; of the raw one, the exports as they were read."""


class Table:
    """A Parquet file of which a column is read when it is asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._columns: dict[str, list[Any]] = {}
        self._texts: dict[str, dict[str | None, set[int]]] = {}
        self._keys: dict[tuple[str, ...], list[tuple]] = {}
        self._places: dict[tuple[str, ...], dict[tuple, list[int]]] = {}

    @cached_property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        import pyarrow.parquet as pq

        return pq.read_schema(self.path).names

    def column(self, name: str) -> list[Any]:
        """Return the values of a column, None where there is none."""
        import pyarrow.parquet as pq

        if name not in self._columns:
            self._columns[name] = pq.read_table(self.path, columns=[name]).column(0).to_pylist()
        return self._columns[name]

    def __len__(self) -> int:
        return len(self.column(self.names[0]))

    def rows_where(self, where: Mapping[str, Any]) -> set[int]:
        """Return the rows that meet a condition in each column (see `Takes.where`)."""
        if not {*where} <= {*self.names}:
            return set()
        found = [self._meeting(name, wanted) for name, wanted in where.items()]
        return set.intersection(*found) if found else set(range(len(self)))

    def _meeting(self, name: str, wanted: Any) -> set[int]:
        """Return the rows with one of the values given, with any or none, or within limits."""
        rows = self._rows_by_text(name)
        if not isinstance(wanted, Mapping):
            texts = [str(each) for each in (wanted if isinstance(wanted, list) else [wanted])]
            return set().union(*(rows.get(text, ()) for text in texts))
        empty = rows.get(None, set())
        if "known" in wanted:
            return {*range(len(self))} - empty if wanted["known"] else set(empty)
        values = self.column(name)
        return {
            row
            for row in {*range(len(self))} - empty
            if all(getattr(operator, test)(values[row], limit) for test, limit in wanted.items())
        }

    def _rows_by_text(self, name: str) -> dict[str | None, set[int]]:
        """Return the rows by the text of their value in a column; without one, under None."""
        if name not in self._texts:
            found: dict[str | None, set[int]] = {}
            for row, value in enumerate(self.column(name)):
                found.setdefault(None if value is None else str(value), set()).add(row)
            self._texts[name] = found
        return self._texts[name]

    def rows_with(self, columns: Collection[str], keys: Collection[tuple]) -> set[int]:
        """Return the rows whose values in ``columns`` are one of ``keys``."""
        names = tuple(columns)
        if names not in self._places:
            places: dict[tuple, list[int]] = {}
            for row, key in enumerate(self.keys(names)):
                if None not in key:
                    places.setdefault(key, []).append(row)
            self._places[names] = places
        return {row for key in keys for row in self._places[names].get(key, ())}

    def keys(self, columns: Collection[str], rows: Iterable[int] | None = None) -> list[tuple]:
        """Return the values of the rows in ``columns``."""
        names = tuple(columns)
        if names not in self._keys:
            values = [self.column(name) for name in names]
            self._keys[names] = list(zip(*values, strict=True)) if names else [()] * len(self)
        keys = self._keys[names]
        return keys if rows is None else [keys[row] for row in rows]


class Tables:
    """The tables of one results folder."""

    def __init__(self, results: Path) -> None:
        self._results = results
        self._found: dict[tuple[str, str], Table | None] = {}

    def get(self, layer: str, name: str) -> Table | None:
        """Return a table of a layer; None where the study has none of that name."""
        if (layer, name) not in self._found:
            path = self._results / FOLDERS[layer] / f"{name}.parquet"
            self._found[layer, name] = Table(path) if path.is_file() else None
        return self._found[layer, name]

    def all_of(self, layer: str) -> list[str]:
        """Return the names of the tables of a layer."""
        return sorted(path.stem for path in (self._results / FOLDERS[layer]).glob("*.parquet"))


def agreeing(rows: set[int], table: Table, other: Table, columns: Collection[str]) -> set[int]:
    """Return the rows of ``other`` that agree in ``columns`` with one of ``rows`` of ``table``.

    Without columns all rows do; where one of the tables lacks a column, none.
    """
    if not columns:
        return set(range(len(other))) if rows else set()
    if not {*columns} <= {*table.names} & {*other.names}:
        return set()
    return other.rows_with(columns, {*table.keys(columns, rows)})
