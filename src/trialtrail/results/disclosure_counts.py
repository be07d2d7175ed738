"""The counts of result tables, and the equations that tie them together.

A *count* is one number of people, contacts or passages, whatever cells print it: how many of an arm
have data for an outcome is one count, in `arms`, in `estimates`, in the table of missing outcomes
and, where the figures of all arms agree, in the flow. Cells that print the same count are known by
what their rows name, and, across topics, by their figures: two lines with the same figure in each
of several arms are one, because a reader who knows the study knows it, too.

What no cell prints is a count as well where sums tell it: what a row leaves of its base, who has no
value, what the levels of an item lack to their sum. The equations are:

- ``denominator = n + rest``, in each row;
- ``all = sum of the arms``, of each line that has both;
- levels of an item add up to their base, or to the line that they are named after, or lack
  something to it; two lines that add up to their base are each other's rest;
- ``n_randomised = n_with_data + missing``, ``n_with_data = events + without``, and who is analysed
  is who is randomised, who has data, or a part of them;
- ``n + missing`` of an analysis of those with data is who had the form; it is a line of the flow;
- who has a value of a variable lacks those of the arm who have none;
- who came to one visit is among those who were followed up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

Key = tuple[Hashable, ...]
Vector = dict[str, int]
"""A count in each arm."""
TOTAL = ""
"""In place of an arm: all of them."""
FOLLOWED_UP = "followed_up"
"""The line of the flow in which each visit after entry lies."""
BEFORE_FOLLOW_UP = ("allocated", "received", "assessed", "eligible", "not_eligible", "declined",
                    "randomised", "not_randomised", "excluded", "withdrawn", "lost",
                    "not_followed_up", FOLLOWED_UP, "arm_unknown")  # fmt: skip
"""Lines of the flow that are no visits."""


@dataclass
class Counts:
    """Counts, what each is, where it stands, and the equations between them.

    Attributes:
        values: the figure of each count.
        cells: table, row number and column -> the count that the cell prints.
        units: counts that are told or withheld together, by the name of what they are of.
        equations: factors of counts whose sum is nothing.
        defined: cells that hold what their analysis is by definition, whatever the data.
        small: counts that no reader may work out, since they are below the minimum.
    """

    minimum: int
    values: list[float] = field(default_factory=list)
    cells: dict[tuple[str, int, str], int] = field(default_factory=dict)
    units: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    equations: list[dict[int, int]] = field(default_factory=list)
    defined: set[tuple[str, int, str]] = field(default_factory=set)
    small: set[int] = field(default_factory=set)
    _keys: dict[Key, int] = field(default_factory=dict)
    _same: list[int] = field(default_factory=list)

    def of(self, key: Key, value: float, unit: str = "") -> int:
        """Return the count of a name and a figure, made where it is not known."""
        found = self._keys.setdefault((*key, value), len(self.values))
        if found == len(self.values):
            self.values.append(value)
            self._same.append(found)
        if unit:
            self.units[unit].add(found)
        return found

    def known(self, key: Key, value: float) -> int | None:
        """Return the count of a name and a figure, None where there is none."""
        return self._keys.get((*key, value))

    def print(self, cell: tuple[str, int, str], count: int, *, small: bool = True) -> None:
        """Say which count a cell prints; below the minimum, it is not told if it is ``small``."""
        self.cells[cell] = count
        if small and self.values[count] < self.minimum:
            self.small.add(count)

    def rest(self, whole: int, parts: Iterable[int], unit: str, *, zero: bool = False) -> int:
        """Return what parts lack to a whole; ``zero`` of them tells something, too."""
        parts = [part for part in parts if part != whole]
        left = self.values[whole] - sum(self.values[part] for part in parts)
        count = self.of(("rest", whole, *sorted(parts)), left, unit)
        self.equal(whole, [*parts, count])
        if (left > 0 or (zero and left == 0)) and left < self.minimum:
            self.small.add(count)
        return count

    def equal(self, whole: int, parts: Iterable[int]) -> None:
        """Add the equation of a whole and its parts."""
        equation: dict[int, int] = {whole: -1}
        for part in parts:
            equation[part] = equation.get(part, 0) + 1
        self.equations.append({count: factor for count, factor in equation.items() if factor})

    def same(self, one: int, other: int) -> None:
        """Say that two counts are one."""
        one, other = self.which(one), self.which(other)
        self._same[max(one, other)] = min(one, other)

    def which(self, count: int) -> int:
        """Return the count that stands for all that are the same."""
        while self._same[count] != count:
            count = self._same[count]
        return count

    def settle(self) -> None:
        """Put, in cells, units and equations, one count in the place of all that are the same."""
        self.cells = {cell: self.which(count) for cell, count in self.cells.items()}
        self.units = {name: {self.which(c) for c in each} for name, each in self.units.items()}
        self.small = {self.which(count) for count in self.small}
        merged = []
        for equation in self.equations:
            factors: dict[int, int] = defaultdict(int)
            for count, factor in equation.items():
                factors[self.which(count)] += factor
            merged.append({count: factor for count, factor in factors.items() if factor})
        unique = {tuple(sorted(equation.items())): equation for equation in merged if equation}
        self.equations = [unique[key] for key in sorted(unique)]


@dataclass
class Vectors:
    """The figures of lines in several arms, by which lines of different tables are found alike."""

    counts: Counts
    found: list[Vector] = field(default_factory=list)

    def add(self, vector: Mapping[str, int]) -> None:
        """Add the counts of a line by arm; of one arm, or of small figures, they tell nothing."""
        arms = {arm: count for arm, count in vector.items() if arm != TOTAL}
        if len(arms) > 1 and any(
            self.counts.values[count] >= self.counts.minimum for count in arms.values()
        ):
            self.found.append(dict(vector))

    def merge(self) -> None:
        """Make one of the counts of lines that agree in all their arms."""
        values = self.counts.values
        alike: dict[tuple[tuple[str, float], ...], Vector] = {}
        for vector in self.found:
            arms = sorted(arm for arm in vector if arm != TOTAL)
            first = alike.setdefault(tuple((arm, values[vector[arm]]) for arm in arms), vector)
            for arm, count in vector.items():
                if arm in first and values[first[arm]] == values[count]:
                    self.counts.same(first[arm], count)
