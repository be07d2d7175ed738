"""Draw the effects by what was added to imputed values: a point is a row of `estimates`."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from trialtrail.analysis.measures import measure_of
from trialtrail.record import run
from trialtrail.report.axis_ticks import set_ticks, tick
from trialtrail.report.drawing import (
    ACCENT,
    BAND,
    GREY,
    INK,
    RULE,
    TEXT_WIDTH,
    Drawn,
    Name,
    draw_parts,
    words,
)
from trialtrail.report.figure_text import LEADING, POINTS, Parts, fold_parts, write_lines
from trialtrail.report.fonts import text_width
from trialtrail.results.cells import Cells, Table

PANEL, FOOT = 115, 38
"""Points: height of the axes, and of their numbers and label."""
PAGE, APART = 72 * TEXT_WIDTH, 14
"""Points: the page, and between two panels."""
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


@dataclass(frozen=True)
class Words:
    """What the plot calls things: arms, the reference first, and timepoints, by id.

    ``several`` tells whether the outcomes are of several timepoints.
    """

    arms: Mapping[str, str]
    timepoints: Mapping[str, str]
    several: bool


def whose(scenario: str, arm: str, labels: Mapping[str, str]) -> Parts:
    """Return whose imputed values were shifted, in words."""
    if scenario == "both":
        return ["in both arms"]
    label = labels.get(arm, arm) if scenario == "arm" else next(iter(labels.values()))
    return ["in ", Name(label)]


def draw_outcome(
    scenarios: dict[str, list[dict[str, str]]], said: Words, table: Table, fonts: Path
) -> Drawn:
    """Return the figure of one outcome and the parts of its labels: a panel a scenario."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    first = next(iter(scenarios.values()))[0]
    ends = [float(row[each]) for rows in scenarios.values() for row in rows
            for each in ("lower", "upper")]  # fmt: skip
    low, high = min([0.0, *ends]), max([0.0, *ends])
    room = 0.06 * (high - low)
    numbers = MaxNLocator(5).tick_values(low - room, high + room)
    edge = max(text_width(tick(each), POINTS, fonts) for each in numbers) + 10
    wide = (PAGE - edge - 6 - APART * (len(scenarios) - 1)) / len(scenarios)
    titles = {
        scenario: fold_parts(["Shifted ", *whose(scenario, first["arm"], said.arms)], wide, fonts)
        for scenario in scenarios
    }
    heading = fold_parts(heading_of(first, said, table), PAGE, fonts, 600)
    head = LEADING * (len(heading) + max(map(len, titles.values())) + 1)
    height = head + PANEL + FOOT
    figure, texts = Figure(figsize=(TEXT_WIDTH, height / 72)), {}
    write_lines(figure, heading, (0.0, POINTS + 1), texts, fontweight=600)
    for place, (scenario, rows) in enumerate(scenarios.items()):
        left = (edge + place * (wide + APART)) / PAGE
        axes = figure.add_axes((left, FOOT / height, wide / PAGE, PANEL / height))
        draw_panel(axes, scenario, rows)
        axes.set_ylim(low - room, high + room)
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(FuncFormatter(tick))
        set_ticks(axes, False, fonts)
        if place:
            axes.set_yticklabels([])
        lines = titles[scenario]
        write_lines(figure, lines, (left, head - LEADING * (len(lines) - 0.4)), texts)
    below: Parts = ["Added to imputed values"]
    if first["unit"]:
        below += [", ", words(f"{table.name}#{first['row']}/unit", first["unit"])]
    (line, *_) = fold_parts(below, PAGE, fonts)
    write_lines(figure, [line], (0.5, height - 4), texts, ha="center")
    return figure, texts


def draw_panel(axes, scenario: str, rows: list[dict[str, str]]) -> None:
    """Draw the effect and its interval over the shift, and where a limit crosses no difference."""
    first = rows[0]
    colour, line = STYLES[scenario]
    shifts = [float(row["delta"]) for row in rows]
    lower, middle, upper = ([float(row[e]) for row in rows] for e in ("lower", "estimate", "upper"))
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


def heading_of(row: dict[str, str], said: Words, table: Table) -> Parts:
    """Return the outcome with its measure and unit, its timepoint and its arm where several are."""
    address = f"{table.name}#{row['row']}"
    parts: Parts = [words(f"{address}/label", row["label"])]
    if said.several and row["timepoint"]:
        time = row["timepoint"].replace("_", " ")
        parts += [", ", Name(said.timepoints.get(row["timepoint"], time))]
    if len(said.arms) > 2:
        parts += [", ", Name(said.arms.get(row["arm"], row["arm"]))]
    parts.append(f": {measure_of(row['measure']).title.lower()}")
    return [*parts, ", ", words(f"{address}/unit", row["unit"])] if row["unit"] else parts


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
    several = len({timepoint for _, _, timepoint, _ in found}) > 1
    said = Words(labels, getattr(job.params, "timepoints", None) or {}, several)
    fonts = Path(job.input.fonts[0]).parent

    def make() -> list[Drawn]:
        return [draw_outcome(rows, said, table, fonts) for rows in found.values()] or [
            nothing_known()
        ]

    draw_parts(fonts, make, job.output.figure)


def nothing_known() -> Drawn:
    """Return the figure of a study in which no shifted effect has an interval."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(TEXT_WIDTH, LEADING / 36))
    figure.text(0, 0.4, "No effect with shifted values could be estimated.", gid="nothing")
    return figure, {}


run(main, globals())
