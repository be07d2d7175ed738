"""Outcomes imputed from the reference arm: what if who was lost went on as if not treated.

The visits of each arm are drawn from a multivariate normal distribution given the covariates, its
parameters from their posterior by data augmentation with Jeffreys' prior (Schafer, Analysis of
Incomplete Multivariate Data, 1997, 5.4). After the last known visit of a participant of another arm

- `jump_to_reference`: the mean is that of the reference arm;
- `copy_increments`: the mean changes from that visit on as that of the reference arm does,

and the visits depend on those before as in the reference arm (Carpenter, Roger and Kenward, J
Biopharm Stat 2013;23:1352-71). Gaps before the last known visit, and the reference arm, are imputed
within the arm. With one visit and no value before it both are draws from the reference arm given
the covariates. Rubin's variance of such imputations is not below that of the known values (it keeps
their information: Cro, Carpenter and Kenward, J R Stat Soc A 2019;182:623-45).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trialtrail.analysis.fitted import NotEstimable

JUMP, COPY = "jump_to_reference", "copy_increments"
BURN_IN, APART = 60, 8
"""Steps of the chain before the first imputation, and between two."""
FEWEST = 3
"""Known values that an arm must have beside one for each parameter of a mean."""


@dataclass(frozen=True)
class Parameters:
    """A draw of the parameters of one arm: coefficients q x T and covariance T x T."""

    coefficients: np.ndarray
    covariance: np.ndarray


def impute_from_reference(
    values: np.ndarray,
    predictors: np.ndarray,
    places: np.ndarray,
    strategy: str,
    number: int,
    rng: np.random.Generator,
    arms: Sequence[str],
) -> np.ndarray:
    """Return completed values, number x n x T.

    Args:
        values: n x T, a column a visit in their order, one before the allocation first if there is
            one; NaN where not known.
        predictors: n x q, complete: the covariates, without a constant.
        places: the place of each participant's arm in ``arms``, the reference 0.
        strategy: `JUMP` or `COPY`.
        number: of imputations.
        rng: draws them.
        arms: ids of the arms.

    Raises:
        NotEstimable: an arm has too few values at a visit.
    """
    # For the arithmetic alone: far from 0 they would not be told from the constant.
    spread = predictors.std(axis=0)
    scaled = (predictors - predictors.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    terms = np.column_stack([np.ones(len(values)), scaled])
    chains = []
    for place, arm in enumerate(arms):
        mine = places == place
        known = (~np.isnan(values[mine])).sum(axis=0)
        if (known < FEWEST + 1).any():
            raise NotEstimable(f"too few values in the arm {{arm:{arm}}} to impute from")
        chains.append(_Chain(values[mine], _kept(terms[mine], values[mine]), rng))
    whole = np.repeat(values[None], number, axis=0)
    for draw in range(number):
        steps = BURN_IN if draw == 0 else APART
        states = [chain.run(steps) for chain in chains]
        for place, (chain, (completed, own)) in enumerate(zip(chains, states, strict=True)):
            mine = np.flatnonzero(places == place)
            made = completed
            if place:
                reference = states[0][1]
                given = _design_of(terms[mine], chains[0].columns)
                made = _continued(
                    values[mine], completed, (chain.terms, own), (given, reference), strategy, rng
                )
            whole[draw, mine] = made
    return whole


def _kept(terms: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """Return the terms that an arm can tell apart, no more than a third of its known values."""
    least = int((~np.isnan(values)).sum(axis=0).min())
    kept: list[int] = []
    for place in range(terms.shape[1]):
        if len(kept) >= max(1, least // 3):
            break
        if np.linalg.matrix_rank(terms[:, [*kept, place]]) > len(kept):
            kept.append(place)
    return terms[:, kept], kept


def _design_of(terms: np.ndarray, columns: list[int]) -> np.ndarray:
    return terms[:, columns]


class _Chain:
    """A Gibbs chain of one arm: missing values given parameters, parameters given values."""

    def __init__(
        self, values: np.ndarray, kept: tuple[np.ndarray, list[int]], rng: np.random.Generator
    ) -> None:
        self.terms, self.columns = kept
        self.rng = rng
        self.missing = np.isnan(values)
        means = np.nanmean(values, axis=0)
        self.values = np.where(self.missing, means, values)
        rows = [tuple(row) for row in self.missing]
        self.patterns = [
            (np.array(pattern), np.flatnonzero([row == pattern for row in rows]))
            for pattern in sorted(set(rows))
            if any(pattern)
        ]
        self._inverse = np.linalg.inv(self.terms.T @ self.terms)
        self._root = np.linalg.cholesky(self._inverse)

    def run(self, steps: int) -> tuple[np.ndarray, Parameters]:
        """Return the completed values and the parameters after some steps."""
        for _ in range(steps):
            drawn = self._parameters()
            self._fill(drawn)
        return self.values.copy(), drawn

    def _parameters(self) -> Parameters:
        n, q = self.terms.shape
        visits = self.values.shape[1]
        estimated = self._inverse @ (self.terms.T @ self.values)
        left = self.values - self.terms @ estimated
        squares = left.T @ left + 1e-12 * np.eye(visits) * max(float((left**2).sum()), 1e-12)
        df = max(n - q, visits + 1)
        covariance = _inverse_wishart(squares, df, self.rng)
        noise = self.rng.standard_normal((q, visits))
        coefficients = estimated + self._root @ noise @ np.linalg.cholesky(covariance).T
        return Parameters(coefficients, covariance)

    def _fill(self, drawn: Parameters) -> None:
        mean = self.terms @ drawn.coefficients
        for gone, who in self.patterns:
            made = _conditional(
                self.values[who], mean[who], (mean[who], drawn.covariance), gone, self.rng
            )
            self.values[who[:, None], np.flatnonzero(gone)] = made


def _inverse_wishart(squares: np.ndarray, df: int, rng: np.random.Generator) -> np.ndarray:
    """Draw a covariance by Bartlett's decomposition."""
    size = len(squares)
    lower = np.zeros((size, size))
    for row in range(size):
        lower[row, row] = np.sqrt(rng.chisquare(df - row))
        lower[row, :row] = rng.standard_normal(row)
    half = np.linalg.solve(lower, np.linalg.cholesky(squares).T)
    return half.T @ half


def _conditional(
    values: np.ndarray,
    mean: np.ndarray,
    later: tuple[np.ndarray, np.ndarray],
    gone: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw the visits that are gone given the others.

    Args:
        values: of the participants, those that are gone of no account.
        mean: of the visits that are there.
        later: the means of the visits that are gone, and the covariance of all.
        gone: which visits are.
        rng: draws them.
    """
    mean_gone, covariance = later
    # By whole numbers, since `np.ix_` takes longer than what is computed of matrices so small.
    lost, there = np.flatnonzero(gone), np.flatnonzero(~gone)
    of_lost, of_there = covariance[lost], covariance[there]
    spread = of_lost[:, lost]
    centre = mean_gone[:, lost]
    if len(there):
        slope = np.linalg.solve(of_there[:, there], of_there[:, lost])
        centre = centre + (values[:, there] - mean[:, there]) @ slope
        spread = spread - of_lost[:, there] @ slope
    root = np.linalg.cholesky(spread + 1e-12 * np.trace(spread) * np.eye(len(spread)))
    return centre + rng.standard_normal(centre.shape) @ root.T


def _continued(
    values: np.ndarray,
    completed: np.ndarray,
    own: tuple[np.ndarray, Parameters],
    reference: tuple[np.ndarray, Parameters],
    strategy: str,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the values with those after the last known visit drawn from the reference arm."""
    made = completed.copy()
    mean = own[0] @ own[1].coefficients
    other = reference[0] @ reference[1].coefficients
    known = ~np.isnan(values)
    last = np.where(known.any(axis=1), known.shape[1] - 1 - known[:, ::-1].argmax(axis=1), -1)
    for place in np.unique(last):
        if place == values.shape[1] - 1:
            continue
        who = np.flatnonzero(last == place)
        gone = np.arange(values.shape[1]) > place
        later = other[who].copy()
        if strategy == COPY and place >= 0:
            later[:, gone] += (mean[who, place] - other[who, place])[:, None]
        drawn = _conditional(completed[who], mean[who], (later, reference[1].covariance), gone, rng)
        made[np.ix_(who, np.flatnonzero(gone))] = drawn
    return made
