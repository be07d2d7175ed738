"""What findings set aside: a value, a whole record, or a participant of the analysis.

A value in error is set aside by its cell wherever the rest of the record can stand: an error in one
variable removes no other. A record is set aside as a whole where its key, what it refers to, or a
value without which it says nothing is in error. A randomised participant stays randomised whatever
is wrong with the record: what would set another record aside makes an exclusion after randomisation
(CONSORT 2025), which is counted as such and not analysed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from trialtrail.tables import in_rows
from trialtrail.validation.findings import PLACE, cells_of, rows_at
from trialtrail.validation.rules import KEEP, action, kind_of

ROW, EXCLUDED = "(row)", "(excluded)"
"""Scopes of a finding beside that of cells, which is the names of their columns."""
PARTICIPANTS = "participants"
OF_VALUES = (
    *("type", "code", "unit", "range", "order", "date", "reason", "required", "ambiguous"),
    *("formula", "merged", "partial", "format", "soft_range", "calculated", "branching"),
    "unanswered",
)
"""Rules about a value. What breaks another one is the record."""
ENDINGS = ("_bound", "_until")
"""Endings of the columns that the cell of a censored number or a partial date fills as well."""


@dataclass(frozen=True)
class Scopes:
    """What decides how much a finding sets aside.

    Attributes:
        actions: what findings do where that is configured.
        headings: table -> export -> column of the table -> column of the file.
        needed: of each table, the columns without which a record says nothing: its key, what it
            refers to, and what its contract requires; of a form the key alone.
        spared: what findings are about that were looked at and are right (see `cells_of`).
        removed: what findings are about that a person sets aside, whatever their rule does.
    """

    actions: Mapping[str, str]
    headings: Mapping[str, Mapping]
    needed: Mapping[str, Collection[str]]
    spared: Collection[tuple] = ()
    removed: Collection[tuple] = ()

    def of(self, findings: pd.DataFrame) -> pd.DataFrame:
        """Return ``findings`` with their ``scope``: what each sets aside, or would if it stops."""
        doing = {rule: action(rule, self.actions) for rule in findings["rule"].unique()}
        there = (findings["rule"].map(doing) != KEEP).to_numpy(dtype=bool)
        if self.removed:
            mine = [cell in self.removed for cell in cells_of(findings)]
            there = there | np.array(mine, dtype=bool)
        scopes = [""] * len(findings)
        there = there & findings["line"].notna().to_numpy(dtype=bool)
        rows = findings[there]
        columns: dict[tuple, str] = {}
        known: set[str] = set()
        spared = self.spared and [cell in self.spared for cell in cells_of(rows)]
        removed = self.removed and [cell in self.removed for cell in cells_of(rows)]
        cells = in_rows(rows, ["table", "export", "column", "rule", "record"])
        for number, (at, each) in enumerate(zip(there.nonzero()[0].tolist(), cells, strict=True)):
            if spared and spared[number]:
                continue
            key, record = each[:4], each[4]
            table, export, column, rule = key
            if removed and removed[number] and doing[rule] == KEEP:
                scopes[at] = self._of_removed(table, export, column)
                continue
            if table == PARTICIPANTS and kind_of(rule) == "key":
                scopes[at] = self._of_key(record, known)
                continue
            if key not in columns:
                columns[key] = self._of_kind(table, export, column, kind_of(rule))
            scopes[at] = columns[key]
            if table == PARTICIPANTS and rule == "required" and record and scopes[at] == ROW:
                scopes[at] = EXCLUDED  # who has no id, and was randomised all the same
        return findings.assign(scope=pd.array(scopes, dtype="string"))

    def takes_all(self, row) -> bool:
        """Return whether a finding of a whole column leaves a table without a column it needs."""
        if self.spared and cells_of(pd.DataFrame([row]))[0] in self.spared:
            return False
        if row.rule == "columns":
            own = self.headings.get(row.table, {}).get(row.export, {})
            lacking = {name for name, heading in own.items() if heading == row.column}
            return bool(lacking & set(self.needed.get(row.table, ())))
        return self._of_kind(row.table, row.export, row.column, kind_of(row.rule)) == ROW

    def _of_removed(self, table: str, export: str, column: str) -> str:
        """Return what is set aside where a person says so: the cell, or the record."""
        if not column:
            return self._of_kind(table, export, "", "record")
        used = column in {*self.headings.get(table, {}).get(export, {}).values()}
        return self._of_kind(table, export, column, "range") if used else ""

    def _of_key(self, record: str, known: set[str]) -> str:
        """Return what one of several records of a participant sets aside: all but the first."""
        if not record or record in known:
            return ROW
        known.add(record)
        return EXCLUDED

    def _of_kind(self, table: str, export: str, column: str, kind: str) -> str:
        own = self.headings.get(table, {}).get(export, {})
        columns = [name for name, heading in own.items() if heading == column]
        columns = columns or ([column] if column in self._columns(table) else [])
        needed = self.needed.get(table, ())
        if kind == "no_response":  # nobody gave it: there is no participant who could stay
            return ROW
        if table == PARTICIPANTS:
            if "participant_id" in columns:
                return ROW
            if kind not in (*OF_VALUES, "reference") or "arm" in columns:
                return EXCLUDED
            return " ".join(columns)
        if kind in OF_VALUES and columns and not set(columns) & set(needed):
            return " ".join(columns)
        return ROW

    def _columns(self, table: str) -> set[str]:
        return {name for own in self.headings.get(table, {}).values() for name in own}


@dataclass
class Aside:
    """What is set aside: places of records, and of cells, each (table, export, file, line)."""

    rows: set[tuple] = field(default_factory=set)
    cells: set[tuple] = field(default_factory=set)

    @classmethod
    def by(cls, findings: pd.DataFrame) -> Aside:
        """Return what ``findings`` with their scope set aside; a cell is a place and its column."""
        aside = cls()
        scoped = findings[findings["scope"].fillna("").ne("").to_numpy(dtype=bool)]
        places = in_rows(scoped, PLACE)
        for place, scope in zip(places, scoped["scope"], strict=True):
            if scope == ROW:
                aside.rows.add(place)
            elif scope != EXCLUDED:
                aside.cells.update((*place, column) for column in scope.split())
        return aside

    def __or__(self, other: Aside) -> Aside:
        """Return what the one or the other sets aside."""
        return Aside(self.rows | other.rows, self.cells | other.cells)

    def __le__(self, other: Aside) -> bool:
        """Return whether the other sets all of this aside."""
        return self.rows <= other.rows and self.cells <= other.cells

    def explains(self, findings: pd.DataFrame) -> pd.Series:
        """Return which findings are of a record, or a cell, that is set aside."""
        places = in_rows(findings, PLACE)
        mine = [
            place in self.rows
            or (
                scope not in ("", ROW, EXCLUDED)
                and all((*place, column) in self.cells for column in scope.split())
            )
            for place, scope in zip(places, findings["scope"].fillna(""), strict=True)
        ]
        return pd.Series(mine, findings.index, dtype=bool)

    def applied(self, table: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the records of ``table`` in use, the cells that are set aside blank."""
        places = {tuple(place) for name, *place in self.rows if name == table}
        if places:
            out = rows_at(frame, places)
            frame = frame[~out] if out.any() else frame
        return blanked(frame, (each[1:] for each in self.cells if each[0] == table))


def blanked(frame: pd.DataFrame, cells: Iterable[tuple]) -> pd.DataFrame:
    """Return ``frame`` with ``cells`` blank: (export, file, line, column) each.

    With the cell of a censored number or a partial date goes what else was read from it.
    """
    of_cells: dict[str, set[tuple]] = {}
    for *place, column in cells:
        of_cells.setdefault(column, set()).add(tuple(place))
    by_column: dict[str, set[tuple]] = {}
    for column, places in of_cells.items():
        for name in (column, *(f"{column}{ending}" for ending in ENDINGS)):
            if name in frame:
                by_column.setdefault(name, set()).update(places)
    blank = {
        column: frame[column].mask(rows_at(frame, places)) for column, places in by_column.items()
    }
    return frame.assign(**blank) if blank else frame
