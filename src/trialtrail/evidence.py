"""What a query was about: the raw text of its cell, or of its record, and a digest of it.

By the digest an answer to the query is known to be about the same raw value, or not any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pandas as pd

from trialtrail.exports.export import ORIGIN
from trialtrail.identifiers import WITHHELD

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
    rows = {}
    for table, lines in queries.dropna(subset=["line"]).groupby("table")["line"]:
        if table in raw:
            rows |= _rows_at(table, raw[table], sorted(set(map(int, lines))))
    found, cells, evidence = [], [], []
    for query in queries.to_dict("records"):
        place = (query["table"], query["export"], query["file"], query["line"])
        record = rows.get(place)
        is_cell = record is not None and query["column"] in record
        text = record[query["column"]] if is_cell else query["found"]
        said = [text] if is_cell else list((record or {}).values()) or [query["message"], text]
        found.append(query["found"] if query["found"] == WITHHELD else _short(text))
        cells.append(is_cell)
        evidence.append(_digest(query["column"], *said))
    return queries.assign(found=found, is_cell=cells, evidence=evidence)


def _rows_at(table: str, path: str, lines: list[int]) -> dict[tuple, dict[str, str]]:
    """Return (table, export, file, line) -> the raw cells of each record on one of the lines."""
    import pyarrow.parquet as pq

    frame = pq.read_table(path, filters=[("_line", "in", lines)]).to_pandas()
    columns = [name for name in frame if name not in ORIGIN]
    cells = frame[columns].fillna("").astype(str).to_dict("records")
    places = frame[ORIGIN].itertuples(index=False, name=None)
    return {(table, *place): row for place, row in zip(places, cells, strict=True)}


def _short(text: str) -> str:
    text = str(text).strip()
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _digest(*texts: str) -> str:
    return hashlib.sha256("\x1f".join(map(str, texts)).encode()).hexdigest()[:DIGITS]
