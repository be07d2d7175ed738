"""Bayley Scales of Infant Development, second edition: bands of an index score.

Source: Bayley N. Bayley Scales of Infant Development, 2nd edition: Manual. San Antonio: The
Psychological Corporation, 1993. The index scores (MDI and PDI) have mean 100 and standard deviation
15 and run from 50 to 150.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from trialtrail.derive.instruments.offered import BSID2

LOWEST, HIGHEST = BSID2
"""The range of an index score in points."""

BANDS: tuple[str, ...] = (
    "significantly delayed",
    "mildly delayed",
    "within normal limits",
    "accelerated",
)
"""The bands, from the lowest scores to the highest."""

# First index point of the second, third and fourth band.
_STARTS = (70, 85, 115)


def band(index: pd.Series) -> pd.Series:
    """Band of each index score, an ordered categorical of BANDS (Bayley 1993).

    Accelerated: 115 or more; within normal limits: 85-114; mildly delayed: 70-84; significantly
    delayed: 69 or less. A score below 50 or above 150 is not possible and has no band.
    """
    points = index.to_numpy(dtype="float64", na_value=np.nan)
    possible = (points >= LOWEST) & (points <= HIGHEST)
    codes = np.where(possible, np.searchsorted(_STARTS, points, side="right"), -1)
    bands = pd.Categorical.from_codes(codes, categories=list(BANDS), ordered=True)
    return pd.Series(bands, index=index.index, name=index.name)
