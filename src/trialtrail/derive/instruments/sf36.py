"""SF-36 Health Survey, version 1: eight scales (0-100) and two component scores.

Sources:
- Ware JE, Snow KK, Kosinski M, Gandek B. SF-36 Health Survey: Manual and Interpretation Guide.
  Boston: The Health Institute, 1993 (recoding, recalibration, half rule, transformation).
- Ware JE, Kosinski M, Keller SD. SF-36 Physical and Mental Health Summary Scales: A User's
  Manual. Boston: The Health Institute, 1994 (components, US 1990 norms and weights).
- Hays RD, Sherbourne CD, Mazel RM. The RAND 36-Item Health Survey 1.0. Health Econ 1993;2:217-27.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trialtrail.derive.instruments.offered import ITEM_ORDER, LEVELS

SCALES: dict[str, tuple[str, ...]] = {
    "PF": tuple(f"PF{number:02d}" for number in range(1, 11)),
    "RP": ("RP1", "RP2", "RP3", "RP4"),
    "BP": ("BP1", "BP2"),
    "GH": ("GH1", "GH2", "GH3", "GH4", "GH5"),
    "VT": ("VT1", "VT2", "VT3", "VT4"),
    "SF": ("SF1", "SF2"),
    "RE": ("RE1", "RE2", "RE3"),
    "MH": ("MH1", "MH2", "MH3", "MH4", "MH5"),
}
"""The items of each scale. HT (change in health) belongs to none."""

# Items in which a low answer is good health.
_REVERSED = frozenset({"SF1", "VT1", "VT2", "MH3", "MH5", "GH3", "GH5"})
_REVERSED_RAND = _REVERSED | {"GH1", "BP1", "BP2"}

_GH1 = {1: 5.0, 2: 4.4, 3: 3.4, 4: 2.0, 5: 1.0}
_BP1 = {1: 6.0, 2: 5.4, 3: 4.2, 4: 3.1, 5: 2.2, 6: 1.0}
_BP2 = {1: 5.0, 2: 4.0, 3: 3.0, 4: 2.0, 5: 1.0}
_BP2_WITHOUT_BP1 = {1: 6.0, 2: 4.75, 3: 3.5, 4: 2.25, 5: 1.0}

NORMS_US_1990: dict[str, tuple[float, float, float, float]] = {
    "PF": (84.52404, 22.89490, 0.42402, -0.22999),
    "RP": (81.19907, 33.79729, 0.35119, -0.12329),
    "BP": (75.49196, 23.55879, 0.31754, -0.09731),
    "GH": (72.21316, 20.16964, 0.24954, -0.01571),
    "VT": (61.05453, 20.86942, 0.02877, 0.23534),
    "SF": (83.59753, 22.37642, -0.00753, 0.26876),
    "RE": (81.29467, 33.02717, -0.19206, 0.43407),
    "MH": (74.84212, 18.01189, -0.22069, 0.48581),
}
"""Mean, standard deviation, PCS weight and MCS weight of each scale (Ware 1994)."""


def _answers(items: pd.DataFrame) -> pd.DataFrame:
    """The answers as floats under the names of ITEM_ORDER; what the form does not offer is missing.

    Columns that carry the item names are taken by name, all others by position.
    """
    if items.shape[1] != len(ITEM_ORDER):
        raise ValueError(f"the SF-36 has {len(ITEM_ORDER)} items, not {items.shape[1]}")
    if set(items.columns) == set(ITEM_ORDER):
        items = items[list(ITEM_ORDER)]
    answers = pd.DataFrame(
        {
            item: items.iloc[:, position].to_numpy(dtype="float64", na_value=np.nan)
            for position, item in enumerate(ITEM_ORDER)
        },
        index=items.index,
    )
    offered = (answers >= 1) & (answers <= pd.Series(LEVELS)) & (answers % 1 == 0)
    return answers.where(offered)


def _check_scale(scale: str) -> None:
    if scale not in SCALES:
        raise ValueError(f"no SF-36 scale {scale!r}; known: {', '.join(SCALES)}")


def _reverse(answers: pd.DataFrame, items: frozenset[str]) -> pd.DataFrame:
    reversed_items = [item for item in answers.columns if item in items]
    return answers.assign(**{item: LEVELS[item] + 1 - answers[item] for item in reversed_items})


def _recalibrate_pain(answers: pd.DataFrame) -> pd.DataFrame:
    """BP1 and BP2 on a common range of 1-6 (Ware 1993, chapter 6).

    'No interference' is worth 6 only beside 'no pain'; without an answer to BP1, the five answers
    of BP2 are spread evenly over 1-6.
    """
    bp1, bp2 = answers["BP1"], answers["BP2"]
    interference = bp2.map(_BP2)
    interference = interference.mask(bp1.isna(), bp2.map(_BP2_WITHOUT_BP1))
    interference = interference.mask((bp1 == 1) & (bp2 == 1), 6.0)
    return answers.assign(BP1=bp1.map(_BP1), BP2=interference)


def _bounds(items: tuple[str, ...], levels: Mapping[str, int]) -> tuple[float, float]:
    """Lowest raw score and possible range of the sum of `items`."""
    return float(len(items)), float(sum(levels[item] for item in items) - len(items))


def score_v1(items: pd.DataFrame, scale: str) -> pd.Series:
    """Score of one scale, 0 (worst) to 100 (best health), by the rules of Ware 1993.

    `items` has a row a respondent and the 36 answers in the order of ITEM_ORDER. GH1 and the two
    pain items are recalibrated, BP2 in view of BP1. An unanswered item takes the mean of the
    person's answered items of the scale when at least half of them are answered; with fewer, the
    score is missing. An answer that the form does not offer counts as unanswered.

    Raises ValueError for an unknown scale or another number of columns than 36.
    """
    _check_scale(scale)
    answers = _reverse(_recalibrate_pain(_answers(items)), _REVERSED)
    answers["GH1"] = answers["GH1"].map(_GH1)
    members = SCALES[scale]
    answered = answers[list(members)]
    enough = answered.notna().sum(axis="columns") * 2 >= len(members)
    # After recalibration both pain items reach 6.
    lowest, width = _bounds(members, {**LEVELS, "BP2": 6})
    raw = answered.mean(axis="columns") * len(members)
    return ((raw - lowest) / width * 100).where(enough).rename(scale)


def components_v1(items: pd.DataFrame) -> pd.DataFrame:
    """Physical (PCS) and mental (MCS) component scores; columns `PCS` and `MCS`.

    The eight scales are standardised by the means and standard deviations of the US general
    population of 1990, weighted and set to mean 50 and standard deviation 10 (Ware 1994). Both are
    missing where any of the eight scales is missing.
    """
    norms = pd.DataFrame(NORMS_US_1990, index=["mean", "sd", "PCS", "MCS"])
    scales = pd.DataFrame({scale: score_v1(items, scale) for scale in SCALES}, index=items.index)
    z = (scales - norms.loc["mean"]) / norms.loc["sd"]
    return pd.DataFrame(
        {
            name: 50 + 10 * (z * norms.loc[name]).sum(axis="columns", skipna=False)
            for name in ("PCS", "MCS")
        }
    )


def score_rand36(items: pd.DataFrame, scale: str) -> pd.Series:
    """Score of one scale, 0 (worst) to 100 (best health), by the rules of RAND (Hays 1993).

    Differs from `score_v1` in two points: each answer is spread evenly over 0-100, so GH1 and pain
    are not recalibrated; and the mean of the answered items stands, however few they are.
    """
    _check_scale(scale)
    answers = _reverse(_answers(items), _REVERSED_RAND)
    members = list(SCALES[scale])
    highest = pd.Series(LEVELS)[members]
    spread = (answers[members] - 1) / (highest - 1) * 100
    return spread.mean(axis="columns").rename(scale)
