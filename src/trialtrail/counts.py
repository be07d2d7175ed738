"""Rows of result tables that count: n of a denominator, and the percentage."""

from __future__ import annotations

import pandas as pd

COUNT_COLUMNS = ["row", "label", "n", "denominator", "percent"]


def count_row(row: str, label: str, n: int, denominator: int | None = None, **more) -> dict:
    """Return one row; the percentage is empty where nothing could be counted."""
    percent = None if not denominator else 100 * n / denominator
    return {
        "row": row,
        "label": label,
        **more,
        "n": n,
        "denominator": denominator,
        "percent": percent,
    }


def count_table(rows: list[dict], columns: list[str]) -> pd.DataFrame:
    """Return ``rows`` as a table with whole numbers that may be missing."""
    frame = pd.DataFrame(rows, columns=columns)
    whole = {name: "Int64" for name in ("n", "denominator") if name in columns}
    return frame.astype(whole)


def quartiles(values: pd.Series) -> dict[str, float | None]:
    """Return median, q1 and q3 of the values that are known (linear interpolation)."""
    known = values.dropna().astype(float)
    if known.empty:
        return {"median": None, "q1": None, "q3": None}
    q1, median, q3 = known.quantile([0.25, 0.5, 0.75])
    return {"median": median, "q1": q1, "q3": q3}
