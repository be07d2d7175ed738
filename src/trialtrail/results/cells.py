"""The address of a cell, ``table#row/column``, and the look-up of what stands there.

A printed number, a claim and a row of the joint display all name a cell of a result table. Only the
standard library is imported: the report and the claims check look up hundreds of cells.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.results.former_addresses import FORMER_TABLES, present_address
from trialtrail.escaping import as_written

RULE = "a cell is addressed table#row/column"
WITHHELD = "[c]"
"""In a published table, the place of a number that is not told: the cell is read as empty."""
SUMMARIES = "summaries"
"""The table of the rows of many topics; ``flow#randomised`` is its row ``flow.randomised``."""


class UnknownRow(StudyError):
    """The table is there and the row is not: the data no longer give it, or it is misspelt."""


@dataclass(frozen=True)
class Address:
    """Where a cell stands: a table, one of its rows, and a column (empty: the whole row)."""

    table: str
    row: str
    column: str = ""

    def __str__(self) -> str:
        """Return the address as it is written in a configuration or a template."""
        return f"{self.table}#{self.row}" + (f"/{self.column}" if self.column else "")


def parse(text: str, *, where: str = "") -> Address:
    """Return the address that ``text`` names: ``table#row/column`` or ``table#row``.

    The table ends at the first ``#`` and the column begins after the last ``/``, so that a row may
    hold either sign.

    Raises:
        StudyError: a part is missing.
    """
    table, mark, rest = str(text).strip().partition("#")
    row, slash, column = rest.rpartition("/") if "/" in rest else (rest, "", "")
    if not (mark and table and row) or (slash and not column):
        raise StudyError(
            f"`{text}` is not the address of a cell",
            where=where,
            rule=RULE,
            remedy="write the table's file name without .csv, `#`, the row, `/` and the column",
        )
    return Address(table, row, column)


@dataclass(frozen=True)
class Table:
    """A result table as text: its columns, and its rows by the value of the first column.

    ``withheld`` are row and column of the cells that are not told: they are empty here.
    """

    name: str
    columns: tuple[str, ...]
    rows: Mapping[str, Mapping[str, str]]
    withheld: frozenset[tuple[str, str]] = frozenset()


def read_rows(name: str, text: str) -> Table:
    """Return the CSV ``text`` as a table whose first column names the rows.

    Raises:
        StudyError: the table is empty, a line is short or long, or two rows have one name.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    columns = tuple(next(reader, ()))
    rows: dict[str, dict[str, str]] = {}
    withheld = set()
    for cells in reader:
        if len(cells) != len(columns) or cells[0] in rows:
            problem = "is named twice" if cells and cells[0] in rows else "has another width"
            raise StudyError(
                f"in table `{name}` a row {problem}",
                where=f"line {reader.line_num}",
                rule="the first column of a result table names each row once",
                remedy="look at the rule that makes the table",
            )
        rows[cells[0]] = dict(zip(columns, map(as_written, cells), strict=True))
        for column, cell in rows[cells[0]].items():
            if cell == WITHHELD:
                withheld.add((cells[0], column))
                rows[cells[0]][column] = ""
    if not columns:
        raise StudyError(f"table `{name}` is empty", rule=RULE, remedy="make the table again")
    return Table(name, columns, rows, frozenset(withheld))


class Cells:
    """The cells of a set of result tables, read when they are first asked for.

    Args:
        source: a folder of CSV files, or tables by name: a path, or anything with ``to_csv``
            (a data frame), or rows as a list of mappings.
        unpublished: tables, and topics, of which nothing is told.
    """

    def __init__(
        self, source: str | Path | Mapping[str, Any], unpublished: Iterable[str] = ()
    ) -> None:
        self.unpublished = frozenset(unpublished)
        if isinstance(source, Mapping):
            self._sources: dict[str, Any] = dict(source)
        else:
            self._sources = {path.stem: path for path in sorted(Path(source).glob("*.csv"))}
        self._tables: dict[str, Table] = {}

    @classmethod
    def of_files(cls, paths: str | Path | Iterable[str | Path]) -> Cells:
        """Return the cells of the CSV files ``paths``, each table named after its file."""
        listed = [paths] if isinstance(paths, str | Path) else list(paths)
        return cls({Path(path).stem: Path(path) for path in listed})

    def tables(self) -> list[str]:
        """Return the names of the tables in the order in which they were given, topics last."""
        return [*self._sources, *self._topics]

    @cached_property
    def _topics(self) -> dict[str, Table]:
        """The topics of `summaries`, each as a table of its rows under their names in it."""
        if SUMMARIES not in self._sources:
            return {}
        whole, found = self.table(SUMMARIES), {}
        for row, values in whole.rows.items():
            found.setdefault(values["table"], {})[row.partition(".")[2]] = values
        apart: dict[str, set[tuple[str, str]]] = {}
        for row, column in whole.withheld:
            topic, _, name = row.partition(".")
            apart.setdefault(topic, set()).add((name, column))
        return {
            name: Table(name, whole.columns, rows, frozenset(apart.get(name, ())))
            for name, rows in found.items()
        }

    def is_withheld(self, address: Address) -> bool:
        """Return whether what stands in a cell is not told in this edition."""
        if address.table in self.unpublished:
            return True
        known = address.table in self.tables()
        return known and (address.row, address.column) in self.table(address.table).withheld

    def file_of(self, name: str) -> str:
        """Return the file of a table, or of the part of `summaries` that a topic is."""
        is_topic = name not in self._sources and name in self._topics
        return f"summaries/{name}.parquet" if is_topic else f"tables/{name}.csv"

    def canonical(self, address: Address) -> Address:
        """Return where a cell stands in a file: a row of a topic is one of `summaries`."""
        if address.table in self._sources or address.table not in self._topics:
            return address
        return Address(SUMMARIES, f"{address.table}.{address.row}", address.column)

    def table(self, name: str, *, where: str = "") -> Table:
        """Return the table ``name``.

        Raises:
            StudyError: no such table, or it cannot be addressed.
        """
        if name not in self._sources and name in self._topics:
            return self._topics[name]
        if name not in self._sources:
            if name in FORMER_TABLES:
                raise _moved(name, FORMER_TABLES[name], where)
            raise StudyError(
                f"no table is named `{name}`{nearest(name, self.tables())}",
                where=where,
                rule=RULE,
                remedy="correct the name, or supply what the table is made from",
            )
        if name not in self._tables:
            self._tables[name] = read_rows(name, _text(self._sources[name]))
        return self._tables[name]

    def row(self, address: Address | str, *, where: str = "") -> Mapping[str, str]:
        """Return the row of ``address`` as text by column, whatever its column.

        Raises:
            UnknownRow: the table has no such row.
            StudyError: no such table.
        """
        wanted = _address(address, where)
        now = present_address(wanted.table, wanted.row, wanted.column)
        if now and not self._has_column(wanted):
            raise _moved(str(wanted), now, where)
        table = self.table(wanted.table, where=where)
        if wanted.row not in table.rows:
            raise UnknownRow(
                f"table `{table.name}` has no row `{wanted.row}`{nearest(wanted.row, table.rows)}",
                where=where,
                rule=RULE,
                remedy="correct the row, or look why the data no longer give it",
            )
        return table.rows[wanted.row]

    def _has_column(self, address: Address) -> bool:
        known = address.table in self.tables()
        return known and address.column in self.table(address.table).columns

    def text(self, address: Address | str, *, where: str = "") -> str:
        """Return what stands in the cell, as text; an empty cell is an empty string.

        Raises:
            StudyError: no such table, row or column, or the address names no column.
        """
        wanted = _address(address, where)
        row = self.row(wanted, where=where)
        if wanted.column not in row:
            missing = f"has no column `{wanted.column}`{nearest(wanted.column, row)}"
            raise StudyError(
                f"table `{wanted.table}` {missing if wanted.column else 'needs a column here'}",
                where=where or str(wanted),
                rule=RULE,
                remedy="correct the column",
            )
        return row[wanted.column]

    def number(self, address: Address | str, *, where: str = "") -> float | None:
        """Return the number in the cell, ``None`` where it is empty.

        Raises:
            StudyError: no such cell, or it holds no number.
        """
        text = self.text(address, where=where)
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            raise StudyError(
                f"the cell `{address}` holds no number",
                where=where,
                rule="a number is looked up in a cell that holds one",
                remedy="name another column",
            ) from None


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a clause that names what is spelt most like ``name``, or what there is."""
    names = [str(each) for each in known]
    close = get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        return "; nearest: " + ", ".join(f"`{each}`" for each in close)
    if not names:
        return "; there is none"
    more = ", ..." if len(names) > 8 else ""
    return "; there are: " + ", ".join(f"`{each}`" for each in names[:8]) + more


def _moved(former: str, now: str, where: str) -> StudyError:
    return StudyError(
        f"`{former}` stands elsewhere since version 0.2: it is now `{now}`",
        where=where,
        rule=RULE,
        remedy=f"write `{now}`",
    )


def _address(address: Address | str, where: str) -> Address:
    return address if isinstance(address, Address) else parse(address, where=where)


def _text(source: Any) -> str:
    """Return a table's CSV text, wherever it is kept."""
    if isinstance(source, str | Path):
        return Path(source).read_text(encoding="utf-8-sig")
    if hasattr(source, "to_csv"):
        return source.to_csv(index=False, lineterminator="\n")
    rows = list(source)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
