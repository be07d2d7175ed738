"""Read a project, and what its file says became of it."""

from __future__ import annotations

from pathlib import Path

from trialtrail.exports.read import read_export


def read(path: Path, sheet: str | None = None, **spec):
    """Return the export of one table of a project."""
    chosen = {"sheet": sheet} if sheet else {}
    return read_export({"name": "e", "label": f"raw/{path.name}"} | chosen | spec, [str(path)])


def rows(path: Path, sheet: str, *columns: str) -> list[tuple]:
    """Return the rows of a table of a project, of some columns in their order."""
    export = read(path, sheet)
    return list(export.rows[list(columns)].itertuples(index=False, name=None))


def account(path: Path) -> dict[str, tuple[int, int, dict[str, int]]]:
    """Return of each kind of element how many there are, are read, are told and why."""
    export = read(path)
    found = {}
    for each in export.elements:
        count, told = sum(n for _, n in each["read"]), dict(map(tuple, each["told"]))
        assert each["found"] == count + sum(told.values()), each
        found[each["element"]] = (each["found"], count, told)
    return found
