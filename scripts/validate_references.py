"""Validate the tables against each other and list every finding of the validation as a query."""

import pandas as pd

from trialtrail.contracts import load_model, references
from trialtrail.cross_checks import Breach, all_breaches
from trialtrail.findings import (
    QUERY_COLUMNS,
    SET_ASIDE,
    STOP,
    action,
    finding,
    findings_frame,
    number_queries,
    rows_at,
)
from trialtrail.lineage import Rows, run
from trialtrail.tables import read_table, write_csv, write_table

PLACE = ["table", "export", "file", "line"]
OF_FORMS = ["participant_id", "completed_on", "_export", "_file", "_line", "record"]
"""Columns of a form that the checks between tables look at."""
SHOWN = 80
"""Characters of a value that a query shows."""


def with_action(findings: pd.DataFrame, actions: dict[str, str], *wanted: str) -> pd.DataFrame:
    """Return the findings whose rule does one of ``wanted``; there may be no finding at all."""
    return findings[findings["rule"].map(lambda rule: action(rule, actions)).isin(wanted)]


def rows_set_aside(findings: pd.DataFrame, actions: dict[str, str]) -> set[tuple]:
    """Return the place of each row that a finding sets aside (or would, if it stops)."""
    places = with_action(findings, actions, STOP, SET_ASIDE).dropna(subset=["line"])
    return set(places[PLACE].itertuples(index=False, name=None))


def in_use(table: str, frame: pd.DataFrame, aside: set[tuple]) -> pd.DataFrame:
    """Return the rows of ``table`` that nothing sets aside."""
    out = rows_at(frame, {tuple(place) for name, *place in aside if name == table})
    return frame[~out] if out.any() else frame


def check_tables(tables, findings, actions, links, follow_up, is_visit, headings) -> pd.DataFrame:
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
        for breach in all_breaches(tables, links, follow_up, is_visit):
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


def list_set_aside(findings: pd.DataFrame, queries: pd.DataFrame, actions) -> pd.DataFrame:
    """Return one row a record set aside and query: table, export, file, line, query_id, rule."""
    identity = ["export", "file", "line", "record", "column", "rule"]
    ids = queries[[*identity, "query_id"]]
    rows = with_action(findings, actions, SET_ASIDE)
    rows = rows.merge(ids, on=identity, how="left").dropna(subset=["line"])
    return rows[["table", "export", "file", "line", "query_id", "rule"]].drop_duplicates()


def main(job):
    """Read the checked tables and their findings; write the queries and the rows set aside."""
    names = job.params.tables
    tables = {
        name: read_table(path, OF_FORMS if name in job.params.forms else None)
        for name, path in zip(names, job.input.checked, strict=True)
    }
    rows = {name: Rows(read=len(frame), used=len(frame)) for name, frame in tables.items()}
    findings = pd.concat(map(read_table, job.input.findings), ignore_index=True)
    links = {
        name: references(load_model(name, name in job.params.forms).to_schema()) for name in names
    }
    actions = job.params.actions
    findings = check_tables(
        tables,
        findings,
        actions,
        links,
        job.params.follow_up,
        job.params.is_visit,
        job.params.headings,
    )
    queries = number_queries(findings)
    write_csv(queries[QUERY_COLUMNS], job.output.queries)
    write_table(list_set_aside(findings, queries, actions), job.output.set_aside)
    return rows


run(main, globals())
