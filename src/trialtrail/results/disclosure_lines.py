"""What is published of one thing: its rows of all tables, and whether they are suppressed.

The rules are those of one table, 1 to 5 of `trialtrail.results.disclosure`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

COUNT = re.compile(r"n|n_(with_data|analysed|arm|reference|randomised)|events|denominator")
"""Columns that count people, contacts, interviews or passages of their speech."""
BASES = (("n", "denominator"), ("events", "n_with_data"))
"""A count and what it is a part of, in one row."""
SUMMARIES = "summaries"
FLOW = "flow"
SPLITS = ("stage", "role", "arm")
"""Columns that divide a line into its rows; their values end the name of a row, in this order."""
DIVISIONS = ("analysis", "timepoint", *SPLITS, "measure", "shifted", "delta")
"""Columns that tell the rows of a line from each other."""
WHOLE = "all"
"""What ends the name of a row of all arms where others are of one."""
OUTCOMES = "outcomes"
"""What the lines of outcomes belong to, whatever table they are of."""
SAME_LINE = dict.fromkeys(
    ("codes_by_stage", "codes_of_all_coders", "codes_people", "passages"), "codes"
)
"""Topics whose rows are of the same things as those of another."""

Rows = tuple[list[str], list[list[str]]]
"""The columns of a table, and its rows as text."""
Count = tuple[str, ...]
"""What a count of a line is of: table, column, and what divides the line into its rows."""
Name = tuple[str, str]
"""What a line belongs to, and its name in it."""


@dataclass
class Line:
    """What is published of one thing: its rows, by table, and its counts."""

    rows: list[tuple[str, int]] = field(default_factory=list)
    counts: dict[Count, float] = field(default_factory=dict)
    pairs: list[tuple[Count, Count]] = field(default_factory=list)
    hidden: bool = False


def suppressed_lines(tables: Mapping[str, Rows], minimum: int) -> dict[Name, Line]:
    """Return the lines of all tables, by name, and of each whether the rules suppress it."""
    lines = _lines(tables)
    for (family, _), line in lines.items():
        small = any(value < minimum for value in line.counts.values())
        rest = [line.counts[base] - line.counts[part] for part, base in line.pairs]
        # That everybody went on in the flow tells nothing of anybody.
        told = [left for left in rest if left or not is_flow(family)]
        line.hidden = small or any(left < minimum for left in told)
    families = _families(lines)
    for (family, _), members in families.items():
        for pair in sorted({pair for line in members for pair in line.pairs}):
            # Of two visits neither lies in the other: their difference counts nobody.
            if not is_flow(family):
                _nested(members, pair, minimum)
                _lacking(members, pair, minimum)
    before = -1
    while (now := sum(line.hidden for line in lines.values())) > before:
        before = now
        for name, members in families.items():
            if not _overlap(name, members):
                _complement(members, lines.get(name), minimum)
    return lines


def is_flow(family: str) -> bool:
    """Tell whether lines belong to the flow of participants."""
    return family.endswith(f".{FLOW}")


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number."""
    try:
        float(cell.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return True


def _lines(tables: Mapping[str, Rows]) -> dict[Name, Line]:
    """Return the lines of all tables, by what their rows belong to and their name in it."""
    lines: dict[Name, Line] = {}
    for table, (columns, rows) in tables.items():
        whole = {row[0] for row in rows}
        for at, row in enumerate(rows):
            values = dict(zip(columns, row, strict=False))
            line = lines.setdefault(name_of_line(table, row[0], values, whole), Line())
            line.rows.append((table, at))
            own = _counts(values)
            of_what = (table, topic_of(table, values), *division_of(values))
            line.counts |= {(column, *of_what): count for column, count in own.items()}
            line.pairs += [
                ((part, *of_what), (base, *of_what))
                for part, base in BASES
                if {part, base} <= own.keys()
            ]
    return lines


def name_of_line(table: str, row: str, values: Mapping[str, str], rows: set[str]) -> Name:
    """Return the line of a row: what it belongs to, and its name without what divides the line."""
    if "outcome" in values:
        names = (values["outcome"], values.get("subgroup"), values.get("subgroup_level"))
        return OUTCOMES, ".".join(filter(None, names))
    topic = topic_of(table, values)
    name = row.removeprefix(f"{topic}.") if topic else row
    for column in SPLITS:
        if values.get(column):
            name = name.removesuffix(f".{values[column]}")
    shorter = row.removesuffix(f".{WHOLE}")
    if shorter != row and sum(other.startswith(f"{shorter}.") for other in rows) > 1:
        name = name.removesuffix(f".{WHOLE}")
    return f"{table}.{SAME_LINE.get(topic, topic)}", name


def topic_of(table: str, values: Mapping[str, str]) -> str:
    """Return which topic of the summaries a row belongs to, empty in any other table."""
    return values.get("table", "") if table.endswith(f"{SUMMARIES}.csv") else ""


def division_of(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return what tells a row from the others of its line."""
    return tuple(values.get(column, "") for column in DIVISIONS)


def _counts(values: Mapping[str, str]) -> dict[str, float]:
    return {
        column: float(cell)
        for column, cell in values.items()
        if COUNT.fullmatch(column) and is_number(cell)
    }


def _families(lines: Mapping[Name, Line]) -> dict[Name, list[Line]]:
    """Return the lines by family, which has the name of the line that may be their sum."""
    found: dict[Name, list[Line]] = {}
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


def _overlap(name: Name, members: list[Line]) -> bool:
    """Tell whether the lines of a topic are of different things, so that no sum of them tells one.

    They have no name in common, and are more together than what they are parts of.
    """
    if f"{SUMMARIES}.csv." not in name[0] or name[1]:
        return False
    pairs = sorted({pair for line in members for pair in line.pairs})
    return any(
        sum(line.counts[part] for line in alike) > alike[0].counts[base]
        for part, base in pairs
        for alike in _alike(members, (part, base))
    )


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
