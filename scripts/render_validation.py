"""Render the validation for people: queries by rule, rows per step, what is missing or changed."""

from pathlib import Path

import pandas as pd
from markupsafe import Markup

from trialtrail.forecast.query_effects import Effect, effects_of, sorted_by_effect
from trialtrail.pages import render_page
from trialtrail.record import Rows, run
from trialtrail.report.fonts import inlined
from trialtrail.results.workbooks import write_workbook
from trialtrail.tables import read_result, read_table, write_result
from trialtrail.validation.findings import PLACE, RESOLVED, read_queries
from trialtrail.validation.missingness import COLUMNS, count_missing, count_missing_by_arm, patterns
from trialtrail.validation.resolutions import NEEDED, NOTES, to_answer
from trialtrail.validation.rules import ACTIONS, action, kind_of
from trialtrail.validation.set_aside import ROW

from schemas.results.accounts import FormPatterns, Missing
from schemas.results.base import conform

SHOWN = 20
"""Queries with the largest effects that the page lists first."""
MANY = 200
"""Queries of one rule that the page lists; the file has them all."""


def by_rule(queries: pd.DataFrame, actions: dict[str, str]) -> list[dict]:
    """Return the rules that queries break, in their order, each with its queries."""
    order = {rule: place for place, rule in enumerate(ACTIONS)}
    found = []
    for rule, mine in queries.groupby("rule", sort=False):
        found.append(
            {
                "rule": rule,
                "does": action(rule, actions).replace("_", " "),
                "severity": mine["severity"].iloc[0],
                "count": len(mine),
                "open": int((mine["status"] == "open").sum()),
                "queries": mine.head(MANY).astype(object).to_dict("records"),
                "more": max(0, len(mine) - MANY),
            }
        )
    return sorted(found, key=lambda each: (order[kind_of(each["rule"])], each["rule"]))


def largest_effects(queries: pd.DataFrame, effects: list[Effect]) -> list[dict]:
    """Return the queries with the largest effects on estimates, the largest first."""
    sizes = {each.query: each.primary or each.other for each in effects}
    moving = queries[queries["query_id"].map(sizes).fillna(0) > 0]
    return moving.head(SHOWN).astype(object).to_dict("records")


def totals(queries: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return how many queries there are of each status and of each severity."""
    return {
        "status": {
            name: int((queries["status"] == name).sum()) for name in ("open", "resolved", "stale")
        },
        "severity": {
            name: int((queries["severity"] == name).sum()) for name in ("error", "warning", "note")
        },
    }


def steps(rows: pd.DataFrame, aside: pd.DataFrame) -> list[dict]:
    """Return the account of each table and export: rows in, rows out, and why rows are aside.

    A row is counted once, under the rule that is reported first.
    """
    first = aside[aside["scope"] == ROW].drop_duplicates(PLACE)
    counts = first.groupby(["table", "export", "rule"]).size()
    found = []
    for row in rows.to_dict("records"):
        mine = {
            rule: int(n)
            for (table, export, rule), n in counts.items()
            if (table, export) == (row["table"], row["export"])
        }
        cells = "" if pd.isna(row["of_columns"]) else row["of_columns"]
        found.append(row | {"reasons": mine, "of_columns": cells})
    return found


def matrix(missing: pd.DataFrame, labels: dict[str, str], arms: list[dict]) -> list[dict]:
    """Return the tables with their columns, and for each the share missing in all and by arm."""
    found = []
    for table, mine in missing.groupby("table", sort=False):
        whole = mine[mine["arm"] == ""]
        cells = mine.set_index(["column", "arm"])
        found.append(
            {
                "table": table,
                "label": labels.get(table, table),
                "rows": int(whole["n"].iloc[0]) if len(whole) else 0,
                "by_arm": bool((mine["arm"] != "").any()),
                "columns": [
                    {
                        "name": name,
                        "cells": [
                            _cell(cells, name, arm) for arm in ("", *(each["id"] for each in arms))
                        ],
                    }
                    for name in whole["column"]
                    if cells.loc[(name, ""), "missing"]
                ],
            }
        )
    return found


def _cell(cells: pd.DataFrame, name: str, arm: str) -> dict | None:
    if (name, arm) not in cells.index:
        return None
    row = cells.loc[(name, arm)]
    share = row["percent"]
    return {
        "missing": int(row["missing"]),
        "percent": None if pd.isna(share) else float(share),
    }


def tabulate_missing(job, participants: pd.DataFrame, frames: dict) -> pd.DataFrame:
    """Return the missing cells of every validated table, and of the forms by arm.

    Columns that the study does not supply are not missing.
    """
    arms = [arm["id"] for arm in job.params.arms]
    found = []
    for name, path in zip(job.params.tables, job.input.tables, strict=True):
        columns = set(job.params.supplied[name])
        found += count_missing(name, path, columns)
        if name in frames:
            found += count_missing_by_arm(name, frames[name], columns, participants, arms)
    return pd.DataFrame(found, columns=COLUMNS)


def main(job):
    """Read queries, accounts and validated tables; write page, workbook and what is missing."""
    files = dict(zip(job.params.tables, job.input.tables, strict=True))
    known = ["participant_id", "arm"]
    people = [files[name] for name in ("participants",) if name in files]
    participants = read_table(people[0], known) if people else pd.DataFrame(columns=known)
    forms = {name: each["columns"] for name, each in job.params.forms.items()}
    frames = {name: read_table(files[name]) for name in forms}
    missing = tabulate_missing(job, participants, frames)
    write_result(conform(missing, Missing), job.output.missing)
    rules = {n: each["took_place"] for n, each in job.params.forms.items() if "took_place" in each}
    together = patterns(participants, forms, frames, [arm["id"] for arm in job.params.arms], rules)
    write_result(conform(together, FormPatterns), job.output.patterns)
    queries = read_queries(job.input.queries)
    effects = [each for path in job.input.effects for each in effects_of(read_result(path))]
    shown = sorted_by_effect(queries, effects) if job.input.effects else queries
    filled = to_answer(shown[shown["status"] != RESOLVED])
    write_workbook(filled, job.output.workbook, "Queries", to_fill=NEEDED[1:], notes=NOTES)
    labels = {name: each["label"] for name, each in job.params.forms.items()}
    folder = Path(job.input.page).parent
    render_page(
        job.input.page,
        job.output.page,
        css=Markup(inlined(Path(job.input.css).read_text(encoding="utf-8"), folder)),
        title=job.params.title,
        synthetic=job.params.synthetic,
        arms=job.params.arms,
        forms=labels,
        totals=totals(queries),
        rules=by_rule(shown, job.params.actions),
        effects=largest_effects(shown, effects) if job.input.effects else None,
        steps=steps(read_result(job.input.rows), read_table(job.input.set_aside)),
        missing=matrix(missing, labels, job.params.arms),
        patterns=together.to_dict("records"),
        exports=_records(job.input.exports),
        changed=_records(job.input.normalisation),
        resolutions=[row for path in job.input.resolutions for row in _records(path)],
    )
    sizes = {name: len(frame) for name, frame in frames.items()}
    return {name: Rows(read=size, used=size) for name, size in sizes.items()}


def _records(path: str) -> list[dict]:
    frame = read_result(path)
    return frame.astype(object).where(frame.notna(), "").to_dict("records")


run(main, globals())
