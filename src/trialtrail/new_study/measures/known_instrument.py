"""What is known of an instrument in a file, and whether its cells are answers that it offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trialtrail.new_study.columns.cells import USUAL_MISSING, numbers, present
from trialtrail.new_study.files.seen import SeenColumn

MOST_MISSING = 0.3
"""Share of cells that may be usual codes of missing answers before they speak against a form."""


@dataclass
class KnownInstrument:
    """An instrument whose items, or whose score, stand in columns of a file.

    Attributes:
        id: its name; of those that are scored, the one of the configuration (`sf36_v1`).
        label: what it is called.
        columns: heading of each item, in the order of the form; `total` for a score.
        complete: whether all items are there.
        scored: whether trialtrail computes its score from the items.
        why: what shows it, and what speaks against it, in words.
        sure: whether name, number of items and answers agree.
        timepoint: the time in its headings; empty where they have none.
        scale: least and greatest answer, where the sum of the items as they stand is its score, so
            that the instrument `total` of the configuration computes it; else None.
    """

    id: str
    label: str
    columns: dict[str, str]
    complete: bool
    scored: bool
    why: str
    sure: bool
    timepoint: str = ""
    scale: tuple[float, float] | None = None


@dataclass(frozen=True)
class Heading:
    """A column with its heading as it is compared: plain, without separators, time and unit."""

    text: str
    column: SeenColumn


@dataclass(frozen=True)
class Answers:
    """Whether the cells of items are answers that the form offers, and what is to be said of it."""

    fit: bool
    told: str


def answers_of(items: Iterable[tuple[SeenColumn, float, float]]) -> Answers:
    """Return whether the cells of items lie between the least and the greatest answer of each."""
    beyond, missing, words, count = 0, 0, 0, 0
    for column, low, high in items:
        for cell in present(column):
            count += 1
            value = next(iter(numbers([cell])), None)
            if value is None:
                words += 1
            elif not (low <= value <= high and value == int(value)):
                missing += cell in USUAL_MISSING
                beyond += cell not in USUAL_MISSING
    if not count:
        return Answers(False, "its columns are empty")
    if words > count / 2:
        return Answers(False, "its answers are words and not the numbers of the form")
    if beyond or words:
        return Answers(False, f"{beyond + words} of {count} answers are none that the form offers")
    if missing > MOST_MISSING * count:
        return Answers(False, f"{missing} of {count} answers are none that the form offers")
    if missing:
        return Answers(
            True, f"all answers fit but {missing}, which look like codes of missing ones"
        )
    return Answers(True, "all answers are ones that the form offers")
