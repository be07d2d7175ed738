"""Draws the curve of codes over people from the table `saturation_curve`: a panel is a group."""

from pathlib import Path
from typing import Any

from trialtrail.record import run
from trialtrail.report.drawing import (
    ACCENT,
    BAND,
    GREY,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    Drawn,
    Name,
    draw_parts,
)
from trialtrail.report.figure_text import LEADING, POINTS, Parts, fold_parts, write_lines
from trialtrail.results.cells import Cells, Table

ACROSS = 3
"""Panels in a row."""
HIGHEST = 72 * TEXT_HEIGHT - 90
"""Points that a part of the figure may be high: a page without a caption."""
HEIGHT, FOOT = 144, 26
"""Points: height of a panel, and of the numbers at its axis."""
EDGE, APART = 28, 26
"""Points on the left of the panels, and between two."""
PAGE = 72 * TEXT_WIDTH
EVERYBODY = "All people interviewed"
"""Title of the panel where no roles are known."""
ORDER = "People, in the order of their interviews"


def panels(groups: Table, curve: Table) -> dict[str, list[dict[str, str]]]:
    """Return the curves of the groups of all stages, by group."""
    return {
        name: [point for point in curve.rows.values() if point["group"] == name]
        for name, row in groups.rows.items()
        if not row["stage"]
    }


def draw_panel(axes: Any, points: list[dict[str, str]]) -> None:
    """Draw one group: the order of the interviews as steps, the random orders as mean and band."""
    places = [int(each["place"]) for each in points]
    columns = ("codes", "mean", "lower", "upper")
    held, mean, lower, upper = ([float(each[name]) for each in points] for name in columns)
    axes.fill_between(places, lower, upper, color=BAND, linewidth=0)
    axes.plot(places, mean, color=GREY, linewidth=1, linestyle=(0, (4, 2)))
    axes.plot(places, held, color=ACCENT, linewidth=1.5, marker="o", markersize=2.5)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(axis="y", color=GREY, alpha=0.15, linewidth=0.5)


def draw_saturation(
    groups: Table, curve: Table, labels: dict[str, str], fonts: Path
) -> list[Drawn]:
    """Return the parts of the figure, each with the titles of its panels."""
    shown = panels(groups, curve)
    most = max((float(each["upper"]) for each in curve.rows.values()), default=1)
    most = max([most, *(float(each["codes"]) for each in curve.rows.values())])
    ends = max((len(points) for points in shown.values()), default=1) + 0.5, most * 1.05 or 1
    named = {
        name: labels.get(name, name if groups.rows[name]["role"] else EVERYBODY) for name in shown
    }
    across = min(ACROSS, max(1, len(shown)))
    wide = (PAGE - EDGE - (across - 1) * APART - 4) / across
    panel_rows = [
        [
            (fold_parts([Name(named[name])], wide, fonts, 600), shown[name])
            for name in list(shown)[start : start + across]
        ]
        for start in range(0, len(shown), across)
    ]
    parts: list[list] = [[]]
    for row in panel_rows:
        if parts[-1] and sum(map(high, [*parts[-1], row])) + LEADING > HIGHEST:
            parts.append([])
        parts[-1].append(row)
    return [draw_part(part, wide, ends) for part in parts]


def high(row: list[tuple[list[Parts], list]]) -> float:
    """Return the points that a row of panels is high, with its titles and the numbers below it."""
    return LEADING * (max(len(lines) for lines, _ in row) + 0.6) + HEIGHT + FOOT


def draw_part(
    rows: list[list[tuple[list[Parts], list]]], wide: float, ends: tuple[float, float]
) -> Drawn:
    """Return a part: panels in rows on the same axes, the label of these below the last row.

    A panel is the lines of its title and its points; ``wide`` are its points across, ``ends`` where
    its axes end.
    """
    from matplotlib.figure import Figure

    height = sum(map(high, rows)) + LEADING
    figure, texts = Figure(figsize=(TEXT_WIDTH, height / 72)), {}
    down = 0.0
    for row in rows:
        foot = down + high(row) - FOOT
        for place, (lines, points) in enumerate(row):
            left = (EDGE + place * (wide + APART)) / PAGE
            axes = figure.add_axes((left, 1 - foot / height, wide / PAGE, HEIGHT / height))
            draw_panel(axes, points)
            axes.set_xlim(0.5, ends[0])
            axes.set_ylim(0, ends[1])
            write_lines(figure, lines, (left, down + POINTS), texts, fontweight=600)
        down += high(row)
    if rows:
        write_lines(figure, [[ORDER]], (0.5, down + 2), texts, ha="center")
    else:
        write_lines(figure, [["No group of people interviewed."]], (0.0, POINTS), texts)
    return figure, texts


def main(job) -> None:
    """Read both tables; write the figure."""
    groups = Cells.of_files(job.input.table).table("saturation")
    curve = Cells.of_files(job.input.curve).table("saturation_curve")
    labels = job.params.labels
    fonts = Path(job.input.fonts[0]).parent
    draw_parts(fonts, lambda: draw_saturation(groups, curve, labels, fonts), job.output.figure)


run(main, globals())
