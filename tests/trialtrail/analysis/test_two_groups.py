from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trialtrail.analysis import two_groups as estimates

GOLDEN = Path(__file__).parents[2] / "golden"
MEANS = pd.read_csv(GOLDEN / "mean_difference.csv")
WILSON = pd.read_csv(GOLDEN / "wilson.csv")


def binary(count, n):
    return [1] * count + [0] * (n - count)


@pytest.mark.parametrize(
    "row", list(MEANS.itertuples()), ids=lambda row: f"{row.pooled}-{row.level}"
)
def test_mean_difference_is_that_of_r(row):
    values = pd.read_csv(GOLDEN / "mean_difference_input.csv")
    a, b = (values["value"][values["group"] == g] for g in ("intervention", "reference"))
    found = estimates.mean_difference(a, b, row.level, pooled=row.pooled)
    for field in ("estimate", "lower", "upper", "se", "df"):
        assert getattr(found, field) == pytest.approx(getattr(row, field), rel=1e-10)


def test_missing_values_are_dropped_and_counted():
    a = pd.Series([1, 2, pd.NA, 4], dtype="Int64")
    found = estimates.mean_difference(a, [1.0, np.nan, np.nan, 2.0])
    assert (found.n_intervention, found.missing_intervention) == (3, 1)
    assert (found.n_reference, found.missing_reference) == (2, 2)
    assert found.estimate == pytest.approx(7 / 3 - 1.5)


@pytest.mark.parametrize(
    ("a", "b", "estimate", "reason"),
    [
        ([], [1, 2], None, "no values"),
        ([np.nan], [1, 2], None, "no values"),
        ([3], [1, 2], 1.5, "one value"),
        ([3, 3], [1, 1], 2, "do not vary"),
    ],
)
@pytest.mark.parametrize("pooled", [True, False])
def test_a_mean_difference_without_an_interval_says_why(a, b, estimate, reason, pooled):
    found = estimates.mean_difference(a, b, pooled=pooled)
    assert found.estimate == estimate
    assert (found.lower, found.upper, found.df) == (None, None, None)
    assert reason in found.reason


@pytest.mark.parametrize("row", list(WILSON.itertuples()), ids=lambda row: f"{row.count}-{row.n}")
def test_wilson_interval_is_that_of_r(row):
    found = estimates.wilson_interval(row.count, row.n)
    assert found == pytest.approx((row.lower, row.upper), abs=1e-11)


def test_newcombe_interval_is_the_published_one():
    found = estimates.risk_difference(binary(56, 70), binary(48, 80))
    assert found.estimate == pytest.approx(0.2)
    assert found.lower == pytest.approx(0.0524, abs=5e-5)
    assert found.upper == pytest.approx(0.3339, abs=5e-5)
    assert (found.count_intervention, found.count_reference) == (56, 48)


def test_newcombe_interval_exists_with_zero_cells():
    # Newcombe 1998, table II, method 10.
    assert estimates.newcombe_interval(0, 10, 0, 20) == pytest.approx((-0.1611, 0.2775), abs=5e-5)
    assert estimates.newcombe_interval(10, 10, 0, 10) == pytest.approx((0.6075, 1), abs=5e-5)


def test_risk_difference_of_an_empty_group_is_none():
    found = estimates.risk_difference(binary(1, 2), [None, None])
    assert (found.estimate, found.lower, found.missing_reference) == (None, None, 2)
    assert found.reason == "a group has no values"


def test_risk_ratio_is_symmetric_on_the_log_scale():
    # 27/295 against 52/307; the limits by hand: exp(log RR -+ 1.959964 * se).
    found = estimates.risk_ratio(binary(27, 295), binary(52, 307))
    assert found.estimate == pytest.approx((27 / 295) / (52 / 307))
    assert found.se == pytest.approx(np.sqrt(1 / 27 - 1 / 295 + 1 / 52 - 1 / 307))
    log = np.log([found.lower, found.estimate, found.upper])
    assert np.diff(log) == pytest.approx([1.959963984540054 * found.se] * 2)


@pytest.mark.parametrize(("a", "b"), [((0, 9), (3, 9)), ((3, 9), (0, 9)), ((0, 9), (0, 9))])
def test_risk_ratio_without_events_is_none_and_says_why(a, b):
    found = estimates.risk_ratio(binary(*a), binary(*b))
    assert (found.estimate, found.lower, found.upper) == (None, None, None)
    assert found.reason == "a group has no events"


def test_risk_ratio_when_everybody_has_the_event_has_no_interval():
    found = estimates.risk_ratio(binary(4, 4), binary(5, 5))
    assert (found.estimate, found.lower) == (1, None)
    assert "everybody" in found.reason


def test_proportion_counts_and_drops_missing():
    found = estimates.proportion(pd.Series([True, False, None, True], dtype="boolean"))
    assert (found.count, found.n, found.missing) == (2, 3, 1)
    assert found.estimate == pytest.approx(2 / 3)
    assert (found.lower, found.upper) == pytest.approx(estimates.wilson_interval(2, 3))


def test_proportion_of_nothing_is_none():
    found = estimates.proportion([])
    assert (found.estimate, found.lower, found.n) == (None, None, 0)
    assert found.reason == "there are no values"


def test_a_wider_level_gives_a_wider_interval():
    narrow, wide = (estimates.proportion(binary(3, 9), level) for level in (0.9, 0.99))
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_a_difference_that_is_rounding_is_none():
    a, b = [0.1, 0.1, 0.1], [0.1, 0.1]
    assert float(np.mean(a) - np.mean(b)) != 0
    assert estimates.mean_difference(a, b).estimate == 0
    assert estimates.mean_difference([0.1 + 1e-9] * 2, b).estimate == pytest.approx(1e-9)


def test_the_interval_of_none_begins_at_0_and_of_all_ends_at_1():
    """Exactly so, though the arithmetic misses it by rounding for some of these numbers."""
    for n in range(1, 200):
        assert estimates.wilson_interval(0, n)[0] == 0
        assert estimates.wilson_interval(n, n)[1] == 1


def test_wrong_values_are_refused():
    with pytest.raises(ValueError, match="other than 0 and 1"):
        estimates.risk_ratio([0, 1, 2], [0, 1])
    with pytest.raises(ValueError, match="infinite"):
        estimates.mean_difference([np.inf, 1], [1, 2])
    with pytest.raises(ValueError, match="level"):
        estimates.proportion([1], level=95)
    with pytest.raises(ValueError, match="count <= n"):
        estimates.wilson_interval(3, 2)


def test_an_estimate_cannot_be_changed():
    found = estimates.proportion([1, 0])
    with pytest.raises(FrozenInstanceError):
        found.estimate = 1
