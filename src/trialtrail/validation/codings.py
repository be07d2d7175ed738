"""Answers that are all of another coding than the instrument has, such as 0 and 1 for 1 and 2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from trialtrail.validation.cells import Contract
from trialtrail.validation.findings import finding

LEAST, OUTSIDE = 5, 3
"""Answers that there must be, and how many of them that the instrument does not offer: a slip of
the pen is no coding."""
SLIP = 0.1
"""Share of the answers beyond the one end up to which others at the far end are slips of the pen;
and of the answers to one item among others, the share above which those beyond are none."""


def other_codings(
    table: str, frame: pd.DataFrame, contract: Contract, sources: Sequence[dict]
) -> tuple[list[dict], set[tuple[str, str]]]:
    """Return a finding for each set of items of another coding, and (export, heading) of the items.

    Each export is judged by itself, for one site may code as another does not. Items that have the
    same answers are judged together, and where they are right as a whole each of them alone.
    """
    sets: dict[tuple, list[str]] = {}
    for name, limits in contract.offered.items():
        sets.setdefault(tuple(limits), []).append(name)
    found: list[dict] = []
    headings: set[tuple[str, str]] = set()
    if not sets:
        return found, headings
    exports = frame["_export"].astype(str)
    for source in sources:
        rows = frame[(exports == source["name"]).to_numpy(dtype=bool)]
        for (low, high), names in sets.items():
            for mine, sense in _at_fault(rows, names, low, high):
                columns = [source["columns"].get(name, name) for name in mine]
                headings.update((source["name"], column) for column in columns)
                message = _message(columns, low, high, sense)
                place = {"export": source["name"], "file": source["label"], "column": columns[0]}
                found.append(finding("coding", table, message, **place))
    return found, headings


def _at_fault(
    rows: pd.DataFrame, names: list[str], low: float, high: float
) -> Iterator[tuple[list[str], str]]:
    """Yield the items of another coding, and what is wrong with their answers."""
    answers = {name: rows[name].astype("Float64").dropna().astype("float64") for name in names}
    if sense := sense_of(pd.concat(answers.values()), low, high):
        yield names, sense
        return
    for name in names if len(names) > 1 else ():
        if sense := sense_of(answers[name], low, high, alone=True):
            yield [name], sense


def _message(columns: list[str], low: float, high: float, sense: str) -> str:
    which = f"the answers in {columns[0]}"
    if len(columns) > 1:
        which += f" and {len(columns) - 1} other column{'s' if len(columns) > 2 else ''}"
    return (
        f"{which} are all of another coding than the instrument's, which offers {low:g} to "
        f"{high:g}: {sense}"
    )


def sense_of(values: pd.Series, low: float, high: float, alone: bool = False) -> str:
    """Return in words in what sense answers are of another coding, empty where they are not.

    All are one too low where several are, and none is the last that the instrument has on the other
    side, but for slips of the pen; in the same way one too high, or multiples of the answers, or
    those of a form with more answers. An item ``alone`` must show it in more of its answers, and
    without a slip.
    """
    outside = (values < low) | (values > high)
    if len(values) < LEAST or outside.sum() < OUTSIDE:
        return ""
    if alone and outside.mean() < SLIP:
        return ""
    for step, end, word in ((-1, high, "low"), (1, low, "high")):
        beyond = low - 1 if step < 0 else high + 1
        if _is_shifted(values, beyond, end, outside, 0 if alone else SLIP):
            sense = f"each is one too {word}"
            if high - low == 1:
                first, last = sorted((beyond, low if step < 0 else high))
                sense = f"{first:g} and {last:g}, and only the form says which of them is which"
            return f"{sense}; where {beyond:g} stands for no answer, name it under `missing`"
    if times := _multiple(values, low, high):
        return f"each is {times:g} times too great"
    if outside.mean() >= SLIP and (last := _further(values[outside], low, high)) is not None:
        return f"they go on to {last:g}; what stands for no answer, name under `missing`"
    return ""


def _is_shifted(
    values: pd.Series, beyond: float, end: float, outside: pd.Series, slips: float
) -> bool:
    """Return whether answers reach one ``beyond`` the scale, and not its far ``end``."""
    count = int((values == beyond).sum())
    others = values[outside & (values != beyond)]
    # One text that stands for no answer, and that nobody has listed, is no other coding.
    strays = 0 if slips and others.nunique() == 1 else len(others)
    return count >= OUTSIDE and max(int((values == end).sum()), strays) <= slips * count


def _further(outside: pd.Series, low: float, high: float) -> float | None:
    """Return to which number answers go on beyond the scale, step by step; None if they do not."""
    for step, end in ((1, high), (-1, low)):
        there = sorted(outside.unique(), key=lambda value: step * value)
        if len(there) > 1 and there == [end + step * (n + 1) for n in range(len(there))]:
            return there[-1]
    return None


def _multiple(values: pd.Series, low: float, high: float) -> float:
    """Return what all answers are multiplied by, such as 25 of 0, 25, 50 to 100; 0 of none."""
    if (values % 1 != 0).any() or values[values != 0].nunique() < 2:
        return 0.0
    times = float(np.gcd.reduce(values.astype("int64").to_numpy()))
    return times if times > 1 and (values / times).between(low, high).all() else 0.0
