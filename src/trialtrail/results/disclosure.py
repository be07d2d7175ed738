"""Which result tables may be published, and which of their numbers.

The rule, in words. What is published of one thing, a level of a variable, an outcome at a timepoint, a
code, is one *line*: its rows for all arms, roles and stages, of all analyses, with their effects. A
line loses all its numbers, and `[c]` stands in their place, when

1. one of its counts is below the minimum, zero included;
2. a count leaves fewer than the minimum of its base, zero included: 170 of 172 tells of 2;
3. it is nested in a line of its family with a count less than the minimum above its own: the two
   would tell the difference;
4. its family lacks less than the minimum to its base: the family would tell the rest;
5. it is the smallest line still shown of a family in which another line, or the line that the
   family is named after, is suppressed, and the suppressed lines of the family are fewer than two
   or add up to less than the minimum: sums would tell them.

A family is the lines of one table whose names agree up to the last dot. With a line go its
percentages, means, intervals, effects and notes, so that no arm is had from the total and no figure
of one analysis from another. A count of missing values below the minimum is marked by itself.
Tables not named here are withheld whole: those with a row a person, an event or a quotation, those
that repeat numbers of other tables, and that of harms, most of whose counts are small.

Not covered: what two tables, or two denominators of different lines, tell together, and sums that
the names of the lines do not show. A person looks at the public bundle before it is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

MARK = "[c]"
"""In place of a suppressed number (confidential, as British official statistics mark it)."""
MINIMUM = 5
TABLES_ABOUT_MANY = (
    *("agreement", "agreement_drift", "arms", "data_dictionary", "disagreements", "estimates"),
    "summaries",
    *("deviations", "interviewees_against_randomised", "plan_versions"),
)
"""Tables of which each row is a result about many, or is of the plan; any other is withheld."""
COUNT = re.compile(r"n|n_(with_data|analysed|arm|reference|randomised)|events|denominator")
"""Columns that count people, contacts, interviews or passages of their speech."""
MISSING = re.compile(r"missing_.+|n_imputed")
"""Columns that count missing values."""
BASES = (("n", "denominator"), ("events", "n_with_data"))
"""A count and what it is a part of, in one row."""
SUMMARIES = "summaries"
SPLITS = ("stage", "role", "arm")
"""Columns that divide a line into its rows; their values end the name of a row, in this order."""
DIVISIONS = ("analysis", "timepoint", *SPLITS, "measure", "shifted", "delta")
"""Columns that tell the rows of a line from each other."""
WHOLE = "all"
"""What ends the name of a row of all arms where others are of one."""
SAME_LINE = dict.fromkeys(
    ("codes_by_stage", "codes_of_all_coders", "codes_people", "passages"), "codes"
)
"""Topics whose rows are of the same things as those of another."""

Rows = tuple[list[str], list[list[str]]]
"""The columns of a table, and its rows as text."""
Count = tuple[str, ...]
"""What a count of a line is of: table, column, and what divides the line into its rows."""


@dataclass
class Table:
    """A result table: column names, rows as text, and the rows whose numbers are suppressed."""

    columns: list[str]
    rows: list[list[str]]
    minimum: int = MINIMUM
    hidden: set[int] = field(default_factory=set)

    def released(self) -> list[list[str]]:
        """Return the rows as they may be published."""
        return [
            [
                MARK if across and self._is_marked(at, column, cell) else cell
                for across, (column, cell) in enumerate(zip(self.columns, row, strict=False))
            ]
            for at, row in enumerate(self.rows)
        ]

    @property
    def is_whole(self) -> bool:
        """Return whether nothing of the table is marked."""
        return self.released() == self.rows

    def _is_marked(self, at: int, column: str, cell: str) -> bool:
        """Return whether a cell is a number, or a note, that is not released."""
        if at in self.hidden:
            return is_number(cell) or (column == "note" and bool(cell))
        return bool(MISSING.fullmatch(column)) and is_number(cell) and float(cell) < self.minimum


@dataclass
class Line:
    """What is published of one thing: its rows, by table, and its counts."""

    rows: list[tuple[str, int]] = field(default_factory=list)
    counts: dict[Count, float] = field(default_factory=dict)
    pairs: list[tuple[Count, Count]] = field(default_factory=list)
    hidden: bool = False


def suppress(tables: Mapping[str, Rows], minimum: int = MINIMUM) -> dict[str, Table]:
    """Return the tables, by name, with the rows that the rule names suppressed in each."""
    lines = _lines(tables)
    for line in lines.values():
        small = any(value < minimum for value in line.counts.values())
        rest = (line.counts[base] - line.counts[part] for part, base in line.pairs)
        line.hidden = small or any(left < minimum for left in rest)
    families = _families(lines)
    for members in families.values():
        for pair in sorted({pair for line in members for pair in line.pairs}):
            _nested(members, pair, minimum)
            _lacking(members, pair, minimum)
    before = -1
    while (now := sum(line.hidden for line in lines.values())) > before:
        before = now
        for name, members in families.items():
            _complement(members, lines.get(name), minimum)
    found = {name: Table(columns, rows, minimum) for name, (columns, rows) in tables.items()}
    for line in lines.values():
        for table, at in line.rows:
            if line.hidden:
                found[table].hidden.add(at)
    return found


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number."""
    try:
        float(cell.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return True


def _lines(tables: Mapping[str, Rows]) -> dict[tuple[str, str], Line]:
    """Return the lines of all tables, by what their rows belong to and their name in it."""
    lines: dict[tuple[str, str], Line] = {}
    for table, (columns, rows) in tables.items():
        whole = {row[0] for row in rows}
        for at, row in enumerate(rows):
            values = dict(zip(columns, row, strict=False))
            line = lines.setdefault(_name_of_line(table, row[0], values, whole), Line())
            line.rows.append((table, at))
            own = _counts(values)
            of_what = (table, _topic(table, values), *_division(values))
            line.counts |= {(column, *of_what): count for column, count in own.items()}
            line.pairs += [
                ((part, *of_what), (base, *of_what))
                for part, base in BASES
                if {part, base} <= own.keys()
            ]
    return lines


def _name_of_line(
    table: str, row: str, values: Mapping[str, str], rows: set[str]
) -> tuple[str, str]:
    """Return the line of a row: what it belongs to, and its name without what divides the line."""
    if "outcome" in values:
        names = (values["outcome"], values.get("subgroup"), values.get("subgroup_level"))
        return "outcomes", ".".join(filter(None, names))
    topic = _topic(table, values)
    name = row.removeprefix(f"{topic}.") if topic else row
    for column in SPLITS:
        if values.get(column):
            name = name.removesuffix(f".{values[column]}")
    shorter = row.removesuffix(f".{WHOLE}")
    if shorter != row and sum(other.startswith(f"{shorter}.") for other in rows) > 1:
        name = name.removesuffix(f".{WHOLE}")
    return f"{table}.{SAME_LINE.get(topic, topic)}", name


def _topic(table: str, values: Mapping[str, str]) -> str:
    """Return which topic of the summaries a row belongs to, empty in any other table."""
    return values.get("table", "") if table.endswith(f"{SUMMARIES}.csv") else ""


def _division(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return what tells a row from the others of its line."""
    return tuple(values.get(column, "") for column in DIVISIONS)


def _counts(values: Mapping[str, str]) -> dict[str, float]:
    return {
        column: float(cell)
        for column, cell in values.items()
        if COUNT.fullmatch(column) and is_number(cell)
    }


def _families(lines: Mapping[tuple[str, str], Line]) -> dict[tuple[str, str], list[Line]]:
    """Return the lines by family, which has the name of the line that may be their sum."""
    found: dict[tuple[str, str], list[Line]] = {}
    for (table, name), line in lines.items():
        found.setdefault((table, name.rpartition(".")[0]), []).append(line)
    return found


def _alike(members: list[Line], pair: tuple[Count, Count]) -> Iterator[list[Line]]:
    """Yield the members of a family that have the same base."""
    part, base = pair
    bases: dict[float, list[Line]] = {}
    for line in members:
        if {part, base} <= line.counts.keys():
            bases.setdefault(line.counts[base], []).append(line)
    yield from bases.values()


def _nested(members: list[Line], pair: tuple[Count, Count], minimum: int) -> None:
    """Suppress the smaller of two lines whose counts differ by less than the minimum.

    Lines that add up to their base are parts of it, and none of them lies in another.
    """
    part, base = pair
    for alike in _alike(members, pair):
        if sum(line.counts[part] for line in alike) == alike[0].counts[base]:
            continue
        for less, more in pairwise(sorted(alike, key=lambda line: line.counts[part])):
            if 0 < more.counts[part] - less.counts[part] < minimum:
                less.hidden = True


def _lacking(members: list[Line], pair: tuple[Count, Count], minimum: int) -> None:
    """Suppress the smallest line of a family that lacks less than the minimum to its base."""
    part, base = pair
    for alike in _alike(members, pair):
        left = alike[0].counts[base] - sum(line.counts[part] for line in alike)
        if len(alike) > 1 and 0 < left < minimum:
            min(alike, key=lambda line: line.counts[part]).hidden = True


def _complement(members: list[Line], above: Line | None, minimum: int) -> None:
    """Suppress further lines of a family until what is suppressed is not had from sums.

    The line ``above`` is the one the family is named after: it may be the sum of the family. A sum
    is had of a count that a line still shown has, too.
    """
    counted = [line for line in members if line.counts]

    def exposed() -> bool:
        hidden = [line for line in counted if line.hidden]
        if not hidden:
            return above is not None and above.hidden
        still = [line for line in [*counted, *([above] if above else [])] if not line.hidden]
        known = {count for line in still for count in line.counts}
        counts = known & {count for line in hidden for count in line.counts}
        sums = [sum(line.counts.get(count, 0) for line in hidden) for count in counts]
        return len(hidden) < 2 or any(total < minimum for total in sums)

    shown = [line for line in counted if not line.hidden]
    for line in sorted(shown, key=lambda line: sum(line.counts.values())):
        if not exposed():
            return
        line.hidden = True
