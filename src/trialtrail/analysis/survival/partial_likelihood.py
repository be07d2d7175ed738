"""Cox's partial likelihood with Efron's ties: its maximum, residuals and test of proportionality.

Own code: importing statsmodels costs some seconds of every job that fits, its `PHReg` stops at a
likelihood without a maximum as if it had converged, and it has neither the sandwich of clusters
nor the test of proportional hazards. The tests compare all of it with R's survival package.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialtrail.analysis.fitted import NotEstimable

STEPS, HALVINGS = 30, 20
"""Newton's steps; near a maximum each squares the error, towards infinity none becomes shorter."""
CONVERGED = 1e-16
"""Squared length of a step, in standard errors, after which one more is exact."""
DRIFT = 0.01
"""Length of a step, in standard deviations of the column, from which it has not converged."""
FLAT = 1e-9
"""Share of the information of a column that others must leave of it for its own effect."""


@dataclass(frozen=True)
class Stratum:
    """The participants of a stratum, the latest time first, and the events among them.

    Attributes:
        rows: places of the participants in the data.
        columns: their covariates, a row a participant.
        deaths: places of those with the event, among the rows.
        times: the distinct times of events, the latest first.
        starts: the first of the deaths at each of the times.
        sizes: how many deaths there are at each.
        ends: how many participants are at risk at each.
        share: of each death, Efron's share of those tied with it that have already been taken out.
        since: of each participant, the place of the first of the times that is not after its own.
    """

    rows: np.ndarray
    columns: np.ndarray
    deaths: np.ndarray
    times: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray
    ends: np.ndarray
    share: np.ndarray
    since: np.ndarray


@dataclass(frozen=True)
class Sums:
    """Of each death of a stratum at some coefficients: what the likelihood is made of.

    Attributes:
        weight: exp of the linear predictor of each participant, over exp of the largest.
        total: sum of the weights at risk.
        mean: weighted means of the covariates at risk.
        spread: their weighted covariance.
        log_likelihood: of the stratum.
    """

    weight: np.ndarray
    total: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    log_likelihood: float


@dataclass(frozen=True)
class Maximum:
    """The maximum of the likelihood: coefficients, the inverse of the information, logarithms."""

    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    without: float


def strata_of(
    columns: np.ndarray, time: np.ndarray, event: np.ndarray, codes: np.ndarray
) -> list[Stratum]:
    """Return the strata that have events; the others do not enter the likelihood."""
    found = []
    for code in np.unique(codes[event]):
        rows = np.flatnonzero(codes == code)
        rows = rows[np.argsort(-time[rows], kind="stable")]
        own, deaths = time[rows], np.flatnonzero(event[rows])
        times, starts, sizes = np.unique(-own[deaths], return_index=True, return_counts=True)
        first = np.repeat(starts, sizes)
        share = (np.arange(len(deaths)) - first) / np.repeat(sizes, sizes)
        ends = np.searchsorted(-own, times, side="right")
        since = np.searchsorted(times, -own, side="left")
        found.append(
            Stratum(rows, columns[rows], deaths, -times, starts, sizes, ends, share, since)
        )
    return found


def sums(stratum: Stratum, coefficients: np.ndarray) -> Sums:
    """Return the sums of one stratum (Efron, J Am Stat Assoc 1977;72:557-65)."""
    columns, deaths = stratum.columns, stratum.deaths
    predictor = columns @ coefficients
    largest = predictor.max()
    weight = np.exp(predictor - largest)
    first = weight[:, None] * columns
    second = first[:, :, None] * columns[:, None, :]

    def at_risk(values: np.ndarray) -> np.ndarray:
        tied = np.add.reduceat(values[deaths], stratum.starts)
        everybody = np.cumsum(values, axis=0)[stratum.ends - 1]
        share = stratum.share.reshape(-1, *[1] * (values.ndim - 1))
        each = (np.repeat(part, stratum.sizes, axis=0) for part in (everybody, tied))
        return next(each) - share * next(each)

    total = at_risk(weight)
    # Far from any maximum weights underflow; what comes of it is not finite and is refused.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean = at_risk(first) / total[:, None]
        spread = at_risk(second) / total[:, None, None] - mean[:, :, None] * mean[:, None, :]
        likelihood = predictor[deaths].sum() - (np.log(total) + largest).sum()
    return Sums(weight, total, mean, spread, float(likelihood))


def derivatives(
    strata: list[Stratum], coefficients: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the log-likelihood, its gradient and the information."""
    size = len(coefficients)
    likelihood, gradient, information = 0.0, np.zeros(size), np.zeros((size, size))
    for stratum in strata:
        found = sums(stratum, coefficients)
        likelihood += found.log_likelihood
        gradient += (stratum.columns[stratum.deaths] - found.mean).sum(axis=0)
        information += found.spread.sum(axis=0)
    return likelihood, gradient, information


def informative(strata: list[Stratum], size: int) -> list[bool]:
    """Return of each column whether it varies among those at risk beside the columns before it.

    The columns are to have a standard deviation of 1, or 0.
    """
    _, _, information = derivatives(strata, np.zeros(size))
    deaths = sum(len(stratum.deaths) for stratum in strata)
    kept: list[int] = []
    for place in range(size):
        left = own = information[place, place]
        if kept and own > FLAT * deaths:
            others = information[np.ix_(kept, kept)]
            beside = information[kept, place]
            left = own - beside @ np.linalg.solve(others, beside)
        if own > FLAT * deaths and left > FLAT * own:
            kept.append(place)
    return [place in kept for place in range(size)]


def maximise(strata: list[Stratum], names: list[str]) -> Maximum:
    """Return the maximum of the likelihood of columns with a standard deviation of 1.

    Raises:
        NotEstimable: the likelihood has no maximum, as some columns tell those with the event
            from the others at risk (monotone likelihood); they are named.
    """
    coefficients = np.zeros(len(names))
    at = derivatives(strata, coefficients)
    without = at[0]
    step = coefficients
    for _ in range(STEPS):
        try:
            newton = np.linalg.solve(at[2], at[1])
        except np.linalg.LinAlgError:
            break
        decrement = at[1] @ newton
        if not np.isfinite(decrement) or decrement < 0:
            break
        step = newton
        taken, trial = _uphill(strata, coefficients, step, at[0])
        if trial is None:
            break
        coefficients, at = coefficients + taken, trial
        if decrement <= CONVERGED and np.abs(step).max() <= DRIFT:
            return Maximum(coefficients, np.linalg.inv(at[2]), at[0], without)
    far = [name for name, each in zip(names, step, strict=True) if abs(each) > DRIFT]
    which = ", ".join(far or names)
    raise NotEstimable(f"the likelihood has no maximum: without bound for {which}")


def _uphill(
    strata: list[Stratum], coefficients: np.ndarray, step: np.ndarray, likelihood: float
) -> tuple[np.ndarray, tuple[float, np.ndarray, np.ndarray] | None]:
    """Return a step, halved until the likelihood is not less after it, and the derivatives there.

    They are None if no step is short enough.
    """
    for _ in range(HALVINGS):
        trial = derivatives(strata, coefficients + step)
        # Rounding may take the last digit of a maximum; a step that goes too far takes more.
        if trial[0] >= likelihood - 1e-12 * abs(likelihood) and np.isfinite(trial[2]).all():
            return step, trial
        step = step / 2
    return step, None


def score_residuals(
    strata: list[Stratum], coefficients: np.ndarray, participants: int
) -> np.ndarray:
    """Return what each participant adds to the gradient, a row a participant of the data.

    Times the inverse of the information it is the influence on the coefficients (Therneau and
    Grambsch, Modeling Survival Data 2000, 7.1).
    """
    residuals = np.zeros((participants, len(coefficients)))
    for stratum in strata:
        found = sums(stratum, coefficients)

        def summed(values: np.ndarray, stratum: Stratum = stratum) -> np.ndarray:
            return np.add.reduceat(values, stratum.starts)

        # Columns: the hazard, and the hazard times each mean; the second form for those tied.
        hazard = np.column_stack([np.ones(len(found.mean)), found.mean]) / found.total[:, None]
        reduced = summed(hazard * (1 - stratum.share)[:, None])
        full = summed(hazard)
        # From each time back to the earliest.
        passed = np.vstack([np.cumsum(full[::-1], axis=0)[::-1], np.zeros(full.shape[1])])
        taken = passed[stratum.since]
        own = np.repeat(np.arange(len(stratum.times)), stratum.sizes)
        taken[stratum.deaths] += reduced[own] - full[own]
        columns = stratum.columns
        mine = -found.weight[:, None] * (columns * taken[:, :1] - taken[:, 1:])
        means = summed(found.mean) / stratum.sizes[:, None]
        mine[stratum.deaths] += columns[stratum.deaths] - means[own]
        residuals[stratum.rows] = mine
    return residuals


def proportional_hazards(
    strata: list[Stratum],
    coefficients: np.ndarray,
    transformed: list[np.ndarray],
    places: list[int],
) -> float:
    """Return chi-square of constant coefficients against ones that change with a function of time.

    The score test of Grambsch and Therneau (Biometrika 1994;81:515-26) as R's `cox.zph` has had
    it since 2019: with the information at each time and not its mean.

    Args:
        transformed: of each stratum, the function of time at each death, its mean over all 0.
        places: of the columns whose coefficients are tested together.
    """
    size = len(coefficients)
    score, blocks = np.zeros(size), np.zeros((3, size, size))
    for stratum, change in zip(strata, transformed, strict=True):
        found = sums(stratum, coefficients)
        score += change @ (stratum.columns[stratum.deaths] - found.mean)
        for power in range(3):
            blocks[power] += np.tensordot(change**power, found.spread, axes=1)
    # The covariance of the scores of the changing coefficients given those of the constant ones.
    given = blocks[2] - blocks[1] @ np.linalg.solve(blocks[0], blocks[1])
    tested = np.ix_(places, places)
    return float(score[places] @ np.linalg.solve(given[tested], score[places]))
