"""Lays out the public edition of the report, or of its supplement, with the public tables."""

from pathlib import Path

from runrecord.job.notes import note_libraries

from trialtrail.record import run
from trialtrail.report.attached import Attached
from trialtrail.report.pdf import write_pdf
from trialtrail.report.pdf_libraries import pdf_libraries
from trialtrail.report.public_gate import check_attached


def attached(numbers: Path, tables: list[Path]) -> list[Attached]:
    """Return what is kept within the PDF: the register and the published tables, nothing else."""
    words = "Each printed number and its cell."
    return [
        Attached(numbers.name, numbers.read_bytes(), "Data", words),
        *(
            Attached(path.name, path.read_bytes(), "Source", f"The public table {path.stem}.")
            for path in tables
        ),
    ]


def main(job) -> None:
    """Read the page to be printed and the public tables; write them as one PDF."""
    note_libraries(pdf_libraries())
    page = Path(job.input.page).read_text(encoding="utf-8")
    fonts = [Path(path) for path in job.input.fonts if path.endswith(".woff2")]
    numbers, tables = Path(job.input.numbers), [Path(path) for path in job.input.tables]
    files = attached(numbers, tables)
    check_attached(files, [numbers, *tables])
    write_pdf(page, Path(job.output.pdf), fonts, files)


run(main, globals())
