"""A number of the run's own accounts leads to the records or cells that it counts."""

from __future__ import annotations

from runrecord.graph import load

from trialtrail.trail.tracing.lookup import find
from trialtrail.trail.tracing.raw_rows import RawRows
from trialtrail.trail.tracing.result_cells import ResultCells

ACCOUNTS = {
    "row_accounts": ("rows_in", "rows_out", "set_aside", "cells"),
    "query_counts": ("n",),
    "steps": ("rows_in",),
}
"""Columns of the run's own accounts that are followed to what they count."""


def test_each_number_of_the_accounts_names_as_many_records_or_cells_as_it_counts(moments):
    graph, named, of_columns = load(moments.results), {}, []
    results = ResultCells(RawRows(moments.results))
    for table, columns in ACCOUNTS.items():
        for row in moments.table(table):
            if (
                table == "steps"
                and not (moments.results / f"validated/{row['table']}.parquet").is_file()
            ):
                continue
            for column in columns:
                target = find(f"results/tables/{table}.csv#{row['row']}/{column}", graph, results)
                if table == "query_counts" and target.records:
                    of_columns.append(row["row"])  # which has no line: it is about all records
                    assert len(target.records) == 1
                    continue
                count = sum(each.records for each in target.records) or len(
                    {(cell.file, cell.line) for cell in target.cells}
                    if column == "set_aside"
                    else target.cells
                )
                assert count == int(row[column]), f"{table}#{row['row']}/{column}"
                named[table, column] = named.get((table, column), 0) + count
    assert min(named.values()) > 0
    assert len(named) == 6
    assert of_columns == ["digits.births", "digits.contact_log"]
