"""Which rows of an export a table takes, which nobody takes, and which are no records at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import pyarrow as pa

from trialtrail.exports.export import LINE, Export
from trialtrail.exports.normalise import cleaned, folded, of_codes
from trialtrail.exports.surveys import SUBMITTED, marked
from trialtrail.validation.cells import cell_findings
from trialtrail.validation.findings import finding

Where = Mapping[str, Sequence[str]]
"""Column of a file -> the texts by which a table takes its rows."""
QUESTIONNAIRE = "questionnaire"
NOT_SAID = (
    "the export has no column `submitdate`, so it is not known which questionnaires were sent off: "
    "export it with that column"
)


def rows_taken(rows: pd.DataFrame, where: Where, wheres: Iterable[Where] = ()) -> pd.Series:
    """Return which rows have in each column of ``where`` one of its texts, or another spelling.

    ``wheres`` are those of all tables: what one of the others may mean as well is its own. A column
    that the export lacks is reported as such, and keeps no row out.
    """
    taken = pd.Series(True, index=rows.index)
    for column, texts in where.items():
        if column in rows:
            others = {text for each in wheres for text in each.get(column, ())} - set(texts)
            taken &= _as_code(_as_read(rows[column]), texts, others).isin(texts)
    return taken


def _as_code(cells: pd.Series, texts: Sequence[str], others: set[str]) -> pd.Series:
    """Return cells as those of ``texts`` that they spell in another way, as ``1.0`` spells 1."""
    folds = {folded(text) for text in others}
    distinct = cells.dropna().unique() if others else ()
    apart = others | {text for text in distinct if folded(text) in folds}
    return of_codes(cells, texts, apart)


def _as_read(texts: pd.Series) -> pd.Series:
    """Return texts without what is no part of them, as the cells of a code are read."""
    plain, _ = cleaned(pa.array(texts.fillna(""), pa.large_string()), free=False)
    return pd.Series(pd.array(plain, dtype="string"), index=texts.index)


def check_taken(export: Export, source: dict) -> list[dict]:
    """Return a finding for each kind of rows that no table takes, with how many there are.

    The rows are identified by the columns by which the tables choose theirs. They are rows of no
    table, and so are the findings.
    """
    wheres, rows = source.get("taken", []), export.rows
    columns = [name for name in dict.fromkeys(c for where in wheres for c in where) if name in rows]
    if not wheres or not columns:
        return []
    left = pd.Series(True, index=rows.index)
    for where in wheres:
        left &= ~rows_taken(rows, where, wheres)
    place = {"export": export.name, "file": source["label"], "column": columns[0]}
    message = f"no table takes the records with this {', '.join(columns)}"
    return [
        finding(
            "unused",
            "",
            message,
            line=kind[LINE].iloc[0],
            record=" ".join(text for text in map(str.strip, values) if text),
            found=f"{len(kind)} {'record' if len(kind) == 1 else 'records'}",
            **place,
        )
        for values, kind in rows[left].fillna({c: "" for c in columns}).groupby(columns)
    ]


def check_filled(table: str, export: Export, source: dict) -> list[dict]:
    """Return a finding where the table takes no record of an export: perhaps a wrong file.

    Where its reader has told why there is none, it is not asked again.
    """
    if len(export.rows) or export.ragged or export.odd_sources or export.explained:
        return []
    chosen = "no record of the export is one that the table takes by its `where`"
    message = chosen if source.get("where") else "the export has a header and no record"
    return [finding("empty", table, message, export=export.name, file=source["label"])]


def check_responses(table: str, export: Export, source: dict) -> list[dict]:
    """Return a note for each record of a questionnaire program that is no complete response.

    A survey of REDCap is a questionnaire in the table of that name; elsewhere what was answered of
    it stands. What a LimeSurvey export does not say is reported.
    """
    form = source.get("format", "csv")
    found = []
    if form == "redcap" and table != QUESTIONNAIRE:
        return found
    for rule, column, message, mask in marked(export.rows, form):
        found += cell_findings(table, export, column, mask, rule, message)
    if form == "limesurvey" and not any(folded(name) in SUBMITTED for name in export.rows):
        place = {"export": export.name, "file": source["label"]}
        found.append(finding("not_compared", table, NOT_SAID, **place))
    return found
