"""Made trials with an outcome at several timepoints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import Fitted, Setting

VISITS = ("v1", "v2", "v3")


def trial(
    people: int = 40,
    visits: Sequence[str] = VISITS,
    arms: Sequence[str] = ("a", "b"),
    lost: float = 0.1,
    seed: int = 1,
) -> pd.DataFrame:
    """Return a row a participant and timepoint, with two covariates and lost values."""
    rng = np.random.default_rng(seed)
    count = len(visits)
    base = rng.normal(50, 10, people)
    male = (rng.random(people) < 0.5).astype(float)
    arm = np.array([arms[k % len(arms)] for k in range(people)])
    place = np.array([k % len(arms) for k in range(people)])
    own = rng.normal(0, 5, (people, 1))
    value = (
        (20 + 0.5 * base + 2 * male + place)[:, None]
        + np.arange(count) * (1 + place[:, None])
        + own
        + rng.normal(0, 4, (people, count)) * (1 + 0.2 * np.arange(count))
    )
    value[rng.random((people, count)) < lost] = np.nan
    return pd.DataFrame(
        {
            "participant_id": np.repeat([f"P{k:03d}" for k in range(people)], count),
            "arm": np.repeat(arm, count),
            "visit": np.tile(list(visits), people),
            "base": np.repeat(base, count),
            "male": np.repeat(male, count),
            "value": value.ravel(),
        }
    )


def setting(**changes: object) -> Setting:
    """Return what the made trials are analysed by, with some of it changed."""
    asked = {"arms": ["a", "b"], "visits": list(VISITS), "at": "v3", "terms": ["base", "male"]}
    return Setting(**(asked | changes))


def parts(fitted: Fitted, component: str) -> dict[str, float | None]:
    """Return the values of one component, by group."""
    return {part.group: part.value for part in fitted.model if part.component == component}


def without(data: pd.DataFrame, chosen: pd.Series) -> pd.DataFrame:
    """Return the data without the values that are chosen."""
    return data.assign(value=data["value"].mask(chosen))


def one(fitted):
    """Return the effect of a comparison of two arms."""
    (effect,) = fitted.effects
    return effect


def assert_not_estimable(fitted, note):
    for effect in fitted.effects:
        assert (effect.estimate, effect.lower, effect.upper, effect.se, effect.p) == (None,) * 5
        assert effect.note == note
    assert parts(fitted, "converged") == {"": 0.0}
    assert all(arm.adjusted is None for arm in fitted.arms)
