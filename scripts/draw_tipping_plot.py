"""Draw the effects by what was added to imputed values: a point is a row of `estimates`."""

from itertools import pairwise
from pathlib import Path
from typing import Any

from trialtrail.analysis.measures import measure_of
from trialtrail.record import run
from trialtrail.report.drawing import (
    ACCENT,
    BAND,
    GREY,
    INK,
    RULE,
    TEXT_WIDTH,
    Cell,
    Name,
    draw_parts,
    words,
)
from trialtrail.report.forest_drawing import tick
from trialtrail.report.formatting import has_number
from trialtrail.results.cells import Cells, Table

HEIGHT = 2.75
"""Inches of the figure of one outcome."""
STYLES = {"arm": (ACCENT, "-"), "reference": (INK, "--"), "both": (GREY, "-.")}
"""Whose values were shifted -> colour and line, told apart in greyscale as well."""


def of_outcomes(table: Table) -> dict[tuple[str, ...], dict[str, list[dict[str, str]]]]:
    """Return comparison -> whose values were shifted -> its rows with an interval, by the shift."""
    found: dict[tuple[str, ...], dict[str, list[dict[str, str]]]] = {}
    for name, cells in table.rows.items():
        if cells.get("shifted") and cells["lower"]:
            key = tuple(cells[each] for each in ("analysis", "outcome", "timepoint", "arm"))
            rows = found.setdefault(key, {}).setdefault(cells["shifted"], [])
            rows.append({**cells, "row": name})
    for scenarios in found.values():
        for rows in scenarios.values():
            rows.sort(key=lambda row: float(row["delta"]))
    return found


def whose(scenario: str, arm: str, labels: dict[str, str]) -> str:
    """Return whose imputed values were shifted, in words."""
    if scenario == "both":
        return "in both arms"
    return f"in {labels.get(arm, arm) if scenario == 'arm' else next(iter(labels.values()))}"


def draw_outcome(
    scenarios: dict[str, list[dict[str, str]]], labels: dict[str, str], table: Table
) -> tuple[Any, dict]:
    """Return the figure of one outcome and the parts of its labels: a panel a scenario."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    figure = Figure(figsize=(TEXT_WIDTH, HEIGHT))
    first = next(iter(scenarios.values()))[0]
    texts: dict[str, Any] = {}
    ends = [float(row[each]) for rows in scenarios.values() for row in rows
            for each in ("lower", "upper")]  # fmt: skip
    low, high = min([0.0, *ends]), max([0.0, *ends])
    room = 0.06 * (high - low)
    width = 0.9 / len(scenarios)
    for place, (scenario, rows) in enumerate(scenarios.items()):
        axes = figure.add_axes((0.08 + place * width, 0.2, width * 0.88, 0.58))
        colour, line = STYLES[scenario]
        shifts = [float(row["delta"]) for row in rows]
        lower, middle, upper = (
            [float(row[e]) for row in rows] for e in ("lower", "estimate", "upper")
        )
        if first.get("important") and not measure_of(first["measure"]).ratio:
            important = float(first["important"])
            for end in (-important, important):
                axes.axhline(end, color=GREY, linewidth=0.6, linestyle=":")
        axes.fill_between(shifts, lower, upper, color=BAND, linewidth=0)
        for limit in (lower, upper):
            axes.plot(shifts, limit, color=RULE, linewidth=0.8)
        axes.plot(shifts, middle, color=colour, linestyle=line, linewidth=1.5)
        axes.axhline(0, color=GREY, linewidth=0.8)
        for shift in crossings(shifts, lower) + crossings(shifts, upper):
            axes.plot([shift], [0], marker="o", markersize=4, color=INK, zorder=4)
        axes.set_ylim(low - room, high + room)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
        axes.yaxis.set_major_formatter(FuncFormatter(tick))
        if place:
            axes.set_yticklabels([])
        spoken = f"Shifted {whose(scenario, first['arm'], labels)}"
        title = axes.set_title(spoken, loc="left", fontsize=7.5, pad=5)
        if has_number(spoken):
            gid = f"scenario-{scenario}-{len(texts)}"
            title.set_gid(gid)
            texts[gid] = [Name(spoken)]
        title.set_parse_math(False)
    _headings(figure, first, labels, table, texts)
    return figure, texts


def _headings(
    figure, row: dict[str, str], labels: dict[str, str], table: Table, texts: dict[str, Any]
) -> None:
    """Write the outcome above the panels, and below them what was added, with the unit.

    Where there are more than two arms, the outcome is that of one of them.
    """
    address = f"{table.name}#{row['row']}"
    unit = words(f"{address}/unit", row["unit"])
    title = measure_of(row["measure"]).title
    above: list[str | Cell] = [words(f"{address}/label", row["label"])]
    if len(labels) > 2:
        arm = labels.get(row["arm"], row["arm"])
        above += [", ", Name(arm) if has_number(arm) else arm]
    above.append(f": {title.lower()}")
    above += [", ", unit] if row["unit"] else []
    below: list[str | Cell] = ["Added to imputed values"]
    below += [", ", unit] if row["unit"] else []
    for gid, parts, x, y, weight in (
        ("outcome", above, 0.08, 0.93, 600),
        ("added", below, 0.53, 0.02, 400),
    ):
        texts[gid] = parts
        said = "".join(map(str, parts))
        side = "left" if weight == 600 else "center"
        figure.text(x, y, said, ha=side, fontsize=8, fontweight=weight, gid=gid, parse_math=False)


def crossings(shifts: list[float], limit: list[float]) -> list[float]:
    """Return the shifts at which a limit crosses no difference, straight between its points."""
    found = []
    pairs = list(zip(shifts, limit, strict=True))
    for (near, start), (far, end) in pairwise(pairs):
        if start * end < 0:
            found.append(near - start * (far - near) / (end - start))
    return found


def main(job) -> None:
    """Read the table of estimates; write a row of panels for each outcome."""
    table = Cells.of_files(job.input.table).table("estimates")
    labels = {arm["id"]: arm.get("label", arm["id"]) for arm in job.params.arms}
    found = of_outcomes(table)
    fonts = Path(job.input.fonts[0]).parent

    def make() -> list:
        return [draw_outcome(scenarios, labels, table) for scenarios in found.values()] or [
            nothing_known()
        ]

    draw_parts(fonts, make, job.output.figure)


def nothing_known() -> tuple[Any, dict]:
    """Return the figure of a study in which no shifted effect has an interval."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(TEXT_WIDTH, 0.4))
    figure.text(0, 0.4, "No effect with shifted values could be estimated.", gid="nothing")
    return figure, {}


run(main, globals())
