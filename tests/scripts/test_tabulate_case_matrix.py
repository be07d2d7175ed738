"""Data of the trial beside the people interviewed: in bands, with bounds, by group."""

import math

import pandas as pd
import pytest

from tests import small_interviews as small
from trialtrail.errors import StudyError
from trialtrail.qualitative.case_bands import (
    Known,
    band,
    band_names,
    coarsened,
    groups_of,
    shown,
    told_alike,
)
from trialtrail.qualitative.case_variables import tabulate_case_variables, tabulate_theme_by_group
from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.matrix import build_framework_matrix

from schemas.results.base import conform
from schemas.results.cases import CaseMatrix, ThemeByGroup

N = pd.NA
AGES = [30, 41, 25, 19, 20, N, 77, N, N]
VISITS = [N, N, N, 0, 20, 5, N, N, N]
BOUNDS = [N, N, N, "exact", "above", "below", N, N, N]
STUDY = [N, N, N, "s1", "s2", "s3", "s4", N, N]
GIVERS = ["g1", "g2", "g3", N, N, N, N, N, N]
OUTCOMES = pd.DataFrame(
    {
        "participant_id": ["s1", "s2", "s1", "s9"],
        "outcome": ["walk", "walk", "sleep", "walk"],
        "timepoint": ["end", "end", "start", "end"],
        "value": [10.0, 20.5, 1.0, 3.0],
    }
)
DATASETS = {
    "participants": pd.DataFrame({"participant_id": ["s1", "s2"], "arm": ["x", "y"]}),
    "providers": pd.DataFrame({"provider_id": ["g1", "g2"], "resigned": [True, False]}),
    "outcomes": OUTCOMES,
}


def register():
    return small.register(
        age_years=pd.array(AGES, dtype="Int64"),
        visits=pd.array(VISITS, dtype="Int64"),
        visits_bound=pd.array(BOUNDS, dtype="string"),
        participant_id=pd.array(STUDY, dtype="string"),
        provider_id=pd.array(GIVERS, dtype="string"),
    )


def values(**variable):
    """Return case -> what is printed of one variable."""
    given = {"id": "v", "label": "V"} | variable
    interviews = register()
    arms = {"x": "Leaflet"}
    rows = tabulate_case_variables([given], held_interviews(interviews), interviews, DATASETS, arms)
    table = conform(rows, CaseMatrix)
    shown = table["value"].astype(object).where(table["value"].notna(), None)
    return dict(zip(table["case"], shown, strict=True))


def test_a_number_is_told_by_its_band():
    found = values(**{"from": "interviews.age_years"}, bands=[20, 30])
    assert found == {
        "coach_1": "30 or more",
        "coach_2": "30 or more",
        "coach_3": "20 to <30",
        "patient_1": "under 20",
        "patient_2": "20 to <30",
        "patient_3": None,
    }


def test_a_number_without_bands_is_refused_unless_it_may_be_exact():
    with pytest.raises(StudyError, match="is a number, and has no bands"):
        values(**{"from": "outcomes.walk"})
    assert values(**{"from": "outcomes.walk"}, exact=True)["patient_2"] == "20.5"


def test_a_bound_is_in_a_band_where_it_says_in_which():
    found = values(**{"from": "interviews.visits"}, bands=[1, 10])
    assert (found["patient_1"], found["patient_2"]) == ("under 1", "10 or more")
    assert found["patient_3"] == "not known"  # fewer than 5: in two bands
    assert values(**{"from": "interviews.visits"}, bands=[1, 30])["patient_2"] == "not known"
    assert values(**{"from": "interviews.visits"}, exact=True)["patient_2"] == ">20"
    assert "coach_1" not in found  # nobody of the role has visits


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (20, 20, "20 to <25"),
        (24.99, 24.99, "20 to <25"),
        (25, 25, "25 or more"),
        (-3, -3, "under 20"),
        (25, math.inf, "25 or more"),
        (24, math.inf, None),
        (-math.inf, 19, "under 20"),
        (-math.inf, 20, None),
    ],
)
def test_bands_are_closed_below_and_open_above(low, high, expected):
    assert band(Known(low, high), [20, 25]) == expected


def test_one_cut_makes_two_bands():
    assert band_names([3]) == ["under 3", "3 or more"]


def test_people_are_found_in_the_datasets_by_the_register():
    assert values(**{"from": "participants.arm"}) == {
        "patient_1": "Leaflet",
        "patient_2": "y",
        "patient_3": None,
    }
    assert values(**{"from": "providers.resigned"}) == {
        "coach_1": "yes",
        "coach_2": "no",
        "coach_3": None,
    }


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ({"from": "interviews.agee"}, "is no column of its table"),
        ({"from": "people.age"}, "no table of people is named `people`"),
        ({"from": "outcomes.wlak"}, "no outcome is named `wlak`"),
        ({"from": "outcomes.walk", "timepoint": "start"}, "no timepoint `start`"),
        ({"from": "participants.age"}, "is no column of its table"),
    ],
)
def test_a_variable_that_there_is_not_is_refused(variable, said):
    with pytest.raises(StudyError, match=said):
        values(**variable, bands=[1])


def test_themes_are_counted_by_group_of_those_who_were_asked():
    interviews = register()
    held = held_interviews(interviews)
    asked = {"trust": ["patient", "coach.early"], "load": "all"}
    matrix = build_framework_matrix(
        small.segments(), small.codebook(), held, interviews, (), {"asked": asked}
    )
    variables = [{"id": "age", "label": "Age", "from": "interviews.age_years", "bands": [20, 30]}]
    rows = tabulate_case_variables(variables, held, interviews, DATASETS)
    table = conform(
        tabulate_theme_by_group(rows, pd.DataFrame(matrix), variables), ThemeByGroup
    ).set_index("row")
    trust = table[table["theme"] == "trust"]
    coaches, patients = (trust[trust["role"] == role] for role in ("coach", "patient"))
    assert coaches["level"].tolist() == ["20 to <30", "30 or more"]
    assert patients["level"].tolist() == ["under 20", "20 to <30", "not known"]
    assert (coaches["people"].tolist(), patients["people"].tolist()) == ([1, 2], [1, 1, 1])
    # The third coach was not asked of trust, and is in no denominator of it.
    assert (coaches["denominator"].tolist(), coaches["n"].tolist()) == ([0, 2], [0, 1])
    assert (patients["denominator"].tolist(), patients["n"].tolist()) == ([1, 1, 1], [1, 1, 0])
    assert "percent" not in table.columns


def some(*numbers):
    return [Known(each, each) for each in numbers]


@pytest.mark.parametrize(
    ("known", "minimum", "left"),
    [
        (some(1, 1, 1, 15, 15, 15), 3, [10, 20]),
        (some(1, 15, 15, 15, 25, 25, 25), 3, [20]),  # the first joins its only neighbour
        (some(1, 1, 1, 1, 15, 25, 25, 25), 3, [10]),  # the middle joins the smaller neighbour
        (some(1, 25), 3, []),
        (some(1, 1, 25, 25), 2, [10, 20]),  # nobody in the middle
        ([*some(1, 1, 1), Known(21, math.inf)], 2, []),
        ([*some(1, 1, 1), Known(15, math.inf)], 2, [10, 20]),  # in no one band
        ([None, *some(5, 5)], 2, [10, 20]),
        (some(1, 25), 1, [10, 20]),
        ([], 3, [10, 20]),
    ],
)
def test_bands_of_few_are_joined(known, minimum, left):
    assert coarsened([10, 20], known, minimum) == left


def test_what_few_of_a_role_share_is_not_told():
    people = dict(zip("abcd", [Known(text="yes")] * 3 + [Known(text="no")], strict=True))
    variable = {"id": "v", "from": "interviews.x"}
    assert shown(people, variable, 3) == {"a": "yes", "b": "yes", "c": "yes", "d": "withheld"}
    numbers = dict(zip("ab", some(1, 25), strict=True))
    assert set(shown(numbers, variable | {"bands": [10]}, 3).values()) == {"withheld"}
    exact = variable | {"bands": [10], "exact": True}
    assert shown(numbers, exact, 3) == {"a": "under 10", "b": "10 or more"}
    assert shown({"a": None}, variable, 3) == {"a": None}


PRINTED = pd.DataFrame(
    {
        "row": ["coach_1", "coach_2", "coach_3", "coach_4"],
        "number": [1, 2, 3, 4],
        "label": ["Coach 1", "Coach 2", "Coach 3", "Coach 4"],
        "role": "coach",
        "age_years": ["20–29", "20–29", "30–39", "30–39"],
    }
)
COACHES = [{"person": f"coach_{n}", "role": "coach"} for n in range(1, 5)]


def numbers(*values):
    return {
        f"coach_{n}": None if value is None else Known(value, value)
        for n, value in enumerate(values, start=1)
    }


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((1, 2, 30, 40), ["under 10", "under 10", "20 or more", "20 or more"]),
        ((1, 12, 12, 40), ["under 20", "under 20", "10 or more", "10 or more"]),
        ((1, 40, 12, 13), ["withheld", "withheld", "10 to <20", "10 to <20"]),
        ((1, None, 12, 13), ["withheld", "withheld", "10 to <20", "10 to <20"]),
        ((None, None, 12, 13), [None, None, "10 to <20", "10 to <20"]),
    ],
)
def test_what_is_told_is_the_same_of_all_who_are_printed_alike(values, told):
    groups = groups_of(COACHES, PRINTED)
    found = told_alike(numbers(*values), groups, {"bands": [10, 20]}, 2)
    assert list(found.values()) == told


def test_a_bound_of_a_count_widens_the_band_of_its_group():
    known = numbers(12, 13, 1, 2) | {"coach_1": Known(12, math.inf)}
    found = told_alike(known, groups_of(COACHES, PRINTED), {"bands": [10, 20]}, 2)
    assert found["coach_1"] == found["coach_2"] == "10 or more"


def test_a_group_of_few_is_told_nothing():
    found = told_alike(numbers(1, 2, 3, 4), groups_of(COACHES, PRINTED), {"bands": [10]}, 3)
    assert set(found.values()) == {"withheld"}


def test_people_without_a_row_of_their_own_are_told_of_as_their_role():
    found = told_alike(numbers(1, 2, 3, 40), groups_of(COACHES, None), {"bands": [10, 50]}, 2)
    assert set(found.values()) == {"under 50"}


def test_a_variable_of_some_of_a_group_does_not_tell_which():
    known = {case: value for case, value in numbers(1, 2, 3, 4).items() if case != "coach_2"}
    found = told_alike(known, groups_of(COACHES, PRINTED), {"bands": [10]}, 2)
    assert found == {"coach_1": "withheld", "coach_3": "under 10", "coach_4": "under 10"}
