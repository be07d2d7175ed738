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


def estimand_in_words(
    estimands: Iterable[Mapping[str, Any]], named: Iterable[Mapping[str, str]] = ()
) -> str:
    """Return the first estimand of the plan, with how it handles each event; "" without any.

    ``named`` are the intercurrent events of `analysis.events`.
    """
    for first in estimands:
        label = first.get("label", first["id"].replace("_", " "))
        known = [each for each in named if each["id"] in first.get("events", {})]
        events = events_in_words(first, known, "")
        return f"“{label}”" + (f" ({events})" if events else "")
    return ""


def events_in_words(
    estimand: Mapping[str, Any], named: Iterable[Mapping[str, str]], otherwise: str
) -> str:
    """Return how an estimand handles each intercurrent event; "" where there is none.

    Args:
        estimand: its ``events`` are event -> strategy.
        named: the events of `analysis.events`, with their labels.
        otherwise: what is said of one of them that the estimand does not handle.
    """
    labels = {each["id"]: each.get("label", each["id"]) for each in named}
    handled = estimand.get("events", {})
    every = dict.fromkeys([*labels, *handled])
    told = [
        f"{labels.get(event, event).replace('_', ' ')}: {handled.get(event, otherwise)}"
        for event in every
    ]
    return "; ".join(text.replace("_", " ") for text in told)
