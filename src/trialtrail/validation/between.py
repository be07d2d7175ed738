"""Check the validated tables against each other, until nothing more is set aside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from trialtrail.tables import columns_in, read_rows
from trialtrail.validation.contracts import key_of, load_model, references
from trialtrail.validation.cross_checks import Plan, RowFindings, all_findings
from trialtrail.validation.findings import finding, findings_frame
from trialtrail.validation.most import most_set_aside
from trialtrail.validation.set_aside import Aside, Scopes
from trialtrail.validation.whole_columns import is_of_column

OF_FORMS = ["participant_id", "completed_on", "_export", "_file", "_line", "record"]
"""Columns of a form that the checks between tables look at; the study's own may need more."""
OF_CONTACTS = ["provider_id", "contact_on", "participant_id", "_export", "_file", "_line", "record"]
"""Columns of the contacts that these checks look at, beside those by which contacts count."""
SHOWN = 80
"""Characters of a value that a query shows."""


def check_tables(
    tables: dict[str, pd.DataFrame],
    findings: pd.DataFrame,
    actions: Mapping[str, str],
    plan: Plan,
    headings: Mapping[str, Mapping],
    answered: tuple[Collection[tuple], Collection[tuple]] = ((), ()),
) -> pd.DataFrame:
    """Return all findings: those of the single tables and those between them.

    A row set aside takes with it what refers to it, so the checks are repeated until nothing more
    is set aside. What an earlier pass found that stays in use, and the last pass no longer finds,
    came of what is set aside: it is no finding. A table of which a whole column that it needs is
    wrong or missing is not checked against the others, for all that would be found has that cause.
    Rows and cells set aside are taken out of
    ``tables``, which may be large.

    Args:
        tables: the checked tables.
        findings: those of the single tables.
        actions: what findings do where that is configured.
        plan: what is checked.
        headings: table -> export -> column of the table -> column of the file.
        answered: what people accepted, which sets nothing aside, and what they set aside, as
            `findings.cells_of` names them.
    """
    scopes, whole = Scopes(actions, headings, plan.needed, *answered), dict(tables)
    apart = unfit(findings, scopes)
    findings = scopes.of(findings)
    aside = Aside.by(findings)
    earlier = findings_frame([])
    while True:
        for name in tables:
            tables[name] = aside.applied(name, tables[name])
        found = []
        fit = {name: frame for name, frame in tables.items() if name not in apart}
        for each in all_findings(fit, plan):
            found += findings_of(each, tables[each.table], headings[each.table])
        last = scopes.of(findings_frame(found))
        new = Aside.by(last)
        if new <= aside:
            earlier = earlier[aside.explains(earlier)]
            found = pd.concat([findings, earlier, last], ignore_index=True).drop_duplicates()
            most = findings_frame(most_set_aside(found, whole, actions))
            return pd.concat([found, most], ignore_index=True) if len(most) else found
        aside |= new
        earlier = pd.concat([earlier, last], ignore_index=True)


def unfit(findings: pd.DataFrame, scopes: Scopes) -> set[str]:
    """Return the tables whose records say nothing, for a column that they need is at fault."""
    messages = findings["message"].fillna("").map(is_of_column)
    columns = findings[messages.to_numpy(dtype=bool) | findings["rule"].eq("columns").to_numpy()]
    return {row.table for row in columns.itertuples() if scopes.takes_all(row)}


def findings_of(found_rows: RowFindings, frame: pd.DataFrame, headings: dict) -> list[dict]:
    """Return a finding for each row of ``frame`` that a check has found."""
    found: list[dict] = []
    rows = found_rows.rows.to_numpy(dtype=bool)
    if not rows.any():  # most checks find nothing, and a frame of no rows costs as much as one
        return found
    for row in frame[rows].to_dict("records"):
        heading = headings.get(row["_export"], {})
        value = row.get(found_rows.column)
        text = value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
        found.append(
            finding(
                found_rows.rule,
                found_rows.table,
                found_rows.message,
                export=row["_export"],
                file=row["_file"],
                line=row["_line"],
                record=row["record"],
                column=heading.get(found_rows.column, found_rows.column),
                found=text if len(text) <= SHOWN else text[: SHOWN - 1] + "…",
            )
        )
    return found


def plan_of(params: Any) -> Plan:
    """Return the plan of the checks from the parameters of a rule."""
    forms = params.forms
    schemas = {name: load_model(name, name in forms).to_schema() for name in params.tables}
    return Plan(
        links={name: references(schema) for name, schema in schemas.items()},
        needed={name: needed_columns(schema, name in forms) for name, schema in schemas.items()},
        forms=forms,
        follow_up=params.follow_up,
        is_visit=params.is_visit,
        offered=params.offered,
        any_contact=params.any_contact,
        checks=params.checks,
        readers=params.readers,
        keys={name: key_of(schemas[name]) for name in params.tables if name not in forms},
    )


def needed_columns(schema, is_form: bool) -> list[str]:
    """Return the columns of a table without which a record of it says nothing.

    Of a form it is the key: its variables stand or fall by themselves.
    """
    if is_form:
        return [*key_of(schema), "instance"]
    whole = [name for name, column in schema.columns.items() if not column.nullable]
    return list(dict.fromkeys([*key_of(schema), *references(schema), *whole]))


def read_checked(paths: Mapping[str, str], params: Any) -> dict[str, pd.DataFrame]:
    """Return the checked tables; of a form only what the checks between tables look at.

    All tables are held at once, so what no check looks at is left out of the longest as well, the
    contacts.
    """
    return {name: _read(name, path, params) for name, path in paths.items()}


def _read(name: str, path: str, params: Any) -> pd.DataFrame:
    asked = params.check_columns.get(name, [])
    if name in params.forms:
        return read_rows(path, dict.fromkeys([*OF_FORMS, *asked]))
    if name != "contacts":
        return read_rows(path)
    wanted = {*OF_CONTACTS, *params.is_visit, *asked}
    return read_rows(path, [each for each in columns_in(path) if each in wanted])
