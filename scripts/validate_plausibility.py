"""Validate what is odd and may still be right, and list every finding as a query."""

import pandas as pd

from trialtrail.record import Rows, note, run
from trialtrail.tables import read_rows, read_table, write_csv, write_result, write_table
from trialtrail.validation.evidence import with_evidence
from trialtrail.validation.findings import QUERY_COLUMNS, list_set_aside, number_queries
from trialtrail.validation.plausibility.check import check_plausibility, sheets_in_use
from trialtrail.validation.resolutions import SIGNED, account, states_of, with_states
from trialtrail.validation.set_aside import Aside

from schemas.results.accounts import Resolutions
from schemas.results.base import conform


def with_answers(queries: pd.DataFrame, job) -> pd.DataFrame:
    """Return the queries of both layers with their status; write and note what became of answers.

    Args:
        queries: those that are left when the answers lie over the raw data.
        job: has the answers, and as `before` the queries of the raw data.
    """
    answers = read_table(job.input.answers)
    queries, states = with_states(read_table(job.input.before), queries, states_of(answers))
    write_result(conform(account(answers, states), Resolutions), job.output.resolutions)
    for answer in answers.to_dict("records"):
        query, signed = answer["query_id"], {name: answer[name] for name in SIGNED}
        note("resolution", query=query, state=states[query], **signed)
    return queries


def main(job):
    """Read the checked tables and the findings; write all queries, and what they set aside."""
    params = job.params
    findings = read_table(job.input.findings)
    aside = Aside.by(findings)
    sheets, rows = {}, {}
    for table, path in zip(params.tables, job.input.checked, strict=True):
        tables = {table: read_rows(path)}  # one at a time: what is set aside is not kept
        sheets |= sheets_in_use(tables, aside, params)
        read, used = len(tables[table]), len(sheets[table].frame)
        rows[table] = Rows(read, used, {"a finding": read - used})
        tables.clear()
    odd = check_plausibility(sheets, params, findings)
    findings = pd.concat([findings, odd], ignore_index=True)
    raw = dict(zip(params.tables, job.input.raw, strict=True))
    numbered = with_evidence(number_queries(findings, params.severities), raw)
    queries = with_answers(numbered, job) if job.input.get("answers") else numbered
    write_csv(queries[QUERY_COLUMNS], job.output.queries)
    write_table(queries, job.output.numbered)
    write_table(list_set_aside(findings, numbered), job.output.set_aside)
    return rows


run(main, globals())
