"""Addresses of cells as they were in version 0.1, and where the cells stand now."""

from __future__ import annotations

import re

OF_AN_ARM = re.compile(r"(n|mean|sd|count|percent)_(.+)")
"""Columns that had the arm in their name."""
OF_OUTCOMES = {
    "n": "n_with_data",
    "mean": "mean",
    "sd": "sd",
    "count": "events",
    "percent": "percent",
}
OF_BASELINE = {"n": "n", "mean": "mean", "sd": "sd", "count": "n", "percent": "percent"}
OF_VARIABLES = ("label", "level", "unit")
"""Columns of the baseline that had no arm in their name."""
OF_CODES = {
    "segments": ("passages", "n"),
    "documents": ("codes", "n"),
    "documents_every_coder": ("codes_of_all_coders", "n"),
}
FORMER_TABLES = {
    "outcomes": "estimates",
    "queries": "query_counts",
    "rows": "row_accounts",
}
MEASURES = (".risk_difference", ".risk_ratio")
RENAMED = {("questionnaire", "theme"): "group"}


def present_address(table: str, row: str, column: str) -> str:
    """Return where a cell of version 0.1 stands now, empty where nothing moved."""
    of_arm = OF_AN_ARM.fullmatch(column)
    if table == "outcomes" and of_arm:
        return f"arms#{_without_measure(row)}.{of_arm[2]}/{OF_OUTCOMES[of_arm[1]]}"
    if table in FORMER_TABLES:
        return _written(FORMER_TABLES[table], row, column)
    if table == "baseline" and of_arm:
        return f"baseline#{row}.{of_arm[2]}/{OF_BASELINE[of_arm[1]]}"
    if table == "baseline" and column in OF_VARIABLES:
        return _written("baseline", f"{row}.all", column)
    if table == "codes" and column in OF_CODES:
        topic, name = OF_CODES[column]
        return f"{topic}#{row}/{name}"
    if table == "codes" and column.startswith("documents_"):
        pair = column.removeprefix("documents_").rpartition("_")
        return f"codes_by_stage#{row}.{pair[0]}.{pair[2]}/n"
    if (table, column) == ("questionnaire", "sent"):
        return "questionnaire#completed/denominator"
    if (table, column) == ("providers", "value"):
        return _written(table, row, "minimum" if row.endswith("_min") else "maximum")
    if (table, column) in RENAMED:
        return _written(table, row, RENAMED[table, column])
    return ""


def _without_measure(row: str) -> str:
    """Return the name of an estimate without its measure: it is that of its arms."""
    for measure in MEASURES:
        row = row.removesuffix(measure)
    return row


def _written(table: str, row: str, column: str) -> str:
    return f"{table}#{row}" + (f"/{column}" if column else "")
