"""Draw the coverage of each method in each scenario, with its Monte Carlo interval."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trialtrail.record import run
from trialtrail.report.drawing import ACCENT, GREY, INK, RULE, TEXT_WIDTH, draw
from trialtrail.report.figure_text import fold
from trialtrail.results.cells import Cells
from trialtrail.simulation.words import method_in_words

LINE, EDGE = 0.15, 0.75
"""Inches: a line of the figure, and what is above and below the lines."""
LABEL, TEXT = 170, 0.98
"""Points of the widest label of a scenario; lines of the figure that a line of text is high."""
STYLES = ((INK, "o"), (ACCENT, "s"), (GREY, "^"), (INK, "D"), (ACCENT, "v"), (GREY, "P"))
"""Colour and mark of the methods, told apart in greyscale as well."""
MONTE_CARLO = 1.96
"""Monte Carlo errors to each side of a point."""


def lines_of(rows: Sequence[dict[str, str]]) -> list[tuple[str, list[dict[str, str]]]]:
    """Return the scenarios in their order, each with its rows that have a coverage."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["coverage"]:
            found.setdefault(row["label"], []).append(row)
    return list(found.items())


def draw_coverage(
    rows: Sequence[dict[str, str]], fonts: Path, *, clustered: bool
) -> tuple[Any, dict]:
    """Return the figure: a line a scenario, a mark a method, the nominal level upright."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    groups = lines_of(rows)
    methods = list(dict.fromkeys((row["method"], row["values"]) for row in rows))
    styles = {name: STYLES[place % len(STYLES)] for place, name in enumerate(methods)}
    lines = {label: fold(label, LABEL, fonts) for label, _ in groups}
    deep = sum(max(len(each), TEXT * len(lines[label])) for label, each in groups)
    height = EDGE + LINE * (deep + 0.6 * len(groups))
    legend = 0.17 * ((len(methods) + 1) // 2)
    height += legend
    figure = Figure(figsize=(TEXT_WIDTH, height))
    below = (0.42 + legend) / height
    axes = figure.add_axes((0.4, below, 0.57, 1 - below - 0.15 / height))
    place, shown = 0.0, set()
    for label, each in groups:
        first = place
        for row in each:
            name = (row["method"], row["values"])
            middle, error = float(row["coverage"]), float(row["coverage_mc_error"])
            colour, mark = styles[name]
            words = method_in_words(*name, clustered=clustered)
            ends = [100 * max(0.0, middle - MONTE_CARLO * error)]
            ends.append(100 * min(1.0, middle + MONTE_CARLO * error))
            axes.plot(ends, [place, place], color=colour, linewidth=0.9, zorder=2)
            axes.plot(
                [100 * middle],
                [place],
                mark,
                color=colour,
                markersize=3,
                zorder=3,
                label=None if name in shown else words,
            )
            shown.add(name)
            place += 1
        write_label(axes, lines[label], first, place - 1)
        place = max(place, first + TEXT * len(lines[label])) + 0.6
    for level in sorted({float(row["level"]) for row in rows}):
        axes.axvline(100 * level, color=RULE, linewidth=0.9, zorder=1)
    axes.set_yticks([])
    axes.set_ylim(place - 0.25, -0.75)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("Intervals that hold the truth, %")
    axes.grid(axis="x", color=GREY, alpha=0.15, linewidth=0.5)
    figure.legend(
        *axes.get_legend_handles_labels(), loc="lower left", ncols=2, frameon=False, fontsize=8
    )
    return figure, {}


def write_label(axes: Any, lines: Sequence[str], first: float, last: float) -> None:
    """Write the lines of a scenario's label beside its points, from their middle or top on."""
    middle = max((first + last) / 2, first + TEXT * (len(lines) - 1) / 2)
    for number, line in enumerate(lines):
        place = middle + TEXT * (number - (len(lines) - 1) / 2)
        look = {"xycoords": axes.get_yaxis_transform(), "annotation_clip": False}
        axes.annotate(line, (-0.03, place), ha="right", va="center", parse_math=False, **look)


def main(job) -> None:
    """Read the operating characteristics; write the figure."""
    table = Cells.of_files(job.input.table).table("operating_characteristics")
    rows = list(table.rows.values())
    fonts = Path(job.input.fonts[0]).parent
    draw(
        fonts, lambda: draw_coverage(rows, fonts, clustered=job.params.clustered), job.output.figure
    )


run(main, globals())
