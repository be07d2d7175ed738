"""Lays out the public edition of the report, or of its supplement, as a PDF."""

from pathlib import Path

from runrecord.job.notes import note_libraries

from trialtrail.record import run
from trialtrail.report.pdf import write_pdf
from trialtrail.report.pdf_libraries import pdf_libraries


def main(job) -> None:
    """Read the page to be printed; write it as a PDF."""
    note_libraries(pdf_libraries())
    page = Path(job.input.page).read_text(encoding="utf-8")
    fonts = [Path(path) for path in job.input.fonts if path.endswith(".woff2")]
    write_pdf(page, Path(job.output.pdf), fonts)


run(main, globals())
