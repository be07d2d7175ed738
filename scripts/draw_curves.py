"""Draws the curves of times to an event from the table `curves`: a panel an outcome."""

from pathlib import Path
from typing import Any

from trialtrail.record import run
from trialtrail.report.drawing import (
    ARM_STYLES,
    BAND,
    GREY,
    TEXT_WIDTH,
    Cell,
    Drawn,
    Name,
    draw_parts,
    words,
)
from trialtrail.report.figure_text import (
    LEADING,
    POINTS,
    Parts,
    fold_parts,
    parts_width,
    write_lines,
)
from trialtrail.results.cells import Cells, Table

PANEL = 1.85
"""Inches that the axes of a panel are high."""
PAGE, LABEL, SAMPLE, SPACE = 72 * TEXT_WIDTH, 150, 26, 20
"""Points: the page, the widest label of an arm, the piece of its line beside it, and the space that
the first number at risk takes of the margin."""
FOOT = 36
"""Points below the axis for its numbers and its label."""


def of_outcomes(table: Table) -> dict[str, dict[str, list[tuple[str, dict[str, str]]]]]:
    """Return outcome -> arm -> the points of its curve, each with the name of its row.

    Of an outcome with competing events it is the curve of the event itself.
    """
    found: dict[str, dict[str, list]] = {}
    curves: dict[str, str] = {}
    for name, row in table.rows.items():
        if curves.setdefault(row["outcome"], row["curve"]) == row["curve"]:
            found.setdefault(row["outcome"], {}).setdefault(row["arm"], []).append((name, row))
    return found


def percent(points: list, column: str, missing: float) -> list[float]:
    """Return a column of the points in per cent."""
    return [100 * float(row[column]) if row[column] else missing for _, row in points]


def draw_outcome(arms: dict[str, list], labels: dict[str, str], table: Table, fonts: Path) -> Drawn:
    """Return the figure of one outcome and the parts of its labels.

    Below the axis each arm has its numbers at risk, and beside its name a piece of its line.
    """
    from matplotlib.figure import Figure

    name, first = next(iter(arms.values()))[0]
    what = "without the event" if first["curve"] == "survival" else "with the event"
    title = [words(f"{table.name}#{name}/label", first["label"]), f": {what}, %"]
    heading = fold_parts(title, PAGE, fonts, 600)
    names = {arm: fold_parts([Name(labels.get(arm, arm))], LABEL, fonts) for arm in arms}
    wide = max(parts_width(line, fonts) for lines in names.values() for line in lines)
    start = (max(wide, 40) + SAMPLE + SPACE) / PAGE
    head = (len(heading) + 0.8) * LEADING
    below = FOOT + LEADING * (1 + sum(len(lines) for lines in names.values())) + 4
    height = head + 72 * PANEL + below
    figure = Figure(figsize=(TEXT_WIDTH, height / 72))
    axes = figure.add_axes((start, below / height, 0.97 - start, 72 * PANEL / height))
    texts: dict[str, Any] = {}
    write_lines(figure, heading, (0.0, POINTS + 1), texts, fontweight=600)
    for place, points in enumerate(arms.values()):
        draw_curve(axes, points, ARM_STYLES[place % len(ARM_STYLES)])
    marks = sorted({float(r["days"]) for p in arms.values() for n, r in p if ".day_" in n})
    events = [float(r["days"]) for p in arms.values() for _, r in p if r["events"] != "0"]
    axes.set_xlim(0, max([*marks, *events], default=1.0) * 1.02 or 1)
    axes.set_ylim(0, 101)
    axes.set_xlabel("Days", labelpad=3)
    axes.grid(axis="y", color=GREY, alpha=0.15, linewidth=0.5)
    axes.set_xticks(marks)
    write_at_risk(axes, arms, names, texts, (table.name, head + 72 * PANEL + FOOT))
    return figure, texts


def draw_curve(axes, points: list[tuple[str, dict[str, str]]], look: tuple[str, str, str]) -> None:
    """Draw the curve of an arm with its interval; its marks stand at the round days."""
    colour, line, mark = look
    known = [(name, row) for name, row in points if row["estimate"]]
    days = [float(row["days"]) for _, row in known]
    middle = percent(known, "estimate", 0.0)
    low = percent(known, "lower", 0.0)
    high = percent(known, "upper", 100.0)
    low = [m if m in (0.0, 100.0) else each for each, m in zip(low, middle, strict=True)]
    high = [m if m in (0.0, 100.0) else each for each, m in zip(high, middle, strict=True)]
    axes.fill_between(days, low, high, step="post", color=BAND, alpha=0.6, linewidth=0)
    at = [place for place, (name, _) in enumerate(known) if ".day_" in name]
    look_of_line = {"color": colour, "linestyle": line, "linewidth": 1.4, "marker": mark or "None"}
    axes.step(days, middle, where="post", markevery=at, markersize=4, **look_of_line)


def write_at_risk(
    axes,
    arms: dict[str, list],
    names: dict[str, list[Parts]],
    texts: dict[str, Any],
    place: tuple[str, float],
) -> None:
    """Write the numbers at risk of each arm under the marks of the axis.

    ``place`` is the table, and the points from the top of the figure to the first line.
    """
    from matplotlib.lines import Line2D

    table, down = place
    figure, box = axes.figure, axes.get_position()
    edge = box.x0 - (SAMPLE + SPACE) / PAGE
    write_lines(figure, [["At risk"]], (edge, down), texts, ha="right", color=GREY)
    low, high = axes.get_xlim()
    for number, (arm, points) in enumerate(arms.items()):
        down += LEADING
        write_lines(figure, names[arm], (edge, down), texts, ha="right")
        colour, line, mark = ARM_STYLES[number % len(ARM_STYLES)]
        y = 1 - (down - POINTS * 0.33) / (72 * figure.get_figheight())
        xs = [edge + 3 / PAGE, edge + (SAMPLE - 2) / PAGE]
        look = {"color": colour, "linestyle": line, "linewidth": 1.4, "marker": mark or "None"}
        figure.add_artist(Line2D(xs, [y, y], markersize=4, **look))
        for name, row in points:
            if ".day_" in name:
                x = box.x0 + box.width * (float(row["days"]) - low) / (high - low)
                cell = Cell(f"{table}#{name}/at_risk", row["at_risk"], "d")
                write_lines(figure, [[cell]], (x, down), texts, ha="center")
        down += LEADING * (len(names[arm]) - 1)


def nothing_known() -> Drawn:
    """Return the figure of a study of which no time is known."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(TEXT_WIDTH, LEADING / 36))
    figure.text(0, 0.4, "No time to an event is known.", gid="nothing")
    return figure, {}


def main(job) -> None:
    """Read the table of curves; write a panel for each outcome."""
    table = Cells.of_files(job.input.table).table("curves")
    labels = {arm["id"]: arm.get("label", arm["id"]) for arm in job.params.arms}
    found = of_outcomes(table)
    fonts = Path(job.input.fonts[0]).parent

    def make() -> list:
        if not found:
            return [nothing_known()]
        return [draw_outcome(arms, labels, table, fonts) for arms in found.values()]

    draw_parts(fonts, make, job.output.figure)


run(main, globals())
