"""Random draws that give the same bytes on every Python version.

Only `random.Random.random()` is promised to be stable between versions; everything else is
built on it here. `choice`, `shuffle` and the like of the standard library are not used.
"""

import hashlib
import math
import random
from collections.abc import Callable, Iterable, Sequence
from statistics import NormalDist
from typing import TypeVar

from studies.moments.generator.figures import standardised_difference

T = TypeVar("T")
_STANDARD = NormalDist()


class Chance:
    """A stream of draws, independent for every distinct name."""

    def __init__(self, *name: object) -> None:
        digest = hashlib.sha256("/".join(str(part) for part in name).encode()).digest()
        self._random = random.Random(int.from_bytes(digest[:8], "big")).random

    def share(self) -> float:
        """A number in [0, 1)."""
        return self._random()

    def yes(self, probability: float) -> bool:
        """True with the given probability."""
        return self._random() < probability

    def uniform(self, low: float, high: float) -> float:
        """A number between the two limits."""
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """A whole number; both limits can occur."""
        return low + int(self._random() * (high - low + 1))

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> float:
        """A normal draw, by inversion."""
        return mean + sd * _STANDARD.inv_cdf(min(max(self._random(), 1e-9), 1 - 1e-9))

    def count(self, mean: float, spread: float = 0.0) -> int:
        """A Poisson count; `spread` is the SD of the log of its mean (overdispersion)."""
        rate = mean * math.exp(self.normal(0, spread) - spread**2 / 2) if spread else mean
        term = total = math.exp(-rate)
        number, draw = 0, self._random()
        while draw > total and number < 200:
            number += 1
            term *= rate / number
            total += term
        return number

    def choice(self, items: Sequence[T]) -> T:
        """One of the items, all equally likely."""
        return items[int(self._random() * len(items))]

    def weighted(self, weights: dict[T, float]) -> T:
        """One of the keys, likely in proportion to its weight."""
        draw = self._random() * sum(weights.values())
        for item, weight in weights.items():
            draw -= weight
            if draw < 0:
                return item
        return item

    def shuffled(self, items: Iterable[T]) -> list[T]:
        """The items in random order."""
        left = list(items)
        for i in range(len(left) - 1, 0, -1):
            j = self.whole(0, i)
            left[i], left[j] = left[j], left[i]
        return left

    def sample(self, items: Iterable[T], size: int) -> list[T]:
        """`size` of the items, without replacement, in random order."""
        return self.shuffled(items)[:size]

    def few(self, items: Sequence[T]) -> list[T]:
        """One to four different items."""
        return list(dict.fromkeys(self.choice(items) for _ in range(self.whole(1, 4))))


def quiet(
    name: Sequence[object],
    build: Callable[[Chance], list[dict]],
    measures: dict[str, Callable[[dict], float | None]],
    arms: dict[str, str],
    near: dict[str, float] | None = None,
) -> list[dict]:
    """Rows in which no measure differs between the arms by more than 1.3 standard errors.

    The trial found no such difference; drawing again until none is left by chance keeps the
    example free of effects that nobody reported. `near` names measures whose standardised
    difference was published: they must lie within half a standard error of it, so that the
    climb to the exact figure changes few records.
    """
    bands = dict.fromkeys(measures, (0.0, 1.3))
    bands |= {measure: (centre, 0.5) for measure, centre in (near or {}).items()}
    for attempt in range(20_000):
        rows = build(Chance(*name, attempt))
        if all(
            abs(standardised_difference(rows, measures[m], arms) - centre) < width
            for m, (centre, width) in bands.items()
        ):
            return rows
    raise RuntimeError(f"no quiet draw found for {name}")
