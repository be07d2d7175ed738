"""The instruments of a REDCap project as forms: at which events each was filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from trialtrail.exports.redcap.dictionary import EVENT, INSTANCE, INSTRUMENT, Field, read_dictionary
from trialtrail.exports.redcap.forms import variables_of
from trialtrail.new_study.columns.words import BASELINE_WORDS
from trialtrail.new_study.files.seen import SeenFile

NUMBERS = ("integer", "number")


@dataclass
class InstrumentAt:
    """One instrument at one timepoint.

    Attributes:
        instrument: its name in the dictionary.
        time: name of the event without its arm; empty where the project has no events.
        events: the unique names of the event, one an arm of the project.
        repeats: `instrument` or `event` where it repeats, else empty.
        baseline: whether it lies at or before the allocation, as far as is known.
        variables: those that the dictionary makes of its fields.
    """

    instrument: str
    time: str
    events: list[str]
    repeats: str
    baseline: bool
    variables: list[dict] = field(default_factory=list)


@dataclass
class RedcapShape:
    """A project: the column of its records, its forms, and the rows that have the arm."""

    record: str
    forms: list[InstrumentAt]
    where: dict[str, list[str]]


def find_redcap(file: SeenFile, arm: str) -> RedcapShape | None:
    """Return the shape of a project; None of a file without a REDCap dictionary.

    ``arm`` is the field that says the arm.
    """
    if "dictionary" not in file.export or file.export.get("format") != "redcap":
        return None
    path = str(file.export["dictionary"])
    fields = read_dictionary(path, path.rsplit("/", 1)[-1])
    record = next(iter(fields))
    rows = len(file.columns[0].cells)
    events = _cells(file, EVENT, rows)
    of_rows = _cells(file, INSTRUMENT, rows)
    instances = _cells(file, INSTANCE, rows)
    has_arm = [bool(cell) for cell in _cells(file, arm, rows)]
    of_arm = list(dict.fromkeys(e for e, has in zip(events, has_arm, strict=True) if has and e))
    forms = []
    for name in dict.fromkeys(each.form for each in fields.values()):
        filled = _filled(
            file, [each for each in fields.values() if each.form == name], record, rows
        )
        by_time: dict[str, list[int]] = {}
        for row, is_filled in enumerate(filled):
            if is_filled:
                by_time.setdefault(re.sub(r"_arm_\d+$", "", events[row]), []).append(row)
        for time, places in by_time.items():
            repeats = ""
            if any(of_rows[row] == name for row in places):
                repeats = "instrument"
            elif any(instances[row] and not of_rows[row] for row in places):
                repeats = "event"
            found = list(dict.fromkeys(events[row] for row in places if events[row]))
            first = bool(set(found) & set(of_arm)) or bool(BASELINE_WORDS.match(time or "-"))
            forms.append(
                InstrumentAt(
                    name, time, sorted(found), repeats, first, _variables(fields, name, record)
                )
            )
    where = {EVENT: sorted(of_arm)} if of_arm else {}
    if file.column(INSTRUMENT) is not None:
        where[INSTRUMENT] = [""]
    return RedcapShape(record, [form for form in forms if form.variables], where)


def _cells(file: SeenFile, name: str, rows: int) -> list[str]:
    column = file.column(name)
    return [""] * rows if column is None else [(cell or "").strip() for cell in column.cells]


def _filled(file: SeenFile, fields: list[Field], record: str, rows: int) -> list[bool]:
    """Return in which rows a field of an instrument holds an answer; a box not ticked is none."""
    filled = [False] * rows
    for each in fields:
        if each.name == record:
            continue
        for name in each.columns:
            column = file.column(name)
            for row, cell in enumerate(column.cells if column else ()):
                text = (cell or "").strip()
                filled[row] |= text != "" and not (each.kind == "checkbox" and text == "0")
    return filled


def _variables(fields: dict[str, Field], instrument: str, record: str) -> list[dict]:
    return [
        item
        for each in fields.values()
        if each.form == instrument and each.name != record and not each.identifier
        for item in variables_of(each)
    ]


def outcomes_of(shape: RedcapShape) -> dict[str, tuple[str, dict[str, str]]]:
    """Return {field: (kind, {timepoint: field})} of what may be an outcome."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for form in shape.forms:
        if form.repeats:
            continue
        for item in form.variables:
            kind = (
                "continuous"
                if item["type"] in NUMBERS
                else "binary"
                if item["type"] == "boolean"
                else ""
            )
            if kind:
                found.setdefault(item["column"], (kind, {}))[1][form.time] = item["column"]
    return found
