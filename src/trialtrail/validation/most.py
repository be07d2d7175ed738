"""One cause that sets most of an export aside: it is told once, and stops the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from trialtrail.findings import finding
from trialtrail.rules import kind_of
from trialtrail.set_aside import EXCLUDED, ROW

LEAST, SHARE = 5, 0.5
"""Records of an export, and the share of them above which it is most of them."""


def most_set_aside(
    findings: pd.DataFrame, tables: Mapping[str, pd.DataFrame], actions: Mapping[str, str]
) -> Iterator[dict]:
    """Yield a finding for each rule and column that sets aside most of an export.

    ``findings`` have their scope; ``tables`` are the checked tables, with all their records. What a
    study has configured of a rule is not asked about.
    """
    scoped = findings[findings["scope"].fillna("").ne("").to_numpy(dtype=bool)]
    for place, mine in scoped.groupby(["table", "export", "rule", "column", "scope"], sort=False):
        table, export, rule, column, scope = place
        if len(mine) < LEAST or {rule, kind_of(rule)} & set(actions):
            continue
        frame = tables[table]
        rows = frame[frame["_export"].eq(export).to_numpy(dtype=bool)]
        total, what = len(rows), "records"
        if scope not in (ROW, EXCLUDED):
            names = [name for name in scope.split() if name in rows]
            faulty = mine.drop_duplicates(["file", "line"])
            filled = rows[names].notna().any(axis=1).to_numpy(dtype=bool)
            at = rows["_line"].isin(faulty["line"]).to_numpy(dtype=bool)
            total, what = int((filled | at).sum()), "filled cells"
        count = len(mine.drop_duplicates(["file", "line"]))
        if count <= SHARE * total:
            continue
        reason = mine["message"].mode().iloc[0]
        message = (
            f"{count:,} of {total:,} {what} of the export are set aside for one cause: {reason}"
        )
        first = mine.iloc[0]
        yield finding(
            "most", table, message, export=export, file=first["file"], column=column, scope=""
        )
