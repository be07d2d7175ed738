"""Fits of binary outcomes that are compared with glm, brglm2 and influence functions in R."""

from __future__ import annotations

import math
from functools import cache, partial

import numpy as np
import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.logistic import logistic
from trialtrail.analysis.standardised_risks import standardised_risks

TERMS = ["x", "z"]


@cache
def trial(case: str) -> pd.DataFrame:
    """Return the participants of a simulated trial."""
    frame = pd.read_csv(FOLDER / f"binary_{case}.csv", keep_default_na=False)
    cluster = frame["cluster"].where(frame["cluster"] != "", None)
    return frame.assign(arm=frame["arm"].astype(str), value=frame["y"] * 1.0, cluster=cluster)


def coefficients(case: str) -> dict[str, float]:
    """Return the coefficients of the logistic model."""
    data = trial(case)
    matrix = np.column_stack([np.ones(len(data)), data["arm"] == "1", data[TERMS]]).astype(float)
    found = logistic(matrix, data["value"].to_numpy())
    return {
        **dict(zip(["constant", "arm", *TERMS], found.effects.tolist(), strict=True)),
        "arm_se": math.sqrt(found.covariance[1, 1]),
        "x_se": math.sqrt(found.covariance[2, 2]),
        "log_likelihood": found.log_likelihood,
    }


def risks(*clustered: str) -> dict[str, float]:
    """Return the standardised risks and what compares them."""
    found = standardised_risks(
        trial("trial"), Setting(("0", "1"), terms=TERMS, clustered=clustered)
    )
    return {
        **{f"risk_{arm.arm}": arm.adjusted for arm in found.arms},
        **{effect.measure: effect.estimate for effect in found.effects},
        **{
            f"{effect.measure}_{name}": getattr(effect, name)
            for effect in found.effects
            for name in ("se", "df", "lower", "upper")
        },
    }


FITS = {
    ("trial", "logistic"): partial(coefficients, "trial"),
    ("separated", "firth"): partial(coefficients, "separated"),
    ("trial", "standardised_risks"): risks,
    ("trial", "standardised_risks_clustered"): partial(risks, "1"),
}
"""(case, method) -> the fit."""
