"""All that may be odd in the rows in use of a study: which rules look at which tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from trialtrail.validation.cross_checks.configured import Side
from trialtrail.validation.findings import findings_frame
from trialtrail.validation.plausibility.coding_dates import coding_date_findings
from trialtrail.validation.plausibility.dates import date_findings
from trialtrail.validation.plausibility.digits import digit_findings
from trialtrail.validation.plausibility.drop_out import drop_out_findings
from trialtrail.validation.plausibility.duplicates import alike_findings, identical_findings
from trialtrail.validation.plausibility.empty_forms import (
    empty_form_findings,
    entered,
    undated_findings,
)
from trialtrail.validation.plausibility.measures import contact_measures, form_measures
from trialtrail.validation.plausibility.observed import RULE as OBSERVED
from trialtrail.validation.plausibility.observed import observed_findings
from trialtrail.validation.plausibility.outliers import outlier_findings
from trialtrail.validation.plausibility.patterns import Measure, pattern_findings
from trialtrail.validation.plausibility.sheet import Sheet
from trialtrail.validation.plausibility.straight_lines import straight_line_findings
from trialtrail.validation.set_aside import Aside

NUMBERED = {"contacts": ("contact_id",), "transcripts": ("document", "turns")}
"""Tables whose key is a number or name of the office, so that equal records are one, twice: the
columns that say nothing of that."""
PLACES = ("_export", "_file", "_line", "record")


UNREAD = ("columns", "type")
"""Rules that say why a column has no values: what follows from it is not told again."""


def check_plausibility(sheets: dict[str, Sheet], params, known: pd.DataFrame) -> pd.DataFrame:
    """Return the findings of all rules that the study has not left out.

    ``sheets`` are the tables in use; ``params`` are those of the rule; ``known`` are the findings
    of the checks before.
    """
    unread = set(known.loc[known["rule"].isin(UNREAD), "table"])
    rules = {
        "outlier": outliers,
        "digits": digits,
        "straight_line": straight_lines,
        "empty_form": empty_forms,
        "pattern": patterns,
        "drop_out": drop_outs,
        "nothing_observed": nothing_observed,
        "duplicate": duplicates,
        "implausible_date": dates,
    }
    found = []
    for rule, settings in params.plausibility.items():
        found += rules[rule](sheets, params, settings)
    found = [one for one in found if one["rule"] != OBSERVED or one["table"] not in unread]
    return findings_frame(found)


def outliers(sheets: dict[str, Sheet], params, settings: dict) -> Iterator[dict]:
    """Yield the outliers of every number."""
    for table, columns in params.numbers.items():
        yield from outlier_findings(sheets[table], columns, settings)


def digits(sheets: dict[str, Sheet], params, settings: dict) -> Iterator[dict]:
    """Yield the numbers whose last digits are preferred ones."""
    for table, columns in params.numbers.items():
        yield from digit_findings(sheets[table], columns, settings)


def straight_lines(sheets: dict[str, Sheet], params, settings: dict) -> Iterator[dict]:
    """Yield the records with long runs of one answer."""
    for table, batteries in params.batteries.items():
        yield from straight_line_findings(sheets[table], batteries, settings)


def empty_forms(sheets: dict[str, Sheet], params, settings: dict) -> Iterator[dict]:
    """Yield the forms that are all zeros for participants who lack another, or the form's day."""
    grouped = {form for together in params.timepoints for form in together}
    alone = [[form] for form in params.variables if form not in grouped]
    for together in [*params.timepoints, *alone]:
        mine = {form: entered(sheets[form], params.evidence[form]) for form in together}
        yield from empty_form_findings(mine, settings, params.took_place)
        for form in together:
            if form not in params.took_place:
                yield from undated_findings(form, mine, settings)


def patterns(sheets: dict[str, Sheet], params, settings: dict) -> Iterator[dict]:
    """Yield the providers, and other groups that the study names, that differ from the others."""
    for table in ("contacts", "provider_hours"):
        if table not in sheets:
            continue
        sheet = sheets[table]
        measures = (
            contact_measures(sheet, params.is_visit)
            if table == "contacts"
            else [Measure("mean", "hours", sheet.numbers("hours"))]
        )
        groups = sheet.frame["provider_id"]
        yield from pattern_findings(sheet, "provider_id", groups, measures, settings)
    tables = {name: sheet.frame for name, sheet in sheets.items()}
    for form in params.variables:
        for by in settings["by"]:
            groups = Side(tables, form).column(*by.split(".")).astype("string")
            measures = form_measures(
                sheets[form], params.numbers.get(form, []), params.variables[form]
            )
            yield from pattern_findings(sheets[form], by, groups, measures, settings)


def drop_outs(sheets: dict[str, Sheet], params, settings: dict) -> Iterator[dict]:
    """Yield the visits of the follow-up that one arm lacks more often than another."""
    if "participants" not in sheets:
        return
    people = sheets["participants"].frame
    for form in params.visits:
        variables, rule = params.evidence[form], params.took_place.get(form)
        yield from drop_out_findings(people, sheets[form], variables, params.arms, settings, rule)


def nothing_observed(sheets: dict[str, Sheet], params, settings: dict) -> Iterator[dict]:
    """Yield the outcomes of which nothing was observed, at all or in an arm."""
    if "participants" not in sheets:
        return
    people = sheets["participants"].frame
    for outcome in params.observed:
        yield from observed_findings(
            people, sheets[outcome["table"]], outcome, params.arms, settings
        )


def duplicates(sheets: dict[str, Sheet], params, settings: dict) -> Iterator[dict]:
    """Yield records that are there twice, and participants who are alike at baseline."""
    for table, apart in NUMBERED.items():
        if table in sheets:
            columns = [c for c in sheets[table].frame if c not in (*apart, *PLACES)]
            yield from identical_findings(sheets[table], columns, settings)
    for form in params.follow_up:
        columns = ["completed_on", *params.variables[form]]
        if len(columns) >= settings["least"]:
            yield from identical_findings(sheets[form], columns, settings)
    forms = [form for form in params.variables if form not in params.follow_up]
    if forms:
        sheet, columns = baseline(sheets, forms, params.variables)
        columns = [c for c in columns if not sheet.ignores(settings["ignore"], c)]
        yield from alike_findings(sheet, columns, settings)


def dates(sheets: dict[str, Sheet], params, settings: dict) -> Iterator[dict]:
    """Yield the days that cannot be, of all tables."""
    forms = [form for form in params.variables if form not in params.follow_up]
    yield from date_findings(sheets, forms, settings)
    yield from coding_date_findings(sheets)


def baseline(sheets: dict[str, Sheet], forms: list[str], variables: dict) -> tuple[Sheet, list]:
    """Return the first form of the baseline with the variables of all of them, and their names."""
    first = sheets[forms[0]]
    side = Side({form: sheets[form].frame for form in forms}, forms[0])
    frame, columns = first.frame, list(variables[forms[0]])
    for form in forms[1:]:
        more = {name: side.column(form, name) for name in variables[form]}
        frame, columns = frame.assign(**more), [*columns, *more]
    return Sheet(first.name, frame, first.headings, first.files), columns


def sheets_in_use(
    tables: Mapping[str, pd.DataFrame], aside: Aside, params: Any
) -> dict[str, Sheet]:
    """Return the rows of each table that nothing sets aside, with the headings of their files."""
    sheets = {}
    for table, frame in tables.items():
        used = aside.applied(table, frame).reset_index(drop=True)
        sheets[table] = Sheet(table, used, params.headings[table], params.files[table])
    return sheets
