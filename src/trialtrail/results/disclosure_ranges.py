"""What somebody can work out of counts that are not told: which have few possible values.

Counts are whole and not negative, and are tied by equations. What is told is fixed; of each other
count the least and the greatest value that all equations allow are found by linear programming
(HiGHS). Counts that no equation ties together are looked at apart, so that each programme is small.
Each solution is a possible world: what it gives for the other counts is kept, and a count that
differs enough between two worlds needs no programme of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import ceil, floor, inf

Equation = Mapping[int, int]
"""A sum of counts, each times its factor, that is nothing: count -> factor."""
TOLERANCE = 1e-6
"""By how much the result of a linear programme may be off a whole number."""
FAR = 1e6
"""More than any count: it stands for what no equation limits."""


class Part:
    """Counts that are not told, that equations tie together, and these equations."""

    def __init__(
        self, counts: list[int], equations: list[Equation], told: Mapping[int, float]
    ) -> None:
        """Take the counts, the equations with one of them, and the counts that are told."""
        self.counts, self.equations = counts, equations
        self._told = told

    @property
    def key(self) -> tuple:
        """Return what the ranges of this part depend on."""
        return tuple(self.counts), tuple(tuple(sorted(each.items())) for each in self.equations)

    def narrow(self, wanted: Iterable[int], values: int) -> list[int]:
        """Return which of some counts have fewer possible values than so many."""
        world = {count: at for at, count in enumerate(self.counts)}
        least, most = [inf] * len(world), [-inf] * len(world)
        solve = self._programme(world)
        found = []
        for count in wanted:
            at = world[count]
            for sign in (-1, 1):
                if most[at] - least[at] + 1 >= values:
                    break
                for other, value in enumerate(solve(at, sign)):
                    least[other] = min(least[other], ceil(value - TOLERANCE))
                    most[other] = max(most[other], floor(value + TOLERANCE))
            if most[at] - least[at] + 1 < values:
                found.append(count)
        return found

    def _programme(self, world: Mapping[int, int]):
        """Return what gives the possible world with the least, or greatest, value of one count."""
        from scipy.optimize import linprog
        from scipy.sparse import lil_array

        factors = lil_array((len(self.equations), len(world)))
        totals = [0.0] * len(self.equations)
        for row, equation in enumerate(self.equations):
            for count, factor in equation.items():
                if count in world:
                    factors[row, world[count]] = factor
                else:
                    totals[row] -= factor * self._told[count]
        matrix = factors.tocsr()

        def solve(at: int, sign: int) -> list[float]:
            goal = [0.0] * len(world)
            goal[at] = sign
            done = linprog(goal, A_eq=matrix, b_eq=totals, bounds=(0, FAR), method="highs")
            if done.x is None:
                raise AssertionError(f"the counts contradict each other: {done.message}")
            return list(done.x)

        return solve


class Ranges:
    """Which counts that are not told have few possible values; what was looked at is kept."""

    def __init__(self, equations: Sequence[Equation], values: int) -> None:
        """Take the equations, and how many possible values are enough."""
        self._equations, self._values = equations, values
        self._seen: dict[tuple, list[int]] = {}

    def narrow(self, told: Mapping[int, float], wanted: Collection[int]) -> dict[int, Part]:
        """Return the counts with too few possible values, each with its part."""
        found = {}
        for part in parts_of(self._equations, told):
            asked = [count for count in part.counts if count in wanted]
            key = (part.key, tuple(asked))
            if asked and key not in self._seen:
                self._seen[key] = part.narrow(asked, self._values)
            found |= dict.fromkeys(self._seen.get(key, ()), part)
        return found


def parts_of(equations: Iterable[Equation], told: Mapping[int, float]) -> list[Part]:
    """Return the counts that are not told, in parts that no equation ties together."""
    of: dict[int, set[int]] = {}
    rows: list[tuple[Equation, list[int]]] = []
    for equation in equations:
        unknown = [count for count in equation if count not in told]
        if unknown:
            rows.append((equation, unknown))
            whole = set(unknown).union(*(of.get(count, ()) for count in unknown))
            of.update(dict.fromkeys(whole, whole))
    unique = {id(part): part for part in of.values()}
    tied: dict[int, list[Equation]] = {key: [] for key in unique}
    for equation, unknown in rows:
        tied[id(of[unknown[0]])].append(equation)
    return [Part(sorted(part), tied[key], told) for key, part in unique.items()]
