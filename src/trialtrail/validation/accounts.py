"""Account for what the validation read: rows by export, queries by kind, files, changes of form."""

from __future__ import annotations

import pandas as pd

from trialtrail.validation.rules import ACTIONS, kind_of, what_is_wrong

GRADES = ("error", "warning", "note")
"""Severities, the gravest first."""


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


def queries_by_kind(queries: pd.DataFrame) -> pd.DataFrame:
    """Return one row a severity, rule, export and message: how many queries."""
    queries = queries.assign(message=queries["message"].map(what_is_wrong))
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


def _in_order(column: pd.Series) -> pd.Series:
    """Return what a column of the queries is sorted by: the gravest first, rules as they stand."""
    if column.name == "severity":
        return column.map({grade: i for i, grade in enumerate(GRADES)})
    if column.name == "rule":
        order = {rule: i for i, rule in enumerate(ACTIONS)}
        return column.map(lambda rule: (order[kind_of(rule)], rule))
    return column


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
