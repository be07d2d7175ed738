"""How a difference between plans is told, and written in a configuration."""

from __future__ import annotations

import json
from typing import Any

from trialtrail.planning.differences import ABSENT, Difference
from trialtrail.results.plan_status import (
    ADDED,
    COMPARISON,
    EVERY,
    LOCKED_LATE,
    NONE,
    NOT_RUN,
    OUTCOME,
)

LONG = 120
"""Signs of a value that a message shows."""


def as_written(value: Any) -> str:
    """Return a value as it is written in one line of YAML; "nothing" where there is none."""
    if value is ABSENT or value is None:
        return "nothing"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def as_cell(value: Any) -> str:
    """Return a value as it stands in a table: a text as it is, all else as in YAML, or empty."""
    if value is ABSENT or value is None:
        return ""
    return value if isinstance(value, str) else as_written(value)


def shortened(value: Any) -> str:
    """Return a value as a message shows it."""
    text = as_written(value)
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def subject(difference: Difference) -> str:
    """Return what a difference is of, in words."""
    analysis, outcome = f"analysis {difference.analysis}", f"outcome {difference.outcome}"
    if difference.touches == COMPARISON:
        return f"{outcome} in {analysis}"
    if difference.touches == OUTCOME:
        return outcome
    return {EVERY: "the whole plan", NONE: "what is reported"}.get(difference.touches, analysis)


def told(difference: Difference) -> str:
    """Return a difference in one line: of what, what was locked, and what is now."""
    if difference.kind == ADDED:
        return f"{subject(difference)}: not in the locked plan, and runs now"
    if difference.kind == NOT_RUN:
        return f"{subject(difference)}: in the locked plan, and does not run"
    if difference.kind == LOCKED_LATE:
        return f"{subject(difference)}: locked no earlier than the day of the unblinding"
    was, now = shortened(difference.locked), shortened(difference.present)
    return f"{subject(difference)}, {difference.key}: locked {was}, now {now}"


def place_of(of: str, key: str) -> str:
    """Return the keys by which a reason names a difference."""
    plain = key.replace("_", "").replace(".", "").isalnum()
    return (f"of: {of}, " if of else "") + f"key: {key if plain else json.dumps(key)}"


def reason_to_fill_in(of: str, key: str, now: Any) -> str:
    """Return a reason as it is written under `analysis.deviations`, to be filled in."""
    value = "" if now is ABSENT else f", now: {as_written(now)}"
    return f'{{{place_of(of, key)}{value}, reason: "", date: "", by: ""}}'
