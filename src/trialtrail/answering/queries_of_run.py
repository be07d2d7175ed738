"""The queries of the last run, with their effects and what became of earlier answers.

An answer is to a query of the untouched raw data, so the list is that of the validation before any
answer lies over it, also where a finding stopped the run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.forecast.query_effects import Effect, effects_of
from trialtrail.forecast.sealed_run import AGAIN, RECORDS, SealedRun
from trialtrail.tables import read_result, read_table
from trialtrail.validation.findings import OPEN

DRAFT = "results/validation/draft/queries.parquet"
CORRECTED = "results/validation/corrected"
EFFECTS = "results/validation/query_effects.csv"
RULES = ("validate_*", "resolve_queries", "forecast_query_effects")
"""Names of the records that are read: of the checks, of the answers, of the effects."""
GRAVEST = ("error", "warning", "note")


@dataclass(frozen=True)
class QueriesOfRun:
    """What a run says of its queries.

    Attributes:
        run: the jobs that checked the raw data.
        queries: query_id -> what the list says of it, in the order in which they are shown.
        arisen: names of the queries that only came up with the answers over the raw data.
        status: query_id -> its status at the end of the run.
        applied: query_id -> digest of the answer that the run applied.
        effects: query_id -> its effect; None where effects were not forecast.
        options: the table of effects, one row an answer and an estimate; None as `effects`.
    """

    run: SealedRun
    queries: dict[str, dict[str, Any]]
    arisen: list[str] = field(default_factory=list)
    status: dict[str, str] = field(default_factory=dict)
    applied: dict[str, str] = field(default_factory=dict)
    effects: dict[str, Effect] | None = None
    options: pd.DataFrame | None = None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The queries as a frame, as `resolutions.sort_out` takes them."""
        return pd.DataFrame(list(self.queries.values()))


def records_of(results: Path) -> list[Path]:
    """Return the records of the run that are read, by name."""
    folder = results / RECORDS
    return sorted(path for name in RULES for path in folder.glob(f"{name}.json"))


def read_queries_of_run(results: Path) -> QueriesOfRun:
    """Return the queries of the last run.

    Raises:
        StudyError: there is none, or a run is going on and has taken its files away.
    """
    paths = records_of(results)
    if not any(path.stem == "validate_plausibility" for path in paths):
        raise StudyError(
            "No list of queries is here, or a run is making it anew",
            where=results.as_posix(),
            rule="queries are those of a run",
            remedy="wait for the run to end, or begin one: snakemake --cores 4 validate",
        )
    run = SealedRun.read(results, paths)
    frame = read_table(run.path(DRAFT))
    frame = frame.astype({"line": "Int64"})
    effects = options = None
    if run.has("forecast_query_effects"):
        options = read_result(run.path(EFFECTS))
        effects = {each.query: each for each in effects_of(options)}
    queries = {
        row["query_id"]: row | {"line": None if pd.isna(row["line"]) else int(row["line"])}
        for row in _in_order(frame, effects).astype(object).to_dict("records")
    }
    if not run.has("validate_corrected_plausibility"):
        return QueriesOfRun(run, queries, effects=effects, options=options)
    after = read_table(run.path(f"{CORRECTED}/queries.parquet"))
    answers = read_table(run.path(f"{CORRECTED}/answers.parquet"))
    status = dict(zip(after["query_id"], after["status"], strict=True))
    applied = answers[answers["state"] != "stale"]
    return QueriesOfRun(
        run,
        queries,
        sorted(set(status) - set(queries)),
        {name: status.get(name, OPEN) for name in queries},
        dict(zip(applied["query_id"], applied["answer_sha256"], strict=True)),
        effects,
        options,
    )


def _in_order(frame: pd.DataFrame, effects: dict[str, Effect] | None) -> pd.DataFrame:
    """Return queries by their effect, the largest first; without effects by how grave they are."""
    places = {query: place for place, query in enumerate(effects or {})}
    order = frame["query_id"].map(places).fillna(len(places)).astype("int64")
    grave = frame["severity"].map({name: n for n, name in enumerate(GRAVEST)}).astype("int64")
    by = pd.DataFrame({"order": order, "grave": grave}).sort_values(
        ["order", "grave"], kind="stable"
    )
    return frame.loc[by.index]


__all__ = ["AGAIN", "QueriesOfRun", "read_queries_of_run", "records_of"]
