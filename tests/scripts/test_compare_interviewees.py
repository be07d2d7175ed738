"""Those interviewed beside their arm and all randomised: counts, means, medians, small numbers."""

import pandas as pd
import pytest

from schemas.results.base import conform
from schemas.results.interviewees_against_randomised import IntervieweesAgainstRandomised
from scripts.compare_interviewees import (
    baseline_lines,
    compare_interviewees,
    groups_of,
    outcome_lines,
    uptake_lines,
)


def participants():
    """Return 24 people: 12 of each arm, with age 20 to 43, and visits in the new one."""
    at = range(24)
    return pd.DataFrame(
        {
            "participant_id": [f"p{n}" for n in at],
            "arm": ["new"] * 12 + ["usual"] * 12,
            "age": pd.array([20 + n for n in at[:-1]] + [None], dtype="Int64"),
            "smoker": pd.array([n % 2 == 0 for n in at], dtype="boolean"),
            "place": ["town"] * 18 + ["farm"] * 6,
            "visits": [n if n < 12 else 0 for n in at],
        }
    )


def register(
    ids=("p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"), status="interviewed"
):
    names = [*ids, "p11", None]
    return pd.DataFrame(
        {
            "participant_id": names,
            "status": [status] * len(ids) + ["declined", status],
            "document": [f"d{n}" for n in range(len(ids))] + [None, "guide"],
        }
    )


VARIABLES = [
    {"id": "age", "type": "integer", "label": "Age", "unit": "years"},
    {"id": "smoker", "type": "boolean", "label": "Smokes"},
    {"id": "place", "type": "category", "label": "Place", "levels": ["town", "farm"], "labels": {}},
]
UPTAKE = [
    {"id": "five", "label": "Five or more", "at_least": 5},
    {"id": "of_town", "label": "Of the town", "where": {"place": "town"}},
]


def table(people=None, interviews=None):
    people = participants() if people is None else people
    groups = groups_of(people, register() if interviews is None else interviews)
    lines = [*baseline_lines(people, VARIABLES), *uptake_lines(people, UPTAKE, "Visits")]
    found, taken = compare_interviewees(groups, lines)
    return conform(found, IntervieweesAgainstRandomised).set_index("row"), taken


def test_those_interviewed_stand_beside_their_arm_and_all():
    rows, _ = table()
    assert list(rows.loc[rows["item"] == "age", "arm"].fillna("")) == ["interviewed", "new", ""]
    assert rows.loc["age.interviewed", ["n", "mean", "median"]].to_list() == [10, 24.5, 24.5]
    assert rows.loc["age.new", ["n", "mean", "q1", "q3"]].to_list() == [12, 25.5, 22.75, 28.25]
    assert rows.loc["age.all", ["n", "mean"]].to_list() == [23, 31.0]  # an age is not known
    assert rows.loc["smoker.interviewed", ["n", "denominator", "percent"]].to_list() == [5, 10, 50]
    assert rows.loc["place.farm.all", ["n", "denominator"]].to_list() == [6, 24]


def test_who_declined_or_is_no_participant_is_not_counted():
    rows, _ = table()
    assert rows.loc["visits.interviewed", "n"] == 10
    unknown = register().assign(status=pd.array([None] * 12, dtype="string"))
    rows, _ = table(interviews=unknown)  # without a status, a document says that it took place
    assert rows.loc["visits.interviewed", "n"] == 10


def test_uptake_is_of_those_to_whom_it_was_offered():
    rows, _ = table()
    assert list(rows.index[rows["kind"] == "uptake"]) == [
        *("visits.interviewed", "visits.new", "five.interviewed", "five.new")
    ]
    assert rows.loc["five.interviewed", ["n", "denominator"]].to_list() == [5, 10]


def test_small_numbers_are_marked_by_the_rule_of_disclosure():
    rows, _ = table()
    assert not rows.loc["age.interviewed", "small"]
    assert rows.loc["place.farm.interviewed", "small"]  # nobody of those interviewed
    assert rows.loc["place.town.interviewed", "small"]  # all of them, which says the same
    few = register(ids=("p0", "p1", "p2"))
    rows, _ = table(interviews=few)
    assert rows.loc["age.interviewed", "small"]  # a mean of three people
    assert rows["small"].all()


def test_outcomes_are_told_at_each_timepoint_and_by_their_kind():
    people = participants()
    values = [(f"p{n}", "score", when, float(n)) for n in range(12) for when in ("t1", "t2")]
    values += [(f"p{n}", "well", "t1", float(n > 3)) for n in range(12)]
    names = ["participant_id", "outcome", "timepoint", "value"]
    outcomes = pd.DataFrame(values, columns=names)
    plan = [
        {"id": "score", "label": "Score", "kind": "continuous", "unit": "points"},
        {"id": "well", "label": "Well", "kind": "binary"},
        {"id": "event", "label": "Event", "kind": "time_to_event"},
    ]
    found, taken = compare_interviewees(
        groups_of(people, register()), list(outcome_lines(outcomes, plan))
    )
    rows = found.set_index("row")
    assert rows.loc["score.t2.interviewed", "mean"] == pytest.approx(4.5)
    assert rows.loc["well.interviewed", ["n", "denominator"]].to_list() == [6, 10]
    assert "event.interviewed" not in rows.index
    uses = taken["score.t2.interviewed"][0]["takes"]
    assert [use["table"] for use in uses] == ["dataset:outcomes", "validated:interviews"]
    assert uses[0]["where"] == {"outcome": "score", "timepoint": "t2"}
    assert taken["score.t2.new"][0]["takes"][0]["where"]["arm"] == "new"


def test_without_anybody_interviewed_only_the_trial_is_told():
    rows, _ = table(interviews=register(ids=()))
    assert rows.loc["age.interviewed", "n"] == 0
    assert rows.loc["age.all", "n"] == 23
