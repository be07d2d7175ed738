"""Sum scores of rating scales that have no scoring rules of their own."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd


def total(items: pd.DataFrame, minimum: float, maximum: float, at_least: float) -> pd.Series:
    """Prorated sum of the items: the mean of the answered items times the number of items.

    `items` has a row a respondent and a column an item, already turned the same way. An answer
    outside `minimum` to `maximum` counts as unanswered. The sum is missing where fewer than the
    fraction `at_least` (0-1) of the items, or none of them, is answered. Proration is person-mean
    imputation (Downey and King, J Gen Psychol 1998;125:175-91).

    Raises ValueError when there is no item, the limits are turned round or `at_least` is not 0-1.
    """
    width = items.shape[1]
    if width == 0 or minimum >= maximum or not 0 <= at_least <= 1:
        raise ValueError("a scale needs items, minimum < maximum and 0 <= at_least <= 1")
    answers = items.apply(
        lambda item: pd.Series(item.to_numpy(dtype="float64", na_value=np.nan), index=item.index)
    )
    answers = answers.where((answers >= minimum) & (answers <= maximum))
    # The rounding keeps 0.7 of ten items at seven and not at 7.000000000000001.
    needed = max(1, math.ceil(round(at_least * width, 9)))
    enough = answers.notna().sum(axis="columns") >= needed
    return (answers.mean(axis="columns") * width).where(enough)
