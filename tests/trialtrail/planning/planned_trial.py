"""A small trial with a plan of several parts, its content, and its lock."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from small_trial import config, write_study

from trialtrail.configuration import Study
from trialtrail.planning.content import plan_of

LOCKED_ON, TODAY = date(2024, 5, 1), date(2024, 9, 1)
SECOND = {
    "id": "fast",
    "label": "Walks fast",
    "role": "secondary",
    "kind": "binary",
    "form": "twelve_months",
    "variables": ["walks_fast"],
}
FAST = {
    "id": "walks_fast",
    "column": "walk12_fast",
    "type": "boolean",
    "label": "Fast",
    "codes": {"1": True, "0": False},
}


def enlarge(whole: dict[str, Any]) -> None:
    """Give the plan of the small trial a second outcome and more of all parts."""
    whole["forms"]["twelve_months"]["variables"].append(copy.deepcopy(FAST))
    plan = whole["analysis"]
    plan["outcomes"].append(copy.deepcopy(SECOND))
    plan |= {
        "adjust": ["age_years"],
        "important": {"walk": 2},
        "multiplicity": {"holm": ["walk", "fast"]},
        "missing": {"impute": "within_arm", "seed": 1},
        "populations": [{"id": "women", "label": "Women", "where": {"sex": ["female"]}}],
        "estimands": [
            {"id": "offer", "events": {"moved": "treatment_policy"}},
            {"id": "in_women", "label": "In women", "population": "women"},
        ],
        "sensitivity": [{"id": "unadjusted", "label": "Unadjusted", "adjust": []}],
        "subgroups": ["sex"],
    }


@cache
def _written() -> str:
    whole = config()
    enlarge(whole)
    return yaml.safe_dump(whole, sort_keys=False)


def content(change: Callable[[dict], Any] | None = None) -> dict[str, Any]:
    """Return the content of the plan, the configuration changed before."""
    whole = yaml.safe_load(_written())
    if change:
        change(whole)
    with TemporaryDirectory() as folder:
        file = write_study(Path(folder), change=lambda given: (given.clear(), given.update(whole)))
        return plan_of(Study(whole, file))[0]


def version(plan: dict[str, Any], number: int = 1, on: str = "2024-05-01") -> dict[str, Any]:
    """Return a locked version as it is read."""
    why = f"reason of version {number}"
    return {"version": number, "at": f"{on}T10:00:00Z", "by": "A", "why": why, "content": plan}


def reason(key: str, of: str | list[str] = "", **more: Any) -> dict[str, Any]:
    """Return a reason as a configuration has it."""
    given = {"key": key, "reason": "Asked for", "date": "2024-06-01", "by": "B"}
    return given | ({"of": of} if of else {}) | more
