"""Makes the analysis plan of its own (`plan.html`, `plan.pdf`) from the configuration alone."""

from pathlib import Path

from runrecord.job.notes import note_libraries

from trialtrail.planning.document import make_plan
from trialtrail.record import run
from trialtrail.report.pdf import write_pdf
from trialtrail.report.pdf_libraries import pdf_libraries


def main(job) -> None:
    """Write the plan as a page and as a PDF."""
    page = make_plan(job.params.facts, Path(job.input.template).parent)
    Path(job.output.html).write_text(page, encoding="utf-8", newline="\n")
    note_libraries(pdf_libraries())
    fonts = [Path(path) for path in job.input.fonts if path.endswith(".woff2")]
    write_pdf(page, Path(job.output.pdf), fonts)


run(main, globals())
