"""How many rows bear a fact of the conduct out, and what that allows to be said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from trialtrail.analysis.measures import is_interaction, measure_of
from trialtrail.analysis.plan import MAIN
from trialtrail.report.facts import BORNE_OUT, CONTRADICTED, NOT_KNOWN
from trialtrail.report.verdicts import NO_INTERVAL, NOT_ESTIMABLE, verdict
from trialtrail.results.cells import Cells, parse
from trialtrail.results.takes import RESULT, UNKNOWN, Takes
from trialtrail.validation.cross_checks.configured import Side, configured_findings

EVERY, SOME, NONE = "every", "some", "none"
AT_LEAST, AT_MOST = "at_least", "at_most"
ASKED = {EVERY: "every one", SOME: "at least one", NONE: "none"}
ALL = 100
EFFECT = ("estimate", "lower", "upper", "margin", "important")
"""Cells of an effect by which its verdict is given."""


@dataclass(frozen=True)
class Counted:
    """What was counted of a fact: rows that bear it out, all rows, rows that do not tell.

    ``out_of`` and ``bearing`` are what the two counts take, and ``untold`` what the third does.
    """

    n: int | None
    denominator: int | None
    unknown: int = 0
    bearing: tuple[Takes, ...] = ()
    out_of: tuple[Takes, ...] = ()
    untold: tuple[Takes, ...] = field(default=())

    def verdict(self, holds: str | Mapping[str, float]) -> str:
        """Return whether the rows bear the fact out, contradict it, or leave it unknown.

        A row that does not tell may go either way: only where both ways give the same answer is
        there one.
        """
        if self.n is None or not self.denominator:
            return NOT_KNOWN
        answers = {is_met(n, self.denominator, holds) for n in (self.n, self.n + self.unknown)}
        if len(answers) > 1:
            return NOT_KNOWN
        return BORNE_OUT if answers == {True} else CONTRADICTED


def is_met(n: int, denominator: int, holds: str | Mapping[str, float]) -> bool:
    """Return whether ``n`` of ``denominator`` rows are as many as a fact asks for."""
    if holds == EVERY:
        return n == denominator
    if holds == NONE:
        return n == 0
    if holds == SOME:
        return n > 0
    if AT_LEAST in holds:
        return ALL * n >= holds[AT_LEAST] * denominator
    return ALL * n <= holds[AT_MOST] * denominator


def asked_in_words(holds: str | Mapping[str, float], counted: str) -> str:
    """Return of how many rows a fact has to hold, as a table prints it."""
    if isinstance(holds, str):
        return f"{ASKED[holds]} of the {counted}"
    ((limit, share),) = holds.items()
    return f"{limit.replace('_', ' ')} {share:g}% of the {counted}"


def of_column(fact: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Counted:
    """Return the rows of a table in whose column stands what bears the fact out."""
    table, _, column = fact["column"].partition(".")
    frame = tables[table]
    wanted = {name: _listed(values) for name, values in fact.get("where", {}).items()}
    for name, values in wanted.items():
        frame = frame[_is_one_of(frame[name], values)]
    where = {name: _texts(tables[table][name], given) for name, given in wanted.items()}
    at = f"validated:{table}"
    bears, which = _bearing(frame[column], fact["is"])
    return Counted(
        n=int(bears.sum()),
        denominator=len(frame),
        unknown=int(frame[column].isna().sum()),
        bearing=(Takes(at, (column,), where | ({} if which is None else {column: which})),),
        out_of=(Takes(at, (column,), where),),
        untold=(Takes(at, (column,), where | {column: UNKNOWN}),),
    )


def _bearing(column: pd.Series, asked: Any) -> tuple[pd.Series, Any]:
    """Return which values bear a fact out, and a trace's condition; None where it takes all."""
    if not isinstance(asked, Mapping):
        values = _listed(asked)
        return _is_one_of(column, values), _texts(column, values)
    is_date = pd.api.types.is_datetime64_any_dtype(column.dtype)
    limits = {key: pd.Timestamp(limit) if is_date else limit for key, limit in asked.items()}
    found = column.notna()
    if AT_LEAST in limits:
        found &= (column >= limits[AT_LEAST]).fillna(False)
    if AT_MOST in limits:
        found &= (column <= limits[AT_MOST]).fillna(False)
    tests = {AT_LEAST: "ge", AT_MOST: "le"}
    return found, None if is_date else {tests[key]: limit for key, limit in limits.items()}


def of_dates(fact: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Counted:
    """Return the rows of the later date's table in which it is within the limits."""
    check = fact["check"]
    own = check[check["own"]]
    values = [Side(tables, own["table"]).at(check[side], check) for side in ("first", "then")]
    known = values[0].notna() & values[1].notna()
    broken = pd.Series(False, index=known.index)
    for found in configured_findings(dict(tables), [check]):
        broken = broken | found.rows
    other = "first" if check["own"] == "then" else "then"
    read = [_places(check[side]) for side in (check["own"], other)]
    takes = tuple(
        Takes(f"validated:{table}", tuple(columns), same=_key(table) if at else ())
        for at, (table, columns) in enumerate(_by_table(read))
    )
    return Counted(
        n=int((known & ~broken).sum()),
        denominator=len(known),
        unknown=int((~known).sum()),
        bearing=takes,
        out_of=takes,
        untold=takes,
    )


def of_cell(fact: Mapping[str, Any], cells: Cells) -> Counted:
    """Return what a row of a result table counts; nothing where it is not there or has no count."""
    address = parse(fact["cell"])
    part = address if address.column else replace(address, column="n")
    whole = parse(fact["out_of"]) if "out_of" in fact else replace(address, column="denominator")
    counts, links = [], []
    for cell in (part, whole):
        known = cell.table in cells.tables() and cell.row in cells.table(cell.table).rows
        if not known:
            return Counted(None, None)
        counts.append(_whole(cells.row(cell).get(cell.column, "")))
        where = cells.canonical(cell)
        links.append((Takes(f"{RESULT}:{where.table}", (cell.column,), {"row": where.row}),))
    return Counted(*counts, 0, *links)


def of_estimates(fact: Mapping[str, Any], cells: Cells) -> Counted:
    """Return the effects of the main analysis, and those whose intervals allow what is said."""
    asked = fact["estimates"]
    rows = cells.table("estimates").rows if "estimates" in cells.tables() else {}
    mine = {
        name: row
        for name, row in rows.items()
        if row.get("analysis") == MAIN and row.get("role") == asked["role"] and _is_judged(row)
        if not asked.get("outcomes") or row.get("outcome") in asked["outcomes"]
    }
    verdicts = {name: verdict(row) for name, row in mine.items()}
    links = {name: Takes(f"{RESULT}:estimates", EFFECT, {"row": name}) for name in mine}
    bearing = [name for name, each in verdicts.items() if each in asked["allow"]]
    without = [name for name, each in verdicts.items() if each in (NOT_ESTIMABLE, NO_INTERVAL)]
    every = tuple(links.values())
    return Counted(len(bearing), len(mine), len(without), every, every, every)


def _is_judged(row: Mapping[str, str]) -> bool:
    measure = row.get("measure", "")
    return bool(measure) and measure_of(measure).limited and not is_interaction(measure)


def _whole(text: str) -> int | None:
    """Return a count; None of what is empty or a bound."""
    return int(text) if text.isdecimal() else None


def _listed(values: Any) -> list[Any]:
    return list(values) if isinstance(values, list | tuple) else [values]


def _is_one_of(column: pd.Series, values: list[Any]) -> pd.Series:
    return column.map(_text, na_action="ignore").isin([_text(each) for each in values])


def _texts(column: pd.Series, values: list[Any]) -> list[str]:
    """Return the texts of the values of a column that are among ``values``, as a trace has them."""
    mine = column[_is_one_of(column, values)]
    return sorted({str(each) for each in mine.dropna().unique()} or {str(each) for each in values})


def _text(value: Any) -> str:
    """Return a value as text; a whole number has no decimals, whatever holds it."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def _places(place: Mapping[str, Any]) -> list[tuple[str, str]]:
    terms = [(term["table"], term["column"]) for term in place["terms"] if "table" in term]
    return [(place["table"], place["column"]), *terms]


def _by_table(places: Iterable[list[tuple[str, str]]]) -> list[tuple[str, list[str]]]:
    """Return the columns read of each table, the table whose rows are counted first."""
    found: dict[str, list[str]] = {}
    for table, column in (each for place in places for each in place):
        found.setdefault(table, []).append(column)
    return [(table, list(dict.fromkeys(columns))) for table, columns in found.items()]


def _key(table: str) -> tuple[str, ...]:
    """Return the columns by which the rows of a table are laid beside those that are counted."""
    return ("provider_id",) if table == "providers" else ("participant_id",)
