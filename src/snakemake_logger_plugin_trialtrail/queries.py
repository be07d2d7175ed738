"""The first query of a run, as it is told on the screen: its place, and no value."""

from __future__ import annotations

import csv
from pathlib import Path

NAME = "queries.csv"


def first_query(path: str | Path) -> str | None:
    """Return the line about the first query of a list; None where there is none, or no list.

    Of a query, only rule, file and line are read: they hold nothing of a participant.
    """
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream)
            first = next(rows, None)
            if first is None:
                return None
            count = 1 + sum(1 for _ in rows)
            rule, file, line = (first[column] or "" for column in ("rule", "file", "line"))
    except (OSError, UnicodeDecodeError, csv.Error, KeyError):
        return None
    place = f"{file}, line {line}" if line else file
    return _printable(f"first query: {rule} in {place} ({count} in all)")


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
