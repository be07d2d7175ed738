"""Makes the table `readability`: one row is a text for lay readers, and how easily it is read."""

from pathlib import Path

import pandas as pd

from trialtrail.record import run
from trialtrail.report.readability import measure
from trialtrail.report.texts import read_text
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.readability import Readability

WITHIN, ABOVE, NO_GRADE, NOT_MEASURED = "within", "above", "no grade", "not measured"


def readability_of(text: str, language: str, limit: float) -> dict:
    """Return the row of a text: its counts, reading ease and grade, and how that fits the limit."""
    found = measure(text, language)
    if found.reading_ease is None:
        status = NOT_MEASURED
    elif found.grade is None:
        status = NO_GRADE
    else:
        status = ABOVE if round(found.grade, 1) > limit else WITHIN
    return vars(found) | {"language": language, "limit": limit, "status": status}


def main(job) -> None:
    """Read the text; write the table."""
    text = Path(job.input.text)
    row = readability_of(read_text(text).markdown, job.params.language, job.params.limit)
    if row["status"] == ABOVE:
        print(f"{text.name} reads at grade {row['grade']:.1f}, above the limit of {row['limit']:g}")
    write_result(conform(pd.DataFrame([{"row": text.stem, **row}]), Readability), job.output.table)


run(main, globals())
