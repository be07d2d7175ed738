"""Draws the curve of codes over people from the table `saturation_curve`: a panel is a group."""

from pathlib import Path
from typing import Any

from trialtrail.record import run
from trialtrail.report.drawing import ACCENT, BAND, GREY, INK, TEXT_WIDTH, draw
from trialtrail.results.cells import Cells, Table

ACROSS, HEIGHT, HEAD, FOOT = 3, 2.0, 0.3, 0.42
"""Panels in a row; height of a panel, of what stands above it and below it, in inches."""
EVERYBODY = "All people interviewed"
"""Title of the panel where no roles are known."""


def panels(groups: Table, curve: Table) -> dict[str, list[dict[str, str]]]:
    """Return the curves of the groups of all stages, by group."""
    return {
        name: [point for point in curve.rows.values() if point["group"] == name]
        for name, row in groups.rows.items()
        if not row["stage"]
    }


def draw_panel(axes: Any, points: list[dict[str, str]], title: str) -> None:
    """Draw one group: the order of the interviews as steps, the random orders as mean and band."""
    places = [int(each["place"]) for each in points]
    columns = ("codes", "mean", "lower", "upper")
    held, mean, lower, upper = ([float(each[name]) for each in points] for name in columns)
    axes.fill_between(places, lower, upper, color=BAND, linewidth=0)
    axes.plot(places, mean, color=GREY, linewidth=1, linestyle=(0, (4, 2)))
    axes.plot(places, held, color=ACCENT, linewidth=1.5, marker="o", markersize=2.5)
    axes.set_title(title, loc="left", fontsize=8, pad=6, color=INK)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(axis="y", color=GREY, alpha=0.15, linewidth=0.5)


def draw_saturation(groups: Table, curve: Table, labels: dict[str, str]) -> tuple[Any, dict]:
    """Return the figure; it has no labels with cells in them."""
    from matplotlib.figure import Figure

    shown = panels(groups, curve)
    across = min(ACROSS, max(1, len(shown)))
    lines = -(-len(shown) // across)
    figure = Figure(figsize=(TEXT_WIDTH, max(1, lines) * (HEIGHT + HEAD + FOOT)))
    most = max((float(each["upper"]) for each in curve.rows.values()), default=1)
    most = max([most, *(float(each["codes"]) for each in curve.rows.values())])
    longest = max((len(points) for points in shown.values()), default=1)
    for place, (name, points) in enumerate(shown.items()):
        axes = figure.add_subplot(max(1, lines), across, place + 1)
        unlabelled = name if groups.rows[name]["role"] else EVERYBODY
        draw_panel(axes, points, labels.get(name, unlabelled))
        axes.set_xlim(0.5, longest + 0.5)
        axes.set_ylim(0, most * 1.05 or 1)
        axes.set_xlabel("People, in the order of their interviews" if place == 0 else "")
    tall = max(1, lines) * (HEIGHT + HEAD + FOOT)
    figure.subplots_adjust(
        left=0.06,
        right=0.99,
        top=1 - HEAD / tall,
        bottom=FOOT / tall,
        hspace=(HEAD + FOOT) / HEIGHT,
        wspace=0.16,
    )
    return figure, {}


def main(job) -> None:
    """Read both tables; write the figure."""
    groups = Cells.of_files(job.input.table).table("saturation")
    curve = Cells.of_files(job.input.curve).table("saturation_curve")
    labels = job.params.labels
    fonts = Path(job.input.fonts[0]).parent
    draw(fonts, lambda: draw_saturation(groups, curve, labels), job.output.figure)


run(main, globals())
