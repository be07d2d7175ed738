"""Outcomes that are compared by their means though their values have a long tail upwards.

A mean and a standard deviation tell little of such values, so that the report adds their median and
quartiles, and says what the interval of the difference of means then rests on. Of values that
cannot be negative, a mean below twice the standard deviation hints at a long tail (Altman and Bland,
BMJ 1996;313:1200).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.results.counts import SPREAD, count_row, quartiles
from trialtrail.results.takes import TAKES, Takes, takes

OUTCOMES = "dataset:outcomes"
LEAST = 3
"""Values of an arm below which nothing is said of their shape."""
TWICE = 2
"""Standard deviations that a mean of values without a long tail is above zero; and times the upper
quartile is further from the median than the lower one where there is a long tail."""
ABOVE_MEAN = "the standard deviation is above the mean"
LONG_TAIL = (
    "the mean is less than twice the standard deviation, with the upper quartile more than twice as"
    " far from the median as the lower"
)


def why_skew(values: pd.Series) -> str:
    """Return why values of which none is below zero are called skew; "" where they are not."""
    known = values.dropna().astype(float)
    if len(known) < LEAST or known.min() < 0:
        return ""
    mean, deviation = known.mean(), known.std()
    if deviation > mean:
        return ABOVE_MEAN
    q1, median, q3 = known.quantile([0.25, 0.5, 0.75])
    tail = q3 - median > TWICE * (median - q1)
    return LONG_TAIL if mean < TWICE * deviation and tail else ""


def skew_rows(
    outcomes: pd.DataFrame, specs: Iterable[Mapping[str, Any]], arms: Sequence[str]
) -> list[dict]:
    """Return median and quartiles by arm of each outcome and timepoint that is skew in any arm.

    Args:
        outcomes: the dataset `outcomes`.
        specs: the outcomes that are compared by their means, with ``id`` and ``label``.
    """
    rows = []
    for spec in specs:
        mine = outcomes[outcomes["outcome"] == spec["id"]]
        for time in mine["timepoint"].unique():
            values = {
                arm: mine.loc[(mine["timepoint"] == time) & (mine["arm"] == arm), "value"]
                for arm in arms
            }
            reasons = [reason for each in values.values() if (reason := why_skew(each))]
            if not reasons:
                continue
            everywhere = len(reasons) == len(values) and len(set(reasons)) == 1
            why = reasons[0] if everywhere else f"{reasons[0]} in one arm at least"
            for arm, own in values.items():
                where = {"outcome": spec["id"], "timepoint": time, "arm": arm}
                taken = Takes(OUTCOMES, ("value",), where, ("value",))
                name = f"{spec['id']}.{time}.{arm}"
                about = {"item": spec["id"], "timepoint": time, "arm": arm, "note": why}
                row = count_row(name, spec["label"], int(own.notna().sum()), **about)
                rows.append(row | quartiles(own) | {TAKES: takes((*SPREAD, "note"), taken)})
    return rows
