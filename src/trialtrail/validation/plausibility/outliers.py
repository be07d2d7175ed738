"""Values far from the rest of their column, by the robust z."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trialtrail.validation.plausibility.sheet import Sheet, shown

NORMAL = 0.6745
"""The median absolute deviation of a normal distribution, as a share of its standard deviation."""


def robust_z(values: np.ndarray) -> np.ndarray:
    """Return 0.6745 (x - median) / MAD of each value, the MAD taken on the value's own side.

    The score is that of Iglewicz and Hoaglin (How to detect and handle outliers, 1993). They take
    one MAD for both sides, and call a score beyond 3.5 an outlier. Counts and durations have a long
    tail to the right, which one MAD would call outliers altogether; with a MAD a side, a symmetric
    column has the same scores as theirs. On a side where more than half of the values are the
    median itself the MAD is zero and says nothing of spread: the scores there are 0, not infinite.
    """
    away = values - np.median(values)
    scores = np.zeros(len(values))
    for side in (away >= 0, away <= 0):
        spread = np.median(np.abs(away[side]))
        if spread > 0:
            scores[side] = NORMAL * away[side] / spread
    return scores


def outlier_findings(sheet: Sheet, columns: list[str], settings: dict) -> Iterator[dict]:
    """Yield a finding for each value whose robust z is beyond the threshold.

    A column with more than ``most`` of them has a long tail rather than so many errors, and is
    reported once. Columns with fewer than ``least`` values are left alone.
    """
    limit = settings["threshold"]
    for column in columns:
        if sheet.ignores(settings["ignore"], column):
            continue
        values = sheet.numbers(column)
        known = ~np.isnan(values)
        count = int(known.sum())
        if count < settings["least"]:
            continue
        rows = np.zeros(len(values), dtype=bool)
        rows[known] = np.abs(robust_z(values[known])) > limit
        many = int(rows.sum())
        of = f"beyond {shown(limit)} (median and MAD of {count} values)"
        if many > settings["most"]:
            message = f"the column has a long tail: more than {settings['most']} robust z {of}"
            yield sheet.of_column("outlier", column, message, f"{many} values")
        elif many:
            found = [shown(value) for value in values[rows]]
            yield from sheet.of_rows("outlier", column, rows, f"robust z {of}", found)
