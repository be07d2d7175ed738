"""Sums over the participants of which the likelihood of a clustered model is a function.

One rotation of the members of a cluster makes the covariance diagonal: a cluster of m members has
one row between, √m times its means, of variance σ² + mτ², and m - 1 rows within of variance σ². Of
the rows within only their cross products are needed, so a fit costs no more for more participants.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from trialtrail.analysis.fitted import NotEstimable

CONSTANT = 1e-10
"""Share of the variance of the outcome below which what is left of it is rounding."""


@dataclass(frozen=True)
class ClusteredSums:
    """Sums of one outcome; y is held by its mean and standard deviation.

    Attributes:
        within: cross products of the rows within, of each variance group: G x (p+1) x (p+1), the
            outcome last.
        rows_within: how many rows these are, of each group.
        between: a row a cluster: k x (p+1).
        size: members of each cluster.
        group: variance group of each cluster.
        n: participants.
        p: fixed effects.
        centre: mean of the outcome, which was taken off it.
        scale: its standard deviation, by which it was divided.
    """

    within: np.ndarray
    rows_within: np.ndarray
    between: np.ndarray
    size: np.ndarray
    group: np.ndarray
    n: int
    p: int
    centre: float
    scale: float
    squares: np.ndarray = field(init=False)
    """The outer product of each row between with itself."""
    slopes: np.ndarray = field(init=False)
    """Derivatives of the variance of each row between: by each group's σ², then by τ²."""

    def __post_init__(self) -> None:
        """Keep what every evaluation of the likelihood takes."""
        rows = self.between
        object.__setattr__(self, "squares", rows[:, :, None] * rows[:, None, :])
        mine = (self.group[:, None] == np.arange(len(self.rows_within))).astype(float)
        object.__setattr__(self, "slopes", np.column_stack([mine, self.size]))

    @property
    def alone(self) -> bool:
        """Whether no cluster has two members: τ² is then a part of σ²."""
        return bool((self.size == 1).all())


def sums_of(
    matrix: np.ndarray, values: np.ndarray, groups: np.ndarray, clusters: np.ndarray
) -> ClusteredSums:
    """Return the sums of an outcome.

    Args:
        matrix: the design, n x p, its first column the constant.
        values: the outcome, n.
        groups: the variance group of each participant, whole numbers from 0 without a gap.
        clusters: the cluster of each, whole numbers from 0; -1 for who stands alone.

    Raises:
        NotEstimable: a group has too few values, or values that the design determines.
    """
    centre, scale = float(values.mean()), float(values.std()) or 1.0
    rows = np.column_stack([matrix, (values - centre) / scale])
    within, number, between, size, group = [], [], [], [], []
    for place in range(int(groups.max()) + 1):
        mine = groups == place
        own = rows[mine]
        _check_group(own, place)
        inside = clusters[mine] >= 0
        cross, left = own.T @ own, len(own)
        if inside.any():
            _, code, count = np.unique(
                clusters[mine][inside], return_inverse=True, return_counts=True
            )
            total = np.zeros((len(count), rows.shape[1]))
            np.add.at(total, code, own[inside])
            means = total / np.sqrt(count)[:, None]
            between.append(means)
            size.append(count.astype(float))
            group.append(np.full(len(count), place))
            cross, left = cross - means.T @ means, left - len(count)
            _check_within(cross, left, len(own))
        within.append(cross)
        number.append(left)
    return ClusteredSums(
        np.array(within),
        np.array(number, dtype=float),
        np.vstack(between) if between else np.zeros((0, rows.shape[1])),
        np.concatenate(size) if size else np.zeros(0),
        np.concatenate(group) if group else np.zeros(0, dtype=int),
        len(rows),
        matrix.shape[1],
        centre,
        scale,
    )


class InGroup(NotEstimable):
    """What is wrong with the values of one variance group; ``place`` is its number."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place


def _check_group(rows: np.ndarray, place: int) -> None:
    if len(rows) < 2:
        raise InGroup("one value in the {group}: its variance is not known", place)
    design, values = rows[:, :-1], rows[:, -1]
    fitted, _, rank, _ = np.linalg.lstsq(design, values, rcond=None)
    left = values - design @ fitted
    if len(rows) <= rank:
        raise InGroup("the {group} has no more values than the model has parameters for it", place)
    if left @ left < CONSTANT**1.4 * len(rows):
        raise InGroup("the values of the {group} do not vary around the model", place)


def _check_within(cross: np.ndarray, rows: int, members: int) -> None:
    """Refuse clusters whose members all have the values that the model gives them."""
    design = cross[:-1, :-1]
    left = (
        cross[-1, -1]
        - cross[-1, :-1] @ np.linalg.pinv(design, 1e-10, hermitian=True) @ (cross[:-1, -1])
    )
    rank = np.linalg.matrix_rank(design, 1e-10 * members)
    if rows > rank and left < CONSTANT * members:
        raise NotEstimable("the values do not vary within the clusters: no residual variance")
