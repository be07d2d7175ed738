"""Draws the flow chart from the table `flow`: a box is a row of it."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from trialtrail.record import run
from trialtrail.report import flow
from trialtrail.report.drawing import GREY, INK
from trialtrail.report.fonts import FAMILY
from trialtrail.results.cells import Cells


def tip(path: str) -> str:
    """Return the head of the arrow at the end of a path that runs down or to the right."""
    (_, y0), (x, y) = ([float(each) for each in pair.split()] for pair in path[1:].split("L")[-2:])
    if y > y0:
        return f"M{x:.1f} {y:.1f}l-2.6 -5h5.2z"
    return f"M{x:.1f} {y:.1f}l-5 -2.6v5.2z"


def draw_flow_chart(table, arms, template: Path, fonts: Path) -> str:
    """Return the chart as SVG; its numbers name their cells."""
    environment = Environment(
        loader=FileSystemLoader(template.parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    chart = flow.lay_out(table, arms, fonts)
    return environment.get_template(template.name).render(
        chart=chart,
        width=flow.WIDTH,
        padding=flow.PADDING,
        size=flow.SIZE,
        family=FAMILY,
        ink=INK,
        grey=GREY,
        tips=[tip(path["d"]) for path in chart.paths if path["arrow"]],
    )


def main(job) -> None:
    """Read the table of flow; write the chart."""
    table = Cells.of_files(job.input.table).table("flow")
    fonts = Path(job.input.template).parent / "fonts"
    chart = draw_flow_chart(table, job.params.arms, Path(job.input.template), fonts)
    Path(job.output.figure).write_text(chart, encoding="utf-8", newline="\n")


run(main, globals())
