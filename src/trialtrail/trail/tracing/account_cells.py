"""From a number of the run's own accounts to the raw records, or cells, that it counts.

These tables count what the jobs read, used and set aside. What a count is of stands in the columns
of its row, and in the lists that the validation writes beside the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trialtrail.origins import RAW, VALIDATED
from trialtrail.trail.tracing.raw_rows import COUNTED, RawCell, RawRecords, RawRows
from trialtrail.trail.tracing.result_cells import (
    CELLS_SET_ASIDE,
    QUERIES,
    SET_ASIDE,
    rows_of_csv,
)
from trialtrail.validation.rules import what_is_wrong

ROWS, STEPS, KINDS = "row_accounts", "steps", "query_counts"
OF_CELLS = ("cells", "of_columns")
"""Columns of `row_accounts` that count cells."""
KIND = ("rule", "severity", "export", "message")
"""Columns in which the queries of one row of `query_counts` agree."""


@dataclass
class Account:
    """What a number of the accounts is of.

    Attributes:
        cells: the raw cells that it counts, or that the records it counts have in a query.
        records: where no cell is named, the raw records among which it counts.
    """

    cells: dict[RawCell, str] = field(default_factory=dict)
    records: list[RawRecords] = field(default_factory=list)


def account_of(raw: RawRows, table: str, row: Mapping[str, str], column: str) -> Account | None:
    """Return what a cell of an account counts; nothing where only its files are known.

    Args:
        raw: the tables of the results folder.
        table: the result table, by name.
        row: the row of that table, by column.
        column: the column asked for; without one, the whole row.
    """
    if table == ROWS:
        return _of_rows(raw, row, column)
    if table == KINDS:
        return _of_queries(raw, row)
    if table == STEPS and raw.tables.get(VALIDATED, row["table"]):
        return Account(records=raw.records_of(row["table"]))
    return None


def _of_rows(raw: RawRows, row: Mapping[str, str], column: str) -> Account:
    """Return the records of one export in one table, or what of them is set aside."""
    if column == "set_aside":
        queries = {each["query_id"]: each for each in rows_of_csv(raw.results / QUERIES)}
        found = [
            (each, queries.get(query, {}).get("column", ""))
            for each in rows_of_csv(raw.results / SET_ASIDE / f"{row['export']}.csv")
            if each["table"] == row["table"]
            for query in each["query_ids"].split() or [""]
        ]
        return Account(_counted(found))
    if column in OF_CELLS:
        listed = rows_of_csv(raw.results / CELLS_SET_ASIDE)
        same = ("table", "export")
        return Account(
            _counted(
                (each, each["column"]) for each in listed if all(each[k] == row[k] for k in same)
            )
        )
    layer = VALIDATED if column == "rows_out" else RAW
    return Account(records=raw.records_of(row["table"], layer, row["export"]))


def _of_queries(raw: RawRows, row: Mapping[str, str]) -> Account:
    """Return the cells that the queries of one kind are about.

    A query about a whole column or file has no line: then it is the records of the export.
    """
    listed = [
        {**each, "message": what_is_wrong(each["message"])}
        for each in rows_of_csv(raw.results / QUERIES)
    ]
    queries = [each for each in listed if all(each[name] == row[name] for name in KIND)]
    if all(each["line"] for each in queries):
        return Account(_counted((each, each["column"]) for each in queries))
    found = {
        records
        for name in raw.tables.all_of(RAW)
        for records in raw.records_of(name, RAW, row["export"])
    }
    return Account(records=sorted(found))


def _counted(found: Iterable[tuple[Mapping[str, str], str]]) -> dict[RawCell, str]:
    return {RawCell(each["file"], int(each["line"]), column): COUNTED for each, column in found}
