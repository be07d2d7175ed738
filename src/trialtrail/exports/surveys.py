"""Read the exports of questionnaire programs, and tell the records that are no responses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from trialtrail.exports.delimited import first_records, read_delimited
from trialtrail.exports.export import Export, told_apart, unreadable
from trialtrail.exports.normalise import folded

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
SUBMITTED = (
    *("submitdate", "date submitted", "datum abgeschickt", "date de soumission", "datum ingediend"),
    *("datum verzonden", "fecha de envío", "data invio", "data de envio", "inskickat datum"),
)
"""What the column with the day of the end is called, as `folded` has it: its code, or its text."""
LIMESURVEY = {"lastpage", "startlanguage", "seed"}
"""Columns of which LimeSurvey has at least one beside `submitdate`."""
NEVER = ("", "n/a", "n", "no", "nein", "non", "nee", "null", "0")
NOT_FINISHED = (
    *("false", "0", "no", "n", "falsch", "nein", "faux", "non", "falso", "onwaar", "nee", "falsk"),
    *("falskt", "epätosi", "fałsz"),
)
FINISHED = (
    *("", "true", "1", "yes", "y", "wahr", "ja", "vrai", "oui", "verdadero", "verdadeiro", "vero"),
    *("waar", "sant", "sann", "sand", "tosi", "prawda", "sí", "si", "sim"),
)
QUALTRICS = {"Status", "Finished", "Progress", "RecordedDate", "DistributionChannel"}
"""Columns of which Qualtrics has several beside `ResponseId`, in whatever form it is exported."""
RESPONSE = "ResponseId"
PREVIEW = (
    r"preview|\btest\b|vorschau|umfragetest|aper[cç]u|pr[eé]visualisation|vista previa|voorbeeld|"
    r"anteprima|pr[eé]-visualiza|f[oö]rhandsgransk|esikatselu|podgl[aą]d"
)
SPAM_WORD = r"spam|pourriel|correo no deseado"
SPAM, PREVIEW_OR_TEST = 8, 1 | 2
"""What the number in `Status` of Qualtrics is added up from."""
NOT_COMPLETED = "[not completed]"
"""What REDCap writes for the time at which a survey was ended that was not."""


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


def refuse_headings(spec: dict, export: Export) -> None:
    """Refuse an export of Qualtrics of which further headings would be taken for responses.

    Raises:
        StudyError: it is read in another format than that of Qualtrics.
    """
    first = {name: [*map(str, cells.dropna())] for name, cells in export.rows.iloc[:2].items()}
    import_ids = any('"ImportId"' in cell for cells in first.values() for cell in cells)
    titled = "Response ID" in map(str.strip, first.get(RESPONSE, []))
    if import_ids or titled:
        do = "give the export `format: qualtrics`, and have it as CSV"
        raise unreadable(
            spec, "The export has the further headings of Qualtrics below the first", "header", do
        )


def marked(rows: pd.DataFrame, form: str) -> Iterator[tuple[str, str, str, pd.Series]]:
    """Yield (rule, column, message, which rows) of records that are no complete response.

    The rule is ``no_response`` of what nobody gave as an answer, and ``incomplete`` of what was
    begun and not ended. ``form`` is the format of the export. What a questionnaire program has
    exported in another format is known by its columns.
    """
    submitted = next((name for name in rows if folded(name) in SUBMITTED), None)
    if form == "limesurvey" or LIMESURVEY & set(rows):
        message = "the questionnaire was begun and not sent off"
        if submitted is not None:
            yield "incomplete", submitted, message, _words(rows[submitted]).isin(NEVER)
    if form == "qualtrics" or (RESPONSE in rows and len(QUALTRICS & set(rows)) > 1):
        yield from _marked_by_qualtrics(rows)
    for column in rows if form == "redcap" else ():
        if column.endswith("_timestamp"):
            message = "the survey was begun and not ended"
            yield "incomplete", column, message, _words(rows[column]).eq(NOT_COMPLETED)


def _words(cells: pd.Series) -> pd.Series:
    """Return cells without what makes no other word or number; empty where there is nothing."""
    return cells.fillna("").map(folded).astype("string")


def _marked_by_qualtrics(rows: pd.DataFrame) -> Iterator[tuple[str, str, str, pd.Series]]:
    message = "the questionnaire was begun and not finished"
    known = pd.Series(False, index=rows.index)
    if "Finished" in rows:
        ended = _words(rows["Finished"])
        known = ended.ne("")
        yield "incomplete", "Finished", message, ended.isin(NOT_FINISHED)
        unread = "whether the questionnaire was finished cannot be read from this mark"
        yield "format", "Finished", unread, ~ended.isin([*NOT_FINISHED, *FINISHED])
    if "Progress" in rows:
        share = pd.to_numeric(_words(rows["Progress"]).str.removesuffix("%"), errors="coerce")
        yield "incomplete", "Progress", message, share.lt(100).fillna(False) & ~known
    for column in ("Status", "DistributionChannel"):
        if column not in rows:
            continue
        text = _words(rows[column])
        number = pd.to_numeric(text, errors="coerce")
        whole = number.isin(range(1 << 10)) & (column == "Status")
        number = number.where(whole.astype("bool"), 0).fillna(0).astype("int64")
        preview = text.str.contains(PREVIEW) | (number & PREVIEW_OR_TEST).ne(0)
        message = "a preview or a test of the questionnaire, and no response"
        yield "no_response", column, message, preview
        message = "marked by the questionnaire's program as spam"
        spam = text.str.contains(SPAM_WORD) | (number & SPAM).ne(0)
        yield "no_response", column, message, spam & ~preview
