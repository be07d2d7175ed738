"""Which cells are of the form that a REDCap text field is validated for, and what they are then."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from trialtrail.exports.redcap.formats import PATTERNS, WITHOUT_CASE, is_dated, is_numeric


def fits(text: pd.Series, name: str) -> np.ndarray:
    """Return which texts are of the validation ``name``; a day that no calendar has is none."""
    pattern = re.compile(PATTERNS[name], re.IGNORECASE if name in WITHOUT_CASE else 0)
    distinct = pd.Series(text.unique(), dtype="string")
    good = distinct.str.fullmatch(pattern.pattern, case=name not in WITHOUT_CASE)
    if is_dated(name):
        days = pd.to_datetime(distinct.where(good).str[:10], format="%Y-%m-%d", errors="coerce")
        good = good & days.notna()
    return text.isin(distinct[good.to_numpy(dtype=bool)]).to_numpy(dtype=bool)


def numbers(text: pd.Series, name: str) -> np.ndarray:
    """Return texts of a numeric validation as numbers; what is none is not a number.

    An export may have been given the other decimal sign for all its fields.
    """
    plain = text if name == "integer" else text.str.replace(",", ".")
    return pd.to_numeric(plain, errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def with_own_sign(text: pd.Series, name: str) -> pd.Series:
    """Return texts of a numeric validation with the decimal sign that it asks for."""
    own, other = (",", ".") if name.endswith("comma_decimal") else (".", ",")
    return text.str.replace(other, own)


def in_order(name: str, text: str) -> float | str | None:
    """Return a limit of the dictionary as what it is compared by; None where it is none."""
    cell = pd.Series([text], dtype="string")
    if is_numeric(name):
        number = numbers(cell.str.replace(",", "."), "number")[0]
        return None if np.isnan(number) else float(number)
    return text if (is_dated(name) or name.startswith("time")) and fits(cell, name)[0] else None
