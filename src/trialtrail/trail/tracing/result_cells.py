"""From a cell of a result table to the raw cells that it takes, and to what was left out of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from trialtrail.origins import DATASET, VALIDATED, Source, parse_source
from trialtrail.results.takes import RESULT, TAKES
from trialtrail.trail.tracing.raw_rows import (
    MATCHES,
    SELECTS,
    VALUE,
    Found,
    RawCell,
    RawRows,
)
from trialtrail.trail.tracing.tables import Table, agreeing

TAKEN = "takes"
"""Folder of the results in which stands what the cells of the result tables take."""
SET_ASIDE, CELLS_SET_ASIDE = "validation/set_aside", "validation/cells_set_aside.csv"
QUERIES = "validation/queries.csv"
NO_VALUE = "no value"
"""Why a record that has all else is left out of a result."""


@dataclass
class Trail:
    """What a cell of a result rests on.

    Attributes:
        known: whether the table says what the cell takes; otherwise nothing is known of it.
        found: the raw cells that it is made from, each with its use.
        set_aside: the raw cells for which a record, or a value, was left out, with the reason.
        declared_in: the files, from the results folder on, that say what it takes.
    """

    known: bool = False
    found: Found = field(default_factory=Found)
    set_aside: dict[RawCell, str] = field(default_factory=dict)
    declared_in: set[str] = field(default_factory=set)


class ResultCells:
    """The cells of the result tables of one results folder, followed to the raw files."""

    def __init__(self, raw: RawRows) -> None:
        self.raw = raw

    @cached_property
    def taken(self) -> dict[str, dict[str, tuple[str, list[dict[str, Any]]]]]:
        """Return table -> row -> the file that says what it takes, entries of `takes.takes`."""
        found: dict[str, dict[str, tuple[str, list[dict[str, Any]]]]] = {}
        for path in sorted((self.raw.results / TAKEN).glob("*.json")):
            file = f"{TAKEN}/{path.name}"
            for table, rows in json.loads(path.read_text(encoding="utf-8")).items():
                mine = found.setdefault(table, {})
                mine.update({row: (file, entries) for row, entries in rows.items()})
        return found

    def behind(self, table: str, row: str, column: str = "") -> Trail:
        """Return what a cell of a result table rests on; without a column, those of a row."""
        trail = Trail()
        self._follow(table, row, column, trail)
        if trail.known:
            self._set_aside_by_derivation(trail)
            self._set_aside_by_validation(trail)
            for cell in trail.set_aside.keys() & trail.found.cells.keys():
                del trail.set_aside[cell]
        return trail

    def _follow(self, table: str, row: str, column: str, trail: Trail) -> None:
        rows = self.taken.get(table)
        trail.known |= rows is not None
        file, entries = (rows or {}).get(row, ("", []))
        trail.declared_in |= {file} if file else set()
        for entry in entries:
            if column and column not in entry["cells"]:
                continue
            links = [each for each in entry[TAKES] if each["table"].startswith(f"{RESULT}:")]
            for link in links:
                other = link["table"].partition(":")[2]
                wanted = link["where"]["row"]  # of one row, or of several
                for each in [wanted] if isinstance(wanted, str) else wanted:
                    for part in link["columns"]:
                        self._follow(other, each, part, trail)
            self._follow_rows([each for each in entry[TAKES] if each not in links], trail)

    def _follow_rows(self, every: list[Mapping[str, Any]], trail: Trail) -> None:
        """Follow the rows of datasets and validated tables that one entry takes."""
        rows: list[set[int]] = []
        tables: list[Table] = []
        for each in every:
            table = self.raw.tables.get(*each["table"].split(":"))
            if table is None:
                return
            chosen = table.rows_where(each["where"])
            if each["same"]:
                chosen &= agreeing(rows[0], tables[0], table, each["same"])
            rows.append(chosen)
            tables.append(table)
        for at, each in enumerate(every):
            whole = {row for row in rows[at] if _complete(tables[at], row, each["needs"])}
            self._left_out(each, rows[at] - whole, trail)
            rows[at] = whole
        for at, each in enumerate(every):
            if each["same"] and each["needs"]:
                kept = rows[0] & agreeing(rows[at], tables[at], tables[0], each["same"])
                self._left_out(every[0], rows[0] - kept, trail)
                rows[0] = kept
        for at, each in enumerate(every):
            if each["same"]:
                rows[at] &= agreeing(rows[0], tables[0], tables[at], each["same"])
            self._read(each, rows[at], trail.found)
            for name in each["same"]:
                self.raw.follow(_source(every[0]["table"], name), rows[0], MATCHES, trail.found)

    def _read(self, each: Mapping[str, Any], rows: set[int], found: Found) -> None:
        uses = dict.fromkeys(each["same"], MATCHES) | dict.fromkeys(each["where"], SELECTS)
        uses |= dict.fromkeys(each["columns"], VALUE)
        for name, use in uses.items():
            self.raw.follow(_source(each["table"], name), rows, use, found)

    def _left_out(self, each: Mapping[str, Any], rows: set[int], trail: Trail) -> None:
        """Tell of rows without a value that they are left out, by the cells that lack it.

        Where none is empty, as of a value that lies outside a score's range, it is all of them.
        """
        found = Found()
        for name in each["needs"]:
            self.raw.follow(_source(each["table"], name), rows, VALUE, found)
        values = {cell for cell, use in found.cells.items() if use == VALUE}
        for cell in values & found.empty or values:
            trail.set_aside.setdefault(cell, NO_VALUE)

    def _set_aside_by_derivation(self, trail: Trail) -> None:
        """Tell of records that no row of a dataset has, by the cells that the step says did it."""
        walked = {source[:3] for source in trail.found.rows}
        validated = {table for layer, table, _ in walked if layer == VALIDATED}
        for dataset in sorted({table for layer, table, _ in walked if layer == DATASET}):
            declared = self.raw.declared.get(dataset, {"left_out": []})
            for why in declared["left_out"]:
                table = self.raw.tables.get(VALIDATED, why["table"])
                if table is None or why["table"] not in validated:
                    continue
                rows = self._absent(dataset, table)
                found = Found()
                for source in map(parse_source, why["sources"]):
                    other = self.raw.tables.get(source.layer, source.table)
                    if other is None:
                        continue
                    own = source.table == why["table"]
                    there = rows if own else agreeing(rows, table, other, why["by"])
                    if source.column in other.names:
                        values = other.column(source.column)
                        self.raw.follow(source, {r for r in there if values[r]}, VALUE, found)
                    for cell in found.cells:
                        trail.set_aside[cell] = why["reason"]
                    if there and not found.cells:
                        self._by_queries(other, there, why["reason"], trail)

    def _absent(self, dataset: str, table: Table) -> set[int]:
        """Return the rows of a validated table whose record is in no row of the dataset."""
        made = self.raw.tables.get(DATASET, dataset)
        key = [name for name in self.raw.declared[dataset]["key"] if name in table.names]
        if made is None or not key:
            return set()
        there, seen, out = {*made.keys(key)}, set(), set()
        for row, each in enumerate(table.keys(key)):
            if each not in there or (each in seen and len(key) > 1):
                out.add(row)
            seen.add(each)
        return out

    def _by_queries(self, table: Table, rows: set[int], reason: str, trail: Trail) -> None:
        """Tell of records by the queries about them: what a finding decides stands in no cell."""
        places = {(file, int(line)) for file, line in table.keys(("_file", "_line"), rows)}
        for query in self._queries.values():
            if query["line"] and (query["file"], int(query["line"])) in places:
                cell = RawCell(query["file"], int(query["line"]), query["column"])
                trail.set_aside[cell] = f"{reason} ({query['rule']}, {query['query_id']})"

    def _set_aside_by_validation(self, trail: Trail) -> None:
        """Tell of records and values that a finding set aside of the tables that were read."""
        read = {table for layer, table, _, _ in trail.found.rows if layer == VALIDATED}
        columns = {(cell.file, cell.column) for cell in trail.found.cells}
        for cell, table, reason in self._findings:
            whole = cell.column == "" or (cell, table) in self._of_records
            if table in read and (whole or (cell.file, cell.column) in columns):
                trail.set_aside[cell] = reason

    @cached_property
    def _queries(self) -> dict[str, dict[str, str]]:
        return {row["query_id"]: row for row in rows_of_csv(self.raw.results / QUERIES)}

    @cached_property
    def _of_records(self) -> set[tuple[RawCell, str]]:
        """Return cells, with their table, for which a whole record is set aside."""
        found = set()
        for path in sorted((self.raw.results / SET_ASIDE).glob("*.csv")):
            for row in rows_of_csv(path):
                for query in row["query_ids"].split():
                    column = self._queries.get(query, {}).get("column", "")
                    found.add((RawCell(row["file"], int(row["line"]), column), row["table"]))
        return found

    @cached_property
    def _findings(self) -> list[tuple[RawCell, str, str]]:
        """Return what the validation set aside: the cell, its table, the rule and the query."""
        rules = {
            RawCell(query["file"], int(query["line"]), query["column"]): query
            for query in self._queries.values()
            if query["line"]
        }
        found = []
        for cell, table in sorted(self._of_records):
            query = rules.get(cell, {"rule": "set aside", "query_id": "no query"})
            found.append((cell, table, f"{query['rule']} ({query['query_id']})"))
        for row in rows_of_csv(self.raw.results / CELLS_SET_ASIDE):
            cell = RawCell(row["file"], int(row["line"]), row["column"])
            found.append((cell, row["table"], f"{row['rule']} ({row['query_id']})"))
        return found


def _complete(table: Table, row: int, needs: Iterable[str]) -> bool:
    return all(table.column(name)[row] is not None for name in needs)


def _source(table: str, column: str) -> Source:
    return parse_source(f"{table}.{column}")


def rows_of_csv(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV of the results folder; none where it is absent."""
    if path.is_file():
        with open(path, encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)
