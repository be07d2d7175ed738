"""Forms that are missing more often in one arm than in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from trialtrail.analysis.two_groups import risk_difference
from trialtrail.tables import is_in
from trialtrail.validation.begun import has_begun
from trialtrail.validation.plausibility.sheet import Sheet


def drop_out_findings(
    people: pd.DataFrame,
    sheet: Sheet,
    variables: list[str],
    arms: list[str],
    settings: dict,
    took_place: Mapping | None = None,
) -> Iterator[dict]:
    """Yield a finding for each arm that lacks the form more or less often than the reference.

    ``people`` has participant_id and arm; the reference is the first of ``arms``. A participant has
    the form when a row of it is in use in which something is recorded, or by the form's own rule
    ``took_place``. More or less often means
    that Newcombe's interval of the difference, at ``level``, leaves out 0. No correction is made
    for the number of forms: one in twenty differs so by chance.
    """
    if sheet.ignores(settings["ignore"]) or people.empty:
        return
    filled = sheet.frame[has_begun(sheet.frame, variables, took_place)]
    lacks = (~is_in(people["participant_id"], filled["participant_id"])).astype("float64")
    reference = lacks[people["arm"].eq(arms[0]).fillna(False)]
    for arm in arms[1:]:
        mine = lacks[people["arm"].eq(arm).fillna(False)]
        result = risk_difference(mine, reference, settings["level"])
        if result.lower is None or result.lower <= 0 <= result.upper:
            continue
        message = (
            f"the form is lacking {'more' if result.lower > 0 else 'less'} often than in the "
            f"reference arm: the {settings['level']:.0%} interval (Newcombe) of the difference "
            f"leaves out 0 ({len(mine) + len(reference)} participants)"
        )
        low, mid, high = (100 * x for x in (result.lower, result.estimate, result.upper))
        found = f"{mid:.1f} points ({low:.1f} to {high:.1f})"
        yield sheet.of_column("drop_out", "", message, found, record=arm)
