"""Answers to queries: a layer over the raw data, which themselves are never written.

A resolution names a query, a new value for its cell or one of the words ``accepted``, ``blank``
and ``set aside``, who gave the answer, when and why. It holds for the raw value that the person
saw, and is *stale* when that has changed. Where the study asks for a second signature, another
person has confirmed it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.escaping import as_written, visible
from trialtrail.exports.dates import read_date
from trialtrail.exports.export import LINE, Export
from trialtrail.exports.read import read_export
from trialtrail.tables import in_rows, read_table
from trialtrail.validation.findings import (
    OPEN,
    QUERY_COLUMNS,
    RESOLVED,
    STALE,
    cells_of,
    finding,
    findings_frame,
)
from trialtrail.validation.rules import FIXED, NEVER_KEPT, PLAUSIBILITY, kind_of

NEEDED = ("query_id", "new_value", "who", "when", "why")
SEEN = ("evidence", "found")
"""Columns that say for which raw value a resolution was given; one of them is needed."""
CONFIRMED_BY, CONFIRMED_ON = "confirmed_by", "confirmed_on"
"""Columns of the second signature, where the study asks for one."""
ACCEPTED, BLANK, SET_ASIDE = "accepted", "blank", "set aside"
"""Words that stand for a value: the raw value is right; there is no value; it is not to be used,
neither the cell that the query is about nor, of a query of a whole record, the record."""
NOTES = {
    "new_value": f"The value that should stand there, `{ACCEPTED}` if it is right as it is, "
    f"`{BLANK}` if there is none, or `{SET_ASIDE}` if the cell or record is not to be used.",
    "who": "Who gave the answer.",
    "when": "The day of the answer, as 2026-12-31.",
    "why": "From what it is known.",
    "evidence": "Leave it: it says for which raw value the answer was given.",
}
"""The explanation of the columns that people fill in."""
EFFECT = "effect"
"""Column of the list for people: what the estimates would be with the query answered."""
STATES = {
    "accepted": RESOLVED,
    "corrected": RESOLVED,
    "set aside": RESOLVED,
    "corrected but open": OPEN,
    "stale": STALE,
}
"""States of a resolution, and the state of its query."""
OF_QUERY = ["table", "export", "file", "line", "record", "column", "rule", "message"]
"""What an answer takes from its query: where the cell stands, and the rule that it breaks."""
LINES = ["line", "answer_line"]
SIGNED = ("who", "when", "answer_sha256")
"""What the journal has of an answer beside its query and state; none of it is a value."""
ANSWERED = [*NEEDED, "answer_line", "text", "answer_sha256", "state", *OF_QUERY]
"""Columns of the answers when they are sorted; ``text`` is what is to stand in the cell."""


@dataclass(frozen=True)
class Resolution:
    """One answer, with the line of the file on which it stands."""

    query_id: str
    new_value: str
    who: str
    when: str
    why: str
    line: int
    evidence: str | None = None
    found: str | None = None

    @property
    def accepts(self) -> bool:
        """Return whether the raw value is right as it is."""
        return self.new_value.casefold() == ACCEPTED

    @property
    def sets_aside(self) -> bool:
        """Return whether what the query is about is not to be used."""
        return self.new_value.casefold().replace("_", " ").replace("-", " ") == SET_ASIDE

    @property
    def text(self) -> str:
        """Return the text that is to stand in the cell."""
        return "" if self.new_value.casefold() == BLANK else self.new_value

    @property
    def said(self) -> dict[str, str | int]:
        """Return what the answer says, and on which line of the file."""
        words = {name: getattr(self, name) for name in NEEDED}
        return words | {"answer_line": self.line, "text": self.text}

    @property
    def signed(self) -> dict[str, str]:
        """Return who answered when, and a digest of the whole answer, which may hold a value."""
        parts = (self.query_id, self.new_value, self.who, self.when, self.why)
        digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
        return {"who": self.who, "when": self.when, "answer_sha256": digest}

    def fits(self, query: dict) -> bool:
        """Return whether the raw value is still the one that the answer was given for."""
        if self.evidence:
            return self.evidence == query["evidence"]
        return _seen(self.found or "") == _seen(query["found"])


def _seen(text: str) -> str:
    """Return what was found as people see it, whether the table or the workbook was copied."""
    return visible(as_written(text))


def read_resolutions(path: str, label: str, second_signature: bool = False) -> list[Resolution]:
    """Return the resolutions in a CSV file or workbook; queries without an answer are passed over.

    Who confirmed an answer is told with who gave it. A sign that keeps a spreadsheet program from
    taking a text for a formula is no part of the text.

    Args:
        path: the file.
        label: its name in messages.
        second_signature: whether each answer needs the name of a second person.

    Raises:
        StudyError: a column is missing, an answer has no name, day or reason, or a query two; a
            second signature is asked for and missing.
    """
    export = read_export({"name": "resolutions", "label": label, "known": list(NEEDED)}, [path])
    lacking = [name for name in NEEDED if name not in export.header]
    if lacking or not set(SEEN) & set(export.header):
        name = lacking[0] if lacking else "evidence (or found)"
        what = f"The file of resolutions lacks the column {name}"
        raise _refused(what, label, export.header_line, "", "queries.xlsx has all columns")
    wanted = (*NEEDED, *SEEN, CONFIRMED_BY, LINE)
    rows = export.rows[[name for name in wanted if name in export.rows]]
    rows = rows.apply(lambda cells: cells if cells.name == LINE else _plain(cells))
    given = [row for row in rows.to_dict("records") if _is_answer(row)]
    answers = [_resolution(row, label, second_signature) for row in given]
    _once_each(answers, label)
    return answers


def _plain(cells: pd.Series) -> pd.Series:
    return cells.str.strip().map(as_written, na_action="ignore")


def _is_answer(row: dict) -> bool:
    return any(row[name] for name in NEEDED[1:])


def same_person(one: str, other: str) -> bool:
    """Return whether two names are one: case and the number of spaces make no other person."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _resolution(row: dict, label: str, second_signature: bool) -> Resolution:
    line = int(row.pop(LINE))
    confirmed_by = row.pop(CONFIRMED_BY, "") or ""
    for name in NEEDED:
        if not row[name]:
            what = f"The resolution has no `{name}`"
            raise _refused(what, label, line, name, "an answer says what, who, when and why")
    day = read_date(row["when"], ())
    if day.fault:
        what = "The day of the resolution is not a date that can be read in one way"
        raise _refused(what, label, line, "when", "write it as 2026-12-31")
    when = day.first.isoformat() if day.first else ""
    if second_signature and (not confirmed_by or same_person(confirmed_by, row["who"])):
        what = "The resolution is not confirmed by a second person"
        remedy = "answer by `trialtrail queries`, or let somebody else sign in that column"
        raise _refused(what, label, line, CONFIRMED_BY, remedy)
    who = f"{row['who']}, confirmed by {confirmed_by}" if confirmed_by else row["who"]
    return Resolution(**row | {"when": when, "who": who}, line=line)


def _once_each(answers: Sequence[Resolution], label: str) -> None:
    seen: set[str] = set()
    for answer in answers:
        if answer.query_id in seen:
            what = f"The query {answer.query_id} has two resolutions"
            raise _refused(what, label, answer.line, "query_id", "keep the one that holds")
        seen.add(answer.query_id)


def _refused(what: str, label: str, line: int, column: str, remedy: str) -> StudyError:
    where = f"{label}, line {line}" + (f", column {column}" if column else "")
    return StudyError(what, where=where, rule="resolution", remedy=remedy)


@dataclass(frozen=True)
class Correction:
    """A new text for one cell of an export."""

    export: str
    line: int
    column: str
    text: str


def sort_out(answers: Iterable[Resolution], queries: pd.DataFrame, label: str) -> pd.DataFrame:
    """Return one row an answer: what it says, its state, and the cell and rule of its query.

    The state is accepted, corrected, set aside or stale. The columns are those of `ANSWERED`; of an
    answer without a query the place is empty.

    Args:
        answers: the answers of the file.
        queries: the queries of the untouched raw data, with `is_cell`.
        label: the name of the file, for messages.

    Raises:
        StudyError: a query cannot be answered so.
    """
    known = {query["query_id"]: query for query in queries.to_dict("records")}
    rows = []
    for answer in answers:
        query = known.get(answer.query_id)
        place = {name: query[name] for name in OF_QUERY} if query else {}
        state = state_of(answer, query, label)
        rows.append(answer.said | answer.signed | place | {"state": state})
    frame = pd.DataFrame(rows, columns=ANSWERED)
    return frame.astype(dict.fromkeys(ANSWERED, "string") | dict.fromkeys(LINES, "Int64"))


def state_of(answer: Resolution, query: dict | None, label: str) -> str:
    """Return the state of an answer to a query, or to none: accepted, corrected, set aside, stale.

    Raises:
        StudyError: the query cannot be answered so.
    """
    if query is None or not answer.fits(query):
        return "stale"
    if answer.accepts:
        _check_acceptable(answer, query, label)
        return "accepted"
    if answer.sets_aside:
        _check_removable(answer, query, label)
        return "set aside"
    _check_correctable(answer, query, label)
    return "corrected"


def _check_acceptable(answer: Resolution, query: dict, label: str) -> None:
    if query["rule"] in (*FIXED, *NEVER_KEPT):
        what = f"{answer.query_id} breaks the rule {query['rule']} and cannot be accepted"
        remedy = "give the value that should stand there, or correct the export"
        raise _refused(what, label, answer.line, "new_value", remedy)


def _check_removable(answer: Resolution, query: dict, label: str) -> None:
    if query["rule"] in FIXED or pd.isna(query["line"]):
        what = f"{answer.query_id} is about no single cell or record, so nothing can be set aside"
        remedy = "write `accepted` where the rule allows it, or mend the export"
        raise _refused(what, label, answer.line, "new_value", remedy)


def _check_correctable(answer: Resolution, query: dict, label: str) -> None:
    if not query["column"] or pd.isna(query["line"]) or not query["is_cell"]:
        what = f"{answer.query_id} is about no single cell, so it has no new value"
        remedy = "write `accepted`, or mend the export"
        raise _refused(what, label, answer.line, "new_value", remedy)


def read_answers(path: str | None) -> pd.DataFrame:
    """Return the answers that lie over the raw data, as `sort_out` gives them; none of no file."""
    return read_table(path) if path else sort_out([], pd.DataFrame(), "")


def states_of(answers: pd.DataFrame) -> dict[str, str]:
    """Return query -> state of its answer."""
    return dict(zip(answers["query_id"], answers["state"], strict=True))


def accepted_cells(answers: pd.DataFrame) -> frozenset[tuple]:
    """Return what the accepted answers are about, as `findings.cells_of` names it."""
    return frozenset(cells_of(answers[answers["state"] == "accepted"]))


def removed_cells(answers: pd.DataFrame) -> frozenset[tuple]:
    """Return what is not to be used by an answer, as `findings.cells_of` names it."""
    return frozenset(cells_of(answers[answers["state"] == "set aside"]))


def removed_as_odd(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the findings of what is odd that an answer sets aside.

    They are made only when all tables are checked, of the rows that are left in use; so they are
    taken from the answers before, under the names that their queries have.
    """
    rows = answers[answers["state"] == "set aside"]
    places = (dict(zip(OF_QUERY, row, strict=True)) for row in in_rows(rows, OF_QUERY))
    return findings_frame(finding(**p) for p in places if kind_of(p["rule"]) in PLAUSIBILITY)


def corrections_of(answers: pd.DataFrame) -> list[Correction]:
    """Return the new texts of cells."""
    rows = answers[answers["state"] == "corrected"]
    return [Correction(*row) for row in in_rows(rows, ["export", "line", "column", "text"])]


def corrected(export: Export, corrections: Iterable[Correction]) -> Export:
    """Return an export in whose rows the corrections stand in the place of what was read.

    What the reader found odd of such a cell is about what stood there before.
    """
    mine = [each for each in corrections if each.export == export.name]
    if not mine:
        return export
    rows = export.rows.copy()
    for each in mine:
        if each.column in rows:
            rows.loc[(rows[LINE] == each.line).fillna(False), each.column] = each.text
    cells = {(each.line, each.column) for each in mine}
    odd = [each for each in export.odd if (each.line, each.column) not in cells]
    return replace(export, rows=rows, odd=odd)


def with_states(
    before: pd.DataFrame, after: pd.DataFrame, states: dict[str, str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return (all queries with their status, the state of each resolution in the end).

    Args:
        before: the queries of the untouched raw data.
        after: those that are left when the corrections stand in their place.
        states: the state of each resolution by query, as `sort_out` gives it.

    A query whose correction left it standing is open; one that is gone is resolved, and shown with
    what was found before.
    """
    left = set(after["query_id"])
    final = {
        query: "corrected but open" if state == "corrected" and query in left else state
        for query, state in states.items()
    }
    status = {query: STATES[state] for query, state in final.items()}
    gone = before[[status.get(q) == RESOLVED and q not in left for q in before["query_id"]]]
    queries = pd.concat([after, gone], ignore_index=True)
    queries["status"] = [status.get(query, OPEN) for query in queries["query_id"]]
    order = ["export", "file", "line", "column", "rule", "table"]
    return queries.astype({"status": "string"}).sort_values(order, kind="stable"), final


def account(answers: pd.DataFrame, states: dict[str, str]) -> pd.DataFrame:
    """Return one row an answer: its query, its state in the end, and what was answered by whom."""
    rows = answers.assign(state=answers["query_id"].map(states), line=answers["answer_line"])
    rows = rows.rename(columns={"query_id": "row"})
    return rows[["row", "state", *NEEDED[1:], "line"]]


def to_answer(queries: pd.DataFrame) -> pd.DataFrame:
    """Return the queries with columns for the answers, as a workbook for people has them."""
    shown = queries[[name for name in (*QUERY_COLUMNS, EFFECT) if name in queries]]
    return shown.assign(**{name: pd.array([None] * len(shown), "string") for name in NEEDED[1:]})
