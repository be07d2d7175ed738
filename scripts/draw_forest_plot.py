"""Draw the forest plot of one role's outcomes: a line is a row of the table `estimates`."""

from functools import partial
from pathlib import Path

from trialtrail.analysis.measures import measure_of
from trialtrail.record import run
from trialtrail.report.drawing import Cell, Drawn, draw_parts, words
from trialtrail.report.forest import panels
from trialtrail.report.forest_drawing import Words, forest_plot
from trialtrail.results.cells import Cells, Table

MEASURES = (
    *("mean_difference", "risk_difference", "risk_ratio", "rate_ratio", "common_odds_ratio"),
    *("hazard_ratio", "restricted_mean_difference", "incidence_difference"),
)
"""The measures that are drawn, a panel each and unit."""


def named(
    table: Table, row: dict[str, str], spoken: dict[str, dict[str, str]], several: bool
) -> list[str]:
    """Return what a row is called, a part a piece: its label, its timepoint and its arm.

    The timepoint is named where the plot has ``several``, the arm where more than two are compared
    or where it is a factor.
    """
    parts = [row["label"]]
    if several and row["timepoint"]:
        words_of = row["timepoint"].replace("_", " ")
        parts.append(spoken["timepoints"].get(row["timepoint"], words_of))
    if len(spoken["arms"]) > 2 or row["reference"] not in spoken["arms"]:
        parts.append(spoken["arms"].get(row["arm"], row["arm"].replace("_", " ")))
    return parts


def heading(table: Table, row: dict[str, str]) -> list[str | Cell]:
    """Return what a panel shows and in which unit, from its first row."""
    title = measure_of(row["measure"]).title
    unit = words(f"{table.name}#{row['row']}/unit", row["unit"])
    return [f"{title}: ", unit] if row["unit"] else [title]


def draw_forest_plot(
    table: Table,
    role: str,
    measures: list[str],
    spoken: dict[str, dict[str, str]],
    fonts: Path,
) -> list[Drawn]:
    """Return the parts of the plot, each with its labels; without rows, one that says so.

    ``spoken`` has the labels of the arms, the reference first, and of the timepoints, by id.
    """
    shown = panels(table, role, measures)
    several = len({row["timepoint"] for rows in shown for row in rows}) > 1
    said = Words(
        lambda row: named(table, row, spoken, several),
        lambda row: heading(table, row),
        spoken["arms"],
    )
    return forest_plot(shown, table, said, fonts)


def main(job) -> None:
    """Read the table of estimates; write the plot."""
    table = Cells.of_files(job.input.table).table("estimates")
    fonts = Path(job.input.fonts[0]).parent
    measures = list(getattr(job.params, "measures", None) or MEASURES)
    spoken = {
        "arms": {arm["id"]: arm["label"] for arm in job.params.arms},
        "timepoints": getattr(job.params, "timepoints", None) or {},
    }
    role = job.params.role
    make = partial(draw_forest_plot, table, role, measures, spoken, fonts)
    draw_parts(fonts, make, job.output.figure)


run(main, globals())
