"""Power by formula and by drawn trials, and the smallest trial that has the one wanted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from trialtrail.errors import StudyError
from trialtrail.simulation.design import complete
from trialtrail.simulation.formula import power_by_formula
from trialtrail.simulation.sample_size import Asked, Tried, line_through, look_for, start_of

ARMS = ("usual", "class")
SPEC = {"wanted": 0.8, "trials": 50, "effect": 6.0, "sd": 10.0}


def asked(within=(), method="welch", **more):
    return Asked({**SPEC, **more}, {}, ARMS, within, 1, method, 0.05, 3)


def designed(sizes, clusters=0, within=(), **more):
    spec = {"id": "x", "model": "nested", "sizes": sizes, "sd": 10.0, "effect": 6.0}
    return complete({**spec, "clusters": clusters, **more}, {}, ARMS, within)[0]


@pytest.mark.parametrize(("effect", "n"), [(5.0, 64), (8.0, 26)])
def test_the_formula_without_clusters_is_that_of_the_t_test(effect, n):
    """64 and 26 a group: Cohen, Statistical Power Analysis, 1988, for d of 0.5 and 0.8."""
    assert power_by_formula(designed(n, effect=effect), 0.05) >= 0.8
    assert power_by_formula(designed(n - 1, effect=effect), 0.05) < 0.8


def test_the_formula_of_equal_clusters_has_the_design_effect_in_their_arm_alone():
    design = designed(60, 12, ("class",), concentration=1e9, correlation=0.1)
    alike = 1 + (60 - 1) / 12 * 0.1
    parts = 100 * alike / 60, 100 / 60
    df = sum(parts) ** 2 / (parts[0] ** 2 / 11 + parts[1] ** 2 / 59)
    shift, limit = 6 / math.sqrt(sum(parts)), stats.t.ppf(0.975, df)
    by_scipy = stats.nct.sf(limit, df, shift) + stats.nct.cdf(-limit, df, shift)
    assert power_by_formula(design, 0.05) == pytest.approx(by_scipy, rel=1e-6)


def test_uneven_clusters_losses_and_a_covariate_change_the_formula_as_they_do_the_power():
    plain = power_by_formula(designed(60, 12, ("class",), correlation=0.1), 0.05)
    even = {"correlation": 0.1, "concentration": "even"}
    assert power_by_formula(designed(60, 12, ("class",), **even), 0.05) > plain
    assert power_by_formula(designed(60, 12, ("class",), correlation=0.1, lost=0.3), 0.05) < plain
    assert (
        power_by_formula(designed(60, 12, ("class",), correlation=0.1, covariate=0.5), 0.05) > plain
    )


def test_designs_without_a_formula_have_none():
    design, _ = complete({"id": "x", "model": "repeated", "sizes": 50, "sd": 1.0}, {}, ARMS, ())
    assert power_by_formula(design, 0.05) is None
    across = designed(60, 12, ARMS, across=True)
    assert power_by_formula(across, 0.05) is None


def test_the_size_that_the_formula_asks_for_is_the_smallest_that_has_the_power():
    total = start_of(asked())
    assert power_by_formula(asked().design(total), 0.05) >= 0.8
    assert power_by_formula(asked().design(total - 2), 0.05) < 0.8


def test_the_line_finds_the_size_that_the_trials_were_drawn_by():
    rng, sizes = np.random.default_rng(8), (60, 80, 100, 120, 150)
    true = {n: stats.norm.cdf(-2 + 0.3 * math.sqrt(n)) for n in sizes}
    wanted = (stats.norm.ppf(0.9) + 2) ** 2 / 0.09
    inside = 0
    for _ in range(200):
        points = [Tried(n, 500, int(rng.binomial(500, p))) for n, p in true.items()]
        size, lower, upper = line_through(points).size(0.9)
        assert size == pytest.approx(wanted, rel=0.25)
        inside += lower <= wanted <= upper
    assert 0.9 < inside / 200 < 0.99


@pytest.mark.parametrize("rejected", [[0, 0, 0], [60, 60, 60], [50, 30, 10]])
def test_power_that_does_not_rise_has_no_size(rejected):
    points = [Tried(n, 60, r) for n, r in zip((50, 60, 70), rejected, strict=True)]
    found = line_through(points).size(0.8)
    assert found is None or math.isfinite(found[0])


def test_the_rows_are_the_sizes_tried_and_the_smallest_with_its_own_trials():
    rows = list(look_for(asked()))
    tried = [row for row in rows if row["kind"] == "tried"]
    assert len(tried) >= 5
    (smallest,) = [row for row in rows if row["kind"] == "smallest"]
    assert smallest["trials"] == 50
    assert smallest["participants_lower"] < smallest["participants"]
    assert smallest["participants"] < smallest["participants_upper"]
    for row in rows:
        assert row["power"] == pytest.approx(row["formula"], abs=5 * 0.0707)
        assert row["clusters"] is None
    assert rows == list(look_for(asked()))


def test_sizes_that_are_given_are_those_that_are_tried_and_larger_trials_have_more_clusters():
    spec = {"totals": [60, 120], "caseload": 5, "ratio": {"usual": 1, "class": 2}}
    rows = list(look_for(asked(("class",), "mixed_kenward_roger_expected", **spec)))
    tried = [row for row in rows if row["kind"] == "tried"]
    assert [row["sizes"] for row in tried] == ["usual 20, class 40", "usual 40, class 80"]
    assert [row["clusters"] for row in tried] == ["class 8", "class 16"]


def test_clusters_of_which_nothing_says_how_large_they_are_are_refused():
    with pytest.raises(StudyError, match="how large"):
        list(look_for(asked(("class",), "mixed_satterthwaite")))


def test_a_power_that_no_trial_reaches_is_refused():
    # Two clusters in the arm, however many participants they have.
    with pytest.raises(StudyError, match="No trial of"):
        start_of(asked(("class",), effect=0.5, correlation=0.9, caseload=1e7))
