"""Writes the tables that may be published, with small counts, and what tells them, withheld."""

import csv
import io
import json
from pathlib import Path

from trialtrail.errors import StudyError
from trialtrail.record import run
from trialtrail.results.disclosure import MARK, NAMES, Table, suppress
from trialtrail.results.disclosure_lines import is_number

SUMMARIES = "summaries"


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the columns and rows of a result table."""
    with path.open(encoding="utf-8", newline="") as stream:
        columns, *rows = csv.reader(stream)
    return columns, rows


def published(
    paths: list[Path], wanted: list[str], minimum: int, rounding: int
) -> dict[str, Table]:
    """Return the published tables by name, suppressed by one rule over all of them."""
    tables = {path.name: read(path) for path in paths if path.stem in wanted}
    return suppress(tables, minimum, rounding)


def told(table: Table) -> str:
    """Return a table as it is published, as CSV."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([table.columns, *table.released()])
    return stream.getvalue()


def check_told(name: str, text: str, table: Table) -> None:
    """Stop if what is about to be written tells a cell that is withheld.

    Raises:
        StudyError: a withheld cell has another text than its mark.
    """
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    for at, column in table.cells:
        across = table.columns.index(column)
        if table.rows[at][across] and rows[at][across] != MARK:
            raise StudyError(
                f"a number that is withheld stands in the public table `{name}`",
                where=f"row {at + 1}, column `{column}`",
                rule="nothing that is withheld is written to results/public",
                remedy="report this as a fault of the software: it is not the study's",
            )
    for at in table.hidden:
        for column, cell, printed in zip(table.columns, table.rows[at], rows[at], strict=True):
            own = column in NAMES or column == table.columns[0] or (at, column) in table.told
            if is_number(cell) and not own and printed != MARK:
                raise StudyError(
                    f"a number of a withheld row stands in the public table `{name}`",
                    where=f"row {at + 1}, column `{column}`",
                    rule="nothing that is withheld is written to results/public",
                    remedy="report this as a fault of the software: it is not the study's",
                )


def main(job) -> None:
    """Read all result tables; write those that are published, and the names of all others."""
    paths = [Path(path) for path in job.input.tables]
    chosen = job.params.chosen
    tables = published(paths, chosen["tables"], chosen["minimum"], chosen["rounding"])
    outputs = {Path(path).name: Path(path) for path in job.output.tables}
    texts = {name: told(table) for name, table in tables.items()}
    for name, text in texts.items():
        check_told(name, text, tables[name])
    for name, text in texts.items():
        outputs[name].write_text(text, encoding="utf-8", newline="\n")
    unpublished = sorted(path.stem for path in paths if path.name not in tables)
    Path(job.output.unpublished).write_text(
        json.dumps(unpublished, indent=1) + "\n", encoding="utf-8", newline="\n"
    )


run(main, globals())
