"""Operating characteristics of methods over drawn trials, each with its Monte Carlo error.

Measures and errors are those of Morris, White and Crowther (Stat Med 2019;38:2074-102, table 6).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

TYPE_1, POWER = "type_1_error", "power"
MEASURES = (
    *("bias", "empirical_se", "model_se", "relative_error", "coverage"),
    *(TYPE_1, POWER, "at_boundary", "not_estimable", "width"),
)
"""Measures, each of which has a column of its own and one of its Monte Carlo error."""
ERROR = "_mc_error"
"""How the name of the column of a Monte Carlo error ends."""
PERCENT = 100.0
KEY = ("method", "values", "arm")


def characteristics(trials: pd.DataFrame, truth: float, level: float) -> list[dict[str, Any]]:
    """Return the measures of each method of a scenario, in the order of the trials' rows.

    Args:
        trials: as `trials.simulate` gives them.
        truth: the true effect.
        level: the confidence level.
    """
    found = []
    for key, rows in trials.groupby(list(KEY), sort=False):
        of_one = dict(zip(KEY, key, strict=True))
        found.append(of_one | {"truth": truth} | measures(rows, truth, level))
    return found


def measures(rows: pd.DataFrame, truth: float, level: float) -> dict[str, Any]:
    """Return the measures of one method, a row a trial.

    Shares are fractions. Bias and errors are of the trials with an estimate, coverage, rejections
    and width of those with an interval; `None` is what too few trials tell nothing of.
    """
    trials = len(rows)
    number = {name: rows[name].to_numpy(dtype="float64", na_value=np.nan) for name in NUMBERS}
    estimate = number["estimate"]
    estimate = estimate[np.isfinite(estimate)]
    whole = np.isfinite(number["lower"]) & np.isfinite(number["upper"])
    found: dict[str, Any] = {"trials": trials, "intervals": int(whole.sum())}
    found |= _share("not_estimable", int(trials - whole.sum()), trials)
    boundary = rows["at_boundary"].dropna()
    found |= _share("at_boundary", int(boundary.astype(bool).sum()), len(boundary))
    found |= _of_estimates(estimate, truth)
    variances = np.square(number["se"][whole])
    found |= _of_errors(variances, found["empirical_se"], len(estimate))
    lower, upper = number["lower"][whole], number["upper"][whole]
    covered = int(((lower <= truth) & (truth <= upper)).sum())
    found |= _share("coverage", covered, len(lower))
    rejected = int((number["p"][whole] < 1 - level).sum())
    found |= _share(POWER if truth else TYPE_1, rejected, len(lower))
    width = upper - lower
    if len(width) > 1:
        found |= _with_error("width", width.mean(), width.std(ddof=1) / math.sqrt(len(width)))
    return {name: found.get(name) for name in RESULTS}


NUMBERS = ("estimate", "se", "lower", "upper", "p")
RESULTS = ("trials", "intervals", *(f"{name}{end}" for name in MEASURES for end in ("", ERROR)))


def _with_error(name: str, value: float, error: float) -> dict[str, float]:
    return {name: float(value), f"{name}{ERROR}": float(error)}


def _share(name: str, number: int, of: int) -> dict[str, float]:
    """Return a share and √(p (1 - p) / n)."""
    if not of:
        return {}
    share = number / of
    return _with_error(name, share, math.sqrt(share * (1 - share) / of))


def _of_estimates(estimate: np.ndarray, truth: float) -> dict[str, Any]:
    n = len(estimate)
    if n < 2:
        return {"empirical_se": None}
    spread = float(estimate.std(ddof=1))
    return {
        **_with_error("bias", estimate.mean() - truth, spread / math.sqrt(n)),
        **_with_error("empirical_se", spread, spread / math.sqrt(2 * (n - 1))),
    }


def _of_errors(
    variances: np.ndarray, empirical: float | None, estimates: int
) -> Mapping[str, float]:
    """Return the average model standard error, and how far it is from the empirical one."""
    n = len(variances)
    if n < 2 or not empirical:
        return {}
    model = math.sqrt(float(variances.mean()))
    spread = float(variances.var(ddof=1))
    relative = PERCENT * model / empirical
    error = math.sqrt(spread / (4 * n * model**4) + 1 / (2 * (estimates - 1)))
    return {
        **_with_error("model_se", model, math.sqrt(spread / (4 * n)) / model),
        **_with_error("relative_error", relative - PERCENT, relative * error),
    }
