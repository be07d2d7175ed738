"""The complier effect of the same data by this project."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.instrument import complier


def fit(value: str, uptake: str, terms: tuple[str, ...] = (), clustered: tuple[str, ...] = ()):
    """Return the effect, F, the set of Anderson and Rubin and uptake, named as R's table is."""
    trial = pd.read_csv(FOLDER / "instrument_trial.csv")
    data = trial.assign(
        value=trial[value].astype(float), uptake=trial[uptake], cluster=trial["mentor"]
    )
    fitted = complier(data, Setting(("control", "new"), terms=terms, clustered=clustered))
    (effect,) = fitted.effects
    found: dict[str, float | None] = {
        name: getattr(effect, name) for name in ("estimate", "se", "lower", "upper", "df", "p")
    }
    for part in fitted.model:
        if part.component == "anderson_rubin":
            found["ar_lower"], found["ar_upper"] = part.lower, part.upper
        elif part.component == "uptake":
            found[f"uptake:{part.group}"] = part.value
        else:
            found[part.component] = part.value
    return found


BEFORE = ("before",)
CASES: Mapping[str, partial] = {
    "unadjusted": partial(fit, "value", "uptake"),
    "adjusted": partial(fit, "value", "uptake", BEFORE),
    "risk": partial(fit, "better", "uptake", BEFORE),
    "amount": partial(fit, "value", "sessions", BEFORE),
    "clustered": partial(fit, "value", "uptake", BEFORE, ("new",)),
    "clustered_unadjusted": partial(fit, "value", "uptake", (), ("new",)),
    "whole_line": partial(fit, "value", "little", BEFORE),
    "half_lines": partial(fit, "raised", "little", BEFORE),
}
FITS = {(case, "two_stage_least_squares"): run for case, run in CASES.items()}
