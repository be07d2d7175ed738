"""Read the exports of questionnaire programs, and tell the records that are no responses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from trialtrail.exports.delimited import first_records, read_delimited
from trialtrail.exports.export import Export, told_apart, unreadable

QUALTRICS_HEADER_ROWS = 3
"""Names, question texts and import ids."""
CODE = re.compile(r"([A-Za-z][A-Za-z0-9_]*(?:\[[^\[\]]+\])*)(?:[.:]\s.*)?", re.DOTALL)
"""A question's code, its parts in brackets, perhaps with a full stop or colon and the question."""
VV = {
    "{question_not_shown}": "",
    "{quote}": '"',
    "{tab}": "\t",
    "{newline}": "\n",
    "{cr}": "\r",
}
"""What LimeSurvey writes into a vv file for a question that was not asked, and for signs."""
SUBMITTED = "submitdate"
NEVER = ("", "N/A")
NOT_FINISHED = ("false", "0", "no")
SPAM, PREVIEW_OR_TEST = 8, 1 | 2
"""What the number in `Status` of Qualtrics is added up from."""


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
    first = first_records(spec, path, 2)
    both = len(first) == 2 and _codes_in(first[1], spec) > _codes_in(first[0], spec)
    export = read_delimited(spec, path, 2, 1) if both else read_delimited(spec, path)
    if both:
        _read_vv(export)
    export.header = [code_of_heading(name) for name in export.header]
    names = dict(zip(export.rows.columns, told_apart(export.header), strict=False))
    export.rows = export.rows.rename(columns=names)
    return export


def _codes_in(cells: list[str], spec: dict) -> int:
    """Return how many of the columns that the configuration names stand in a row of headings."""
    return len({code_of_heading(cell) for cell in cells} & {*spec.get("known", []), "id"})


def _read_vv(export: Export) -> None:
    """Read the marks of a vv file in place: of what was not asked, and of signs within texts."""
    for name in export.rows.columns[: len(export.header)]:
        cells = export.rows[name]
        for mark, text in VV.items():
            has = cells.fillna("").str.contains(mark, regex=False)
            if has.any():
                cells = cells.str.replace(mark, text, regex=False)
                after = "no value" if not text else "the sign it stands for"
                export.changed.append((name, mark, after, int(has.sum())))
        export.rows[name] = cells


def code_of_heading(heading: str) -> str:
    """Return the code of a LimeSurvey question from a heading that may hold its text as well.

    ``Q1``, ``Q1[SQ001]`` and ``Q1[SQ001]. How often?`` become their code; a heading that is only
    the text of a question stays as it is.
    """
    heading = heading.strip()
    match = CODE.fullmatch(heading)
    return match[1] if match else heading


def marked(rows: pd.DataFrame, form: str) -> Iterator[tuple[str, str, str, pd.Series]]:
    """Yield (rule, column, message, which rows) of records that are no complete response.

    The rule is ``no_response`` of what nobody gave as an answer, and ``incomplete`` of what was
    begun and not ended. ``form`` is the format of the export; only those of questionnaire programs
    mark their records.
    """
    if form == "limesurvey" and SUBMITTED in rows:
        message = "the questionnaire was begun and not sent off"
        never = rows[SUBMITTED].fillna("").str.strip().isin(NEVER)
        yield "incomplete", SUBMITTED, message, never
    if form == "qualtrics":
        yield from _marked_by_qualtrics(rows)


def _marked_by_qualtrics(rows: pd.DataFrame) -> Iterator[tuple[str, str, str, pd.Series]]:
    def words(column: str) -> pd.Series:
        return rows[column].fillna("").str.strip().str.casefold()

    message = "the questionnaire was begun and not finished"
    if "Finished" in rows:
        yield "incomplete", "Finished", message, words("Finished").isin(NOT_FINISHED)
    elif "Progress" in rows:
        share = pd.to_numeric(words("Progress").str.removesuffix("%"), errors="coerce")
        yield "incomplete", "Progress", message, share < 100
    for column in ("Status", "DistributionChannel"):
        if column not in rows:
            continue
        text = words(column)
        number = pd.to_numeric(text, errors="coerce")
        known = number.isin(range(1 << 10)) & (column == "Status")
        number = number.where(known.astype("bool"), 0).fillna(0).astype("int64")
        preview = text.str.contains(r"preview|\btest\b") | (number & PREVIEW_OR_TEST).ne(0)
        message = "a preview or a test of the questionnaire, and no response"
        yield "no_response", column, message, preview
        message = "marked by the questionnaire's program as spam"
        spam = text.str.contains("spam") | (number & SPAM).ne(0)
        yield "no_response", column, message, spam & ~preview
