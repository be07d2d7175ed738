"""The effect of each open query: the estimates with what it asks about used, and set aside.

Where another place has a value for the cell, so with that too (see `proposals`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.forecast.corrections import (
    answer,
    earlier_answers,
    is_as_now,
    queries_of,
    together,
)
from trialtrail.forecast.forecast import Forecast, Shift, as_in_the_run, forecast
from trialtrail.forecast.narrowing import OWN, PRIMARY
from trialtrail.forecast.proposals import Proposal, Proposals
from trialtrail.forecast.query_effects import PROPOSED, with_source
from trialtrail.forecast.sealed_run import SealedRun
from trialtrail.tables import read_table
from trialtrail.validation.findings import OPEN
from trialtrail.validation.resolutions import ACCEPTED, SET_ASIDE

OPTIONS = {ACCEPTED: "as it is", SET_ASIDE: "set aside"}
"""Answers that need no new value -> what they are called in the table."""
QUERIES = "results/validation/queries.csv"
OF_ESTIMATE = ("analysis", "role", "outcome", "timepoint", "measure")
NUMBERS = ("estimate", "lower", "upper", "p", "p_adjusted")


@dataclass(frozen=True)
class Option:
    """What comes of one answer to a query.

    Attributes:
        query: its name.
        option: the answer, as the table calls it.
        found: the forecast; None where it cannot be made.
        why: why it cannot.
        source: of a proposed value, from where it is.
    """

    query: str
    option: str
    found: Forecast | None
    why: str = ""
    source: str = ""

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
    proposals = Proposals(run, queries, before)
    found: list[Option] = []
    for query in open_queries:
        found += [_option(run, queries, before, at_work, query, value, scope) for value in OPTIONS]
        if proposal := proposals.of(query):
            found.append(_corrected(run, queries, query, proposal, scope))
    return found


def _corrected(
    run: SealedRun, queries: pd.DataFrame, query: str, proposal: Proposal, scope: str
) -> Option:
    try:
        asked = together(run, answer(queries, query, proposal.text))
        found = forecast(run, asked, scope=scope)
    except StudyError as refusal:
        return Option(query, PROPOSED, None, refusal.what, proposal.source)
    return Option(query, PROPOSED, found, source=proposal.source)


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


def table_of_options(options: Sequence[Option]) -> pd.DataFrame:
    """Return what comes of the answers, as the contract `QueryEffects` has it."""
    from schemas.results.query_effects import QueryEffects

    rows = [row for each in options for row in _rows(each)]
    return pd.DataFrame(rows, columns=list(QueryEffects.to_schema().columns))


def _rows(option: Option) -> Iterator[dict[str, Any]]:
    about = {"query_id": option.query, "option": option.option}
    name = f"{option.query}.{option.option.replace(' ', '_')}"
    if option.found is None:
        yield about | {"row": name, "note": with_source(option.source, option.why)}
        return
    shown = [s for s in option.found.shifts if s.changed or s.about["role"] == PRIMARY]
    if not shown:
        why = "the run has no primary estimate, and no other changes"
        yield about | {"row": name, "note": with_source(option.source, why)}
    for shift in shown:
        why = "" if shift.then else "the run with it has no such estimate"
        own = {"row": f"{name}.{shift.about['row']}", "note": with_source(option.source, why)}
        yield about | _of(shift) | own


def _of(shift: Shift) -> dict[str, Any]:
    then: Mapping[str, str] = shift.then
    return {
        "estimate_row": shift.about["row"],
        **{name: shift.about[name] for name in OF_ESTIMATE},
        **{name: float(then[name]) if then.get(name) else None for name in NUMBERS},
        "change": shift.change,
        "change_in_errors": shift.in_errors,
        "conclusion_changes": shift.concludes_otherwise,
    }
