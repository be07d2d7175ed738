"""Validate the tables against each other; tell every finding of the validation."""

import pandas as pd

from trialtrail.record import Rows, run
from trialtrail.tables import read_table, write_table
from trialtrail.validation.between import check_tables, plan_of, read_checked
from trialtrail.validation.resolutions import (
    accepted_cells,
    read_answers,
    removed_as_odd,
    removed_cells,
)


def main(job):
    """Read the checked tables and their findings; write all findings, those between them too."""
    paths = dict(zip(job.params.tables, job.input.checked, strict=True))
    tables = read_checked(paths, job.params)
    rows = {name: Rows(read=len(frame), used=len(frame)) for name, frame in tables.items()}
    answers = read_answers(job.input.get("answers"))
    findings = pd.concat(map(read_table, job.input.findings), ignore_index=True)
    if len(odd := removed_as_odd(answers)):
        findings = pd.concat([findings, odd], ignore_index=True)
    plan, actions, headings = plan_of(job.params), job.params.actions, job.params.headings
    answered = accepted_cells(answers), removed_cells(answers)
    findings = check_tables(tables, findings, actions, plan, headings, answered)
    write_table(findings, job.output.findings)
    return rows


run(main, globals())
