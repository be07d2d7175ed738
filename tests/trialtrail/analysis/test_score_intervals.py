"""Miettinen and Nurminen's intervals: published values, empty and full groups, symmetry."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.score_intervals import (
    NOT_BINARY,
    miettinen_nurminen,
    miettinen_nurminen_interval,
    miettinen_nurminen_ratio_interval,
)


def trial(values: dict[str, list[float]], **columns) -> pd.DataFrame:
    """Return a row a participant from the values of each arm; columns are in the same order."""
    rows = [(arm, value) for arm, each in values.items() for value in each]
    data = pd.DataFrame(rows, columns=["arm", "value"]).astype({"value": "float64"})
    data.insert(0, "participant_id", [f"P{n:03}" for n in range(len(data))])
    return data.assign(**columns)


def events(**table: tuple[int, int]) -> pd.DataFrame:
    """Return a binary outcome from ``arm=(events, participants)``."""
    return trial({arm: [1.0] * count + [0.0] * (n - count) for arm, (count, n) in table.items()})


NEWCOMBE = {
    (56, 70, 48, 80): (0.0528, 0.3382),
    (9, 10, 3, 10): (0.1700, 0.8406),
    (6, 7, 2, 7): (0.0342, 0.8534),
    (5, 56, 0, 29): (-0.0326, 0.1933),
    (0, 10, 0, 20): (-0.1658, 0.2844),
    (0, 10, 0, 10): (-0.2879, 0.2879),
    (10, 10, 0, 20): (0.7156, 1.0),
    (10, 10, 0, 10): (0.6636, 1.0),
}
"""Newcombe, Stat Med 1998;17:873-90, table II, method 6."""


@pytest.mark.parametrize("table", NEWCOMBE)
def test_published_intervals(table):
    found = miettinen_nurminen_interval(*table)
    assert found == pytest.approx(NEWCOMBE[table], abs=5e-5)


def test_a_ratio_without_events_starts_at_zero_or_has_no_end():
    lower, upper = miettinen_nurminen_ratio_interval(0, 20, 5, 20)
    assert lower == 0
    assert 0 < upper < 1
    lower, upper = miettinen_nurminen_ratio_interval(5, 20, 0, 20)
    assert lower > 1
    assert upper == math.inf
    assert miettinen_nurminen_ratio_interval(0, 9, 0, 9) == (0, math.inf)


@pytest.mark.parametrize("table", [(1, 0, 1, 2), (3, 2, 1, 2), (-1, 2, 1, 2), (1, 2, 3, 2)])
def test_impossible_counts_are_refused(table):
    for interval in (miettinen_nurminen_interval, miettinen_nurminen_ratio_interval):
        with pytest.raises(ValueError, match="0 <= count <= n"):
            interval(*table)


groups = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(groups, groups)
def test_groups_swapped_give_the_same_interval_turned_round(a, b):
    lower, upper = miettinen_nurminen_interval(*a, *b)
    assert -1 <= lower <= a[0] / a[1] - b[0] / b[1] <= upper <= 1
    turned = miettinen_nurminen_interval(*b, *a)
    assert turned == pytest.approx((-upper, -lower), abs=1e-9)
    others = miettinen_nurminen_interval(a[1] - a[0], a[1], b[1] - b[0], b[1])
    assert others == pytest.approx((-upper, -lower), abs=1e-9)
    if a[0] and b[0]:
        lower, upper = miettinen_nurminen_ratio_interval(*a, *b)
        assert 0 < lower <= a[0] / a[1] / (b[0] / b[1]) * (1 + 1e-12)
        turned = miettinen_nurminen_ratio_interval(*b, *a)
        assert turned == pytest.approx((1 / upper, 1 / lower), rel=1e-7)


@given(groups, groups, st.sampled_from([0.8, 0.95]))
def test_the_score_test_rejects_if_zero_is_outside(a, b, level):
    fitted = miettinen_nurminen(events(a=b, b=a), Setting(("a", "b"), level))
    difference, ratio = fitted.effects
    if difference.p is None:
        assert a[0] + b[0] in (0, a[1] + b[1])
        assert difference.lower <= 0 <= difference.upper
    elif abs(difference.p - (1 - level)) > 1e-9:
        outside = difference.lower > 0 or difference.upper < 0
        assert outside == (difference.p < 1 - level)
        if ratio.lower is not None:
            assert outside == (ratio.lower > 1 or ratio.upper < 1)


def test_no_events_in_either_arm_leave_a_difference_with_an_interval_and_no_ratio():
    difference, ratio = miettinen_nurminen(
        events(a=(0, 12), b=(0, 10)), Setting(("a", "b"))
    ).effects
    assert difference.estimate == 0
    assert difference.lower == pytest.approx(-0.2511413276)
    assert difference.upper == pytest.approx(0.2869562770)
    assert (ratio.estimate, ratio.lower, ratio.note) == (None, None, "no event in either arm")


def test_events_in_everybody_have_a_ratio_of_one_with_an_interval():
    difference, ratio = miettinen_nurminen(
        events(a=(12, 12), b=(10, 10)), Setting(("a", "b"))
    ).effects
    assert (difference.estimate, ratio.estimate) == (0, 1)
    assert ratio.lower < 1 < ratio.upper
    assert ratio.p is None


@pytest.mark.parametrize(("of_a", "of_b", "label"), [(0, 3, "{reference}"), (3, 0, "{arm}")])
def test_an_arm_without_events_is_named(of_a, of_b, label):
    data = events(a=(of_a, 9), b=(of_b, 9))
    _, ratio = miettinen_nurminen(data, Setting(("a", "b"))).effects
    assert (ratio.estimate, ratio.note) == (None, f"no event in the arm {label}")


def test_missing_values_are_counted_and_an_empty_arm_is_named():
    nothing = float("nan")
    data = trial({"a": [1, 0, nothing], "b": [nothing, nothing]})
    for effect in miettinen_nurminen(data, Setting(("a", "b"))).effects:
        assert effect.estimate is None
        assert effect.note == "no value in the arm {arm:b}"
        assert (effect.n_arm, effect.missing_arm, effect.missing_reference) == (0, 2, 1)


def test_values_that_are_not_binary_are_not_estimable():
    data = trial({"a": [1, 0, 2], "b": [1, 0, 0]})
    assert {effect.note for effect in miettinen_nurminen(data, Setting(("a", "b"))).effects} == {
        NOT_BINARY
    }
