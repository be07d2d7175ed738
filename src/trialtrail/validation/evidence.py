"""What a query was about: the raw text of its cell, or of its record, and a digest of it.

By the digest an answer to the query is known to be about the same raw value, or not any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pandas as pd

from trialtrail.exports.export import ORIGIN
from trialtrail.tables import in_rows
from trialtrail.validation.identifiers import WITHHELD

SHOWN = 80
"""Characters of a value that a query shows."""
DIGITS = 12


def with_evidence(queries: pd.DataFrame, raw: Mapping[str, str]) -> pd.DataFrame:
    """Return the queries with ``found`` as it stands in the raw file, ``is_cell`` and ``evidence``.

    Args:
        queries: numbered findings, with their ``table``.
        raw: the file of the raw rows of each table.

    A query of a cell rests on the text of the cell, one of a record on all of its cells, and one of
    a whole column or file on what it says.
    """
    records = {
        table: _Records(raw[table], sorted(set(map(int, lines))))
        for table, lines in queries.dropna(subset=["line"]).groupby("table")["line"]
        if table in raw
    }
    found, cells, evidence = [], [], []
    asked = ["table", "export", "file", "line", "column", "found", "message"]
    for table, export, file, line, column, shown, message in in_rows(queries, asked):
        known = records.get(table)
        row = known.places.get((export, file, line)) if known else None
        is_cell = row is not None and column in known.columns
        text = known.cells(column)[row] if is_cell else shown
        whole = [] if row is None or is_cell else known.record(row)
        said = [text] if is_cell else whole or [message, text]
        found.append(shown if shown == WITHHELD else _short(text))
        cells.append(is_cell)
        evidence.append(_digest(column, *said))
    return queries.assign(found=found, is_cell=cells, evidence=evidence)


class _Records:
    """Raw records of a table, on some of its lines; a column is made text when it is asked for."""

    def __init__(self, path: str, lines: list[int]) -> None:
        import pyarrow.parquet as pq

        self._frame = pq.read_table(path, filters=[("_line", "in", lines)]).to_pandas()
        self.columns = [name for name in self._frame if name not in ORIGIN]
        there = in_rows(self._frame, ORIGIN)
        self.places = {place: row for row, place in enumerate(there)}
        self._texts: dict[str, list[str]] = {}

    def cells(self, column: str) -> list[str]:
        """Return the texts of a column."""
        if column not in self._texts:
            self._texts[column] = self._frame[column].fillna("").astype(str).tolist()
        return self._texts[column]

    def record(self, row: int) -> list[str]:
        """Return the texts of a record."""
        return [self.cells(column)[row] for column in self.columns]


def _short(text: str) -> str:
    text = str(text).strip()
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _digest(*texts: str) -> str:
    return hashlib.sha256("\x1f".join(map(str, texts)).encode()).hexdigest()[:DIGITS]
