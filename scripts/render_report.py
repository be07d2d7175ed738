"""Makes the report as pages and `numbers`: one row is one printed number of either document."""

import json
from pathlib import Path

import pandas as pd

from trialtrail.record import run
from trialtrail.report.render import Material, make_report
from trialtrail.report.sections import DOCUMENTS
from trialtrail.tables import write_csv

COLUMNS = ["id", "printed", "value", "table", "row", "column"]


def paths(files: str | list[str] | None) -> list[Path]:
    """Return input files as paths, whether one or several or none were given."""
    listed = [files] if isinstance(files, str) else files or []
    return [Path(file) for file in listed]


def is_font(path: Path) -> bool:
    """Return whether a template is a font that the page carries."""
    return path.suffix == ".woff2"


def material(job) -> Material:
    """Return what the report is made of, from the inputs and parameters of the rule."""
    sources = next(iter(paths(getattr(job.input, "sources", None))), None)
    software = next(iter(paths(getattr(job.input, "software", None))), None)
    return Material(
        templates=Path(job.input.template).parent,
        tables=paths(job.input.tables),
        figures=paths(getattr(job.input, "figures", None)),
        texts=paths(getattr(job.input, "texts", None)),
        study=job.params.study,
        claims=getattr(job.params, "claims", None) or {},
        sources=json.loads(sources.read_text(encoding="utf-8")) if sources else [],
        software=json.loads(software.read_text(encoding="utf-8")) if software else {},
        level=getattr(job.params, "level", 0.95),
        labels=getattr(job.params, "labels", None) or {},
        fonts=[path for path in paths(getattr(job.input, "templates", None)) if is_font(path)],
        references=next(iter(paths(getattr(job.input, "references", None))), None),
    )


def main(job) -> None:
    """Read tables, figures and texts; write the pages and the register of numbers."""
    report = make_report(material(job))
    for key in report.never_cited:
        print(f"no text cites the work `{key}`: it is not printed")
    numbers = pd.DataFrame(report.numbers.rows(), columns=COLUMNS)
    write_csv(numbers, job.output.numbers)
    _write(report.html, job.output.html)
    for document in DOCUMENTS:
        _write(report.print_pages[document], getattr(job.output, document))


def _write(page: str, path: str) -> None:
    Path(path).write_text(page, encoding="utf-8", newline="\n")


run(main, globals())
