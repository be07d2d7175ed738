"""Fits of linear models that are compared with lm and sandwich."""

from __future__ import annotations

from functools import cache, partial

import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.covariates import as_terms
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.regression import ancova

ADJUST = ["before", "site"]


@cache
def trial() -> tuple[pd.DataFrame, list[str]]:
    """Return the participants with all covariates, and the names of their terms."""
    frame = pd.read_csv(FOLDER.parent / "ancova_input.csv").dropna().reset_index(drop=True)
    terms, _ = as_terms(frame, ADJUST)
    return pd.concat([frame[["arm", "value"]], terms], axis=1), list(terms)


def numbers(variance: str) -> dict[str, float]:
    """Return the numbers of a fit by the names that R's have."""
    data, terms = trial()
    found = ancova(data, Setting(("control", "high", "low"), terms=terms, variance=variance))
    high, low = found.effects
    (residual,) = (part.value for part in found.model if part.component == "residual_variance")
    return {
        "high": high.estimate,
        "high_se": high.se,
        "low": low.estimate,
        "low_se": low.se,
        "low_lower": low.lower,
        "low_p": low.p,
        "control": found.arms[0].adjusted,
        "control_se": found.arms[0].adjusted_se,
        "variance": residual,
    }


FITS = {("three_arms", each): partial(numbers, each) for each in ("constant", "hc2", "hc3")}
"""(case, method) -> the fit."""
