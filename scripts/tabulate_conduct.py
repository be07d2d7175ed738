"""Makes the table `conduct`: a row is a fact that the study states, and what its rows say of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.conduct.counting import (
    Counted,
    asked_in_words,
    of_cell,
    of_column,
    of_dates,
    of_estimates,
)
from trialtrail.record import Rows, run
from trialtrail.report.facts import STATED
from trialtrail.results.cells import Cells
from trialtrail.results.counts import count_row
from trialtrail.results.takes import TAKES, taken_by, takes, write_takes
from trialtrail.tables import read_table, write_result

from schemas.results.base import conform
from schemas.results.conduct import Conduct

BY_TABLES = {"column": of_column, "earlier": of_dates}
BY_CELLS = {"cell": of_cell, "estimates": of_estimates}


def fact_row(
    fact: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], cells: Cells
) -> dict[str, Any]:
    """Return the row of one fact, with what its cells take."""
    about = {"statement": fact["statement"], "otherwise": fact.get("otherwise")}
    if "stated_by" in fact:
        return {"row": fact["id"], **about, "source": fact["stated_by"], "verdict": STATED}
    rests = next(key for key in (*BY_TABLES, *BY_CELLS) if key in fact)
    counted = BY_TABLES[rests](fact, tables) if rests in BY_TABLES else BY_CELLS[rests](fact, cells)
    row = count_row(
        fact["id"],
        "",
        counted.n,
        counted.denominator,
        counted=counted.bearing,
        out_of=counted.out_of,
    )
    return {
        **row,
        **about,
        "rests_on": _rests_on(fact, rests),
        "source": fact.get("source") or _source(fact, rests, cells),
        "asked": asked_in_words(fact["holds"], fact["counted"]),
        "counted": fact["counted"],
        "others": _others(counted),
        "unknown": counted.unknown if counted.denominator is not None else None,
        "verdict": counted.verdict(fact["holds"]),
        TAKES: [
            *row[TAKES],
            *takes(("others", "unknown", "verdict"), *counted.out_of, *counted.untold),
        ],
    }


def _others(counted: Counted) -> int | None:
    if counted.n is None or counted.denominator is None:
        return None
    return counted.denominator - counted.n - counted.unknown


def _rests_on(fact: Mapping[str, Any], rests: str) -> str:
    if rests == "estimates":
        return "estimates"
    return f"{fact['earlier']} and {fact['later']}" if rests == "earlier" else str(fact[rests])


def _source(fact: Mapping[str, Any], rests: str, cells: Cells) -> str:
    """Return what a fact rests on that is counted in result tables, as readers call it."""
    if rests == "estimates":
        return f"Intervals of the {fact['estimates']['role']} outcomes, main analysis"
    table, _, name = fact["cell"].partition("#")
    name = name.partition("/")[0]
    row = cells.table(table).rows.get(name, {}) if table in cells.tables() else {}
    return row.get("label") or "a row that the study does not have"


def main(job) -> dict[str, Rows]:
    """Read the tables that facts rest on; write the facts."""
    paths = job.input.validated
    listed = [paths] if isinstance(paths, str) else list(paths)
    tables = {Path(path).stem: read_table(path) for path in listed}
    cells = Cells.of_files(job.input.tables)
    rows = [fact_row(fact, tables, cells) for fact in job.params.facts]
    table = pd.DataFrame(rows).drop(columns=TAKES, errors="ignore")
    write_result(conform(table, Conduct), job.output.table)
    write_takes(job.output.takes, {"conduct": taken_by(rows)})
    return {name: Rows(read=len(frame), used=len(frame)) for name, frame in tables.items()}


run(main, globals())
