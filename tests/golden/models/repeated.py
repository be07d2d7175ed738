"""The mixed model for repeated measures, by this project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.repeated.mmrm import mmrm

STRUCTURES = ("unstructured", "toeplitz", "ar1", "compound_symmetry")
CASES = {"two_arms": "ab", "three_arms": "abc", "many_visits": "ab"}


def fitted(case: str, structure: str, terms: str) -> dict[str, float]:
    """Return the estimates, their model-based standard errors, and the covariance."""
    data = pd.read_csv(FOLDER / f"repeated_{case}.csv")
    visits = sorted(data["visit"].unique())
    last = visits[-1]
    setting = Setting(
        arms=list(CASES[case]),
        terms=["base", "centre"],
        visits=visits,
        at=last,
        df="satterthwaite",
        options={"structures": [structure], "terms_by_visit": terms == "by_visit"},
    )
    found = mmrm(data, setting)
    values: dict[str, float] = {}
    for arm in found.arms:
        values[f"mean_{arm.arm}"] = arm.adjusted
        values[f"mean_se_{arm.arm}"] = arm.adjusted_se
    for effect in found.effects:
        assert effect.method == f"mmrm_{structure}_satterthwaite"
        values[f"difference_{effect.arm}_{last}"] = effect.estimate
        values[f"se_{effect.arm}_{last}"] = effect.se
    for part in found.model:
        if part.component == "difference_at":
            arm, _, visit = part.group.rpartition("@")
            values[f"difference_{arm or 'b'}_{visit}"] = part.value
            values[f"se_{arm or 'b'}_{visit}"] = part.se
        elif part.component == "variance":
            values[f"variance_{part.group}"] = part.value
        elif part.component == "log_likelihood":
            values["log_likelihood"] = values["log_likelihood_at_least"] = part.value
    return values


FITS: dict[tuple[str, str], Callable[[], Mapping[str, float]]] = {
    (case, f"{structure}_{terms}"): partial(fitted, case, structure, terms)
    for case in CASES
    for terms in ("by_visit", "shared")
    for structure in (STRUCTURES if terms == "by_visit" else STRUCTURES[:1])
}
