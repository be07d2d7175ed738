"""Whether a run with some answers would go on, and what it would find of the corrected cells."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.validation.findings import RESOLVED
from trialtrail.validation.resolutions import STATES, states_of
from trialtrail.validation.stops import stopping


def check_goes_on(
    numbered: pd.DataFrame, answers: pd.DataFrame, actions: Mapping[str, str]
) -> None:
    """Refuse what a run would stop at.

    Raises:
        StudyError: a finding stops it; the message names rule and place, and no value.
    """
    states = {query: STATES[state] for query, state in states_of(answers).items()}
    final = numbered["query_id"].map(states)
    kept = answers.loc[answers["state"].isin(["accepted", "set aside"]), "query_id"]
    done = final.eq(RESOLVED) & numbered["query_id"].isin(kept)
    stops = stopping(numbered.assign(status=numbered["status"].mask(done, RESOLVED)), actions)
    if len(stops):
        first = stops.iloc[0]
        line = "" if pd.isna(first["line"]) else f", line {int(first['line'])}"
        more = f" (and {len(stops) - 1} more)" if len(stops) > 1 else ""
        raise StudyError(
            f"A run with this correction stops: {first['message']}{more}",
            where=f"{first['export']}{line}, column {first['column']}",
            rule=first["rule"],
            remedy="give a value that the table can take",
        )
