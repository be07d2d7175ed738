"""The p of a family of outcomes, adjusted for their number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trialtrail.analysis.measures import MEASURES

PRIMARY = "primary"
SUPPORTING = ("sensitivity", "supplementary", "subgroup", "exploratory")
"""Roles of rows whose p stands in no family."""


def adjust_family(estimates: pd.DataFrame, multiplicity: Mapping[str, Any]) -> pd.DataFrame:
    """Return the estimates with ``p_adjusted`` of the rows that the plan's family has.

    A hypothesis is an outcome of the family in the main analysis: one of each arm, each by the
    first measure that has a p, of a primary outcome at its primary timepoint alone, of others at
    each. Hypotheses that could not be tested count.

    Args:
        estimates: the rows of `estimates`, in the order of the plan.
        multiplicity: one procedure and its family, as the plan has it; empty for none.
    """
    if not multiplicity or estimates.empty:
        return estimates
    ((procedure, family),) = multiplicity.items()
    names = list(family["weights"]) if procedure == "graph" else list(family)
    chosen = _hypotheses(estimates, names)
    if chosen.empty:
        return estimates
    p = {row: None if pd.isna(value) else float(value) for row, value in chosen["p"].items()}
    adjusted = _adjusted(procedure, family, p, chosen["outcome"].to_dict())
    whole = estimates.copy()
    for row, value in adjusted.items():
        whole.loc[row, "p_adjusted"] = value
    return whole


def _hypotheses(estimates: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return one row for each outcome and arm of the family, in the family's order."""
    order = list(MEASURES)
    mine = estimates[
        estimates["outcome"].isin(names)
        & ~estimates["role"].isin(SUPPORTING)
        & estimates["measure"].isin(order)
    ]
    primary = mine["role"] == PRIMARY
    mine = mine[primary | ~mine["outcome"].isin(mine.loc[primary, "outcome"])].copy()
    mine["place"] = mine["outcome"].map(names.index)
    # A difference of risks by score intervals has no p: the ratio beside it has.
    mine["untested"] = mine["p"].isna()
    mine["measured"] = mine["measure"].map(order.index)
    mine = mine.sort_values(["place", "untested", "measured"], kind="stable")
    return mine.drop_duplicates(["analysis", "outcome", "timepoint", "arm"])


def _adjusted(
    procedure: str, family: Any, p: dict[Any, float | None], outcomes: dict[Any, str]
) -> dict[Any, float | None]:
    from trialtrail.analysis import multiplicity

    if procedure == "graph":
        weights, transitions = _spread(family, outcomes)
        return multiplicity.graph(p, weights, transitions)
    return getattr(multiplicity, procedure)(p)


def _spread(family: Mapping[str, Any], outcomes: dict[Any, str]) -> tuple[dict, dict]:
    """Return weights and transitions of hypotheses, those of an outcome shared by its arms."""
    rows: dict[str, list[Any]] = {}
    for row, outcome in outcomes.items():
        rows.setdefault(outcome, []).append(row)
    weights = {row: family["weights"][o] / len(rows[o]) for row, o in outcomes.items()}
    transitions = {
        row: {
            other: share / len(rows[to])
            for to, share in family["transitions"].get(o, {}).items()
            for other in rows.get(to, [])
        }
        for row, o in outcomes.items()
    }
    return weights, transitions
