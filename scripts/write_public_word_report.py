"""Writes the public edition of the report as a Word file, from its page that is laid out."""

from pathlib import Path

from trialtrail.record import run
from trialtrail.report.word.document import word_document


def main(job) -> None:
    """Read page and fonts; write the Word file. The page has no figures."""
    page = Path(job.input.page).read_text(encoding="utf-8")
    fonts = [Path(path) for path in job.input.fonts if path.endswith(".ttf")]
    Path(job.output.document).write_bytes(word_document(page, [], fonts))


run(main, globals())
