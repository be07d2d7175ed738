"""Measures over trials, their Monte Carlo errors, and what is said of them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from trialtrail.simulation.characteristics import MEASURES, characteristics, measures
from trialtrail.simulation.words import method_in_words, misses, sentences

ROW = {
    "label": "Few clusters",
    "method": "mixed_satterthwaite",
    "values": "known",
    "level": 0.95,
    "intervals": 10_000,
    "bias": 0.0,
    "bias_mc_error": 0.01,
    "empirical_se": 1.0,
    "relative_error": 0.0,
    "relative_error_mc_error": 0.7,
    "coverage": 0.95,
    "not_estimable": 0.0,
}


def trials(n=400, seed=1, truth=0.0, **more):
    rng = np.random.default_rng(seed)
    estimate = truth + rng.normal(0, 2, n)
    se = 2 * np.sqrt(rng.chisquare(30, n) / 30)
    found = {
        "trial": range(1, n + 1),
        "method": "m",
        "values": "known",
        "arm": "class",
        "estimate": estimate,
        "se": se,
        "df": 30.0,
        "lower": estimate - 2 * se,
        "upper": estimate + 2 * se,
        "p": np.where(abs(estimate / se) > 2, 0.01, 0.5),
        "at_boundary": [k % 4 == 0 for k in range(n)],
        "reason": "",
    }
    return pd.DataFrame(found | more).convert_dtypes()


def test_measures_are_what_their_definitions_say():
    frame = trials()
    found = measures(frame, 0.0, 0.95)
    estimate, se = (frame[name].to_numpy(float) for name in ("estimate", "se"))
    n = len(frame)
    assert found["bias"] == pytest.approx(estimate.mean())
    assert found["bias_mc_error"] == pytest.approx(estimate.std(ddof=1) / n**0.5)
    assert found["empirical_se"] == pytest.approx(estimate.std(ddof=1))
    assert found["empirical_se_mc_error"] == pytest.approx(
        estimate.std(ddof=1) / (2 * (n - 1)) ** 0.5
    )
    assert found["model_se"] == pytest.approx((se**2).mean() ** 0.5)
    covered = ((estimate - 2 * se <= 0) & (estimate + 2 * se >= 0)).mean()
    assert found["coverage"] == pytest.approx(covered)
    assert found["coverage_mc_error"] == pytest.approx((covered * (1 - covered) / n) ** 0.5)
    assert found["type_1_error"] == pytest.approx(1 - covered)
    assert found["power"] is None
    assert found["at_boundary"] == 0.25
    assert found["width"] == pytest.approx((4 * se).mean())
    assert found["relative_error"] == pytest.approx(
        100 * (found["model_se"] / found["empirical_se"] - 1)
    )


@cache
def many_runs() -> list[dict]:
    """Return the measures of many runs, each of trials of its own."""
    draw = np.random.default_rng(5)
    return [
        measures(trials(n=200, seed=seed, at_boundary=draw.random(200) < 0.25), 0.0, 0.95)
        for seed in range(300)
    ]


@pytest.mark.parametrize("name", [m for m in MEASURES if m not in ("power", "not_estimable")])
def test_a_monte_carlo_error_is_how_much_the_measure_varies_from_run_to_run(name):
    varied = np.std([run[name] for run in many_runs()], ddof=1)
    told = np.mean([run[f"{name}_mc_error"] for run in many_runs()])
    assert told == pytest.approx(varied, rel=0.15)


def test_power_stands_where_the_truth_is_another_than_0():
    found = measures(trials(truth=5.0), 5.0, 0.95)
    assert found["type_1_error"] is None
    assert 0.5 < found["power"] < 0.9


def test_trials_without_an_interval_are_counted_and_count_in_nothing_else():
    frame = trials(n=100)
    frame.loc[:9, ["estimate", "se", "lower", "upper", "p"]] = pd.NA
    found = measures(frame, 0.0, 0.95)
    assert found["not_estimable"] == pytest.approx(0.1)
    assert found["not_estimable_mc_error"] == pytest.approx(0.03)
    assert found["intervals"] == 90
    whole = measures(frame.iloc[10:], 0.0, 0.95)
    assert found["coverage"] == whole["coverage"]
    assert found["bias"] == whole["bias"]


def test_a_method_that_never_gives_an_interval_has_no_measure_and_no_error():
    frame = trials(n=20)
    frame[["estimate", "se", "lower", "upper", "p"]] = pd.NA
    found = measures(frame, 0.0, 0.95)
    assert found["not_estimable"] == 1
    assert found["coverage"] is None
    assert found["bias"] is None


def test_methods_and_values_are_told_apart():
    both = pd.concat([trials(), trials(values="imputed"), trials(method="other")])
    rows = characteristics(both, 0.0, 0.95)
    assert [(row["method"], row["values"]) for row in rows] == [
        ("m", "known"),
        ("m", "imputed"),
        ("other", "known"),
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"coverage": 0.915}, "91.5% of its 95% intervals hold the truth"),
        ({"coverage": 0.97}, "wider than they need be"),
        ({"bias": 0.5}, "biased by +0.5 (Monte Carlo error 0.01), 50% of the standard error"),
        ({"bias": -0.5}, "biased by −0.5"),
        ({"relative_error": -7.0}, "more than 5% too small"),
        ({"relative_error": 12.0}, "more than 10% too large"),
        ({"not_estimable": 0.03}, "no interval in 3.0% of the trials"),
    ],
)
def test_a_miss_is_said_in_a_sentence(more, said):
    (found,) = misses({**ROW, **more})
    assert said in found


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"coverage": 0.9445},
        {"bias": 0.029},
        {"relative_error": -4.9},
        {"relative_error": 9.0, "relative_error_mc_error": 4.0},
        {"not_estimable": 0.01},
        {"coverage": 0.9, "intervals": 50},
        {"coverage": None, "bias": None, "relative_error": None, "intervals": 0},
    ],
)
def test_what_chance_explains_is_no_miss(more):
    assert misses({**ROW, **more}) == []


def test_sentences_are_of_a_method_over_its_scenarios():
    rows = [
        ROW,
        {**ROW, "label": "Others", "coverage": 0.9},
        {**ROW, "method": "ancova_hc3", "values": "imputed"},
    ]
    found = dict(sentences(rows, clustered=True))
    assert list(found) == [
        "mixed model, Satterthwaite",
        "linear model with HC3, clusters ignored, imputed values",
    ]
    first, second = found.values()
    assert first[0].startswith("Others: 90.0%")
    assert first[1] == "Misses nothing in the other 1."
    assert second == ["Misses nothing in the one scenario it was tried in."]


def test_a_method_is_called_by_what_it_does():
    known = method_in_words("mmrm_unstructured_kenward_roger_observed")
    assert known == "repeated measures, Kenward–Roger, observed information"
    assert method_in_words("ancova_hc3", clustered=False) == "linear model with HC3"
