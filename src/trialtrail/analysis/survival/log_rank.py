"""The stratified log-rank test of any number of arms (Mantel, Cancer Chemother Rep 1966;50:163)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import chdtrc

from trialtrail.analysis.fitted import Part, Setting
from trialtrail.analysis.survival.observed import Observed, strata_codes

NO_COMPARISON = (
    "at no time of an event are both arms at risk in a stratum and anybody left without it"
)
RANK = 1e-10
"""Share of the largest variance below which a direction of the arms has none."""


def log_rank(seen: Observed, setting: Setting) -> list[Part]:
    """Return chi-square (``log_rank_chi2``) and p (``log_rank_p``) of the arms.

    ``group`` is an arm that is compared with the reference alone, or "" for all arms together.
    Competing events are censored at their time. Without a value where the arms cannot be compared,
    and where arms have clusters: the test takes each participant as independent.
    """
    reference, *others = seen.arms
    parts = []
    for group, arms in [*((arm, [reference, arm]) for arm in others), ("", list(seen.arms))]:
        note, chi2, df = "", None, 0
        if setting.clustered:
            note = "takes each participant as independent; the arms have clusters"
        else:
            mine = seen.only(arms)
            codes, _ = strata_codes(mine, setting.strata)
            chi2, df = chi_square(*differences(mine.time, mine.event == 1, mine.arm, codes))
            if not df:
                note, chi2 = NO_COMPARISON, None
        p = None if chi2 is None else float(chdtrc(df, chi2))
        parts.append(Part("log_rank_chi2", chi2, group, note=note))
        parts.append(Part("log_rank_p", p, group, note=note))
    return parts


def differences(
    time: np.ndarray, event: np.ndarray, arm: np.ndarray, strata: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return observed less expected events of each arm, and their covariance.

    At each time of an event in a stratum the events of the arms are multivariate hypergeometric.

    Args:
        arm: of each participant, the place of the arm, from 0.
        strata: of each, a number that stands for the stratum.
    """
    size = int(arm.max(initial=-1)) + 1
    difference, covariance = np.zeros(size), np.zeros((size, size))
    for stratum in np.unique(strata):
        mine = strata == stratum
        times = np.unique(time[mine & event])
        if not len(times):
            continue
        at_risk, events = np.zeros((len(times), size)), np.zeros((len(times), size))
        for place in range(size):
            own = mine & (arm == place)
            ordered = np.sort(time[own])
            at_risk[:, place] = len(ordered) - np.searchsorted(ordered, times, side="left")
            dead = np.searchsorted(times, time[own & event])
            events[:, place] = np.bincount(dead, minlength=len(times))
        risk, dead = at_risk.sum(axis=1), events.sum(axis=1)
        share = at_risk / risk[:, None]
        difference += events.sum(axis=0) - dead @ share
        weight = dead * (risk - dead) / np.maximum(risk - 1, 1)
        covariance += np.diag(weight @ share) - (share * weight[:, None]).T @ share
    return difference, covariance


def comparable(seen: Observed, strata: Sequence[str]) -> list[bool]:
    """Return of each arm whether any event tells it from the others."""
    codes, _ = strata_codes(seen, strata)
    _, covariance = differences(seen.time, seen.event == 1, seen.arm, codes)
    return [bool(own > RANK) for own in covariance.diagonal()]


def chi_square(difference: np.ndarray, covariance: np.ndarray) -> tuple[float, int]:
    """Return the quadratic form of the differences and its degrees of freedom, 0 if it has none."""
    values, vectors = np.linalg.eigh(covariance)
    known = values > RANK * max(values.max(initial=0.0), np.finfo(float).tiny)
    if not known.any() or values.max() <= RANK:
        return 0.0, 0
    along = vectors[:, known].T @ difference
    return float((along**2 / values[known]).sum()), int(known.sum())
