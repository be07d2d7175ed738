"""Outcomes of which nothing was observed: no value at all, none in an arm, or no event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.tables import lookup
from trialtrail.validation.plausibility.sheet import Sheet

RULE = "nothing_observed"


def observed_findings(
    people: pd.DataFrame,
    sheet: Sheet,
    outcome: Mapping[str, Any],
    arms: Sequence[str],
    settings: Mapping[str, Any],
) -> Iterator[dict]:
    """Yield a finding for an outcome without a value, at all or in an arm, or without an event.

    Args:
        people: the participants in use: participant_id and arm.
        sheet: the table in which the outcome is recorded.
        outcome: ``outcome``, its id; ``columns``, of which any makes a value; ``event``, whether a
            value is an event (a day of it), or yes or more than 0 is; None where there is no event.
        arms: the arms; without people in one, nothing is said of it.
        settings: ``ignore``, what is left out.
    """
    columns = [name for name in outcome["columns"] if not sheet.ignores(settings["ignore"], name)]
    if not columns or sheet.ignores(settings["ignore"]) or people.empty:
        return
    arm = pd.Series(
        lookup(sheet.frame["participant_id"], people["participant_id"], people["arm"]),
        sheet.frame.index,
    )
    known = sheet.frame[columns].notna().any(axis=1)
    column = columns[0] if len(columns) == 1 else ""

    def finding(message: str, found: str, which: str = "") -> dict:
        record = f"{outcome['outcome']} {which}".strip()
        return sheet.of_column(RULE, column, message, found, record=record)

    if not known.any():
        what = "no day of the event is recorded" if outcome["event"] == "day" else "it has no value"
        yield finding(f"an outcome of which nothing was observed: {what}", "0 values")
        return
    if outcome["event"] == "day":
        return
    for each in arms:
        if people["arm"].eq(each).any() and not (known & arm.eq(each).fillna(False)).any():
            yield finding("an outcome that has no value in an arm", "0 values", each)
    if outcome["event"] == "positive":
        values = sheet.frame[columns].astype("Float64")
        if not (values > 0).fillna(False).any(axis=None):
            yield finding("an outcome without any event: each value is no, or 0", "0 events")
