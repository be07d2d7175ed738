"""Which result tables may be published, and which of their numbers.

The rule, in words. What is published of one thing, a level of a variable, an outcome at a timepoint,
a code, is one *line*: its rows for all arms, roles and stages, of all analyses, with their effects. A
line loses all its numbers, and `[c]` stands in their place, when

1. one of its counts is below the minimum, zero included;
2. a count leaves fewer than the minimum of its base, zero included: 170 of 172 tells of 2;
3. it is nested in a line of its family with a count less than the minimum above its own: the two
   would tell the difference;
4. its family lacks less than the minimum to its base: the family would tell the rest;
5. it is the smallest line still shown of a family in which another line, or the line that the
   family is named after, is suppressed, and the suppressed lines of the family are fewer than two
   or add up to less than the minimum: sums would tell them;
6. with what all tables still tell, it keeps a count that is withheld within fewer values than the
   minimum.

A family is the lines of one table whose names agree up to the last dot. Rules 1 to 5 look at one
table, rule 6 at all that are published. Its counts and the equations between them are those of
`trialtrail.results.disclosure_counts`, among them counts that no cell prints: who has no value,
what levels lack to their sum, who was followed up and missed one visit. None of these is told where
it is below the minimum; that nobody is missing is told. What each withheld count may be, at the
least and at the most, is found by linear programming (`disclosure_ranges`), and while one of them
has fewer possible values than the minimum, the line that makes most of them wider, for the fewest
rows, is suppressed as well.

With a line go its percentages, means, intervals, effects and notes, so that no arm is had from the
total and no figure of one analysis from another. Where only the number of those with data is
withheld, and an outcome is measured on a scale, its means and effects stay, with so few decimals
that the number is not had from them, and without degrees of freedom and what goes with them.

Tables not named here are withheld whole: those with a row a person, an event or a quotation, those
that repeat numbers of other tables, and that of harms, most of whose counts are small.

Not covered: what somebody knows beside the tables (of one participant, or of a group that no table
has), and what one release and another tell together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, log10

from trialtrail.results.disclosure_counts import Counts
from trialtrail.results.disclosure_lines import (
    COUNT,
    OUTCOMES,
    Line,
    Name,
    Rows,
    is_number,
    name_of_line,
    suppressed_lines,
)
from trialtrail.results.disclosure_ranges import Part, Ranges
from trialtrail.results.disclosure_relations import BASE, counts_of, unit_of

MARK = "[c]"
"""In place of a suppressed number (confidential, as British official statistics mark it)."""
MINIMUM = 5
TABLES_ABOUT_MANY = (
    *("agreement", "agreement_drift", "arms", "data_dictionary", "disagreements", "estimates"),
    "summaries",
    *("deviations", "plan_versions"),
)
"""Tables of which each row is a result about many, or is of the plan; any other is withheld."""
MISSING = re.compile(r"missing_.+|n_imputed")
"""Columns that count missing values."""
NAMES = frozenset(  # noqa: SIM905
    "row table item label level group timepoint population arm role stage unit analysis outcome"
    " reference subgroup subgroup_level measure shifted delta decimals important margin".split()
)
"""Columns that say what a row is about: a number in one, such as a year, counts nobody."""
TELLING = frozenset({"df", "statistic", "se", "percent", "mc_error", "imputations", "time_at_risk"})
"""Columns from which, with what stays, the number of those with data would be had."""
OF_SHARES = re.compile(r"(risk|odds|rate|hazard|incidence|complier_risk|common_odds).*")
"""Measures that are of counts of participants or events."""
FEW = 2
"""A mean of fewer than so many times the minimum goes with its count."""
MOST_DECIMALS = 2
DECIMALS_OF_P = 3
WEIGHT_OF_SHARES = 5
"""Rows of a share weigh so much more: all their numbers go with a count, not the count alone."""


@dataclass
class Table:
    """A result table: column names, rows as text, and what of them is suppressed.

    Attributes:
        hidden: the rows whose numbers are all suppressed.
        cells: row and column of further cells that are suppressed.
        told: row and column of counts that are told, though their row is suppressed: another row
            tells them, too.
        rounded: row -> the most decimals of its numbers that are no counts.
        base: counts are rounded to its multiples; 1 leaves them as they are.
    """

    columns: list[str]
    rows: list[list[str]]
    minimum: int = MINIMUM
    hidden: set[int] = field(default_factory=set)
    cells: set[tuple[int, str]] = field(default_factory=set)
    told: set[tuple[int, str]] = field(default_factory=set)
    rounded: dict[int, int] = field(default_factory=dict)
    base: int = 1

    def released(self) -> list[list[str]]:
        """Return the rows as they may be published."""
        return [
            [
                MARK if self._is_marked(at, column, cell) else self._as_told(at, column, cell)
                for column, cell in zip(self.columns, row, strict=False)
            ]
            for at, row in enumerate(self.rows)
        ]

    @property
    def is_whole(self) -> bool:
        """Return whether nothing of the table is marked or rounded."""
        return self.released() == self.rows

    @property
    def marked_rows(self) -> set[int]:
        """Return the rows in which something is suppressed."""
        return self.hidden | {at for at, _ in self.cells}

    def _is_marked(self, at: int, column: str, cell: str) -> bool:
        """Return whether a cell is a number, or a note, that is not released."""
        if (at, column) in self.cells:
            return bool(cell)
        if at not in self.hidden or (at, column) in self.told:
            return False
        named = column in NAMES or column == self.columns[0]
        return (is_number(cell) and not named) or (column == "note" and bool(cell))

    def _as_told(self, at: int, column: str, cell: str) -> str:
        """Return a number as coarse as it may be told."""
        if not is_number(cell) or column in NAMES:
            return cell
        if COUNT.fullmatch(column) or MISSING.fullmatch(column):
            return cell if self.base == 1 else f"{self.base * round(float(cell) / self.base)}"
        if column == "percent" and self.base > 1:
            return self._percent(at)
        if at not in self.rounded or column == "level":
            return cell
        p = column in ("p", "p_adjusted")
        return f"{float(cell):.{DECIMALS_OF_P if p else self.rounded[at]}f}"

    def _percent(self, at: int) -> str:
        """Return the percentage of rounded counts."""
        row = dict(zip(self.columns, self.rows[at], strict=False))
        counts = [row.get(name, "") for name in ("n", "denominator")]
        if "n" not in row:
            counts = [row.get(name, "") for name in ("events", "n_with_data")]
        if not all(map(is_number, counts)):
            return MARK
        part, whole = (self.base * round(float(count) / self.base) for count in counts)
        return f"{100 * part / whole:.10g}" if whole else MARK


def suppress(tables: Mapping[str, Rows], minimum: int = MINIMUM, base: int = 1) -> dict[str, Table]:
    """Return the tables, by name, with what the rule names suppressed in each.

    ``base`` is what counts that are told are rounded to multiples of; 1 leaves them as they are.
    """
    lines = suppressed_lines(tables, minimum)
    counts = counts_of(tables, minimum)
    withheld = _withheld(counts, lines, minimum)
    found = {
        name: Table(columns, rows, minimum, base=base) for name, (columns, rows) in tables.items()
    }
    names = _names_of_rows(tables)
    _mark_cells(found, counts, withheld)
    _mark_lines(found, lines, names)
    return found


def _withheld(counts: Counts, lines: Mapping[Name, Line], minimum: int) -> set[int]:
    """Return the counts that are not told: those of suppressed lines, and those that tell them."""
    printed = set(counts.cells.values())
    costs = _costs(counts)
    chosen = {unit for unit in counts.units if _line_of(unit) in lines
              and lines[_line_of(unit)].hidden}  # fmt: skip
    chosen |= {unit for unit, each in counts.units.items() if counts.small & each & printed}
    ranges = Ranges(counts.equations, minimum)
    while True:
        hidden = {count for unit in chosen for count in counts.units[unit]}
        told = {count: counts.values[count] for count in printed - hidden}
        narrow = ranges.narrow(told, (hidden & printed) | counts.small)
        helps = _helps({**narrow, **dict.fromkeys(counts.small & told.keys())}, counts, told)
        if not helps:
            return hidden
        chosen |= _cheapest(helps, costs)


def _helps(
    narrow: Mapping[int, Part | None], counts: Counts, told: Mapping[int, float]
) -> dict[str, set[int]]:
    """Return which counts with few possible values each unit that is told has a part in."""
    units: dict[int, list[str]] = {}
    for unit, each in counts.units.items():
        for count in each:
            units.setdefault(count, []).append(unit)
    bases = {c for unit, each in counts.units.items() if unit.startswith(f"{BASE}|") for c in each}
    helps: dict[str, set[int]] = {}
    for count, part in narrow.items():
        equations = part.equations if part else [{count: 1}]
        own = {each for equation in equations if count in equation for each in equation}
        near = {each for e in equations if not own.isdisjoint(e.keys() - told.keys()) for each in e}
        tied = {each for equation in equations for each in equation}
        # The number randomised is the last to go: nearly everything is a part of it.
        tiers = [near - bases, tied - bases, tied]
        for each in next((tier & told.keys() for tier in tiers if tier & told.keys()), ()):
            for unit in units.get(each, ()):
                helps.setdefault(unit, set()).add(count)
    return helps


def _cheapest(helps: Mapping[str, set[int]], costs: Mapping[str, float]) -> set[str]:
    """Return units that together help every count: each time the one of least cost a count."""
    left = set().union(*helps.values())
    found: set[str] = set()
    while left:
        able = {unit: len(each & left) for unit, each in helps.items() if each & left}
        best = min(able, key=lambda unit: (costs[unit] / able[unit], unit))
        found.add(best)
        left -= helps[best]
    return found


def _costs(counts: Counts) -> dict[str, float]:
    """Return how many rows are touched with each unit; a base of all is the last to go."""
    rows: dict[int, set[tuple[str, int]]] = {}
    for (table, at, _), count in counts.cells.items():
        rows.setdefault(count, set()).add((table, at))
    found = {}
    for unit, each in counts.units.items():
        touched = set().union(*(rows.get(count, ()) for count in each))
        shares = unit_of(_line_of(unit), "events") in counts.units
        weight = WEIGHT_OF_SHARES if shares and "|missing " not in unit else 1
        # Of two that touch as many rows, the one of smaller counts.
        total = sum(counts.values[count] for count in each) * 1e-9
        found[unit] = total + weight * len(touched) + (1000 if unit.startswith(f"{BASE}|") else 0)
    return found


def _line_of(unit: str) -> Name:
    """Return the name of the line of a unit."""
    family, _, rest = unit.partition("|")
    return family, rest.rpartition("|")[0]


def _names_of_rows(tables: Mapping[str, Rows]) -> dict[tuple[str, int], Name]:
    found = {}
    for table, (columns, rows) in tables.items():
        whole = {row[0] for row in rows}
        for at, row in enumerate(rows):
            values = dict(zip(columns, row, strict=False))
            found[table, at] = name_of_line(table, row[0], values, whole)
    return found


def _mark_cells(found: Mapping[str, Table], counts: Counts, withheld: set[int]) -> None:
    """Suppress the cells that print a count that is not told."""
    for (table, at, column), count in counts.cells.items():
        where = found[table].cells if count in withheld else found[table].told
        where.add((at, column))
    for table, at, column in counts.defined:
        found[table].told.add((at, column))


def _mark_lines(
    found: Mapping[str, Table],
    lines: Mapping[Name, Line],
    names: Mapping[tuple[str, int], Name],
) -> None:
    """Suppress what else goes with a line: all its numbers, or what would tell its counts."""
    for line in lines.values():
        touched = [(table, at) for table, at in line.rows
                   if any(row == at for row, _ in found[table].cells)]  # fmt: skip
        if line.hidden:
            for table, at in line.rows:
                found[table].hidden.add(at)
        elif touched:
            _mark_line(found, line, names)


def _mark_line(
    found: Mapping[str, Table], line: Line, names: Mapping[tuple[str, int], Name]
) -> None:
    """Suppress what goes with the withheld counts of a line that is not suppressed whole."""
    rows = [(table, at, _values(found[table], at)) for table, at in line.rows]
    counted = [
        (table, at) for table, at, _ in rows
        if any(row == at and COUNT.fullmatch(column) and column != "denominator"
               for row, column in found[table].cells)
    ]  # fmt: skip
    of_shares = any(_is_of_shares(values) for _, _, values in rows)
    least = min((count for count in line.counts.values()), default=0)
    few = least < FEW * found[rows[0][0]].minimum
    if counted and (few or of_shares):
        for table, at, _ in rows:
            found[table].hidden.add(at)
        return
    bases = any((at, "denominator") in found[table].cells for table, at, _ in rows)
    if not counted and not bases:
        return
    decimals = max(0, min(MOST_DECIMALS, floor(log10(max(least, 1)))))
    for table, at, values in rows:
        gone = TELLING | ({"note"} if any(map(str.isdigit, values.get("note", ""))) else set())
        if names[table, at][0] != OUTCOMES and not counted:
            gone = {"percent", *gone}
        found[table].cells |= {(at, column) for column in gone & {*values} if values[column]}
        found[table].rounded[at] = decimals


def _is_of_shares(values: Mapping[str, str]) -> bool:
    """Tell whether a row is of a share: its numbers are counts in another form."""
    counted = any(values.get(name) for name in ("events", "percent"))
    return counted or bool(OF_SHARES.fullmatch(values.get("measure", "")))


def _values(table: Table, at: int) -> dict[str, str]:
    return dict(zip(table.columns, table.rows[at], strict=False))
