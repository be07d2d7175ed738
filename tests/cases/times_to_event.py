"""Small trials with times to an event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def times(
    time: Sequence[float], event: Sequence[float], arm: Sequence[str], **columns: object
) -> pd.DataFrame:
    """Return a row a participant with what is given; ``arm`` may be a text of one letter each."""
    return pd.DataFrame(
        {
            "participant_id": [f"p{n}" for n in range(len(time))],
            "arm": list(arm),
            "time": np.array(time, dtype="float64"),
            "event": np.array(event, dtype="float64"),
            **columns,
        }
    )


def simulated(size: int = 60, arms: str = "ab", seed: int = 1, other: bool = False) -> pd.DataFrame:
    """Return participants of arms of the same size, with ages, sites and some times tied.

    Args:
        other: whether there is a competing event.
    """
    rng = np.random.default_rng(seed)
    arm = [arms[n % len(arms)] for n in range(size)]
    first, censored = rng.exponential(10, size), rng.uniform(5, 20, size)
    another = rng.exponential(15, size) if other else np.full(size, np.inf)
    time = np.ceil(4 * np.minimum(np.minimum(first, censored), another)) / 4
    event = np.where(first <= np.minimum(censored, another), 1, np.where(another <= censored, 2, 0))
    site = rng.choice(["north", "south"], size)
    return times(time, event, arm, age=rng.normal(50, 10, size), site=site)
