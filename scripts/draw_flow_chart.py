"""Draws the flow chart from the table `flow`: a box is a row of it."""

from collections import Counter
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from trialtrail.record import run
from trialtrail.report import flow
from trialtrail.report.drawing import FAMILIES, GREY, INK, Cell, Name, is_right_to_left, words
from trialtrail.report.figure_text import POINTS, Parts
from trialtrail.report.formatting import has_number
from trialtrail.results.cells import Cells, Table


def marks_of(part: str | Cell) -> Markup:
    """Return the attributes of a piece of text: its cell, or that it is a name of the study.

    What is written from right to left is set apart, or a number beside it would change sides.
    """
    marks = Markup("")
    if isinstance(part, Cell):
        form = Markup(' data-cell="{}" data-spec="{}"')
        marks = form.format(part.address, part.spec)
    elif isinstance(part, Name) and has_number(part):
        marks = Markup(' data-name=""')
    return marks + Markup(' unicode-bidi="isolate"' if is_right_to_left(str(part)) else "")


def primary_outcomes(
    estimates: Table | None, timepoints: dict[str, str]
) -> list[tuple[str, str, Parts]]:
    """Return outcome, timepoint and label of each primary outcome, by the table of estimates.

    The label names the timepoint where the outcome has several.
    """
    found: dict[tuple[str, str], Parts] = {}
    for name, row in (estimates.rows if estimates else {}).items():
        if row["role"] == "primary":
            label = words(f"{estimates.name}#{name}/label", row["label"])
            found.setdefault((row["outcome"], row["timepoint"]), [label])
    several = Counter(outcome for outcome, _ in found)
    for (outcome, time), label in found.items():
        if several[outcome] > 1:
            label += [", ", Name(timepoints.get(time, time.replace("_", " ")))]
    return [(*key, label) for key, label in found.items()]


def draw_flow_chart(
    table: Table,
    arms: list[dict[str, str]],
    template: Path,
    fonts: Path,
    analysed: dict[str, flow.Box | None] | None = None,
) -> str:
    """Return the chart as SVG; its numbers name their cells.

    ``analysed`` has the box of who was analysed in each arm.
    """
    environment = Environment(
        loader=FileSystemLoader(template.parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    chart = flow.lay_out(table, arms, fonts, analysed)
    return environment.get_template(template.name).render(
        chart=chart,
        marks_of=marks_of,
        width=flow.WIDTH,
        size=POINTS,
        family=FAMILIES,
        ink=INK,
        grey=GREY,
    )


def main(job) -> None:
    """Read the table of flow; write the chart."""
    table = Cells.of_files(job.input.table).table("flow")
    known = Cells.of_files(getattr(job.input, "analysed", None) or [])
    estimates, of_arms = (
        known.table(name) if name in known.tables() else None for name in ("estimates", "arms")
    )
    fonts = Path(job.input.template).parent / "fonts"
    template = Path(job.input.template)
    primary = primary_outcomes(estimates, getattr(job.params, "timepoints", None) or {})
    arms = job.params.arms
    analysed = {arm["id"]: flow.analysed_of(of_arms, arm["id"], primary) for arm in arms}
    chart = draw_flow_chart(table, arms, template, fonts, analysed)
    Path(job.output.figure).write_text(chart, encoding="utf-8", newline="\n")


run(main, globals())
