"""Settle the validated tables: the rows used, what is set aside, and the account of both."""

import json
import os
import shutil

import pandas as pd

from trialtrail.derive.populations import (
    EXCLUSION,
    WITHDRAWAL,
    WITHDRAWN_ON,
    nameless,
    with_a_reason,
)
from trialtrail.exports.read import ORIGIN
from trialtrail.record import Rows, run
from trialtrail.tables import read_table, write_csv, write_result, write_table
from trialtrail.validation.findings import PLACE, read_queries, rows_at
from trialtrail.validation.rules import ACTIONS, kind_of
from trialtrail.validation.set_aside import EXCLUDED, PARTICIPANTS, ROW, Aside

from schemas.results.accounts import Exports, Normalisation, QueryCounts, RowAccounts
from schemas.results.base import conform

GRADES = ("error", "warning", "note")
"""Severities, the gravest first."""
REASONS = {
    "required": "no arm is recorded",
    "arm": "the recorded arm is none of the trial",
    "key": "several records of one participant",
}
NO_ID = "no participant number is recorded"
"""Why a participant is excluded, as a reader of the flow is told it, where the message of the
finding is for the person who mends the data."""

CELLS = ["query_id", "export", "file", "line", "record", "column", "rule", "found", "table"]
"""Columns of the cells that are set aside; ``found`` is what stands in the raw file."""


def split_rows(frame: pd.DataFrame, aside: pd.DataFrame) -> pd.Series:
    """Return which rows of ``frame`` are used: those whose place is not in ``aside``."""
    whole = aside[aside["scope"] == ROW]
    out = set(whole[PLACE[1:]].itertuples(index=False, name=None))
    return ~rows_at(frame, out)


def excluded(frame: pd.DataFrame, aside: pd.DataFrame) -> pd.DataFrame:
    """Return the participants with the reason of each that is excluded after randomisation.

    What the export itself says of it stays; else it is that of the finding that is told first.
    """
    mine = aside[aside["scope"] == EXCLUDED].drop_duplicates(PLACE)
    why = mine["rule"].map(REASONS).fillna(mine["message"])
    reasons = frame[EXCLUSION].copy()
    for reason, rows in mine.groupby(why, sort=False):
        places = set(rows[PLACE[1:]].itertuples(index=False, name=None))
        reasons = reasons.mask(rows_at(frame, places) & reasons.isna(), reason)
    nameless = frame["participant_id"].isna() & reasons.eq(REASONS["required"]).fillna(False)
    reasons = reasons.mask(nameless, NO_ID)
    return frame.assign(**{EXCLUSION: reasons})


def still_withdrawn(kept: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the participants; whose day of withdrawal is set aside has withdrawn all the same."""
    gone = kept[WITHDRAWN_ON].isna() & frame.loc[kept.index, WITHDRAWN_ON].notna()
    return kept.assign(**{WITHDRAWAL: with_a_reason(kept[WITHDRAWAL], gone)})


def cells_set_aside(queries: pd.DataFrame, aside: pd.DataFrame, rows_out: dict) -> pd.DataFrame:
    """Return one row a cell set aside of a record that is used, with the query that caused it.

    ``rows_out`` has of each table the places (export, file, line) of the records set aside whole.
    """
    cells = aside[~aside["scope"].isin([ROW, EXCLUDED])]
    places = cells[PLACE].itertuples(index=False, name=None)
    whole = [tuple(place) in rows_out[table] for table, *place in places]
    cells = cells[~pd.Series(whole, cells.index, dtype=bool)][["query_id", "table"]]
    found = queries.merge(cells.drop_duplicates(), on="query_id")
    return found[CELLS].sort_values(CELLS[1:7], kind="stable")


def reconcile(
    table: str, frame: pd.DataFrame, used: pd.Series, cells: pd.DataFrame
) -> pd.DataFrame:
    """Return one row an export that feeds ``table``: rows in, rows out, what is set aside.

    ``cells`` are the cells set aside, and ``of_columns`` says of which columns of the file.
    """
    counts = used.groupby(frame["_export"], sort=False).agg(rows_in="size", rows_out="sum")
    counts = counts.reset_index().rename(columns={"_export": "export"})
    counts["set_aside"] = counts["rows_in"] - counts["rows_out"]
    counts.insert(0, "row", [f"{table}.{name}" for name in counts["export"]])
    counts.insert(1, "step", "validate")
    counts.insert(3, "table", table)
    mine = cells[cells["table"] == table].drop_duplicates(["export", "file", "line", "column"])
    each = mine.groupby(["export", "column"], sort=True).size().reset_index(name="n")
    words = each["column"] + " (" + each["n"].astype("string") + ")"
    by_export = words.groupby(each["export"]).agg("; ".join)
    total = each.groupby("export")["n"].sum()
    counts["cells"] = counts["export"].map(total).fillna(0).astype("int64")
    counts["of_columns"] = counts["export"].map(by_export).astype("string").fillna("")
    return counts.astype({"rows_out": "int64"})


def as_read(raw: pd.DataFrame, frame: pd.DataFrame, used: pd.Series, aside: pd.DataFrame):
    """Return the rows of ``raw`` that are set aside, as they were read, with their queries."""
    out = raw[~used.to_numpy()]
    ids = aside.groupby(["export", "file", "line"])["query_id"].agg(" ".join)
    places = list(out[ORIGIN].itertuples(index=False, name=None))
    return out.assign(query_ids=[ids.get(place, "") for place in places])


def queries_by_kind(queries: pd.DataFrame) -> pd.DataFrame:
    """Return one row a severity, rule, export and message: how many queries."""
    kinds = queries.groupby(["rule", "severity", "export", "message"], as_index=False).size()
    kinds = kinds.sort_values(["severity", "rule", "export", "message"], key=_in_order)
    kinds = kinds.rename(columns={"size": "n"}).reset_index(drop=True)
    numbers = kinds.groupby(["rule", "export"]).cumcount()
    names = [
        f"{rule}.{export}" + (f".{n + 1}" if n else "")
        for rule, export, n in zip(kinds["rule"], kinds["export"], numbers, strict=True)
    ]
    kinds.insert(0, "row", names)
    return kinds


def exports_read(readings: list[dict]) -> pd.DataFrame:
    """Return one row an export: what its file is like, and what of that was guessed."""
    rows: dict[str, dict] = {}
    for each in readings:
        form = {key: value for key, value in each["form"].items() if key != "format"}
        rows.setdefault(
            each["export"],
            {
                "row": each["export"],
                "file": each["file"],
                "format": each["form"]["format"],
                "form": "; ".join(f"{key}: {value}" for key, value in form.items()),
                "guessed": "; ".join(each["guessed"]),
                "columns": each["columns"],
                "tables": [],
            },
        )["tables"].append(each["table"])
    whole = [row | {"tables": "; ".join(sorted(row["tables"]))} for _, row in sorted(rows.items())]
    columns = ["row", "file", "format", "form", "guessed", "columns", "tables"]
    return pd.DataFrame(whole, columns=columns)


def forms_changed(readings: list[dict]) -> pd.DataFrame:
    """Return one row a table, column and change of form: how many cells were changed from what."""
    columns = ["table", "export", "column", "before", "after", "n"]
    found = [
        (each["table"], each["export"], *change) for each in readings for change in each["changes"]
    ]
    frame = pd.DataFrame(found, columns=columns)
    frame = frame.groupby(columns[:-1], as_index=False, sort=True)["n"].sum()
    numbers = frame.groupby(["table", "column"]).cumcount() + 1
    names = frame["table"] + "." + frame["column"] + "." + numbers.astype(str)
    frame.insert(0, "row", names if len(frame) else pd.Series([], dtype="string"))
    return frame


def _in_order(column: pd.Series) -> pd.Series:
    """Return what a column of the queries is sorted by: the gravest first, rules as they stand."""
    if column.name == "severity":
        return column.map({grade: i for i, grade in enumerate(GRADES)})
    if column.name == "rule":
        order = {rule: i for i, rule in enumerate(ACTIONS)}
        return column.map(lambda rule: (order[kind_of(rule)], rule))
    return column


def settle(table: str, checked: str, raw: str, output: str, aside: pd.DataFrame, cells):
    """Write the rows of one table that are used; return its account, what is held, its `Rows`.

    What is held are the rows set aside, as they were read, with their queries. ``aside`` has what
    is set aside of the table, ``cells`` the cells of all tables.
    """
    frame = read_table(checked)
    used = split_rows(frame, aside)
    kept = Aside.by(aside).applied(table, frame)
    if table == PARTICIPANTS:
        kept = excluded(still_withdrawn(kept, frame), aside)
        kept = kept.assign(participant_id=kept["participant_id"].fillna(nameless(kept)))
    write_table(kept.drop(columns="record"), output)
    held = as_read(read_table(raw), frame, used, aside)
    places = aside[aside["scope"] == ROW].drop_duplicates(PLACE)
    reasons = places["rule"].value_counts().to_dict()
    rows = Rows(read=len(frame), used=int(used.sum()), set_aside=reasons)
    return reconcile(table, frame, used, cells), held, rows


def main(job):
    """Write the validated tables, what is set aside by row and by cell, and the queries."""
    aside = read_table(job.input.set_aside)
    queries = read_queries(job.input.queries)
    rows_out = places_of(aside[aside["scope"] == ROW], job.params.tables)
    cells = cells_set_aside(queries, aside, rows_out)
    accounts, held, rows = [], {}, {}
    files = zip(job.params.tables, job.input.checked, job.input.raw, job.output.tables, strict=True)
    for table, checked, raw, output in files:
        mine = aside[aside["table"] == table]
        account, out, rows[table] = settle(table, checked, raw, output, mine, cells)
        accounts.append(account)
        for export, part in out.groupby("_export"):
            held.setdefault(export, []).append(part.dropna(axis=1, how="all").assign(table=table))
    for path in job.output.set_aside:
        export = os.path.basename(path).removesuffix(".csv")
        write_csv(_set_aside_table(held.get(export, [])), path)
    account = pd.concat(accounts, ignore_index=True)
    readings = [each for path in job.input.readings for each in _read_json(path)]
    exports, changed = exports_read(readings), forms_changed(readings)
    write_result(conform(exports, Exports), job.output.exports)
    write_result(conform(changed, Normalisation), job.output.normalisation)
    kinds = queries_by_kind(queries)
    write_csv(queries, job.output.queries)
    write_csv(cells, job.output.cells)
    write_result(conform(account, RowAccounts), job.output.rows)
    write_result(conform(kinds, QueryCounts), job.output.kinds)
    for source, target in zip(job.input.resolutions, job.output.resolutions, strict=True):
        shutil.copyfile(source, target)
    return rows


def places_of(aside: pd.DataFrame, tables: list[str]) -> dict[str, set[tuple]]:
    """Return table -> the places (export, file, line) of what is set aside of it."""
    return {
        table: set(aside.loc[aside["table"] == table, PLACE[1:]].itertuples(index=False, name=None))
        for table in tables
    }


def _read_json(path: str) -> list[dict]:
    with open(path, encoding="utf-8") as handle:
        return json.load(handle)


def _set_aside_table(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of one export set aside: what it had, then file, line, table and queries."""
    if not parts:
        return pd.DataFrame(columns=["file", "line", "table", "query_ids"])
    frame = pd.concat(parts, ignore_index=True)
    last = frame[["_file", "_line", "table", "query_ids"]]
    last = last.rename(columns={"_file": "file", "_line": "line"})
    first = frame.drop(columns=[*ORIGIN, "table", "query_ids"])
    return pd.concat([first, last], axis=1)


run(main, globals())
