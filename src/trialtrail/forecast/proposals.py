"""Values that are proposed for the cells of queries: what another place of the study has there.

A value is proposed where a check says that two places have the same, and the other place has
exactly one for that record, in use; and where a calculated field of REDCap is not what its own
formula gives. No text is repaired: no decimal sign is moved, no digits
are swapped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from trialtrail.configuration.places import columns_of
from trialtrail.exports.export import LINE, Export
from trialtrail.exports.read import read_export
from trialtrail.forecast.calculations import calculated
from trialtrail.forecast.overlay import CHECKS, CORRECTED, VALIDATED, raw_files
from trialtrail.forecast.sealed_run import SealedRun
from trialtrail.forecast.writing import written_as
from trialtrail.tables import read_table
from trialtrail.validation.cells import Contract, contract_of
from trialtrail.validation.cross_checks.configured import Side
from trialtrail.validation.resolutions import corrected, corrections_of
from trialtrail.validation.rows import rows_taken

REFERENCES, CALCULATED = "validate_references", "calculated"
STORED_TWICE = {
    ("quotations", "attribution", "role"): ("document", "interviews", "document", "role"),
    ("quotations", "attribution", "number"): ("document", "interviews", "document", "number"),
    ("quotations", "attribution", "stage"): ("document", "interviews", "document", "stage"),
    ("screening", "unmatched", "participant_id"): (
        *("screening_id", "participants", "screening_id", "participant_id"),
    ),
}
"""(table, rule, column) of a built-in check of a value that stands in two tables -> the column by
which the other table is joined, that table, its column to join by, and its column of the value."""


@dataclass(frozen=True)
class Proposal:
    """A value for the cell of a query.

    Attributes:
        text: as the export would have it. It is a value of a participant: for no screen and no log.
        source: in words, from which table and column it is.
    """

    text: str
    source: str


class Proposals:
    """What is proposed for the queries of a run; each table and export is read once.

    Args:
        run: the run.
        queries: all queries of the raw data, as `corrections.queries_of` gives them.
        answers: those that lay over the raw data in the run.
    """

    def __init__(self, run: SealedRun, queries: pd.DataFrame, answers: pd.DataFrame) -> None:
        self.run, self.queries, self.answers = run, queries, answers
        params = run.jobs[REFERENCES]["params"] if run.has(REFERENCES) else {"checks": []}
        self.checks = {each["rule"]: each for each in params["checks"] if each["kind"] == "agree"}
        self._frames: dict[str, pd.DataFrame] = {}
        self._exports: dict[tuple[str, str, str], Export] = {}

    def of(self, query_id: str) -> Proposal | None:
        """Return what is proposed for the cell of a query; None where nothing is."""
        mine = self.queries[self.queries["query_id"] == query_id].to_dict("records")
        if len(mine) != 1 or not mine[0]["is_cell"] or pd.isna(mine[0]["line"]):
            return None
        query = mine[0]
        sources = self._sources_of(query)
        found = self._beside(query, sources) if sources else None
        if found is None:
            return None
        column, value, told = found
        text = self._text(query, column, value, sources[column])
        return None if text is None else Proposal(text, told)

    def _sources_of(self, query: Mapping[str, Any]) -> dict[str, list[int]]:
        """Return column of the table -> the sources that read it from the cell of a query."""
        job = self.run.jobs.get(f"validate_table-{query['table']}")
        found: dict[str, list[int]] = {}
        for at, source in enumerate(job["params"]["sources"] if job else []):
            for column, heading in source["columns"].items():
                if source["name"] == query["export"] and heading == query["column"]:
                    found.setdefault(column, []).append(at)
        return found

    def _beside(
        self, query: Mapping[str, Any], columns: Mapping[str, list[int]]
    ) -> tuple[str, Any, str] | None:
        """Return the column that a check is of, the value proposed for it, and from where."""
        check = self.checks.get(query["rule"])
        if check:
            own, other = check[check["own"]], check["then" if check["own"] == "first" else "first"]
            if own["column"] in columns and not own["terms"] and _says_one(check, other):
                value = self._joined(query, own["table"], other, check)
                return value if value is None else (own["column"], value, _told(check, other))
        if query["rule"] == CALCULATED:
            column, sources = next(iter(columns.items()))
            value = calculated(self.run, query, self._export(query["table"], sources[0])[1])
            return None if value is None else (column, value, f"the calculation of {column}")
        for column in columns:
            place = STORED_TWICE.get((query["table"], query["rule"], column))
            if place and self._has(place[1]):
                value = self._looked_up(query, *place)
                name = f"the value of {place[1]}.{place[3]}"
                return value if value is None else (column, value, name)
        return None

    def _joined(self, query: Mapping[str, Any], own: str, other: dict, check: dict) -> Any:
        """Return what stands at the other place for the record of a query; None if not one."""
        row = self._row(query)
        if row is None:
            return None
        tables = {own: row}
        needed = columns_of(other)
        if "screening" in {own, *(table for table, _ in needed)}:
            needed.append(("participants", "screening_id"))
        for table, column in needed:
            if table == own:
                continue
            if not self._has(table):
                return None
            frame = tables[table] if table in tables else self._in_use(table)
            by = {"providers": "provider_id", "screening": "screening_id"}
            frame = _only_one(frame, by.get(table, "participant_id"), column)
            if (table, column) == ("participants", "screening_id"):
                frame = _only_one(frame, "screening_id", "participant_id")
            tables[table] = frame
        value = Side(tables, own).at(other, check).iloc[0]
        return None if pd.isna(value) else value

    def _looked_up(
        self, query: Mapping[str, Any], by: str, table: str, key: str, wanted: str
    ) -> Any:
        row = self._row(query)
        if row is None or by not in row or pd.isna(row[by].iloc[0]):
            return None
        frame = _only_one(self._in_use(table), key, wanted)
        found = frame.loc[(frame[key] == row[by].iloc[0]).fillna(False), wanted]
        return found.iloc[0] if len(found) else None

    def _row(self, query: Mapping[str, Any]) -> pd.DataFrame | None:
        """Return the record of a query, typed, as a frame of one row; None if it is not one."""
        layer = CORRECTED if self.run.has("validate_corrected_references") else CHECKS
        frame = self._frame(f"{layer}/checked/{query['table']}.parquet")
        mine = frame[(frame[LINE] == query["line"]).fillna(False)]
        for column, name in (("_export", "export"), ("_file", "file"), ("record", "record")):
            mine = mine[(mine[column] == query[name]).fillna(False)]
        return mine if len(mine) == 1 else None

    def _in_use(self, table: str) -> pd.DataFrame:
        return self._frame(f"{VALIDATED}/{table}.parquet")

    def _has(self, table: str) -> bool:
        return self.run.has(f"validate_table-{table}")

    def _frame(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = read_table(self.run.path(name))
        return self._frames[name]

    def _text(
        self, query: Mapping[str, Any], column: str, value: Any, sources: list[int]
    ) -> str | None:
        """Return a value as the export would write it; None where it cannot."""
        job = self.run.jobs[f"validate_table-{query['table']}"]
        contract = _contract(query["table"], job["params"])
        for at in sources:
            source, export = self._export(query["table"], at)
            taken = rows_taken(export.rows, source.get("where", {}), source.get("wheres", []))
            rows = export.rows[taken].reset_index(drop=True)
            places = rows.index[(rows[LINE] == query["line"]).fillna(False)]
            if len(places) == 1:
                return written_as(value, column, int(places[0]), export, rows, source, contract)
        return None

    def _export(self, table: str, at: int) -> tuple[dict, Export]:
        """Return a source of a table, and its export as it was read, with the answers over it."""
        job = f"validate_table-{table}"
        params = self.run.jobs[job]["params"]
        files: dict[str, list[str]] = {}
        for owner, path in zip(params["owners"], raw_files(self.run, job), strict=True):
            files.setdefault(owner, []).append(path)
        sources = [dict(each) for each in params["sources"]]
        for each in sources:
            if each.get("dictionary"):
                each["dictionary"] = files[each["name"]].pop()
        source = sources[at]
        key = (table, source["name"], str(at))
        if key not in self._exports:
            export = read_export(source, files[source["name"]])
            self._exports[key] = corrected(export, corrections_of(self.answers))
        return source, self._exports[key]


def _contract(table: str, params: Mapping[str, Any]) -> Contract:
    names = ("variables", "is_form", "arms", "actions")
    return contract_of(table, *(params[name] for name in names))


def _says_one(check: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether a check says which value stands there, and no window in which it may lie."""
    return not check["within"] or not (other["terms"] or isinstance(check["within"], list))


def _told(check: Mapping[str, Any], other: dict) -> str:
    told = f"the value of {other['text']}"
    within = check["within"]
    return f"{told}, from which it may differ by {within:g}" if within else told


def _only_one(frame: pd.DataFrame, key: str, column: str) -> pd.DataFrame:
    """Return the rows of the keys of which a column has exactly one known value, one row each."""
    known = frame[frame[key].notna() & frame[column].notna()]
    once = known[[key, column]].drop_duplicates()
    several = set(once.loc[once[key].duplicated(), key])
    return known[~known[key].isin(several)].drop_duplicates(key)
