"""Sums over the participants of which the likelihood of a clustered model is a function.

One rotation of the members of a cluster makes the covariance diagonal: a cluster of m members has
one row between, √m times its means, of variance σ² + mτ², and m - 1 rows within of variance σ². Of
the rows within only their cross products are needed, so a fit costs no more for more participants.
What depends on the design alone is computed once for all outcomes of the same participants.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialtrail.analysis.fitted import NotEstimable

CONSTANT = 1e-10
"""Share of the variance of the outcome below which what is left of it is rounding."""


class InGroup(NotEstimable):
    """What is wrong with the values of one variance group; ``place`` is its number."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place


@dataclass(frozen=True)
class ClusteredSums:
    """Sums of one outcome; y is held by its mean and standard deviation.

    Attributes:
        within: cross products of the rows within, of each variance group, as rows: G x (p+1)², the
            outcome last.
        rows_within: how many rows these are, of each group.
        between: the cross product of each row between with itself, as rows: k x (p+1)².
        size: members of each cluster.
        group: variance group of each cluster.
        slopes: derivatives of the variance of each row between: by each group's σ², then by τ²:
            k x (G+1).
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
    slopes: np.ndarray
    n: int
    p: int
    centre: float
    scale: float

    @property
    def alone(self) -> bool:
        """Whether no cluster has two members: τ² is then a part of σ²."""
        return bool((self.size == 1).all())


@dataclass(frozen=True)
class _Group:
    """What of a variance group does not depend on the outcome.

    Attributes:
        place: its number.
        rows: its participants.
        basis: an orthonormal basis of its design.
        design: its design.
        inside: which of its participants belong to clusters.
        code: the cluster of each of them, from 0.
        size: members of each cluster.
        totals: √m times the means of the design in each cluster.
        within: cross products of the design within.
        inverse: their pseudo-inverse.
        free: rows within more than the design takes up.
    """

    place: int
    rows: np.ndarray
    basis: np.ndarray
    design: np.ndarray
    inside: np.ndarray
    code: np.ndarray
    size: np.ndarray
    totals: np.ndarray
    within: np.ndarray
    inverse: np.ndarray
    free: int


class Layout:
    """The design, variance groups and clusters of some participants.

    Args:
        matrix: the design, n x p, its first column the constant.
        groups: the variance group of each participant, whole numbers from 0 without a gap.
        clusters: the cluster of each, whole numbers from 0; -1 for who stands alone.
    """

    def __init__(self, matrix: np.ndarray, groups: np.ndarray, clusters: np.ndarray) -> None:
        self.n, self.p = matrix.shape
        self._groups = [
            _group(matrix, np.flatnonzero(groups == place), clusters, place)
            for place in range(int(groups.max()) + 1)
        ]
        self.size = np.concatenate([each.size for each in self._groups])
        self.group = np.concatenate(
            [np.full(len(each.size), each.place) for each in self._groups]
        ).astype(int)
        mine = (self.group[:, None] == np.arange(len(self._groups))).astype(float)
        self.slopes = np.column_stack([mine, self.size])

    def sums(self, values: np.ndarray) -> ClusteredSums:
        """Return the sums of an outcome, one value a participant.

        Raises:
            NotEstimable: a group has too few values, or values that the design determines.
        """
        centre, scale = float(values.mean()), float(values.std()) or 1.0
        outcome = (values - centre) / scale
        within, rows_within, between = [], [], []
        for each in self._groups:
            own = outcome[each.rows]
            _check_group(own, each)
            inside = own[each.inside]
            total = np.bincount(each.code, weights=inside, minlength=len(each.size))
            means = np.column_stack([each.totals, total / np.sqrt(each.size)])
            cross = np.empty((self.p + 1, self.p + 1))
            cross[:-1, :-1] = each.within
            cross[-1, :-1] = cross[:-1, -1] = own @ each.design - means[:, -1] @ each.totals
            cross[-1, -1] = own @ own - means[:, -1] @ means[:, -1]
            _check_within(cross, each)
            within.append(cross.reshape(-1))
            rows_within.append(len(own) - len(each.size))
            squares = means[:, :, None] * means[:, None, :]
            between.append(squares.reshape(len(means), (self.p + 1) ** 2))
        return ClusteredSums(
            np.array(within),
            np.array(rows_within, dtype=float),
            np.concatenate(between),
            self.size,
            self.group,
            self.slopes,
            self.n,
            self.p,
            centre,
            scale,
        )


def _group(matrix: np.ndarray, rows: np.ndarray, clusters: np.ndarray, place: int) -> _Group:
    design, cluster = matrix[rows], clusters[rows]
    inside = np.flatnonzero(cluster >= 0)
    _, code, size = np.unique(cluster[inside], return_inverse=True, return_counts=True)
    totals = np.zeros((len(size), matrix.shape[1]))
    np.add.at(totals, code, design[inside])
    totals /= np.sqrt(size)[:, None]
    left, spread, _ = np.linalg.svd(design, full_matrices=False)
    within = design.T @ design - totals.T @ totals
    rank = np.linalg.matrix_rank(within, 1e-10 * len(rows))
    return _Group(
        place,
        rows,
        left[:, spread > 1e-12 * spread[:1]],
        design,
        inside,
        code,
        size.astype(float),
        totals,
        within,
        np.linalg.pinv(within, 1e-10, hermitian=True),
        len(rows) - len(size) - int(rank),
    )


def _check_group(values: np.ndarray, group: _Group) -> None:
    if len(values) < 2:
        raise InGroup("one value in the {group}: its variance is not known", group.place)
    if len(values) <= group.basis.shape[1]:
        what = "the {group} has no more values than the model has parameters for it"
        raise InGroup(what, group.place)
    left = values - group.basis @ (group.basis.T @ values)
    if left @ left < 1e-14 * len(values):
        raise InGroup("the values of the {group} do not vary around the model", group.place)


def _check_within(cross: np.ndarray, group: _Group) -> None:
    """Refuse clusters whose members all have the values that the model gives them."""
    if not len(group.size) or (group.size == 1).all():
        return
    if group.free <= 0:
        raise NotEstimable("the covariates explain all differences within the clusters")
    left = cross[-1, -1] - cross[-1, :-1] @ group.inverse @ cross[:-1, -1]
    if left < CONSTANT * len(group.rows):
        raise NotEstimable("the values do not vary within the clusters: no residual variance")
