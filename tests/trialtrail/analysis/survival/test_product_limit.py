from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trialtrail.analysis.survival.product_limit import COLUMNS, kaplan_meier

GOLDEN = Path(__file__).parents[3] / "golden"


def test_the_curve_is_that_of_r():
    observed = pd.read_csv(GOLDEN / "survival_input.csv")
    expected = pd.read_csv(GOLDEN / "survival.csv")
    found = kaplan_meier(observed["months"], observed["event"])
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-10)


def test_who_is_censored_at_the_time_of_an_event_is_at_risk():
    found = kaplan_meier(pd.Series([1, 1, 2]), pd.Series([1, 0, 1]))
    assert found["at_risk"].tolist() == [3, 1]
    assert found["survival"].tolist() == pytest.approx([2 / 3, 0])


def test_limits_are_missing_at_survival_0():
    last = kaplan_meier(pd.Series([1, 2]), pd.Series([True, True])).iloc[-1]
    assert last["survival"] == 0
    assert last[["lower", "upper"]].isna().all()


def test_missing_pairs_are_dropped():
    months = pd.Series([1, 2, np.nan, 4])
    event = pd.Series([True, None, True, False], dtype="boolean")
    found = kaplan_meier(months, event)
    assert found[["months", "at_risk", "events"]].to_numpy().tolist() == [[1, 2, 1]]


@pytest.mark.parametrize("months", [[], [3, 4]])
def test_without_an_event_the_table_is_empty(months):
    found = kaplan_meier(pd.Series(months, dtype="float64"), pd.Series([0] * len(months)))
    assert found.empty
    assert tuple(found.columns) == COLUMNS


def test_wrong_values_are_refused():
    with pytest.raises(ValueError, match="negative"):
        kaplan_meier(pd.Series([-1]), pd.Series([1]))
    with pytest.raises(ValueError, match="neither 0 nor 1"):
        kaplan_meier(pd.Series([1]), pd.Series([2]))
    with pytest.raises(ValueError, match="same length"):
        kaplan_meier(pd.Series([1]), pd.Series([1, 0]))
    with pytest.raises(ValueError, match="level"):
        kaplan_meier(pd.Series([1]), pd.Series([1]), level=95)
