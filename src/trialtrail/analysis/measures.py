"""The measures by which arms are compared: what each is called, its unit and its scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

PERCENT = 100
POINTS = "percentage points"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    Attributes:
        title: what readers call it.
        ratio: whether no difference is 1, and its interval and standard error are those of the
            logarithm.
        scale: what its estimates are multiplied by in the tables of results.
        unit: its unit there; None for that of the outcome.
        limited: whether the plan's margin and smallest important difference are of this measure:
            it is the one by which outcomes of its kind are judged.
    """

    title: str
    ratio: bool = False
    scale: float = 1
    unit: str | None = None
    limited: bool = False

    @property
    def nothing(self) -> float:
        """The value that means no difference."""
        return 1.0 if self.ratio else 0.0


MEASURES: dict[str, Measure] = {
    "mean_difference": Measure("Difference of means", limited=True),
    "risk_difference": Measure("Difference of risks", scale=PERCENT, unit=POINTS, limited=True),
    "risk_ratio": Measure("Ratio of risks", ratio=True, unit=""),
    "odds_ratio": Measure("Odds ratio", ratio=True, unit=""),
    "rate_ratio": Measure("Ratio of rates", ratio=True, unit="", limited=True),
    "common_odds_ratio": Measure("Common odds ratio", ratio=True, unit="", limited=True),
    "hazard_ratio": Measure("Hazard ratio", ratio=True, unit="", limited=True),
    "restricted_mean_difference": Measure("Difference of restricted mean times", unit="days"),
    "incidence_difference": Measure(
        "Difference of cumulative incidence", scale=PERCENT, unit=POINTS
    ),
    "complier_mean_difference": Measure("Difference of means among compliers", limited=True),
    "complier_risk_difference": Measure(
        "Difference of risks among compliers", scale=PERCENT, unit=POINTS, limited=True
    ),
}
"""Name -> measure, in the order in which they are printed."""
UNNAMED = "mean_difference"
"""The measure that stands in no name of a row."""
WIDEST = 50.0
"""Logarithm of a ratio beyond which a limit of its interval says nothing."""
TOO_WIDE = "too few for an interval that says anything"
INTERACTION = "interaction"
"""What stands after a measure whose estimate is a difference (or ratio) between two subgroups."""


def measure_of(name: str) -> Measure:
    """Return a measure; an interaction has the scale and unit of what it is the difference of."""
    return MEASURES[name.removesuffix(f"_{INTERACTION}")]


def limits_of_ratio(lower: float, upper: float) -> tuple[float, float] | None:
    """Return the limits of a ratio from those of its logarithm; None where they say nothing."""
    if not max(abs(lower), abs(upper)) <= WIDEST:
        return None
    return math.exp(lower), math.exp(upper)


def limits(name: str, size: float) -> tuple[float, float]:
    """Return what is as far from no difference as `size`, on either side of it.

    Of a ratio `size` may be given either way: 1.25 and 0.8 are the same distance.
    """
    if measure_of(name).ratio:
        return min(size, 1 / size), max(size, 1 / size)
    return -abs(size), abs(size)


def is_interaction(name: str) -> bool:
    """Tell whether a measure compares subgroups."""
    return name.endswith(f"_{INTERACTION}")
