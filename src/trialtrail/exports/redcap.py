"""What a REDCap data dictionary says of a field, as far as a form of the study uses it."""

from __future__ import annotations

import csv

from trialtrail.errors import StudyError

NAME, KIND, CHOICES, LABEL = (
    "Variable / Field Name",
    "Field Type",
    "Choices, Calculations, OR Slider Labels",
    "Field Label",
)
VALIDATION, MINIMUM, MAXIMUM = (
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
)


def read_dictionary(path: str, label: str) -> dict[str, dict]:
    """Return field name -> {kind, label, choices {code: text}, minimum, maximum}.

    Raises:
        StudyError: the file is not a REDCap data dictionary.
    """
    with open(path, encoding="utf-8-sig", newline="") as handle:
        rows = csv.DictReader(handle)
        absent = {NAME, KIND, CHOICES} - set(rows.fieldnames or [])
        if absent:
            raise StudyError(
                f"The data dictionary lacks the column {sorted(absent)[0]}",
                where=f"{label}, line 1",
                rule="dictionary",
                remedy="export it again from REDCap: Data Dictionary, Download",
            )
        return {row[NAME]: _field(row) for row in rows}


def _field(row: dict) -> dict:
    choices = {}
    if row[KIND] in ("radio", "dropdown", "checkbox"):
        for choice in row[CHOICES].split("|"):
            code, _, text = choice.partition(",")
            choices[code.strip()] = text.strip()
    elif row[KIND] in ("yesno", "truefalse"):
        choices = {"1": "Yes", "0": "No"}
    return {
        "kind": row[KIND],
        "label": row.get(LABEL, ""),
        "choices": choices,
        "minimum": row.get(MINIMUM) or None,
        "maximum": row.get(MAXIMUM) or None,
    }


def undeclared_codes(fields: dict[str, dict], column: str, codes: dict) -> list[str]:
    """Return the codes of ``column`` that only one of configuration and dictionary has."""
    choices = fields.get(column, {}).get("choices", {})
    return sorted(set(choices) ^ set(codes)) if choices and codes else []
