"""Rows of result tables that count: n of a denominator, and the percentage."""

from __future__ import annotations

import pandas as pd


def count_row(row: str, label: str, n: int | None, denominator: int | None = None, **more) -> dict:
    """Return one row; the percentage is empty where nothing could be counted."""
    percent = None if not denominator or n is None else 100 * n / denominator
    return {
        "row": row,
        "label": label,
        **more,
        "n": n,
        "denominator": denominator,
        "percent": percent,
    }


def quartiles(values: pd.Series) -> dict[str, float | None]:
    """Return median, q1 and q3 of the values that are known (linear interpolation)."""
    known = values.dropna().astype(float)
    if known.empty:
        return {"median": None, "q1": None, "q3": None}
    q1, median, q3 = known.quantile([0.25, 0.5, 0.75])
    return {"median": median, "q1": q1, "q3": q3}
