"""What an estimate allows to be said, chosen by rule from its interval and what the plan declares.

A sentence never goes beyond its interval: it says that arms differ only where no difference is
outside it, and that a difference matters only where the smallest important difference is (Altman
and Bland, BMJ 1995;311:485; CONSORT 2025, items 26 and 29). Without a smallest important
difference nothing is said of importance.
"""

from __future__ import annotations

from collections.abc import Mapping

from trialtrail.analysis.measures import limits, measure_of

DIGITS = 10
"""Of one less the confidence level, which is no decimal in a computer."""
NOT_ESTIMABLE = "not_estimable"
NO_INTERVAL = "no_interval"
NON_INFERIOR, NOT_SHOWN, INFERIOR = "non_inferior", "not_shown", "inferior"
IMPORTANT, DIFFERS, UNIMPORTANT = "important", "differs", "unimportant"
NO_IMPORTANT, INCONCLUSIVE, INCLUDES = "no_important", "inconclusive", "includes"
HIGHER, LOWER = "higher", "lower"
CLAIMS = (IMPORTANT, DIFFERS, UNIMPORTANT)
"""Verdicts by which arms are said to differ."""
SUBJECTS = {
    "mean_difference": "mean ",
    "risk_difference": "risk ",
    "risk_ratio": "risk ",
    "rate_ratio": "rate ",
    "odds_ratio": "odds ",
    "common_odds_ratio": "odds of a higher category ",
    "hazard_ratio": "hazard ",
}
"""Measure -> what of an outcome is higher or lower; of others it is the outcome itself."""


def verdict(row: Mapping[str, str]) -> str:
    """Return which sentence a row of `estimates` allows.

    - `not_estimable`, `no_interval`: there is no estimate, or no interval;
    - of a margin `non_inferior`, `not_shown` (the interval has the margin in it) or `inferior`
      (all of it is beyond the margin);
    - `important`: all of the interval is beyond the smallest important difference on one side;
      `differs`: it excludes no difference, and not an unimportant one; `unimportant`: it excludes
      no difference, and every important one; `no_important`: it includes no difference and
      excludes every important one; `inconclusive`: it includes no difference and an important one;
    - without a smallest important difference: `differs`, or `includes` no difference.
    """
    if not row.get("estimate"):
        return NOT_ESTIMABLE
    if not row.get("lower"):
        return NO_INTERVAL
    if row.get("margin"):
        return _of_margin(row)
    lower, upper = float(row["lower"]), float(row["upper"])
    nothing = measure_of(row["measure"]).nothing
    includes = lower <= nothing <= upper
    if not row.get("important"):
        return INCLUDES if includes else DIFFERS
    below, above = limits(row["measure"], float(row["important"]))
    inside = below < lower and upper < above
    if includes:
        return NO_IMPORTANT if inside else INCONCLUSIVE
    if lower >= above or upper <= below:
        return IMPORTANT
    return UNIMPORTANT if inside else DIFFERS


def is_claimed(row: Mapping[str, str]) -> bool:
    """Return whether a difference outside the interval may be told as one.

    The interval is of one outcome. Of a family whose p the plan adjusts for several outcomes, the
    adjusted p has to be below the level too; where it is not, the plan's own test finds nothing.
    """
    if verdict(row) not in CLAIMS:
        return False
    adjusted, level = row.get("p_adjusted"), row.get("level")
    return not adjusted or not level or float(adjusted) < round(1 - float(level), DIGITS)


def side(row: Mapping[str, str]) -> str:
    """Return whether the arm's values are higher or lower than those of the reference."""
    return HIGHER if float(row["estimate"]) > measure_of(row["measure"]).nothing else LOWER


def subject(row: Mapping[str, str]) -> str:
    """Return what of the outcome is higher or lower, with a space behind it; "" for itself.

    Of the time to an event the hazard is: that it is lower does not make the time lower.
    """
    return SUBJECTS.get(row["measure"], "")


def possible(row: Mapping[str, str]) -> list[str]:
    """Return the directions in which an important difference is not excluded."""
    below, above = limits(row["measure"], float(row["important"]))
    found = [LOWER] if float(row["lower"]) <= below else []
    return found + ([HIGHER] if float(row["upper"]) >= above else [])


def _of_margin(row: Mapping[str, str]) -> str:
    higher = row.get("better") == HIGHER
    below, above = limits(row["measure"], float(row["margin"]))
    limit = below if higher else above
    lower, upper = float(row["lower"]), float(row["upper"])
    if higher:
        return NON_INFERIOR if lower > limit else INFERIOR if upper < limit else NOT_SHOWN
    return NON_INFERIOR if upper < limit else INFERIOR if lower > limit else NOT_SHOWN
