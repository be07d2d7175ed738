"""List every finding of the validation as a query, and the rows that queries set aside."""

import pandas as pd

from trialtrail.findings import QUERY_COLUMNS, SET_ASIDE, number_queries, with_action
from trialtrail.lineage import run
from trialtrail.tables import read_table, write_csv, write_table


def list_set_aside(findings: pd.DataFrame, queries: pd.DataFrame, actions) -> pd.DataFrame:
    """Return one row a record set aside and query: table, export, file, line, query_id, rule."""
    identity = ["export", "file", "line", "record", "column", "rule"]
    ids = queries[[*identity, "query_id"]]
    rows = with_action(findings, actions, SET_ASIDE)
    rows = rows.merge(ids, on=identity, how="left").dropna(subset=["line"])
    return rows[["table", "export", "file", "line", "query_id", "rule"]].drop_duplicates()


def main(job):
    """Read the findings; write the queries and the places of the rows set aside."""
    parts = [read_table(job.input.findings), read_table(job.input.plausibility)]
    findings = pd.concat(parts, ignore_index=True)
    queries = number_queries(findings, job.params.severities)
    write_csv(queries[QUERY_COLUMNS], job.output.queries)
    write_table(list_set_aside(findings, queries, job.params.actions), job.output.set_aside)


run(main, globals())
