"""A provider, site or other group whose records differ from those of the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from trialtrail.validation.plausibility.sheet import Sheet, shown

GROUPS = 3
"""Least number of groups: of two, nobody can say which is the odd one."""
DISPERSED = 5
"""Least number of groups from which one can tell how much they differ by nature."""
EVENTS = 5
"""Least number of expected events, and of expected others, for a share to be judged."""


@dataclass(frozen=True)
class Measure:
    """What is compared: a mean of numbers, or a share (``values`` of 0 and 1; NaN is left out)."""

    kind: str
    column: str
    values: np.ndarray
    is_share: bool = False

    def shown(self, value: float) -> str:
        """Return the figure of a group in words."""
        return f"{self.kind} {value:.0%}" if self.is_share else f"{self.kind} {shown(value)}"


def funnel(measure: Measure, groups: np.ndarray, least: int) -> pd.DataFrame:
    """Return group (number), n, figure and z of each group that can be judged.

    z is the distance of the group's mean from the median of the groups' means, by the standard
    error of a mean of so many values (the spread within groups; of a share, that of the share of
    all): a funnel plot's axis (Spiegelhalter, Stat Med 2005;24:1185-202). Groups differ by nature
    too, so the distances are divided by their own robust spread where that is more than 1.
    Groups of fewer than ``least`` values are left out, and of shares those with few events.
    """
    known = ~np.isnan(measure.values) & (groups >= 0)
    values, group = measure.values[known], groups[known]
    size = np.bincount(group)
    total = np.bincount(group, weights=values)
    squares = np.bincount(group, weights=values**2)
    judged = size >= least
    if not judged.any():
        return pd.DataFrame(columns=["group", "n", "figure", "z"])
    n, mean = size[judged], total[judged] / size[judged]
    if measure.is_share:
        share = total[judged].sum() / n.sum()
        often = n * min(share, 1 - share) >= EVENTS
        variance = share * (1 - share)
    else:
        often = np.ones(len(n), dtype=bool)
        within = squares[judged] - n * mean**2
        variance = max(0.0, within.sum()) / max(1, (n - 1).sum())
    out = pd.DataFrame({"group": np.flatnonzero(judged), "n": n, "figure": mean})[often]
    if len(out) < GROUPS or variance <= 0:
        return out.iloc[:0].assign(z=pd.Series(dtype=float))
    distance = (out["figure"] - out["figure"].median()) / np.sqrt(variance / out["n"])
    spread = 1.4826 * (distance - distance.median()).abs().median()
    return out.assign(z=distance / max(1.0, spread if len(out) >= DISPERSED else 1.0))


def pattern_findings(
    sheet: Sheet, by: str, groups: pd.Series, measures: list[Measure], settings: dict
) -> Iterator[dict]:
    """Yield a finding for each group and measure beyond the limit.

    The limit is that of a normal distribution at ``probability``, both sides together, divided by
    the number of all comparisons made (Bonferroni): of a study in which no group differs, so many
    would have a finding. ``by`` says in words what the groups are.
    """
    measures = [m for m in measures if not sheet.ignores(settings["ignore"], m.column)]
    codes, names = pd.factorize(groups, sort=True)
    judged = [funnel(measure, codes, settings["least"]) for measure in measures]
    comparisons = sum(map(len, judged))
    if not comparisons:
        return
    limit = -ndtri(settings["probability"] / 2 / comparisons)
    first = pd.Series(np.arange(len(codes))).groupby(codes).first()
    exports = sheet.frame["_export"]
    for measure, result in zip(measures, judged, strict=True):
        typical = measure.shown(result["figure"].median()) if len(result) else ""
        message = (
            f"the {measure.kind} of a group by {by} is beyond the funnel's limit of z {limit:.2f} "
            f"({len(result)} groups of {settings['least']} or more, {comparisons} comparisons)"
        )
        for row in result[result["z"].abs() > limit].itertuples():
            yield sheet.of_column(
                f"pattern.{measure.kind.split()[0]}",
                measure.column,
                message,
                f"{measure.shown(row.figure)} (n {row.n}); typical {typical}",
                record=str(names[row.group]),
                export=exports.iloc[first[row.group]],
            )


def ends_in_0_or_5(values: np.ndarray) -> np.ndarray:
    """Return 1 where a number is a multiple of 5, 0 where not, NaN where there is none."""
    near = np.round(values / 5) * 5 == values
    return np.where(np.isnan(values), np.nan, near.astype(float))
