import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from times_to_event import simulated, times

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.survival.curve_table import COLUMNS, curve_table, limits, median
from trialtrail.analysis.survival.curves import (
    area_to,
    curve_of,
    incidence_at,
    incidence_variance,
    influence,
    numbers_at_risk,
    survival_at,
)
from trialtrail.analysis.survival.observed import observe
from trialtrail.analysis.survival.product_limit import greenwood, kaplan_meier

ONE = Setting(("a",))
TWO = Setting(("a", "b"))


def of_arm(data, arm="a"):
    mine = observe(data, Setting((arm,)))
    return mine, curve_of(mine.time, mine.event)


def middle(time, event):
    mine, curve = of_arm(times(time, event, "a" * len(time)))
    return median(mine, curve, ONE)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), other=st.booleans())
def test_shares_with_and_without_events_add_up_to_one(seed, other):
    _, curve = of_arm(simulated(40, "a", seed, other))
    total = curve.survival + sum(curve.incidence(kind) for kind in curve.kinds)
    assert total == pytest.approx(1)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_the_variance_of_an_incidence_is_greenwoods_without_competing_events(seed):
    _, curve = of_arm(simulated(40, "a", seed))
    left = curve.survival > 0
    expected = curve.survival[left] ** 2 * greenwood(curve.at_risk, curve.events)[left]
    assert incidence_variance(curve, 1)[left] == pytest.approx(expected, abs=1e-12)


def test_the_variance_of_an_incidence_is_binomial_without_censoring():
    data = simulated(40, "a", other=True)
    data = data[data["event"] > 0]
    _, curve = of_arm(data)
    share = curve.incidence(2)
    assert incidence_variance(curve, 2) == pytest.approx(share * (1 - share) / len(data))


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_squares_of_the_influence_add_up_to_the_variance(seed):
    mine, curve = of_arm(simulated(30, "a", seed, other=True))
    for kind in (1, 2):
        variance = incidence_variance(curve, kind)
        for place, time in enumerate(curve.time):
            moved = influence(mine.time, mine.event, curve, incidence_at(curve, time, kind))
            assert moved.sum() == pytest.approx(0, abs=1e-12)
            assert (moved**2).sum() == pytest.approx(variance[place], abs=1e-12)


@pytest.mark.parametrize("estimate", [area_to, incidence_at, survival_at])
def test_the_influence_is_what_weight_for_a_participant_moves(estimate):
    data = simulated(12, "a", seed=3, other=True)
    mine, curve = of_arm(data)
    moved = influence(mine.time, mine.event, curve, estimate(curve, 9.0))
    # A participant a thousand times and each other 1,001 times: a weight of less than a thousandth.
    for place in range(3):
        often = np.full(len(data), 1001)
        often[place] -= 1
        _, other = of_arm(data.loc[data.index.repeat(often)])
        change = estimate(other, 9.0).value - estimate(curve, 9.0).value
        assert change == pytest.approx(-moved[place] / 1001, rel=1e-2, abs=1e-9)


def test_medians_by_hand():
    assert middle([1, 2, 3], [1, 1, 1])[0] == 2
    # The curve runs at a half from 2 to 3.
    assert middle([1, 2, 3, 4], [1, 1, 1, 1])[0] == 2.5
    assert middle([1, 2, 3, 4], [1, 1, 0, 0])[0] == 2
    # The lower limit comes down to a half though the curve does not.
    assert middle([1, 2, 3, 4], [1, 0, 0, 0]) == (None, 1, None)
    assert middle([], []) == (None, None, None)
    assert middle([0, 0, 0], [1, 1, 1]) == (0, None, None)


def test_who_has_the_event_or_leaves_at_a_time_is_at_risk_at_it():
    assert numbers_at_risk(np.array([1.0, 2.0, 2.0]), [0, 1, 2, 3]).tolist() == [3, 3, 2, 0]


def test_the_table_has_the_curve_of_kaplan_and_meier():
    data = simulated()
    table = curve_table(data, TWO)
    assert tuple(table.columns) == COLUMNS
    mine = data[data["arm"] == "b"]
    expected = kaplan_meier(mine["time"], mine["event"])
    found = table[(table["arm"] == "b") & (table["curve"] == "survival") & (table["events"] > 0)]
    for ours, theirs in zip(
        ("time", "at_risk", "events", "estimate", "lower", "upper"), expected, strict=True
    ):
        assert found[ours].to_numpy() == pytest.approx(expected[theirs].to_numpy(), nan_ok=True)
    opposite = table[(table["arm"] == "b") & (table["curve"] == "incidence of event 1")]
    opposite = opposite[opposite["events"] > 0]
    assert 1 - opposite["upper"].to_numpy() == pytest.approx(found["lower"].to_numpy(), nan_ok=True)


def rows(table, arm, curve, *names):
    mine = table[(table["arm"] == arm) & (table["curve"] == curve)]
    return mine[list(names)].replace({np.nan: None}).to_numpy().tolist()


def test_the_table_begins_at_0_ends_at_the_last_time_and_has_the_times_that_are_asked_for():
    data = times([2, 4, 5, 1, 2], [1, 2, 0, 1, 1], "aaabb")
    table = curve_table(data, TWO, times=[3, 8])
    names = ("time", "at_risk", "events", "estimate")
    assert rows(table, "a", "survival", *names) == [
        [0, 3, 0, 1],
        [2, 3, 1, pytest.approx(2 / 3)],
        [3, 2, 0, pytest.approx(2 / 3)],
        [4, 2, 1, pytest.approx(1 / 3)],
        [5, 1, 0, pytest.approx(1 / 3)],
        # Nobody is left who could have the event, and not all had one.
        [8, 0, 0, None],
    ]
    assert rows(table, "a", "incidence of event 2", *names)[3] == [4, 2, 1, pytest.approx(1 / 3)]
    # All of b had the event: the curve stays where it is.
    assert rows(table, "b", "survival", *names)[-1] == [8, 0, 0, 0]
    assert rows(table, "b", "incidence of event 1", *names)[-1] == [8, 0, 0, 1]
    assert rows(table, "b", "incidence of event 2", "estimate", "lower") == [[0, None]] * 5


def test_events_at_time_0_are_in_the_first_row():
    table = curve_table(times([0, 0, 1], [1, 0, 0], "aaa"), ONE)
    assert rows(table, "a", "survival", "time", "at_risk", "events", "estimate") == [
        [0, 3, 1, pytest.approx(2 / 3)],
        [1, 1, 0, pytest.approx(2 / 3)],
    ]


def test_a_time_that_differs_from_an_event_by_rounding_is_the_same_row():
    table = curve_table(times([0.1 + 0.2, 1], [1, 0], "aa"), ONE, times=[0.3, 1 + 1e-12])
    assert rows(table, "a", "survival", "estimate") == [[1], [0.5], [0.5]]


@pytest.mark.parametrize("event", [0, 1])
def test_an_arm_with_one_participant(event):
    table = curve_table(times([2], [event], "a"), ONE)
    assert rows(table, "a", "survival", "time", "estimate", "lower") == [
        [0, 1, None],
        [2, 1 - event, None],
    ]


def test_arms_without_a_known_time_have_no_rows_and_faulty_times_no_table():
    data = simulated()
    assert curve_table(data.assign(time=np.nan), TWO).empty
    assert curve_table(data.assign(time=-data["time"]), TWO).empty
    data.loc[data["arm"] == "a", "time"] = np.nan
    assert set(curve_table(data, TWO)["arm"]) == {"b"}


def test_limits_of_an_arm_with_clusters_are_those_of_the_clusters():
    data = simulated(60, "a")
    # Everybody twice: a cluster of two is one participant.
    twice = pd.concat([data, data], ignore_index=True).assign(
        cluster=lambda data: data["participant_id"]
    )
    mine, curve = of_arm(twice)
    lower, upper = limits(mine, curve, None, Setting(("a",), clustered=("a",)))
    single, once = of_arm(data)
    expected, _ = limits(single, once, None, ONE)
    naive, _ = limits(mine, curve, None, ONE)
    inner = ~np.isnan(lower)
    assert inner.any()
    # The factor 60 / 59 and t with 59 degrees of freedom make them a little wider.
    assert (lower[inner] < expected[inner]).all()
    assert lower[inner] == pytest.approx(expected[inner], abs=0.01)
    assert (naive[inner] - lower[inner] > 0.01).any()
    assert (upper[inner] > curve.survival[inner]).all()
    alone, _ = limits(observe(twice.assign(cluster="m"), ONE), curve, None, SINGLE)
    assert np.isnan(alone).all()


SINGLE = Setting(("a",), clustered=("a",))
