"""Whether the people of one stage of interviews are those of another, and what that allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trialtrail.qualitative.cases import interviews_taken, people
from trialtrail.results.takes import TAKES, takes

ONE, SAME, SOME, OTHERS = "one stage", "same people", "some of them the same", "different people"
"""Only of `SAME` may a difference between the stages be called a change in people."""


def people_by_stage(
    held: pd.DataFrame,
    interviews: pd.DataFrame | None = None,
    roles: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Return a row for all people interviewed and for each role: are they the same at each stage?

    ``people`` were interviewed at one of the ``stages`` or more, ``at_all`` of them at each.
    """
    everybody = people(held)
    named = roles or {}
    rows = [_row("all", "All people interviewed", None, everybody, interviews)]
    for role in dict.fromkeys(everybody["role"].dropna()):
        label = named.get(role, str(role).replace("_", " ").capitalize())
        own = everybody[everybody["role"] == role]
        rows.append(_row(f"role.{role}", label, role, own, interviews))
    return rows


def _row(
    row: str,
    label: str,
    role: str | None,
    own: pd.DataFrame,
    interviews: pd.DataFrame | None,
) -> dict[str, Any]:
    stages = {stage for each in own["stages"] for stage in each}
    at_several = sum(len(each) > 1 for each in own["stages"])
    at_all = sum(set(each) == stages for each in own["stages"]) if stages else 0
    state = OTHERS if not at_several else SAME if at_all == len(own) else SOME
    taken = interviews_taken(interviews, **({"role": role} if role else {}))
    return {
        "row": row,
        "label": label,
        "role": role,
        "stages": len(stages),
        "people": len(own),
        "at_several": at_several,
        "at_all": at_all,
        "state": ONE if len(stages) < 2 else state,
        TAKES: takes(("stages", "people", "at_several", "at_all", "state"), *taken),
    }
