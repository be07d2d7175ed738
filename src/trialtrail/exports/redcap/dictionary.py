"""A REDCap data dictionary: its fields, and the columns that each has in a raw export."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from trialtrail.errors import StudyError

HEADINGS = {
    "name": ("Variable / Field Name", "field_name"),
    "form": ("Form Name", "form_name"),
    "kind": ("Field Type", "field_type"),
    "label": ("Field Label", "field_label"),
    "choices": ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
    "note": ("Field Note", "field_note"),
    "validation": (
        "Text Validation Type OR Show Slider Number",
        "text_validation_type_or_show_slider_number",
    ),
    "minimum": ("Text Validation Min", "text_validation_min"),
    "maximum": ("Text Validation Max", "text_validation_max"),
    "identifier": ("Identifier?", "identifier"),
    "branching": ("Branching Logic (Show field only if...)", "branching_logic"),
    "required": ("Required Field?", "required_field"),
    "matrix": ("Matrix Group Name", "matrix_group_name"),
    "ranking": ("Matrix Ranking?", "matrix_ranking"),
    "annotation": ("Field Annotation", "field_annotation"),
}
"""What is read of a dictionary, and its headings: as downloaded, and as the API gives them."""
NEEDED = ("name", "kind", "choices")

CHOOSING = ("radio", "dropdown", "checkbox")
YES_NO = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
NOT_DATA = ("descriptive", "file")
"""Kinds of fields that hold nothing to compute with: texts for the reader, and documents."""

EVENT, INSTRUMENT, INSTANCE = (
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
)
OF_THE_RECORD = (
    EVENT,
    INSTRUMENT,
    INSTANCE,
    "redcap_data_access_group",
    "redcap_survey_identifier",
)
"""Columns that REDCap adds to an export and no dictionary lists."""


TAG = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|"
    r"</?(?:a|abbr|address|article|audio|b|big|blockquote|br|button|canvas|caption|center|cite|code|"
    r"col|colgroup|dd|del|details|dfn|dir|div|dl|dt|em|embed|fieldset|figcaption|figure|font|form|"
    r"h[1-6]|hr|i|iframe|img|input|ins|kbd|label|legend|li|main|map|mark|menu|nobr|noscript|o:p|"
    r"object|ol|option|p|param|picture|pre|q|s|samp|section|select|small|source|span|strike|strong|"
    r"style|sub|summary|sup|svg|t[dhr]|table|tbody|textarea|tfoot|thead|time|track|tt|u|ul|var|"
    r"video|wbr)(?:\s(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)?/?>",
    re.IGNORECASE | re.DOTALL,
)
"""Marks that an editor of HTML puts into a label; ``x<y and y>z`` has none."""
WITHIN = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|nobr|o:p|q|s|samp|small|span|"
    r"strike|strong|sub|sup|tt|u|var|wbr)\b",
    re.IGNORECASE,
)
"""Marks that may stand within a word and do not part it."""
SMART = re.compile(
    r"(?:record|event|arm|instrument|form|survey|user|project|data-table|stats-table|calendar)-"
    r"[a-z-]+|(?:first|previous|next|last|current|new)-(?:event-name|instance)|is-(?:form|survey)|"
    r"stats-table|rand-(?:number|time|utc-time)"
)
"""Variables that REDCap itself fills in: the name of the record, the label of the event."""
OF_AN_EVENT = re.compile(r"\[[a-z0-9_]+_arm_\d+[a-z]?\](?=…)|(?<=…)\[\d+\]|…(?=…)")
"""Which event, or which instance, a field that is piped in is of."""


@dataclass(frozen=True)
class Field:
    """One field of the dictionary; a text is empty where the dictionary says nothing.

    ``choices`` maps a code to its label; ``calculation`` is the formula of a ``calc`` field,
    ``note`` what stands below the field where it is filled in.
    """

    name: str
    form: str
    kind: str
    label: str
    choices: dict[str, str]
    calculation: str = ""
    validation: str = ""
    minimum: str = ""
    maximum: str = ""
    identifier: bool = False
    branching: str = ""
    required: bool = False
    matrix: str = ""
    ranking: bool = False
    annotation: str = ""
    note: str = ""

    @cached_property
    def boxes(self) -> dict[str, str]:
        """Code -> column of the export, of check boxes, which have a column a choice."""
        if self.kind != "checkbox":
            return {}
        return {code: f"{self.name}___{_in_heading(code)}" for code in self.choices}

    def boxes_of(self, codes: Sequence[str]) -> list[str]:
        """Return the boxes that REDCap adds to those of a field for codes of missing values."""
        if self.kind != "checkbox":
            return []
        made = [f"{self.name}___{_in_heading(code)}" for code in codes]
        return [name for name in made if name not in self.boxes.values()]

    @property
    def decimal(self) -> str:
        """The decimal sign with which its numbers are written; empty where they have none."""
        if self.validation.endswith("comma_decimal"):
            return ","
        return "." if self.kind == "calc" or self.validation.startswith(("number", "float")) else ""

    @property
    def columns(self) -> list[str]:
        """The columns of a raw export that hold the field."""
        if self.kind == "descriptive":
            return []
        return list(self.boxes.values()) if self.kind == "checkbox" else [self.name]


def _in_heading(code: str) -> str:
    """Return a code of a check box as its column has it: small letters, other signs as lines."""
    return re.sub(r"[^a-z0-9_]", "_", code.lower())


def read_dictionary(path: str, label: str) -> dict[str, Field]:
    """Return the fields by name, in the order of the dictionary; ``label`` names it in messages.

    Raises:
        StudyError: the file is not a REDCap data dictionary.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.reader(handle, strict=True))
    except OSError:
        raise _refusal("The data dictionary cannot be opened", label) from None
    except (UnicodeError, csv.Error):
        raise _refusal("The data dictionary is no CSV file in UTF-8", label) from None
    header = [name.strip() for name in rows[0]] if rows else []
    places = {
        part: next((header.index(name) for name in names if name in header), None)
        for part, names in HEADINGS.items()
    }
    for part in NEEDED:
        if places[part] is None:
            lacks = f"The data dictionary lacks the column {HEADINGS[part][0]}"
            raise _refusal(lacks, f"{label}, line 1")
    fields: dict[str, Field] = {}
    for cells in rows[1:]:
        row = {
            part: cells[place].strip() if place is not None and place < len(cells) else ""
            for part, place in places.items()
        }
        if not row["name"]:
            continue
        if row["name"] in fields:
            raise _refusal(f"The data dictionary has the field {row['name']} twice", label)
        fields[row["name"]] = _field(row)
    return {name: _without_fields(field, fields) for name, field in fields.items()}


def _without_fields(field: Field, names: Collection[str]) -> Field:
    """Return a field whose labels are without the fields that REDCap puts into them."""
    choices = {code: without_fields(label, names) for code, label in field.choices.items()}
    return replace(field, label=without_fields(field.label, names), choices=choices)


def _refusal(what: str, where: str) -> StudyError:
    do = "export it again from REDCap: Data Dictionary, Download"
    return StudyError(what, where=where, rule="dictionary", remedy=do)


def _field(row: dict[str, str]) -> Field:
    kind, listed = row["kind"].lower(), row["choices"]
    return Field(
        name=row["name"],
        form=row["form"],
        kind=kind,
        label=plain_text(row["label"]),
        choices=_choices(listed) if kind in CHOOSING else dict(YES_NO.get(kind, {})),
        calculation=listed if kind == "calc" else "",
        validation=row["validation"].lower() if kind == "text" else "",
        minimum=row["minimum"],
        maximum=row["maximum"],
        identifier=row["identifier"].lower() == "y",
        branching=row["branching"],
        required=row["required"].lower() == "y",
        matrix=row["matrix"],
        ranking=row["ranking"].lower() == "y",
        annotation=row["annotation"],
        note=plain_text(row["note"]),
    )


def _choices(listed: str) -> dict[str, str]:
    choices = {}
    for choice in listed.split("|"):
        code, _, text = choice.partition(",")
        if code.strip():
            choices[code.strip()] = plain_text(text) or code.strip()
    return choices


def plain_text(text: str) -> str:
    """Return a label on one line, without the marks of HTML that an editor puts into it.

    What HTML writes as an entity is the sign itself.
    """
    bare = TAG.sub(lambda match: "" if WITHIN.match(match[0]) else " ", text)
    return " ".join(html.unescape(bare).split())


def without_fields(label: str, names: Collection[str]) -> str:
    """Return a label without the fields that REDCap puts into it: ``[name]`` and ``{name}``.

    A value that is piped in differs between participants, and is shown as an ellipsis; a field that
    is embedded has a column and a label of its own.
    """

    def shown(match: re.Match) -> str:
        name = match[2].split(":")[0].split("(")[0]
        if match[1] == "[" and SMART.fullmatch(name):
            return "…"
        if name not in names:
            return match[0]
        return "…" if match[1] == "[" else ""

    bare = re.sub(r"([\[{])([a-z][a-z0-9_:()-]*)[\]}]", shown, label)
    return " ".join(OF_AN_EVENT.sub("", bare).split())


def columns_of(fields: dict[str, Field]) -> list[str]:
    """Return every column that a raw export of the project may have."""
    forms = dict.fromkeys(field.form for field in fields.values() if field.form)
    about = [f"{form}{ending}" for form in forms for ending in ("_complete", "_timestamp")]
    return [*OF_THE_RECORD, *(name for f in fields.values() for name in f.columns), *about]


def identifiers_of(fields: dict[str, Field]) -> list[str]:
    """Return the columns of the fields that are marked as identifiers."""
    return [name for field in fields.values() if field.identifier for name in field.columns]


def field_of(fields: dict[str, Field]) -> dict[str, tuple[Field, str]]:
    """Return column of the export -> its field, and the code of a check box (else empty)."""
    found = {}
    for field in fields.values():
        codes = {column: code for code, column in field.boxes.items()}
        found |= {column: (field, codes.get(column, "")) for column in field.columns}
    return found


def undeclared_codes(fields: dict[str, Field], column: str, codes: dict) -> list[str]:
    """Return the codes of ``column`` that only one of configuration and dictionary has."""
    if column not in fields:
        return []
    choices = fields[column].choices
    return sorted(set(choices) ^ set(codes)) if choices and codes else []
