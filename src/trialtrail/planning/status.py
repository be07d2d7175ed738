"""The status of each estimate by the locked plan, from the table of deviations."""

from __future__ import annotations

import pandas as pd

from trialtrail.results.plan_status import status, touches


def plan_status(estimates: pd.DataFrame, deviations: pd.DataFrame) -> list[str]:
    """Return of each row of `estimates` whether it is planned, deviating or post hoc.

    Args:
        estimates: rows with ``analysis`` and ``outcome``.
        deviations: the rows of the result table `deviations`.
    """
    columns = ["kind", "touches", "analysis", "outcome"]
    listed = list(deviations[columns].astype("string").fillna("").itertuples(index=False))
    pairs = zip(estimates["analysis"], estimates["outcome"], strict=True)
    known: dict[tuple[str, str], str] = {}
    found = []
    for pair in pairs:
        if pair not in known:
            known[pair] = status(
                {
                    each.kind
                    for each in listed
                    if touches(each.kind, each.touches, (each.analysis, each.outcome), pair)
                }
            )
        found.append(known[pair])
    return found
