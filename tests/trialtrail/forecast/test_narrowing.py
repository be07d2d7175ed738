"""What a change touches, and that a fit depends on no column and no outcome beside its own."""

import pandas as pd
import pytest

from trialtrail.forecast.narrowing import (
    Changes,
    changes_between,
    for_fitting,
    for_imputing,
    replaced,
    same_rows,
)

ENTRY = {
    "adjust": ["age", "baseline_value"],
    "design": {"clusters": "site"},
    "subgroup": None,
    "uptake": None,
    "exposure": None,
    "population": None,
}
PEOPLE = pd.DataFrame(
    {"participant_id": ["1", "2"], "arm": ["a", "b"], "age": [40, 50], "note": ["x", None]}
)
OUTCOMES = pd.DataFrame(
    {
        "outcome": ["walk", "walk", "pain"],
        "participant_id": ["1", "2", "1"],
        "value": [1.0, 2.0, 3.0],
    }
)


def test_a_changed_value_touches_its_outcome_alone():
    new = OUTCOMES.assign(value=[1.0, 2.5, 3.0])
    found = changes_between(OUTCOMES, PEOPLE, new, PEOPLE)
    assert found == Changes(frozenset({"walk"}), frozenset(), everybody=False)
    assert found.touch("walk", ["age"])
    assert not found.touch("pain", ["age"])


def test_a_changed_column_touches_the_fits_that_take_it():
    found = changes_between(OUTCOMES, PEOPLE, OUTCOMES, PEOPLE.assign(note=["x", "y"]))
    assert found.columns == {"note"}
    assert not found.touch("walk", for_fitting(ENTRY, {"id": "walk"}, "cluster"))
    assert found.touch("walk", ["note"])


@pytest.mark.parametrize("people", [PEOPLE.iloc[:1], PEOPLE.iloc[::-1]])
def test_other_participants_or_another_order_touch_everything(people):
    found = changes_between(OUTCOMES, PEOPLE, OUTCOMES, people.reset_index(drop=True))
    assert found.everybody
    assert found.touch("pain", [])


def test_an_outcome_that_comes_or_goes_is_touched():
    found = changes_between(OUTCOMES, PEOPLE, OUTCOMES.iloc[:2], PEOPLE)
    assert found.outcomes == {"pain"}


def test_a_missing_value_is_the_same_as_itself():
    rows = OUTCOMES.assign(value=pd.array([1.0, None, 3.0], dtype="Float64"))
    assert same_rows(rows, rows.copy())
    assert not same_rows(rows, OUTCOMES.iloc[:2])


def test_a_fit_takes_what_its_entry_names():
    named = ENTRY | {
        "subgroup": "sex",
        "uptake": {"where": {"any_contact": True}, "at_least": 3},
        "population": {"where": {"per_protocol": [True]}, "uptake": {"column": "received"}},
    }
    spec = {"id": "time", "strata": ["region"]}
    assert for_fitting(named, spec, "site_id") == {
        *("participant_id", "arm", "exclusion_reason", "age", "site_id", "region", "sex"),
        *("any_contact", "visits", "per_protocol", "received"),
    }
    assert "site_id" not in for_fitting(named | {"design": "independent"}, spec, "site_id")
    imputation = {"covariates": ["age", "baseline_value"], "auxiliary": ["smoking"]}
    assert for_imputing(imputation) == {
        *("participant_id", "arm", "exclusion_reason"),
        "age",
        "smoking",
    }


def test_touched_rows_are_replaced_in_the_order_of_the_plan():
    whole = pd.DataFrame({"outcome": ["a", "b", "b", "c"], "n": [1, 2, 3, 4]})
    made = pd.DataFrame({"outcome": ["b", "a"], "n": [9, 8]})
    found = replaced(whole, made, {"b"}, ["a", "b", "c"])
    assert found.to_dict("list") == {"outcome": ["a", "b", "c"], "n": [1, 9, 4]}
