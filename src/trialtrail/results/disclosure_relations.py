"""Which counts the rows of result tables print, and by which sums they tell each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from trialtrail.results.disclosure_counts import (
    BEFORE_FOLLOW_UP,
    FOLLOWED_UP,
    TOTAL,
    Counts,
    Vector,
    Vectors,
)
from trialtrail.results.disclosure_lines import (
    COUNT,
    FLOW,
    OUTCOMES,
    WHOLE,
    Name,
    Rows,
    division_of,
    is_flow,
    is_number,
    name_of_line,
    topic_of,
)

MISSING = ("missing_arm", "missing_reference", "n_imputed")
"""Columns that count missing values."""
SIDES = (("arm", "n_arm", "missing_arm"), ("reference", "n_reference", "missing_reference"))
"""Of an estimate: which arm, how many are analysed in it, and how many of them lack a value."""
UNKNOWN = "missing_outcomes"
ALIKE = (FLOW, UNKNOWN)
"""Topics whose lines are told by the figures of other tables, too."""
BASE = "base"
MOST_PARTS = 4
"""Boxes of the flow that may add up to another."""

Places = dict[tuple[str, ...], int]
"""The counts of a line by what divides it, the arm last."""


@dataclass
class Line:
    """The counts of a line of a table that is not about outcomes, by division and arm."""

    topic: str
    rows: dict[tuple[str, ...], tuple[str, int, Mapping[str, str]]] = field(default_factory=dict)
    counts: Places = field(default_factory=dict)
    bases: Places = field(default_factory=dict)


def unit_of(name: Name, kind: str) -> str:
    """Return what the counts of one kind of a line are called together."""
    return "|".join((*name, kind))


def counts_of(tables: Mapping[str, Rows], minimum: int) -> Counts:
    """Return the counts of the tables, and the equations between them."""
    relations = _Relations(Counts(minimum))
    rows = list(_rows(tables))
    relations.imputing = {
        values["analysis"]
        for *_, values in rows
        if is_number(values.get("n_imputed", ""))
        and float(values["n_imputed"]) > 0
        and values.get("analysis")
    }
    for wanted in ("n_with_data", "n_arm"):
        for table, at, name, values in rows:
            if name[0] == OUTCOMES and wanted in values:
                relations.outcome(table, at, name, values)
    relations.with_data()
    relations.subgroups([row for row in rows if row[2][0] == OUTCOMES])
    of_outcomes = {"n_with_data", "n_arm"}
    other = [row for row in rows if row[2][0] != OUTCOMES or not of_outcomes & {*row[3]}]
    relations.lines(other)
    relations.vectors.merge()
    relations.counts.settle()
    return relations.counts


def _rows(tables: Mapping[str, Rows]) -> Iterator[tuple[str, int, Name, dict[str, str]]]:
    """Yield each row with its table, number and line."""
    for table, (columns, rows) in tables.items():
        whole = {row[0] for row in rows}
        for at, row in enumerate(rows):
            values = dict(zip(columns, row, strict=False))
            yield table, at, name_of_line(table, row[0], values, whole), values


class _Relations:
    """The counts of tables, gathered row by row."""

    def __init__(self, counts: Counts) -> None:
        self.counts, self.vectors = counts, Vectors(counts)
        self.randomised: Vector = {}
        self.asked: dict[tuple[Name, str, str], Vector] = defaultdict(dict)
        self.lacking: dict[tuple[Name, str, str], list[int]] = defaultdict(list)
        self.imputing: set[str] = set()
        self.boxes: list[tuple[int, int]] = []
        self.have: dict[tuple[Name, str, str], list[int]] = defaultdict(list)

    def outcome(self, table: str, at: int, name: Name, values: Mapping[str, str]) -> None:
        """Take a row of an outcome, of an arm or of two that are compared."""
        if "n_with_data" in values:
            self._arm(table, at, name, values)
        asked = self.asked[name, values.get("timepoint", ""), values.get("analysis", "")]
        for column, n, missing in SIDES:
            if is_number(values.get(n, "")):
                self._side(table, at, name, values, (values.get(column, ""), n, missing), asked)

    def _arm(self, table: str, at: int, name: Name, values: Mapping[str, str]) -> None:
        counts = self.counts
        arm, timepoint = values.get("arm", ""), values.get("timepoint", "")
        wanted = [name for name in values if _is_count(name) or name == "n_imputed"]
        here = {name: float(values[name]) for name in wanted if is_number(values[name])}
        known, events = unit_of(name, "known"), unit_of(name, "events")
        everybody = with_data = missing = None
        if "n_randomised" in here:
            everybody = counts.of((BASE, arm), here["n_randomised"], f"{BASE}|{arm}")
            self.randomised[arm] = everybody
            counts.print((table, at, "n_randomised"), everybody)
        if "n_with_data" in here:
            key = ("known", name, timepoint, arm)
            with_data = counts.of(key, here["n_with_data"], known)
            counts.print((table, at, "n_with_data"), with_data)
            self.have[name, timepoint, arm].append(with_data)
        if everybody is not None and with_data is not None:
            missing = counts.rest(everybody, [with_data], known)
        analysed = None
        if "n_analysed" in here:
            analysed = self._analysed(name, values, arm, here["n_analysed"])
            counts.print((table, at, "n_analysed"), analysed)
        # That an analysis of those with data imputes nothing is its definition.
        by_definition = (
            here.get("n_imputed") == 0 and analysed is not None and analysed == with_data
        )
        if by_definition:
            counts.defined.add((table, at, "n_imputed"))
        elif "n_imputed" in here:
            self._missing((table, at, "n_imputed"), here["n_imputed"], missing, (name, values, arm))
        if "events" in here:
            key = ("events", name, values.get("analysis", ""), timepoint, arm)
            having = counts.of(key, here["events"], events)
            counts.print((table, at, "events"), having)
            if with_data is not None and here["events"] <= counts.values[with_data]:
                counts.rest(with_data, [having], events, zero=True)

    def _missing(
        self,
        cell: tuple[str, int, str],
        value: float,
        missing: int | None,
        of: tuple[Name, Mapping[str, str], str],
    ) -> None:
        """Take a count of missing values: none of them is told, fewer than the minimum are not."""
        name, values, arm = of
        if missing is None or self.counts.values[missing] != value:
            key = ("missing", name, values.get("analysis", ""), values.get("timepoint", ""), arm)
            missing = self.counts.of(key, value)
        self.counts.units[unit_of(name, "known")].add(missing)
        self.counts.print(cell, missing, small=value > 0)

    def _analysed(self, name: Name, values: Mapping[str, str], arm: str, value: float) -> int:
        """Return who is analysed: all randomised, all with data, or a part of them."""
        everybody = self.randomised.get(arm)
        all_of_them = [everybody] if everybody is not None else []
        with_data = self.have[name, values.get("timepoint", ""), arm]
        imputes = values.get("analysis", "") in self.imputing
        for count in [*all_of_them, *with_data] if imputes else [*with_data, *all_of_them]:
            if self.counts.values[count] == value:
                return count
        key = ("analysed", name, values.get("analysis", ""), values.get("timepoint", ""), arm)
        unit = unit_of(name, "analysed")
        found = self.counts.of(key, value, unit)
        if everybody is not None and value < self.counts.values[everybody]:
            self.counts.rest(everybody, [found], unit)
        return found

    def _side(
        self,
        table: str,
        at: int,
        name: Name,
        values: Mapping[str, str],
        columns: tuple[str, str, str],
        asked: Vector,
    ) -> None:
        """Take one arm of an estimate."""
        arm, n, lacking = columns
        counts = self.counts
        analysed = self._analysed(name, values, arm, float(values[n]))
        counts.print((table, at, n), analysed)
        if not is_number(values.get(lacking, "")):
            return
        value, cell = float(values[lacking]), (table, at, lacking)
        timepoint = values.get("timepoint", "")
        if analysed == self.randomised.get(arm):
            have = self.have[name, timepoint, arm]
            wanted = ("rest", analysed, *have[:1])
            missing = counts.known(wanted, value) if have else None
            self._missing(cell, value, missing, (name, values, arm))
            return
        if value == 0:
            # That nobody who had the form lacks a value is told, and who had it is who has data.
            asked[arm] = analysed
            counts.defined.add(cell)
            return
        key = ("lacking", analysed, name, timepoint, arm)
        missing = counts.of(key, value, unit_of(name, f"missing {arm}"))
        counts.print(cell, missing)
        self.lacking[name, timepoint, arm].append(missing)
        total = counts.values[analysed] + value
        asked[arm] = counts.of(("asked", name, timepoint, arm), total)
        counts.equal(asked[arm], [analysed, missing])

    def with_data(self) -> None:
        """Take who has data for an outcome in each arm, and who has none, as lines."""
        have: dict[tuple[Name, str], Vector] = defaultdict(dict)
        lack: dict[tuple[Name, str], Vector] = defaultdict(dict)
        for (name, timepoint, arm), found in self.have.items():
            if not found:
                continue
            everybody = self.randomised.get(arm)
            have[name, timepoint][arm] = found[0]
            if (
                everybody is not None
                and self.counts.values[found[0]] <= self.counts.values[everybody]
            ):
                rest = self.counts.rest(everybody, [found[0]], unit_of(name, "known"))
                lack[name, timepoint][arm] = rest
        for vector in (*have.values(), *lack.values(), *self.asked.values()):
            self.vectors.add(vector)

    def subgroups(self, rows: list[tuple[str, int, Name, Mapping[str, str]]]) -> None:
        """Take that the subgroups of an analysis make up whom it analyses."""
        levels: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for table, at, _, values in rows:
            if values.get("subgroup_level"):
                for column, n, _ in SIDES:
                    same = ("analysis", "outcome", "timepoint", "subgroup", column)
                    count = self.counts.cells.get((table, at, n))
                    if count is not None and count not in self.randomised.values():
                        levels[tuple(values.get(each, "") for each in same)].add(count)
        for (_, outcome, timepoint, _, arm), parts in sorted(levels.items()):
            wholes = [*self.have[(OUTCOMES, outcome), timepoint, arm]]
            wholes += [self.randomised[arm]] if arm in self.randomised else []
            self._sum(wholes, sorted(parts))

    def _sum(self, wholes: list[int], parts: list[int]) -> bool:
        """Add the equation of the first of the wholes that the parts add up to."""
        total = sum(self.counts.values[part] for part in parts)
        for whole in wholes:
            if self.counts.values[whole] == total and [whole] != parts:
                self.counts.equal(whole, parts)
                return True
        return False

    def lines(self, rows: list[tuple[str, int, Name, Mapping[str, str]]]) -> None:
        """Take the rows of tables that are not about outcomes, line by line."""
        lines: dict[Name, Line] = {}
        for table, at, name, values in rows:
            topic = topic_of(table, values)
            line = lines.setdefault((f"{name[0]}.{topic}", name[1]), Line(topic))
            line.rows[(*division_of({**values, "arm": ""}), values.get("arm", ""))] = (
                *(table, at),
                {**values, "line": name},
            )
        for name, line in lines.items():
            self._counts_of_line(name, line)
        for name, line in lines.items():
            self._bases_of_line(name, line, lines)
        for line in lines.values():
            self._arms_of(line.counts)
            self._arms_of(line.bases)
            self._alike(line)
        families: dict[Name, list[Name]] = defaultdict(list)
        for family, name in lines:
            families[family, name.rpartition(".")[0]].append((family, name))
        for name, members in families.items():
            self._family([lines[each] for each in members], lines.get(name), name)

    def _counts_of_line(self, name: Name, line: Line) -> None:
        counts = self.counts
        for place, (table, at, values) in line.rows.items():
            arm, own = place[-1], values["line"]
            entered = line.topic == FLOW and name[1] in ("allocated", "randomised")
            entered = entered or (line.topic == FLOW and name[1] == f"allocated.{arm}")
            for column, cell in values.items():
                if not is_number(str(cell)) or not (_is_count(column) or column in MISSING):
                    continue
                if column == "n":
                    base = entered and bool(arm) == name[1].startswith("allocated")
                    key, unit = (("n", *name, *place), unit_of(own, "n"))
                    if base:
                        key, unit = (BASE, arm), f"{BASE}|{arm}"
                    line.counts[place] = counts.of(key, float(cell), unit)
                    if base:
                        self.randomised.setdefault(arm, line.counts[place])
                    if line.topic == FLOW and not arm:
                        self.boxes.append((at, line.counts[place]))
                    if line.topic == UNKNOWN:
                        self._known_or_not(values, arm, line.counts[place])
                    counts.print((table, at, column), line.counts[place])
                elif column != "denominator":
                    count = counts.of((column, *name, *place), float(cell), unit_of(own, "n"))
                    small = column not in MISSING or float(cell) > 0
                    counts.print((table, at, column), count, small=small)

    def _known_or_not(self, values: Mapping[str, str], arm: str, count: int) -> None:
        """Take that a row of missing outcomes counts who has data, who has not, or no form."""
        name, timepoint = (OUTCOMES, values.get("item", "")), values.get("timepoint", "")
        counts, figure = self.counts, self.counts.values[count]
        alike = [*self.have[name, timepoint, arm], *self.lacking[name, timepoint, arm]]
        everybody = self.randomised.get(arm)
        if everybody is not None:
            for (outcome, when, _), asked in self.asked.items():
                if (outcome, when) == (name, timepoint) and arm in asked:
                    left = counts.values[everybody] - counts.values[asked[arm]]
                    if left == figure:
                        counts.equal(everybody, [asked[arm], count])
        for other in alike:
            if counts.values[other] == figure:
                counts.same(other, count)

    def _bases_of_line(self, name: Name, line: Line, lines: Mapping[Name, Line]) -> None:
        """Take what the counts of a line are parts of, and who has no value."""
        counts = self.counts
        above = lines.get((name[0], name[1].rpartition(".")[0])) or lines.get((name[0], WHOLE))
        values = {place: row[2] for place, row in line.rows.items()}
        figures = sorted((*place, values[place].get("denominator", "")) for place in line.rows)
        own = ("of", name[0], name[1].rpartition(".")[0], *map(tuple, figures))
        of_people = any(place[-1] in self.randomised and place[-1] for place in line.rows)
        for place, (table, at, row) in line.rows.items():
            n, whole = line.counts.get(place), self.randomised.get(place[-1])
            unit = unit_of(row["line"], "n")
            if is_number(row.get("denominator", "")):
                base = self._base(line, place, float(row["denominator"]), above, own)
                line.bases[place] = base
                counts.print((table, at, "denominator"), base)
                if n is not None and counts.values[n] <= counts.values[base]:
                    counts.rest(base, [n], unit, zero=line.topic != FLOW)
                n, unit = base, "|".join(map(str, own))
            if not of_people or whole is None or n is None or n == whole:
                continue
            if counts.values[n] <= counts.values[whole]:
                counts.rest(whole, [n], unit)

    def _base(
        self, line: Line, place: tuple[str, ...], value: float, above: Line | None, own: Any
    ) -> int:
        """Return the count of which another is a part: that of a line, where one is known."""
        counts = self.counts
        everybody = self.randomised.get(place[-1])
        if everybody is not None and counts.values[everybody] == value:
            return everybody
        if line.topic == FLOW:
            before = self._box_before(line, place, value)
            if before is not None:
                return before
        parent = above.counts.get(place) if above else None
        if parent is not None and counts.values[parent] == value:
            return parent
        return counts.of((*own, *place), value, "|".join(map(str, own)))

    def _box_before(self, line: Line, place: tuple[str, ...], value: float) -> int | None:
        """Return the last box of the flow before this one with as many as this one is out of."""
        at = line.rows[place][1]
        values = self.counts.values
        before = [(row, box) for row, box in self.boxes if row < at and values[box] == value]
        return max(before, default=(0, None))[1]

    def _arms_of(self, places: Places) -> None:
        """Take that all participants are the sum of the arms."""
        for place, whole in places.items():
            if place[-1] == TOTAL:
                arms = [count for other, count in places.items()
                        if other[:-1] == place[:-1] and other[-1] != TOTAL]  # fmt: skip
                if len(arms) > 1:
                    self._sum([whole], arms)

    def _alike(self, line: Line) -> None:
        """Take the figures of a line in several arms, and what they leave of their base."""
        if line.topic not in ALIKE:
            return
        divisions = {place[:-1] for place in line.counts}
        for division in sorted(divisions):
            own = {p[-1]: c for p, c in line.counts.items() if p[:-1] == division}
            rest = {
                p[-1]: self.counts.rest(line.bases[p], [c], "")
                for p, c in line.counts.items()
                if p[:-1] == division and p in line.bases and c != line.bases[p]
            }
            self.vectors.add(own)
            self.vectors.add(rest)

    def _family(self, members: list[Line], above: Line | None, name: Name) -> None:
        """Take what the levels of an item, or the boxes of the flow, add up to."""
        if is_flow(name[0].rpartition(".")[0]) and not name[1]:
            self._flow(members)
            return
        for place in sorted({place for line in members for place in line.counts}):
            here = [line for line in members if place in line.counts]
            whole = above.counts.get(place) if above else None
            bases = {line.bases[place] for line in here if place in line.bases}
            wholes = [*([whole] if whole is not None else []), *sorted(bases)]
            parts = [line.counts[place] for line in here]
            if len(parts) < 2 or len(bases) > 1 or self._sum(wholes, parts):
                continue
            total = sum(self.counts.values[part] for part in parts)
            for each in wholes:
                if 0 < self.counts.values[each] - total < self.counts.minimum and each not in parts:
                    self.counts.rest(each, parts, "")

    def _flow(self, members: list[Line]) -> None:
        """Take which boxes add up to their base, and that a visit is a part of the follow-up."""
        by_base: dict[tuple[int, ...], list[Line]] = defaultdict(list)
        for line in members:
            by_base[tuple(line.bases[place] for place in sorted(line.bases))].append(line)
        for alike in by_base.values():
            for size in range(2, min(MOST_PARTS, len(alike)) + 1):
                for some in combinations(alike, size):
                    self._boxes_that_add_up(some)
        for line in members:
            self._visit(line, members)

    def _boxes_that_add_up(self, lines: tuple[Line, ...]) -> None:
        values = self.counts.values
        places = [p for p in lines[0].bases if all(p in line.counts for line in lines)]
        sums = {p: sum(values[line.counts[p]] for line in lines) for p in places}
        if places and all(sums[p] == values[lines[0].bases[p]] for p in places):
            for place in places:
                self.counts.equal(lines[0].bases[place], [line.counts[place] for line in lines])

    def _visit(self, line: Line, members: list[Line]) -> None:
        """Take that who came to a visit is among those who were followed up."""
        names = {values["line"][1] for _, _, values in line.rows.values()}
        if names & {*BEFORE_FOLLOW_UP}:
            return
        followed = [m for m in members
                    if any(v["line"][1] == FOLLOWED_UP for _, _, v in m.rows.values())]  # fmt: skip
        for other in followed:
            for place, count in line.counts.items():
                whole = other.counts.get(place)
                if whole is None or place[-1] == TOTAL:
                    continue
                if self.counts.values[count] <= self.counts.values[whole]:
                    own = line.rows[place][2]["line"]
                    self.counts.rest(whole, [count], unit_of(own, "n"))


def _is_count(column: str) -> bool:
    return bool(COUNT.fullmatch(column))
