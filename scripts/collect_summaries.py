"""Collect what is counted and described of each topic into the table `summaries`."""

import pandas as pd

from trialtrail.record import Rows, run
from trialtrail.tables import read_table, write_result

from schemas.results.base import conform
from schemas.results.summaries import Summaries


def main(job):
    """Read the rows of each topic; write the table."""
    parts = [read_table(path) for path in job.input.parts]
    table = conform(pd.concat(parts, ignore_index=True), Summaries)
    write_result(table, job.output.table)
    return {"summaries": Rows(read=sum(map(len, parts)), used=len(table))}


run(main, globals())
