"""Draws the forest plot of one role's outcomes from the table `outcomes`: a line is a row of it."""

from pathlib import Path
from typing import Any

from trialtrail.cells import Cells, Table
from trialtrail.lineage import run
from trialtrail.report.drawing import ACCENT, GREY, INK, RULE, TEXT_WIDTH, Cell, draw, words
from trialtrail.report.formatting import KIND, decimals_for_effect

LINE, HEAD, FOOT, SENSE = 0.24, 0.34, 0.36, 0.18
"""Inches: a line of the plot, the heading of a panel, its axis, the line on its two sides."""

TITLES = {
    "mean_difference": "Difference of means",
    "risk_difference": "Difference of risks",
    "risk_ratio": "Ratio of risks",
}


def panels(table: Table, role: str, measures: list[str]) -> list[list[dict[str, str]]]:
    """Return the rows of the plot in panels: those of one measure and one unit share a scale."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row, cells in table.rows.items():
        if cells["role"] == role and cells["measure"] in measures and cells["lower"]:
            key = (cells["measure"], cells["unit"])
            found.setdefault(key, []).append({**cells, "row": row})
    return list(found.values())


def label(table: Table, row: dict[str, str]) -> list[str | Cell]:
    """Return the estimate and its interval as the tables of the report print them."""
    kind = [each for each in table.rows.values() if all(each[name] == row[name] for name in KIND)]
    spec = decimals_for_effect(*((each["lower"], each["upper"]) for each in kind))
    cells = {
        part: Cell(f"{table.name}#{row['row']}/{part}", row[part], spec)
        for part in ("estimate", "lower", "upper")
    }
    return [cells["estimate"], " (", cells["lower"], " to ", cells["upper"], ")"]


def heading(table: Table, row: dict[str, str]) -> list[str | Cell]:
    """Return what a panel shows and in which unit, from its first row."""
    title = TITLES[row["measure"]]
    unit = words(f"{table.name}#{row['row']}/unit", row["unit"])
    return [f"{title}: ", unit] if row["unit"] else [title]


def draw_panel(axes, rows: list[dict[str, str]], texts: dict[str, Any], table: Table) -> None:
    """Draw one panel: label, interval and estimate of each row, and the line of no effect."""
    ratio = rows[0]["measure"] == "risk_ratio"
    axes.set_xscale("log" if ratio else "linear")
    axes.axvline(1 if ratio else 0, color=GREY, linewidth=0.7, zorder=1)
    for place, row in enumerate(rows):
        low, middle, high = (float(row[part]) for part in ("lower", "estimate", "upper"))
        axes.plot([low, high], [place, place], color=INK, linewidth=1.1, zorder=2)
        axes.plot([middle], [place], marker="s", markersize=5, color=ACCENT, zorder=3)
        gid = f"label-{len(texts)}"
        texts[gid] = [words(f"{table.name}#{row['row']}/label", row["label"])]
        axes.annotate(
            row["label"], (-0.03, place), ha="right", va="center", gid=gid, **_beside(axes)
        )
        gid = f"value-{len(texts)}"
        texts[gid] = label(table, row)
        printed = "".join(str(part) for part in texts[gid])
        axes.annotate(printed, (1.04, place), ha="left", va="center", gid=gid, **_beside(axes))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    gid = f"title-{len(texts)}"
    texts[gid] = heading(table, rows[0])
    title = "".join(str(part) for part in texts[gid])
    axes.set_title(title, loc="left", fontsize=8, fontweight=600, pad=6).set_gid(gid)


def _beside(axes) -> dict[str, Any]:
    return {"xycoords": axes.get_yaxis_transform(), "annotation_clip": False, "fontsize": 8}


def draw_sense(axes, arms: list[str], depth: float) -> None:
    """Say below a panel what lies on either side of no effect, where two arms are compared."""
    if len(arms) == 2:
        reference, other = arms
        below = {"xycoords": "axes fraction", "annotation_clip": False, "color": GREY}
        place = -(FOOT + 0.04) / depth
        for side, ha, said in (
            (0, "left", f"\N{LEFTWARDS ARROW} higher with {reference}"),
            (1, "right", f"higher with {other} \N{RIGHTWARDS ARROW}"),
        ):
            axes.annotate(said, (side, place), ha=ha, va="center", fontsize=7.5, **below)


def draw_forest_plot(
    table: Table, role: str, measures: list[str], arms: list[str]
) -> tuple[Any, dict]:
    """Return the figure and the parts of its labels; without rows, a line that says so.

    ``arms`` are the labels of the arms, the reference first.
    """
    from matplotlib.figure import Figure

    shown = panels(table, role, measures)
    height = sum(HEAD + LINE * len(rows) + FOOT for rows in shown) + SENSE
    figure = Figure(figsize=(TEXT_WIDTH, height))
    if not shown:
        figure.text(0.5, 0.5, "No outcome of this kind", ha="center", va="center", color=RULE)
    texts: dict[str, Any] = {}
    top = height
    for rows in shown:
        depth = LINE * len(rows)
        bottom = top - HEAD - depth
        axes = figure.add_axes((0.3, bottom / height, 0.44, depth / height))
        draw_panel(axes, rows, texts, table)
        top = bottom - FOOT
    if shown:
        draw_sense(axes, arms, depth)
    return figure, texts


def main(job) -> None:
    """Read the table of outcomes; write the plot."""
    table = Cells.of_files(job.input.table).table("outcomes")
    fonts = Path(job.input.fonts[0]).parent
    measures = list(getattr(job.params, "measures", None) or TITLES)
    arms = [arm["label"] for arm in job.params.arms]
    draw(fonts, lambda: draw_forest_plot(table, job.params.role, measures, arms), job.output.figure)


run(main, globals())
