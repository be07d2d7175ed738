"""A value in the form of a cell: the text that the export would have for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from trialtrail.exports.columns import How, Typed
from trialtrail.exports.convert import type_column
from trialtrail.exports.export import Export
from trialtrail.exports.numbers import OTHER
from trialtrail.validation.cells import Contract, how_to_read
from trialtrail.validation.resolutions import ACCEPTED, BLANK, SET_ASIDE

KINDS = ("integer", "number", "boolean", "date", "category", "text")
"""Kinds of cells that hold one value and nothing beside it."""
ANSWERS = {"", ACCEPTED, BLANK, SET_ASIDE}
"""Texts that an answer to a query takes for something else than a value."""
ISO = "%Y-%m-%d"
DIGITS = {"%d", "%m", "%Y", "%y", "%j"}
"""Signs of a form of dates that every machine writes alike."""


def written_as(
    value: Any,
    column: str,
    at: int,
    export: Export,
    rows: pd.DataFrame,
    source: dict,
    contract: Contract,
) -> str | None:
    """Return the text that stands for a value in a cell; None where there is none.

    A text is one only if the column, typed with it, has exactly that value there, without a fault,
    and all others as before.

    Args:
        value: the value, typed.
        column: the column of the table.
        at: the place of the cell in ``rows``.
        export: the export as it was read.
        rows: its rows that the source takes, in their order.
        source: the source, as the rule that validates the table is given it.
        contract: what the table's columns must be.
    """
    kind = contract.kinds.get(column, "")
    heading = source["columns"][column]
    if kind not in KINDS or column in source.get("several", ()) or heading not in rows:
        return None

    def typed_with(texts: pd.Series) -> tuple[Typed, How]:
        whole = replace(export, rows=rows.assign(**{heading: texts}))
        how = how_to_read(whole, source, column, kind, contract)
        return type_column(texts, how), how

    before, how = typed_with(rows[heading])
    tried = _texts(value, at, before, how, rows[heading])
    for text in dict.fromkeys(each.strip() for each in tried):
        if text.casefold().replace("_", " ").replace("-", " ") in ANSWERS:
            continue
        texts = rows[heading].copy()
        texts.iloc[at] = text
        after, _ = typed_with(texts)
        faults = any(bool(mask.iloc[at]) for _, _, mask in after.faults)
        others = before.values.drop(at).equals(after.values.drop(at))
        if is_same(after.values.iloc[at], value) and others and not faults:
            return text
    return None


def is_same(one: Any, other: Any) -> bool:
    """Return whether two typed values are known and the same; 3 and 3.0 are."""
    if pd.isna(one) or pd.isna(other):
        return False
    kinds = {_kind(one), _kind(other)}
    return len(kinds) == 1 and bool(one == other)


def _texts(value: Any, at: int, before: Typed, how: How, texts: pd.Series) -> Iterator[str]:
    """Yield texts that may stand for a value: one that the column has for it already first."""
    same = [is_same(each, value) for each in before.values]
    same[at] = False
    yield from texts[same].head(1)
    yield from (str(code) for code, means in (how.codes or {}).items() if is_same(means, value))
    if isinstance(value, pd.Timestamp):
        yield from (value.strftime(form) for form in (*how.dates, ISO) if _is_of_digits(form))
    elif isinstance(value, str):
        yield value
    elif _kind(value) == "number":
        number = repr(float(value)).removesuffix(".0")
        yield from (number.replace(".", sign) for sign in ([how.decimal] if how.decimal else OTHER))


def _kind(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "boolean"
    return next((k.__name__ for k in (str, pd.Timestamp) if isinstance(value, k)), "number")


def _is_of_digits(form: str) -> bool:
    signs = {form[at : at + 2] for at, letter in enumerate(form) if letter == "%"}
    return signs <= DIGITS
