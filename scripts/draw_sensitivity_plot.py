"""Draw each primary outcome by the main analysis and all others: a line is a row of `estimates`."""

from functools import partial
from pathlib import Path

from trialtrail.analysis.measures import measure_of
from trialtrail.analysis.plan import MAIN
from trialtrail.record import run
from trialtrail.report.drawing import Cell, Drawn, Name, draw_parts, words
from trialtrail.report.forest import compared
from trialtrail.report.forest_drawing import Words, forest_plot
from trialtrail.results.cells import Cells, Table


def heading(
    table: Table, row: dict[str, str], spoken: dict[str, dict[str, str]], several: bool
) -> list:
    """Return the outcome of a panel with its measure and unit.

    It names the timepoint where the plot has ``several``, and the arm where there are more than
    two, or where it is a factor.
    """
    address = f"{table.name}#{row['row']}"
    parts: list[str | Cell] = [words(f"{address}/label", row["label"])]
    if several and row["timepoint"]:
        time = row["timepoint"].replace("_", " ")
        parts += [", ", Name(spoken["timepoints"].get(row["timepoint"], time))]
    if len(spoken["arms"]) > 2 or row["reference"] not in spoken["arms"]:
        arm = row["arm"].replace("_", " ")
        parts += [", ", Name(spoken["arms"].get(row["arm"], arm))]
    title = measure_of(row["measure"]).title
    parts.append(f": {title[:1].lower()}{title[1:]}")
    return [*parts, ", ", words(f"{address}/unit", row["unit"])] if row["unit"] else parts


def draw_sensitivity_plot(
    table: Table, spoken: dict[str, dict[str, str]], fonts: Path
) -> list[Drawn]:
    """Return the parts of the plot, each with its labels.

    ``spoken`` has the labels of the arms, the reference first, of analyses and timepoints, by id.
    """

    def name_of(row: dict[str, str]) -> list[str]:
        if row["analysis"] == MAIN or row["role"] == "primary":
            return ["Main analysis"]
        label = spoken["analyses"].get(row["analysis"], row["analysis"].replace("_", " "))
        return [label[:1].upper() + label[1:]]

    shown = compared(table)
    several = len({row["timepoint"] for rows in shown for row in rows}) > 1
    said = Words(
        name_of,
        lambda row: heading(table, row, spoken, several),
        spoken["arms"],
        own=False,
        limits=True,
    )
    return forest_plot(shown, table, said, fonts)


def main(job) -> None:
    """Read the table of estimates; write the plot."""
    table = Cells.of_files(job.input.table).table("estimates")
    fonts = Path(job.input.fonts[0]).parent
    spoken = {
        "arms": {arm["id"]: arm["label"] for arm in job.params.arms},
        "analyses": dict(job.params.analyses),
        "timepoints": getattr(job.params, "timepoints", None) or {},
    }
    draw_parts(fonts, partial(draw_sensitivity_plot, table, spoken, fonts), job.output.figure)


run(main, globals())
