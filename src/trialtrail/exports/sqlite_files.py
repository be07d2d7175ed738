"""Databases of SQLite: opened without a trace beside them, and known by their tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

FIRST = b"SQLite format 3\x00"
TABLES = {
    "qualcoder": frozenset({"source", "code_text", "code_name"}),
    "taguette": frozenset({"documents", "highlights", "highlight_tags", "tags"}),
}
"""Tables by which the database of a program is known."""


def program_of(path: str) -> str | None:
    """Return the format of a database by its tables: qualcoder, taguette or None."""
    try:
        with connected(path) as connection:
            names = set(names_in(connection))
    except sqlite3.Error:
        return None
    return next((kind for kind, tables in TABLES.items() if tables <= names), None)


@contextmanager
def connected(path: str) -> Iterator[sqlite3.Connection]:
    """Open a database that is never written; what calls itself text is decoded, whatever it is."""
    # Immutable: no lock and no journal is written beside a raw file.
    address = f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        yield connection


def names_in(connection: sqlite3.Connection) -> dict[str, bool]:
    """Return of each table and view whether it is a plain one."""
    listed = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    )
    return {
        name: (sql or "").lstrip().upper().startswith("CREATE TABLE")
        for name, sql in listed
        if not name.startswith("sqlite_")
    }
