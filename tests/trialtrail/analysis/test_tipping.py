"""From which shift on the conclusion changes."""

import pytest

from trialtrail.analysis.fitted import Effect, Fitted
from trialtrail.analysis.fitting import Found, Shift
from trialtrail.analysis.tipping import EXCLUDES, INCLUDES, tipping_points


def found(slope, middle=0.0, half=2.0, scenario="arm", deltas=(-10, -5, 0, 5, 10), arm="new"):
    made = []
    for delta in deltas:
        at = middle + slope * delta
        effect = Effect(arm, "mean_difference", at, at - half, at + half, 1, 1, 0, 0)
        made.append(Found("welch", Fitted([effect]), Shift(scenario, delta)))
    return made


def points(every, arms=("old", "new")):
    return {part.group: part for part in tipping_points(every, arms) if part.value is not None}


def test_the_limit_that_crosses_no_difference_gives_the_shift():
    parts = points(found(0.5, middle=1.0))
    assert parts["arm upwards"].value == pytest.approx(2.0)
    assert parts["arm downwards"].value == pytest.approx(-6.0)
    assert {part.note for part in parts.values()} == {EXCLUDES}


def test_a_difference_can_be_lost_as_well():
    parts = points(found(0.5, middle=4.0))
    assert parts["arm downwards"].value == pytest.approx(-4.0)
    assert parts["arm downwards"].note == INCLUDES
    assert "arm upwards" not in parts


def test_where_nothing_changes_the_range_is_told():
    parts = {part.group: part for part in tipping_points(found(0.1), ("old", "new"))}
    assert parts["arm"].value is None
    assert parts["arm"].note == f"nothing changes within -10 to 10: {INCLUDES}"
    assert parts["both"].note == "no effect could be estimated"


def test_several_arms_are_named():
    every = [each for arm in ("new", "newer") for each in found(0.5, arm=arm)]
    parts = points(every, ("old", "new", "newer"))
    assert "arm newer upwards" in parts
