"""Outcomes imputed by chained equations, in each arm by itself.

Each timepoint of an outcome is drawn given the covariates, auxiliary variables and the other
timepoints (van Buuren, Stat Methods Med Res 2007;16:219-42): a continuous outcome from a Bayesian
linear regression, a binary one from a logistic regression that pseudo-observations keep from
separation (White, Daniel and Royston, Comput Stat Data Anal 2010;54:2267-75), others by predictive
mean matching. Imputing within the arms keeps whatever interaction an analysis asks for (Sullivan
and others, Stat Methods Med Res 2018;27:2610-26). All imputations of a block are drawn at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from trialtrail.analysis.fitted import NotEstimable

NORMAL, LOGISTIC, MATCHED = "normal", "logistic", "pmm"
KINDS = {"continuous": NORMAL, "binary": LOGISTIC, "count": MATCHED, "ordered": MATCHED}
"""Kind of an outcome -> how it is imputed."""
ITERATIONS = 10
DONORS = 5
PER_TERM = 3
"""Known values for each term of an imputation model; beyond that the last terms are left out."""
LARGEST = 2_000_000
"""Pairs of a missing and a known value that are compared at once, for the memory they take."""
TOLERANCE = 1e-8


@dataclass(frozen=True)
class Target:
    """What is imputed.

    Attributes:
        values: n x T, a column a timepoint, NaN where not known.
        kind: `NORMAL`, `LOGISTIC` or `MATCHED`.
        predictors: n x q, complete; those that are to stay longest first.
        arms: the arm of each participant.
    """

    values: np.ndarray
    kind: str
    predictors: np.ndarray
    arms: np.ndarray


@dataclass(frozen=True)
class Draws:
    """How many imputations are drawn at once, and what draws them."""

    number: int
    rng: np.random.Generator


def impute(
    target: Target, arms: Sequence[str], number: int, rng: np.random.Generator
) -> np.ndarray:
    """Return completed values, number x n x T.

    Raises:
        NotEstimable: an arm has no value at a timepoint to impute from, or one alone, of which
            nothing can be told but of a binary outcome.
    """
    whole = np.repeat(target.values[None], number, axis=0)
    for arm in arms:
        mine = np.flatnonzero(target.arms == arm)
        values = target.values[mine]
        missing = np.isnan(values)
        if not missing.any():
            continue
        if not len(mine) or missing.all(axis=0).any():
            raise NotEstimable(f"no value in the arm {{arm:{arm}}}: there is none to impute from")
        if target.kind != LOGISTIC and ((~missing).sum(axis=0)[missing.any(axis=0)] < 2).any():
            raise NotEstimable(f"one value in the arm {{arm:{arm}}}: too few to impute from")
        made = _within(values, target.kind, target.predictors[mine], number, rng)
        whole[:, mine] = made
    return whole


def _within(
    values: np.ndarray,
    kind: str,
    predictors: np.ndarray,
    number: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the completed values of one arm, number x n x T."""
    missing = np.isnan(values)
    whole = np.repeat(values[None], number, axis=0)
    lacking = [place for place in range(values.shape[1]) if missing[:, place].any()]
    for place in lacking:
        known = values[~missing[:, place], place]
        gaps = int(missing[:, place].sum())
        whole[:, missing[:, place], place] = rng.choice(known, size=(number, gaps))
    draws = Draws(number, rng)
    draw = {NORMAL: _normal, LOGISTIC: _logistic, MATCHED: _matched}[kind]
    # One incomplete timepoint is drawn from known values alone, and there is nothing to iterate.
    for _ in range(ITERATIONS if len(lacking) > 1 else 1):
        for place in lacking:
            others = [each for each in range(values.shape[1]) if each != place]
            gone = missing[:, place]
            terms = _terms(predictors, whole[:, :, others], ~gone)
            known = values[~gone, place]
            whole[:, gone, place] = draw(terms[:, ~gone], known, terms[:, gone], draws)
    return whole


def _terms(predictors: np.ndarray, others: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the design of one timepoint, imputations x n x p; one imputation where all agree.

    Terms that those before them determine among the known are left out, and the last terms where
    there are too few known values for all.
    """
    most = max(1, int(known.sum()) // PER_TERM)
    n = len(predictors)
    # Other timepoints tell most of a missing one, so they stay longest.
    first = others[0]
    columns = np.column_stack([np.ones(n), first, predictors])
    kept = _independent(columns[known])[:most]
    from_others = [place for place in kept if 1 <= place <= first.shape[1]]
    if not from_others:
        return _scaled(columns[None][:, :, kept])
    whole = np.empty((len(others), n, len(kept)))
    for column, place in enumerate(kept):
        inside = 1 <= place <= first.shape[1]
        whole[:, :, column] = others[:, :, place - 1] if inside else columns[:, place]
    return _scaled(whole)


def _scaled(columns: np.ndarray) -> np.ndarray:
    """Return the columns with each but the constant standardised, for the arithmetic alone."""
    rest = columns[:, :, 1:]
    spread = rest.std(axis=1, keepdims=True)
    rest = (rest - rest.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)
    return np.concatenate([columns[:, :, :1], rest], axis=2)


def _independent(columns: np.ndarray) -> list[int]:
    """Return the places of the columns that those before them do not determine."""
    kept: list[int] = []
    basis = np.zeros((len(columns), 0))
    for place in range(columns.shape[1]):
        column = columns[:, place] - (columns[:, place].mean() if place else 0.0)
        size = np.linalg.norm(column)
        left = column - basis @ (basis.T @ column)
        left = left - basis @ (basis.T @ left)
        length = np.linalg.norm(left)
        if size > 0 and length > TOLERANCE * size:
            kept.append(place)
            basis = np.column_stack([basis, left / length])
    return kept


def _regression(
    terms: np.ndarray, known: np.ndarray, draws: Draws
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return estimated and drawn coefficients, and drawn residual deviations, by imputation."""
    gram = np.einsum("mni,mnj->mij", terms, terms)
    inverse = np.linalg.pinv(gram, rcond=1e-10, hermitian=True)
    estimated = np.einsum("mij,mnj,n->mi", inverse, terms, known)
    left = known - np.einsum("mni,mi->mn", terms, estimated)
    df = max(len(known) - terms.shape[2], 1)
    squares = np.maximum((left**2).sum(axis=1), 0.0)
    deviation = np.sqrt(squares / draws.rng.chisquare(df, size=draws.number))
    root = _root(inverse)
    noise = draws.rng.standard_normal((draws.number, terms.shape[2]))
    root = np.broadcast_to(root, (draws.number, *root.shape[1:]))
    drawn = estimated + deviation[:, None] * np.einsum("mij,mj->mi", root, noise)
    return np.broadcast_to(estimated, drawn.shape), drawn, deviation


def _root(matrices: np.ndarray) -> np.ndarray:
    """Return the symmetric square root of covariance matrices, which may lack rank."""
    values, vectors = np.linalg.eigh(matrices)
    return np.einsum("mij,mj,mkj->mik", vectors, np.sqrt(np.maximum(values, 0.0)), vectors)


def _normal(terms: np.ndarray, known: np.ndarray, gone: np.ndarray, draws: Draws) -> np.ndarray:
    _, drawn, deviation = _regression(terms, known, draws)
    mean = _predicted(gone, drawn)
    return mean + deviation[:, None] * draws.rng.standard_normal(mean.shape)


def _matched(terms: np.ndarray, known: np.ndarray, gone: np.ndarray, draws: Draws) -> np.ndarray:
    """Draw known values of those whose prediction is near (type 1 matching).

    Of several that are equally near each is as likely to be a donor.
    """
    estimated, drawn, _ = _regression(terms, known, draws)
    near, wanted = _predicted(terms, estimated), _predicted(gone, drawn)
    donors = min(DONORS, len(known))
    chosen = draws.rng.integers(donors, size=wanted.shape)
    made = np.empty(wanted.shape)
    at_once = max(1, LARGEST // max(1, len(known) * wanted.shape[1]))
    for first in range(0, draws.number, at_once):
        some = slice(first, first + at_once)
        apart = np.abs(wanted[some, :, None] - near[some, None, :])
        # Less than any two predictions differ by that are not the same but for rounding.
        tie = TOLERANCE * apart.max(axis=(1, 2), keepdims=True)
        apart = np.maximum(apart, tie) + tie * draws.rng.random(apart.shape)
        nearest = np.argpartition(apart, donors - 1, axis=2)[:, :, :donors]
        made[some] = known[np.take_along_axis(nearest, chosen[some, :, None], axis=2)[:, :, 0]]
    return made


def _logistic(terms: np.ndarray, known: np.ndarray, gone: np.ndarray, draws: Draws) -> np.ndarray:
    shared = len(terms) == 1
    found = [_augmented_fit(each, known) for each in terms]
    coefficients = np.array([each for each, _ in found])
    root = _root(np.array([each for _, each in found]))
    noise = draws.rng.standard_normal((draws.number, terms.shape[2]))
    if shared:
        root = np.broadcast_to(root, (draws.number, *root.shape[1:]))
    drawn = coefficients + np.einsum("mij,mj->mi", root, noise)
    risk = expit(_predicted(gone, drawn))
    return (draws.rng.random(risk.shape) < risk).astype(float)


def _augmented_fit(terms: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and covariance of a logistic regression that cannot be separated.

    For each term beside the constant two pseudo-participants, one standard deviation to each side
    of its mean, have the event and have it not; together they weigh as many as there are terms.
    """
    p = terms.shape[1]
    middle, spread = terms.mean(axis=0), terms.std(axis=0)
    # A timepoint may be constant among the known in some imputations alone.
    spread = np.where(spread > TOLERANCE, spread, 1.0)
    made = []
    for place in range(1, p):
        for side in (-1.0, 1.0):
            row = middle.copy()
            row[place] += side * spread[place]
            made += [row, row]
    made = made or [middle, middle]
    rows = np.vstack([terms, made])
    events = np.concatenate([known, np.tile([0.0, 1.0], len(made) // 2)])
    weights = np.concatenate([np.ones(len(terms)), np.full(len(made), p / len(made))])
    found = np.zeros(p)
    for _ in range(50):
        risk = expit(rows @ found)
        information = (rows * (weights * risk * (1 - risk))[:, None]).T @ rows
        step = np.linalg.solve(information, rows.T @ (weights * (events - risk)))
        step *= min(1.0, 5.0 / max(np.abs(step).max(), 1e-300))
        found = found + step
        if np.abs(step).max() < 1e-9:
            break
    return found, np.linalg.inv(information)


def _predicted(terms: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Return linear predictors, imputations x n."""
    whole = np.broadcast_to(terms, (len(coefficients), *terms.shape[1:]))
    return np.einsum("mni,mi->mn", whole, coefficients)
