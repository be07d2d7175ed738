"""One cause that sets most of an export aside: it is reported once, and stops the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from trialtrail.validation.findings import finding
from trialtrail.validation.rules import what_is_wrong
from trialtrail.validation.whole_columns import CODED, MOST, codes_to_paste, is_asked

LEAST = 5
"""Records of an export that there must be."""


def most_set_aside(
    findings: pd.DataFrame, tables: Mapping[str, pd.DataFrame], actions: Mapping[str, str]
) -> Iterator[dict]:
    """Yield a finding for each cause that sets aside most records of an export, or a cell of most.

    ``findings`` have their scope; ``tables`` are the checked tables, with all their records.
    """
    scoped = findings[findings["scope"].fillna("").ne("").to_numpy(dtype=bool)]
    for place, mine in scoped.groupby(["table", "export", "rule", "column", "scope"], sort=False):
        table, export, rule, column, _ = place
        if len(mine) < LEAST or not is_asked(rule, actions):
            continue
        total = int(tables[table]["_export"].eq(export).sum())
        count = len(mine.drop_duplicates(["file", "line"]))
        total += count if rule == "width" else 0  # such records are in no table
        if count <= MOST * total:
            continue
        reasons = mine["message"].map(what_is_wrong).value_counts()
        reason = reasons.index[0]
        if len(reasons) > 1:
            reason += (
                f" ({reasons.iloc[0]:,} of them; the others for reasons that their queries say)"
            )
        reason += codes_to_paste(mine["found"].tolist()) if rule in CODED else ""
        message = (
            f"{count:,} of {total:,} records of the export are set aside for one cause, by the "
        )
        message += f"rule `{rule}`: {reason}"
        first = mine.iloc[0]
        yield finding(
            "most", table, message, export=export, file=first["file"], column=column, scope=""
        )
