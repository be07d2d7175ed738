import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from times_to_event import simulated, times

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.survival.log_rank import chi_square, differences, log_rank
from trialtrail.analysis.survival.observed import join_ties, observe


def test_two_by_two_tables_are_hypergeometric():
    data = times([1, 1, 1, 1, 2], [1, 1, 0, 0, 0], "aabba")
    seen = observe(data, Setting(("a", "b")))
    difference, covariance = differences(
        seen.time, seen.event == 1, seen.arm, np.zeros(5, dtype=int)
    )
    # Two of five at risk have the event, both among the three of a.
    assert difference == pytest.approx([2 - 2 * 3 / 5, -2 * 2 / 5])
    assert covariance[0] == pytest.approx(2 * (3 / 5) * (2 / 5) * (3 / 4) * np.array([1, -1]))


def test_an_arm_that_is_not_at_risk_takes_no_degree_of_freedom():
    data = times([0, 0, 1, 2, 3, 4], [0, 0, 1, 1, 1, 0], "ccabab")
    setting = Setting(("a", "b", "c"))
    found = {
        (part.component, part.group): part for part in log_rank(observe(data, setting), setting)
    }
    chi2 = found["log_rank_chi2", "b"].value
    assert found["log_rank_chi2", ""].value == pytest.approx(chi2)
    assert found["log_rank_p", ""].value == pytest.approx(found["log_rank_p", "b"].value)
    assert found["log_rank_p", "c"].value is None
    assert "at risk" in found["log_rank_p", "c"].note


def test_no_variance_is_no_degree_of_freedom():
    assert chi_square(np.zeros(2), np.zeros((2, 2))) == (0.0, 0)


def test_arms_with_clusters_have_no_test():
    setting = Setting(("a", "b"), clustered=("b",))
    for part in log_rank(observe(simulated(), setting), setting):
        assert part.value is None
        assert part.note == "takes each participant as independent; the arms have clusters"


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.permutations(["a", "b", "c"]))
def test_the_order_of_arms_and_strata_and_the_unit_of_time_do_not_matter(seed, arms):
    data = simulated(45, "abc", seed)
    setting, turned = Setting(("a", "b", "c"), strata=("site",)), Setting(arms, strata=("site",))
    moved = data[::-1].assign(
        time=data["time"] / 30.4375, site=data["site"].map({"north": 9, "south": 1})
    )
    expected = log_rank(observe(data, setting), setting)[-1]
    found = log_rank(observe(moved, turned), turned)[-1]
    assert found.component == "log_rank_p"
    assert found.value == pytest.approx(expected.value, rel=1e-8)


def test_times_that_differ_by_rounding_are_one():
    joined = join_ties(np.array([0.3, 0.1 + 0.2, 0.30001, 0.0]))
    assert joined[0] == joined[1]
    assert joined[2] == 0.30001
    assert joined[3] == 0
    assert len(join_ties(np.array([]))) == 0
