"""Draws the curves of times to an event from the table `curves`: a panel an outcome."""

from pathlib import Path
from typing import Any

from trialtrail.record import run
from trialtrail.report.drawing import ACCENT, BAND, GREY, INK, TEXT_WIDTH, Cell, draw_parts
from trialtrail.results.cells import Cells, Table

HEIGHT = 2.7
LINE = 0.19
"""Inches: the panel without its lines of numbers at risk, and one of these lines."""
STYLES = ((INK, "-"), (ACCENT, "-"), (INK, "--"), (ACCENT, "--"), (GREY, "-"), (GREY, "--"))
"""Colour and line of the arms, told apart in greyscale as well."""


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


def draw_outcome(arms: dict[str, list], labels: dict[str, str], table: Table) -> tuple[Any, dict]:
    """Return the figure of one outcome and the parts of its labels."""
    from matplotlib.figure import Figure

    first = next(iter(arms.values()))[0][1]
    survival = first["curve"] == "survival"
    below = LINE * (len(arms) + 1)
    height = HEIGHT + below
    figure = Figure(figsize=(TEXT_WIDTH, height))
    axes = figure.add_axes((0.16, (0.48 + below) / height, 0.81, (HEIGHT - 0.85) / height))
    marks = sorted({float(r["days"]) for p in arms.values() for n, r in p if ".day_" in n})
    events = [float(r["days"]) for p in arms.values() for _, r in p if r["events"] != "0"]
    end = max([*marks, *events], default=1.0)
    texts: dict[str, Any] = {}
    for place, (arm, points) in enumerate(arms.items()):
        colour, line = STYLES[place % len(STYLES)]
        known = [(name, row) for name, row in points if row["estimate"]]
        days = [float(row["days"]) for _, row in known]
        middle = percent(known, "estimate", 0.0)
        low = percent(known, "lower", 0.0)
        high = percent(known, "upper", 100.0)
        low = [m if m in (0.0, 100.0) else each for each, m in zip(low, middle, strict=True)]
        high = [m if m in (0.0, 100.0) else each for each, m in zip(high, middle, strict=True)]
        axes.fill_between(days, low, high, step="post", color=BAND, alpha=0.6, linewidth=0)
        axes.step(
            days,
            middle,
            where="post",
            color=colour,
            linestyle=line,
            linewidth=1.4,
            label=labels.get(arm, arm),
        )
    axes.set_xlim(0, end * 1.02 or 1)
    axes.set_ylim(0, 101)
    axes.set_xlabel("Days")
    axes.set_title(
        f"{first['label']}: {'without the event' if survival else 'with the event'}, %",
        loc="left",
        fontsize=8,
        pad=7,
    )
    axes.grid(axis="y", color=GREY, alpha=0.15, linewidth=0.5)
    if len(arms) > 1:
        axes.legend(loc="lower left" if survival else "upper left", frameon=False, fontsize=7.5)
    axes.set_xticks(marks)
    _at_risk(axes, arms, labels, table, texts)
    return figure, texts


def _at_risk(axes, arms: dict[str, list], labels: dict, table: Table, texts: dict) -> None:
    """Write the numbers at risk of each arm under the marks of the axis."""
    inches = axes.get_position().height * axes.figure.get_figheight()
    below = {"annotation_clip": False, "fontsize": 7.5}
    top = -0.48 / inches
    axes.annotate("At risk", (-0.01, top), xycoords="axes fraction", ha="right", **below)
    for place, (arm, points) in enumerate(arms.items()):
        height = top - (place + 1) * LINE / inches
        axes.annotate(
            labels.get(arm, arm), (-0.035, height), xycoords="axes fraction", ha="right", **below
        )
        for name, row in points:
            if ".day_" in name:
                gid = f"at-risk-{name.replace('.', '-')}"
                texts[gid] = [Cell(f"{table.name}#{name}/at_risk", row["at_risk"], "d")]
                axes.annotate(
                    str(texts[gid][0]),
                    (float(row["days"]), height),
                    xycoords=axes.get_xaxis_transform(),
                    ha="center",
                    gid=gid,
                    **below,
                )


def nothing_known() -> tuple[Any, dict]:
    """Return the figure of a study of which no time is known."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(TEXT_WIDTH, LINE * 2))
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
        return [draw_outcome(arms, labels, table) for arms in found.values()]

    draw_parts(fonts, make, job.output.figure)


run(main, globals())
