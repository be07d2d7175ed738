"""Answers that are all of another coding than the instrument has, such as 0 and 1 for 1 and 2."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from trialtrail.findings import finding
from trialtrail.validation.cells import Contract

LEAST, OUTSIDE = 5, 3
"""Answers that there must be, and how many of them that the instrument does not offer: a slip of
the pen is no coding."""


def other_codings(
    table: str, frame: pd.DataFrame, contract: Contract, sources: Sequence[dict]
) -> tuple[list[dict], set[str]]:
    """Return a finding for each set of items of another coding, and the headings of those items.

    Items are judged together that have the same answers. They are of another coding where all their
    answers are offered if each is taken for the one above, or below, and none of them is the last
    that the instrument has on that side.
    """
    sets: dict[tuple, list[str]] = {}
    for name, limits in contract.offered.items():
        sets.setdefault(tuple(limits), []).append(name)
    found, headings = [], set()
    for (low, high), names in sets.items():
        values = pd.concat([frame[name].astype("Float64") for name in names]).dropna()
        if len(values) < LEAST or not _is_shifted(values.astype("float64"), low, high):
            continue
        for source in sources:
            mine = [source["columns"].get(name, name) for name in names]
            headings.update(mine)
            which = f"the answers in {mine[0]}"
            if len(mine) > 1:
                which += f" and {len(mine) - 1} other column{'s' if len(mine) > 2 else ''}"
            message = (
                f"{which} are all of another coding than the instrument's, which offers {low:g} to "
                f"{high:g}: each is one too {'low' if values.min() < low else 'high'}"
            )
            place = {"export": source["name"], "file": source["label"], "column": mine[0]}
            found.append(finding("coding", table, message, **place))
    return found, headings


def _is_shifted(values: pd.Series, low: float, high: float) -> bool:
    """Return whether all answers are one too low, or one too high."""
    if ((values < low) | (values > high)).sum() < OUTSIDE:
        return False
    too_low = (values + 1).between(low, high).all() and values.max() < high
    too_high = (values - 1).between(low, high).all() and values.min() > low
    return bool(too_low or too_high)
