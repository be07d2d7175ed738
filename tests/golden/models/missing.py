"""Pooled and imputed estimates that are compared with mice."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.missing.chained import Target, impute
from trialtrail.analysis.missing.pooling import pool, pool_fitted
from trialtrail.analysis.regression import ancova

SCALARS = {
    "five": ([1, 1.2, 0.9, 1.1, 1.3], [0.04, 0.05, 0.045, 0.05, 0.04], 97),
    "two": ([-2, 0.5], [1, 2], 18),
    "large": ([10.1, 10.2, 10.15, 10.12, 10.3, 10.05, 10.22], [0.5] * 7, None),
    "wide": ([-5, 5, 0, 3, -4, 2], [1e-3] * 6, 46),
}
"""Case -> estimates, variances, and degrees of freedom if nothing were missing."""
IMPUTATIONS, SEED = 200, 61


def rubin(case: str) -> dict[str, float]:
    """Return what the rules give."""
    found = pool(*SCALARS[case], 0.95)
    return {
        "estimate": found.estimate,
        "within": found.within,
        "between": found.between,
        "total": found.se**2,
        "df": found.df,
        "fraction_missing": found.fraction_missing,
    }


@cache
def trial() -> pd.DataFrame:
    """Return the participants of the simulated trial."""
    frame = pd.read_csv(FOLDER / "missing_trial.csv")
    return frame.assign(arm=frame["arm"].astype(str))


def imputed(kind: str) -> dict[str, float]:
    """Return the adjusted difference of means, imputed within the arms."""
    data = trial()
    values = data[[kind]].to_numpy(dtype=float)
    target = Target(values, kind, data[["x", "z"]].to_numpy(), data["arm"].to_numpy())
    made = impute(target, ["0", "1"], IMPUTATIONS, np.random.default_rng(SEED))
    setting = Setting(("0", "1"), terms=["x"])
    fits = [ancova(data.assign(value=each[:, 0]), setting) for each in made]
    (effect,) = pool_fitted(fits, 0.95).effects
    return {"estimate": effect.estimate, "se": effect.se}


FITS = {
    **{(case, "rubin"): partial(rubin, case) for case in SCALARS},
    **{("trial", kind): partial(imputed, kind) for kind in ("normal", "pmm", "logistic")},
}
"""(case, method) -> the fit."""
