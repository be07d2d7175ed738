"""p adjusted for several hypotheses, so that the chance of any false claim is kept.

A hypothesis whose p is None could not be tested: it counts in the size of the family, is never
rejected and keeps None.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Family = Mapping[Key, float | None]


def holm(p: Family) -> dict[Key, float | None]:
    """Return p adjusted by Holm's procedure (Scand J Stat 1979;6:65-70)."""
    order = _order(p)
    adjusted, least = {}, 0.0
    for rank, name in enumerate(order):
        least = max(least, min(1.0, (len(p) - rank) * _value(p[name])))
        adjusted[name] = least
    return _as_given(p, adjusted)


def hommel(p: Family) -> dict[Key, float | None]:
    """Return p adjusted by Hommel's procedure (Biometrika 1988;75:383-6).

    The algorithm is that of Wright (Biometrics 1992;48:1005-13).
    """
    order = _order(p)
    values = [_value(p[name]) for name in order]
    n = len(values)
    if not n:
        return {}
    least = min(n * value / rank for rank, value in enumerate(values, start=1))
    found, current = [least] * n, [least] * n
    for size in range(n - 1, 1, -1):
        small, large = range(n - size + 1), range(n - size + 1, n)
        bound = min(size * values[i] / rank for rank, i in enumerate(large, start=2))
        for i in small:
            current[i] = min(size * values[i], bound)
        for i in large:
            current[i] = current[n - size]
        found = [max(pair) for pair in zip(found, current, strict=True)]
    adjusted = {
        name: min(1.0, max(value, own))
        for name, value, own in zip(order, found, values, strict=True)
    }
    return _as_given(p, adjusted)


def fixed_sequence(p: Family) -> dict[Key, float | None]:
    """Return p adjusted where each hypothesis is tested only if all before it were rejected."""
    adjusted, most = {}, 0.0
    for name in p:
        most = max(most, _value(p[name]))
        adjusted[name] = most
    return _as_given(p, adjusted)


def graph(
    p: Family, weights: Mapping[Key, float], transitions: Mapping[Key, Mapping[Key, float]]
) -> dict[Key, float | None]:
    """Return p adjusted by a graph of weighted Bonferroni tests (Bretz, Stat Med 2009;28:586-604).

    Args:
        p: of each hypothesis.
        weights: the share of alpha that each begins with, together no more than 1.
        transitions: where the share of a rejected hypothesis goes, from each no more than 1.
    """
    share = {name: float(weights.get(name, 0.0)) for name in p}
    handed = {name: {to: float(transitions.get(name, {}).get(to, 0.0)) for to in p} for name in p}
    left, adjusted, most = list(p), {}, 0.0
    while left:
        ratios = {name: _ratio(_value(p[name]), share[name]) for name in left}
        chosen = min(left, key=ratios.__getitem__)
        most = max(most, min(1.0, ratios[chosen]))
        adjusted[chosen] = most
        left.remove(chosen)
        _hand_on(chosen, left, share, handed)
    return _as_given(p, adjusted)


def _hand_on(chosen: Key, left: list[Key], share: dict, handed: dict) -> None:
    """Take a rejected hypothesis out of the graph: its weight and its edges go to those left."""
    for name in left:
        share[name] += share[chosen] * handed[chosen][name]
    through = handed[chosen]
    again = {}
    for name in left:
        back = handed[name][chosen] * through[name]
        again[name] = {
            to: (handed[name][to] + handed[name][chosen] * through[to]) / (1 - back)
            if to != name and back < 1
            else 0.0
            for to in left
        }
    handed.update({name: {**handed[name], **again[name]} for name in left})


def _ratio(value: float, weight: float) -> float:
    return value / weight if weight > 0 else math.inf


def _order(p: Family) -> list[Key]:
    return sorted(p, key=lambda name: _value(p[name]))


def _value(p: float | None) -> float:
    return 1.0 if p is None else p


def _as_given(p: Family, adjusted: Mapping[Key, float]) -> dict[Key, float | None]:
    return {name: None if p[name] is None else adjusted[name] for name in p}
