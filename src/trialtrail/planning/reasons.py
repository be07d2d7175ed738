"""The reasons that people give for deviations, each matched with the one difference that it is of.

A reason names what it is of, its key and the value that runs, each exactly: there is no pattern, so
what explains one difference never covers another, nor the same one after a further change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from trialtrail.planning.differences import ABSENT, Difference, same
from trialtrail.planning.words import as_written, place_of
from trialtrail.results.plan_status import ADDED, LOCKED_LATE, NOT_RUN


@dataclass(frozen=True)
class Explained:
    """A difference and its reason."""

    difference: Difference
    reason: str
    by: str
    on: str


def match_reasons(
    reasons: Sequence[Mapping[str, Any]],
    known: Mapping[tuple[str, str], Difference],
    since: date,
    today: date,
) -> tuple[dict[tuple[str, str], Explained], list[str]]:
    """Return the differences that have a reason, by what they are of and key, and all mistakes.

    Args:
        reasons: what the configuration has under `analysis.deviations`.
        known: every difference, by what it is of and its key.
        since: the day of the version that is judged against; no reason is older.
        today: no reason is dated after it (and a day more, for time zones).
    """
    mistakes: list[str] = []
    used: dict[tuple[str, str], Explained] = {}
    for place, reason in enumerate(reasons, start=1):
        mistakes += _mistakes(reason, place, since, today)
        for of in _listed(reason.get("of", "")):
            key = (of, reason["key"])
            says = f"reason {place} ({place_of(of, reason['key'])})"
            difference = known.get(key)
            if difference is None or difference.kind == LOCKED_LATE:
                mistakes.append(f"{says} is of no difference: take it out, or correct it")
            elif key in used:
                mistakes.append(f"{says} is the second of one difference: take one out")
            elif not same(_stated(reason), now_of(difference)):
                now = as_written(now_of(difference))
                mistakes.append(f"{says} explains another value: `now` is {now}, look again")
            else:
                by, on = reason["by"].strip(), str(reason["date"])
                used[key] = Explained(difference, reason["reason"].strip(), by, on)
    return used, mistakes


def now_of(difference: Difference) -> Any:
    """Return the value that a reason has to name under `now`; `ABSENT` where it names none."""
    whole = difference.kind in (ADDED, NOT_RUN, LOCKED_LATE)
    return ABSENT if whole or difference.present is None else difference.present


def _stated(reason: Mapping[str, Any]) -> Any:
    """Return the value that a reason names; `ABSENT` where it names none."""
    return ABSENT if reason.get("now") is None else reason["now"]


def _listed(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _mistakes(reason: Mapping[str, Any], place: int, since: date, today: date) -> list[str]:
    """Return what is wrong with a reason by itself."""
    found = []
    says = f"reason {place}"
    for key in ("reason", "by"):
        if not any(sign.isalnum() for sign in reason[key]):
            found.append(f"{says}: `{key}` says nothing")
    try:
        day = date.fromisoformat(reason["date"])
    except ValueError:
        return [*found, f"{says}: `{reason['date']}` is no day of the calendar"]
    if day < since:
        found.append(f"{says} is dated {day}, before the plan was locked on {since}")
    if day > today + timedelta(days=1):
        found.append(f"{says} is dated {day}, which is in the future")
    return found
