"""Analysis Results Data: the tidy tables of results, melted to one statistic a row, and back.

The columns are those that R's {cards} reads and writes, ``analysis`` among what tells statistics
apart: without it two analyses of one outcome, of other participants or with other covariates,
would be one (https://github.com/pharmaverse/cards/issues/519). ``row`` is the address of the cell.

A cell of a column of numbers has its value in ``stat``; what is no finite number there (``inf``,
``[c]`` of a count that is not disclosed) stands in ``stat_text``, and ``warning`` says so. A cell
of text that no column of the ARD holds is a statistic too, with ``stat_text``. A number that could
not be had is a row without either, whose ``error`` says why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialtrail.results.cells import Address, Table, parse
from trialtrail.tables import SIGNIFICANT_DIGITS

GROUPS = 4
"""Pairs ``group1``, ``group1_level``, ... that the ARD has."""
ROW, NOTE, DECIMALS = "row", "note", "decimals"
TEXT, REAL, WHOLE = "text", "real", "whole"
"""What a column of a tidy table holds."""
NAMES = {
    "lower": "conf.low",
    "upper": "conf.high",
    "level": "conf.level",
    "se": "std.error",
    "p": "p.value",
    "q1": "p25",
    "q3": "p75",
    "minimum": "min",
    "maximum": "max",
    "denominator": "N",
}
"""Columns of numbers -> what {cards} and {cardx} call such a statistic; others keep their names.

``percent`` does: the ``p`` of {cards} is a share from 0 to 1.
"""
NOT_FINITE = "not a finite number"
NOT_DISCLOSED = "not disclosed"
SUPPRESSED = "[c]"


@dataclass(frozen=True)
class Column:
    """A column of a tidy table: what readers call it, and what it holds."""

    title: str
    holds: str


@dataclass(frozen=True)
class Layout:
    """Which columns of a tidy table tell its statistics apart, and where they stand in the ARD.

    Attributes:
        own: column of the ARD -> column of the table.
        groups: columns each of which is a grouping variable, with its value as the level.
        named: the columns that name a further grouping variable and its level.
        counted: those of all these that are statistics as well: numbers, and the method.
        sought: columns without a value of which the row's note, or status, is the error.
        warns: whether the note of a row whose sought columns have a value is a warning.
    """

    own: Mapping[str, str]
    groups: tuple[str, ...] = ()
    named: tuple[str, str] | None = None
    counted: tuple[str, ...] = ()
    sought: tuple[str, ...] = ()
    warns: bool = False
    keys: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the columns that are no statistics."""
        keys = {*self.own.values(), *self.groups, *(self.named or ())}
        object.__setattr__(self, "keys", frozenset(keys - {*self.counted}))


MEASURED = {"analysis": "analysis", "variable": "outcome", "timepoint": "timepoint"}
LAYOUTS: dict[str, Layout] = {
    "estimates": Layout(
        MEASURED | {name: name for name in ("population", "reference", "measure", "method")},
        ("arm", "shifted", "delta"),
        ("subgroup", "subgroup_level"),
        counted=("method", "delta"),
        sought=("estimate", "lower", "upper"),
        warns=True,
    ),
    "arms": Layout(MEASURED, ("arm",)),
    "models": Layout(MEASURED | {"measure": "component"}, ("group",), sought=("value",)),
    "summaries": Layout(
        {
            "analysis": "table",
            "variable": "item",
            "variable_level": "level",
            "timepoint": "timepoint",
            "population": "population",
        },
        ("arm", "role", "stage", "group"),
    ),
    "curves": Layout(
        {"variable": "outcome", "variable_level": "days", "measure": "curve"},
        ("arm",),
        counted=("days",),
    ),
    "harms": Layout(
        {
            "variable": "item",
            "variable_level": "event",
            "population": "population",
            "reference": "reference",
            "measure": "measure",
        },
        ("arm", "seriousness", "severity", "system"),
        sought=("estimate",),
    ),
}
"""The tidy tables that are melted, in this order."""


def melt(name: str, table: Table, columns: Mapping[str, Column]) -> Iterator[dict[str, Any]]:
    """Yield the statistics of a tidy table: its rows in their order, the cells of each in theirs.

    Args:
        name: the name of the table, one of `LAYOUTS`.
        table: the table, cells as they are written.
        columns: what each of its columns is.
    """
    layout = LAYOUTS[name]
    for row, cells in table.rows.items():
        same = _what_tells_apart(name, layout, cells)
        mine = [
            same | each
            for column, about in columns.items()
            if column != ROW and column not in layout.keys
            for each in _statistic(name, row, column, about, layout, cells)
        ]
        if not mine:  # a row of keys alone is still a row
            first = next(c for c in columns if c != ROW and c not in layout.keys)
            mine = [same | _named(name, row, first, columns[first])]
        yield from mine


def restore(
    rows: Iterable[Mapping[str, Any]], columns: Mapping[str, Mapping[str, Column]]
) -> dict[str, list[dict[str, str]]]:
    """Return the tidy tables that were melted, each row with its cells as they were written.

    Args:
        rows: the statistics, as `melt` yields them.
        columns: table -> what each of its columns is.
    """
    found: dict[str, dict[str, dict[str, str]]] = {}
    for each in rows:
        address = parse(each[ROW])
        about = columns[address.table]
        rows_of = found.setdefault(address.table, {})
        if address.row not in rows_of:
            empty = dict.fromkeys(about, "")
            rows_of[address.row] = (
                empty | _keys_of(each, LAYOUTS[address.table]) | {ROW: address.row}
            )
        cells = rows_of[address.row]
        cells[address.column] = _written(each, about[address.column].holds)
    return {table: list(rows_of.values()) for table, rows_of in found.items()}


def _what_tells_apart(name: str, layout: Layout, cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of the ARD that all statistics of a row share."""
    pairs = [(column, cells[column]) for column in layout.groups if cells[column]]
    if layout.named and cells[layout.named[0]]:
        pairs.append((cells[layout.named[0]], cells[layout.named[1]]))
    found: dict[str, Any] = {"analysis": name, "context": name}
    for at, (variable, level) in enumerate(pairs, 1):
        found |= {f"group{at}": variable, f"group{at}_level": level or None}
    return found | {own: cells[column] or None for own, column in layout.own.items()}


def _keys_of(each: Mapping[str, Any], layout: Layout) -> dict[str, str]:
    """Return the cells of a row of a tidy table that its statistics share."""
    cells = {column: each.get(own) or "" for own, column in layout.own.items()}
    for at in range(1, GROUPS + 1):
        variable, level = each.get(f"group{at}"), each.get(f"group{at}_level") or ""
        if variable in layout.groups:
            cells[variable] = level
        elif variable and layout.named:
            cells |= dict(zip(layout.named, (variable, level), strict=True))
    return cells


def _named(name: str, row: str, column: str, about: Column) -> dict[str, Any]:
    return {
        ROW: str(Address(name, row, column)),
        "stat_name": NAMES.get(column, column) if about.holds != TEXT else column,
        "stat_label": about.title,
    }


def _statistic(
    name: str, row: str, column: str, about: Column, layout: Layout, cells: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the statistic of a cell; of an empty one that was sought, why there is none."""
    cell, sought = cells[column], column in layout.sought
    why = cells.get(NOTE) or (cells.get("status") if not cell else None)
    own = _named(name, row, column, about)
    if not cell:
        if sought and why:
            yield own | {"error": why}
        return
    if about.holds == TEXT:
        yield own | {"stat_text": cell}
        return
    own["warning"] = why if sought and layout.warns else None
    if about.holds == REAL and cells.get(DECIMALS, "").isdigit():
        own["fmt_fun"] = int(cells[DECIMALS])
    value = number(cell)
    if value is not None:
        yield own | {"stat": value}
        return
    what = NOT_DISCLOSED if cell == SUPPRESSED else NOT_FINITE
    yield own | {"stat_text": cell, "warning": what}


def number(cell: str) -> float | None:
    """Return the finite number that a cell holds; None where it holds none."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _written(each: Mapping[str, Any], holds: str) -> str:
    """Return a statistic as a tidy table has it."""
    value = each.get("stat")
    if value is None or value != value:
        return each.get("stat_text") or ""
    return str(int(value)) if holds == WHOLE else format(value, f".{SIGNIFICANT_DIGITS}g")


def differing(
    restored: Mapping[str, Sequence[Mapping[str, str]]], tables: Mapping[str, Table]
) -> list[str]:
    """Return the addresses of rows that are not in the restored tables as in the tables."""
    found = []
    for name, table in tables.items():
        mine = {each[ROW]: each for each in restored.get(name, [])}
        if list(mine) != list(table.rows):
            found.append(name)
        found += [str(Address(name, r)) for r, cells in table.rows.items() if mine.get(r) != cells]
    return found
