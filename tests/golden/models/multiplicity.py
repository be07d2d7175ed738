"""Adjusted p values of the same families by this project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.multiplicity import fixed_sequence, graph, holm, hommel

DOSES = {
    "H11": {"H21": 0.5, "H12": 0.5},
    "H21": {"H11": 1 / 3, "H31": 1 / 3, "H22": 1 / 3},
    "H31": {"H21": 0.5, "H32": 0.5},
    "H12": {"H21": 1},
    "H22": {"H11": 0.5, "H31": 0.5},
    "H32": {"H21": 1},
}
GATES = {"H1": {"H3": 1}, "H2": {"H4": 1}, "H3": {"H2": 1}, "H4": {"H1": 1}}
HALVES = {"H1": 0.5, "H2": 0.5}
THIRDS = {"H11": 1 / 3, "H21": 1 / 3, "H31": 1 / 3}


def adjusted(family: str, adjust: Callable) -> Mapping[str, float]:
    """Return the adjusted p values of a family of which there is one."""
    rows = pd.read_csv(FOLDER / "multiplicity_families.csv")
    mine = rows[rows["family"] == family]
    p = {name: None if pd.isna(p) else p for name, p in zip(mine["name"], mine["p"], strict=True)}
    return {name: value for name, value in adjust(p).items() if value is not None}


FITS = {
    (family, adjust.__name__): partial(adjusted, family, adjust)
    for family in ("four", "ties", "lacking", "one", "small")
    for adjust in (holm, hommel, fixed_sequence)
} | {
    ("doses", "graph"): partial(
        graph,
        {"H11": 0.1, "H21": 0.008, "H31": 0.005, "H12": 0.15, "H22": 0.04, "H32": 0.006},
        THIRDS,
        DOSES,
    ),
    ("gates", "graph"): partial(
        graph, {"H1": 0.01, "H2": 0.005, "H3": 0.015, "H4": 0.022}, HALVES, GATES
    ),
    ("gates_other", "graph"): partial(
        graph, {"H1": 0.02, "H2": 0.015, "H3": 0.01, "H4": 0.023}, HALVES, GATES
    ),
}
