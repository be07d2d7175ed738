"""Export the tidy tables of results as Analysis Results Data: one row is one statistic."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.exchange.ard import LAYOUTS, REAL, TEXT, WHOLE, Column, differing, melt, restore
from trialtrail.record import Rows, run
from trialtrail.results.cells import Table, read_rows
from trialtrail.tables import write_table

from schemas.results.ard import Ard
from schemas.results.base import conform
from schemas.results.contracts import CONTRACTS

HOLDS = {"Float64": REAL, "Int64": WHOLE}


def columns_of(table: str) -> dict[str, Column]:
    """Return what each column of a tidy table is, by its contract."""
    columns = CONTRACTS[table].to_schema().columns
    return {
        name: Column(each.title, HOLDS.get(str(each.dtype), TEXT)) for name, each in columns.items()
    }


def ard_of(tables: Mapping[str, Table]) -> list[dict[str, Any]]:
    """Return the statistics of the tidy tables, from which the tables can be had again.

    Raises:
        ValueError: a table cannot be had again, a fault of the program.
    """
    columns = {name: columns_of(name) for name in tables}
    found = [each for name in tables for each in melt(name, tables[name], columns[name])]
    if other := differing(restore(found, columns), tables):
        raise ValueError(
            f"{len(other)} rows of the tidy tables are not those of the ARD: {other[0]}"
        )
    return found


def json_lines(rows: Iterable[Mapping[str, Any]], order: Sequence[str]) -> str:
    """Return the statistics as a JSON array, one a line, without what is empty."""
    lines = [
        json.dumps(
            {name: row[name] for name in order if row.get(name) is not None}, ensure_ascii=False
        )
        for row in rows
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main(job):
    """Read the tidy tables; write the statistics as Parquet and as JSON."""
    paths = {Path(path).stem: Path(path) for path in job.input.tables}
    tables = {
        name: read_rows(name, paths[name].read_text(encoding="utf-8"))
        for name in LAYOUTS
        if name in paths
    }
    rows = ard_of(tables)
    frame = conform(pd.DataFrame(rows), Ard)
    write_table(frame, job.output.ard)
    Path(job.output.json).write_text(json_lines(rows, list(frame)), encoding="utf-8")
    counts = {name: len(table.rows) for name, table in tables.items()}
    return {name: Rows(read=count, used=count) for name, count in counts.items()}


run(main, globals())
