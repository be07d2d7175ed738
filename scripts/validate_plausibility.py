"""Validate what is odd and may still be right: outliers, digits, straight lines, patterns."""

from trialtrail.record import Rows, run
from trialtrail.tables import read_rows, read_table, write_table
from trialtrail.validation.plausibility.check import check_plausibility, sheets_in_use
from trialtrail.validation.set_aside import Aside


def main(job):
    """Read the checked tables and the findings; write what is odd in the rows in use."""
    aside = Aside.by(read_table(job.input.findings))
    sheets, rows = {}, {}
    for table, path in zip(job.params.tables, job.input.checked, strict=True):
        tables = {table: read_rows(path)}  # one at a time: what is set aside is not kept
        sheets |= sheets_in_use(tables, aside, job.params)
        read, used = len(tables[table]), len(sheets[table].frame)
        rows[table] = Rows(read, used, {"a finding": read - used})
        tables.clear()
    write_table(check_plausibility(sheets, job.params), job.output.findings)
    return rows


run(main, globals())
