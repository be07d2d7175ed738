"""Draws the retention of providers from the table `retention`: a step is a row of it."""

from pathlib import Path
from typing import Any

from trialtrail.cells import Cells, Table
from trialtrail.lineage import run
from trialtrail.report.drawing import ACCENT, BAND, GREY, TEXT_WIDTH, Cell, draw

HEIGHT = 3.1
APART = 0.11
"""Numbers at risk stand at least this share of the axis apart."""


def steps(table: Table, column: str, missing: float) -> list[float]:
    """Return a curve from the origin: 100% until the first event, then the values in per cent."""
    values = [row[column] for row in table.rows.values()]
    return [100.0, *(100 * float(value) if value else missing for value in values)]


def spaced(times: list[float], end: float) -> list[int]:
    """Return which events carry their number at risk: as many as stand apart."""
    chosen: list[int] = []
    for place, time in enumerate(times):
        if not chosen or time - times[chosen[-1]] >= APART * end:
            chosen.append(place)
    return chosen


def at_risk(axes, table: Table, times: list[float], texts: dict[str, Any]) -> None:
    """Write the number at risk under the events that it belongs to."""
    rows = list(table.rows.items())
    below = {"xycoords": axes.get_xaxis_transform(), "annotation_clip": False, "fontsize": 7.5}
    axes.annotate("At risk", (-0.02, -0.27), xycoords="axes fraction", ha="right", fontsize=7.5)
    for place in spaced(times, axes.get_xlim()[1]):
        name, row = rows[place]
        gid = f"at-risk-{place}"
        texts[gid] = [Cell(f"{table.name}#{name}/at_risk", row["at_risk"], "d")]
        axes.annotate(str(texts[gid][0]), (times[place], -0.27), ha="center", gid=gid, **below)


def draw_retention(table: Table) -> tuple[Any, dict]:
    """Return the figure and the parts of its labels."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(TEXT_WIDTH, HEIGHT))
    axes = figure.add_axes((0.12, 0.24, 0.84, 0.72))
    times = [float(row["months"]) for row in table.rows.values()]
    curve = [0.0, *times]
    low, high = steps(table, "lower", 0.0), steps(table, "upper", 100.0)
    axes.fill_between(curve, low, high, step="post", color=BAND, linewidth=0)
    axes.step(curve, steps(table, "survival", 0.0), where="post", color=ACCENT, linewidth=1.5)
    axes.set_xlim(0, max(times, default=1) * 1.02)
    axes.set_ylim(0, 101)
    axes.set_ylabel("Still serving, %")
    axes.set_xlabel("Months of service")
    axes.set_xticks(range(0, int(max(times, default=1)) + 1, 3))
    axes.grid(axis="y", color=GREY, alpha=0.15, linewidth=0.5)
    texts: dict[str, Any] = {}
    at_risk(axes, table, times, texts)
    return figure, texts


def main(job) -> None:
    """Read the table of retention; write the curve."""
    table = Cells.of_files(job.input.table).table("retention")
    fonts = Path(job.input.fonts[0]).parent
    draw(fonts, lambda: draw_retention(table), job.output.figure)


run(main, globals())
