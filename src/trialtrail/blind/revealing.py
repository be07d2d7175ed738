"""What in the rows would tell the arms apart: sizes, what one arm alone has, arms in disguise.

Each question is put to all arms alike, under their letters, so that the answer says that something
is withheld and never of which arm.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trialtrail.errors import StudyError

IMPROBABLE = 0.001
"""p below which equal allocation is not believed; of covariates it is shared among all of them."""
UNLIKELY = 0.01
"""p below which it is not by chance that an arm has one value alone."""
FEW, MOST = 0.05, 0.5
"""Shares of an arm: hardly anybody, and most. The design makes such a difference, no effect."""
NO_VALUE = "at least one arm has no value of it, or hardly any"
ONE_VALUE = "nearly all of at least one arm have the same value, and most of another have others"
IN_DISGUISE = "it differs between the arms as no variable does that was known before the allocation"
RULE = "a blinded run shows nothing that tells which arm is which"
SCRAMBLE = (
    "wait with the comparison until the arms may be known, or add --scrambled: each participant "
    "then has a letter drawn at random, and nothing of the effects is left"
)


def check_ratio(ratio: Mapping[str, float]) -> None:
    """Refuse a trial whose arms are not of equal size by design.

    Raises:
        StudyError: the numbers by arm would tell which is which.
    """
    if len(set(ratio.values())) > 1:
        raise StudyError(
            "The arms are not of equal size by design, so the numbers by arm would tell which is"
            " which",
            where="study.allocation",
            rule=RULE,
            remedy=SCRAMBLE,
        )


def check_sizes(letters: pd.Series, arms: int) -> None:
    """Refuse numbers by arm that equal allocation does not explain.

    ``letters`` has one entry a unit that was allocated. The test is the exact binomial one of two
    arms, chi-squared of more.

    Raises:
        StudyError: their probability is below `IMPROBABLE`.
    """
    if _p_of_sizes(letters, arms) < IMPROBABLE:
        raise StudyError(
            "The numbers by arm differ as equal allocation would hardly let them, so they might"
            " tell which arm is which",
            where="arm of participants",
            rule=RULE,
            remedy=f"give the ratio in `study.allocation` if it was not equal; {SCRAMBLE}",
        )


def _p_of_sizes(letters: pd.Series, arms: int) -> float:
    from scipy import stats

    counts = letters.value_counts().to_numpy()
    counts = np.append(counts, [0] * (arms - len(counts)))
    if not counts.sum():
        return 1.0
    if arms == 2:
        return float(stats.binomtest(int(counts[0]), int(counts.sum())).pvalue)
    return float(stats.chisquare(counts).pvalue)


def in_one_arm_alone(values: pd.Series, letters: pd.Series) -> str:
    """Return why a variable is of some arms alone; an empty text where it is not.

    ``values`` and ``letters`` are of the same participants. Such is a form that one arm alone is
    given, and a number of sessions that is zero in an arm to which none are offered: a stray value
    (`FEW`) changes nothing. A variable that nobody has is of no arm.
    """
    arms, arm = np.unique(letters.to_numpy(dtype=str), return_inverse=True)
    known = values.notna().to_numpy(dtype=bool)
    shares = _shares(known, arm)
    if shares.any() and (shares.min() == 0 or (shares.min() <= FEW and shares.max() >= MOST)):
        return NO_VALUE
    own, arm = pd.factorize(values.to_numpy(dtype=object)[known])[0], arm[known]
    for each in range(len(arms) if len(own) else 0):
        common = np.bincount(own[arm == each]).argmax()
        others = _shares(own != common, arm)
        by_design = others[each] <= FEW and others.max() >= MOST
        if by_design and _p_of_categories(own != common, arm) < UNLIKELY:
            return ONE_VALUE
    return ""


def _shares(so: np.ndarray, arm: np.ndarray) -> np.ndarray:
    """Return of each arm the share in which something is so."""
    return np.bincount(arm, so) / np.bincount(arm)


def in_disguise(values: pd.Series, letters: pd.Series, of: int) -> str:
    """Return why a variable known before the allocation tells the arms apart, or an empty text.

    Known values are compared by Kruskal and Wallis's test where they are numbers, by chi-squared
    where they are categories, and whether they are known by chi-squared. ``of`` variables are
    asked about, so each test has its share of `IMPROBABLE`.
    """
    found = in_one_arm_alone(values, letters)
    if found:
        return found
    known = values.notna()
    tests = [_p_of_categories(known.to_numpy(dtype=bool), letters.to_numpy(dtype=str))]
    if known.any():
        own, arm = values[known], letters[known].to_numpy(dtype=str)
        if pd.api.types.is_numeric_dtype(own) and not pd.api.types.is_bool_dtype(own):
            tests.append(_p_of_numbers(own.to_numpy(dtype=float), arm))
        else:
            tests.append(_p_of_categories(own.to_numpy(dtype=object), arm))
    return IN_DISGUISE if min(tests) < IMPROBABLE / of else ""


def _p_of_numbers(values: np.ndarray, arm: np.ndarray) -> float:
    from scipy import stats

    groups = [values[arm == each] for each in np.unique(arm)]
    if len(groups) < 2 or len(np.unique(values)) < 2:
        return 1.0
    return float(stats.kruskal(*groups).pvalue)


def _p_of_categories(values: np.ndarray, arm: np.ndarray) -> float:
    from scipy import stats

    kinds, groups = pd.factorize(values)[0], pd.factorize(arm)[0]
    table = np.zeros((kinds.max() + 1, groups.max() + 1))
    np.add.at(table, (kinds, groups), 1)
    if min(table.shape) < 2:
        return 1.0
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    statistic = ((table - expected) ** 2 / expected).sum()
    return float(stats.chi2.sf(statistic, (table.shape[0] - 1) * (table.shape[1] - 1)))


def units_of(letters: pd.Series, clusters: pd.Series | None) -> pd.Series:
    """Return the letter of each unit that was allocated, and is compared for its number.

    That is each participant, or each cluster where every cluster lies in one arm.
    """
    if clusters is None or clusters.isna().any():
        return letters
    by_cluster = letters.groupby(clusters.to_numpy())
    return by_cluster.first() if (by_cluster.nunique() == 1).all() else letters
