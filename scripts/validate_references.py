"""Validate the tables against each other; tell every finding of the validation."""

import pandas as pd

from trialtrail.contracts import load_model, references
from trialtrail.cross_checks import Breach, Plan, all_breaches
from trialtrail.findings import PLACE, finding, findings_frame, in_use, rows_set_aside
from trialtrail.lineage import Rows, run
from trialtrail.tables import read_table, write_table

OF_FORMS = ["participant_id", "completed_on", "_export", "_file", "_line", "record"]
"""Columns of a form that the checks between tables look at; the study's own may need more."""
SHOWN = 80
"""Characters of a value that a query shows."""


def check_tables(tables, findings, actions, plan, headings) -> pd.DataFrame:
    """Return all findings: those of the single tables and those between them.

    A row set aside takes with it what refers to it, so the checks are repeated until nothing more
    is set aside. What an earlier pass found of a row that stays in use, and the last pass no longer
    finds, came of rows that are set aside: it is no finding. The rows set aside are taken out of
    ``tables``, which may be large.
    """
    aside = rows_set_aside(findings, actions)
    earlier = findings_frame([])
    while True:
        for name in tables:
            tables[name] = in_use(name, tables[name], aside)
        found = []
        for breach in all_breaches(tables, plan):
            found += told(breach, tables[breach.table], headings[breach.table])
        last = findings_frame(found)
        new = rows_set_aside(last, actions) - aside
        if not new:
            earlier = of_rows(earlier, aside)
            return pd.concat([findings, earlier, last], ignore_index=True).drop_duplicates()
        aside |= new
        earlier = pd.concat([earlier, last], ignore_index=True)


def of_rows(findings: pd.DataFrame, places: set[tuple]) -> pd.DataFrame:
    """Return the findings of the rows at ``places``."""
    mine = findings[PLACE].itertuples(index=False, name=None)
    return findings[pd.Series([place in places for place in mine], findings.index, dtype=bool)]


def told(breach: Breach, frame: pd.DataFrame, headings: dict) -> list[dict]:
    """Return a finding for each row of ``frame`` that the breach is of."""
    found = []
    for row in frame[breach.rows.to_numpy(dtype=bool)].to_dict("records"):
        heading = headings.get(row["_export"], {})
        value = row.get(breach.column)
        text = value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
        found.append(
            finding(
                breach.rule,
                breach.table,
                breach.message,
                export=row["_export"],
                file=row["_file"],
                line=row["_line"],
                record=row["record"],
                column=heading.get(breach.column, breach.column),
                found=text if len(text) <= SHOWN else text[: SHOWN - 1] + "…",
            )
        )
    return found


def read(name: str, path: str, job) -> pd.DataFrame:
    """Return a checked table; of a form only what the checks look at."""
    if name not in job.params.forms:
        return read_table(path)
    more = job.params.check_columns[name]
    return read_table(path, dict.fromkeys([*OF_FORMS, *more]))


def main(job):
    """Read the checked tables and their findings; write all findings, those between them too."""
    names, forms = job.params.tables, job.params.forms
    paths = zip(names, job.input.checked, strict=True)
    tables = {name: read(name, path, job) for name, path in paths}
    rows = {name: Rows(read=len(frame), used=len(frame)) for name, frame in tables.items()}
    findings = pd.concat(map(read_table, job.input.findings), ignore_index=True)
    plan = Plan(
        links={name: references(load_model(name, name in forms).to_schema()) for name in names},
        forms=forms,
        follow_up=job.params.follow_up,
        is_visit=job.params.is_visit,
        offered=job.params.offered,
        any_contact=job.params.any_contact,
        checks=job.params.checks,
    )
    findings = check_tables(tables, findings, job.params.actions, plan, job.params.headings)
    write_table(findings, job.output.findings)
    return rows


run(main, globals())
