"""Fits of ordered outcomes that are compared with MASS."""

from __future__ import annotations

from functools import cache, partial

import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.ordered import proportional_odds


@cache
def trial() -> pd.DataFrame:
    """Return the participants of the simulated trial."""
    frame = pd.read_csv(FOLDER / "ordered_trial.csv", keep_default_na=False)
    cluster = frame["cluster"].where(frame["cluster"] != "", None)
    return frame.assign(arm=frame["arm"].astype(str), value=frame["y"] * 1.0, cluster=cluster)


def numbers(*clustered: str) -> dict[str, float]:
    """Return the numbers of a fit by the names that R's have."""
    found = proportional_odds(trial(), Setting(("0", "1"), terms=["x"], clustered=clustered))
    (effect,) = found.effects
    parts = {(part.component, part.group): part for part in found.model}
    return {
        "common_odds_ratio": effect.estimate,
        "se": effect.se,
        "df": effect.df,
        "x": parts["coefficient", "x"].value,
        "x_se": parts["coefficient", "x"].se,
        **{f"threshold_{k}": parts["threshold", str(k)].value for k in (1, 2, 3)},
        "log_likelihood": parts["log_likelihood", ""].value,
    }


FITS = {
    ("trial", "proportional_odds"): numbers,
    ("trial", "proportional_odds_clustered"): partial(numbers, "1"),
}
"""(case, method) -> the fit."""
