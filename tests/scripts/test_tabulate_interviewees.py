"""Interviewees one by one, and counts of them."""

import pandas as pd
from small_tables import topic

from trialtrail.qualitative.interviewees import Rule
from trialtrail.qualitative.labels import Naming

from scripts.tabulate_interviewees import tabulate_interviewees, tabulate_interviews

COLUMNS = ["role", "number", "stage", "status", "age_years", "visits", "visits_bound", "document"]
INTERVIEWS = pd.DataFrame(
    [
        ("p", 10, "later", "interviewed", 22, 20, "above", "p10"),
        ("p", 2, "early", "interviewed", 29, 0, "exact", "p2"),
        ("p", 3, pd.NA, "declined", 30, pd.NA, pd.NA, pd.NA),
        ("q", 1, "early", "interviewed", 41, pd.NA, pd.NA, "q1"),
        ("m", 1, "early", "interviewed", pd.NA, pd.NA, pd.NA, "m1e"),
        ("m", 1, "later", "interviewed", pd.NA, pd.NA, pd.NA, "m1l"),
    ],
    columns=COLUMNS,
).astype({"age_years": "Float64", "visits": "Int64", "number": "Int64"})
INTERVIEWS = INTERVIEWS.assign(children=pd.NA, age_youngest_years=pd.NA, starred=pd.NA)


def counts():
    return topic(tabulate_interviews(INTERVIEWS, {"p": "Participant"}), "interviews")


DECIDED = Naming(exact={"why": "w", "by": "b", "on": "2026-01-01"})


def exactly(roles=()):
    return tabulate_interviewees(INTERVIEWS, DECIDED, Rule.of(3), roles, is_exact=True)


def test_people_stand_by_role_and_number_without_those_who_declined():
    assert list(exactly(["q", "p"])["row"]) == ["q_1", "p_2", "p_10"]
    assert list(exactly(["q"])["label"]) == ["Q 1"]


def test_without_roles_those_with_an_age_are_shown():
    assert list(exactly()["row"]) == ["p_2", "p_10", "q_1"]


def test_exactly_a_censored_count_keeps_its_bound():
    visits = exactly().set_index("row")["visits"]
    assert visits["p_10"] == ">20"
    assert visits["p_2"] == "0"
    assert pd.isna(visits["q_1"])


def test_people_of_a_role_of_few_have_no_number_and_no_value():
    found = tabulate_interviewees(INTERVIEWS, Naming(), Rule.of(3)).set_index("row")
    assert list(found.index) == ["p.1", "p.2", "q.1"]
    assert found["number"].isna().all()
    assert list(found["label"]) == ["P", "P", "Interviewee"]
    assert list(found["age_years"]) == ["withheld"] * 3
    assert found["stage"].isna().all()
    assert pd.isna(found.loc["q.1", "role"])


def test_rows_of_people_without_a_number_stand_in_no_order_of_theirs():
    """What is printed of them is alike, or sorted: the register's order would be a number."""
    swapped = INTERVIEWS.iloc[::-1].reset_index(drop=True)
    one, two = (
        tabulate_interviewees(each, Naming(), Rule.of(3), ["p"]) for each in (INTERVIEWS, swapped)
    )
    pd.testing.assert_frame_equal(one, two)


def test_people_count_once_and_interviews_each():
    found = counts()
    assert found.loc["interviews", "n"] == 5
    assert found.loc["interviewed", ["n", "denominator"]].to_list() == [4, 5]
    assert found.loc["interviewed.m", "n"] == 1
    assert found.loc["interviewed.m.early", "n"] == found.loc["interviewed.m.later", "n"] == 1


def test_counts_are_of_those_invited_and_of_those_interviewed():
    found = counts()
    assert found.loc["invited.p", "n"] == 3
    assert pd.isna(found.loc["invited.p", "denominator"])
    assert found.loc["interviewed.p", ["n", "denominator"]].to_list() == [2, 3]
    assert found.loc["interviewed.p.early", ["n", "denominator"]].to_list() == [1, 2]
    assert found.loc["interviewed.p.early", "percent"] == 50


def test_labels_come_from_the_configuration_or_the_id():
    found = counts()["label"]
    assert found["interviewed.p.early"] == "Participant: interviewed, early"
    assert found["invited.q"] == "Q: invited"


def test_a_register_without_status_counts_those_with_a_document():
    bare = INTERVIEWS.assign(status=pd.Series(pd.NA, index=INTERVIEWS.index, dtype="string"))
    assert topic(tabulate_interviews(bare), "interviews").loc["interviews", "n"] == 5
