"""Answers to queries that lie over raw cells: which cell was corrected or accepted, by whom."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from trialtrail.trail.tracing.raw_rows import RawCell

QUERIES = "validation/queries.csv"
ANSWERS = "validation/resolutions.csv"
IN_USE = ("corrected", "accepted")
"""States of the answers that are applied."""


@dataclass(frozen=True)
class Answer:
    """An answer that is applied to a raw cell: its query, what it did, who gave it when."""

    cell: RawCell
    query: str
    state: str
    who: str
    when: str

    def __str__(self) -> str:
        """Return the answer as a line of the trail."""
        place = f"{self.cell.file}, line {self.cell.line}: {self.cell.column}"
        return f"{place} {self.state} by {self.who} on {self.when} ({self.query})"


def answers_over(cells: Iterable[RawCell], results: Path) -> list[Answer]:
    """Return the answers that are applied to any of ``cells``, in the order of the cells."""
    given = {row["row"]: row for row in _rows(results / ANSWERS) if row["state"] in IN_USE}
    if not given:
        return []
    over = {}
    for query in _rows(results / QUERIES):
        if query["query_id"] in given and query["line"]:
            cell = RawCell(query["file"], int(query["line"]), query["column"])
            answer = given[query["query_id"]]
            facts = (answer["state"], answer["who"], answer["when"])
            over[cell] = Answer(cell, query["query_id"], *facts)
    return [over[cell] for cell in sorted(set(cells)) if cell in over]


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
