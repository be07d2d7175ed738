"""One cause that sets most of an export aside: it is told once, and stops the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from trialtrail.findings import finding
from trialtrail.rules import kind_of, severity

ERROR = "error"
LEAST, SHARE = 5, 0.5
"""Records of an export, and the share of them above which it is most of them."""


def most_set_aside(
    findings: pd.DataFrame, tables: Mapping[str, pd.DataFrame], actions: Mapping[str, str]
) -> Iterator[dict]:
    """Yield a finding for each cause that sets aside most records of an export, or a cell of most.

    ``findings`` have their scope; ``tables`` are the checked tables, with all their records. What a
    study has configured of a rule is not asked about, nor what is a note or a warning by its kind.
    """
    scoped = findings[findings["scope"].fillna("").ne("").to_numpy(dtype=bool)]
    for place, mine in scoped.groupby(["table", "export", "rule", "column", "scope"], sort=False):
        table, export, rule, column, _ = place
        known = severity(rule) != ERROR or {rule, kind_of(rule)} & set(actions)
        if len(mine) < LEAST or known:
            continue
        total = int(tables[table]["_export"].eq(export).sum())
        count = len(mine.drop_duplicates(["file", "line"]))
        if count <= SHARE * total:
            continue
        reason = mine["message"].mode().iloc[0]
        message = (
            f"{count:,} of {total:,} records of the export are set aside for one cause: {reason}"
        )
        first = mine.iloc[0]
        yield finding(
            "most", table, message, export=export, file=first["file"], column=column, scope=""
        )
