"""What the cells of a result are made from: which columns, of which rows, of which table.

A step that makes a result says so in the row that it makes, beside the numbers; `write_takes` puts
it beside the table, and `trace` follows it to the raw cells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

TAKES = "takes"
"""Entry of a row under which stands what its cells take; it is no column of the table."""
RESULT = "result"
"""The layer of the cells of other result tables, beside those of `trialtrail.origins.LAYERS`."""
KNOWN, UNKNOWN = {"known": True}, {"known": False}
"""Conditions of `Takes.where`: there is a value, there is none."""


@dataclass(frozen=True)
class Takes:
    """Rows of one table, and the columns that are read of them.

    Attributes:
        table: the table as ``layer:table``; of the layer `result`, ``where`` names its ``row``.
        columns: the columns that give the result.
        where: the rows, by what stands in their columns: a value, a list of them, `KNOWN`,
            `UNKNOWN`, or limits such as ``{"ge": 1}``.
        needs: the columns without a value of which a row is left out of the result.
        same: the columns in which a row agrees with one that the first entry beside it takes; those
            of the same participants, say.
    """

    table: str
    columns: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    same: tuple[str, ...] = ()


class RowTakes(dict[str, list[dict[str, Any]]]):
    """Row -> entries of `takes`, to go along with a table; not to be changed.

    pandas copies what goes along with a table for each of its columns that is looked at. All copies
    share this one.
    """

    def __deepcopy__(self, memo: Mapping[int, Any]) -> RowTakes:
        """Return the same one."""
        return self


def takes(cells: Iterable[str], *every: Takes) -> list[dict[str, Any]]:
    """Return what the cells of a row in some columns take, as an entry under `TAKES`."""
    uses = json.loads(json.dumps([asdict(each) for each in every], default=_plain))
    return [{"cells": [*cells], TAKES: uses}] if every else []


def count_takes(counted: Iterable[Takes], out_of: Iterable[Takes] = ()) -> list[dict[str, Any]]:
    """Return what a row takes that counts some rows out of others, and gives the percentage."""
    n, denominator = [*counted], [*out_of]
    return [
        *takes(("n",), *n),
        *takes(("denominator",), *denominator),
        *(takes(("percent",), *n, *denominator) if denominator else []),
    ]


def taken_by(rows: Iterable[Mapping[str, Any]]) -> RowTakes:
    """Return row -> entries of `takes`; a row without them takes nothing that is known."""
    taken = ((str(row["row"]), row.get(TAKES)) for row in rows)
    return RowTakes((name, each) for name, each in taken if each and isinstance(each, list))


def write_takes(path: str | Path, tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Write what the rows of result tables take: table -> what `taken_by` gives of its rows.

    All such files are read as one, so a table may have rows in several.
    """
    text = json.dumps(tables, indent=1, ensure_ascii=False, sort_keys=True)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    """Return a value of NumPy as one that JSON has."""
    return value.item() if hasattr(value, "item") else str(value)
