"""Fits of numbers of events that are compared with MASS, glm and sandwich."""

from __future__ import annotations

from functools import cache, partial

import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.counts import rate_ratio
from trialtrail.analysis.fitted import Setting


@cache
def trial() -> pd.DataFrame:
    """Return the participants of the simulated trial."""
    frame = pd.read_csv(FOLDER / "count_trial.csv", keep_default_na=False)
    cluster = frame["cluster"].where(frame["cluster"] != "", None)
    return frame.assign(arm=frame["arm"].astype(str), cluster=cluster)


def numbers(outcome: str, method: str, *clustered: str) -> dict[str, float]:
    """Return the numbers of a fit by the names that R's have."""
    data = trial().assign(value=lambda frame: frame[outcome] * 1.0)
    found = rate_ratio(data, Setting(("0", "1"), terms=["x"], clustered=clustered))
    (effect,) = found.effects
    assert effect.method == method
    parts = {part.component: part for part in found.model}
    return {
        "rate_ratio": effect.estimate,
        **{name: getattr(effect, name) for name in ("se", "df", "lower", "upper")},
        "x": parts["coefficient"].value,
        "x_se": parts["coefficient"].se,
        "dispersion": parts["dispersion"].value,
        "log_likelihood": parts["log_likelihood"].value,
        "rate_0": found.arms[0].adjusted,
    }


FITS = {
    ("trial", "negative_binomial"): partial(numbers, "varied", "negative_binomial"),
    ("trial", "poisson_robust"): partial(numbers, "close", "poisson_robust"),
    ("trial", "poisson_clustered"): partial(numbers, "varied", "poisson_clustered", "1"),
}
"""(case, method) -> the fit."""
