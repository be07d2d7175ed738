"""The effect of each open query: the estimates with what it asks about used, and set aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.forecast.corrections import (
    answer,
    earlier_answers,
    is_as_now,
    queries_of,
    together,
)
from trialtrail.forecast.forecast import Forecast, Shift, as_in_the_run, forecast, largest
from trialtrail.forecast.narrowing import OWN, PRIMARY
from trialtrail.forecast.sealed_run import SealedRun
from trialtrail.tables import read_table
from trialtrail.validation.findings import OPEN
from trialtrail.validation.resolutions import ACCEPTED, SET_ASIDE

OPTIONS = {ACCEPTED: "as it is", SET_ASIDE: "set aside"}
"""Answers that need no new value -> what they are called in the table."""
QUERIES = "results/validation/queries.csv"
NONE = "none: reaches no primary estimate"
NOT_FORECAST = "not forecast: "


@dataclass(frozen=True)
class Option:
    """What comes of one answer to a query.

    Attributes:
        query: its name.
        option: the answer, as the table calls it.
        found: the forecast; None where it cannot be made.
        why: why it cannot.
    """

    query: str
    option: str
    found: Forecast | None
    why: str = ""

    @property
    def moved(self) -> list[Shift]:
        """The estimates that change."""
        return [shift for shift in self.found.shifts if shift.changed] if self.found else []


def effects_of_queries(
    run: SealedRun, open_queries: Sequence[str] | None = None, scope: str = OWN
) -> list[Option]:
    """Return what comes of each answer to each open query, in the order of the list.

    Args:
        run: the run.
        open_queries: their names; those of the run by itself.
        scope: which estimates are forecast (see `narrowing`).
    """
    from trialtrail.validation.findings import read_queries

    if open_queries is None:
        listed = read_queries(run.path(QUERIES))
        open_queries = listed.loc[listed["status"] == OPEN, "query_id"].tolist()
    queries, before = queries_of(run), earlier_answers(run)
    layer = "corrected" if run.has("resolve_queries") else "draft"
    aside = read_table(run.path(f"results/validation/{layer}/set_aside.parquet"))
    at_work = set(aside["query_id"])
    return [
        _option(run, queries, before, at_work, query, value, scope)
        for query in open_queries
        for value in OPTIONS
    ]


def _option(
    run: SealedRun,
    queries: pd.DataFrame,
    before: pd.DataFrame,
    aside: set[str],
    query: str,
    value: str,
    scope: str,
) -> Option:
    try:
        own = answer(queries, query, value)
        asked = together(run, own)
        if is_as_now(own, before, aside):
            return Option(query, OPTIONS[value], as_in_the_run(run, asked, scope=scope))
        return Option(query, OPTIONS[value], forecast(run, asked, scope=scope))
    except StudyError as refusal:
        return Option(query, OPTIONS[value], None, refusal.what)


@dataclass(frozen=True)
class Effect:
    """The effect of a query: the largest change that any answer to it makes.

    Attributes:
        query: its name.
        primary: the primary estimate that changes most.
        other: the estimate of another outcome of the plan that changes most.
        words: the effect in words.
    """

    query: str
    primary: Shift | None
    other: Shift | None
    words: str

    @property
    def order(self) -> tuple[float, float]:
        """By which queries are sorted: the largest effects first."""
        return tuple(-abs(s.in_errors or 0) if s else 0.0 for s in (self.primary, self.other))


def by_query(options: Sequence[Option]) -> list[Effect]:
    """Return the effect of each query, the largest first; queries with the same as they stood."""
    return sorted(_effects(options), key=lambda each: each.order)


def _effects(options: Sequence[Option]) -> Iterator[Effect]:
    for query in dict.fromkeys(each.query for each in options):
        mine = [each for each in options if each.query == query]
        shifts = [shift for each in mine for shift in each.moved]
        primary = largest([s for s in shifts if s.about["role"] == PRIMARY])
        other = largest([s for s in shifts if s.about["role"] != PRIMARY])
        yield Effect(query, primary, other, _words(mine, shifts, primary, other))


def _words(
    options: Sequence[Option],
    shifts: Sequence[Shift],
    primary: Shift | None,
    other: Shift | None,
) -> str:
    """Return the effect of a query in words."""
    if primary:
        return f"{_size(primary)} on {primary.about['row']}"
    if not any(each.found for each in options):
        return NOT_FORECAST + options[0].why
    if any(s.about["role"] == PRIMARY for s in shifts):
        return "changes no primary estimate, but what stands beside it"
    told = NONE
    return told + (f"; {_size(other)} on {other.about['row']}" if other else "")


def _size(shift: Shift) -> str:
    return f"{abs(shift.in_errors or 0):.3f} SE"


def tell_queries(options: Sequence[Option], top: int, *, as_json: bool) -> str:
    """Return the queries with the largest effects, each answer with what it moves most."""
    from runrecord.digest import json_text

    from trialtrail.forecast.telling import plain_effect, table_of_effects

    effects = by_query(options)[:top]
    by_name = {each.query: [o for o in options if o.query == each.query] for each in effects}
    if as_json:
        return json_text([plain_effect(each, by_name[each.query]) for each in effects]).rstrip()
    return table_of_effects(effects, by_name)
