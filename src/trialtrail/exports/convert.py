"""Turn the text of a cell into a typed value; what cannot be turned is told, never guessed."""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
import pandas as pd

WHOLE = re.compile(r"[+-]?\d+(?:\.0+)?")
REAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
CENSORED = re.compile(r"([<>]?)\s*(\d+)")
BOUNDS = {"": "exact", ">": "above", "<": "below"}
ISO = "%Y-%m-%d"
FIRST_YEAR, LAST_YEAR = 1678, 2261
"""Whole years that dates in nanoseconds can hold."""

EXPECTED = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "one of the codes of yes and no",
    "date": "a date in the configured form",
    "month": "a month as YYYY-MM",
    "censored": "a count such as 7, >20 or <1",
}


def blank_missing(text: pd.Series, missing: list[str]) -> pd.Series:
    """Return ``text`` stripped of white space at its ends, the missing codes as missing."""
    stripped = text.str.strip()
    return stripped.mask(stripped.isin(missing))


def _by_value(text: pd.Series, convert) -> tuple[pd.Series, pd.Series]:
    """Convert each distinct value once; return (values, mask of cells that cannot be converted)."""
    table = {value: convert(value) for value in text.dropna().unique()}
    values = text.map(table, na_action="ignore")
    failed = text.notna() & text.isin([value for value, typed in table.items() if typed is None])
    return values.mask(failed), failed


def _date(value: str, form: str) -> datetime | None:
    try:
        date = datetime.strptime(value, form)
    except ValueError:
        return None
    # A year such as 0204 is a slip of the pen that the type of the column cannot hold.
    return date if FIRST_YEAR <= date.year <= LAST_YEAR else None


def to_typed(text: pd.Series, kind: str, *, dates: str = ISO, codes: dict | None = None):
    """Return (typed column, mask of cells that are not of ``kind``, mask of unknown codes).

    ``text`` has its missing codes blanked. ``kind`` is integer, number, boolean, date, month,
    category, text, list or censored (of which only the number is returned; see `bounds`). With
    ``codes`` the cells are codes and only the mapped ones are known.
    """
    nothing = pd.Series(False, index=text.index)
    if codes:
        known = {
            str(code): value
            for code, value in codes.items()
            if kind != "boolean" or isinstance(value, bool)
        }
        unknown = text.notna() & ~text.isin(list(known))
        text = text.mask(unknown).map(known, na_action="ignore")
        dtype = "boolean" if kind == "boolean" else "string"
        return text.astype(dtype), nothing, unknown
    if kind in ("text", "category", "list"):
        return text.astype("string"), nothing, nothing
    if kind == "date":
        values, failed = _by_value(text, lambda value: _date(value, dates))
        return pd.to_datetime(values).astype("datetime64[ns]"), failed, nothing
    pattern = {"integer": WHOLE, "number": REAL, "month": MONTH, "censored": CENSORED}.get(kind)
    if pattern is None:
        return pd.Series(pd.NA, index=text.index, dtype="boolean"), text.notna(), nothing
    failed = text.notna() & ~text.fillna("").str.fullmatch(pattern.pattern)
    kept = text.mask(failed)
    if kind == "month":
        return kept.astype("string"), failed, nothing
    if kind == "censored":
        kept = kept.str.replace(r"[<>\s]", "", regex=True)
    numbers = kept.astype("Float64")
    if kind == "number":
        return numbers, failed, nothing
    return numbers.astype("Int64"), failed, nothing


def bounds(text: pd.Series) -> pd.Series:
    """Return for censored counts whether the true value is ``exact``, ``above`` or ``below``."""
    signs = text.str.extract(CENSORED.pattern, expand=True)[0]
    return signs.map(BOUNDS, na_action="ignore").astype("string")


def normalised(values: pd.Series) -> pd.Series:
    """Return midnight of each date: a time of day in an export is no part of a date."""
    return values.dt.normalize() if values.dtype == np.dtype("datetime64[ns]") else values
