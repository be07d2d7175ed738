"""Read the exports of questionnaire programs, and tell the records that are no responses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from trialtrail.exports.delimited import read_delimited
from trialtrail.exports.export import Export, told_apart, unreadable

QUALTRICS_HEADER_ROWS = 3
"""Names, question texts and import ids."""
CODE = re.compile(r"([A-Za-z][A-Za-z0-9_]*(?:\[[^\[\]]+\])*)(?:\.\s.*)?", re.DOTALL)
"""A question's code, its parts in brackets, perhaps followed by a full stop and the question."""
SUBMITTED = "submitdate"
NEVER = ("", "N/A")
NOT_FINISHED = ("False", "FALSE", "false", "0")
NO_RESPONSES = {
    "a preview or a test of the questionnaire, and no response": (
        *("Survey Preview", "Survey Test", "Offline Survey Preview"),
        *("1", "2", "17"),
    ),
    "marked by the questionnaire's program as spam": ("Spam", "Possible Spam", "8"),
}
"""What Qualtrics puts into `Status`, in words and in the numbers of an export of numeric values."""


def read_qualtrics(spec: dict, path: str) -> Export:
    """Return an export of Qualtrics, whose records begin after three header rows.

    Raises:
        StudyError: the rows are not there.
    """
    export = read_delimited(spec, path, QUALTRICS_HEADER_ROWS)
    if len(export.head) < QUALTRICS_HEADER_ROWS or "ImportId" not in "".join(export.head[2]):
        raise unreadable(
            spec,
            "The export does not have the three header rows of Qualtrics",
            "header",
            "export it again as CSV with import ids, or set its format to csv",
            f"{spec['label']}, lines 1 to 3",
        )
    return export


def read_limesurvey(spec: dict, path: str) -> Export:
    """Return an export of LimeSurvey, whose headings are codes of questions, perhaps with texts.

    Raises:
        StudyError: the file cannot be read.
    """
    export = read_delimited(spec, path)
    export.header = [code_of_heading(name) for name in export.header]
    names = dict(zip(export.rows.columns, told_apart(export.header), strict=False))
    export.rows = export.rows.rename(columns=names)
    return export


def code_of_heading(heading: str) -> str:
    """Return the code of a LimeSurvey question from a heading that may hold its text as well.

    ``Q1``, ``Q1[SQ001]`` and ``Q1[SQ001]. How often?`` become their code; a heading that is only
    the text of a question stays as it is.
    """
    heading = heading.strip()
    match = CODE.fullmatch(heading)
    return match[1] if match else heading


def incomplete(rows: pd.DataFrame, form: str) -> Iterator[tuple[str, str, pd.Series]]:
    """Yield (column, message, which rows) of records that are no complete response.

    ``form`` is the format of the export; only those of questionnaire programs mark them.
    """
    if form == "limesurvey" and SUBMITTED in rows:
        message = "the questionnaire was begun and not sent off"
        yield SUBMITTED, message, rows[SUBMITTED].fillna("").str.strip().isin(NEVER)
    if form == "qualtrics":
        if "Finished" in rows:
            message = "the questionnaire was begun and not finished"
            yield "Finished", message, rows["Finished"].fillna("").str.strip().isin(NOT_FINISHED)
        if "Status" in rows:
            status = rows["Status"].fillna("").str.strip()
            for message, texts in NO_RESPONSES.items():
                yield "Status", message, status.isin(texts)
