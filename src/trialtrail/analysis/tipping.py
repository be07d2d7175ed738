"""From which shift of imputed values on a conclusion changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from trialtrail.analysis.fitted import Effect, Part
from trialtrail.analysis.fitting import SCENARIOS, Found

COMPONENT = "tipping_point"
EXCLUDES, INCLUDES = "the interval excludes no difference", "the interval includes no difference"


def tipping_points(every: Sequence[Found], arms: Sequence[str]) -> Iterator[Part]:
    """Yield, of each arm, scenario and direction, the shift from which the conclusion changes.

    The conclusion is whether the interval includes no difference. Between two shifts that were
    analysed the limit that crosses it is taken to run straight. Where nothing changes within the
    range, there is one part without a value that says so.
    """
    for arm in arms[1:]:
        for scenario in SCENARIOS:
            points = _points(every, scenario, arm)
            group = " ".join([scenario, *([arm] if len(arms) > 2 else [])])
            yield from _of_scenario(points, group)


def _points(every: Sequence[Found], scenario: str, arm: str) -> list[tuple[float, Effect]]:
    """Return the effects of a scenario with an interval, by their shift."""
    found = [
        (each.shift.delta, effect)
        for each in every
        if each.shift and each.shift.scenario == scenario
        for effect in each.fitted.effects
        if effect.arm == arm and effect.lower is not None
    ]
    return sorted(found, key=lambda point: point[0])


def _of_scenario(points: list[tuple[float, Effect]], group: str) -> Iterator[Part]:
    start = min(range(len(points)), key=lambda n: abs(points[n][0]), default=None)
    if start is None:
        yield Part(COMPONENT, None, group, note="no effect could be estimated")
        return
    before = _includes(points[start][1])
    changed = False
    for name, path in (("upwards", points[start:]), ("downwards", points[start::-1])):
        for (near, first), (far, then) in pairwise(path):
            if _includes(then) != before:
                shift = _crossing(near, first, far, then)
                note = EXCLUDES if before else INCLUDES
                yield Part(COMPONENT, shift, f"{group} {name}", note=note)
                changed = True
                break
    if not changed:
        low, high = points[0][0], points[-1][0]
        note = f"nothing changes within {low:g} to {high:g}: {INCLUDES if before else EXCLUDES}"
        yield Part(COMPONENT, None, group, note=note)


def _includes(effect: Effect) -> bool:
    return effect.lower <= 0 <= effect.upper


def _crossing(near: float, first: Effect, far: float, then: Effect) -> float:
    """Return where a limit of the interval crosses no difference, between two shifts."""
    outside = then if _includes(first) else first
    limit = "lower" if outside.lower > 0 else "upper"
    start, end = getattr(first, limit), getattr(then, limit)
    return near + (far - near) * (0 - start) / (end - start)
