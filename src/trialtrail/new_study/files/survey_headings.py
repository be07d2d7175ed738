"""What the headings of Qualtrics and LimeSurvey say of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trialtrail.exports.redcap.dictionary import plain_text
from trialtrail.exports.visible_text import plain_heading
from trialtrail.new_study.files.seen import SeenFile

OF_QUALTRICS = {
    "IPAddress": "Qualtrics writes the address of the computer into it",
    "RecipientLastName": "Qualtrics writes the last name of the recipient into it",
    "RecipientFirstName": "Qualtrics writes the first name of the recipient into it",
    "RecipientEmail": "Qualtrics writes the e-mail address of the recipient into it",
    "ExternalReference": "Qualtrics writes what the contact list says of the recipient into it",
    "ExternalDataReference": "Qualtrics writes what the contact list says of the recipient into it",
    "LocationLatitude": "Qualtrics writes the place of the computer into it",
    "LocationLongitude": "Qualtrics writes the place of the computer into it",
}
OF_LIMESURVEY = {
    "ipaddr": "LimeSurvey writes the address of the computer into it",
    "token": "LimeSurvey writes the personal code of the participant into it",
    "firstname": "LimeSurvey writes the first name of the participant into it",
    "lastname": "LimeSurvey writes the last name of the participant into it",
    "email": "LimeSurvey writes the e-mail address of the participant into it",
}
HIDDEN = "N/A"
"""What LimeSurvey writes for a question that was hidden."""


def describe_qualtrics(seen: SeenFile, head: Sequence[Sequence[str]]) -> None:
    """Give the columns the wording of their questions, which stands in the second heading row."""
    questions = head[1] if len(head) > 1 else []
    for column, question in zip(seen.columns, questions, strict=False):
        label = plain_text(question)
        column.label = "" if label == column.name else label
        column.identifies = OF_QUALTRICS.get(column.name, "")
        if column.name in ("StartDate", "EndDate", "RecordedDate"):
            column.kind = "date"


def describe_limesurvey(seen: SeenFile) -> None:
    """Give the columns the wording of their questions, where the headings have it."""
    from trialtrail.exports.delimited import first_records
    from trialtrail.exports.surveys import code_of_heading

    spec = {"name": seen.name, "label": Path(seen.path).name, **seen.export}
    records = first_records(spec, seen.path, 2)
    known = {column.name: column for column in seen.columns}
    first = records[0] if records else []
    second = records[1] if len(records) > 1 else []
    of_vv = len({*map(code_of_heading, second)} & {*known}) > len(
        {*map(code_of_heading, first)} & {*known}
    )
    for i, heading in enumerate(first):
        code = code_of_heading(second[i] if of_vv and i < len(second) else heading)
        column = known.get(plain_heading(code))
        if column is not None:
            text = heading if of_vv else heading.strip()[len(code) :].lstrip(".: ")
            column.label = plain_text(text) if text.strip() != code else ""
    for column in seen.columns:
        column.identifies = OF_LIMESURVEY.get(column.name, "")
        if HIDDEN in column.cells:
            column.missing = (HIDDEN,)
        if column.name in ("submitdate", "startdate", "datestamp"):
            column.kind = "date"
