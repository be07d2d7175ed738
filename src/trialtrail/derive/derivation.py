"""Derived columns: each is a small function that is given the columns it declares and no others.

What a column is made from is therefore true by construction: a function that reads another column
does not find it. What is declared is written as fields beside the dataset, and read by `trace`, by
the dictionary and by the pages; the rule in words is for people alone.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.origins import AS_VALIDATED, COMPUTED, KINDS, MATCHED, parse_source
from trialtrail.tables import columns_in, lookup, read_table


@dataclass(frozen=True)
class Derivation:
    """One column of a dataset, or its values in some of the rows.

    Attributes:
        column: its name.
        sources: the columns that it is made from, as ``layer:table.column``. ``dataset:`` with the
            dataset's own name are columns of the same row.
        rule: the rule in words.
        title: what readers call it.
        unit: its unit, empty where it has none.
        make: the function; it is given a frame a table.
        kind: one of `trialtrail.origins.KINDS`.
        where: the rows that it fills, by columns of the dataset; all where it is empty.
        by: the columns by which rows of other tables belong to a row of the dataset; with none, all
            rows do. Left out: the columns that the sources name of both, else what of the dataset's
            key the other table has. Where tables differ in them, table -> columns.
        among: the columns in which the other rows of the dataset agree that a row is compared with;
            left out where it is compared with none.
    """

    column: str
    sources: tuple[str, ...]
    rule: str
    title: str
    unit: str
    make: Callable[..., Any]
    kind: str = COMPUTED
    where: Mapping[str, str] = field(default_factory=dict)
    by: tuple[str, ...] | Mapping[str, Sequence[str]] | None = None
    among: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse a kind, or a source, that is none."""
        if self.kind not in KINDS:
            raise ValueError(f"`{self.kind}` is no kind of derivation: {', '.join(KINDS)}")
        for source in self.sources:
            parse_source(source)


@dataclass(frozen=True)
class LeftOut:
    """Why records of a validated table are in no row of a dataset.

    Attributes:
        table: the validated table.
        reason: the reason, as the account of rows has it.
        sources: the columns that leave a record out, as ``layer:table.column``.
        by: the columns by which rows of other tables belong to the record.
    """

    table: str
    reason: str
    sources: tuple[str, ...]
    by: tuple[str, ...] = ()


def column(
    *sources: str,
    title: str,
    unit: str = "",
    by: tuple[str, ...] | Mapping[str, Sequence[str]] | None = None,
    among: tuple[str, ...] | None = None,
) -> Callable[[Callable], Derivation]:
    """Make a derivation of a function: its name is the column, its docstring the rule.

    The function takes one frame a table, by the table's name, and ``settings`` if it wants them; it
    returns one value a row of the dataset.
    """

    def declare(function: Callable) -> Derivation:
        rule = inspect.getdoc(function) or ""
        name = function.__name__
        return Derivation(name, sources, rule, title, unit, function, by=by, among=among)

    return declare


def matched(
    name: str, source: str, key: str, dataset: str, *, title: str, unit: str = ""
) -> Derivation:
    """Return the derivation that takes ``source`` from the row with the same key."""
    layer, table, wanted = parse_source(source)

    def make(**frames: pd.DataFrame) -> pd.Series:
        rows = frames[table]
        return lookup(frames[dataset][key], rows[key], rows[wanted])

    sources = (f"dataset:{dataset}.{key}", f"{layer}:{table}.{key}", source)
    rule = f"{wanted} of the same {key} in {table}"
    return Derivation(name, sources, rule, title, unit, make, MATCHED, by=(key,))


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
        for source in map(parse_source, item.sources):
            wanted.setdefault(source.table, []).append(source.column)
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
    sources = {parse_source(source) for item in derivations for source in item.sources}
    read = {(source.table, source.column) for source in sources}
    tables = {}
    for path in paths:
        name = Path(path).stem
        columns = [each for each in columns_in(path) if (name, each) in read]
        tables[name] = read_table(path, None if name == spine else columns)
    return tables


def key_of(contract: type) -> list[str]:
    """Return the key of a table: the columns that are unique by its contract."""
    unique = contract.to_schema().unique
    return [unique] if isinstance(unique, str) else list(unique or [])


def write_columns(
    path: str | Path,
    frame: pd.DataFrame,
    derivations: Sequence[Derivation],
    origin: str,
    key: Sequence[str],
    left_out: Sequence[LeftOut] = (),
):
    """Write what each column of a dataset is made from, its key, and why records are left out.

    A column without a derivation is as validated in the table ``origin``. Several derivations may
    make one column, each in other rows.
    """
    known = {*frame.columns}
    if missing := [name for name in key if name not in known]:
        raise ValueError(f"the dataset has no column `{missing[0]}`, which its key names")
    declared = {
        "dataset": Path(path).stem,
        "key": list(key),
        "left_out": [
            {
                "table": each.table,
                "reason": each.reason,
                "sources": [str(parse_source(source)) for source in each.sources],
                "by": list(each.by),
            }
            for each in left_out
        ],
        "columns": [_entry(name, frame, derivations, origin) for name in frame.columns],
    }
    text = json.dumps(declared, indent=1, ensure_ascii=False, sort_keys=True)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text + "\n", encoding="utf-8")


def _entry(
    name: str, frame: pd.DataFrame, derivations: Sequence[Derivation], origin: str
) -> dict[str, Any]:
    mine = [item for item in derivations if item.column == name]
    copied = Derivation(
        name, (f"validated:{origin}.{name}",), "as validated", name, "", lambda: None, AS_VALIDATED
    )
    first = mine[0] if mine else copied
    return {
        "column": name,
        "title": first.title,
        "unit": first.unit,
        "type": str(frame[name].dtype),
        "derivations": [_derivation(item) for item in mine or [copied]],
    }


def _derivation(item: Derivation) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "where": dict(item.where),
        "sources": list(item.sources),
        "by": _by(item),
        "among": None if item.among is None else list(item.among),
        "rule": item.rule,
    }


def _by(item: Derivation) -> list[str] | dict[str, list[str]] | None:
    if isinstance(item.by, Mapping):
        return {table: list(columns) for table, columns in item.by.items()}
    return None if item.by is None else list(item.by)
