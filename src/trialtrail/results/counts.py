"""Rows of result tables that count: n of a denominator, and the percentage."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from trialtrail.results.takes import TAKES, Takes, count_takes

SPREAD = ("n", "median", "q1", "q3")
"""Cells that `quartiles` and the number of known values fill."""


def count_row(
    row: str,
    label: str,
    n: int | None,
    denominator: int | None = None,
    *,
    counted: Iterable[Takes] = (),
    out_of: Iterable[Takes] = (),
    percent_from: int = 1,
    **more,
) -> dict:
    """Return one row; the percentage is empty where nothing could be counted.

    It is empty as well of fewer than ``percent_from``: one of two is no half of anybody.
    ``counted`` and ``out_of`` say which rows of which tables the two counts are of.
    """
    few = bool(denominator) and denominator < percent_from
    percent = None if not denominator or n is None or few else 100 * n / denominator
    taken = count_takes(counted, out_of)
    return {
        TAKES: [each for each in taken if each["cells"] != ["percent"]] if few else taken,
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
