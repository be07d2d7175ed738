"""The model of clustered outcomes against the formulas written out in whole matrices.

Here the covariance of all values is one matrix; first derivatives of the likelihood by the
variances are complex steps, second ones differences of these.
"""

from __future__ import annotations

import numpy as np
import pytest
from clustered_trials import nested, one, part, setting, whole

from trialtrail.analysis.mixed.clustered import mixed

KINDS = ("kenward_roger", "kenward_roger_observed", "satterthwaite")


class Dense:
    """The restricted likelihood of a trial, its variances those of the arms, then of clusters."""

    def __init__(self, data, clustered, *, one=False):
        arms = data["arm"].to_numpy()
        self.y = data["value"].to_numpy()
        self.X = np.column_stack([np.ones(len(data)), arms == "b", data["x"]]).astype(float)
        cluster = np.where(np.isin(arms, clustered), data["cluster"].fillna(""), "")
        same = (cluster[:, None] == cluster[None, :]) & (cluster != "")
        residual = [np.ones(len(data))] if one else [arms == "a", arms == "b"]
        self.parts = [*map(np.diag, np.asarray(residual, dtype=float)), same.astype(float)]

    def V(self, variances):
        return sum(variance * one for variance, one in zip(variances, self.parts, strict=True))

    def information(self, variances):
        return self.X.T @ np.linalg.solve(self.V(variances), self.X)

    def log_likelihood(self, variances):
        V, (n, p) = self.V(variances), self.X.shape
        inverse = np.linalg.inv(V)
        M = self.X.T @ inverse @ self.X
        r = self.y - self.X @ np.linalg.solve(M, self.X.T @ inverse @ self.y)
        # Of a matrix that is complex by a small step the logarithm of slogdet's sign is the rest.
        logs = [np.log(sign) + size for sign, size in map(np.linalg.slogdet, (V, M))]
        return -0.5 * (sum(logs) + r @ inverse @ r + (n - p) * np.log(2 * np.pi))

    def inferred(self, variances, L, kind):
        """Return estimate, standard error and degrees of freedom of a combination."""
        X, parts, inverse = self.X, self.parts, np.linalg.inv(self.V(variances))
        C = np.linalg.inv(self.information(variances))
        estimate = L @ C @ X.T @ inverse @ self.y
        if kind == "kenward_roger":
            project = inverse - inverse @ X @ C @ X.T @ inverse
            information = np.array(
                [[0.5 * np.trace(project @ a @ project @ b) for b in parts] for a in parts]
            )
        else:
            information = -second_derivatives(self.log_likelihood, variances)
        W = np.linalg.inv(information)
        slope = derivatives(lambda at: L @ np.linalg.inv(self.information(at)) @ L, variances)
        df = 2 * (L @ C @ L) ** 2 / (slope @ W @ slope)
        if kind == "satterthwaite":
            return estimate, np.sqrt(L @ C @ L), df
        bias = np.zeros_like(C)
        for k, a in enumerate(parts):
            for m, b in enumerate(parts):
                Q = X.T @ inverse @ a @ inverse @ b @ inverse @ X
                P = [X.T @ inverse @ each @ inverse @ X for each in (a, b)]
                bias += W[k, m] * (Q - P[0] @ C @ P[1])
        return estimate, np.sqrt(L @ (C + 2 * C @ bias @ C) @ L), df


def derivatives(function, place):
    """Return the derivatives of a function by complex steps."""
    steps = 1e-30j * np.eye(len(place))
    return np.array([np.imag(function(place + step)) / 1e-30 for step in steps])


def second_derivatives(function, place):
    """Return the second derivatives: differences of complex steps, with Richardson's rule."""
    rows = []
    for k, size in enumerate(place):
        step = 1e-3 * size * np.eye(len(place))[k]
        once, twice = (
            (derivatives(function, place + s) - derivatives(function, place - s)) / (2 * s[k])
            for s in (step, 2 * step)
        )
        rows.append((4 * once - twice) / 3)
    return np.array(rows)


def alone_and_uneven():
    """Return a nested trial with clusters of several sizes and two who stand alone."""
    data = nested(clusters=6, size=5, alone=16, between=4, seed=2).drop([0, 1, 5]).reset_index()
    return data.assign(cluster=data["cluster"].mask(data.index.isin([3, 20]), None))


TRIALS = {
    "nested": (alone_and_uneven, ["b"], "by_arm"),
    "nested, one residual variance": (alone_and_uneven, ["b"], "one"),
    "whole clusters": (lambda: whole(10, 5, 3, 3).drop([0, 7, 8]), ["a", "b"], "by_arm"),
    "across the arms": (lambda: whole(8, 5, 3, 3).assign(arm=["a", "b"] * 20), ["a", "b"], "one"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", TRIALS)
def test_a_fit_is_that_of_whole_matrices(name, kind):
    make, clustered, residual = TRIALS[name]
    data = make()
    found = mixed(data, setting(clustered=clustered, df=kind, options={"residual": residual}))
    dense = Dense(data, clustered, one=residual == "one")
    groups = [""] if residual == "one" else ["a", "b"]
    variances = np.array(
        [part(found, "residual_variance", group).value for group in groups]
        + [part(found, "cluster_variance").value]
    )
    assert variances[-1] > 1
    at = dense.log_likelihood(variances)
    assert part(found, "log_likelihood").value == pytest.approx(at, rel=1e-12)
    # In units of the variances' own size: what a change of 1% would gain.
    assert np.abs(derivatives(dense.log_likelihood, variances) * variances).max() < 1e-6
    effect, arm = one(found), found.arms[1]
    mean = np.array([1, 1, data["x"].mean()])
    for given, L in (
        ((effect.estimate, effect.se, effect.df), np.array([0.0, 1, 0])),
        ((arm.adjusted, arm.adjusted_se, arm.adjusted_df), mean),
    ):
        assert given == pytest.approx(dense.inferred(variances, L, kind), rel=1e-6)


def test_at_no_variance_between_clusters_the_expected_information_still_has_it():
    data = nested(clusters=6, size=4, alone=12, between=0, seed=1)
    found = mixed(data, setting())
    residual = [part(found, "residual_variance", group).value for group in "ab"]
    variances = np.array([*residual, part(found, "cluster_variance").value])
    assert variances[-1] == 0
    dense = Dense(data, ["b"])
    slope = derivatives(dense.log_likelihood, variances)
    assert slope[-1] < 0
    assert np.abs(slope[:2] * variances[:2]).max() < 1e-6
    effect = one(found)
    wanted = dense.inferred(variances, np.array([0.0, 1, 0]), "kenward_roger")
    assert (effect.estimate, effect.se, effect.df) == pytest.approx(wanted, rel=1e-6)


def test_the_limits_of_the_correlation_are_where_the_profile_falls_by_half_the_quantile():
    from scipy.optimize import minimize

    data = nested(clusters=10, size=5, alone=20, between=5, seed=7)
    found = mixed(data, setting())
    correlation = part(found, "intracluster_correlation")
    dense = Dense(data, ["b"])

    def profile(rho):
        def lack(logs):
            alone, total = np.exp(logs)
            return -dense.log_likelihood(np.array([alone, total * (1 - rho), total * rho]))

        return -minimize(lack, np.log([16.0, 30.0]), method="BFGS", options={"gtol": 1e-7}).fun

    top = part(found, "log_likelihood").value
    for limit in (correlation.lower, correlation.upper):
        assert 0 < limit < 1
        assert top - profile(limit) == pytest.approx(3.841458820694124 / 2, abs=1e-5)
