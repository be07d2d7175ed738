"""Score intervals of a difference and a ratio of two risks (Miettinen and Nurminen).

Stat Med 1985;4:213-26. A value of the difference or ratio is in the interval if the score test does
not reject it, the variance being that at the risks most likely for it. There is an interval with no
events, or with events in everybody, in either group or both.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from trialtrail.analysis.fitted import (
    Arm,
    Counts,
    Effect,
    Fitted,
    Setting,
    count,
    empty_arm,
    none_of,
)
from trialtrail.analysis.wald import quantile, two_sided_p

MEASURES = ("risk_difference", "risk_ratio")
METHOD = "miettinen_nurminen"
NOT_BINARY = "the outcome has values other than 0 and 1"
HALVINGS = 200


def miettinen_nurminen(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return differences and ratios of risks, without covariates, with their score intervals.

    A ratio exists if there is an event in both arms.
    """
    counts = count(data, setting.arms)
    reason = empty_arm(counts, setting.arms) or why_not_binary(data)
    if reason:
        return none_of(MEASURES, counts, setting, reason, METHOD)
    events = events_of(data, setting.arms)
    return Fitted(
        [
            score_effect(arm, measure, events, counts, setting)
            for arm in setting.arms[1:]
            for measure in MEASURES
        ],
        [Arm(arm, counts.known[arm]) for arm in setting.arms],
    )


def why_not_binary(data: pd.DataFrame) -> str:
    """Return why values are not those of a binary outcome; "" if they are."""
    return "" if data["value"].dropna().isin([0, 1]).all() else NOT_BINARY


def events_of(data: pd.DataFrame, arms) -> dict[str, int]:
    """Return how many participants of each arm have the event."""
    return {arm: int(data.loc[data["arm"] == arm, "value"].sum()) for arm in arms}


def score_effect(
    arm: str, measure: str, events: dict[str, int], counts: Counts, setting: Setting, note: str = ""
) -> Effect:
    """Return one arm against the reference by its score interval and the score test of no effect.

    ``measure`` is one of `MEASURES`; ``events`` are the participants with the event, by arm.
    """
    reference = setting.arms[0]
    table = events[arm], counts.known[arm], events[reference], counts.known[reference]
    sizes = counts.of(arm, reference)
    if measure == "risk_ratio" and (reason := no_ratio(events[arm], events[reference])):
        return Effect(arm, measure, None, None, None, *sizes, note=reason, method=METHOD)
    risk_arm, risk_reference = table[0] / table[1], table[2] / table[3]
    if measure == "risk_ratio":
        estimate = risk_arm / risk_reference
        lower, upper = miettinen_nurminen_ratio_interval(*table, setting.level)
    else:
        estimate = risk_arm - risk_reference
        lower, upper = miettinen_nurminen_interval(*table, setting.level)
    known = 0 < table[0] + table[2] < table[1] + table[3]
    statistic = _score_of_difference(*table, 0.0) if known else None
    p = None if statistic is None else two_sided_p(statistic)
    return Effect(
        arm,
        measure,
        estimate,
        lower,
        upper,
        *sizes,
        statistic=statistic,
        p=p,
        note=note,
        method=METHOD,
    )


def no_ratio(in_arm: float, in_reference: float) -> str:
    """Return why there is no ratio, given the events of an arm and the reference; "" if it is."""
    without = [label for label, n in (("{arm}", in_arm), ("{reference}", in_reference)) if not n]
    if not without:
        return ""
    return "no event in " + ("either arm" if len(without) == 2 else f"the arm {without[0]}")


def miettinen_nurminen_interval(
    count_a: int, n_a: int, count_b: int, n_b: int, level: float = 0.95
) -> tuple[float, float]:
    """Return the score interval of the difference count_a/n_a - count_b/n_b.

    Raises:
        ValueError: unless 0 <= count <= n and n > 0 for both.
    """
    _check(count_a, n_a, count_b, n_b)
    wanted = quantile(level, None)
    estimate = count_a / n_a - count_b / n_b

    def score(difference: float) -> float:
        return _score_of_difference(count_a, n_a, count_b, n_b, difference)

    lower = -1.0 if estimate == -1 else _crossing(score, -1.0, estimate, wanted)
    upper = 1.0 if estimate == 1 else _crossing(score, estimate, 1.0, -wanted)
    return lower, upper


def miettinen_nurminen_ratio_interval(
    count_a: int, n_a: int, count_b: int, n_b: int, level: float = 0.95
) -> tuple[float, float]:
    """Return the score interval of the ratio of count_a/n_a to count_b/n_b.

    Without an event in a it starts at 0, without one in b it has no end (infinity).

    Raises:
        ValueError: unless 0 <= count <= n and n > 0 for both.
    """
    _check(count_a, n_a, count_b, n_b)
    wanted = quantile(level, None)
    # The ratio r as the share r / (1 + r), which is between 0 and 1.
    risk_a, risk_b = count_a / n_a, count_b / n_b
    estimate = risk_a / (risk_a + risk_b) if count_a + count_b else 0.5

    def score(share: float) -> float:
        return _score_of_ratio(count_a, n_a, count_b, n_b, share / (1 - share))

    lower = _crossing(score, 0.0, estimate, wanted) if count_a else 0.0
    upper = _crossing(score, estimate, 1.0, -wanted) if count_b else 1.0
    return lower / (1 - lower), upper / (1 - upper) if upper < 1 else math.inf


def _check(count_a: int, n_a: int, count_b: int, n_b: int) -> None:
    if not (0 <= count_a <= n_a and 0 <= count_b <= n_b and n_a > 0 and n_b > 0):
        raise ValueError("an interval needs 0 <= count <= n and n > 0 of both groups")


def _crossing(score: Callable[[float], float], low: float, high: float, wanted: float) -> float:
    """Return where a score that falls from ``low`` to ``high`` is as wanted, by halving."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if score(middle) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _standardised(excess: float, variance: float, n: int) -> float:
    """Return the score; Miettinen and Nurminen's variance has the factor n / (n - 1)."""
    if excess == 0:
        return 0.0
    if variance <= 0:
        return math.copysign(math.inf, excess)
    return excess / math.sqrt(variance * n / (n - 1))


def _score_of_difference(
    count_a: int, n_a: int, count_b: int, n_b: int, difference: float
) -> float:
    risk_b = _risk_given_difference(count_a, n_a, count_b, n_b, difference)
    risk_a = risk_b + difference
    variance = risk_a * (1 - risk_a) / n_a + risk_b * (1 - risk_b) / n_b
    excess = count_a / n_a - count_b / n_b - difference
    return _standardised(excess, variance, n_a + n_b)


def _risk_given_difference(
    count_a: int, n_a: int, count_b: int, n_b: int, difference: float
) -> float:
    """Return the most likely risk in b if that in a is higher by a difference.

    It is a root of a cubic (Miettinen and Nurminen, appendix 1; Farrington and Manning, Stat Med
    1990;9:1447-54).
    """
    n, events = n_a + n_b, count_a + count_b
    second = ((n_a + 2 * n_b) * difference - n - events) / (3 * n)
    first = ((n_b * difference - n - 2 * count_b) * difference + events) / n
    constant = count_b * difference * (1 - difference) / n
    shape = second**3 - second * first / 2 + constant / 2
    size = math.copysign(math.sqrt(max(second**2 - first / 3, 0.0)), shape)
    cosine = min(max(shape / size**3, -1.0), 1.0) if size else 0.0
    root = 2 * size * math.cos((math.pi + math.acos(cosine)) / 3) - second
    return min(max(root, 0.0, -difference), 1.0, 1 - difference)


def _score_of_ratio(count_a: int, n_a: int, count_b: int, n_b: int, ratio: float) -> float:
    # The most likely risk in b if that in a is a multiple of it: the smaller root of a quadratic.
    n, events = n_a + n_b, count_a + count_b
    linear = n_a * ratio + count_a + n_b + count_b * ratio
    root = math.sqrt(max(linear**2 - 4 * n * ratio * events, 0.0))
    risk_b = min(2 * events / (linear + root), 1.0)
    risk_a = min(ratio * risk_b, 1.0)
    variance = risk_a * (1 - risk_a) / n_a + ratio**2 * risk_b * (1 - risk_b) / n_b
    return _standardised(count_a / n_a - ratio * count_b / n_b, variance, n)
