"""Difference of two means with its Welch interval, in plain Python."""

import math
from collections.abc import Callable
from statistics import NormalDist


def t_quantile(probability: float, df: float) -> float:
    """Quantile of Student's t by the Cornish-Fisher expansion.

    Exact to better than 1e-6 above 100 degrees of freedom (Abramowitz and Stegun 26.7.5).
    """
    z = NormalDist().inv_cdf(probability)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / df + second / df**2 + third / df**3


def welch(moments_a: tuple, moments_b: tuple) -> tuple[float, float]:
    """Difference of means (a minus b) and half the width of its 95% interval.

    Each argument is (n, sum, sum of squares) of one arm.
    """
    means, errors, sizes = [], [], []
    for n, total, squares in (moments_a, moments_b):
        means.append(total / n)
        errors.append((squares - total * total / n) / (n - 1) / n)
        sizes.append(n)
    error = sum(errors)
    df = error**2 / sum(e**2 / (n - 1) for e, n in zip(errors, sizes, strict=True))
    return means[0] - means[1], t_quantile(0.975, df) * math.sqrt(error)


def moments(values: list[float]) -> tuple[int, float, float]:
    """n, sum and sum of squares."""
    return len(values), math.fsum(values), math.fsum(v * v for v in values)


def standardised_difference(
    rows: list[dict], measure: Callable[[dict], float | None], arms: dict[str, str]
) -> float:
    """Difference of the arms (PM minus C) over its standard error; missing values left out."""
    values: dict[str, list[float]] = {"PM": [], "C": []}
    for row in rows:
        value = measure(row)
        if value is not None:
            values[arms[row["Study No"]]].append(float(value))
    difference, half = welch(moments(values["PM"]), moments(values["C"]))
    return difference / (half / 1.96) if half else 0.0
