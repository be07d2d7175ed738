"""Labels that the files of statistical programs have, where the configuration leaves them open."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple


class FileLabels(NamedTuple):
    """Labels of one table: of its variables, and of the values of a variable."""

    variables: dict[str, str]
    values: dict[str, dict[str, str]]


def read_labels(readings: Iterable[str]) -> dict[str, FileLabels]:
    """Return the labels of each table, from the accounts of how its exports were read.

    Where several exports feed a table, the first that has a label gives it.
    """
    found: dict[str, FileLabels] = {}
    for path in readings:
        with open(path, encoding="utf-8") as handle:
            for reading in json.load(handle):
                mine = found.setdefault(reading["table"], FileLabels({}, {}))
                given = reading.get("labels", {"variables": {}, "values": {}})
                for name, label in given["variables"].items():
                    mine.variables.setdefault(name, label)
                for name, labels in given["values"].items():
                    mine.values[name] = {**labels, **mine.values.get(name, {})}
    return found


def labelled(table: str, variable: dict, found: dict[str, FileLabels]) -> dict:
    """Return a variable of a table with the labels of the file that the study does not give."""
    mine = found.get(table)
    if mine is None:
        return variable
    name, out = variable["id"], dict(variable)
    if "label" not in variable or variable.get("label_of_file"):
        out["label"] = mine.variables.get(name, variable.get("label", name))
    if name in mine.values:
        out["labels"] = {**mine.values[name], **variable.get("labels", {})}
    return out
