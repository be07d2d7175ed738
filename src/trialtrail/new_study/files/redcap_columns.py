"""What a REDCap dictionary says of the columns of an export."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trialtrail.exports.redcap.dictionary import (
    EVENT,
    INSTANCE,
    INSTRUMENT,
    NOT_DATA,
    OF_THE_RECORD,
    Field,
    field_of,
)
from trialtrail.exports.redcap.formats import is_date, is_dated, is_numeric, known_format
from trialtrail.new_study.files.seen import SeenColumn, SeenFile

BOX = {"1": "Checked", "0": "Unchecked"}
COMPLETE = {"0": "Incomplete", "1": "Unverified", "2": "Complete"}
OF_PEOPLE = {
    "email": "an e-mail address",
    "phone": "a telephone number",
    "ssn": "a social security number",
    "mrn": "a medical record number",
    "zipcode": "a postal code",
    "postalcode": "a postal code",
}
"""Validations of fields that identify people, and what they are for."""
UNIT = re.compile(
    r"[A-Za-z\u00b5\u03bc\u00b0%][A-Za-z0-9\u00b5\u03bc\u00b0%/\u00b2\u00b3^*.\u00b7()-]{0,14}"
)
"""A field note of one word, which below a number is its unit."""
PART = "(?:y{2,4}|mm|dd|hh|ss)"
NO_UNIT = re.compile(
    rf"{PART}(?:[-:/.]{PART})+|yyyy|optional|required|calculated|automatic|auto", re.IGNORECASE
)
"""Field notes of one word that are none: the form of a date, a remark on the field."""
RECORD = {
    EVENT: "Event of the project",
    INSTRUMENT: "Repeating instrument",
    INSTANCE: "Number of the repetition",
    "redcap_data_access_group": "Data access group",
    "redcap_survey_identifier": "Survey identifier",
}


def describe_redcap(seen: SeenFile, fields: Mapping[str, Field]) -> None:
    """Say of each column of a raw export what its field is.

    Where the cells are the labels of the choices and not their codes, the keys of a raw export are
    taken out again, for a run would find no code that the dictionary has.
    """
    if _has_labels_in_cells(seen, fields):
        for key in ("dictionary", "events", "format"):
            seen.export.pop(key, None)
        seen.notes.append(
            "The cells hold the labels of choices, not their codes, so the dictionary cannot be"
            " checked against them: export raw data from REDCap where you can."
        )
        labels = True
    else:
        labels = False
    known = field_of(dict(fields))
    for column in seen.columns:
        if column.name in known:
            _describe(column, *known[column.name], labels=labels)
        elif column.name in OF_THE_RECORD:
            column.label = RECORD.get(column.name, "")
            column.kind = {INSTANCE: "integer", EVENT: "category"}.get(column.name, "")
            if column.name == "redcap_survey_identifier":
                column.identifies = "REDCap writes an e-mail address or an identifier into it"
        elif column.name.endswith("_complete"):
            column.label, column.kind = "State of the instrument", "category"
            column.value_labels = {} if labels else dict(COMPLETE)
    names = {column.name for column in seen.columns}
    if EVENT in names:
        events = {cell for cell in seen.column(EVENT).cells if cell}
        seen.notes.append(
            f"The project is longitudinal: a row is one event of a participant, of {len(events)}"
            " events. Each form takes the rows of its events (`where`, or `redcap` with `events`)."
        )
    if INSTRUMENT in names:
        seen.notes.append("Some instruments of the project repeat: a participant has many rows.")


def describe_labels(seen: SeenFile, fields: Mapping[str, Field]) -> None:
    """Say what each column of an export is whose headings are the labels of fields."""
    seen.notes.append(
        "The headings are the labels of the REDCap project, not the names of its fields, so the"
        " dictionary cannot be checked against the file: export raw data where you can."
    )
    for column in seen.columns:
        named = [field for field in fields.values() if field.label == column.name]
        if len(named) == 1 and named[0].kind != "checkbox":
            _describe(column, named[0], "", labels=True)


def _has_labels_in_cells(seen: SeenFile, fields: Mapping[str, Field]) -> bool:
    codes = labels = 0
    for column in seen.columns:
        choices = fields[column.name].choices if column.name in fields else {}
        if choices and fields[column.name].kind != "checkbox":
            cells = {cell for cell in column.cells if cell}
            codes += len(cells & {*choices})
            labels += len(cells & {*choices.values()} - {*choices})
    return labels > codes


def _describe(column: SeenColumn, field: Field, code: str, *, labels: bool) -> None:
    """Say what a column is by its field; ``code`` is that of a check box."""
    column.label = field.label
    if field.identifier:
        column.identifies = "the REDCap dictionary marks it as an identifier"
    elif of := [what for key, what in OF_PEOPLE.items() if field.validation.startswith(key)]:
        column.identifies = f"the REDCap dictionary asks for {of[0]}"
    if field.kind == "checkbox":
        column.label += f": {field.choices[code]}" if code in field.choices else ""
        column.kind, column.value_labels = "boolean", {} if labels else dict(BOX)
        return
    if field.choices:
        column.kind = "boolean" if field.kind in ("yesno", "truefalse") else "category"
        column.value_labels = {} if labels else dict(field.choices)
        return
    column.kind = _kind(field)
    note = field.note.strip("()[] ")
    is_unit = UNIT.fullmatch(note) and not NO_UNIT.fullmatch(note)
    if column.kind in ("integer", "number") and is_unit:
        column.unit = note


def _kind(field: Field) -> str:
    """Return the type of a field without choices."""
    name = known_format(field.validation)
    if field.kind == "calc":
        return "number"
    if field.kind == "slider" or name == "integer":
        return "integer"
    if is_numeric(name):
        return "number"
    if is_date(name) or is_dated(name):
        return "date"
    # A text field without a validation may hold anything: its cells must tell.
    return "text" if field.kind in ("notes", *NOT_DATA) or name else ""
