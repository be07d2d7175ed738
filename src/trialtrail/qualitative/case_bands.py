"""What may be printed of a value of a single person: its band, and one value for all who are alike.

A band is shared by several people of a role. A person's label leads from one table to another, so
that several columns, each harmless, could together fit one person alone. What the trial knows of a
person is therefore told of the group in which the table of interviewees prints that person: where
its people differ, their bands are joined, or the value is withheld. All of a group have one row in
both tables together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError

WITHHELD, NOT_KNOWN = "withheld", "not known"
WHERE = "configuration, qualitative.cases.variables"
RULE = "a variable is a column of the register or of a dataset, and its numbers are in bands"
NAMES = ("row", "number", "label")
"""Columns of the table of interviewees in which people who are printed alike differ."""


@dataclass(frozen=True)
class Known:
    """What is known of a person: the least and the greatest that a number can be, or a text."""

    low: float = math.nan
    high: float = math.nan
    text: str = ""

    @property
    def is_number(self) -> bool:
        """Return whether it is a number, or a bound of one."""
        return not math.isnan(self.low)


def band(known: Known, cuts: Sequence[float]) -> str | None:
    """Return the band in which a number lies, None where its bound leaves several.

    ``[20, 25]`` makes below 20, from 20 to below 25, and 25 or more.
    """
    places = [sum(value >= cut for cut in cuts) for value in (known.low, known.high)]
    return band_names(cuts)[places[0]] if places[0] == places[1] else None


def band_names(cuts: Sequence[float]) -> list[str]:
    """Return what the bands are called, the lowest first."""
    text = [f"{cut:g}" for cut in cuts]
    between = [f"{low} to <{high}" for low, high in pairwise(text)]
    return [f"under {text[0]}", *between, f"{text[-1]} or more"]


def coarsened(cuts: Sequence[float], known: Sequence[Known | None], minimum: int) -> list[float]:
    """Return the cuts that are left where each band has nobody or at least ``minimum`` people.

    The smallest band that has fewer is joined with the smaller of its neighbours, until none has;
    without a cut left there is one band, which tells nothing. Who is in no one band does not count.
    """
    left = list(cuts)
    while left:
        names = band_names(left)
        placed = [band(each, left) for each in known if each is not None]
        sizes = [placed.count(name) for name in names]
        few = [(size, place) for place, size in enumerate(sizes) if 0 < size < minimum]
        if not few:
            break
        place = min(few)[1]
        beside = [each for each in (place - 1, place + 1) if 0 <= each < len(sizes)]
        other = min(beside, key=lambda each: (sizes[each], each))
        del left[min(place, other)]
    return left


def shown(
    people: Mapping[str, Known | None], variable: Mapping[str, Any], minimum: int = 1
) -> dict[str, str | None]:
    """Return what is printed of each person of a role, None where nothing is known.

    A band, or a text, that fewer than ``minimum`` of them share is coarser, or withheld.

    Raises:
        StudyError: a number has no bands and may not be told exactly.
    """
    known = [each for each in people.values() if each is not None]
    if variable.get("exact") and not variable.get("bands"):
        told = [each.text if not each.is_number else _exact(each) for each in known]
        return {case: each and told.pop(0) for case, each in people.items()}
    if any(each.is_number for each in known):
        if not variable.get("bands"):
            raise mistake(
                f"`{variable['from']}` is a number, and has no bands",
                variable,
                "write `bands`, or `exact: true` where numbers of single people may be printed",
            )
        cuts = coarsened(variable["bands"], known, 1 if variable.get("exact") else minimum)
        return {case: each and _band_told(each, cuts) for case, each in people.items()}
    texts = [each.text for each in known]
    return {
        case: each and (each.text if texts.count(each.text) >= minimum else WITHHELD)
        for case, each in people.items()
    }


def _band_told(known: Known, cuts: Sequence[float]) -> str:
    return (band(known, cuts) or NOT_KNOWN) if cuts else WITHHELD


def _exact(known: Known) -> str:
    return f"{known.low:g}" if known.low == known.high else _bound(known)


def _bound(known: Known) -> str:
    if math.isinf(known.high):
        return f">{known.low - 1:g}"
    return f"<{known.high + 1:g}"


def mistake(what: str, variable: Mapping[str, Any], remedy: str) -> StudyError:
    return StudyError(what, where=f"{WHERE}, {variable['id']}", rule=RULE, remedy=remedy)


def groups_of(
    people: Iterable[Mapping[str, Any]], interviewees: pd.DataFrame | None
) -> dict[str, tuple]:
    """Return of each person the group of those printed alike in the table of interviewees.

    Args:
        people: ``person`` and ``role`` of each.
        interviewees: the table as it is printed; None where there is none. People who have no row
            of their own there are in the group of their role.
    """
    printed: dict[str, tuple] = {}
    if interviewees is not None:
        shown = interviewees.drop(columns=[*NAMES], errors="ignore").astype("string").fillna("")
        rows = shown.itertuples(index=False, name=None)
        printed = dict(zip(interviewees["row"].astype(str), rows, strict=True))
    return {each["person"]: printed.get(each["person"], (each["role"],)) for each in people}


def told_alike(
    known: Mapping[str, Known | None],
    groups: Mapping[str, tuple],
    variable: Mapping[str, Any],
    minimum: int,
) -> dict[str, str | None]:
    """Return what is printed of each person: the same of all of a group.

    It is None where nothing is known of anybody in the group. A group of fewer than ``minimum``
    people is told nothing.
    """
    told: dict[str, str | None] = {}
    for group in dict.fromkeys(groups[case] for case in known):
        cases = [case for case in known if groups[case] == group]
        whole = sum(each == group for each in groups.values())
        values = [known[case] for case in cases]
        one = _one_for_all(values, variable.get("bands") or ())
        if one is not None and (whole < minimum or len(cases) < whole):
            one = WITHHELD
        told |= dict.fromkeys(cases, one)
    return told


def _one_for_all(values: Sequence[Known | None], cuts: Sequence[float]) -> str | None:
    """Return the one text that is true of all, as fine as the bands are; None of nothing known."""
    if all(each is None for each in values):
        return None
    if any(each is None for each in values):
        return WITHHELD
    if not any(each.is_number for each in values if each):
        texts = {each.text for each in values if each}
        return texts.pop() if len(texts) == 1 else WITHHELD
    limits = [limit for each in values if each for limit in (each.low, each.high)]
    places = [sum(limit >= cut for cut in cuts) for limit in limits]
    low, high = min(places), max(places)
    if high - low >= len(cuts):
        return WITHHELD
    left = [cut for place, cut in enumerate(cuts) if not low <= place < high]
    return band_names(left)[low]
