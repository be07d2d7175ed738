"""Every method on small trials of all sorts: an effect is whole, or it says why it is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from trialtrail.analysis.counts import rate_ratio
from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.instrument import complier
from trialtrail.analysis.mixed.clustered import mixed
from trialtrail.analysis.ordered import proportional_odds
from trialtrail.analysis.regression import ancova
from trialtrail.analysis.standardised_risks import standardised_risks
from trialtrail.analysis.subgroups import within_subgroups

METHODS = [ancova, mixed, standardised_risks, rate_ratio, proportional_odds, complier]
ONE_MODEL = (ancova, mixed)


def trial(rng, method):
    """Return participants, and the arms: few or many, with rare events, far units, lost values."""
    n, arms = int(rng.integers(2, 60)), ["a", "b", "c"][: rng.integers(2, 4)]
    number = 10.0 ** rng.integers(-6, 6)
    normal = np.round(rng.normal(size=n), rng.integers(0, 3)) * number
    varied = rng.gamma(1, 1, n) if rng.random() < 0.5 else 1.0
    values = {
        standardised_risks: (rng.random(n) < rng.choice([0.02, 0.3, 0.97])) * 1.0,
        rate_ratio: rng.poisson(rng.choice([0.05, 2, 50]) * varied, n) * 1.0,
        proportional_odds: np.floor(rng.random(n) * rng.integers(1, 6)),
    }.get(method, normal)
    cluster = [f"k{k}" for k in rng.integers(0, rng.integers(1, 12), n)]
    data = pd.DataFrame(
        {
            "arm": rng.choice(arms, n),
            "value": np.where(rng.random(n) < rng.choice([0, 0.3, 0.9]), np.nan, values),
            "x": rng.normal(size=n) * number + rng.choice([0, 2000, 1e6]),
            "z": (rng.random(n) < rng.choice([0.05, 0.5])) * 1.0,
            "uptake": (rng.random(n) < rng.random()) * 1.0,
            "cluster": pd.Series(np.where(rng.random(n) < 0.1, None, cluster), dtype=object),
            "subgroup": rng.choice(["u", "v"], n),
        }
    )
    if rng.random() < 0.5:
        data["cluster"] += data["arm"]
    return data, arms


def assert_whole_or_explained(effect):
    rest = (effect.lower, effect.upper, effect.se, effect.statistic, effect.p)
    if effect.lower is None:
        assert rest == (None,) * 5
        assert effect.note
        assert effect.estimate is None or np.isfinite(effect.estimate)
    else:
        assert np.isfinite([effect.estimate, *rest]).all()
        assert effect.lower <= effect.estimate <= effect.upper
        assert effect.se > 0
        assert 0 <= effect.p <= 1


def check(method, seeds):
    for seed in seeds:
        rng = np.random.default_rng(seed)
        data, arms = trial(rng, method)
        terms = [[], ["x"], ["x", "z"]][rng.integers(3)]
        clustered = [[], arms, arms[1:2]][rng.integers(1 if method is mixed else 0, 3)]
        setting = Setting(arms, terms=terms, clustered=clustered)
        inside = within_subgroups(method, data, setting, one_model=method in ONE_MODEL)
        for effect in [*method(data, setting).effects, *inside.effects]:
            assert_whole_or_explained(effect)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", METHODS)
def test_an_effect_is_whole_or_says_why_not(method):
    check(method, range(40))


@pytest.mark.parametrize("values", [[0, 1, 0, 1], [0, 0, 0, 1], [0, 1, 2, 3], [3, 1, 3, 0]])
@pytest.mark.parametrize("terms", [[], ["x"]])
@pytest.mark.parametrize("method", METHODS)
def test_clusters_that_are_all_alike_give_no_interval_by_rounding(method, terms, values):
    """Sums of scores that cancel leave 0 or its rounding: neither is a standard error."""
    data = pd.DataFrame({"arm": ["a"] * 12 + ["b"] * 12, "value": np.tile(values, 6) * 1.0})
    data["cluster"] = [f"k{place // 4}" for place in range(24)]
    data["x"] = np.tile([1.0, 2.0, 1.0, 2.0], 6)
    data["uptake"] = (data["arm"] == "b") * 1.0
    for effect in method(data, Setting(["a", "b"], terms=terms, clustered=["a", "b"])).effects:
        assert_whole_or_explained(effect)
        assert effect.se is None or effect.se > 1e-6


@pytest.mark.nightly
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", METHODS)
def test_an_effect_of_many_trials_is_whole_or_says_why_not(method):
    check(method, range(1000, 3000))
