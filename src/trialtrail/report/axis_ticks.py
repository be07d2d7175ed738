"""Numbers at the ticks of an axis: plain ones, as few as tell the scale, that stand apart."""

from __future__ import annotations

import math
from pathlib import Path

from trialtrail.report.drawing import TEXT_WIDTH
from trialtrail.report.figure_text import POINTS
from trialtrail.report.fonts import text_width
from trialtrail.report.formatting import format_number

STEPS = 5
"""Most steps of an axis."""
PLAIN = ((1,), (1, 2, 5), (1, 1.5, 2, 3, 5, 7))
"""First digits of the numbers at the ticks of a ratio, from a wide range to a narrow one."""
FEWEST, TENS = 3, 8
"""Least ticks of a ratio, and most where they are powers of ten."""


def tick(value: float, _: int = 0) -> str:
    """Return the number at a tick of the axis, as the report prints numbers."""
    return format_number(f"{value:.10g}", "g")


def ratio_ticks(low: float, high: float) -> list[float]:
    """Return plain numbers for the ticks of a ratio: as few as tell the scale, three where can be.

    They are powers of ten, or such with 2 and 5, or with more between them; of a range in which
    these are too few they are as far apart as on a linear axis.
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for digits in PLAIN:
        every = [float(f"{digit * 10.0**power:.6g}") for power in powers for digit in digits]
        inside = [value for value in every if low <= value <= high]
        if digits == (1,) and len(inside) > TENS:
            apart = math.ceil(len(inside) / TENS)
            return [value for value in inside if round(math.log10(value)) % apart == 0]
        if FEWEST <= len(inside) <= (TENS if digits == (1,) else STEPS + 1):
            return inside
    power = math.ceil(math.log10(high - low))
    while True:
        for digit in (5, 2, 1):
            step = digit * 10.0**power
            first, last = math.ceil(low / step), math.floor(high / step)
            if last - first + 1 >= FEWEST:
                return [float(f"{n * step:.6g}") for n in range(first, last + 1)]
        power -= 1


def set_ticks(axes, ratio: bool, fonts: Path) -> None:
    """Give the horizontal axis its ticks: numbers that do not touch, 1 among those of a ratio."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    low, high = axes.get_xlim()
    if ratio:
        shown = ratio_ticks(low, high)
        apart = 1
        while not _stand_apart(shown[::apart], axes, fonts) and apart < len(shown):
            apart += 1
        if apart > 1:
            start = shown.index(1.0) % apart if 1.0 in shown else 0
            shown = shown[start::apart]
        axes.xaxis.set_major_locator(FixedLocator(shown))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        steps = STEPS
        while steps > 1:
            at = MaxNLocator(steps).tick_values(low, high)
            if _stand_apart([each for each in at if low <= each <= high], axes, fonts):
                break
            steps -= 1
        axes.xaxis.set_major_locator(MaxNLocator(steps))
    axes.xaxis.set_major_formatter(FuncFormatter(tick))


def _stand_apart(values: list[float], axes, fonts: Path) -> bool:
    """Tell whether the numbers at some ticks have the width of a letter between them."""
    room = axes.get_position().width * TEXT_WIDTH * 72
    places = axes.transAxes.inverted().transform(
        axes.transData.transform([(value, 0.0) for value in values])
    )[:, 0] * room if values else []  # fmt: skip
    ends = -math.inf
    for value, place in zip(values, places, strict=True):
        half = text_width(tick(value), POINTS, fonts) / 2
        if place - half < ends:
            return False
        ends = place + half + POINTS / 2
    return True
