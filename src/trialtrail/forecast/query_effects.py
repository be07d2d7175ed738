"""The effect of each query, told from the table of what would come of the answers to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

PRIMARY = "primary"
NONE = "none: reaches no primary estimate"
BESIDE = "on no primary estimate, but on a number beside one"
NOT_FORECAST = "not forecast: "
SHOWN = 3
"""Decimals of an effect in standard errors."""


@dataclass(frozen=True)
class Effect:
    """The effect of a query: the largest change that any answer to it makes.

    Attributes:
        query: its name.
        words: the effect in words, in standard errors and with the row of `estimates`.
        primary: the largest change of a primary estimate, in its standard errors; 0 for none.
        other: the largest change of another estimate; 0 for none.
    """

    query: str
    words: str
    primary: float = 0.0
    other: float = 0.0


def effects_of(table: pd.DataFrame) -> list[Effect]:
    """Return the effect of each query of the table, the largest first.

    On primary estimates before those on others; queries with the same as they stood.

    Args:
        table: as the contract `QueryEffects` has it.
    """
    found = [
        _effect(str(query), rows)
        for query, rows in table.groupby("query_id", sort=False, dropna=False)
    ]
    return sorted(found, key=lambda each: (-each.primary, -each.other))


def sorted_by_effect(queries: pd.DataFrame, effects: Sequence[Effect]) -> pd.DataFrame:
    """Return queries with their ``effect`` in words, the largest first.

    What has none, such as a query that is answered, comes last, as it stood.
    """
    order = {each.query: place for place, each in enumerate(effects)}
    words = {each.query: each.words for each in effects}
    places = queries["query_id"].map(order).fillna(len(order))
    told = queries["query_id"].map(words).fillna("").astype("string")
    ordered = places.astype("int64").sort_values(kind="stable").index
    return queries.assign(effect=told).loc[ordered].reset_index(drop=True)


def _effect(query: str, rows: pd.DataFrame) -> Effect:
    primary = rows["role"].eq(PRIMARY).fillna(False).to_numpy(dtype=bool)
    mine, others = _largest(rows[primary]), _largest(rows[~primary])
    if mine:
        return Effect(query, _told(*mine), mine[0], others[0] if others else 0.0)
    if rows["estimate_row"].isna().all():
        return Effect(query, NOT_FORECAST + "; ".join(dict.fromkeys(rows["note"].dropna())))
    moved = bool(rows.loc[primary, "change"].fillna(0).ne(0).any())
    words = BESIDE if moved else NONE
    if others:
        return Effect(query, f"{words}; {_told(*others)}", 0.0, others[0])
    return Effect(query, words)


def _told(size: float, row: str) -> str:
    return f"{size:.{SHOWN}f} SE on {row}" if round(size, SHOWN) else f"under 0.001 SE on {row}"


def _largest(rows: pd.DataFrame) -> tuple[float, str] | None:
    """Return the largest change in standard errors, and of which estimate; None where none is."""
    sizes = pd.to_numeric(rows["change_in_errors"]).abs().astype("float64").fillna(0.0)
    if not (sizes > 0).any():
        return None
    return float(sizes.max()), str(rows.loc[sizes.idxmax(), "estimate_row"])
