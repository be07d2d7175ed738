"""Validate one table: read its exports, type every cell, check its contract.

Nothing is dropped here: a cell that cannot be typed is left empty and reported as a finding; what
becomes of its row is settled when all tables are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from trialtrail.derive.populations import nameless, randomised_without_id
from trialtrail.errors import StudyError
from trialtrail.exports.export import LINE, ORIGIN, Export
from trialtrail.tables import in_rows
from trialtrail.validation.cells import Contract, type_source
from trialtrail.validation.codings import other_codings
from trialtrail.validation.contracts import broken_cells, findings_of_cells, key_of
from trialtrail.validation.headings import (
    check_dictionaries,
    check_header,
    check_labels,
    check_mapping,
    check_reading,
)
from trialtrail.validation.identifiers import withheld, without_identifiers
from trialtrail.validation.rows import (
    check_filled,
    check_responses,
    check_taken,
    rows_taken,
)
from trialtrail.validation.stops import ELSEWHERE, LACKS
from trialtrail.validation.whole_columns import findings_of_columns

UNTYPED = ("type", "code", "arm", "ambiguous", "unit", "partial", "formula")
"""Rules whose finding explains why a cell is empty: no need to say that a value is required."""


@dataclass
class Checked:
    """A table as its own validation leaves it.

    Attributes:
        frame: one row a record: the typed columns of the contract, where it stands, its name.
        raw: the same rows as they were read.
        found: the findings.
        count: records read; those of another width than the header are in neither frame.
        readings: of each export, what its file is like and how many cells changed their form.
    """

    frame: pd.DataFrame
    raw: pd.DataFrame
    found: list[dict]
    count: int
    readings: list[dict[str, Any]]


def record_names(keys: pd.DataFrame) -> pd.Series:
    """Return the name of each record: the values of its key, one after the other."""
    first, *others = (keys[name].astype("string").fillna("") for name in keys)
    return first.str.cat(others, sep=" ") if others else first


def add_records(found: list[dict], typed: pd.DataFrame) -> list[dict]:
    """Give each finding of a row the name of its record."""
    lines = {item["line"] for item in found if item["line"] is not None}
    there = typed[typed[LINE].isin(lines)]
    places = in_rows(there, ORIGIN)
    names = dict(zip(places, there["record"], strict=True))
    return [item | {"record": names.get(_cell(item)[:3], item["record"])} for item in found]


def _cell(item: dict) -> tuple:
    return item["export"], item["file"], item["line"], item["column"]


def validate_table(
    table: str,
    sources: Sequence[dict],
    contract: Contract,
    read: Callable[[dict], Export],
) -> Checked:
    """Return ``table`` as its sources give it; ``read`` maps a source to its `Export`.

    Raises:
        StudyError: a file cannot be read, or there is no participant.
    """
    parts, raw, readings, apart, count = [], [], [], [], 0
    found = check_dictionaries(table, list(sources))
    for source in sources:
        export = read(source)
        apart += check_taken(export, source)
        taken = rows_taken(export.rows, source.get("where", {}), source.get("wheres", []))
        export = replace(export, rows=export.rows[taken].reset_index(drop=True))
        found += check_filled(table, export, source)
        found += check_responses(table, export, source)
        found += check_reading(table, export, source)
        found += check_header(table, export, source)
        found += check_mapping(table, contract.schema, source)
        found += check_labels(table, export, source)
        typed, cells, changes = type_source(table, export, source, contract)
        parts.append(typed)
        names = pd.array([export.name], dtype="string").repeat(len(typed))
        rows = without_identifiers(export.rows, source.get("identifiers", []))
        raw.append(rows.assign(_export=names))
        found += cells
        count += len(typed) + len(export.ragged)
        readings.append(_reading(table, export, source, changes))
    if table == "participants" and not count:
        raise _no_header(sources, found) or StudyError(
            "The export has no record of a participant, and there is no trial without participants",
            where=", ".join(source["label"] for source in sources),
            rule="header",
            remedy="export the table again; if the table has a `where`, look at its texts",
        )
    frame = pd.concat(parts, ignore_index=True)
    frame["record"] = record_names(frame[key_of(contract.schema)])
    if table == "participants":
        frame["record"] = frame["record"].mask(randomised_without_id(frame), nameless(frame))
    found = add_records(found, frame)
    found += _contract_findings(table, frame, found, sources, contract)
    hidden = {source["name"]: source.get("identifiers", []) for source in sources}
    found = [withheld(item, hidden[item["export"]]) for item in [*found, *apart]]
    columns = [*contract.schema.columns, *ORIGIN, "record"]
    return Checked(frame[columns], pd.concat(raw, ignore_index=True), found, count, readings)


def _no_header(sources: Sequence[dict], found: list[dict]) -> StudyError | None:
    """Return the refusal of a file without records whose header is another one, else None."""
    messages = [item["message"] for item in found if item["rule"] == "columns"]
    elsewhere = [message for message in messages if message.startswith(ELSEWHERE)]
    if not any(message.startswith((LACKS, ELSEWHERE)) for message in messages):
        return None
    return StudyError(
        "The export has no record, and not the columns that the configuration names",
        where=", ".join(source["label"] for source in sources),
        rule="header",
        remedy=next(
            (message.partition(": ")[2] for message in elsewhere),
            "look whether it is the right file, and of the right format",
        ),
    )


def _contract_findings(table, frame, found, sources, contract: Contract) -> list[dict]:
    """Return the findings of the contract that no other finding explains already."""
    explained = {_cell(item) for item in found if item["rule"] in (*UNTYPED, "most")}
    wrong = [item for item in found if item["rule"] == "columns"]
    lacking = {(item["export"], item["column"]) for item in wrong}
    unread = {item["export"] for item in wrong if item["message"].startswith(ELSEWHERE)}
    headings = {(s["name"], c): name for s in sources for c, name in s["columns"].items()}
    labels = {source["name"]: source["label"] for source in sources}
    schema = contract.schema
    broken = broken_cells(schema, frame[list(schema.columns)])
    other, coded = other_codings(table, frame, contract, sources)
    exports = frame["_export"].tolist()

    def is_explained(row: int, column: str, rule: str) -> bool:
        """Return whether a finding of the whole column says why its cells break the rule."""
        export = exports[row]
        heading = headings.get((export, column), column)
        if rule == "range" and (export, heading) in coded:
            return True
        whole = (export, labels[export], None, heading)
        known = whole in explained or (export, heading) in lacking or export in unread
        return rule == "required" and known

    broken = [each for each in broken if not is_explained(*each[:3])]
    whole, broken = findings_of_columns(table, broken, frame, headings, labels, contract.actions)
    origin = frame[[*ORIGIN, "record"]]
    more = findings_of_cells(table, frame, broken, origin, headings, key_of(schema))
    return [*other, *whole, *(item for item in more if _cell(item) not in explained)]


def _reading(table: str, export: Export, source: dict, changes: list) -> dict[str, Any]:
    """Return what is reported of the reading of one export."""
    return {
        "export": export.name,
        "table": table,
        "file": source["label"],
        "form": export.form,
        "guessed": export.guessed,
        "columns": len(export.header),
        "records": len(export.rows) + len(export.ragged),
        "changes": changes,
        **({"elements": export.elements} if export.elements else {}),
        **_labels(export, source),
    }


def _labels(export: Export, source: dict) -> dict[str, Any]:
    """Return the labels that the file has of variables and of values, where it has any."""
    titles, answers = {}, {}
    for column, heading in source["columns"].items():
        if heading in export.titles:
            titles[column] = export.titles[heading]
        if heading in export.answers:
            codes = source.get("codes", {}).get(column, {})
            pairs = export.answers[heading].items()
            answers[column] = {str(codes.get(code, code)): text for code, text in pairs}
    return {"labels": {"variables": titles, "values": answers}} if titles or answers else {}
