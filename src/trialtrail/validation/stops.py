"""What is reported on the screen when findings stop a run: causes, and never a value.

Cells of one column that break one rule have one cause, and so have columns that the configuration
does not know, and columns of which nearly all cells are wrong in one way: each is reported once,
with how many there are and where the first stand. What explains the others comes first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.tables import in_rows
from trialtrail.validation.findings import RESOLVED
from trialtrail.validation.rules import ACTIONS, REMEDIES, STOP, action, kind_of, what_is_wrong
from trialtrail.validation.whole_columns import CODED, codes_to_paste, reason_of

CAUSES, LINES = 10, 5
"""Causes that are reported, and lines of a cause that are named; the file has them all."""
UNKNOWN = "the export has this column and the configuration does not know it"
"""Message of a column that no table uses and that is not ignored."""
LACKS = "the configuration names this column and the export lacks it"
"""Message of a column that is not there; what may be meant follows."""
SPELT = "; it has `{}`: write that"
"""What is added where the export has the column in another spelling."""
ELSEWHERE = "most columns that the configuration names stand in another place than the header"
"""Message of a header that is none; after a colon it says what to write."""
NAMED = 12
"""Columns that are named of those that are lacking."""
SPELT_AS = re.escape(SPELT).replace(r"\{\}", "(.+)")
OF_COLUMNS = {
    "type": "look whether the configuration says what the column holds: its `type`, and `dates`, "
    "`decimal`, `codes` or `missing`; or get a query a cell by validation.actions.type: set_aside",
}
"""What to do where nearly all cells of a column break a rule."""


def check_no_stop(queries: pd.DataFrame, actions: Mapping[str, str], file: str) -> None:
    """Refuse to go on where queries stop the run.

    Args:
        queries: all queries, with their status.
        actions: what findings do where that is configured.
        file: the list of the queries, which the message names.

    Raises:
        StudyError: at least one query stops the run; the message has no value.
    """
    stops = stopping(queries, actions)
    if len(stops):
        raise StudyError(stop_message(stops, file))


def stopping(queries: pd.DataFrame, actions: Mapping[str, str]) -> pd.DataFrame:
    """Return the queries whose rule stops the run, but for those that are answered."""
    stops = queries["rule"].map(lambda rule: action(rule, dict(actions))).eq(STOP)
    return queries[stops & queries["status"].ne(RESOLVED)]


def stop_message(queries: pd.DataFrame, file: str) -> str:
    """Return the message of the queries that stop a run; ``file`` has them with their values."""
    count = len(queries)
    found = causes(queries)
    lines = [f"{count:,} {'finding stops' if count == 1 else 'findings stop'} the run."]
    lines += [_entry(*cause) for cause in found[:CAUSES]]
    if len(found) > CAUSES:
        lines.append(f"... and {len(found) - CAUSES} more causes.")
    lines.append(f"All findings with the values found: {file}. Earlier results are untouched.")
    return "\n".join(lines)


def causes(queries: pd.DataFrame) -> list[tuple[tuple, pd.DataFrame]]:
    """Return the causes of the queries, each with its queries; the ones that explain others first.

    A cause is (rule, export, file, column, message); of several columns it has no column. Where one
    cause is that of most of an export, its single queries are left out.
    """
    whole = queries.fillna({"column": "", "file": "", "export": ""})
    whole = whole.assign(message=whole["message"].map(what_is_wrong, na_action="ignore"))
    most = whole[whole["rule"] == "most"]
    explained = set(zip(most["export"], most["column"], strict=True))
    places = in_rows(whole, ["rule", "export", "column"])
    single = [rule != "most" and tuple(place) in explained for rule, *place in places]
    whole = whole[~pd.Series(single, whole.index, dtype=bool)]
    whole = whole[~_spelt_otherwise(whole)]
    unknown = whole["message"].str.startswith(UNKNOWN).fillna(False)
    if unknown.sum() > 1:
        whole = whole.assign(message=whole["message"].mask(unknown, UNKNOWN))
    lacking = whole["message"].str.startswith(LACKS).fillna(False)
    lacking &= lacking.groupby([whole["export"], whole["file"]]).transform("sum") > 1
    whole = whole.assign(
        message=whole["message"].mask(lacking, LACKS), full_message=whole["message"]
    )
    reasons = whole["message"].map(reason_of)
    alike = [whole["rule"], whole["export"], whole["file"], reasons]
    several = reasons.ne(whole["message"]) & (
        whole["column"].groupby(alike).transform("nunique") > 1
    )
    whole = whole.assign(message=whole["message"].mask(several, reasons))
    elsewhere = whole["message"].str.startswith(ELSEWHERE).fillna(False)
    column = whole["column"].mask(unknown | lacking | several | elsewhere, "")
    keys = ["rule", "export", "file", "of_column", "message"]
    grouped = whole.assign(of_column=column).groupby(keys, sort=False, dropna=False)
    order = {rule: place for place, rule in enumerate(ACTIONS)}
    return sorted(
        grouped, key=lambda cause: (order[kind_of(cause[0][0])], cause[0][-1].startswith(UNKNOWN))
    )


def _spelt_otherwise(queries: pd.DataFrame) -> pd.Series:
    """Return which queries are of a column that another one names as the one that is meant."""
    messages = queries["message"].fillna("")
    meant = messages.str.extract(SPELT_AS, expand=False)
    named = set(zip(queries["export"][meant.notna()], meant.dropna(), strict=True))
    places = zip(queries["export"], queries["column"], messages, strict=True)
    found = [text.startswith(UNKNOWN) and (export, name) in named for export, name, text in places]
    return pd.Series(found, queries.index, dtype=bool)


def _entry(cause: tuple, queries: pd.DataFrame) -> str:
    rule, export, file, column, message = cause
    remedy = REMEDIES.get(rule, "correct the record at the source")
    query = queries.iloc[0]
    what = f"{query['query_id']}: {message}"
    where = file or export
    places = queries["line"].dropna()
    if rule in OF_COLUMNS and reason_of(query["full_message"]) != query["full_message"]:
        remedy = OF_COLUMNS[rule]
    if message.startswith(ELSEWHERE):
        queries = queries.head(1)
        what, _, remedy = what.partition(f"{ELSEWHERE}: ")
        what += ELSEWHERE
    if rule == "most" and "`width`" in message:
        remedy = REMEDIES["width"]
    if message == UNKNOWN and len(queries) > 1:
        names = list(dict.fromkeys(queries["column"]))
        what = f"{query['query_id']} and others: the export has {len(names):,} columns that the "
        what += "configuration does not know"
        remedy = f"use them, or paste under exports.{export}: {ignored(names)}"
    elif message.startswith(UNKNOWN):
        where += f", line {int(places.iloc[0])}" if len(places) else ""
        where += f", column {query['column']}"
        remedy = f"use it, or paste under exports.{export}: {ignored([query['column']])}"
    elif message == LACKS and len(queries) > 1:
        named = list(dict.fromkeys(map(_lacking, queries["column"], queries["full_message"])))
        what = f"{query['query_id']} and others: the export lacks {len(named):,} columns that the "
        what += f"configuration names: {', '.join(named[:NAMED])}"
        what += ", ..." if len(named) > NAMED else ""
    elif not column and queries["column"].nunique() > 1:
        names = list(dict.fromkeys(queries["column"]))
        what = f"{query['query_id']} and others: {message} (nearly all cells of {len(names):,} "
        what += "columns)"
        where += f", columns {', '.join(names[:LINES])}" + (", ..." if len(names) > LINES else "")
    elif len(queries) == 1:
        where += f", line {int(places.iloc[0])}" if len(places) else ""
        where += f", column {column}" if column else ""
    else:
        first = ", ".join(str(int(line)) for line in places.head(LINES))
        where += f", column {column}" if column else ""
        where += f", lines {first}" + (", ..." if len(places) > LINES else "") if first else ""
        what += f" ({len(queries):,} {'cells' if column else 'records'})"
        what += codes_to_paste(queries["found"].tolist()) if kind_of(rule) in CODED else ""
    return StudyError(what, where=where, rule=rule, remedy=remedy).text()


def _lacking(name: str, message: str) -> str:
    """Return a column that is lacking, and the one that may be meant."""
    match = re.search(SPELT_AS, message)
    return f"`{name}`" + (f" (it has `{match[1]}`)" if match else "")


def ignored(names: list[str]) -> str:
    """Return the line of YAML by which columns are ignored."""
    return f"ignore: [{', '.join(json.dumps(name, ensure_ascii=False) for name in names)}]"
