"""Derived columns: each is a small function that is given the columns it declares and no others.

What a column is made from is therefore true by construction: a function that reads another column
does not find it.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.tables import columns_in, read_table, taken


@dataclass(frozen=True)
class Derivation:
    """One column of a dataset: its name, its sources as ``table.column``, its rule in words."""

    column: str
    sources: tuple[str, ...]
    rule: str
    title: str
    unit: str
    make: Callable[..., Any]


def column(*sources: str, title: str, unit: str = "") -> Callable[[Callable], Derivation]:
    """Make a derivation of a function: its name is the column, its docstring the rule.

    The function takes one frame a table, by the table's name, and ``settings`` if it wants them; it
    returns one value a row of the dataset.
    """

    def declare(function: Callable) -> Derivation:
        rule = inspect.getdoc(function) or ""
        return Derivation(function.__name__, sources, rule, title, unit, function)

    return declare


def matched(
    name: str, source: str, key: str, dataset: str, *, title: str, unit: str = ""
) -> Derivation:
    """Return the derivation that takes ``source`` (table.column) from the row with the same key."""
    table, _, wanted = source.partition(".")

    def make(**frames: pd.DataFrame) -> pd.Series:
        rows = frames[table]
        return taken(frames[dataset][key], rows[key], rows[wanted])

    sources = (f"{dataset}.{key}", f"{table}.{key}", source)
    return Derivation(name, sources, f"{wanted} of the same {key} in {table}", title, unit, make)


def derive(
    dataset: str,
    spine: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    derivations: Sequence[Derivation],
    settings: dict[str, Any] | None = None,
) -> pd.DataFrame:
    """Return ``spine`` with the derived columns, in their order.

    A derivation whose sources name a table that the study does not supply is left out; the name
    ``dataset`` stands for the columns made so far.
    """
    frame = spine.copy()
    for item in derivations:
        known = {**tables, dataset: frame}
        wanted: dict[str, list[str]] = {}
        for source in item.sources:
            table, _, name = source.partition(".")
            wanted.setdefault(table, []).append(name)
        if any(table not in known for table in wanted):
            continue
        given: dict[str, Any] = {name: known[name][columns] for name, columns in wanted.items()}
        if "settings" in inspect.signature(item.make).parameters:
            given["settings"] = settings or {}
        frame[item.column] = item.make(**given)
    return frame


def read_sources(
    paths: Sequence[str | Path], derivations: Sequence[Derivation], spine: str
) -> dict[str, pd.DataFrame]:
    """Return the tables at ``paths`` by name: of all but ``spine`` only what a derivation reads."""
    read = {source for item in derivations for source in item.sources}
    tables = {}
    for path in paths:
        name = Path(path).stem
        columns = [each for each in columns_in(path) if f"{name}.{each}" in read]
        tables[name] = read_table(path, None if name == spine else columns)
    return tables


def write_columns(
    path: str | Path, frame: pd.DataFrame, derivations: Sequence[Derivation], origin: str
):
    """Write what each column of a dataset is made from; without a rule it is from ``origin``.

    Several derivations may make one column, each in other rows: then all their sources are its own.
    """
    entries = [_entry(name, frame, derivations, origin) for name in frame.columns]
    text = json.dumps(entries, indent=1, ensure_ascii=False, sort_keys=True)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text + "\n", encoding="utf-8")


def _entry(
    name: str, frame: pd.DataFrame, derivations: Sequence[Derivation], origin: str
) -> dict[str, Any]:
    mine = [item for item in derivations if item.column == name]
    return {
        "column": name,
        "title": mine[0].title if mine else name,
        "unit": mine[0].unit if mine else "",
        "sources": list(dict.fromkeys(source for item in mine for source in item.sources))
        if mine
        else [f"{origin}.{name}"],
        "rule": "; ".join(dict.fromkeys(item.rule for item in mine)) or "as validated",
        "type": str(frame[name].dtype),
    }
