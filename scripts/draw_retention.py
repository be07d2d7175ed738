"""Draws the retention of providers from the table `retention`: a point is a row of it."""

from pathlib import Path
from typing import Any

from trialtrail.record import run
from trialtrail.report.drawing import ACCENT, BAND, GREY, TEXT_WIDTH, Cell, draw
from trialtrail.results.cells import Cells, Table

HEIGHT = 2.9


def steps(table: Table, column: str, missing: float) -> list[float]:
    """Return a curve in per cent; before the first event everybody is there, without doubt."""
    values = []
    for row in table.rows.values():
        known = 100 * float(row[column]) if row[column] else missing
        values.append(100.0 if float(row["survival"]) == 1 else known)
    return values


def round_times(table: Table) -> dict[str, float]:
    """Return the rows of round times, by name: where the axis is marked."""
    return {
        name: float(row["months"]) for name, row in table.rows.items() if name.startswith("month_")
    }


def at_risk(axes, table: Table, texts: dict[str, Any]) -> None:
    """Write the number at risk under each mark of the axis."""
    below = {"annotation_clip": False, "fontsize": 8}
    axes.annotate("At risk", (-0.035, -0.29), xycoords="axes fraction", ha="right", **below)
    for name, time in round_times(table).items():
        gid = f"at-risk-{name}"
        texts[gid] = [Cell(f"{table.name}#{name}/at_risk", table.rows[name]["at_risk"], "d")]
        place = {"xycoords": axes.get_xaxis_transform(), "ha": "center", "gid": gid}
        axes.annotate(str(texts[gid][0]), (time, -0.29), **place, **below)


def draw_retention(table: Table) -> tuple[Any, dict]:
    """Return the figure and the parts of its labels."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(TEXT_WIDTH, HEIGHT))
    axes = figure.add_axes((0.1, 0.25, 0.87, 0.67))
    times = [float(row["months"]) for row in table.rows.values()]
    low, high = steps(table, "lower", 0.0), steps(table, "upper", 100.0)
    axes.fill_between(times, low, high, step="post", color=BAND, linewidth=0)
    axes.step(times, steps(table, "survival", 0.0), where="post", color=ACCENT, linewidth=1.5)
    axes.set_xlim(0, max(times, default=1) * 1.02 or 1)
    axes.set_ylim(0, 101)
    axes.set_title("Still serving, %", loc="left", fontsize=8, fontweight=600, pad=7)
    axes.set_xlabel("Months of service")
    axes.set_xticks(list(round_times(table).values()))
    axes.grid(axis="y", color=GREY, alpha=0.15, linewidth=0.5)
    texts: dict[str, Any] = {}
    at_risk(axes, table, texts)
    return figure, texts


def main(job) -> None:
    """Read the table of retention; write the curve."""
    table = Cells.of_files(job.input.table).table("retention")
    fonts = Path(job.input.fonts[0]).parent
    draw(fonts, lambda: draw_retention(table), job.output.figure)


run(main, globals())
