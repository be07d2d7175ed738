"""Read databases of SQLite as programs for qualitative analysis keep their projects in."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.exports.export import unreadable
from trialtrail.exports.kinds import no_text, other_kind
from trialtrail.exports.limits import MAX_UNPACKED, too_large
from trialtrail.exports.projects.account import Account
from trialtrail.exports.sqlite_files import FIRST, connected, names_in, program_of

NAMES = {"qualcoder": "QualCoder", "taguette": "Taguette"}
AGAIN = "export the project again, or open it in its program and close it"

Row = Mapping[str, Any]


class Database:
    """The tables of a database: of each, its rows as mappings from column to value."""

    def __init__(self, tables: dict[str, list[Row]], others: list[str]) -> None:
        self.tables, self.others = tables, others

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table, none where the database has no such table."""
        return self.tables.get(table, [])

    def account(self, account: Account) -> None:
        """Note every row of every table."""
        for table, rows in self.tables.items():
            for number in range(len(rows)):
                account.found((table, number), table)
        for name in self.others:
            account.found((name, -1), f"{name} (no plain table)")


def open_database(spec: dict, path: str, kind: str) -> Database:
    """Return the database of a program, read as a whole and never written.

    Raises:
        StudyError: it is the database of another program, or none.
    """
    with open(path, "rb") as stream:
        head = stream.read(len(FIRST))
    wanted = f"project of {NAMES[kind]}"
    if head != FIRST:
        if found := no_text(path):
            raise other_kind(spec, wanted, *found)
        what = f"The file cannot be read as a {wanted}: it is no database of SQLite"
        raise unreadable(spec, what, "archive", AGAIN)
    if os.path.getsize(path) > MAX_UNPACKED:
        limit = f"{MAX_UNPACKED >> 20:,} megabytes"
        raise too_large(spec["label"], "The database is too large", limit)
    found = program_of(path)
    if found != kind:
        raise other_kind(spec, wanted, *no_text(path))
    try:
        with connected(path) as connection:
            return _read(connection)
    except sqlite3.Error:
        what = f"The file cannot be read as a {wanted}: the database is damaged"
        raise unreadable(spec, what, kind, AGAIN) from None


def _read(connection: sqlite3.Connection) -> Database:
    tables, others = {}, []
    for name, plain in names_in(connection).items():
        if not plain:
            others.append(name)
            continue
        quoted = name.replace('"', '""')
        cursor = connection.execute(f'SELECT * FROM "{quoted}" ORDER BY rowid')
        columns = [each[0] for each in cursor.description]
        tables[name] = [dict(zip(columns, row, strict=True)) for row in cursor]
    return Database(tables, others)


def text_of(row: Row, column: str) -> str:
    """Return a cell as text; an empty one where there is nothing, or no such column."""
    value = row.get(column)
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def refuse_several(spec: dict, what: str, count: int, do: str) -> StudyError:
    """Return the refusal of a database that holds more than one of what one export is."""
    return unreadable(spec, f"The database holds {count} {what}", "sheet", do)
