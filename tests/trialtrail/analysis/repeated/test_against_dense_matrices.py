"""The mixed model for repeated measures against the formulas written out in whole matrices.

Here the covariance of all values is one matrix, a function of other parameters than the code has;
its derivatives, and those of the likelihood, are taken numerically by complex steps.
"""

from __future__ import annotations

import numpy as np
import pytest
from repeated_trials import VISITS, parts, setting, trial

from trialtrail.analysis.repeated.mmrm import mmrm

PLACES = np.arange(len(VISITS))
LAGS = np.abs(PLACES[:, None] - PLACES[None, :])
STEP = 1e-4


def unstructured(parameters):
    found = np.zeros((len(VISITS), len(VISITS)), dtype=parameters.dtype)
    found[np.tril_indices(len(VISITS))] = parameters
    return found + np.tril(found, -1).T


def by_variances(correlations):
    def covariance(parameters):
        size = np.sqrt(parameters[: len(VISITS)])
        return np.outer(size, size) * correlations(parameters[len(VISITS) :])

    return covariance


toeplitz = by_variances(lambda own: np.where(LAGS == 0, 1.0, own[np.maximum(LAGS - 1, 0)]))
ar1 = by_variances(lambda own: own[0] ** LAGS)
compound_symmetry = by_variances(lambda own: np.where(LAGS == 0, 1.0, own[0]))
STRUCTURES = {
    "unstructured": unstructured,
    "toeplitz": toeplitz,
    "ar1": ar1,
    "compound_symmetry": compound_symmetry,
}


def parameters_of(name, found):
    """Return the parameters of the structure from the variances and correlations of a fit."""
    variances = np.array([parts(found, "variance")[visit] for visit in VISITS])
    correlation = parts(found, "correlation")
    if name == "unstructured":
        size = np.sqrt(variances)
        return np.array(
            [
                variances[a]
                if a == b
                else size[a] * size[b] * correlation[f"{VISITS[b]} x {VISITS[a]}"]
                for a in PLACES
                for b in PLACES[: a + 1]
            ]
        )
    own = [correlation["v1 x v2"], correlation["v1 x v3"]] if name == "toeplitz" else None
    return np.concatenate([variances, own or [correlation["v1 x v2"]]])


class Dense:
    """The restricted likelihood of cell means and covariates by timepoint, in whole matrices."""

    def __init__(self, data, covariance):
        used = data[data["value"].notna()].reset_index(drop=True)
        self.covariance = covariance
        self.y = used["value"].to_numpy()
        self.visit = used["visit"].map(VISITS.index).to_numpy()
        person = used["participant_id"].to_numpy()
        self.same = person[:, None] == person[None, :]
        people = used.groupby("participant_id")[["base", "male"]].first()
        columns = [
            ((used["visit"] == visit) & (used["arm"] == arm)) * 1.0
            for arm in "ab"
            for visit in VISITS
        ]
        for term in ("base", "male"):
            centred = used[term] - people[term].mean()
            columns += [(used["visit"] == visit) * centred for visit in VISITS]
        self.X = np.column_stack(columns)

    def V(self, parameters):
        return self.covariance(parameters)[np.ix_(self.visit, self.visit)] * self.same

    def weighted(self, parameters):
        return self.X.T @ np.linalg.solve(self.V(parameters), self.X)

    def log_likelihood(self, parameters):
        V, (n, p) = self.V(parameters), self.X.shape
        inverse = np.linalg.inv(V)
        M = self.X.T @ inverse @ self.X
        r = self.y - self.X @ np.linalg.solve(M, self.X.T @ inverse @ self.y)
        # Of a matrix that is complex by a small step the logarithm of slogdet's sign is the rest.
        logs = [np.log(sign) + size for sign, size in map(np.linalg.slogdet, (V, M))]
        return -0.5 * (sum(logs) + r @ inverse @ r + (n - p) * np.log(2 * np.pi))


def complex_step(function, parameters):
    """Return the derivatives of a function by each parameter."""
    return np.array(
        [
            np.imag(function(parameters + 1e-30j * np.eye(len(parameters))[k])) / 1e-30
            for k in range(len(parameters))
        ]
    )


def hessian(function, parameters):
    """Return the second derivatives: differences of complex steps, with Richardson's rule."""
    rows = []
    for k in range(len(parameters)):
        step = STEP * max(abs(parameters[k]), 0.1) * np.eye(len(parameters))[k]
        once, twice = (
            (complex_step(function, parameters + s) - complex_step(function, parameters - s))
            / (2 * s[k])
            for s in (step, 2 * step)
        )
        rows.append((4 * once - twice) / 3)
    return np.array(rows)


def inferred(dense, parameters, L, kind):
    """Return the standard error and the degrees of freedom of a combination."""
    X, p = dense.X, len(parameters)
    inverse = np.linalg.inv(dense.V(parameters))
    C = np.linalg.inv(dense.weighted(parameters))
    P = complex_step(dense.weighted, parameters)
    V1 = complex_step(dense.V, parameters)
    if kind == "kenward_roger_expected":
        project = inverse - inverse @ X @ C @ X.T @ inverse
        half = project @ V1
        information = 0.5 * np.einsum("kij,lji->kl", half, half)
    else:
        information = -hessian(dense.log_likelihood, parameters)
    W = np.linalg.inv(information)
    gradient = complex_step(lambda q: L @ np.linalg.inv(dense.weighted(q)) @ L, parameters)
    df = 2 * (L @ C @ L) ** 2 / (gradient @ W @ gradient)
    if kind == "satterthwaite":
        return np.sqrt(L @ C @ L), df
    bias = np.zeros_like(C)
    for k in range(p):
        for m in range(p):
            Q = X.T @ inverse @ V1[k] @ inverse @ V1[m] @ inverse @ X
            bias += W[k, m] * (Q - P[k] @ C @ P[m])
    return np.sqrt(L @ (C + 2 * C @ bias @ C) @ L), df


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_fit_is_that_of_whole_matrices(name):
    data = trial(people=24, lost=0.2, seed=5)
    difference, mean = np.zeros(12), np.zeros(12)
    difference[[5, 2]], mean[5] = (1, -1), 1
    dense = Dense(data, STRUCTURES[name])
    asked = {"kenward_roger": "kenward_roger_observed"}
    for df in ("kenward_roger", "kenward_roger_expected", "satterthwaite"):
        found = mmrm(data, setting(df=df, options={"structures": [name]}))
        effect, arm = found.effects[0], found.arms[1]
        kind = asked.get(df, df)
        assert effect.method == f"mmrm_{name}_{kind}"
        parameters = parameters_of(name, found)
        at = parts(found, "log_likelihood")[""]
        assert at == pytest.approx(dense.log_likelihood(parameters), rel=1e-12)
        # In units of the parameters' own size: what a change of 1% would gain.
        assert np.abs(complex_step(dense.log_likelihood, parameters) * parameters).max() < 1e-6
        V = dense.V(parameters)
        weights = np.linalg.solve(V, dense.X)
        beta = np.linalg.solve(dense.weighted(parameters), weights.T @ dense.y)
        assert effect.estimate == pytest.approx(difference @ beta, rel=1e-9)
        assert arm.adjusted == pytest.approx(mean @ beta, rel=1e-10)
        for given, L in (
            ((effect.se, effect.df), difference),
            ((arm.adjusted_se, arm.adjusted_df), mean),
        ):
            assert given == pytest.approx(inferred(dense, parameters, L, kind), rel=1e-7)


def test_the_kinds_of_inference_differ():
    data = trial(people=24, lost=0.2, seed=5)
    kinds = ("kenward_roger", "kenward_roger_expected", "satterthwaite")
    observed, expected, plain = (mmrm(data, setting(df=kind)).effects[0] for kind in kinds)
    assert observed.estimate == expected.estimate == plain.estimate
    assert observed.df == plain.df != pytest.approx(expected.df, rel=1e-4)
    assert observed.se > plain.se < expected.se
    assert mmrm(data, setting(df="kenward_roger_observed")).effects[0] == observed
