"""A forest plot drawn: panels of rows, each with its label, interval and estimate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from trialtrail.analysis.measures import limits, measure_of
from trialtrail.report.drawing import (
    ACCENT,
    BAND,
    GREY,
    INK,
    RULE,
    TEXT_WIDTH,
    Cell,
    Drawn,
    Name,
    words,
)
from trialtrail.report.fonts import text_width, wrap
from trialtrail.report.forest import CLOSE, FOOT, HEAD, SENSE, Piece, Row, in_parts
from trialtrail.report.formatting import (
    KIND,
    as_printed,
    decimals_for_effect,
    format_number,
    has_number,
)
from trialtrail.results.cells import Table
from trialtrail.results.plan_status import sign_of

POINTS, TICKS = 8, 5
"""Size of the texts; most steps of an axis."""
LABEL, VALUE = 160, 190
"""Points: the widest that the texts on the left and on the right of an axis may be."""
PLAIN = ((1,), (1, 2, 5), (1, 1.5, 2, 3, 5, 7))
"""First digits of the numbers at the ticks of a ratio, from a wide range to a narrow one."""
FEWEST, TENS = 3, 8
"""Least ticks of a ratio, and most where they are powers of ten."""
SENSE_POINTS, GAP = 7.5, 14
"""Size of the texts on the two sides of no effect, and the points between them."""


@dataclass(frozen=True)
class Words:
    """What a plot says.

    Attributes:
        name_of: of a row, its label in pieces; the first is the cell ``label`` if ``own``.
        heading_of: of the first row of a panel, its heading in parts.
        arms: labels of the arms, the reference first.
        own: whether the first piece of a label is the cell ``label`` of the row.
        limits: whether the smallest important difference and the margin are drawn; a panel is then
            of one outcome.
    """

    name_of: Callable[[dict[str, str]], list[str]]
    heading_of: Callable[[dict[str, str]], list[str | Cell]]
    arms: Sequence[str]
    own: bool = True
    limits: bool = False


def forest_plot(
    panels: list[list[dict[str, str]]], table: Table, said: Words, fonts: Path
) -> list[Drawn]:
    """Return the parts of the plot, each with its labels; without rows, one that says so.

    The columns of text are as wide as their texts, the axis has what is left.
    """
    shown = [measured(rows, table, said, fonts) for rows in panels]
    every = [row for rows in shown for row in rows]
    left = widest([row.label for row in every], fonts) / (72 * TEXT_WIDTH)
    right = widest([row.value for row in every], fonts) / (72 * TEXT_WIDTH)
    edges = max(0.3, left + 0.025), min(0.74, 1 - right - 0.03)
    return [draw_part(pieces, table, edges, said, fonts) for pieces in in_parts(shown)]


def draw_part(
    pieces: list[Piece],
    table: Table,
    edges: tuple[float, float],
    said: Words,
    fonts: Path,
) -> Drawn:
    """Return one part of the plot with its labels; ``edges`` are those of its axes, in widths."""
    from matplotlib.figure import Figure

    height = sum(HEAD + piece.depth + FOOT for piece in pieces) + SENSE
    figure = Figure(figsize=(TEXT_WIDTH, height))
    if not pieces:
        figure.text(0.5, 0.5, "No outcome of this kind", ha="center", va="center", color=RULE)
    texts: dict[str, Any] = {}
    (start, end), top = edges, height
    for piece in pieces:
        bottom = top - HEAD - piece.depth
        axes = figure.add_axes((start, bottom / height, end - start, piece.depth / height))
        draw_panel(axes, piece, texts, said, fonts)
        top = bottom - FOOT
    if pieces:
        draw_sense(axes, list(said.arms), pieces[-1].depth, texts, fonts)
    return figure, texts


def draw_panel(axes, piece: Piece, texts: dict[str, Any], said: Words, fonts: Path) -> None:
    """Draw one panel: label, interval and estimate of each row, and the line of no effect."""
    rows = piece.rows
    ratio = measure_of(rows[0].cells["measure"]).ratio
    axes.set_xscale("log" if ratio else "linear")
    axes.axvline(1 if ratio else 0, color=GREY, linewidth=0.7, zorder=1)
    if said.limits:
        draw_limits(axes, rows[0].cells)
    if len(rows) < len(piece.panel):
        known = [row.cells[part] for row in piece.panel for part in ("lower", "estimate", "upper")]
        axes.update_datalim([(float(value), 0) for value in known if value])
    place = 0.0
    for row in rows:
        middle = place + (row.depth - 1) / 2
        draw_row(axes, row, middle, texts)
        place += row.depth
    axes.set_ylim(place - 0.4, -0.6)
    axes.set_yticks([])
    if not any(row.cells["estimate"] for row in rows):
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
    elif ratio:
        axes.xaxis.set_major_locator(FixedLocator(ratio_ticks(*axes.get_xlim())))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(steps_that_fit(axes, fonts)))
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
    axes.spines["left"].set_visible(False)
    gid = f"title-{len(texts)}"
    texts[gid] = said.heading_of(rows[0].cells)
    title = "".join(str(part) for part in texts[gid])
    shown = axes.set_title(title, loc="left", fontsize=8, fontweight=600, pad=6)
    shown.set_gid(gid)
    shown.set_parse_math(False)


def draw_limits(axes, row: dict[str, str]) -> None:
    """Draw what is smaller than the smallest important difference, and the margin of the plan."""
    if row.get("important"):
        below, above = limits(row["measure"], float(row["important"]))
        axes.axvspan(below, above, color=BAND, alpha=0.6, linewidth=0, zorder=0)
    if row.get("margin"):
        below, above = limits(row["measure"], float(row["margin"]))
        worse = below if row.get("better") == "higher" else above
        axes.axvline(worse, color=INK, linewidth=0.8, linestyle=":", zorder=1)


def ratio_ticks(low: float, high: float) -> list[float]:
    """Return plain numbers for the ticks of a ratio: as few as tell the scale, three where can be.

    They are powers of ten, or such with 2 and 5, or with more between them; of a range in which
    these are too few they are as far apart as on a linear axis.
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for digits in PLAIN:
        every = [float(f"{digit * 10.0**power:.6g}") for power in powers for digit in digits]
        inside = [value for value in every if low <= value <= high]
        if digits == (1,) and len(inside) > TENS:
            apart = math.ceil(len(inside) / TENS)
            return [value for value in inside if round(math.log10(value)) % apart == 0]
        if FEWEST <= len(inside) <= (TENS if digits == (1,) else TICKS + 1):
            return inside
    power = math.ceil(math.log10(high - low))
    while True:
        for digit in (5, 2, 1):
            step = digit * 10.0**power
            first, last = math.ceil(low / step), math.floor(high / step)
            if last - first + 1 >= FEWEST:
                return [float(f"{n * step:.6g}") for n in range(first, last + 1)]
        power -= 1


def draw_row(axes, row: Row, middle: float, texts: dict[str, Any]) -> None:
    """Draw the interval of one row, its label on its left and its estimate on its right."""
    low, centre, high = (row.cells[part] for part in ("lower", "estimate", "upper"))
    if low:
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


def label(table: Table, row: dict[str, str]) -> list[list[str | Cell]]:
    """Return the estimate and its interval as the tables of the report print them.

    They are two pieces, which may stand in two lines; where one is missing, the reason stands.
    """
    address = f"{table.name}#{row['row']}"
    reason = words(f"{address}/note", row.get("note", ""))
    if not row["estimate"]:
        return [[reason]]
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
    sign = [f" {sign_of(row)}"] if sign_of(row) else []
    if not row["lower"]:
        return [[cells["estimate"]], ["(", reason, ")", *sign]]
    return [[cells["estimate"]], ["(", cells["lower"], " to ", cells["upper"], ")", *sign]]


def tick(value: float, _: int = 0) -> str:
    """Return the number at a tick of the axis, as the report prints numbers."""
    return format_number(f"{value:.10g}", "g")


def steps_that_fit(axes, fonts: Path) -> int:
    """Return how many steps the axis may have so that the numbers at its ticks stand apart."""
    room = axes.get_position().width * TEXT_WIDTH * 72
    low, high = axes.get_xlim()
    for steps in range(TICKS, 1, -1):
        at = [v for v in MaxNLocator(steps).tick_values(low, high) if low <= v <= high]
        widest_tick = max((text_width(tick(v), POINTS, fonts) for v in at), default=0.0)
        if len(at) < 2 or widest_tick + POINTS <= room * (at[1] - at[0]) / (high - low):
            return steps
    return 1


def measured(rows: list[dict[str, str]], table: Table, said: Words, fonts: Path) -> list[Row]:
    """Return the rows with their texts in lines that fit their columns."""
    done = []
    for row in rows:
        address = f"{table.name}#{row['row']}/label"
        lines: list[list[str | Cell]] = []
        name, *more = said.name_of(row)
        for piece in (name, *more):
            own = said.own and piece is name
            lines += [
                [words(address, line) if own else name_of_study(line)]
                for line in folded(piece, LABEL, fonts)
            ]
        value = label(table, row)
        whole = [part for piece in value for part in [*piece, " "]][:-1]
        if text_width("".join(map(str, whole)), POINTS, fonts) <= VALUE:
            value = [whole]
        elif not row["lower"]:
            note = f"{table.name}#{row['row']}/note"
            lines_of_note = [[words(note, line)] for line in folded(row["note"], VALUE, fonts)]
            value = [*value[: bool(row["estimate"])], *lines_of_note]
        done.append(Row(row, lines, value))
    return done


def name_of_study(line: str) -> str:
    """Return a line of a name that the configuration gives; marked where it holds a number."""
    return Name(line) if has_number(line) else line


def folded(text: str, width: float, fonts: Path) -> list[str]:
    """Return a text as printed in lines no wider than ``width`` points, long words broken."""
    lines: list[str] = []
    for line in wrap(as_printed(text), POINTS, width, fonts):
        while text_width(line, POINTS, fonts) > width:
            fits = next(
                n for n in range(len(line), 0, -1)
                if n == 1 or text_width(line[:n], POINTS, fonts) <= width
            )  # fmt: skip
            lines.append(line[:fits])
            line = line[fits:]
        lines.append(line)
    return lines


def _beside(axes) -> dict[str, Any]:
    return {
        "xycoords": axes.get_yaxis_transform(),
        "annotation_clip": False,
        "fontsize": POINTS,
        "parse_math": False,
    }


def draw_sense(axes, arms: list[str], depth: float, texts: dict[str, Any], fonts: Path) -> None:
    """Say below a panel what lies on either side of no effect, where two arms are compared.

    The two texts stand at the ends of the axis, or side by side about its middle where it is too
    short for both.
    """
    if len(arms) != 2:
        return
    reference, other = arms
    sides = (
        ["\N{LEFTWARDS ARROW} higher with ", reference],
        ["higher with ", other, " \N{RIGHTWARDS ARROW}"],
    )
    widths = [text_width("".join(parts), SENSE_POINTS, fonts) for parts in sides]
    places, size = places_of_sense(axes.get_position(), *widths)
    below = {"xycoords": "axes fraction", "annotation_clip": False, "color": GREY}
    height = -(FOOT + 0.04) / depth
    for parts, place in zip(sides, places, strict=True):
        text = {"ha": "left", "va": "center", "fontsize": size, "parse_math": False}
        if has_number("".join(parts)):
            gid = f"sense-{len(texts)}"
            texts[gid] = [Name(part) if part in arms else part for part in parts]
            text["gid"] = gid
        axes.annotate("".join(parts), (place, height), **text, **below)


def places_of_sense(axis, left: float, right: float) -> tuple[tuple[float, float], float]:
    """Return where two texts begin, in widths of the axis, and the size of their letters.

    Args:
        axis: the axis in the figure, as `axes.get_position` gives it.
        left: points that the text on the left is wide.
        right: points that the text on the right is wide.
    """
    page = 72 * TEXT_WIDTH
    start, room = axis.x0 * page, axis.width * page
    if left + GAP + right <= room:
        return (0.0, 1 - right / room), SENSE_POINTS
    whole = left + GAP + right
    shrunk = min(1.0, page / whole)
    begin = start + room / 2 - shrunk * (left + GAP / 2)
    begin = min(max(0.0, begin), page - shrunk * whole)
    second = begin + shrunk * (left + GAP)
    return ((begin - start) / room, (second - start) / room), SENSE_POINTS * shrunk


def widest(columns: list[list[list[str | Cell]]], fonts: Path) -> float:
    """Return the width in points of the widest line of a column of text."""
    lines = ["".join(map(str, parts)) for lines in columns for parts in lines]
    return max((text_width(line, POINTS, fonts) for line in lines), default=0.0)
