"""Makes the public edition of the report as pages, from published tables alone."""

import json
from pathlib import Path

import pandas as pd

from trialtrail.record import run
from trialtrail.report.public_gate import Gate
from trialtrail.report.render import Material, make_report
from trialtrail.report.sections import DOCUMENTS
from trialtrail.tables import write_csv

COLUMNS = ["id", "printed", "value", "table", "row", "column"]


def material(job) -> Material:
    """Return what the public edition is made of: no figure, no claim, no raw file's name."""
    unpublished = json.loads(Path(job.input.unpublished).read_text(encoding="utf-8"))
    references = list(getattr(job.input, "references", None) or [])
    return Material(
        templates=Path(job.input.template).parent,
        tables=[Path(path) for path in job.input.tables],
        figures=[],
        texts=[Path(path) for path in job.input.texts],
        study=job.params.study,
        level=job.params.level,
        labels=job.params.labels,
        fonts=[Path(path) for path in job.input.templates if path.endswith(".woff2")],
        unpublished=unpublished,
        references=Path(references[0]) if references else None,
    )


def main(job) -> None:
    """Read published tables and texts; write the pages and the register of what they print.

    Nothing is written before the gate has seen all of it.
    """
    report = make_report(material(job))
    pages = {"html": report.html, **{name: report.print_pages[name] for name in DOCUMENTS}}
    gate = Gate([Path(path) for path in job.input.tables], report.numbers.rows())
    for name, page in pages.items():
        gate.check_page(page, name)
    numbers = pd.DataFrame(report.numbers.rows(), columns=COLUMNS)
    write_csv(numbers, job.output.numbers)
    for name, page in pages.items():
        Path(getattr(job.output, name)).write_text(page, encoding="utf-8", newline="\n")


run(main, globals())
