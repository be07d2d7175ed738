"""Corrections that are asked for: answers to queries, and new values of cells."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.exports.export import LINE
from trialtrail.forecast.proposals import Proposals
from trialtrail.forecast.query_effects import PROPOSED
from trialtrail.forecast.sealed_run import SealedRun
from trialtrail.tables import read_table
from trialtrail.validation.resolutions import (
    ACCEPTED,
    ANSWERED,
    LINES,
    SET_ASIDE,
    Resolution,
    corrections_of,
    read_answers,
    read_resolutions,
    sort_out,
)

QUERY = re.compile(r"Q-[0-9a-f]{6,}")
QUERIES = "results/validation/draft/queries.parquet"
ANSWERS = "results/validation/corrected/answers.parquet"
NOBODY, NO_DAY = "a forecast", "1970-01-01"
"""Who gave an answer that is only tried, and when."""
FORMS = (
    "a correction is QUERY_ID=VALUE, EXPORT:RECORD:COLUMN=VALUE (RECORD may be RECORD@LINE), or a"
    " file of answers; in the place of a value a query takes accepted, blank or set-aside too, and"
    " proposed where another place has the value"
)


@dataclass(frozen=True)
class Asked:
    """Corrections as they lie over the raw data.

    Attributes:
        answers: all answers, those of the run among them, as `resolutions.sort_out` gives them.
        own: the rows of those that are asked for.
        exports: the exports of which a cell is corrected otherwise than in the run.
        notes: what there is to say of them.
    """

    answers: pd.DataFrame
    own: pd.DataFrame
    exports: frozenset[str]
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> tuple:
        """What two forecasts have in common that come out alike."""
        rows = self.answers[["export", "file", "line", "column", "rule", "text", "state"]]
        return tuple(map(tuple, rows.astype(object).where(rows.notna(), None).to_numpy()))


def queries_of(run: SealedRun) -> pd.DataFrame:
    """Return all queries of the raw data, with what an answer needs to know of each."""
    return read_table(run.path(QUERIES))


def earlier_answers(run: SealedRun) -> pd.DataFrame:
    """Return the answers that lay over the raw data in the run."""
    return read_answers(str(run.path(ANSWERS)) if run.has("resolve_queries") else None)


def ask(run: SealedRun, corrections: Sequence[str]) -> Asked:
    """Return corrections as a command line names them.

    Raises:
        StudyError: a query, record or column is not there, or cannot be corrected so.
    """
    queries = queries_of(run)
    parts: list[pd.DataFrame] = []
    notes: list[str] = []
    proposals: Proposals | None = None
    for text in corrections:
        name, sign, value = text.partition("=")
        if sign and QUERY.fullmatch(name.strip()):
            query, given = name.strip(), value.strip()
            if given.casefold() == PROPOSED:
                proposals = proposals or Proposals(run, queries, earlier_answers(run))
                parts.append(proposed(queries, query, proposals, notes))
            else:
                parts.append(answer(queries, query, given))
        elif sign and ":" in name:
            parts.append(_cell(run, name.strip(), value.strip(), notes))
        elif Path(text).is_file():
            answers = read_resolutions(text, text)
            found = sort_out(answers, queries, text)
            stale = found.loc[found["state"] == "stale", "query_id"].tolist()
            notes += [f"{each} is stale or not in the list, and is not applied" for each in stale]
            parts.append(found)
        else:
            raise _refused("This is no correction", text if not sign else name)
    return together(run, pd.concat(parts, ignore_index=True), notes)


def together(run: SealedRun, own: pd.DataFrame, notes: Sequence[str] = ()) -> Asked:
    """Return answers with those of the run that they do not replace.

    Raises:
        StudyError: two of them are of one query or cell.
    """
    twice = own.loc[own["query_id"].duplicated(), "query_id"]
    if len(twice):
        raise _refused("Two corrections are of one query or cell", twice.iloc[0])
    before = earlier_answers(run)
    replaced = before["query_id"].isin(own["query_id"])
    answers = pd.concat([before[~replaced], own], ignore_index=True)
    exports = {each.export for each in corrections_of(own)}
    exports |= {each.export for each in corrections_of(before[replaced])}
    return Asked(answers, own, frozenset(exports), tuple(notes))


def answer(queries: pd.DataFrame, query: str, value: str) -> pd.DataFrame:
    """Return one answer to a query, as `resolutions.sort_out` gives it.

    Raises:
        StudyError: the query is not there, or cannot be answered so.
    """
    mine = queries[queries["query_id"] == query]
    if mine.empty:
        raise StudyError(
            f"No query of the raw data is called {query}",
            where="results/validation/queries.csv",
            remedy="take a name from its column query_id",
        )
    if not value:
        raise _refused("The correction has no value; for none at all write blank", query)
    given = Resolution(
        query, value, NOBODY, NO_DAY, NOBODY, line=1, evidence=mine["evidence"].iloc[0]
    )
    try:
        return sort_out([given], mine, query)
    except StudyError as refusal:
        raise StudyError(
            refusal.what, where=query, rule=refusal.rule, remedy=refusal.remedy
        ) from None


def proposed(
    queries: pd.DataFrame, query: str, proposals: Proposals, notes: list[str]
) -> pd.DataFrame:
    """Return the answer to a query with the value that another place has, and note which.

    The value is `text` of the answer; what is told of it is that it is proposed.

    Raises:
        StudyError: the query is not there, or nothing is proposed for it.
    """
    found = proposals.of(query)
    given = answer(queries, query, found.text if found else SET_ASIDE)
    if found is None:
        raise StudyError(
            "No value is proposed for the query",
            where=query,
            rule="a value is proposed where a check says that two places have the same, and the"
            " other has exactly one that the cell can hold",
            remedy=f"give the value: {query}=VALUE",
        )
    notes.append(f"{query}: proposed is {found.source}")
    return given.assign(new_value=PROPOSED).astype(given.dtypes)


def _cell(run: SealedRun, name: str, value: str, notes: list[str]) -> pd.DataFrame:
    """Return a new value of one cell as an answer.

    Raises:
        StudyError: there is no such export, record or column, or several.
    """
    export, _, rest = name.partition(":")
    sources = _sources(run, export)
    if not sources:
        every = sorted({s["name"] for job in _jobs(run) for s in job["params"]["sources"]})
        raise _not_there("export", export, every)
    if value.casefold() == ACCEPTED:
        raise _refused("A cell without a query cannot be accepted", name)
    places = _places(run, export, sources)
    parts = rest.split(":")
    options = [(":".join(parts[:n]), ":".join(parts[n:])) for n in range(1, len(parts))]
    if not options:
        raise _refused("The correction names no column", name)
    record, column = next(
        ((r, c) for r, c in options if r.partition("@")[0] in set(places["record"])), options[-1]
    )
    mine = _at(places, record, export)
    table, heading = _heading(sources, set(mine["table"]), column, export)
    row = mine[mine["table"] == table].iloc[0]
    notes += _out_of_use(run, row, heading, name)
    text = "" if _means_nothing(value) else value
    whole: dict[str, Any] = dict.fromkeys(ANSWERED, "") | {
        "query_id": f"{export}:{record}:{heading}",
        "text": text,
        "answer_line": 0,
        "state": "corrected",
        "column": heading,
        **{n: row[n] for n in ("table", "export", "file", "line", "record")},
    }
    frame = pd.DataFrame([whole], columns=ANSWERED)
    return frame.astype(dict.fromkeys(ANSWERED, "string") | dict.fromkeys(LINES, "Int64"))


def _means_nothing(value: str) -> bool:
    return value.casefold().replace("-", " ").replace("_", " ") in ("blank", SET_ASIDE, "")


def _jobs(run: SealedRun) -> list[Mapping[str, Any]]:
    return list(run.of_rule("validate_table").values())


def _sources(run: SealedRun, export: str) -> dict[str, dict[str, str]]:
    """Return table -> column of the table -> heading, of the tables that an export feeds."""
    return {
        job["wildcards"]["table"]: source["columns"]
        for job in _jobs(run)
        for source in job["params"]["sources"]
        if source["name"] == export
    }


def _places(run: SealedRun, export: str, tables: Mapping[str, Any]) -> pd.DataFrame:
    """Return where the records of an export stand: table, export, file, line, record."""
    layer = "corrected/" if run.has("validate_corrected_references") else ""
    parts = []
    for table in tables:
        path = run.path(f"results/validation/{layer}checked/{table}.parquet")
        frame = read_table(path, ["_export", "_file", LINE, "record"])
        parts.append(frame[frame["_export"] == export].assign(table=table))
    names = {"_export": "export", "_file": "file", LINE: "line"}
    return pd.concat(parts, ignore_index=True).rename(columns=names)


def _at(places: pd.DataFrame, record: str, export: str) -> pd.DataFrame:
    name, sign, line = record.partition("@")
    mine = places[places["record"] == name]
    if sign:
        mine = mine[mine["line"].astype("string") == line]
    if mine.empty:
        raise StudyError(
            f"The export {export} has no record {record}",
            where="the column record of results/validation/queries.csv shows how records are named",
            rule=FORMS,
        )
    lines = sorted(set(mine["line"].dropna()))
    if len(lines) > 1:
        raise _refused(f"The record stands on the lines {', '.join(map(str, lines))}", record)
    return mine


def _heading(
    sources: Mapping[str, Mapping[str, str]], tables: set[str], column: str, export: str
) -> tuple[str, str]:
    """Return the table that uses a column, and the column as the file names it."""
    for table in (each for each in sources if each in tables):
        columns = sources[table]
        if column in columns.values():
            return table, column
        if column in columns:
            return table, columns[column]
    used = sorted({heading for table in tables for heading in sources[table].values()})
    raise _not_there(f"column in use of {export}", column, used)


def _out_of_use(run: SealedRun, row: Any, heading: str, name: str) -> list[str]:
    """Return that a cell is not in use, and why, if so."""
    layer = "corrected" if run.has("validate_corrected_references") else "draft"
    aside = read_table(run.path(f"results/validation/{layer}/set_aside.parquet"))
    place = ["table", "export", "file", "line"]
    mine = aside[(aside[place] == [row[each] for each in place]).all(axis=1)]
    return [
        f"{name}: the record is set aside by {each.query_id} ({each.rule}); nothing of it is used"
        for each in mine[mine["scope"] == "(row)"].head(1).itertuples()
    ]


def is_as_now(own: pd.DataFrame, before: pd.DataFrame, aside: set[str]) -> bool:
    """Return whether an answer asks for what the run did anyway.

    That is so where what is kept is accepted, and where what is set aside is to be set aside.

    Args:
        own: one answer.
        before: the answers that lay over the raw data in the run.
        aside: the queries that set something aside in the run.
    """
    query, state = own["query_id"].iloc[0], own["state"].iloc[0]
    if query in set(before["query_id"]):
        return False
    return state == ("set aside" if query in aside else "accepted")


def _not_there(what: str, name: str, known: Sequence[str]) -> StudyError:
    near = difflib.get_close_matches(name, known, n=3)
    return StudyError(
        f"There is no {what} called {name}",
        rule=FORMS,
        remedy=f"write one of {', '.join(near or known[:12])}",
    )


def _refused(what: str, where: str) -> StudyError:
    return StudyError(what, where=where, rule=FORMS)
