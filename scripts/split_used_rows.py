"""Split the rows that are used from those that are set aside, or stop where a finding asks it.

A stop comes before anything is written, so that all tables and the report stay as they were.
"""

import json
import os
import shutil

import pandas as pd

from trialtrail.derive.populations import nameless
from trialtrail.record import Rows, run
from trialtrail.tables import read_table, write_csv, write_result, write_table
from trialtrail.validation.accounts import exports_read, forms_changed, queries_by_kind, reconcile
from trialtrail.validation.findings import PLACE, read_queries
from trialtrail.validation.project_accounts import project_elements
from trialtrail.validation.set_aside import PARTICIPANTS, ROW, Aside
from trialtrail.validation.split import (
    as_read,
    cells_set_aside,
    excluded,
    places_of,
    split_rows,
    still_withdrawn,
    table_set_aside,
)
from trialtrail.validation.stops import check_no_stop

from schemas.results.accounts import (
    Exports,
    Normalisation,
    ProjectElements,
    QueryCounts,
    RowAccounts,
)
from schemas.results.base import conform


def split_table(table: str, checked: str, raw: str, output: str, aside: pd.DataFrame, cells):
    """Write the rows of one table that are used; return its account, the others, its `Rows`.

    The others are the rows set aside, as they were read, with their queries.

    Args:
        table: the name of the table.
        checked: the file of its checked rows.
        raw: the file of the same rows as they were read.
        output: the file to write.
        aside: what is set aside of the table.
        cells: the cells set aside of all tables.
    """
    frame = read_table(checked)
    used = split_rows(frame, aside)
    kept = Aside.by(aside).applied(table, frame)
    if table == PARTICIPANTS:
        kept = excluded(still_withdrawn(kept, frame), aside)
        kept = kept.assign(participant_id=kept["participant_id"].fillna(nameless(kept)))
    write_table(kept.drop(columns="record"), output)
    others = as_read(read_table(raw), frame, used, aside)
    places = aside[aside["scope"] == ROW].drop_duplicates(PLACE)
    reasons = places["rule"].value_counts().to_dict()
    rows = Rows(read=len(frame), used=int(used.sum()), set_aside=reasons)
    return reconcile(table, frame, used, cells), others, rows


def main(job):
    """Stop on what nobody can compute with; else write the tables, what is set aside, accounts."""
    queries = read_queries(job.input.queries)
    check_no_stop(queries, job.params.actions, job.input.queries)
    aside = read_table(job.input.set_aside)
    rows_out = places_of(aside[aside["scope"] == ROW], job.params.tables)
    cells = cells_set_aside(queries, aside, rows_out)
    accounts, others, rows = [], {}, {}
    files = zip(job.params.tables, job.input.checked, job.input.raw, job.output.tables, strict=True)
    for table, checked, raw, output in files:
        mine = aside[aside["table"] == table]
        account, out, rows[table] = split_table(table, checked, raw, output, mine, cells)
        accounts.append(account)
        for export, part in out.groupby("_export"):
            others.setdefault(export, []).append(part.dropna(axis=1, how="all").assign(table=table))
    for path in job.output.set_aside:
        export = os.path.basename(path).removesuffix(".csv")
        write_csv(table_set_aside(others.get(export, [])), path)
    readings = [each for path in job.input.readings for each in _read_json(path)]
    results = {
        job.output.row_accounts: (pd.concat(accounts, ignore_index=True), RowAccounts),
        job.output.query_counts: (queries_by_kind(queries), QueryCounts),
        job.output.exports: (exports_read(readings), Exports),
        job.output.normalisation: (forms_changed(readings), Normalisation),
    }
    for path, (table, contract) in results.items():
        write_result(conform(table, contract), path)
    for path in job.output.project_elements:
        write_result(conform(project_elements(readings), ProjectElements), path)
    write_csv(queries, job.output.queries)
    write_csv(cells, job.output.cells)
    for source, target in zip(job.input.resolutions, job.output.resolutions, strict=True):
        shutil.copyfile(source, target)
    return rows


def _read_json(path: str) -> list[dict]:
    with open(path, encoding="utf-8") as handle:
        return json.load(handle)


run(main, globals())
