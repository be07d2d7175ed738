"""What people are called in print, by how many a label fits."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.qualitative.labels import Naming, label_forms, labels_of, refused_labels

NAMING = Naming(roles={"nurse": "Nurse"}, stages={"late": "last"})


def register(*people):
    """Return a register of interviews held; each of `people` is role, number, stage."""
    frame = pd.DataFrame(people, columns=["role", "number", "stage"])
    frame = frame.astype({"role": "string", "number": "Int64", "stage": "string"})
    ids = [f"I{place}" for place in range(len(frame))]
    return frame.assign(interview_id=ids, document=ids, status="interviewed")


def labels(*people, naming=NAMING):
    return labels_of(register(*people), naming)["label"].tolist()


def test_one_of_two_is_called_by_the_role_alone():
    both = [("nurse", n, stage) for n in (1, 2) for stage in ("early", "late")]
    assert labels(*both) == ["Nurse"] * 4
    assert refused_labels(register(*both), NAMING) == [
        {
            "role": "nurse",
            "people": 2,
            "refused": "number and stage",
            "offered": "role",
            "remaining": True,
        }
    ]


def test_a_role_of_one_person_is_called_by_no_role():
    assert labels(("head", 1, "late")) == ["Interviewee"]
    assert labels(("head", 1, pd.NA), naming=Naming(nobody="Somebody")) == ["Somebody"]


def test_many_of_each_stage_are_called_by_number_and_stage():
    people = [("nurse", n, "early" if n < 4 else "late") for n in range(1, 7)]
    assert labels(*people)[0] == "Nurse 1, early interview"
    assert labels(*people)[-1] == "Nurse 6, last interview"
    assert refused_labels(register(*people), NAMING) == []


def test_a_stage_of_few_is_told_of_nobody_of_the_role():
    """That one label lacks its stage would tell it, where all others have theirs."""
    people = [("nurse", n, "early" if n < 6 else "late") for n in range(1, 8)]
    assert labels(*people) == [f"Nurse {n}" for n in range(1, 8)]


def test_who_was_interviewed_at_stages_that_nobody_else_was_is_not_told_by_them():
    people = [("nurse", n, "early") for n in range(1, 5)] + [("nurse", 1, "late")]
    assert labels(*people) == ["Nurse 1", "Nurse 2", "Nurse 3", "Nurse 4", "Nurse 1"]


def test_without_numbers_a_stage_is_told_of_many():
    three = [("nurse", pd.NA, "early")] * 3
    assert labels(*three) == ["Nurse, early interview"] * 3
    assert labels(*three, ("nurse", pd.NA, "late")) == ["Nurse"] * 4


def test_a_declined_invitation_does_not_make_a_role_larger():
    two = register(("nurse", 1, "early"), ("nurse", 2, "early"), ("nurse", 3, "early"))
    two.loc[2, ["status", "document"]] = ["declined", pd.NA]
    assert labels_of(two, NAMING)["label"].tolist() == ["Nurse", "Nurse"]


def test_people_can_decide_that_labels_are_exact():
    decided = Naming(exact={"why": "they agreed", "by": "all", "on": "2026-01-01"})
    assert labels(("head", 1, "late"), naming=decided) == ["Head 1, late interview"]


def test_an_interview_without_a_role_is_of_an_interviewee():
    found = labels_of(register((pd.NA, pd.NA, pd.NA)), NAMING).iloc[0]
    assert (found["label"], found["person"]) == ("Interviewee", "I0")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.integers(1, 6),
            st.sampled_from(["early", "late"]),
        ),
        min_size=1,
        max_size=20,
        unique=True,
    ),
    st.integers(2, 4),
)
def test_stages_beside_a_number_fit_the_minimum_and_a_number_a_role_of_it(people, minimum):
    frame = register(*people)
    naming = Naming(minimum=minimum)
    forms = label_forms(frame, naming)
    for role, of_role in frame.groupby("role"):
        numbers = of_role["number"].nunique()
        if "number" in forms[role]:
            assert numbers >= minimum
        if forms[role] == "number and stage":
            sets = Counter(frozenset(each) for _, each in of_role.groupby("number")["stage"])
            assert min(sets.values()) >= minimum
        assert (forms[role] == "nobody") == (numbers == 1)


@pytest.mark.parametrize("role", ["nurse", "ward_sister"])
def test_a_role_is_called_as_configured_or_by_its_id_in_words(role):
    three = [(role, n, pd.NA) for n in (1, 2, 3)]
    assert labels(*three)[0] == {"nurse": "Nurse 1", "ward_sister": "Ward sister 1"}[role]
