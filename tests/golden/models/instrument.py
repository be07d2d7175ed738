"""Complier effects that are compared with AER."""

from __future__ import annotations

from functools import cache

import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.fitted import Fitted, Setting
from trialtrail.analysis.instrument import complier


@cache
def trial() -> pd.DataFrame:
    """Return the simulated trial."""
    frame = pd.read_csv(FOLDER / "instrument_trial.csv", keep_default_na=False)
    cluster = frame["cluster"].where(frame["cluster"] != "", None)
    return frame.assign(arm=frame["arm"].astype(str), value=frame["y"], cluster=cluster)


def fitted(*clustered: str) -> Fitted:
    """Return the fit, robust to the clusters of some arms."""
    return complier(trial(), Setting(("0", "1"), terms=["x"], clustered=clustered))


def robust() -> dict[str, float]:
    """Return the effect, its standard error and the first-stage F."""
    found = fitted()
    parts = {part.component: part for part in found.model}
    (effect,) = found.effects
    return {
        "estimate": effect.estimate,
        "se": effect.se,
        "first_stage_f": parts["first_stage_f"].value,
    }


def clustered() -> dict[str, float]:
    """Return the effect with a standard error robust to the clusters."""
    (effect,) = fitted("1").effects
    return {"estimate": effect.estimate, "se": effect.se}


def anderson_rubin() -> dict[str, float]:
    """Return the limits of the Anderson-Rubin set."""
    (part,) = (each for each in fitted().model if each.component == "anderson_rubin")
    return {"lower": part.lower, "upper": part.upper}


FITS = {
    ("trial", "two_stage_least_squares"): robust,
    ("trial", "clustered"): clustered,
    ("trial", "anderson_rubin"): anderson_rubin,
}
"""(case, method) -> the fit."""
