"""A forest plot drawn: panels of rows, each with its label, interval and estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialtrail.analysis.measures import limits, measure_of
from trialtrail.report.axis_ticks import set_ticks
from trialtrail.report.drawing import (
    ACCENT,
    BAND,
    GREY,
    INK,
    TEXT_WIDTH,
    Cell,
    Drawn,
    Name,
    words,
)
from trialtrail.report.figure_text import (
    LEADING,
    POINTS,
    Parts,
    fold,
    fold_parts,
    parts_width,
    write_lines,
)
from trialtrail.report.forest import CLOSE, FOOT, Panel, Piece, Row, in_parts
from trialtrail.report.formatting import KIND, decimals_for_effect, has_number
from trialtrail.report.views import NOTHING
from trialtrail.results.cells import Table
from trialtrail.results.plan_status import sign_of

LABEL, VALUE = 160, 190
"""Points: the widest that the texts on the left and on the right of an axis may be."""
GAP = 14
"""Points between the texts on the two sides of no effect."""
PAGE = 72 * TEXT_WIDTH


@dataclass(frozen=True)
class Words:
    """What a plot says.

    Attributes:
        name_of: of a row, its label in pieces; the first is the cell ``label`` if ``own``.
        heading_of: of the first row of a panel, its heading in parts.
        arms: id -> label of the arms, the reference first.
        own: whether the first piece of a label is the cell ``label`` of the row.
        limits: whether the smallest important difference and the margin are drawn; a panel is then
            of one outcome.
    """

    name_of: Callable[[dict[str, str]], list[str]]
    heading_of: Callable[[dict[str, str]], Parts]
    arms: Mapping[str, str]
    own: bool = True
    limits: bool = False


def forest_plot(
    panels: list[list[dict[str, str]]], table: Table, said: Words, fonts: Path
) -> list[Drawn]:
    """Return the parts of the plot, each with its labels; without rows, one that says so.

    The columns of text are as wide as their texts, the axis has what is left.
    """
    shown = [measured(rows, table, said, fonts) for rows in panels]
    every = [row for panel in shown for row in panel.rows]
    left = widest([row.label for row in every], fonts) / PAGE
    right = widest([row.value for row in every], fonts) / PAGE
    edges = max(0.3, left + 0.025), min(0.74, 1 - right - 0.03)
    sides = sides_of_no_effect([row.cells for row in every], said.arms)
    sense = placed_sides(sides, edges, fonts)
    return [
        draw_part(pieces, edges, said, sense, fonts) for pieces in in_parts(shown, height_of(sense))
    ]


def draw_part(
    pieces: list[Piece],
    edges: tuple[float, float],
    said: Words,
    sense: list[tuple],
    fonts: Path,
) -> Drawn:
    """Return one part of the plot with its labels; ``edges`` are those of its axes, in widths."""
    from matplotlib.figure import Figure

    panels = sum(piece.panel.head + piece.depth + FOOT for piece in pieces)
    height = panels + height_of(sense) + (0 if pieces else LEADING / 36)
    figure = Figure(figsize=(TEXT_WIDTH, height))
    if not pieces:
        figure.text(0.5, 0.5, "No outcome of this kind", ha="center", va="center", color=GREY)
    texts: dict[str, Any] = {}
    (start, end), top = edges, height
    for piece in pieces:
        draw_heading(figure, piece.panel, (start, top / height), texts)
        bottom = top - piece.panel.head - piece.depth
        axes = figure.add_axes((start, bottom / height, end - start, piece.depth / height))
        draw_panel(axes, piece, texts, said, fonts)
        top = bottom - FOOT
    if pieces:
        draw_sense(figure, sense, top, texts)
    return figure, texts


def draw_heading(figure, panel: Panel, corner: tuple[float, float], texts: dict[str, Any]) -> None:
    """Write the heading of a panel from its axis on, or where that is too narrow across the page.

    ``corner`` is where the panel begins at its top left, in widths and heights of the figure.
    """
    start, top = corner
    first = start if panel.wide <= (1 - start) * PAGE else 0.0
    down = 72 * figure.get_figheight() * (1 - top) + POINTS + 8
    write_lines(figure, panel.heading, (first, down), texts, fontweight=600)


def draw_panel(axes, piece: Piece, texts: dict[str, Any], said: Words, fonts: Path) -> None:
    """Draw one panel: label, interval and estimate of each row, and the line of no effect.

    Where nothing is estimated there is neither a line nor an axis.
    """
    rows = piece.rows
    ratio = measure_of(rows[0].cells["measure"]).ratio
    estimated = any(row.cells["estimate"] for row in piece.panel.rows)
    axes.set_xscale("log" if ratio else "linear")
    if estimated:
        axes.axvline(1 if ratio else 0, color=GREY, linewidth=0.7, zorder=1)
    if said.limits and estimated:
        draw_limits(axes, rows[0].cells)
    if len(rows) < len(piece.panel.rows):
        parts = ("lower", "estimate", "upper")
        known = [row.cells[part] for row in piece.panel.rows for part in parts]
        axes.update_datalim([(float(value), 0) for value in known if value])
    place = 0.0
    for row in rows:
        middle = place + (row.depth - 1) / 2
        draw_row(axes, row, middle, texts)
        place += row.depth
    axes.set_ylim(place - 0.4, -0.6)
    axes.set_yticks([])
    if estimated:
        set_ticks(axes, ratio, fonts)
    else:
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)


def draw_limits(axes, row: dict[str, str]) -> None:
    """Draw what is smaller than the smallest important difference, and the margin of the plan."""
    if row.get("important"):
        below, above = limits(row["measure"], float(row["important"]))
        axes.axvspan(below, above, color=BAND, alpha=0.6, linewidth=0, zorder=0)
    if row.get("margin"):
        below, above = limits(row["measure"], float(row["margin"]))
        worse = below if row.get("better") == "higher" else above
        axes.axvline(worse, color=INK, linewidth=0.8, linestyle=":", zorder=1)


def draw_row(axes, row: Row, middle: float, texts: dict[str, Any]) -> None:
    """Draw the interval of one row, its label on its left and its estimate on its right."""
    low, centre, high = (row.cells[part] for part in ("lower", "estimate", "upper"))
    if low and high:
        ends = [float(low), float(high)]
        axes.plot(ends, [middle, middle], color=INK, linewidth=1.1, zorder=2)
    if centre:
        axes.plot([float(centre)], [middle], marker="s", markersize=5, color=ACCENT, zorder=3)
    for kind, lines, place, side in (
        ("label", row.label, -0.03, "right"),
        ("value", row.value, 1.04, "left"),
    ):
        first = middle - (len(lines) - 1) / 2 * CLOSE
        for number, parts in enumerate(lines):
            gid = f"{kind}-{len(texts)}"
            texts[gid] = parts
            printed = "".join(str(part) for part in parts)
            at = (place, first + number * CLOSE)
            axes.annotate(printed, at, ha=side, va="center", gid=gid, **_beside(axes))


def _beside(axes) -> dict[str, Any]:
    return {
        "xycoords": axes.get_yaxis_transform(),
        "annotation_clip": False,
        "fontsize": POINTS,
        "parse_math": False,
    }


def label(table: Table, row: dict[str, str]) -> list[Parts]:
    """Return the estimate and its interval as the tables of the report print them.

    They are two pieces, which may stand in two lines; where one is missing, the reason stands, and
    where there is none either, the estimate alone.
    """
    address = f"{table.name}#{row['row']}"
    reason = [words(f"{address}/note", row["note"])] if row.get("note") else []
    sign = [f" {sign_of(row)}"] if sign_of(row) else []
    if not row["estimate"]:
        return [[*(reason or [NOTHING]), *sign]]
    kind = [row, *(r for r in table.rows.values() if all(r[name] == row[name] for name in KIND))]
    spec = decimals_for_effect(
        *((each["lower"], each["upper"]) for each in kind if each["estimate"]),
        numbers=[row["estimate"]],
        decimals=row.get("decimals", ""),
        ratio=measure_of(row["measure"]).ratio,
    )
    cells = {
        part: Cell(f"{address}/{part}", row[part], spec)
        for part in ("estimate", "lower", "upper")
        if row[part]
    }
    if row["lower"] and row["upper"]:
        return [[cells["estimate"]], ["(", cells["lower"], " to ", cells["upper"], ")", *sign]]
    if reason:
        return [[cells["estimate"]], ["(", *reason, ")", *sign]]
    return [[cells["estimate"], *sign]]


def measured(rows: list[dict[str, str]], table: Table, said: Words, fonts: Path) -> Panel:
    """Return the rows with their texts in lines that fit their columns, and their heading."""
    done = []
    for row in rows:
        address = f"{table.name}#{row['row']}/label"
        lines: list[Parts] = []
        name, *more = said.name_of(row)
        for piece in (name, *more):
            own = said.own and piece is name
            lines += [
                [words(address, line) if own else name_of_study(line)]
                for line in fold(piece, LABEL, fonts)
            ]
        value = label(table, row)
        whole = [part for piece in value for part in [*piece, " "]][:-1]
        if parts_width(whole, fonts) <= VALUE:
            value = [whole]
        else:
            value = [line for piece in value for line in fold_parts(piece, VALUE, fonts)]
        done.append(Row(row, lines, value))
    heading = said.heading_of(rows[0])
    return Panel(done, fold_parts(heading, PAGE, fonts, 600), parts_width(heading, fonts, 600))


def name_of_study(line: str) -> str:
    """Return a line of a name that the configuration gives; marked where it holds a number."""
    return Name(line) if has_number(line) else line


def sides_of_no_effect(
    rows: Sequence[Mapping[str, str]], arms: Mapping[str, str]
) -> tuple[Parts, Parts] | None:
    """Return what lies on the left and on the right of no effect, for all rows at once.

    Of two arms each is named; of several the reference, where it is one; of a factor, its two
    sides. None where nothing is estimated, or the rows have several references.
    """
    references = {row["reference"] for row in rows if row["estimate"]}
    if len(references) != 1:
        return None
    (reference,) = references
    if reference not in arms and len(arms) != 2:
        return ["\N{LEFTWARDS ARROW} higher without it"], [
            "higher with the factor \N{RIGHTWARDS ARROW}"
        ]
    if len(arms) == 2:
        first, other = map(name_of_study, arms.values())
        return ["\N{LEFTWARDS ARROW} higher with ", first], [
            "higher with ",
            other,
            " \N{RIGHTWARDS ARROW}",
        ]
    first = name_of_study(arms[reference])
    return ["\N{LEFTWARDS ARROW} higher with ", first], [
        "higher with the arm named \N{RIGHTWARDS ARROW}"
    ]


def placed_sides(
    sides: tuple[Parts, Parts] | None, edges: tuple[float, float], fonts: Path
) -> list[tuple]:
    """Return the lines of the two sides: parts, place in widths of the page, alignment, line.

    They stand at the ends of the axis, or on either side of its middle, in as many lines as fit
    between there and the edge of the page.
    """
    if sides is None:
        return []
    start, end = edges
    room = (end - start) * PAGE
    if sum(parts_width(parts, fonts) for parts in sides) + GAP <= room:
        return [(sides[0], start, "left", 0), (sides[1], end, "right", 0)]
    middle, half = (start + end) / 2, GAP / 2 / PAGE
    found = []
    for parts, place, side, width in (
        (sides[0], middle - half, "right", (middle - half) * PAGE),
        (sides[1], middle + half, "left", (1 - middle - half) * PAGE),
    ):
        lines = fold_parts(parts, width, fonts)
        found += [(line, place, side, number) for number, line in enumerate(lines)]
    return found


def height_of(sense: list[tuple]) -> float:
    """Return the inches that the lines of `placed_sides` need."""
    return (1 + max(line for *_, line in sense)) * LEADING / 72 + 0.03 if sense else 0.0


def draw_sense(figure, sense: list[tuple], top: float, texts: dict[str, Any]) -> None:
    """Say below the last axis what lies on either side of no effect; ``top`` is in inches."""
    first = 72 * (figure.get_figheight() - top) + POINTS
    for parts, place, side, line in sense:
        down = first + line * LEADING
        write_lines(figure, [parts], (place, down), texts, ha=side, color=GREY)


def widest(columns: list[list[Parts]], fonts: Path) -> float:
    """Return the width in points of the widest line of a column of text."""
    return max((parts_width(parts, fonts) for lines in columns for parts in lines), default=0.0)
