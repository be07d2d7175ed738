"""Which result tables may be published, and which of their numbers.

The rule, in words. A row of a table loses all its numbers, and `[c]` stands in their place, when

1. one of its counts is below the minimum, zero included;
2. a count leaves fewer than the minimum of its base, zero included: 170 of 172 tells of 2;
3. it is nested in a row of its family with a count less than the minimum above its own: the two
   would tell the difference;
4. its family lacks less than the minimum to its base: the family would tell the rest;
5. it is the smallest row still shown of a family in which another row, or the row that the family
   is named after, is suppressed, and the suppressed rows of the family are fewer than two or add up
   to less than the minimum: sums would tell them.

A family is the rows of one table whose ids agree up to the last dot. A row loses its numbers for
all arms at once, with percentages, means, intervals, effects and its note, so that no arm is had
from the total.
Tables not named here are withheld whole: those with a row a person, an event or a quotation, and
those that repeat numbers of other tables.

Not covered: what two tables, or two denominators of different rows, tell together, and sums that
the ids of the rows do not show. A person looks at the public bundle before it is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

MARK = "[c]"
"""In place of a suppressed number (confidential, as British official statistics mark it)."""
MINIMUM = 5
TABLES = (
    "agreement",
    "arms",
    "baseline",
    "codes",
    "contacts",
    "data_dictionary",
    "flow",
    "interviews",
    "estimates",
    "providers",
    "questionnaire",
    "uptake",
)
"""Tables of which each row is a result about many; any other is withheld."""
COUNT = re.compile(r"(n|count|segments|documents|denominator|sent)(_.+)?")
"""Columns that count people, contacts, interviews or passages of their speech."""
BASES = (("n", "denominator"), ("count", "n"))
"""A count and what it is a part of; the arm stands behind both."""


@dataclass
class Table:
    """A result table: column names, rows as text, and the rows whose numbers are suppressed."""

    columns: list[str]
    rows: list[list[str]]
    hidden: set[int] = field(default_factory=set)

    def released(self) -> list[list[str]]:
        """Return the rows as they may be published."""
        noted = {at for at, column in enumerate(self.columns) if column == "note"}
        return [
            [
                MARK if at in self.hidden and across and told(across, cell, noted) else cell
                for across, cell in enumerate(row)
            ]
            for at, row in enumerate(self.rows)
        ]


def suppress(columns: list[str], rows: list[list[str]], minimum: int = MINIMUM) -> Table:
    """Return a table of which the rows that the rule names are suppressed."""
    table = Table(columns, rows)
    counts = [_counts(columns, row) for row in rows]
    pairs = list(_pairs(columns))
    for at, row in enumerate(counts):
        small = any(value < minimum for value in row.values())
        rest = (row[base] - row[part] for part, base in pairs if {part, base} <= row.keys())
        if small or any(left < minimum for left in rest):
            table.hidden.add(at)
    families = _families(rows)
    for members in families.values():
        for part, base in pairs:
            _nested(table, counts, members, (part, base), minimum)
            _lacking(table, counts, members, (part, base), minimum)
    ids = {row[0]: at for at, row in enumerate(rows)}
    before = -1
    while len(table.hidden) > before:
        before = len(table.hidden)
        for name, members in families.items():
            _complement(table, counts, members, ids.get(name), minimum)
    return table


def told(across: int, cell: str, noted: set[int]) -> bool:
    """Return whether a cell of a suppressed row tells a number: it is one, or it is a note."""
    return is_number(cell) or (across in noted and bool(cell))


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number."""
    try:
        float(cell.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return True


def _counts(columns: list[str], row: list[str]) -> dict[str, float]:
    return {
        column: float(cell)
        for column, cell in zip(columns, row, strict=False)
        if COUNT.fullmatch(column) and is_number(cell)
    }


def _pairs(columns: list[str]) -> Iterator[tuple[str, str]]:
    for part, base in BASES:
        for column in columns:
            ending = column.removeprefix(part)
            whole = f"{base}{ending}"
            if column.startswith(part) and ending[:1] in ("", "_") and whole in columns:
                yield column, whole


def _families(rows: list[list[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        found.setdefault(row[0].rpartition(".")[0], []).append(at)
    return found


def _alike(counts: list[dict], members: list[int], pair: tuple[str, str]) -> Iterator[list[int]]:
    """Yield the members of a family that have the same base."""
    part, base = pair
    bases: dict[float, list[int]] = {}
    for at in members:
        if {part, base} <= counts[at].keys():
            bases.setdefault(counts[at][base], []).append(at)
    yield from bases.values()


def _nested(
    table: Table, counts: list[dict], members: list[int], pair: tuple[str, str], minimum: int
) -> None:
    """Suppress the smaller of two rows whose counts differ by less than the minimum.

    Rows that add up to their base are parts of it, and none of them lies in another.
    """
    part, base = pair
    for alike in _alike(counts, members, pair):
        if sum(counts[at][part] for at in alike) == counts[alike[0]][base]:
            continue
        held = sorted((counts[at][part], at) for at in alike)
        for (less, small), (more, _) in pairwise(held):
            if 0 < more - less < minimum:
                table.hidden.add(small)


def _lacking(
    table: Table, counts: list[dict], members: list[int], pair: tuple[str, str], minimum: int
) -> None:
    """Suppress the smallest row of a family that lacks less than the minimum to its base."""
    part, base = pair
    for alike in _alike(counts, members, pair):
        left = counts[alike[0]][base] - sum(counts[at][part] for at in alike)
        if len(alike) > 1 and 0 < left < minimum:
            table.hidden.add(min(alike, key=lambda at: (counts[at][part], at)))


def _complement(
    table: Table, counts: list[dict], members: list[int], above: int | None, minimum: int
) -> None:
    """Suppress further rows of a family until what is suppressed is not had from sums.

    The row ``above`` is the one the family is named after: it may be the sum of the family.
    """
    counted = [at for at in members if counts[at]]

    def exposed() -> bool:
        hidden = [at for at in counted if at in table.hidden]
        if not hidden:
            return above in table.hidden
        columns = {column for at in hidden for column in counts[at]}
        sums = [sum(counts[at].get(column, 0) for at in hidden) for column in columns]
        return len(hidden) < 2 or any(total < minimum for total in sums)

    shown = sorted((sum(counts[at].values()), at) for at in counted if at not in table.hidden)
    for _, at in shown:
        if not exposed():
            return
        table.hidden.add(at)
