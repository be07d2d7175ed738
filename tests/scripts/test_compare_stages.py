"""Whether the same people were interviewed at each stage."""

import pytest

from tests import small_interviews as small
from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.stages import people_by_stage

from schemas.results.base import conform
from schemas.results.cases import StagePeople


def compared(register):
    rows = people_by_stage(held_interviews(register), register, {"coach": "The coach"})
    return conform(rows, StagePeople).set_index("row")


def test_each_role_says_whether_its_people_are_the_same():
    table = compared(small.register())
    assert table["state"].to_dict() == {
        "all": "some of them the same",
        "role.coach": "different people",
        "role.patient": "different people",
        "role.clerk": "same people",
    }
    assert (table.loc["role.coach", "people"], table.loc["all", "at_several"]) == (3, 1)
    assert table.loc["role.coach", "label"] == "The coach"


@pytest.mark.parametrize("stage", ["early", None])
def test_with_one_stage_or_none_there_is_nothing_to_compare(stage):
    register = small.register()
    register["stage"] = stage
    assert set(compared(register.astype({"stage": "string"}))["state"]) == {"one stage"}
