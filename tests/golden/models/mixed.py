"""Fits of clustered models that are compared with lmerTest, pbkrtest and nlme."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pandas as pd

from golden.models import FOLDER
from trialtrail.analysis.fitted import Fitted, Setting
from trialtrail.analysis.mixed.clustered import mixed

ARMS = ("0", "1")
NESTED = ("partially_nested", "sim1", "sim2", "sim4")


@cache
def trial(case: str) -> tuple[pd.DataFrame, Setting]:
    """Return a trial and what its fits keep to."""
    frame = pd.read_csv(FOLDER / f"mixed_{case}.csv", keep_default_na=False)
    nested = case != "all_clustered"
    inside = (frame["arm"] == 1) | (not nested)
    cluster = frame["mentor" if nested else "cluster"].where(inside, None)
    data = pd.DataFrame(
        {
            "arm": frame["arm"].astype(str),
            "value": frame["y"],
            "cluster": cluster,
            "x": frame["base" if nested else "x"],
        }
    )
    return data, Setting(ARMS, terms=["x"], clustered=["1"] if nested else ARMS)


def fitted(case: str, df: str, residual: str) -> Fitted:
    """Return a fit; ``residual`` is `one` for one residual variance."""
    data, setting = trial(case)
    options = {"intervals": case == "all_clustered", "residual": residual}
    return mixed(
        data,
        Setting(ARMS, terms=setting.terms, clustered=setting.clustered, df=df, options=options),
    )


def numbers(case: str, df: str, residual: str) -> dict[str, float]:
    """Return the numbers of a fit by the names that R's have."""
    found = fitted(case, df, residual)
    (effect,) = found.effects
    parts = {(part.component, part.group): part for part in found.model}
    correlation = parts["intracluster_correlation", ""]
    likelihood = parts["log_likelihood", ""].value
    return {
        "estimate": effect.estimate,
        "se": effect.se,
        "df": effect.df,
        "cluster_variance": parts["cluster_variance", ""].value,
        "log_likelihood": likelihood,
        "log_likelihood_at_least": likelihood,
        **{
            ("residual_variance" if not group else f"residual_{group}"): part.value
            for (component, group), part in parts.items()
            if component == "residual_variance"
        },
        "correlation": correlation.value,
        "lower": np.nan if correlation.lower is None else correlation.lower,
        "upper": np.nan if correlation.upper is None else correlation.upper,
    }


def correlation() -> dict[str, float]:
    """Return the intra-cluster correlation of the trial of clusters."""
    found = numbers("all_clustered", "satterthwaite", "one")
    return {"estimate": found["correlation"], "lower": found["lower"], "upper": found["upper"]}


FITS = {
    **{
        (case, "one_variance_satterthwaite"): partial(numbers, case, "satterthwaite", "one")
        for case in (*NESTED, "all_clustered")
    },
    **{
        (case, "one_variance_kenward_roger"): partial(numbers, case, "kenward_roger", "one")
        for case in (*NESTED, "all_clustered")
    },
    **{
        (case, "variance_by_arm"): partial(numbers, case, "satterthwaite", "by_arm")
        for case in NESTED
    },
    ("all_clustered", "correlation"): correlation,
}
"""(case, method) -> the fit."""
