"""Who of those randomised is in the analysis.

Everybody randomised stays randomised. Who is excluded after randomisation is counted in the flow
and at baseline, and not in the outcomes (CONSORT 2025, items 22a and 22b).
"""

from __future__ import annotations

import pandas as pd

EXCLUSION = "exclusion_reason"
"""Column of the participants that says why one is excluded after randomisation."""


def is_excluded(participants: pd.DataFrame) -> pd.Series:
    """Return which participants were excluded after randomisation."""
    if EXCLUSION not in participants:
        return pd.Series(False, index=participants.index)
    return participants[EXCLUSION].notna()
