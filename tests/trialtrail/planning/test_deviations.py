"""Against which version a plan is judged, and which reason explains which difference."""

import re
from datetime import date

import pytest
import yaml
from planned_trial import TODAY, content, reason, version

from trialtrail.errors import StudyError
from trialtrail.planning.content import defaults
from trialtrail.planning.deviations import judge, judged_against

PLAN = content()
WIDER = content(lambda whole: whole["analysis"].update(confidence_level=0.9))
BOTH = content(
    lambda whole: (
        whole["analysis"].update(confidence_level=0.9),
        whole["analysis"]["outcomes"][0].update(role="secondary"),
    )
)
LATER = content(
    lambda whole: whole["analysis"]["sensitivity"].append({"id": "later", "variance": "hc3"})
)
LEVEL = reason("confidence_level", now=0.9)


def judged(versions, plan, *reasons, unblinded_on=None):
    return judge(versions, plan, reasons, unblinded_on, defaults(), TODAY)


def told(versions, plan, *reasons, unblinded_on=None):
    with pytest.raises(StudyError) as stopped:
        judged(versions, plan, *reasons, unblinded_on=unblinded_on)
    return stopped.value.text()


def explained(found):
    return [(each.difference.of, each.difference.key, each.by, each.on) for each in found.found]


def test_the_locked_plan_needs_no_reason():
    assert explained(judged([version(PLAN)], PLAN)) == []


def test_a_difference_with_its_reason_is_listed_with_who_and_when():
    found = judged([version(PLAN)], WIDER, LEVEL)
    assert explained(found) == [("", "confidence_level", "B", "2024-06-01")]
    assert found.found[0].reason == "Asked for"


def test_without_a_reason_every_difference_is_named_with_both_values_and_what_to_do():
    said = told([version(PLAN)], BOTH)
    assert "locked as version 1 on 2024-05-01 (4 to be settled)" in said
    assert "the whole plan, confidence_level: locked 0.95, now 0.9" in said
    assert 'outcome walk, role: locked "primary", now "secondary"' in said
    assert "outcome walk in analysis in_women: in the locked plan, and does not run" in said
    assert '- {key: confidence_level, now: 0.9, reason: "", date: "", by: ""}' in said
    assert '- {of: in_women.walk, key: not_run, reason: "", date: "", by: ""}' in said
    for way in ("add a reason", "lock the plan again", "undo the change"):
        assert way in said


def test_a_reason_explains_its_difference_and_no_other():
    said = told([version(PLAN)], BOTH, LEVEL)
    assert "(3 to be settled)" in said
    assert "confidence_level" not in said.split("to be settled")[1]


UNFIT = {
    "of main": reason("role", "main", now="secondary"),
    "of the whole plan": reason("role", now="secondary"),
    "a part of the key": reason("rol", "walk", now="secondary"),
    "a pattern": reason("*", "*"),
    "another outcome": reason("role", "fast", now="secondary"),
    "an analysis of it": reason("role", "main.walk", now="secondary"),
}


@pytest.mark.parametrize("what", UNFIT)
def test_a_reason_that_is_of_something_else_covers_nothing_and_is_told(what):
    said = told([version(PLAN)], BOTH, LEVEL, UNFIT[what])
    assert "reason 2 (" in said
    assert "is of no difference" in said
    assert 'outcome walk, role: locked "primary", now "secondary"' in said


def test_a_reason_holds_for_the_value_that_it_names_and_no_longer_for_the_next():
    further = content(lambda whole: whole["analysis"].update(confidence_level=0.8))
    said = told([version(PLAN)], further, LEVEL)
    assert "reason 1 (key: confidence_level) explains another value: `now` is 0.8" in said
    assert "now: 0.8" in said
    assert "explains another value" in told([version(PLAN)], WIDER, reason("confidence_level"))
    assert "explains another value" in told(
        [version(PLAN)], LATER, reason("added", "later", now="hc3")
    )


def test_one_reason_may_name_several_of_which_it_is_and_each_must_be_there():
    fewer = content(
        lambda whole: whole["analysis"]["sensitivity"][0].update(adjust=["sex"], variance="hc3")
    )
    given = (
        reason("adjust", ["unadjusted"], now=["sex"]),
        reason("variance", "unadjusted", now="hc3"),
    )
    assert len(judged([version(PLAN)], fewer, *given).found) == 2
    said = told([version(PLAN)], fewer, reason("adjust", ["unadjusted", "main"], now=["sex"]))
    assert "reason 1 (of: main, key: adjust) is of no difference" in said


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"reason": "   "}, "reason 1: `reason` says nothing"),
        ({"reason": " \u00a0\u200b"}, "reason 1: `reason` says nothing"),
        ({"reason": " - . "}, "reason 1: `reason` says nothing"),
        ({"by": "\t"}, "reason 1: `by` says nothing"),
        ({"date": "2024-02-30"}, "no day of the calendar"),
        ({"date": "2024-13-01"}, "no day of the calendar"),
        ({"date": "2024-04-30"}, "before the plan was locked on 2024-05-01"),
        ({"date": "2024-09-03"}, "in the future"),
    ],
)
def test_a_reason_that_says_nothing_or_has_an_impossible_date_is_told(more, says):
    assert says in told([version(PLAN)], WIDER, LEVEL | more)


def test_a_reason_of_no_difference_and_two_of_one_are_told():
    assert "is of no difference: take it out" in told([version(PLAN)], PLAN, LEVEL)
    assert "the second of one difference" in told([version(PLAN)], WIDER, LEVEL, LEVEL)


def test_locked_again_before_the_unblinding_it_is_planned():
    versions = [version(PLAN), version(WIDER, 2, "2024-06-01")]
    for unblinded_on in (None, "2024-07-01"):
        found = judged(versions, WIDER, unblinded_on=unblinded_on)
        assert (explained(found), found.against["version"]) == ([], 2)
    assert "is of no difference" in told(versions, WIDER, LEVEL)


@pytest.mark.parametrize("unblinded_on", ["2024-06-01", "2024-05-15"])
def test_locked_again_on_the_day_of_the_unblinding_or_after_it_stays_a_deviation(unblinded_on):
    versions = [version(PLAN), version(WIDER, 2, "2024-06-01")]
    found = judged(versions, WIDER, unblinded_on=unblinded_on)
    assert found.against["version"] == 1
    assert explained(found) == [("", "confidence_level", "A", "2024-06-01")]
    assert found.found[0].reason == "version 2 of the plan: reason of version 2"
    assert found.days("2024-06-01") == (date(2024, 6, 1) - date.fromisoformat(unblinded_on)).days


def test_what_changed_after_such_a_version_needs_a_reason_of_its_own():
    versions = [version(PLAN), version(WIDER, 2, "2024-06-01")]
    said = told(versions, BOTH, unblinded_on="2024-05-15")
    assert "(3 to be settled)" in said
    assert "confidence_level" not in said.split("to be settled")[1]
    narrower = content(lambda whole: whole["analysis"].update(confidence_level=0.8))
    assert "now 0.8" in told(versions, narrower, unblinded_on="2024-05-15")


def test_the_version_that_took_it_over_explains_it_though_another_came_between():
    versions = [
        version(PLAN),
        version(WIDER, 2, "2024-06-01"),
        version(PLAN, 3, "2024-06-02"),
        version(WIDER, 4, "2024-06-03"),
        version(BOTH, 5, "2024-06-04"),
    ]
    found = judged(versions, BOTH, unblinded_on="2024-05-15")
    assert {of: on for of, _, _, on in explained(found)} == {
        "": "2024-06-03",
        "walk": "2024-06-04",
        "in_women.walk": "2024-06-04",
        "subgroup_sex.walk": "2024-06-04",
    }


def test_a_reason_of_the_configuration_comes_before_that_of_a_later_version():
    versions = [version(PLAN), version(WIDER, 2, "2024-06-01")]
    found = judged(versions, WIDER, LEVEL, unblinded_on="2024-05-15")
    assert explained(found) == [("", "confidence_level", "B", "2024-06-01")]


def test_where_the_first_version_is_too_late_all_is_post_hoc():
    versions = [version(PLAN)]
    for unblinded_on in ("2024-05-01", "2023-01-01"):
        assert judged_against(versions, date.fromisoformat(unblinded_on)) is None
        (late,) = judged(versions, PLAN, unblinded_on=unblinded_on).found
        assert (late.difference.kind, late.difference.touches) == ("locked_late", "every_estimate")
    assert "0.9" in told(versions, WIDER, unblinded_on="2024-05-01")
    found = judged(versions, WIDER, LEVEL, unblinded_on="2024-05-01")
    assert [each.difference.kind for each in found.found] == ["locked_late", "changed"]


def test_an_unblinding_in_the_future_is_no_date():
    assert "in the future" in told([version(PLAN)], PLAN, unblinded_on="2024-09-03")


def test_as_the_message_has_it_a_reason_is_accepted():
    """What the message proposes, filled in, is what the configuration needs."""
    said = told([version(PLAN)], BOTH)
    stubs = yaml.safe_load("\n".join(re.findall(r"^ +(- \{.*)$", said, re.MULTILINE)))
    filled = [each | {"reason": "Asked for", "date": "2024-06-01", "by": "B"} for each in stubs]
    assert len(judged([version(PLAN)], BOTH, *filled).found) == 4
