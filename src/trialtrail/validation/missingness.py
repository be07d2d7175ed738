"""What is missing: of each column, how many cells; of each participant, which forms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from trialtrail.tables import is_in, lookup
from trialtrail.validation.begun import has_begun

COLUMNS = ["row", "table", "column", "arm", "n", "missing", "percent"]
PATTERN_COLUMNS = ["row", "arm", "forms", "n"]
PLACES = 1
"""Decimal places of a percentage."""


def count_missing(table: str, path: str | Path, columns: Collection[str]) -> list[dict]:
    """Return one row for each of ``columns`` of a table: its cells, and those without a value.

    The file's own statistics have the counts, so a table of any size is not read.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        names = [name for name in file.schema_arrow.names if name in columns]
        size = file.metadata.num_rows
        return [_row(table, name, "", size, _nulls(file, name) if size else 0) for name in names]


def _nulls(file, name: str) -> int:
    """Return how many cells of a column of a Parquet file have no value."""
    meta = file.metadata
    (place,) = (i for i in range(meta.num_columns) if meta.schema.column(i).path == name)
    known = [meta.row_group(i).column(place).statistics for i in range(meta.num_row_groups)]
    if all(each is not None and each.has_null_count for each in known):
        return sum(each.null_count for each in known)
    return file.read(columns=[name]).column(0).null_count


def count_missing_by_arm(
    table: str,
    frame: pd.DataFrame,
    columns: Collection[str],
    participants: pd.DataFrame,
    arms: Sequence[str],
) -> list[dict]:
    """Return one row a column and arm of a form: its cells, and those without a value."""
    known = participants["participant_id"], participants["arm"]
    arm = pd.Series(lookup(frame["participant_id"], *known), frame.index)
    names = [name for name in frame if name in columns]
    found = []
    for each in arms:
        mine = frame[(arm == each).fillna(False).to_numpy(dtype=bool)]
        empty = mine[names].isna().sum()
        found += [_row(table, name, each, len(mine), int(empty[name])) for name in names]
    return found


def _row(table: str, name: str, arm: str, n: int, missing: int) -> dict:
    percent = round(100 * missing / n, PLACES) if n else None
    place = {"row": f"{table}.{name}" + (f".{arm}" if arm else ""), "table": table, "column": name}
    return {**place, "arm": arm, "n": n, "missing": missing, "percent": percent}


def patterns(
    participants: pd.DataFrame,
    forms: Mapping[str, Iterable[str]],
    frames: Mapping[str, pd.DataFrame],
    arms: Sequence[str],
    took_place: Mapping[str, Mapping] | None = None,
) -> pd.DataFrame:
    """Return one row a combination of forms and an arm: how many participants have just those.

    Args:
        participants: one row a participant, with ``participant_id`` and ``arm``.
        forms: the columns of each form of which one must be filled for it to count.
        frames: the validated forms.
        arms: the arms, in their order.
        took_place: of a form that has one, the rule by which its visit took place.
    """
    if participants.empty:
        return pd.DataFrame(columns=PATTERN_COLUMNS)
    # A combination is a number: a bit for each form.
    together = np.zeros(len(participants), dtype="int64")
    for bit, (form, columns) in enumerate(forms.items()):
        begun = has_begun(frames[form], list(columns), (took_place or {}).get(form))
        filled = frames[form].loc[begun]
        has = is_in(participants["participant_id"], filled["participant_id"])
        together |= has.to_numpy(dtype="int64") << bit
    counts = pd.crosstab(together, participants["arm"].to_numpy())
    counts = counts.reindex(columns=list(arms), fill_value=0)
    counts.index = pd.Index(
        [
            "; ".join(name for bit, name in enumerate(forms) if number >> bit & 1)
            for number in counts.index
        ]
    )
    order = sorted(counts.index, key=lambda forms: (-counts.loc[forms].sum(), forms))
    found = [
        {
            "row": f"{number}.{arm}",
            "arm": arm,
            "forms": pattern,
            "n": int(counts.loc[pattern, arm]),
        }
        for number, pattern in enumerate(order, start=1)
        for arm in arms
    ]
    return pd.DataFrame(found, columns=PATTERN_COLUMNS)
