"""Tabulate the data dictionary: one row is one column of a table or dataset of the study."""

import json
import re
from collections import defaultdict
from itertools import groupby

import pandas as pd

from trialtrail.exports.file_labels import labelled, read_labels
from trialtrail.origins import MATCHED, Source, is_copied, rule_in_words, sources_of
from trialtrail.record import run
from trialtrail.tables import write_result
from trialtrail.validation.contracts import build_schema

from schemas.results.accounts import DataDictionary
from schemas.results.base import conform

COLUMNS = ["row", "table", "column", "type", "label", "unit", "rule"]
SERIES, MANY = 3, 6
"""Numbered columns from which on a series is shown, and columns from which on their number is."""
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
    """Return ``text`` on one line with a full stop; it begins with a capital, or with a name."""
    line = " ".join(text.split()).rstrip(".") + "."
    return line if re.match(r"\w*[_:]", line) else line[0].upper() + line[1:]


def limits(column) -> str:
    """Return the checks of a column in words."""
    ends: dict[str, str] = {}
    for check in column.checks:
        for key, sense in (
            ("min_value", "from" if "equal" in check.name else "above"),
            ("max_value", "to" if "equal" in check.name else "below"),
        ):
            if key in (check.statistics or {}):
                ends[key] = f"{sense} {check.statistics[key]}"
    parts = [" ".join(ends[key] for key in ("min_value", "max_value") if key in ends)]
    metadata = column.metadata or {}
    if metadata.get("references"):
        parts.append(f"occurs in {metadata['references']}")
    if metadata.get("kind") == "censored":
        parts.append("may be censored")
    return "; ".join(filter(None, [column.description, *parts]))


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
                "rule": limits(column) if last is None else limits_of_series(name, series, schema),
            }
        )
    return rows


def limits_of_series(first: str, series: dict, schema) -> str:
    """Return the limits within which all items of a series lie, whose own may be narrower."""
    own = [limits(schema.columns[name]) for name, (one, _) in series.items() if one == first]
    ends = [re.fullmatch(r"from ([-0-9.]+) to ([-0-9.]+)", each) for each in own]
    if len(set(own)) == 1 or not all(ends):
        return own[0]
    low = min((end[1] for end in ends if end), key=float)
    return f"from {low} to {max((end[2] for end in ends if end), key=float)}"


def shorten_series(names: list[str]) -> list[str]:
    """Return names with each run of numbered ones shown by its ends: ``q01 to q36``."""
    names_shown: list[str] = []
    for stem, group in groupby(names, key=lambda name: re.sub(r"\d+$", "", name)):
        items = list(group)
        for each in runs(items) if stem else [items]:
            names_shown += each if len(each) < SERIES or not stem else [f"{each[0]} to {each[-1]}"]
    return names_shown


def runs(names: list[str]) -> list[list[str]]:
    """Return names that end in numbers, in their order, a list for each run without a gap."""
    numbers = {name: int(re.search(r"\d*$", name)[0] or -1) for name in names}
    found: list[list[str]] = []
    for name in sorted(names, key=numbers.__getitem__):
        if found and numbers[name] == numbers[found[-1][-1]] + 1:
            found[-1].append(name)
        else:
            found.append([name])
    return found


def sources_in_words(dataset: str, sources: list[Source]) -> str:
    """Return where a column comes from, by table; what only matches the rows of two is left out."""
    columns: dict[str, list[str]] = defaultdict(list)
    for _, table, name in sources:
        columns[table].append(name)
    sources_shown = []
    for table, names in columns.items():
        others = {name for other, held in columns.items() if other != table for name in held}
        own = shorten_series([name for name in names if name not in others])
        if len(own) > MANY:
            sources_shown.append(
                f"{len([name for name in names if name not in others])} columns of {table}"
            )
        elif own:
            sources_shown.append(f"{table} ({', '.join(own)})")
        elif table != dataset:
            sources_shown.append(table)
    return f" From {', '.join(sources_shown)}." if sources_shown else ""


def taken_over(entry: dict) -> tuple[str, str] | None:
    """Return table and key of a column that is the one of that name elsewhere, else nothing."""
    if any(each["kind"] != MATCHED for each in entry["derivations"]):
        return None
    source, (key,) = sources_of(entry)[-1], entry["derivations"][0]["by"]
    return (source.table, key) if source.column == entry["column"] else None


def derived_rows(dataset: str, path: str) -> list[dict]:
    """Return the columns that a dataset adds to its table, with their rules and sources.

    Neighbours that are taken over from one table are one row.
    """
    with open(path, encoding="utf-8") as handle:
        entries = [each for each in json.load(handle)["columns"] if not is_copied(each)]
    rows = []
    for taken, group in groupby(entries, key=taken_over):
        members = list(group)
        if taken and len(members) >= SERIES:
            rows.append(_taken_row(dataset, members, *taken))
        else:
            rows += [_derived_row(dataset, entry) for entry in members]
    return rows


def _derived_row(dataset: str, entry: dict) -> dict:
    sources = "" if taken_over(entry) else sources_in_words(dataset, sources_of(entry))
    return {
        "row": f"datasets.{dataset}.{entry['column']}",
        "table": f"{dataset} (derived)",
        "column": entry["column"],
        "type": type_in_words(entry["type"]),
        "label": entry["title"],
        "unit": entry["unit"],
        "rule": sentence(rule_in_words(entry)) + sources,
    }


def _taken_row(dataset: str, entries: list[dict], table: str, key: str) -> dict:
    names = ", ".join(entry["column"] for entry in entries)
    return {
        "row": f"datasets.{dataset}.{entries[0]['column']}",
        "table": f"{dataset} (derived)",
        "column": f"{len(entries)} columns of {table}",
        "type": "",
        "label": "As there",
        "unit": "",
        "rule": f"Taken from {table} by {key}: {names}.",
    }


def main(job):
    """Read the contracts and what was derived; write the dictionary."""
    rows, labels = [], read_labels(job.input.readings)
    for table in job.params.tables:
        variables = [labelled(table["name"], each, labels) for each in table["variables"]]
        rows += contract_rows(table["name"], variables, table["is_form"])
    for dataset, path in zip(job.params.derived, job.input.columns, strict=True):
        rows += derived_rows(dataset, path)
    write_result(conform(pd.DataFrame(rows, columns=COLUMNS), DataDictionary), job.output.table)


run(main, globals())
