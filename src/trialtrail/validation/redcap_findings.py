"""Tell where a REDCap export departs from its dictionary, to each table that it matters to."""

from __future__ import annotations

import pandas as pd

from trialtrail.exports.export import FILE, LINE, Export
from trialtrail.exports.redcap.records import Records
from trialtrail.validation.findings import finding
from trialtrail.validation.identifiers import withheld
from trialtrail.validation.redcap_checks import CellFindings, dictionary_findings

SAID_BY_THE_TABLE = {
    "code": ("code", "arm", "type"),
    "format": ("type", "code", "arm"),
    "soft_range": ("range", "type"),
    "unanswered": ("required", "type", "code", "arm"),
}
"""Rule -> rules of a table's own check that have already found it of the same cell."""

Names = dict[str, dict[tuple, str]]
"""Table -> (file, line) of each of its rows of this export -> name of the record."""


def findings_of(
    found_cells: CellFindings, export: Export, spec: dict, uses: dict, names: Names
) -> list[dict]:
    """Return one finding a cell and table that uses the column.

    A cell that no table uses keeps no row out of any, so its finding is of no table.
    """
    place = {"export": export.name, "column": found_cells.column}
    if found_cells.rows is None:
        label = spec["dictionary_label"]
        return [finding(found_cells.rule, "", found_cells.message, file=label, **place)]
    using = [table for table, columns in uses.items() if found_cells.column in columns]
    rows = export.rows[found_cells.rows]
    first = rows.columns[0] if spec["record"] not in rows else spec["record"]
    texts = rows[found_cells.column].fillna("").str.strip()
    found = []
    for file, line, text, record in zip(rows[FILE], rows[LINE], texts, rows[first], strict=True):
        at = (file, line)
        tables = [table for table in using if at in names[table]]
        known = [names[table][at] for table in names if at in names[table]]
        for table in tables or [""]:
            record_name = names[table][at] if table else next(iter(known), str(record).strip())
            item = {"file": file, "line": line, "record": record_name, "found": text}
            found.append(finding(found_cells.rule, table, found_cells.message, **place, **item))
    return found


def found_by_tables(findings: pd.DataFrame) -> set[tuple]:
    """Return (table, file, line, column, rule) of what the tables' own checks have found.

    What is of a whole column has no line.
    """
    cells = findings[["table", "file", "line", "column", "rule"]].astype(object)
    cells = cells.where(cells.notna(), None)
    return set(cells.itertuples(index=False, name=None))


def is_new(item: dict, known: set[tuple]) -> bool:
    """Return whether no table has found the cell already by a rule of its own."""
    cell = (item["table"], item["file"], item["line"], item["column"])
    column = (item["table"], item["file"], None, item["column"])
    rules = SAID_BY_THE_TABLE.get(item["rule"], (item["rule"],))
    return not any((*place, rule) in known for place in (cell, column) for rule in (*rules, "most"))


def validate_dictionary(export: Export, spec: dict, fields, uses, names, known) -> list[dict]:
    """Return the findings of the rows of ``export`` against the ``fields`` of its dictionary.

    ``uses`` maps a table to the columns of the file that it uses.
    """
    records = Records(export.rows, fields, spec["missing"])
    spec = spec | {"record": next(iter(fields), "")}
    found = [
        item
        for each in dictionary_findings(records, spec["events"])
        for item in findings_of(each, export, spec, uses, names)
    ]
    return [withheld(item, spec["identifiers"]) for item in found if is_new(item, known)]


def names_of(checked: pd.DataFrame, export: str) -> dict[tuple, str]:
    """Return (file, line) -> name of the record, of the rows of a table that ``export`` fed."""
    mine = checked[checked["_export"] == export]
    places = mine[[FILE, LINE]].itertuples(index=False, name=None)
    return dict(zip(places, mine["record"], strict=True))
