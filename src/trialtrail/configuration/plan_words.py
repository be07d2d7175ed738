"""What the report calls the parts of an analysis plan, in words that stand within its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

PROCEDURES = {
    "holm": "by Holm’s procedure",
    "hommel": "by Hommel’s procedure",
    "fixed_sequence": "by testing in a fixed sequence",
    "graph": "by a graph of weighted tests",
}
"""Procedure of the plan -> how it is told."""


def multiplicity_in_words(multiplicity: Mapping[str, Any]) -> str:
    """Return how p is adjusted; "" where it is not."""
    for procedure, family in multiplicity.items():
        number = len(family["weights"] if procedure == "graph" else family)
        return f"{PROCEDURES[procedure]} ({number} outcome{'s' if number > 1 else ''})"
    return ""


def estimand_in_words(estimands: Iterable[Mapping[str, Any]]) -> str:
    """Return the first estimand of the plan, with how it handles each event; "" without any."""
    for first in estimands:
        label = first.get("label", first["id"].replace("_", " "))
        events = [
            f"{event}: {strategy}".replace("_", " ")
            for event, strategy in first.get("events", {}).items()
        ]
        return f"“{label}”" + (f" ({'; '.join(events)})" if events else "")
    return ""
