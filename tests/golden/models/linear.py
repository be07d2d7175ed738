"""Analysis of covariance of the same data by this project."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.regression import ancova

ARMS = ("control", "low", "high")


def fit(terms: tuple[str, ...], variance: str) -> Mapping[str, float]:
    """Return effects, adjusted means, coefficients and the variance, named as R's table is."""
    data = pd.read_csv(FOLDER / "linear_trial.csv")
    fitted = ancova(data, Setting(ARMS, terms=terms, variance=variance))
    found: dict[str, float | None] = {}
    for effect in fitted.effects:
        for name in ("estimate", "se", "lower", "upper", "df", "p"):
            found[f"effect:{effect.arm}:{name}"] = getattr(effect, name)
    for arm in fitted.arms:
        name = f"adjusted:{arm.arm}"
        found[f"{name}:estimate"] = arm.adjusted
        for suffix in ("se", "lower", "upper", "df"):
            found[f"{name}:{suffix}"] = getattr(arm, f"adjusted_{suffix}")
    for part in fitted.model:
        if part.component == "coefficient":
            found[f"coefficient:{part.group}:estimate"] = part.value
            for suffix in ("se", "lower", "upper", "df"):
                found[f"coefficient:{part.group}:{suffix}"] = getattr(part, suffix)
        else:
            found[part.component] = part.value
    return found


FITS = {
    (case, method): partial(fit, terms, variance)
    for case, terms in (("unadjusted", ()), ("adjusted", ("before", "site")))
    for method, variance in (("ancova", "constant"), ("ancova_hc2", "hc2"), ("ancova_hc3", "hc3"))
}
