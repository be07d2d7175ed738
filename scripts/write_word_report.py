"""Writes the report as a Word file, `report.docx`, from the page that is laid out as PDF."""

from pathlib import Path

from trialtrail.record import run
from trialtrail.report.word.document import word_document


def paths(files: str | list[str] | None) -> list[Path]:
    """Return input files as paths, whether one or several or none were given."""
    listed = [files] if isinstance(files, str) else files or []
    return [Path(file) for file in listed]


def main(job) -> None:
    """Read page, figures, fonts and template; write the Word file."""
    template = next(iter(paths(getattr(job.input, "template", None))), None)
    fonts = [path for path in paths(job.input.fonts) if path.suffix == ".ttf"]
    page = Path(job.input.page).read_text(encoding="utf-8")
    written = word_document(page, paths(getattr(job.input, "figures", None)), fonts, template)
    Path(job.output.document).write_bytes(written)


run(main, globals())
