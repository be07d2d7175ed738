"""The grid of a plan with clusters, 200 trials a scenario: what the methods are known to do."""

from __future__ import annotations

import math

import pytest

from trialtrail.simulation.characteristics import characteristics
from trialtrail.simulation.design import complete
from trialtrail.simulation.plan import Facts, expand_scenarios
from trialtrail.simulation.trials import Task, simulate
from trialtrail.simulation.words import misses

pytestmark = pytest.mark.nightly
TRIALS = 200
PLAN = Facts(("old", "new"), ("new",), adjusts=True, uptake=True, important=5.0)
DESCRIBED = {
    "sizes": {"old": 140, "new": 140},
    "sd": {"old": 14.0, "new": 16.0},
    "lost": {"old": 0.15, "new": 0.15},
    "clusters": {"new": 32},
    "concentration": {"new": 3.0},
    "correlation": 0.05,
    "covariate": 0.33,
    "uptake": {"new": 0.7},
}
KENWARD_ROGER, HC3 = "mixed_kenward_roger_expected", "ancova_hc3"
ERROR = math.sqrt(0.95 * 0.05 / TRIALS)


@pytest.fixture(scope="module")
def rows():
    """Return the rows of all scenarios: scenario, method and values to the row."""
    found = {}
    for name, scenario in expand_scenarios({"trials": TRIALS}, PLAN).items():
        design, _ = complete(scenario, DESCRIBED, PLAN.arms, scenario["within"])
        task = Task(name, design, tuple(scenario["methods"]), 0.95, 1)
        trials = simulate(task, range(1, TRIALS + 1))
        for row in characteristics(trials, design.effect, 0.95):
            about = {"label": scenario["label"], "level": 0.95}
            found[name, row["method"], row["values"]] = row | about
    return found


def test_every_method_gives_an_interval_in_every_trial(rows):
    assert {row["not_estimable"] for row in rows.values()} == {0}


def test_the_plans_methods_cover_where_they_promise_to(rows):
    """4 Monte Carlo errors, of some 30 rows; at correlation 0 a bound at 0 makes them wider."""
    for (name, method, _), row in rows.items():
        if method != HC3 and name not in ("lost_not_at_random", "informative_caseload"):
            assert row["coverage"] > 0.95 - 4 * ERROR, (name, method)
            assert abs(row["bias"]) < 4 * row["bias_mc_error"], (name, method)
        if method == KENWARD_ROGER and name in ("own_clusters_05", "own_clusters_10"):
            assert row["coverage"] < 0.95 + 3.3 * ERROR


def test_a_method_that_ignores_clusters_misses_and_the_report_says_it(rows):
    row = rows["few_clusters_10", HC3, "known"]
    assert row["coverage"] < rows["few_clusters_10", KENWARD_ROGER, "known"]["coverage"]
    said = " ".join(misses(row))
    assert "too narrow" in said
    assert "too small" in said


def test_losses_by_the_value_in_one_arm_bias_every_method_and_the_report_says_it(rows):
    for method in (KENWARD_ROGER, "mixed_satterthwaite", HC3):
        assert "biased by −" in " ".join(misses(rows["lost_not_at_random", method, "known"]))


def test_imputation_mends_what_known_values_alone_miss_in_precision(rows):
    known, imputed = (rows["imputed", KENWARD_ROGER, v] for v in ("known", "imputed"))
    assert imputed["empirical_se"] < known["empirical_se"] + known["empirical_se_mc_error"]
    assert imputed["coverage"] > 0.95 - 4 * ERROR


def test_power_is_that_of_the_important_difference_and_less_with_few_clusters(rows):
    many, few = (
        rows[name, KENWARD_ROGER, "known"]["power"]
        for name in ("important", "important_few_clusters")
    )
    assert 0.5 < few < many < 0.9
