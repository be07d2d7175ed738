"""P values adjusted for the number of hypotheses of a family, at any familywise level.

A family is a mapping of names to two-sided p values. One that could not be estimated is None: it
stays None, and counts as a hypothesis that cannot be rejected (p of 1), so that the others are
adjusted as if it had been tested; what was planned decides the size of a family, not what worked.

An adjusted p value is the least familywise level at which the procedure rejects the hypothesis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PValues = Mapping[str, float | None]
Adjusted = dict[str, float | None]
TINY = 1e-12
"""What weights or transitions may sum to beyond 1, and how near to 1 a loop counts as closed."""


def holm(p: PValues) -> Adjusted:
    """Adjust by Holm's step-down Bonferroni procedure (Scand J Stat 1979;6:65-70)."""
    values = _of_all(p)
    adjusted, largest = {}, 0.0
    for place, name in enumerate(sorted(values, key=values.__getitem__)):
        largest = max(largest, min(1.0, (len(values) - place) * values[name]))
        adjusted[name] = largest
    return _of_known(adjusted, p)


def hommel(p: PValues) -> Adjusted:
    """Adjust by Hommel's procedure: Simes tests of all intersections (Biometrika 1988;75:383-6).

    Of the intersections of one size that hold a hypothesis, that with the largest others has the
    largest p value, so that one of each size is enough. It holds where Simes' test does, for
    independent or positively dependent p values.
    """
    values = _of_all(p)
    adjusted = {}
    for name, value in values.items():
        others = sorted((values[other] for other in values if other != name), reverse=True)
        adjusted[name] = max(_simes([value, *others[:size]]) for size in range(len(values)))
    return _of_known(adjusted, p)


def fixed_sequence(p: PValues, order: Sequence[str] | None = None) -> Adjusted:
    """Adjust for tests in an order, each at the full level, up to the first that does not reject.

    Args:
        p: the family.
        order: all its names, the first to be tested first; None takes the order of ``p``.
    """
    values = _of_all(p)
    names = list(values) if order is None else list(order)
    if sorted(names) != sorted(values):
        raise ValueError("the order is to name each hypothesis once")
    adjusted, largest = {}, 0.0
    for name in names:
        largest = max(largest, values[name])
        adjusted[name] = largest
    return _of_known(adjusted, p)


def graph(
    p: PValues, weights: Mapping[str, float], transitions: Mapping[str, Mapping[str, float]]
) -> Adjusted:
    """Adjust by a graph of weighted Bonferroni tests that pass their level on when they reject.

    Bretz, Maurer, Brannath and Posch, Stat Med 2009;28:586-604, algorithm 2. A hypothesis that the
    level never reaches has 1.

    Args:
        p: the family.
        weights: the share of the level with which each hypothesis starts, 0 where not named; their
            sum is at most 1.
        transitions: of each hypothesis, which share of its level goes to which others when it is
            rejected; the sum of each is at most 1.

    Raises:
        ValueError: a name is not of the family, or a share is negative, goes from a hypothesis to
            itself, or takes a sum above 1.
    """
    values = _of_all(p)
    _check_graph(values, weights, transitions)
    weight = {name: float(weights.get(name, 0.0)) for name in values}
    share = {
        name: {to: float(transitions.get(name, {}).get(to, 0.0)) for to in values}
        for name in values
    }
    adjusted, largest = {}, 0.0
    while reached := {name: values[name] / weight[name] for name in weight if weight[name] > 0}:
        name = min(reached, key=reached.__getitem__)
        largest = max(largest, min(1.0, reached[name]))
        adjusted[name] = largest
        weight, share = _without(name, weight, share)
    return _of_known(adjusted | dict.fromkeys(weight, 1.0), p)


def _without(
    gone: str, weight: Mapping[str, float], share: Mapping[str, Mapping[str, float]]
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Return weights and transitions of the graph after a hypothesis was rejected."""
    left = [name for name in weight if name != gone]
    weights = {name: weight[name] + weight[gone] * share[gone][name] for name in left}
    shares = {}
    for name in left:
        # What would go to the rejected one and come back stays with the others in proportion.
        loop = share[name][gone] * share[gone][name]
        shares[name] = {
            to: (share[name][to] + share[name][gone] * share[gone][to]) / (1 - loop)
            if to != name and loop < 1 - TINY
            else 0.0
            for to in left
        }
    return weights, shares


def _simes(values: Sequence[float]) -> float:
    """Return the p value of Simes' test that all hypotheses hold (Biometrika 1986;73:751-4)."""
    ordered = sorted(values)
    return min(len(ordered) * value / rank for rank, value in enumerate(ordered, start=1))


def _of_all(p: PValues) -> dict[str, float]:
    """Return the p value by which each hypothesis is adjusted, 1 where it could not be estimated.

    Raises:
        ValueError: a value is not between 0 and 1.
    """
    values = {name: 1.0 if value is None else float(value) for name, value in p.items()}
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"the p value of {name} is not between 0 and 1")
    return values


def _of_known(adjusted: Mapping[str, float], p: PValues) -> Adjusted:
    """Return the adjusted values in the order of the family, None where there was none."""
    return {name: None if value is None else adjusted[name] for name, value in p.items()}


def _check_graph(
    values: Mapping[str, float],
    weights: Mapping[str, float],
    transitions: Mapping[str, Mapping[str, float]],
) -> None:
    named = {*weights, *transitions}.union(*(of.keys() for of in transitions.values()))
    if unknown := sorted(named - {*values}):
        raise ValueError(f"not in the family: {', '.join(unknown)}")
    for shares in (weights, *transitions.values()):
        if any(not share >= 0 for share in shares.values()) or sum(shares.values()) > 1 + TINY:
            raise ValueError("weights and transitions are 0 or more, and sum to 1 at most")
    if loops := [name for name, shares in transitions.items() if shares.get(name)]:
        raise ValueError(f"a transition goes from {', '.join(loops)} to itself")
