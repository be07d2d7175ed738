"""The table of interviewees is coarsened until rows fit several people, and no further."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.qualitative.interviewees import COLUMNS, Rule, coarsened, counting, exact

DTYPES = {
    "age_years": "Float64",
    "visits": "Int64",
    "children": "Int64",
    "age_youngest_years": "Float64",
    "starred": "boolean",
}


def people(rows, **columns):
    """Return people of one role with ages, and other columns as given."""
    frame = pd.DataFrame({"age_years": rows} | columns)
    for name in (*DTYPES, "visits_bound", "stage"):
        if name not in frame:
            frame[name] = pd.NA
    return frame.astype(DTYPES | {"visits_bound": "string", "stage": "string"})


def printed(frame, minimum=3, staged=False, **more):
    return coarsened(frame, Rule.of(minimum), staged, **more)


def test_people_are_divided_where_least_is_lost():
    found = printed(people([16, 17, 19, 31, 32, 33]))
    assert list(found["age_years"]) == ["15–19"] * 3 + ["30–34"] * 3
    assert set(found["alike"]) == {3}


def test_a_value_that_all_of_a_group_share_is_told():
    assert set(printed(people([24, 24, 24]))["age_years"]) == {"24"}


def test_a_role_below_the_minimum_tells_nothing():
    found = printed(people([24, 24]))
    assert list(found["age_years"]) == ["withheld"] * 2
    assert found["visits"].isna().all()


def test_what_is_known_of_some_alone_is_withheld():
    found = printed(people([20, pd.NA, 21]))
    assert list(found["age_years"]) == ["withheld"] * 3
    apart = printed(people([20, 21, 22, pd.NA, pd.NA, pd.NA]))
    assert list(apart["age_years"].fillna("")) == ["20–24"] * 3 + [""] * 3


def test_a_bound_reaches_to_no_end():
    bounds = ["exact", "above", "exact"]
    found = printed(people([30] * 3, visits=[14, 20, 16], visits_bound=bounds))
    assert set(found["visits"]) == {"10 or more"}
    below = printed(people([30] * 3, visits=[4, 3, 4], visits_bound=["exact", "below", "exact"]))
    assert set(below["visits"]) == {"0–4"}


def test_a_mark_of_some_is_withheld():
    found = printed(people([30] * 3, starred=[True, False, False]))
    assert set(found["starred"]) == {"withheld"}
    assert set(printed(people([30] * 3, starred=[True] * 3))["starred"]) == {"True"}


def test_stages_part_people_where_labels_tell_them():
    stages = ["early"] * 3 + ["late"] * 3
    found = printed(people([20, 30, 40, 20, 30, 40], stage=stages), staged=True)
    assert list(found["stage"]) == stages
    assert set(found["age_years"]) == {"20–44"}
    assert printed(people([20] * 6, stage=stages))["stage"].isna().all()


def test_what_fits_few_of_the_trial_is_withheld():
    frame = people([20, 21, 22])
    trial = pd.DataFrame({"age_years": [20, 21, 60, 61], "visits": [1, 1, 1, 1]})
    found = printed(frame, in_trial=counting(trial))
    assert set(found["alike_in_trial"]) == {2}
    assert set(found["age_years"]) == {"withheld"}
    trial.loc[2, "age_years"] = None  # whose age is not known may be anybody
    assert set(printed(frame, in_trial=counting(trial))["age_years"]) == {"20–24"}


def test_who_had_fewer_visits_until_the_end_is_no_candidate():
    trial = pd.DataFrame({"age_years": [20] * 4, "visits": [0, 6, 7, 8]})
    found = printed(people([20] * 3, visits=[5, 6, 7]), in_trial=counting(trial))
    assert set(found["alike_in_trial"]) == {3}


def test_exactly_as_the_register_has_them():
    found = exact(people([20.5], visits=[3], visits_bound=["above"]))
    assert found.iloc[0][["age_years", "visits"]].to_list() == ["20.5", ">3"]


@pytest.mark.parametrize("width", [1, 5, 10])
def test_bands_have_the_width_that_a_study_chooses(width):
    found = coarsened(people([20, 21, 29]), Rule.of(3, {"age_years": width}), False)
    assert found["age_years"][0] == {1: "20–29", 5: "20–29", 10: "20–29"}[width]
    one = coarsened(people([21, 22, 23]), Rule.of(3, {"age_years": width}), False)
    assert one["age_years"][0] == {1: "21–23", 5: "20–24", 10: "20–29"}[width]


ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(14, 60)),
        st.one_of(st.none(), st.integers(0, 30)),
        st.sampled_from(["exact", "above", "below", None]),
        st.one_of(st.none(), st.booleans()),
    ),
    min_size=1,
    max_size=14,
)


@given(ROWS, st.integers(2, 5))
def test_each_row_is_that_of_the_minimum_and_holds_what_it_stands_for(rows, minimum):
    ages, visits, bounds, starred = (list(each) for each in zip(*rows, strict=True))
    frame = people(ages, visits=visits, visits_bound=bounds, starred=starred)
    found = printed(frame, minimum)
    alike = Counter(tuple(each) for each in found[list(COLUMNS)].fillna("").to_numpy())
    if len(rows) >= minimum:
        assert min(alike.values()) >= minimum
    else:
        assert set(found[list(COLUMNS)].stack().dropna()) <= {"withheld"}
    for age, shown in zip(ages, found["age_years"], strict=True):
        if shown and shown != "withheld" and not pd.isna(shown):
            low, _, high = shown.partition("–")
            assert int(low) <= age <= int(high or low)


@given(ROWS, st.randoms())
def test_what_is_printed_of_a_person_does_not_rest_on_the_order_of_the_register(rows, random):
    ages, visits, bounds, starred = (list(each) for each in zip(*rows, strict=True))
    frame = people(ages, visits=visits, visits_bound=bounds, starred=starred)
    order = list(frame.index)
    random.shuffle(order)
    one, two = (printed(each)[list(COLUMNS)].fillna("") for each in (frame, frame.loc[order]))
    pd.testing.assert_frame_equal(one, two.loc[one.index])
