"""Split validated rows: those that are used, and those that are set aside, by row and by cell."""

from __future__ import annotations

import pandas as pd

from trialtrail.derive.populations import EXCLUSION, WITHDRAWAL, WITHDRAWN_ON, with_a_reason
from trialtrail.exports.export import ORIGIN
from trialtrail.validation.findings import PLACE, rows_at
from trialtrail.validation.set_aside import EXCLUDED, ROW

REASONS = {
    "required": "no arm is recorded",
    "arm": "the recorded arm is none of the trial",
    "key": "several records of one participant",
}
NO_ID = "no participant number is recorded"
"""Why a participant is excluded, as a reader of the flow is told it, where the message of the
finding is for the person who mends the data."""

CELLS = ["query_id", "export", "file", "line", "record", "column", "rule", "found", "table"]
"""Columns of the cells that are set aside; ``found`` is what stands in the raw file."""


def split_rows(frame: pd.DataFrame, aside: pd.DataFrame) -> pd.Series:
    """Return which rows of ``frame`` are used: those whose place is not in ``aside``."""
    whole = aside[aside["scope"] == ROW]
    out = set(whole[PLACE[1:]].itertuples(index=False, name=None))
    return ~rows_at(frame, out)


def excluded(frame: pd.DataFrame, aside: pd.DataFrame) -> pd.DataFrame:
    """Return the participants with the reason of each that is excluded after randomisation.

    What the export itself says of it stays; else it is that of the finding that is reported first.
    """
    mine = aside[aside["scope"] == EXCLUDED].drop_duplicates(PLACE)
    why = mine["rule"].map(REASONS).fillna(mine["message"])
    reasons = frame[EXCLUSION].copy()
    for reason, rows in mine.groupby(why, sort=False):
        places = set(rows[PLACE[1:]].itertuples(index=False, name=None))
        reasons = reasons.mask(rows_at(frame, places) & reasons.isna(), reason)
    nameless = frame["participant_id"].isna() & reasons.eq(REASONS["required"]).fillna(False)
    reasons = reasons.mask(nameless, NO_ID)
    return frame.assign(**{EXCLUSION: reasons})


def still_withdrawn(kept: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the participants; whose day of withdrawal is set aside has withdrawn all the same."""
    gone = kept[WITHDRAWN_ON].isna() & frame.loc[kept.index, WITHDRAWN_ON].notna()
    return kept.assign(**{WITHDRAWAL: with_a_reason(kept[WITHDRAWAL], gone)})


def places_of(aside: pd.DataFrame, tables: list[str]) -> dict[str, set[tuple]]:
    """Return table -> the places (export, file, line) of what is set aside of it."""
    return {
        table: set(aside.loc[aside["table"] == table, PLACE[1:]].itertuples(index=False, name=None))
        for table in tables
    }


def cells_set_aside(queries: pd.DataFrame, aside: pd.DataFrame, rows_out: dict) -> pd.DataFrame:
    """Return one row a cell set aside of a record that is used, with the query that caused it.

    ``rows_out`` has of each table the places (export, file, line) of the records set aside whole.
    """
    cells = aside[~aside["scope"].isin([ROW, EXCLUDED])]
    places = cells[PLACE].itertuples(index=False, name=None)
    whole = [tuple(place) in rows_out[table] for table, *place in places]
    cells = cells[~pd.Series(whole, cells.index, dtype=bool)][["query_id", "table"]]
    found = queries.merge(cells.drop_duplicates(), on="query_id")
    return found[CELLS].sort_values(CELLS[1:7], kind="stable")


def as_read(raw: pd.DataFrame, frame: pd.DataFrame, used: pd.Series, aside: pd.DataFrame):
    """Return the rows of ``raw`` that are set aside, as they were read, with their queries."""
    out = raw[~used.to_numpy()]
    ids = aside.groupby(["export", "file", "line"])["query_id"].agg(" ".join)
    places = list(out[ORIGIN].itertuples(index=False, name=None))
    return out.assign(query_ids=[ids.get(place, "") for place in places])


def table_set_aside(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of one export set aside: what it had, then file, line, table and queries."""
    if not parts:
        return pd.DataFrame(columns=["file", "line", "table", "query_ids"])
    frame = pd.concat(parts, ignore_index=True)
    last = frame[["_file", "_line", "table", "query_ids"]]
    last = last.rename(columns={"_file": "file", "_line": "line"})
    first = frame.drop(columns=[*ORIGIN, "table", "query_ids"])
    return pd.concat([first, last], axis=1)
