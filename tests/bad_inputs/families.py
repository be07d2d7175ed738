"""Defects that the configuration itself names: each column, each code, each limit, each key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from corpus import Cell, Defect, Query
from harness import Copy, World

from trialtrail.validation.cells import column_kind
from trialtrail.validation.contracts import build_schema, key_of, references

IMPOSSIBLE = {
    "integer": {"many": "type", "12.5": "type", "1,234": "ambiguous"},
    "number": {"heavy": "type", "1,234": "ambiguous", "7.5.1": "type"},
    "censored": {"a lot": "type", "2.5": "type"},
    "month": {"2004-13": "type", "May 2004": "type"},
    "date": {
        "31/02/2004": "type",
        "2004": "partial",
        "05/2004": "partial",
        "00/05/2004": "partial",
        "06/05/0204": "type",
        "next week": "type",
    },
}
"""Kind of column -> text that it cannot hold, and the rule that says so."""
ISO_DATES = {
    "2004-02-31": "type",
    "2004": "partial",
    "2004-05": "partial",
    "0204-05-06": "type",
    "06/05/2004": "type",
}
UNKNOWN = "no such thing"


@cache
def tables_of(world: World) -> list[tuple[str, dict, dict]]:
    """Return (table, source, columns of its contract) of each delimited export that feeds one."""
    study, found = world.study, []
    for table in study.tables:
        schema = build_schema(table, study.variables(table), table in study.forms)
        for source in study.sources(table):
            if source.get("format", "csv") in ("csv", "redcap", "qualtrics"):
                found.append((table, source, schema))
    return found


def cell_defects(world: World, name: str = "shipped") -> Iterator[Cell]:
    """Yield a wrong text for each column, an unknown code, and a value beyond each limit."""
    seen = set()
    for _table, source, schema in tables_of(world):
        links = references(schema)
        for column, heading in source["columns"].items():
            wrong = dict(_wrong(schema.columns[column], source, column))
            if column in links and links[column][0] in world.study.tables:
                wrong["ZZ-999"] = "reference"
            if not schema.columns[column].nullable:
                wrong[""] = "required"
            for text, rule in wrong.items():
                cell = Cell(source["name"], heading, text, rule, name)
                if cell not in seen:
                    seen.add(cell)
                    yield cell


def _wrong(column, source: dict, name: str) -> Iterator[tuple[str, str]]:
    codes = source["codes"].get(name)
    kind = column_kind(column)
    if name == "arm" or codes:
        yield UNKNOWN, "arm" if name == "arm" else "code"
        return
    if kind == "date" and "%Y-%m-%d" in "".join(source["dates"]):
        yield from ISO_DATES.items()
    else:
        yield from IMPOSSIBLE.get(kind, {}).items()
    if kind in ("integer", "number"):
        yield "1O", "unit" if (column.metadata or {}).get("unit") else "type"
        yield from _beyond(column)


def _beyond(column) -> Iterator[tuple[str, str]]:
    """Yield numbers just beyond the limits of a column."""
    for check in column.checks:
        given = check.statistics
        if "min_value" in given:
            open_ = check.name == "greater_than"
            yield f"{given['min_value'] - (0 if open_ else 1):g}", "range"
        if "max_value" in given:
            yield f"{given['max_value'] + 1:g}", "range"


def sheet_defects(world: World, name: str = "shipped") -> Iterator[Defect]:
    """Yield a record entered twice in each table."""
    for _table, source, schema in tables_of(world):
        key = next(name for name in key_of(schema) if name in source["columns"])
        words = f"{source['name']} has a record twice"
        yield Defect(words, _twice(source["name"], source["columns"][key]), name, "twice")


def _twice(export: str, heading: str):
    def spoil(copy: Copy) -> Query:
        sheet = copy.sheet(export)
        again = sheet.records[min(3, len(sheet.records) - 1)].copy()
        sheet.records.append(again)
        return Query("key", export, heading, again)

    return spoil
