"""Made trials whose participants belong to clusters, in one arm or in both."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import Effect, Fitted, Part, Setting


def nested(
    clusters: int = 8,
    size: int = 5,
    alone: int = 30,
    between: float = 2.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Return a trial with clusters in the arm `b` alone and a covariate; the effect is 3."""
    rng = np.random.default_rng(seed)
    inside, n = clusters * size, clusters * size + alone
    x = rng.normal(size=n)
    shared = np.repeat(rng.normal(0, between, clusters), size)
    value = 50 + 2 * x + rng.normal(0, 4, n)
    value[:inside] += 3 + shared
    names = [f"k{place // size:02d}" for place in range(inside)]
    return pd.DataFrame(
        {
            "arm": ["b"] * inside + ["a"] * alone,
            "value": value,
            "cluster": pd.Series([*names, *[None] * alone], dtype=object),
            "x": x,
        }
    )


def whole(clusters: int = 12, size: int = 6, seed: int = 0, between: float = 2.0) -> pd.DataFrame:
    """Return a trial of whole clusters, by turns in the arms `a` and `b`."""
    data = nested(clusters, size, 0, between, seed)
    place = data["cluster"].str[1:].astype(int)
    return data.assign(arm=np.where(place % 2, "b", "a"))


def setting(**changes: object) -> Setting:
    """Return what the made trials are analysed by, with some of it changed."""
    return Setting(**({"arms": ["a", "b"], "clustered": ["b"], "terms": ["x"]} | changes))


def one(fitted: Fitted) -> Effect:
    """Return the effect of a comparison of two arms."""
    (effect,) = fitted.effects
    return effect


def part(fitted: Fitted, component: str, group: str = "") -> Part:
    """Return one number of the model."""
    (found,) = [each for each in fitted.model if (each.component, each.group) == (component, group)]
    return found
