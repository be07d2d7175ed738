"""List every finding of the validation as a query, and what queries set aside."""

import pandas as pd

from trialtrail.record import run
from trialtrail.tables import read_table, write_csv, write_table
from trialtrail.validation.evidence import with_evidence
from trialtrail.validation.findings import QUERY_COLUMNS, list_set_aside, number_queries


def main(job):
    """Read the findings; write the queries and the places of what is set aside."""
    parts = [read_table(job.input.findings), read_table(job.input.plausibility)]
    findings = pd.concat(parts, ignore_index=True)
    raw = dict(zip(job.params.tables, job.input.raw, strict=True))
    queries = with_evidence(number_queries(findings, job.params.severities), raw)
    write_csv(queries[QUERY_COLUMNS], job.output.queries)
    write_table(queries, job.output.numbered)
    write_table(list_set_aside(findings, queries), job.output.set_aside)


run(main, globals())
