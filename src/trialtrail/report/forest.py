"""The rows of a forest plot: in panels of one scale, and in parts that each fit on a page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from trialtrail.analysis.measures import measure_of
from trialtrail.report.drawing import TEXT_HEIGHT
from trialtrail.report.figure_text import LEADING, Parts
from trialtrail.results.cells import Table

LINE, HEAD, FOOT = 0.24, 0.34, 0.36
"""Inches: a line of the plot, the heading of a panel of one line, its axis."""

MOST = TEXT_HEIGHT - 2
"""Inches that a part of the plot may be high: a page without the heading and the caption."""
CLOSE = 0.62
"""Distance of two lines of one text, in lines of the plot."""
APART = 1e4
"""Times an interval may be wider than another that is drawn on the same axis."""


MEASURE_OF_OUTCOME = (
    "mean_difference",
    "risk_difference",
    "rate_ratio",
    "common_odds_ratio",
    "hazard_ratio",
)
"""The measure of an outcome, of which it has one."""
COMPLIER = "complier_"
"""How the measures of a complier effect begin, which stand on the axis of the measure itself."""
OTHERS = ("sensitivity", "supplementary")


@dataclass(frozen=True)
class Row:
    """A row of the plot: its cells, and its label and value as lines, each line in parts."""

    cells: dict[str, str]
    label: list[Parts]
    value: list[Parts]

    @property
    def depth(self) -> float:
        """How many rows of the plot it is high."""
        return 1 + (max(len(self.label), len(self.value)) - 1) * CLOSE


@dataclass(frozen=True)
class Panel:
    """Rows on one scale, the lines of their heading, and how wide it is as one, in points."""

    rows: list[Row]
    heading: list[Parts]
    wide: float = 0.0

    @property
    def head(self) -> float:
        """The height of its heading in inches."""
        return HEAD + (len(self.heading) - 1) * LEADING / 72


def panels(table: Table, role: str, measures: list[str]) -> list[list[dict[str, str]]]:
    """Return the rows of the plot in panels: those of one measure and one unit share a scale.

    Every row of the role is among them: where one has no estimate or no interval, the plot says
    what the tables say of it. Rows without a unit share a scale only with those whose intervals are
    of like width.
    """
    found: dict[tuple, list[dict[str, str]]] = {}
    for row, cells in table.rows.items():
        drawn = cells["role"] == role and not cells.get("shifted")
        if drawn and cells["measure"] in measures:
            key = (cells["measure"], cells["unit"])
            found.setdefault(key, []).append({**cells, "row": row})
    return [part for rows in found.values() for part in of_like_width(rows)]


def of_like_width(rows: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """Return rows of one measure in groups whose intervals can be seen on one scale."""
    parts: list[list[dict[str, str]]] = []
    for row in rows:
        width = extent(row)
        for part in parts:
            known = [extent(each) for each in part if extent(each)]
            spread = [*known, width]
            if not width or not known or max(spread) <= APART * min(spread):
                part.append(row)
                break
        else:
            parts.append([row])
    return parts


def extent(row: dict[str, str]) -> float:
    """Return how far from no difference a row reaches, 0 without an interval; a ratio has 1."""
    if not row["lower"] or measure_of(row["measure"]).ratio:
        return float(bool(row["lower"]))
    return max(abs(float(row["lower"])), abs(float(row["upper"])))


def compared(table: Table) -> list[list[dict[str, str]]]:
    """Return the rows of each primary comparison: main, sensitivity, then supplementary ones.

    A comparison without another analysis is no panel.
    """
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for name, cells in table.rows.items():
        row = {**cells, "row": name}
        key = key_of(row)
        if cells["role"] == "primary" and cells["measure"] in MEASURE_OF_OUTCOME:
            found.setdefault(key, []).append(row)
        elif key in found and cells["role"] in OTHERS and not cells.get("shifted"):
            found[key].append(row)
    order = ("primary", *OTHERS)
    return [
        sorted(rows, key=lambda row: order.index(row["role"]))
        for rows in found.values()
        if len(rows) > 1
    ]


def key_of(row: dict[str, str]) -> tuple[str, ...]:
    """Return what is compared, whatever the analysis."""
    measure = row["measure"].removeprefix(COMPLIER)
    return row["outcome"], row["timepoint"], row["arm"], measure


@dataclass
class Piece:
    """What of a panel stands in one part of the plot: some of its rows, on the scale of all."""

    rows: list[Row]
    panel: Panel

    @property
    def depth(self) -> float:
        """Its height in inches, without heading and axis."""
        return LINE * sum(row.depth for row in self.rows)


def in_parts(shown: list[Panel], sense: float) -> list[list[Piece]]:
    """Return the panels in parts that each fit on a page; each row stands in one of them.

    The rows of one outcome stay together where a part has room for them. ``sense`` are the inches
    that each part has below its last axis, for what lies on either side of no effect.
    """
    parts: list[list[Piece]] = [[]]
    left = room = MOST - sense
    for panel in shown:
        new, edge = True, panel.head + FOOT
        for rows in of_one_outcome(panel.rows, room - edge):
            depth = LINE * sum(row.depth for row in rows)
            if parts[-1] and depth + (edge if new else 0) > left:
                parts.append([])
                left, new = room, True
            if new:
                parts[-1].append(Piece([], panel))
                left -= edge
            parts[-1][-1].rows.extend(rows)
            left, new = left - depth, False
    return parts


def of_one_outcome(panel: list[Row], room: float) -> list[list[Row]]:
    """Return the rows of a panel by outcome, or one by one where an outcome needs more room."""
    found = []
    for _, group in groupby(panel, key=lambda row: row.cells["outcome"]):
        rows = list(group)
        fit = LINE * sum(row.depth for row in rows) <= room
        found += [rows] if fit else [[row] for row in rows]
    return found
