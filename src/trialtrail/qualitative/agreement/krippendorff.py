"""Krippendorff's alpha of ratings at any level of measurement, by any number of coders."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

Level = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(data: pd.DataFrame | np.ndarray, level: Level = "nominal") -> float:
    """Krippendorff's alpha; a row of `data` is a unit, a column a coder, a missing value no answer.

    Alpha is 1 - observed / expected disagreement from the coincidences of values within units, with
    the squared difference of the `level` of measurement (Krippendorff K. Content Analysis, 2nd ed.,
    2004, chapter 11; Computing Krippendorff's alpha-reliability, 2011). Units with fewer than two
    values are left out. Values are numbers; at level 'nominal' they may be anything that can be
    told apart. NaN without a pair of values, or where all values are the same.

    Raises ValueError for an unknown level, or a negative value at level 'ratio'.
    """
    if level not in ("nominal", "ordinal", "interval", "ratio"):
        raise ValueError(f"no level of measurement {level!r}")
    coincidences, values = _coincidences(pd.DataFrame(data))
    if level == "ratio" and (np.asarray(values, dtype="float64") < 0).any():
        raise ValueError("the ratio level has no negative values")
    frequency = coincidences.sum(axis=1)
    distance = _squared_distances(values, frequency, level)
    expected = (np.outer(frequency, frequency) * distance).sum()
    if expected == 0:
        return float("nan")
    observed = (coincidences * distance).sum()
    return float(1 - (frequency.sum() - 1) * observed / expected)


def _coincidences(data: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Coincidence matrix of the values, and the values in order."""
    stacked = pd.Series(data.to_numpy().ravel())
    numbers, values = pd.factorize(stacked, sort=True)
    units = np.repeat(np.arange(data.shape[0]), data.shape[1])
    times = np.zeros((data.shape[0], len(values)))
    # factorize numbers a missing value -1.
    np.add.at(times, (units[numbers >= 0], numbers[numbers >= 0]), 1)
    answers = times.sum(axis=1)
    times, answers = times[answers >= 2], answers[answers >= 2]
    weighted = times / (answers - 1)[:, None]
    # Each value pairs with the other values of its unit and not with itself.
    matrix = weighted.T @ times - np.diag(weighted.sum(axis=0))
    return matrix, np.asarray(values)


def _squared_distances(values: np.ndarray, frequency: np.ndarray, level: Level) -> np.ndarray:
    """Squared difference of each pair of values (Krippendorff 2011, section E)."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "ordinal":
        # The number of values from one to the other, either end counted by half: a difference of
        # mid-ranks.
        position = np.cumsum(frequency) - frequency / 2
        return np.subtract.outer(position, position) ** 2
    numbers = values.astype("float64")
    squared = np.subtract.outer(numbers, numbers) ** 2
    if level == "interval":
        return squared
    sums = np.add.outer(numbers, numbers) ** 2
    return np.divide(squared, sums, out=np.zeros_like(squared), where=sums > 0)
