"""Adjusted p that are compared with p.adjust and a graph worked through in R."""

from __future__ import annotations

from functools import partial

from trialtrail.analysis import multiplicity

FAMILIES = {
    "five": (0.01, 0.02, 0.022, 0.09, 0.4),
    "ties": (0.03, 0.03, 0.03, 0.2),
    "small": (0.001, 0.0005, 0.9, 0.04, 0.012, 0.011, 0.2),
}
GRAPHS = {"two_doses": (0.01, 0.02, 0.022, 0.09), "two_doses_late": (0.04, 0.011, 0.03, 0.006)}
WEIGHTS = {"h1": 0.5, "h2": 0.5}
TRANSITIONS = {
    "h1": {"h2": 0.5, "h3": 0.5},
    "h2": {"h1": 0.5, "h4": 0.5},
    "h3": {"h2": 1},
    "h4": {"h1": 1},
}


def named(values: tuple[float, ...]) -> dict[str, float]:
    """Return a family with its hypotheses named as R's are."""
    return {f"h{place}": value for place, value in enumerate(values, start=1)}


def of_graph(case: str) -> dict[str, float]:
    """Return the adjusted p of a graph."""
    return multiplicity.graph(named(GRAPHS[case]), WEIGHTS, TRANSITIONS)


FITS = {
    **{
        (case, name): partial(getattr(multiplicity, name), named(values))
        for case, values in FAMILIES.items()
        for name in ("holm", "hommel")
    },
    **{(case, "graph"): partial(of_graph, case) for case in GRAPHS},
}
"""(case, method) -> the computation."""
