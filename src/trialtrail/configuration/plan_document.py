"""What is wrong with the keys of the analysis plan as a document: days that are none, events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""


def document_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the days of the plan's documents and its intercurrent events."""
    yield from _days(config)
    yield from _events(config.get("analysis", {}))


def _days(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the days that no calendar has."""
    study, own = config["study"], config.get("statistical_plan", {})
    named: list[tuple[Sequence, Mapping, str]] = [
        (["study", key], study.get(key, {}), "date") for key in ("registration", "protocol", "plan")
    ]
    named += [
        (["statistical_plan", "revisions", i], each, "date")
        for i, each in enumerate(own.get("revisions", []))
    ]
    named += [
        (["statistical_plan", "signatures", who], each, "signed_on")
        for who, each in own.get("signatures", {}).items()
    ]
    for path, holder, key in named:
        if key in holder and not _is_day(holder[key]):
            what = f"`{holder[key]}` is no day of the calendar"
            yield what, [*path, key], "write year, month and day, such as 2025-12-31"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _events(plan: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield intercurrent events that have one name twice, or that an estimand misnames."""
    known = [each["id"] for each in plan.get("events", [])]
    for i, name in enumerate(known):
        if name in known[:i]:
            what = f"Two intercurrent events have the id `{name}`"
            yield what, ["analysis", "events", i, "id"], "give one of them another id"
    if not known:
        return
    for i, item in enumerate(plan.get("estimands", [])):
        for name in item.get("events", {}):
            if name not in known:
                what = f"`{name}` is not a name of analysis.events"
                do = f"add it there, or write one of {', '.join(known)}"
                yield what, ["analysis", "estimands", i, "events", name], do
