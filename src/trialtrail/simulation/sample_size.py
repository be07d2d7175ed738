"""Power and the smallest trial that reaches it, by drawn trials of several sizes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from trialtrail.errors import StudyError
from trialtrail.simulation.design import NESTED, Design, complete
from trialtrail.simulation.formula import power_by_formula
from trialtrail.simulation.trials import Task, simulate

AROUND = (0.7, 0.85, 1.0, 1.15, 1.3)
"""Sizes that are tried, as shares of that of the formula."""
LEAST, MOST = 8, 1_000_000
"""Participants between which a size is looked for."""
ROUNDS = 3
"""How often a size outside those tried is tried too."""
TRIED, SMALLEST = "tried", "smallest"


@dataclass(frozen=True)
class Asked:
    """What power is looked for.

    Attributes:
        spec: the section `simulation.power`, its defaults written out, with ``effect``.
        described: what the data show of the design.
        arms: their ids, the reference first.
        within: the arms with clusters.
        arm: place of the arm whose difference is to be found.
        method: name in the registry.
        alpha: two-sided level of the test.
        seed: of all draws.
    """

    spec: Mapping[str, Any]
    described: Mapping[str, Any]
    arms: Sequence[str]
    within: Sequence[str]
    arm: int
    method: str
    alpha: float
    seed: int

    def design(self, total: int) -> Design:
        """Return the design of a trial of ``total`` participants."""
        sizes = self.sizes(total)
        clusters = {arm: max(1, round(sizes[arm] / self.caseload(arm))) for arm in self.within}
        keys = ("sd", "correlation", "concentration", "covariate", "lost", "effect")
        own = {key: self.spec[key] for key in keys if key in self.spec}
        scenario = {"id": "power", "model": NESTED, **own, "sizes": sizes, "clusters": clusters}
        return complete(scenario, self.described, self.arms, self.within)[0]

    def sizes(self, total: int) -> dict[str, int]:
        """Return the participants of each arm."""
        given = self.spec.get("ratio", self.described.get("sizes", 1.0))
        each = [given.get(a, 1.0) if isinstance(given, Mapping) else given for a in self.arms]
        shares = np.array(each, dtype=float) / sum(each)
        ends = np.rint(np.cumsum(shares) * total).astype(int)
        return dict(zip(self.arms, np.diff(ends, prepend=0).tolist(), strict=True))

    def caseload(self, arm: str) -> float:
        """Return the mean participants of a cluster of an arm.

        Raises:
            StudyError: it is known from nowhere.
        """
        if "caseload" in self.spec:
            return float(self.spec["caseload"])
        sizes, clusters = (self.described.get(name, {}) for name in ("sizes", "clusters"))
        if not sizes.get(arm) or not clusters.get(arm):
            raise StudyError(
                "The power of a trial with clusters is asked for, and nothing says how large "
                "these are",
                where="simulation.power",
                rule="larger trials have more clusters",
                remedy="write `caseload`, the mean participants of a cluster",
            )
        return sizes[arm] / clusters[arm]


@dataclass(frozen=True)
class Tried:
    """One size that was tried: its trials, and how many of their tests reject."""

    total: int
    trials: int
    rejected: int

    @property
    def power(self) -> float:
        """The share that rejects."""
        return self.rejected / self.trials


@dataclass(frozen=True)
class Line:
    """A probit line of power by the square root of the size, and the covariance of its terms."""

    start: float
    slope: float
    covariance: np.ndarray

    def power(self, total: float) -> float:
        """Return the power of a size."""
        return float(ndtr(self.start + self.slope * math.sqrt(total)))

    def size(self, power: float, level: float = 0.95) -> tuple[float, float, float] | None:
        """Return the size that has a power, with the limits that the Monte Carlo error leaves.

        None where power does not rise with the size. The limits are those of the delta method, on
        the scale of the square root.
        """
        if self.slope <= 0:
            return None
        root = (float(ndtri(power)) - self.start) / self.slope
        if root <= 0:
            return None
        turn = np.array([1.0, root])
        error = math.sqrt(float(turn @ self.covariance @ turn)) / self.slope
        margin = float(ndtri((1 + level) / 2)) * error
        return root**2, max(root - margin, 0.0) ** 2, (root + margin) ** 2


def line_through(points: Sequence[Tried]) -> Line:
    """Return the probit line of largest likelihood, which smooths power over the sizes.

    The power of a two-sided test of a difference is very nearly such a line where it is not near
    alpha: the difference by its standard error grows with the square root of the size. Half a trial
    is added to each count, so that a power of all or nothing has a place on it.
    """
    root = np.sqrt([each.total for each in points])
    number = np.array([each.trials + 1.0 for each in points])
    share = np.array([each.rejected + 0.5 for each in points]) / number
    rows = np.column_stack([np.ones(len(root)), root])
    found = np.linalg.lstsq(rows, ndtri(share), rcond=None)[0]
    information = np.eye(2)
    for _ in range(50):
        middle = rows @ found
        mean = np.clip(ndtr(middle), 1e-12, 1 - 1e-12)
        slope = np.exp(-0.5 * middle**2) / math.sqrt(2 * math.pi)
        weight = number * slope**2 / (mean * (1 - mean))
        information = (rows * weight[:, None]).T @ rows
        safe = np.maximum(slope, 1e-300)
        step = np.linalg.solve(information, rows.T @ (weight * (share - mean) / safe))
        found = found + step
        if np.abs(step).max() < 1e-10:
            break
    return Line(float(found[0]), float(found[1]), np.linalg.inv(information))


def start_of(asked: Asked) -> int:
    """Return the participants that the formula asks for; of clusters across arms, as of others."""
    wanted = float(asked.spec["wanted"])

    def enough(total: int) -> bool:
        design = replace(asked.design(total), across=False)
        return (power_by_formula(design, asked.alpha, asked.arm) or 0.0) >= wanted

    low, high = LEAST, LEAST
    while not enough(high):
        low, high = high, 2 * high
        if high > MOST:
            raise StudyError(
                f"No trial of {MOST:,} participants or fewer reaches the wanted power",
                where="simulation.power",
                rule="a clustered trial with few clusters may never reach it",
                remedy="correct `effect`, `sd`, `correlation` or `caseload`",
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def try_size(asked: Asked, total: int) -> Tried:
    """Return what drawn trials of a size give."""
    trials = int(asked.spec["trials"])
    task = Task(f"power-{total}", asked.design(total), (asked.method,), 1 - asked.alpha, asked.seed)
    found = simulate(task, range(1, trials + 1))
    mine = found[found["arm"] == asked.arms[asked.arm]]
    # A trial without an interval rejects nothing.
    return Tried(total, trials, int((mine["p"] < asked.alpha).fillna(False).sum()))


def look_for(asked: Asked) -> Iterator[dict[str, Any]]:
    """Yield the rows of `power`: the sizes tried, and the smallest that has the wanted power."""
    given = asked.spec.get("totals")
    totals = list(given or sorted({max(LEAST, round(s * start_of(asked))) for s in AROUND}))
    points = [try_size(asked, total) for total in totals]
    wanted = float(asked.spec["wanted"])
    found = None
    if len(points) > 1:
        found = line_through(points).size(wanted)
        for _ in range(0 if given else ROUNDS):
            last = [each.total for each in points]
            if found is None or last[0] <= found[0] <= last[-1] or found[0] > MOST:
                break
            points.append(try_size(asked, max(LEAST, math.ceil(found[0]))))
            points.sort(key=lambda each: each.total)
            found = line_through(points).size(wanted)
    line = line_through(points) if len(points) > 1 else None
    for each in points:
        yield _row(asked, each, TRIED, line)
    if found is None or line is None:
        return
    total, tried = math.ceil(found[0]), [each.total for each in points]
    smallest = next((each for each in points if each.total == total), None)
    row = _row(asked, smallest or try_size(asked, total), SMALLEST, line)
    outside = not tried[0] <= total <= tried[-1]
    note = "beyond the sizes tried: by the line through them" if outside else None
    limits = {"participants_lower": found[1], "participants_upper": found[2]}
    yield row | limits | {"note": note}


def _row(asked: Asked, tried: Tried, kind: str, line: Line | None) -> dict[str, Any]:
    design, power = asked.design(tried.total), tried.power
    sizes = zip(design.arms, design.sizes, strict=True)
    clusters = [f"{arm} {k}" for arm, k in zip(design.arms, design.clusters, strict=True) if k]
    return {
        "row": SMALLEST if kind == SMALLEST else f"{kind}.{tried.total}",
        "kind": kind,
        "method": asked.method,
        "effect": design.effect,
        "alpha": asked.alpha,
        "wanted": float(asked.spec["wanted"]),
        "participants": tried.total,
        "sizes": ", ".join(f"{arm} {n}" for arm, n in sizes),
        "clusters": ", ".join(clusters) or None,
        "trials": tried.trials,
        "power": power,
        "power_mc_error": math.sqrt(power * (1 - power) / tried.trials),
        "smoothed": None if line is None else line.power(tried.total),
        "formula": power_by_formula(design, asked.alpha, asked.arm),
    }
