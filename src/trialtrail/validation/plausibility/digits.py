"""Last digits that people prefer: numbers that were rounded, guessed or made up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

# scipy.stats has the same probability but takes far longer to import.
from scipy.special import chdtrc

from trialtrail.validation.plausibility.sheet import Sheet, shown

STEPS = (100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
"""Steps in which a column may be recorded, the coarsest first."""
EXACT = 0.99
"""Share of values that must be multiples of a step for it to be the one the column is kept in."""
KEPT = 2**53
"""Steps beyond which a number of the machine does not keep the last digit."""
SPREAD = 5
"""Least spread, in steps, at which the last digits of a smooth distribution are nearly uniform."""
DISTINCT = 20
"""Least number of different values, for the same reason."""
LOOKED_AT = 100_000
"""Values of a large column from which its step is found."""


def recorded_step(values: np.ndarray) -> float:
    """Return the coarsest step of which nearly all values are multiples: 10 for a weight to 10 g.

    A column kept in such a step is no preference of a digit: it is how the column is kept.
    """
    some = values[:: max(1, len(values) // LOOKED_AT)]
    for step in STEPS:
        near = some / step
        if (np.abs(near - np.round(near)) < 1e-6).mean() >= EXACT:
            return step
    return STEPS[-1]


def preference(steps: np.ndarray) -> tuple[float, float]:
    """Return (score, p) of the last digits of whole numbers.

    The score is the digit preference score of the WHO MONICA project (Kuulasmaa and others, quality
    assessment of data on blood pressure, 1998): 100 times the root of chi-square by n times its
    degrees of freedom, 9. It is 0 where all digits are equally common and does not grow with n,
    as chi-square does: with thousands of values any departure has a small p.
    """
    counts = np.bincount(np.abs(steps) % 10, minlength=10)
    count = counts.sum()
    chi_square = float(((counts - count / 10) ** 2 / (count / 10)).sum())
    return float(100 * np.sqrt(chi_square / (9 * count))), float(chdtrc(9, chi_square))


def rounding(steps: np.ndarray, step: float) -> str:
    """Return in words to what the values are rounded most, beyond what chance would give."""
    shares = {n: float((steps % n == 0).mean()) for n in (2, 5, 10)}
    best = max(shares, key=lambda n: shares[n] - 1 / n)
    return f"{shares[best]:.0%} are multiples of {shown(step * best)} ({1 / best:.0%} expected)"


def digit_findings(sheet: Sheet, columns: list[str], settings: dict) -> Iterator[dict]:
    """Yield a finding for each column of a file whose last digits are far from equally common.

    Only where they ought to be so: at least ``least`` values, many different ones, spread over more
    than a few digits.
    """
    for column in columns:
        if sheet.ignores(settings["ignore"], column):
            continue
        values = sheet.numbers(column)
        for export in sheet.headings:
            known = ~np.isnan(values)
            if len(sheet.headings) > 1:
                known &= (sheet.frame["_export"] == export).to_numpy(dtype=bool)
            mine = values[known]
            if len(mine) < settings["least"]:
                continue
            step = recorded_step(mine)
            if np.abs(mine).max() / step >= KEPT:
                continue
            steps = np.round(mine / step).astype("int64")
            spread = 1.4826 * np.median(np.abs(steps - np.median(steps)))
            if spread < SPREAD or len(pd.unique(steps)) < DISTINCT:
                continue
            score, p = preference(steps)
            if score > settings["threshold"] and p < settings["probability"]:
                message = (
                    f"last digits (in steps of {shown(step)}) are not equally common: digit "
                    f"preference score over {shown(settings['threshold'])}, chi-square "
                    f"p < {settings['probability']} ({len(mine)} values)"
                )
                found = f"score {score:.0f}: {rounding(steps, step)}"
                yield sheet.of_column("digits", column, message, found, export=export)
