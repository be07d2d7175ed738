"""Render the page of the drawn trials, as HTML and PDF: words, figure and tables."""

import json
import re
from pathlib import Path

from markupsafe import Markup, escape
from runrecord.job.notes import note_libraries

from trialtrail.pages import render_page
from trialtrail.record import Rows, run
from trialtrail.report.fonts import inlined
from trialtrail.report.pdf import write_pdf
from trialtrail.report.pdf_libraries import pdf_libraries
from trialtrail.results.cells import Cells
from trialtrail.simulation.pages import (
    COLUMNS,
    characteristic_rows,
    drawn_table,
    power_rows,
    power_sentences,
)
from trialtrail.simulation.words import (
    BEYOND,
    LARGE,
    RARE,
    SMALL,
    method_in_words,
    sentences,
)

HEADINGS = {
    (True, False): "Operating characteristics",
    (True, True): "Operating characteristics and power",
    (False, True): "Power and sample size",
}


def files(named: str | list[str] | None) -> list[str]:
    """Return the paths of an input, whether one or none was given."""
    return [named] if isinstance(named, str) else list(named or [])


def rows_of(paths: list[str]) -> list[dict[str, str]]:
    """Return the rows of a table as texts; none of a table that is not made."""
    if not paths:
        return []
    return list(Cells.of_files(paths).table(Path(paths[0]).stem).rows.values())


def with_title(figure: str, rows: list[dict[str, str]], *, clustered: bool) -> str:
    """Return the figure with a title that says, to who does not see it, each coverage drawn."""
    told = [
        f"{row['label']}, {method_in_words(row['method'], row['values'], clustered=clustered)}:"
        f" {100 * float(row['coverage']):.1f}%"
        for row in rows
        if row["coverage"]
    ]
    title = f"<title>{escape('Coverage of the intervals. ' + '; '.join(told) + '.')}</title>"
    return re.sub(r"<svg\b[^>]*>", lambda opening: opening[0] + title, figure, count=1)


def main(job):
    """Read the tables, the figure and what the data show; write the page and the PDF."""
    p = job.params
    found, power = (rows_of(files(getattr(job.input, n, None))) for n in ("table", "power"))
    described: dict = {}
    for path in files(job.input.design):
        described = json.loads(Path(path).read_text(encoding="utf-8"))
    figure = "".join(Path(f).read_text(encoding="utf-8") for f in files(job.input.figure))
    folder = Path(job.input.page).parent
    style = "\n".join(Path(f).read_text(encoding="utf-8") for f in files(job.input.css))
    drawn_columns, drawn = drawn_table(p.scenarios if found else [], described, p.arms)
    render_page(
        job.input.page,
        job.output.html,
        css=Markup(inlined(style, folder)),
        heading=HEADINGS[bool(found), bool(power)],
        title=p.title,
        synthetic=p.synthetic,
        blinded=p.blinded,
        characteristics=characteristic_rows(found, clustered=p.clustered),
        columns=COLUMNS.values(),
        sentences=list(sentences([_numbers(row) for row in found], clustered=p.clustered)),
        figure=Markup(with_title(figure, found, clustered=p.clustered)),
        drawn_columns=drawn_columns,
        drawn=drawn,
        power=power_rows(power, p.labels),
        power_sentences=power_sentences(power, p.labels),
        beyond=f"{BEYOND:g}",
        small=f"{SMALL:g}",
        large=f"{LARGE:g}",
        rare=f"{100 * RARE:g}",
    )
    note_libraries(pdf_libraries())
    fonts = [Path(path) for path in job.input.fonts if path.endswith(".woff2")]
    write_pdf(Path(job.output.html).read_text(encoding="utf-8"), Path(job.output.pdf), fonts)
    read = {"operating_characteristics": found, "power": power}
    return {name: Rows(read=len(rows), used=len(rows)) for name, rows in read.items() if rows}


def _numbers(row: dict[str, str]) -> dict:
    """Return a row with its numbers as numbers; None where a cell is empty."""
    texts = ("row", "scenario", "label", "model", "method", "values", "arm")
    return {k: v if k in texts else float(v) if v else None for k, v in row.items()}


run(main, globals())
