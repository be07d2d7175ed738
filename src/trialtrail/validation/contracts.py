"""The pandera schema of a table: its model in `schemas/raw/` and the configured variables."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pandera.pandas as pa

from trialtrail.validation.findings import finding

KEPT_ONCE = "kept_once"
"""The rule of a record that stands in an earlier one, too."""
LIMITS = ("greater_than", "less_than", "in_range")


def model_name(table: str, is_form: bool) -> str:
    """Return the name of the module in `schemas/raw/` that holds the contract of ``table``."""
    return "forms" if is_form else table


def load_model(table: str, is_form: bool = False) -> type[pa.DataFrameModel]:
    """Return the model of ``table``; its class is named like its module, in capitals."""
    name = model_name(table, is_form)
    module = importlib.import_module(f"schemas.raw.{name}")
    return getattr(module, "".join(part.capitalize() for part in name.split("_")))


def build_schema(table: str, variables: list[dict], is_form: bool = False) -> pa.DataFrameSchema:
    """Return the whole contract of ``table``, its configured variables added to its model.

    A variable marked as ``key`` names a record together with the key of the model.
    """
    from schemas.raw.forms import variable_columns

    model = load_model(table, is_form)
    schema = model.to_schema().add_columns(
        {k: v for each in variables for k, v in variable_columns(each).items()}
    )
    more = [item["id"] for item in variables if item.get("key")]
    if more:
        schema.unique = [*(schema.unique or []), *more]
    schema.metadata = getattr(model.Config, "metadata", None)  # pandera leaves it with the model
    return schema


def key_of(schema: pa.DataFrameSchema) -> list[str]:
    """Return the columns that name a record."""
    return list(schema.unique or [])


def is_optional(column: pa.Column) -> bool:
    """Return whether the exports of a study may lack the column."""
    return bool((column.metadata or {}).get("optional"))


def references(schema: pa.DataFrameSchema) -> dict[str, tuple[str, str]]:
    """Return column -> (table, column) in which each of its values must occur."""
    found = {}
    for name, column in schema.columns.items():
        target = (column.metadata or {}).get("references")
        if target:
            found[name] = tuple(target.split("."))
    return found


def broken_cells(
    schema: pa.DataFrameSchema, frame: pd.DataFrame
) -> list[tuple[int, str, str, str]]:
    """Check ``frame`` lazily; return each broken cell once as (row, column, rule, message).

    Of records whose key is not whole nobody knows whether they are the same: what is missing is
    reported, and not that they are. ``open`` in the metadata of a contract names columns of the key
    in which an empty cell says something, and is as good as a value.

    Raises:
        RuntimeError: the contract and the frame do not fit at all, a fault of the program.
    """
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    if cases["index"].isna().any():
        names = sorted({f"{c}: {k}" for c, k in zip(cases["column"], cases["check"], strict=True)})
        raise RuntimeError(f"the contract could not be checked ({'; '.join(names)})")
    key = key_of(schema)
    needed = [name for name in key if name not in (schema.metadata or {}).get("open", ())]
    nameless = frame[needed].isna().any(axis=1).to_numpy() if key else np.zeros(len(frame), bool)
    once, repeats = _kept_once(schema, frame, key)
    found = {}
    for case in cases.itertuples():
        column, rule, message = _in_words(schema, case)
        if rule == "key" and nameless[int(case.index)]:
            continue
        if rule == "key" and once[int(case.index)]:
            if not repeats[int(case.index)]:
                continue
            rule, message = KEPT_ONCE, "the same stands in an earlier record: it is used once"
        found.setdefault((int(case.index), column, rule), message)
    return [(row, column, rule, message) for (row, column, rule), message in found.items()]


def _kept_once(
    schema: pa.DataFrameSchema, frame: pd.DataFrame, key: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return which records repeat others in all that their contract asks, and which come later.

    ``kept_once`` in the metadata of a contract names the columns in which records of one key have
    to agree, so that they are the same record; without it, one key is a fault.
    """
    same = (schema.metadata or {}).get("kept_once")
    if same is None or not key:
        return np.zeros(len(frame), bool), np.zeros(len(frame), bool)
    named = frame[[*key, *same]].astype("string").fillna("")
    kinds = named.drop_duplicates()[key].value_counts()
    once = (kinds.reindex(pd.MultiIndex.from_frame(named[key])) == 1).to_numpy()
    return once, named.duplicated(key).to_numpy()


def _in_words(schema: pa.DataFrameSchema, case) -> tuple[str, str, str]:
    check = str(case.check)
    if check == "multiple_fields_uniqueness":
        key = key_of(schema)
        return key[0], "key", f"the same {' and '.join(key)} stands in more than one record"
    if check == "field_uniqueness":
        return case.column, "key", "the same value stands in more than one record"
    if check == "not_nullable":
        return case.column, "required", "a value is needed and the cell is empty"
    if check.startswith("isin"):
        return case.column, "code", "the value is not among those allowed"
    if check.startswith(LIMITS):
        sense = {
            "greater_than_or_equal_to": "below the least allowed value",
            "greater_than": "not above the limit",
            "less_than_or_equal_to": "above the greatest allowed value",
            "less_than": "not below the limit",
        }[check.split("(")[0]]
        limit = check.split("(")[1].rstrip(")")
        return case.column, "range", f"the value is {sense}, {limit}"
    rule, _, message = check.partition(": ")
    rule, _, column = rule.partition("/")
    return column, rule, message


def findings_of_cells(
    table: str, frame: pd.DataFrame, found, origin, headings, key: Sequence[str] = ()
) -> list[dict]:
    """Return the findings of cells that break the contract of ``table``.

    ``origin`` has one row a record with ``_export``, ``_file``, ``_line`` and ``record``;
    ``headings`` maps (export, column) to the name of the column in the file. Of a ``key`` the first
    column is named that the file has.
    """
    findings = []
    rows = [row for row, *_ in found]
    places = origin.iloc[rows][["_export", "_file", "_line", "record"]]
    placed = zip(found, places.itertuples(index=False, name=None), strict=True)
    values = {name: frame[name].tolist() for name in {column for _, column, *_ in found if column}}
    for (row, column, rule, message), (export, file, line, record) in placed:
        if rule in ("key", KEPT_ONCE) and (export, column) not in headings:
            column = next((c for c in key if (export, c) in headings), column)
            values.setdefault(column, frame[column].tolist())
        value = values[column][row] if column else None
        place = {"export": export, "file": file, "line": line, "record": record}
        place["column"] = headings.get((export, column), column)
        place["found"] = "" if value is None or pd.isna(value) else _plain(value)
        findings.append(finding(rule, table, message, **place))
    return findings


def _plain(value: object) -> str:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
