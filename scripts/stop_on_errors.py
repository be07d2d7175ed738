"""Stop the run where the exports break a rule that nothing downstream can live with.

This rule stands between the checks and every result, so a run that stops here leaves the tables and
the report of the last good run as they are.
"""

import json

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.record import run
from trialtrail.validation.findings import RESOLVED, read_queries
from trialtrail.validation.rules import STOP, action
from trialtrail.validation.stops import told


def stopping(queries: pd.DataFrame, actions: dict[str, str]) -> pd.DataFrame:
    """Return the queries whose rule stops the run, but for those that are answered."""
    stops = queries["rule"].map(lambda rule: action(rule, actions)).eq(STOP)
    return queries[stops & queries["status"].ne(RESOLVED)]


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
