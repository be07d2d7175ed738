"""From the text of an export to the typed rows of one table, with all that was found on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pandera.pandas as pa

from trialtrail.exports.columns import How, Typed
from trialtrail.exports.convert import empty_column, made_beside, type_column
from trialtrail.exports.export import FILE, LINE, Export
from trialtrail.exports.numbers import OTHER
from trialtrail.validation.begun import nobody_seen, visit_findings, without_unfilled
from trialtrail.validation.contracts import build_schema, key_of, references
from trialtrail.validation.findings import finding
from trialtrail.validation.missing_codes import codes_by_heading, has_value, missing_codes
from trialtrail.validation.reasons import PARTICIPANTS, with_withdrawals, without_no_reason
from trialtrail.validation.whole_columns import (
    CODED,
    codes_to_paste,
    finding_of_column,
    rule_of_column,
)

KINDS = {"Int64": "integer", "Float64": "number", "boolean": "boolean", "datetime64[ns]": "date"}


def column_kind(column) -> str:
    """Return the kind of text that a column of the contract is typed from."""
    return (column.metadata or {}).get("kind") or KINDS.get(str(column.dtype), "text")


@dataclass(frozen=True)
class Contract:
    """What a table's columns must be: their kinds, their units, which name records, the arms.

    ``ids`` are those that name records. ``variables`` are those of a form that are no part of its
    key, ``offered`` of some the lowest and the highest answer that their instrument has.
    ``actions`` are what findings do where that is configured.
    """

    schema: pa.DataFrameSchema
    kinds: Mapping[str, str]
    units: Mapping[str, str]
    arms: Sequence[str]
    ids: frozenset[str] = frozenset()
    variables: Sequence[str] = ()
    offered: Mapping[str, Sequence[float]] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)


def contract_of(
    table: str,
    variables: list[dict],
    is_form: bool,
    arms: Sequence[str],
    actions: Mapping[str, str] | None = None,
) -> Contract:
    """Return the contract of a table; columns that another column's cells make have no kind."""
    schema = build_schema(table, variables, is_form)
    kinds = {name: column_kind(column) for name, column in schema.columns.items()}
    for name in made_beside(kinds):
        kinds.pop(name)
    units = {item["id"]: item["unit"] for item in variables if item.get("unit")}
    named = {*key_of(schema), *references(schema)}
    ids = frozenset(name for name in named if kinds.get(name) == "text")
    own = [item["id"] for item in variables if not item.get("key")] if is_form else []
    answers = {item["id"]: item["offered"] for item in variables if "offered" in item}
    return Contract(schema, kinds, units, arms, ids, own, answers, actions or {})


def type_source(table: str, export: Export, source: dict, contract: Contract):
    """Return (typed rows, findings without record, changes of form) of one source, as in the file.

    A change is (column of the file, from, to, cells).
    """
    rows = export.rows.reset_index(drop=True)
    columns: dict[str, pd.Series] = {}
    found, changes = [], list(export.changed)
    for column, kind in contract.kinds.items():
        name = source["columns"].get(column)
        if name is None or name not in rows:
            typed = empty_column(source.get("constants", {}).get(column), kind, rows.index)
        else:
            typed = type_column(rows[name], how_to_read(export, source, column, kind, contract))
            typed = without_no_reason(table, column, typed)
            found += _findings_of_column(table, export, source, column, typed, contract)
            changes += [(name, *change) for change in typed.changes]
        columns[column] = typed.values
        columns |= {f"{column}{ending}": series for ending, series in typed.beside.items()}
    if table == PARTICIPANTS:
        columns = with_withdrawals(columns, rows, source, codes_by_heading(source, export))
    columns["_export"] = pd.array([export.name], dtype="string").repeat(len(rows))
    typed = pd.DataFrame(columns | {FILE: rows[FILE], LINE: rows[LINE]})
    kept = without_unfilled(typed, export, source, contract.variables)
    changes += [(source["columns"].get(name, name), *rest) for name, *rest in kept.changes]
    found += visit_findings(table, export, source, kept, cell_findings)
    found += nobody_seen(table, kept.frame, export, source)
    return kept.frame, found, changes


def how_to_read(export: Export, source: dict, column: str, kind: str, contract: Contract) -> How:
    """Return how the cells of one column are read."""
    codes, name = source.get("codes", {}).get(column), source["columns"][column]
    missing = missing_codes(source, column, export.missing.get(name, []))
    return How(
        kind=kind,
        dates=tuple(source["dates"]),
        last_year=source.get("last_year"),
        months=source.get("months"),
        decimal=_decimal(export.rows.get(name), source, column, missing),
        unit=contract.units.get(column, ""),
        codes=codes,
        exact=column == "arm",
        several=column in source.get("several", ()),
        missing=missing,
        is_id=column in contract.ids,
        plain=export.plain.get(name, frozenset()),
        days=export.days.get(name, frozenset()),
    )


def _decimal(
    texts: pd.Series | None, source: dict, column: str, missing: Sequence[str]
) -> str | None:
    """Return the decimal sign of a column: that of its field, else the configured one.

    A program may export all fields with one sign: where a cell shows another one than the field's,
    the cells are the evidence.
    """
    own = source.get("decimals", {}).get(column)
    if own and texts is None:
        return own
    if own:
        other = texts.fillna("").str.contains(OTHER[own], regex=False)
        if not (other & has_value(texts, missing)).any():
            return own
    return source.get("decimal")


def _findings_of_column(table, export, source, column, typed: Typed, contract) -> list[dict]:
    """Return a finding for each cell of a column that is wrong, or remarkable.

    Where nearly all cells break one rule for which the run stops, they are reported once.
    """
    broken = [("arm" if (column, r) == ("arm", "code") else r, m, x) for r, m, x in typed.faults]
    if column == "arm":
        message = "the code is not among those of the configuration"
        none = typed.values.notna() & ~typed.values.isin(list(contract.arms)).fillna(False)
        broken.append(("arm", message, none))
    if "_bound" in typed.beside:
        mask = typed.beside["_bound"].isin(["above", "below"]).fillna(False)
        broken.append(("censored", "a censored count: kept as a value and its bound", mask))
    for value in source.get("note_if", {}).get(column, []):
        mask = (typed.values == value).fillna(False)
        broken.append(("expected", "the value departs from the protocol's expectation", mask))
    name, found = source["columns"][column], []
    for rule in dict.fromkeys(rule for rule, _, _ in broken):
        mine = [(m, x.to_numpy(dtype=bool)) for r, m, x in broken if r == rule]
        found += _findings_of_rule(
            table, export, source, name, rule, mine, typed.values, contract.actions
        )
    return found


def _findings_of_rule(table, export, source, name, rule, broken, values, actions) -> list[dict]:
    """Return the findings of the cells of a column that break one rule: (message, cells) each."""
    wrong = np.logical_or.reduce([cells for _, cells in broken])
    count, filled = int(wrong.sum()), int((wrong | values.notna().to_numpy(dtype=bool)).sum())
    as_rule = rule_of_column(rule, count, filled, len(wrong), actions)
    if not as_rule:
        return [
            each
            for message, cells in broken
            for each in cell_findings(table, export, name, cells, rule, message)
        ]
    reason = max(broken, key=lambda each: each[1].sum())[0]
    rows = export.rows[[LINE, name]].take(wrong.nonzero()[0])
    place = {"export": export.name, "file": source["label"], "column": name}
    lines, texts = rows[LINE].tolist(), rows[name].tolist()
    reason += codes_to_paste(texts) if rule in CODED else ""
    return [finding_of_column(as_rule, rule, table, reason, filled, lines, texts, **place)]


def cell_findings(table: str, export: Export, name: str, mask, rule: str, message: str):
    """Return a finding for each row of ``export`` in which the cell of a column breaks a rule."""
    at = np.asarray(mask, dtype=bool).nonzero()[0]
    if not len(at):
        return []
    rows = export.rows[[FILE, LINE, name]].take(at)
    places = zip(rows[FILE].tolist(), rows[LINE].tolist(), rows[name].tolist(), strict=True)
    whole = finding(rule, table, message, export=export.name, column=name)
    return [
        whole | {"file": file, "line": line, "found": text.strip()} for file, line, text in places
    ]
