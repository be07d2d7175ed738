"""Who of those randomised is in the analysis.

Everybody randomised stays randomised. Who is excluded after randomisation is counted in the flow
and at baseline, and not in the outcomes (CONSORT 2025, items 22a and 22b).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

EXCLUSION = "exclusion_reason"
"""Column of the participants that says why one is excluded after randomisation."""
WITHDRAWN_ON, WITHDRAWAL = "withdrawn_on", "withdrawal_reason"
"""Columns of the participants that say when and why one withdrew."""
LOSS = "loss_reason"
"""Column of the participants that says why one was lost to follow-up without having withdrawn."""
UNSAID = "reason not recorded"


def is_excluded(participants: pd.DataFrame) -> pd.Series:
    """Return which participants were excluded after randomisation."""
    if EXCLUSION not in participants:
        return pd.Series(False, index=participants.index)
    return participants[EXCLUSION].notna()


def left_early(participants: pd.DataFrame) -> pd.Series:
    """Return who withdrew: a day or a reason is recorded."""
    gone = pd.Series(False, index=participants.index)
    for column in (WITHDRAWN_ON, WITHDRAWAL):
        if column in participants:
            gone |= participants[column].notna()
    return gone


def with_a_reason(reasons: pd.Series, gone: Sequence[bool]) -> pd.Series:
    """Return the reasons; of whoever has ``gone`` without one, that none is recorded."""
    return reasons.mask(reasons.isna() & pd.Series(gone, reasons.index), UNSAID)


def randomised_without_id(participants: pd.DataFrame) -> pd.Series:
    """Return who has an arm and a day of randomisation and no id.

    A row with an arm alone may be an envelope that nobody has opened.
    """
    known = participants["arm"].notna() & participants["randomised_on"].notna()
    return known & participants["participant_id"].isna()


def nameless(participants: pd.DataFrame) -> pd.Series:
    """Return what those are called who have no id: the line, and where it needs it the export."""
    names = "no id, line " + participants["_line"].astype("string")
    if participants["_export"].nunique() > 1:
        names = names + " of " + participants["_export"].astype("string")
    return names
