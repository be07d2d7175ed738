"""Exports of questionnaire programs: LimeSurvey's headings, and records that are no responses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

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


def code_of_heading(heading: str) -> str:
    """Return the code of a LimeSurvey question from a heading that may hold its text as well.

    ``Q1``, ``Q1[SQ001]`` and ``Q1[SQ001]. How often?`` become their code; a heading that is only
    the text of a question stays as it is.
    """
    heading = heading.strip()
    match = CODE.fullmatch(heading)
    return match[1] if match else heading


def delimiter_of(line: str) -> str:
    """Return the sign that parts the cells of a LimeSurvey header: what follows its first cell."""
    first = re.match(r'"(?:[^"]|"")*"|[^,;\t]*', line)
    rest = line[first.end() :] if first else ""
    return rest[0] if rest and rest[0] in ",;\t" else ","


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
