"""The effect of each query, told from the table of what would come of the answers to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

PRIMARY = "primary"
NONE = "none: reaches no primary estimate"
BESIDE = "on no primary estimate, but on a number beside one"
NOT_FORECAST = "not forecast: "
PROPOSED, AND = "proposed", "; "
"""The answer with the value that another place has (see `proposals`), and what parts in its notes
that place from why it cannot be forecast."""
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


def with_source(source: str, why: str) -> str | None:
    """Return the note of an answer: of a proposed value from where it is, then what else is so."""
    return AND.join(each for each in (source, why) if each) or None


def why_of(rows: pd.DataFrame) -> list[str]:
    """Return the different reasons why answers cannot be forecast, from their notes."""
    notes = rows[["option", "note"]].dropna().itertuples(index=False)
    reasons = (n.partition(AND)[2] if option == PROPOSED else n for option, n in notes)
    return list(dict.fromkeys(reason for reason in reasons if reason))


def _effect(query: str, rows: pd.DataFrame) -> Effect:
    primary = rows["role"].eq(PRIMARY).fillna(False).to_numpy(dtype=bool)
    mine, others = _largest(rows[primary]), _largest(rows[~primary])
    proposed = _proposed(rows[rows["option"] == PROPOSED])
    if mine:
        return Effect(query, _told(*mine) + proposed, mine[0], others[0] if others else 0.0)
    if rows["estimate_row"].isna().all():
        return Effect(query, NOT_FORECAST + "; ".join(why_of(rows)))
    moved = bool(rows.loc[primary, "change"].fillna(0).ne(0).any())
    words = BESIDE if moved else NONE
    if others:
        return Effect(query, f"{words}; {_told(*others)}{proposed}", 0.0, others[0])
    return Effect(query, words + proposed)


def _proposed(rows: pd.DataFrame) -> str:
    """Return in words what comes of the value that another place has; nothing without one."""
    if rows.empty:
        return ""
    if rows["estimate_row"].isna().all():
        return f"; {PROPOSED}: {NOT_FORECAST}{'; '.join(why_of(rows))}"
    source = str(rows["note"].iloc[0]).partition(AND)[0]
    primary = rows["role"].eq(PRIMARY).fillna(False).to_numpy(dtype=bool)
    found = _largest(rows[primary]) or _largest(rows[~primary])
    return f"; {PROPOSED} ({source}): {_told(*found) if found else 'no estimate changes'}"


def _told(size: float, row: str) -> str:
    return f"{size:.{SHOWN}f} SE on {row}" if round(size, SHOWN) else f"under 0.001 SE on {row}"


def _largest(rows: pd.DataFrame) -> tuple[float, str] | None:
    """Return the largest change in standard errors, and of which estimate; None where none is."""
    sizes = pd.to_numeric(rows["change_in_errors"]).abs().astype("float64").fillna(0.0)
    if not (sizes > 0).any():
        return None
    return float(sizes.max()), str(rows.loc[sizes.idxmax(), "estimate_row"])
