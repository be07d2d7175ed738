"""Stand-in: repeated measures. To be replaced."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from trialtrail.new_study.seen import SeenColumn, SeenFile


@dataclass
class RepeatedMeasure:
    """One measure at several timepoints, each a column."""

    stem: str
    columns: dict[str, str] = field(default_factory=dict)
    why: str = ""
    sure: bool = True


@dataclass
class LongShape:
    """Several rows a participant."""

    timepoint_column: str
    timepoints: list[str] = field(default_factory=list)
    varying: list[str] = field(default_factory=list)
    constant: list[str] = field(default_factory=list)
    why: str = ""
    sure: bool = True
    timed: bool = True


ENDING = re.compile(
    r"(?i)(.*?[^\W\d])[ ._-]?((?:[tvmw])?[0-9]{1,3}|baseline|pre|post|before|after)"
)


def find_repeated(columns: list[SeenColumn]) -> list[RepeatedMeasure]:
    """Return the measures with two to eight timepoints."""
    stems: dict[str, dict[str, str]] = {}
    for column in columns:
        if match := ENDING.fullmatch(column.name):
            stems.setdefault(match[1].strip(" ._-"), {})[match[2]] = column.name
    found = []
    for stem, of in stems.items():
        if 2 <= len(of) <= 8:
            order = sorted(of, key=lambda t: int(re.sub(r"\D", "", t) or 0))
            found.append(RepeatedMeasure(stem, {t: of[t] for t in order}, "the headings end alike"))
    return found


def find_long(file: SeenFile, id_column: str) -> LongShape | None:
    """Return the shape by the first column that parts the rows of each participant."""
    ids = file.column(id_column).cells
    if len(set(ids)) == len(ids):
        return None
    for column in file.columns:
        values = set(column.cells)
        pairs = list(zip(ids, column.cells, strict=True))
        if column.name != id_column and 2 <= len(values) <= 12 and len(set(pairs)) == len(pairs):
            varying, constant = [], []
            for other in file.columns:
                if other.name in (id_column, column.name):
                    continue
                of: dict = {}
                for who, cell in zip(ids, other.cells, strict=True):
                    of.setdefault(who, set()).add(cell)
                same = all(len(cells) == 1 for cells in of.values())
                (constant if same else varying).append(other.name)
            order = sorted(
                (v for v in values if v), key=lambda t: (int(re.sub(r"\D", "", t) or 0), t)
            )
            return LongShape(
                column.name,
                order,
                varying,
                constant,
                "it parts the rows of each id",
                True,
                not all(t.isdigit() for t in order),
            )
    return None


def find_visit_dates(columns: list[SeenColumn], repeated=()) -> dict[str, str]:
    """Return none."""
    return {}
