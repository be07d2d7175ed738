"""Findings of the validation: what a data manager is asked about, each under a stable id."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from trialtrail.tables import in_rows, unguarded
from trialtrail.validation.rules import action, severity

QUERY_COLUMNS = [
    "query_id",
    "severity",
    "export",
    "file",
    "line",
    "record",
    "column",
    "rule",
    "found",
    "message",
    "status",
    "evidence",
]
"""Columns of queries.csv; `evidence` is a digest of what the query was about."""

OPEN, RESOLVED, STALE = "open", "resolved", "stale"
"""States of a query: to be answered; answered; answered for a raw value that has changed since."""

ID_DIGITS = 10
"""Digits of a query's name: among ten thousand two are the same once in twenty thousand studies."""

PLACE = ["table", "export", "file", "line"]
"""Columns of a finding that name a row of a table."""


def finding(rule: str, table: str, message: str, **place) -> dict:
    """Return one finding; ``place`` may hold export, file, line, record, column and found."""
    blank = {"export": "", "file": "", "line": None, "record": "", "column": "", "found": ""}
    return {"rule": rule, "table": table, "message": message, **blank, **place}


def rows_at(frame: pd.DataFrame, places: Collection[tuple]) -> pd.Series:
    """Return which rows of a validated table stand at one of ``places``.

    A place is (export, file, line); the frame has ``_export``, ``_file`` and ``_line``.
    """
    near = frame["_line"].isin([line for _, _, line in places]).to_numpy(dtype=bool)
    there = in_rows(frame[near], ["_export", "_file", "_line"])
    found = np.zeros(len(frame), dtype=bool)
    found[near] = [place in places for place in there]
    return pd.Series(found, index=frame.index)


def with_action(findings: pd.DataFrame, actions: dict[str, str], *wanted: str) -> pd.DataFrame:
    """Return the findings whose rule does one of ``wanted``; there may be no finding at all."""
    return findings[findings["rule"].map(lambda rule: action(rule, actions)).isin(wanted)]


def cells_of(findings: pd.DataFrame) -> list[tuple]:
    """Return what each finding is about: export, file, line, column, rule."""
    return list(in_rows(findings, [*PLACE[1:], "column", "rule"]))


def findings_frame(findings: Iterable[dict]) -> pd.DataFrame:
    """Return findings as a frame: the columns of queries.csv but ``query_id``, and ``table``.

    ``scope`` is what a finding sets aside, which is known when all tables are (see `set_aside`).
    """
    columns = ["table", "export", "file", "line", "record", "column", "rule", "found", "message"]
    columns.append("scope")
    frame = pd.DataFrame(list(findings), columns=columns)
    kinds = {name: "string" for name in columns} | {"line": "Int64"}
    return frame.astype(kinds)


def number_queries(
    findings: pd.DataFrame, severities: dict[str, str] | None = None
) -> pd.DataFrame:
    """Return the findings with ``query_id`` and ``severity``, once each, in the order of the files.

    ``severities`` are those that the study configures, by rule.

    The id is a digest of export, file, record, column and rule: neither the line, which moves when
    a row is added above, nor the value, so a query keeps its name from run to run.
    """
    identity = ["export", "file", "record", "column", "rule"]
    order = ["export", "file", "line", "column", "rule", "table"]
    frame = findings.sort_values(order, kind="stable").drop_duplicates([*identity, "line"])
    again = frame.groupby(identity, dropna=False).cumcount()
    keys = zip(*(frame[name].fillna("").tolist() for name in identity), again, strict=True)
    ids = [
        "Q-" + hashlib.sha256("|".join(map(str, key)).encode()).hexdigest()[:ID_DIGITS]
        for key in keys
    ]
    ranks = frame["rule"].map({rule: severity(rule, severities) for rule in set(frame["rule"])})
    frame = frame.assign(query_id=ids, severity=ranks, status=OPEN, evidence="")
    texts = {"status": "string", "evidence": "string"}
    return frame[[*QUERY_COLUMNS, "table"]].astype(texts).reset_index(drop=True)


def list_set_aside(findings: pd.DataFrame, queries: pd.DataFrame) -> pd.DataFrame:
    """Return one row a query that sets something aside.

    It has the place (table, export, file, line), ``record``, ``scope`` (see `set_aside`), ``rule``,
    ``message`` and ``query_id``.
    """
    identity = ["export", "file", "line", "record", "column", "rule"]
    rows = findings[findings["scope"].fillna("").ne("").to_numpy(dtype=bool)]
    rows = rows.merge(queries[[*identity, "query_id"]], on=identity, how="left")
    columns = [*PLACE, "record", "scope", "rule", "message", "query_id"]
    kinds = dict.fromkeys(columns, "string") | {"line": "Int64"}
    return rows[columns].astype(kinds).drop_duplicates()


def read_queries(path: str | Path) -> pd.DataFrame:
    """Return the queries as they were written: text, for a record 007 is not 7, and the line."""
    kinds = dict.fromkeys(QUERY_COLUMNS, "string") | {"line": "Int64"}
    return unguarded(
        pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values={"line": [""]})
    )
