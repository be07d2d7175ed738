"""The table of interviewees, coarsened until each row fits several people of its role.

Within a role, people are divided again and again by the cut that loses least, as long as either
side keeps `minimum` people; a group that cannot be divided is printed alike: for each column the
value that all of it share, else the bands, of a fixed width, that cover it. Where some of a group
are known and others not, or a mark is of some, nothing is printed. So nobody's row is anybody's
alone, and a number in a label ("Coach 3") leads to a row of several. Stages are cut first, where
labels tell them; where they do not, the table does not either.

The rule is multidimensional recoding (LeFevre K et al. Mondrian, ICDE 2006) with the cut chosen by
the loss that it leaves, the normalised certainty penalty (Xu J et al. KDD 2006): of each column the
width printed over the width in the role, 0 for one value, 1 for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

Interval = tuple[float, float]
"""Least and greatest of what a person, or a group, may have, both included."""
BANDS = {"age_years": 5.0, "visits": 5.0, "children": 1.0, "age_youngest_years": 2.0}
"""Width of the bands of each column, in its unit."""
MARKS = ("starred",)
COLUMNS = (*BANDS, *MARKS)
WITHHELD = "withheld"
ENDLESS = float("inf")
EDGE = {"exact": "", "above": ">", "below": "<"}
"""How the bound of a censored count is printed before its value."""
AGE_APART = 1
"""Years by which an age of the trial's data may differ from that at the interview."""


@dataclass(frozen=True)
class Rule:
    """How people are coarsened: least people of a group, width of the bands by column."""

    minimum: int
    bands: Mapping[str, float]

    @classmethod
    def of(cls, minimum: int, bands: Mapping[str, float] | None = None) -> Rule:
        """Return the rule with the widths that a study gives over those of `BANDS`."""
        return cls(minimum, BANDS | dict(bands or {}))


def coarsened(
    people: pd.DataFrame,
    rule: Rule,
    staged: bool,
    in_trial: Callable[[Mapping[str, Interval | None]], int | None] = lambda cells: None,
) -> pd.DataFrame:
    """Return what is printed of the people of one role, a row each, in their order.

    Columns: those of `COLUMNS` as texts, ``stage``, ``alike`` (people with the same row) and
    ``alike_in_trial`` (people of the trial's data whom it fits; missing where none are linked).
    A role below the minimum, and a group that fits fewer of the trial, has its columns withheld.

    Args:
        people: the register, one row a person, its index unique.
        rule: least people of a group, and bands.
        staged: whether labels tell the stage of this role.
        in_trial: gives how many people of the trial have cells within intervals.
    """
    intervals = {place: _person(each) for place, each in people.to_dict("index").items()}
    whole = _widths(list(intervals.values()))
    start = [list(people.index)]
    if staged:
        start = [list(own.index) for _, own in people.groupby("stage", sort=False, dropna=False)]
    shown: dict[Any, dict] = {}
    for first in start:
        for group in _divided(first, intervals, whole, rule):
            cells = {name: _cover([intervals[p][name] for p in group]) for name in COLUMNS}
            fits = in_trial(cells)
            few = len(group) < rule.minimum or (fits is not None and fits < rule.minimum)
            row = {
                name: _text(name, cells[name], [intervals[p][name] for p in group], rule)
                for name in COLUMNS
            }
            if few:
                row = {name: WITHHELD if row[name] is not None else None for name in COLUMNS}
            stage = people.loc[group[0], "stage"] if staged else None
            row |= {"stage": stage, "alike": len(group), "alike_in_trial": fits}
            shown |= dict.fromkeys(group, row)
    return pd.DataFrame([shown[place] for place in people.index], index=people.index)


def exact(people: pd.DataFrame) -> pd.DataFrame:
    """Return people as the register has them, in the columns of `coarsened`."""
    shown = pd.DataFrame(index=people.index)
    for name in COLUMNS:
        shown[name] = [_plain(each) for each in people[name]]
    bound = people["visits_bound"].fillna("exact").map(EDGE)
    shown["visits"] = [
        None if text is None else f"{edge}{text}"
        for edge, text in zip(bound, shown["visits"], strict=True)
    ]
    return shown.assign(stage=people["stage"], alike=None, alike_in_trial=None)


def counting(trial: pd.DataFrame | None) -> Callable[[Mapping[str, Interval | None]], int | None]:
    """Return the function that counts the people of the trial whom intervals fit.

    Args:
        trial: a row a person, with ``age_years`` and, where it is known, ``visits``: those made
            until the end, of which an interviewee had made fewer or as many. Who lacks a value
            fits any. None where the role is not linked with the trial.
    """

    def count(cells: Mapping[str, Interval | None]) -> int | None:
        if trial is None:
            return None
        fits = pd.Series(True, index=trial.index)
        if cells["age_years"] and "age_years" in trial:
            low, high = cells["age_years"]
            age = trial["age_years"].astype("Float64")
            fits &= age.between(low - AGE_APART, high + AGE_APART).fillna(True)
        if cells["visits"] and "visits" in trial:
            fits &= (trial["visits"].astype("Float64") >= cells["visits"][0]).fillna(True)
        return int(fits.sum())

    return count


def _person(each: Mapping[str, Any]) -> dict[str, Interval | None]:
    """Return the interval of each column of one person; None where nothing is known."""
    found: dict[str, Interval | None] = {}
    for name in COLUMNS:
        value = each.get(name)
        found[name] = None if pd.isna(value) else (float(value), float(value))
    bound = each.get("visits_bound")
    if found["visits"] and not pd.isna(bound):
        value = found["visits"][0]
        found["visits"] = {"above": (value + 1, ENDLESS), "below": (0.0, value - 1)}.get(
            bound, found["visits"]
        )
    return found


def _widths(people: Sequence[Mapping[str, Interval | None]]) -> dict[str, float]:
    """Return how wide each column is in a role: what a loss is measured by."""
    found = {}
    for name in COLUMNS:
        known = [each[name] for each in people if each[name]]
        low = min((a for a, _ in known), default=0)
        found[name] = max((b if b < ENDLESS else a for a, b in known), default=0) - low or 1.0
    return found


def _divided(
    group: list, intervals: Mapping[Any, dict], whole: Mapping[str, float], rule: Rule
) -> list[list]:
    """Return the groups that a group is divided into, in the order of their people."""
    best, least = None, _loss(group, intervals, whole, rule)
    for left, right in _cuts(group, intervals, rule):
        lost = sum(_loss(part, intervals, whole, rule) for part in (left, right))
        if lost < least - 1e-9:
            best, least = (left, right), lost
    if best is None:
        return [group]
    return [each for part in best for each in _divided(part, intervals, whole, rule)]


def _cuts(group: list, intervals: Mapping[Any, dict], rule: Rule) -> Iterator[tuple[list, list]]:
    """Yield the cuts of a group in two that keep the minimum on either side.

    A cut lies between two bands, or parts those with a value from those without.
    """
    for name in COLUMNS:
        width = rule.bands.get(name, 1.0)
        known = [p for p in group if intervals[p][name]]
        edges = sorted({_band(intervals[p][name][0], width) for p in known})[1:]
        sides = [(known, [p for p in group if not intervals[p][name]])]
        if len(known) == len(group):
            sides = [
                (
                    [p for p in group if intervals[p][name][1] < edge],
                    [p for p in group if intervals[p][name][0] >= edge],
                )
                for edge in edges
            ]
        for left, right in sides:
            both = len(left) + len(right) == len(group)
            if both and min(len(left), len(right)) >= rule.minimum:
                yield left, right


def _loss(
    group: list, intervals: Mapping[Any, dict], whole: Mapping[str, float], rule: Rule
) -> float:
    """Return what printing a group alike loses: the penalty of each column, for each person."""
    lost = 0.0
    for name in COLUMNS:
        values = [intervals[p][name] for p in group]
        if len(set(values)) == 1:
            continue
        cover = _cover(values)
        if cover is None or name in MARKS:
            lost += 1
            continue
        width = rule.bands.get(name, 1.0)
        high = cover[1] if cover[1] < ENDLESS else max(a for a, _ in filter(None, values))
        printed = _band(high, width) + width - _band(cover[0], width)
        lost += min(1.0, printed / (whole[name] + width))
    return lost * len(group)


def _cover(values: Sequence[Interval | None]) -> Interval | None:
    """Return the least interval around all values; None where one is not known."""
    if any(each is None for each in values):
        return None
    return min(a for a, _ in values), max(b for _, b in values)


def _text(
    name: str, cover: Interval | None, values: Sequence[Interval | None], rule: Rule
) -> str | None:
    """Return how a column of a group is printed; None where nobody of it has a value."""
    if all(each is None for each in values):
        return None
    if cover is None:
        return WITHHELD
    same = len(set(values)) == 1
    if name in MARKS:
        return str(bool(cover[0])) if same else WITHHELD
    low, high = cover
    if same and low == high:
        return _plain(low)
    width = rule.bands.get(name, 1.0)
    first = _band(low, width)
    if high == ENDLESS:
        return f"{_plain(first)} or more"
    last = _band(high, width) + width - 1
    return _plain(first) if last <= first else f"{_plain(first)}–{_plain(last)}"


def _band(value: float, width: float) -> float:
    """Return the start of the band in which a value lies."""
    return float(value // width * width)


def _plain(value: Any) -> str | None:
    if value is None or pd.isna(value):
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)
