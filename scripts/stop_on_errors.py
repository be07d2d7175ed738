"""Stop the run where the exports break a rule that nothing downstream can live with.

This rule stands between the checks and every result, so a run that stops here leaves the tables and
the report of the last good run as they are.
"""

import json

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.findings import RESOLVED, read_queries
from trialtrail.lineage import run
from trialtrail.rules import REMEDIES, STOP, action

SHOWN = 10
"""Findings told on the screen; the file has them all."""


def stopping(queries: pd.DataFrame, actions: dict[str, str]) -> pd.DataFrame:
    """Return the queries whose rule stops the run, but for those that are answered."""
    stops = queries["rule"].map(lambda rule: action(rule, actions)).eq(STOP)
    return queries[stops & queries["status"].ne(RESOLVED)]


def told(queries: pd.DataFrame, file: str) -> str:
    """Return the message for the screen: places and rules, never a value."""
    count = len(queries)
    lines = [f"{count} {'finding stops' if count == 1 else 'findings stop'} the run."]
    for query in queries.head(SHOWN).to_dict("records"):
        line = "" if pd.isna(query["line"]) else f", line {int(query['line'])}"
        column = f", column {query['column']}" if query["column"] else ""
        remedy = REMEDIES.get(query["rule"], "correct the record at the source")
        error = StudyError(
            f"{query['query_id']}: {query['message']}",
            where=f"{query['file'] or query['export']}{line}{column}",
            rule=query["rule"],
            remedy=remedy,
        )
        lines.append(error.text())
    if count > SHOWN:
        lines.append(f"... and {count - SHOWN} more.")
    lines.append(f"All findings with the values found: {file}. Earlier results are untouched.")
    return "\n".join(lines)


def main(job):
    """Read the queries; write the gate, or stop."""
    queries = read_queries(job.input.queries)
    stops = stopping(queries, job.params.actions)
    if len(stops):
        raise StudyError(told(stops, job.input.queries))
    with open(job.output.gate, "w", encoding="utf-8") as handle:
        json.dump({"queries": len(queries), "stopping": 0}, handle, sort_keys=True)
        handle.write("\n")


run(main, globals())
