"""Tabulate the data dictionary: one row is one column of a table or dataset of the study."""

import json

import pandas as pd

from trialtrail.contracts import build_schema
from trialtrail.lineage import run
from trialtrail.tables import write_result

COLUMNS = ["row", "table", "column", "type", "label", "unit", "rule"]
TYPES = {
    "Int64": "whole number",
    "int64": "whole number",
    "float64": "number",
    "bool": "yes or no",
    "Float64": "number",
    "boolean": "yes or no",
    "datetime64[ns]": "date",
}


def type_in_words(dtype: str) -> str:
    """Return a type as readers name it; text is stored in more than one way."""
    return "text" if dtype.startswith(("string", "str")) else TYPES.get(dtype, dtype)


def sentence(text: str) -> str:
    """Return ``text`` on one line with a full stop."""
    return " ".join(text.split()).rstrip(".") + "."


def limits(column) -> str:
    """Return the checks of a column in words."""
    told = []
    for check in column.checks:
        told += [
            f"{sense} {check.statistics[key]}"
            for key, sense in (
                ("min_value", "from" if "equal" in check.name else "above"),
                ("max_value", "to" if "equal" in check.name else "below"),
            )
            if key in (check.statistics or {})
        ]
    metadata = column.metadata or {}
    if metadata.get("references"):
        told.append(f"occurs in {metadata['references']}")
    if metadata.get("kind") == "censored":
        told.append("may be censored")
    return "; ".join(filter(None, [column.description, *told]))


def contract_rows(table: str, variables: list[dict], is_form: bool) -> list[dict]:
    """Return the columns of the contract of a validated table; a series of items is one row."""
    schema = build_schema(table, variables, is_form)
    series = {item["id"]: item["series"] for item in variables if "series" in item}
    rows = []
    for name, column in schema.columns.items():
        first, last = series.get(name, (name, None))
        if name != first:
            continue
        more = "" if last is None else f" to {last}"
        rows.append(
            {
                "row": f"{table}.{name}",
                "table": table,
                "column": name + more,
                "type": type_in_words(str(column.dtype)),
                "label": (column.title or name) + more,
                "unit": (column.metadata or {}).get("unit", ""),
                "rule": limits(column),
            }
        )
    return rows


def derived_rows(dataset: str, path: str) -> list[dict]:
    """Return the columns that a dataset adds to its table, with their rules and sources."""
    with open(path, encoding="utf-8") as handle:
        entries = json.load(handle)
    return [
        {
            "row": f"datasets.{dataset}.{entry['column']}",
            "table": f"{dataset} (derived)",
            "column": entry["column"],
            "type": type_in_words(entry["type"]),
            "label": entry["title"],
            "unit": entry["unit"],
            "rule": f"{sentence(entry['rule'])} From {', '.join(entry['sources'])}.",
        }
        for entry in entries
        if entry["rule"] != "as validated"
    ]


def main(job):
    """Read the contracts and what was derived; write the dictionary."""
    rows = []
    for table in job.params.tables:
        rows += contract_rows(table["name"], table["variables"], table["is_form"])
    for dataset, path in zip(job.params.derived, job.input.columns, strict=True):
        rows += derived_rows(dataset, path)
    write_result(pd.DataFrame(rows, columns=COLUMNS), job.output.table)


run(main, globals())
