"""Scores of outcomes, from the variables of a form to a number."""

import pandas as pd
import pytest

from trialtrail.configuration.schema import schema_keys
from trialtrail.derive.scores import INSTRUMENTS, score


def scored(values, **spec):
    frame = pd.DataFrame(values)
    variables = [name for name in frame if name not in ("sex", "age_days")]
    result = score(frame, {"instrument": "value"} | spec, variables)
    assert str(result.dtype) == "Float64"
    return [None if pd.isna(value) else value for value in result]


def test_a_value_is_itself():
    assert scored({"x": pd.array([3, None], dtype="Int64")}) == [3, None]


def test_yes_and_no_are_one_and_zero():
    assert scored({"x": pd.array([True, False, None], dtype="boolean")}) == [1, 0, None]


def test_weeks_and_days_are_weeks():
    values = {
        "w": pd.array([40, 39, 38], dtype="Int64"),
        "d": pd.array([0, 7, None], dtype="Int64"),
    }
    assert scored(values, instrument="weeks_and_days") == [40, 40, None]


def test_a_delay_is_an_index_below_85():
    values = {"x": pd.array([50, 69, 84, 85, 150, None, 151], dtype="Int64")}
    assert scored(values, instrument="bsid2_delayed") == [1, 1, 1, 0, 0, None, None]


def test_a_total_is_prorated_from_half_of_its_items():
    items = pd.DataFrame([[1, 2, 3, 4], [2, 4, None, None], [2, None, None, None]])
    items = items.astype("Int64").set_axis(list("abcd"), axis=1)
    assert scored(items, instrument="total", scale=[1, 4]) == [10, 12, None]


def test_growth_is_the_median_at_zero():
    values = {
        "x": pd.array([46.0349, 46.0349, None], dtype="Float64"),
        "sex": pd.array(["male", None, "male"], dtype="string"),
        "age_days": pd.array([362, 362, 362], dtype="Int64"),
    }
    assert scored(values, instrument="who_growth", scale="head_for_age") == [0, None, None]


def test_nothing_measured_is_nothing_scored():
    for name in ("value", "bsid2_delayed"):
        assert scored({"x": pd.array([], dtype="Int64")}, instrument=name) == []
        assert scored({"x": pd.array([None], dtype="Int64")}, instrument=name) == [None]


def test_every_instrument_of_the_configuration_is_known():
    (key,) = (key for key in schema_keys() if key.name == "analysis.outcomes[].instrument")
    known = key.schema["enum"]
    assert set(known) == set(INSTRUMENTS)


def test_an_unknown_instrument_is_not_a_score():
    with pytest.raises(KeyError):
        scored({"x": pd.array([1], dtype="Int64")}, instrument="other")
