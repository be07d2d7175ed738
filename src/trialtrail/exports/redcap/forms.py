"""Forms of the configuration that are taken from a REDCap dictionary, written out in full.

The Snakefile reads the configuration, so nothing heavy is imported here.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from trialtrail.errors import StudyError
from trialtrail.exports.redcap.dictionary import (
    EVENT,
    INSTANCE,
    INSTRUMENT,
    NOT_DATA,
    Field,
    identifiers_of,
    read_dictionary,
)
from trialtrail.exports.redcap.filling import PROGRAM, TICK, by_people, filled_by
from trialtrail.exports.redcap.formats import is_date, known_format

FIXED = ("participant_id", "completed_on", "instance")
"""Columns that a form has by itself."""
EVENT_NAME = "unique_event_name"
BOX = {"1": True, "0": False}
OF_THE_FIELD = ("decimal", "filled_by", "no_answer")
"""What a field says of its cells, also where the study describes the variable itself."""
PLAIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
"""Letters that are no plain letter with a mark, and how they are spelt in plain ones."""
WIDEST = 40
"""Characters of a value that is made from the label of a choice."""


class Project:
    """One export of a REDCap project: its dictionary, its events, the header of its data.

    Args:
        name: of the export in the configuration.
        spec: its entry there.
        folder: where its paths begin.
        missing: codes of missing values, which check boxes have as well.
    """

    def __init__(self, name: str, spec: dict, folder: Path, missing: Sequence[str] = ()) -> None:
        self.name, self.spec = name, spec
        path = str(folder / spec["dictionary"])
        self.fields = read_dictionary(path, spec["dictionary"])
        self.record = next(iter(self.fields), "")
        listed = [*spec.get("identifiers", []), *identifiers_of(self.fields)]
        self.identifiers = sorted(set(listed))
        self.header = _header(folder / spec["file"], spec)
        self.missing = [code for code in missing if code]
        self.events = read_events(folder / spec["events"], spec) if "events" in spec else None

    def missing_boxes(self, field: Field | None = None) -> list[str]:
        """Return the boxes of the codes of missing values: of one field, or of all."""
        fields = [field] if field else self.fields.values()
        return [name for each in fields for name in each.boxes_of(self.missing)]

    def instruments(self) -> list[str]:
        """Return the names of the instruments."""
        return list(dict.fromkeys(field.form for field in self.fields.values()))


def _header(path: Path, spec: dict) -> list[str]:
    """Return the header of the data; none where it cannot be read, which its reader tells."""
    try:
        with open(path, encoding=spec.get("encoding", "utf-8-sig"), newline="") as handle:
            return next(csv.reader(handle, delimiter=spec.get("delimiter", ",")), [])
    except (OSError, UnicodeError, LookupError, csv.Error):
        return []


def read_events(path: str | Path, spec: dict) -> list[str]:
    """Return the unique names of the events of a project, from the file that REDCap gives.

    Raises:
        StudyError: it is no list of events.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
            known = bool(rows) and EVENT_NAME in rows[0]
    except (OSError, UnicodeError, csv.Error):
        rows, known = [], False
    if not known:
        raise StudyError(
            f"The list of events has no column {EVENT_NAME}, or cannot be read",
            where=spec["events"],
            rule="events",
            remedy="download it from REDCap: Define My Events, Download",
        )
    return [row[EVENT_NAME].strip() for row in rows]


def projects(config: dict, folder: Path) -> dict[str, Project]:
    """Return the exports of ``config`` that have a dictionary.

    Raises:
        StudyError: a dictionary or a list of events cannot be read.
    """
    return {
        name: Project(name, spec, folder, spec.get("missing", config.get("missing", [])))
        for name, spec in config["exports"].items()
        if "dictionary" in spec and (folder / spec["dictionary"]).is_file()
    }


def with_identifiers(config: dict, known: dict[str, Project]) -> dict:
    """Return ``config`` with the identifiers of the dictionaries beside those it lists itself."""
    exports = dict(config["exports"])
    for name, project in known.items():
        if project.identifiers:
            exports[name] = exports[name] | {"identifiers": project.identifiers}
    return config | {"exports": exports}


Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""


def problems(config: dict, known: dict[str, Project]) -> Iterator[Problem]:
    """Yield what keeps a form from being taken from its dictionary."""
    for name, form in config.get("forms", {}).items():
        if "redcap" not in form:
            continue
        spec, path = form["redcap"], ["forms", name, "redcap"]
        project = known.get(spec["export"])
        if project is None and "dictionary" in config["exports"].get(spec["export"], {}):
            what = f"The dictionary of the export {spec['export']} is missing"
            place = ["exports", spec["export"], "dictionary"]
            yield what, place, "put the file there, or correct its path"
            continue
        if project is None:
            do = f"write one of {', '.join(known)}" if known else "give the export a `dictionary`"
            what = f"`{spec['export']}` is not a name of exports with a dictionary"
            yield what, [*path, "export"], do
            continue
        names = project.instruments()
        if spec["instrument"] not in names:
            what = f"`{spec['instrument']}` is not a name of an instrument of the dictionary"
            yield what, [*path, "instrument"], f"write one of {', '.join(names)}"
            continue
        for event in spec.get("events", []):
            if project.events is not None and event not in project.events:
                what = f"`{event}` is not a name of an event of the project"
                yield what, [*path, "events"], f"write one of {', '.join(project.events)}"
        if EVENT in project.header and "events" not in spec:
            what = f"The export has a row an event, and {name} does not say from which it is taken"
            yield what, path, "list them under `events`"
        day = spec.get("completed_on")
        if day is not None and day not in project.fields:
            what = f"`{day}` is not a name of a field of the dictionary"
            yield what, [*path, "completed_on"], "name the field with the day of the form"
        if not variables(project, form):
            yield f"{name} has no variable: its fields hold no data", path, "leave the form out"


def written_out(config: dict, known: dict[str, Project]) -> dict:
    """Return ``config`` with the sources and variables of each form taken from a dictionary."""
    forms = {
        name: _form(form, known[form["redcap"]["export"]])
        if "redcap" in form
        else _with_decimals(form, known)
        for name, form in config.get("forms", {}).items()
    }
    return config | {"forms": forms} if forms else config


def _with_decimals(form: dict, known: dict[str, Project]) -> dict:
    """Return a form with sources of its own; of fields of a project the decimal sign is theirs."""
    names = {source["export"] for source in form.get("sources", [])}
    if len(names) != 1 or not names & set(known):
        return form
    fields = known[names.pop()].fields
    own = [
        {"decimal": fields[item["column"]].decimal} | item
        if item.get("column") in fields and fields[item["column"]].decimal
        else item
        for item in form.get("variables", [])
    ]
    return form | {"variables": own}


def _form(form: dict, project: Project) -> dict:
    spec = form["redcap"]
    columns = {"participant_id": project.record}
    if "completed_on" in spec:
        columns["completed_on"] = spec["completed_on"]
    where = {}
    if "events" in spec:
        where[EVENT] = spec["events"]
    repeats = spec.get("repeats")
    if INSTRUMENT in project.header or repeats:
        # A row of a repeating instrument is none of the others of its event, and the other way.
        where[INSTRUMENT] = [spec["instrument"] if repeats == "instrument" else ""]
    source = {"export": spec["export"], "columns": columns} | ({"where": where} if where else {})
    source["begun"] = by_people(project.fields, spec["instrument"])
    out = {key: value for key, value in form.items() if key != "redcap"}
    out |= {"sources": [source], "variables": variables(project, form)}
    return out | ({"repeats": INSTANCE} if repeats else {})


def variables(project: Project, form: dict) -> list[dict]:
    """Return the variables of a form: those of its instrument's fields that hold data.

    A variable that the form lists itself takes the place of the one of the same column.
    """
    spec = form["redcap"]
    own = {item.get("column"): item for item in form.get("variables", [])}
    out = []
    for field in project.fields.values():
        left_out = field.name in (project.record, spec.get("completed_on"))
        wanted = field.name in spec.get("fields", [field.name])
        if field.form != spec["instrument"] or not wanted or left_out:
            continue
        boxes = [name for name in project.missing_boxes(field) if name in project.header]
        for item in variables_of(field):
            item |= {"no_answer": boxes} if boxes else {}
            if item["column"] not in project.identifiers:
                given = own.pop(item["column"], item)
                out.append({key: item[key] for key in OF_THE_FIELD if key in item} | given)
    return [*out, *own.values()]


def variables_of(field: Field) -> list[dict]:
    """Return the variables that a field gives: none, one, or one a check box."""
    if field.kind in NOT_DATA:
        return []
    name = f"{field.form}_{field.name}" if field.name in FIXED else field.name
    plain = {"id": name, "column": field.name, "label": field.label or field.name}
    if by := filled_by(field):
        plain["filled_by"] = by
    if field.kind == "checkbox":
        return [
            {
                "id": f"{name}_{column.removeprefix(f'{field.name}___')}",
                "column": column,
                "type": "boolean",
                "label": f"{plain['label']}: {field.choices[code]}",
                "codes": BOX,
                "filled_by": PROGRAM if filled_by(field) == PROGRAM else TICK,
            }
            for code, column in field.boxes.items()
        ]
    if field.kind in ("yesno", "truefalse"):
        return [plain | {"type": "boolean", "codes": BOX}]
    if field.choices:
        values = values_of(field.choices)
        labels = {values[code]: label for code, label in field.choices.items()}
        return [plain | {"type": "category", "codes": values, "labels": labels}]
    more = {"description": words} if (words := _expected(field)) else {}
    kind = _type(field)
    if field.decimal:
        more["decimal"] = field.decimal
    return [plain | {"type": kind} | more]


def _type(field: Field) -> str:
    if field.kind in ("calc", "slider"):
        return "number" if field.kind == "calc" else "integer"
    name = known_format(field.validation)
    if name == "integer":
        return "integer"
    if name.startswith("number"):
        return "number"
    return "date" if is_date(name) else "text"


def _expected(field: Field) -> str:
    """Return the limits of a field in words: they are soft, so none of the variable."""
    ends = [("from", field.minimum), ("to", field.maximum)]
    limits = " ".join(f"{word} {limit}" for word, limit in ends if limit)
    return f"expected {limits}" if limits else ""


def values_of(choices: dict[str, str]) -> dict[str, str]:
    """Return for each code a value made from its label: small letters and digits, each its own."""
    made = {}
    for code, label in choices.items():
        spelt = unicodedata.normalize("NFKD", label.casefold().translate(PLAIN))
        plain = spelt.encode("ascii", "ignore").decode()
        words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
        made[code] = words[:WIDEST].strip("_") or code
    again = [value for value in made.values() if list(made.values()).count(value) > 1]
    return {code: f"{value}_{code}" if value in again else value for code, value in made.items()}
