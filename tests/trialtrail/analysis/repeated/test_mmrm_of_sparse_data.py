"""What the mixed model for repeated measures says of data that do not give it all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from repeated_trials import VISITS, assert_not_estimable, one, parts, setting, trial, without

from trialtrail.analysis.repeated.mmrm import mmrm

FALLBACKS = ["toeplitz", "ar1", "compound_symmetry"]


def test_two_timepoints_never_seen_together_lead_to_the_next_structure():
    data = trial(people=80)
    first = data["participant_id"] < "P040"
    lost = (first & (data["visit"] == "v3")) | (~first & (data["visit"] == "v1"))
    effect = one(mmrm(without(data, lost), setting()))
    # With three timepoints Toeplitz has a correlation for these two alone.
    assert effect.method == "mmrm_ar1_kenward_roger_observed"
    assert effect.note == (
        "covariance of the timepoints: heterogeneous first-order autoregressive; "
        "unstructured: no participant has values at both of v1 and v3; "
        "heterogeneous Toeplitz: no participant has values at both of v1 and v3"
    )
    assert effect.estimate is not None


def test_two_timepoints_seen_together_once_do_not_show_a_correlation():
    data = trial(people=80, lost=0.0)
    first = data["participant_id"] < "P040"
    lost = (first & (data["visit"] == "v3")) | (~first & (data["visit"] == "v1"))
    effect = one(mmrm(without(data, lost & (data["participant_id"] != "P000")), setting()))
    assert "unstructured: one participant alone has values at both of v1 and v3" in effect.note


def test_without_any_two_values_of_one_participant_nothing_is_estimated():
    data = trial(lost=0.0)
    own = data["participant_id"].str[1:].astype(int) // 2 % 3
    data = without(data, data["visit"].map(VISITS.index) != own)
    found = mmrm(data, setting())
    both = "no participant has values at both of"
    pairs = "v1 and v2, v1 and v3, v2 and v3"
    assert_not_estimable(
        found,
        "no covariance of the timepoints could be fitted ("
        f"unstructured: {both} v1 and v2; heterogeneous Toeplitz: {both} v1 and v2, v2 and v3; "
        f"heterogeneous first-order autoregressive: {both} {pairs}; "
        f"heterogeneous compound symmetry: {both} {pairs})",
    )
    assert (one(found).n_arm, one(found).n_reference) == (20, 20)


def test_a_visit_of_an_arm_without_outcome_has_no_difference():
    data = trial()
    data = without(data, (data["visit"] == "v2") & (data["arm"] == "b"))
    found = mmrm(data, setting())
    assert one(found).estimate is not None
    (part,) = [part for part in found.model if part.group == "v2" and "diff" in part.component]
    assert (part.value, part.lower, part.upper) == (None, None, None)
    assert part.note == "no value in the arm {arm:b} at the timepoint v2"
    asked = mmrm(data, setting(at="v2"))
    assert one(asked).estimate is None
    assert one(asked).note == "no value in the arm {arm:b} at the timepoint v2"
    assert [arm.adjusted is None for arm in asked.arms] == [False, True]
    assert parts(asked, "difference_at")["v3"] == pytest.approx(one(found).estimate)


def test_a_visit_of_the_reference_without_outcome_has_no_difference():
    data = trial(arms=("a", "b", "c"), people=60)
    data = without(data, (data["visit"] == "v3") & (data["arm"] == "a"))
    found = mmrm(data, setting(arms=["a", "b", "c"]))
    for effect in found.effects:
        assert effect.estimate is None
        assert effect.note == "no value in the arm {arm:a} at the timepoint v3"
    assert [arm.adjusted is None for arm in found.arms] == [True, False, False]
    alone = mmrm(data[data["arm"] != "a"], setting(arms=["b", "c"]))
    assert one(alone).estimate == pytest.approx(
        found.arms[2].adjusted - found.arms[1].adjusted, abs=1.0
    )


def test_an_arm_without_outcome_is_named_and_the_others_are_compared():
    data = trial(arms=("a", "b", "c"), people=60)
    found = mmrm(without(data, data["arm"] == "b"), setting(arms=["a", "b", "c"]))
    b, c = found.effects
    assert (b.estimate, b.note) == (None, "no value in the arm {arm:b}")
    assert (b.n_arm, b.missing_arm) == (0, 20)
    alone = one(mmrm(data[data["arm"] != "b"], setting(arms=["a", "c"])))
    assert (c.estimate, c.se, c.df) == pytest.approx((alone.estimate, alone.se, alone.df))


def test_an_arm_or_both_of_two_without_outcome():
    data = trial()
    b = mmrm(without(data, data["arm"] == "b"), setting())
    assert (one(b).estimate, one(b).note) == (None, "no value in the arm {arm:b}")
    assert [arm.adjusted is None for arm in b.arms] == [False, True]
    assert_not_estimable(
        mmrm(without(data, data["value"].notna()), setting()), "no value in any arm"
    )


def test_a_timepoint_without_any_outcome_is_left_out_and_named():
    data = trial()
    found = mmrm(without(data, data["visit"] == "v2"), setting())
    assert one(found).note == "the timepoint v2 is left out: no value"
    assert list(parts(found, "variance")) == ["v1", "v3"]
    assert_not_estimable(
        mmrm(without(data, data["visit"] == "v3"), setting()), "no value at the timepoint v3"
    )


def test_a_timepoint_that_is_left_out_keeps_its_place_in_the_lags():
    data = trial(visits=("v1", "v2", "v3", "v4"), lost=0.2, people=80)
    data = without(data, data["visit"] == "v2")
    four = setting(visits=["v1", "v2", "v3", "v4"], at="v4", options={"structures": ["ar1"]})
    found = parts(mmrm(data, four), "correlation")
    assert found["v1 x v3"] == pytest.approx(found["v3 x v4"] ** 2)
    assert found["v1 x v4"] == pytest.approx(found["v3 x v4"] ** 3)


def test_a_constant_outcome_is_not_estimable():
    data = trial()
    data = data.assign(value=data["value"].mask(data["value"].notna(), 7.0))
    assert_not_estimable(mmrm(data, setting()), "the same value in everyone at the timepoint v3")


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_a_timepoint_where_everyone_has_the_same_value_is_left_out(value):
    data = trial()
    data.loc[data["visit"] == "v1", "value"] = value
    found = mmrm(data, setting())
    assert one(found).note == "the timepoint v1 is left out: the same value in everyone"
    alone = one(mmrm(data[data["visit"] != "v1"], setting(visits=["v2", "v3"])))
    assert (one(found).estimate, one(found).se) == pytest.approx((alone.estimate, alone.se))


def test_a_timepoint_with_as_many_parameters_as_values_is_left_out():
    data = trial(lost=0.0)
    few = data["participant_id"] < "P004"
    found = mmrm(without(data, (data["visit"] == "v1") & ~few), setting())
    assert one(found).note == (
        "the timepoint v1 is left out: nothing varies beside the arms and covariates"
    )
    alone = one(mmrm(data[data["visit"] != "v1"], setting(visits=["v2", "v3"])))
    assert (one(found).estimate, one(found).se) == pytest.approx((alone.estimate, alone.se))
    last = mmrm(without(data, (data["visit"] == "v3") & ~few), setting())
    assert_not_estimable(last, "nothing varies beside the arms and covariates at the timepoint v3")


def test_two_rows_of_one_participant_and_visit_are_not_estimable():
    data = trial(lost=0.0)
    again = pd.concat([data, data[(data["participant_id"] == "P003") & (data["visit"] == "v2")]])
    found = mmrm(again, setting())
    assert_not_estimable(found, "a participant has more than one value at the timepoint v2")
    assert (one(found).n_arm, one(found).n_reference) == (20, 20)


def test_a_second_row_without_a_value_says_nothing():
    data = trial(lost=0.0)
    second = data[data["participant_id"] == "P003"].assign(value=np.nan)
    assert mmrm(pd.concat([data, second]), setting()) == mmrm(data, setting())


def test_a_covariate_that_others_determine_is_left_out_and_named():
    data = trial()
    data["twice"] = 2.0 * data["base"] + 1.0
    data["same"] = 4.0
    effect = one(mmrm(data, setting(terms=["base", "male", "twice", "same"])))
    plain = one(mmrm(data, setting()))
    assert effect.note == "left out, as others say the same: twice, same"
    assert (effect.estimate, effect.se, effect.df) == pytest.approx(
        (plain.estimate, plain.se, plain.df), rel=1e-9
    )


def test_a_covariate_that_says_nothing_at_one_timepoint_is_left_out_there():
    data = trial(people=60, lost=0.0)
    data = without(data, (data["visit"] == "v1") & (data["male"] == 1.0))
    effect = one(mmrm(data, setting()))
    assert effect.note == "left out, as others say the same: male (at v1)"
    assert effect.estimate is not None


def test_a_covariate_that_is_the_arm_leaves_no_difference():
    data = trial()
    data["treated"] = (data["arm"] == "b").astype(float)
    effect = one(mmrm(data, setting(terms=["base", "treated"])))
    assert effect.estimate is None
    assert effect.note == "the arms cannot be told apart from the covariates at the timepoint v3"


@pytest.mark.parametrize("by_visit", [True, False])
def test_a_covariate_by_timepoint_that_tells_one_arm_of_three_leaves_the_other(by_visit):
    data = trial(arms=("a", "b", "c"), people=60)
    data["of_b"] = (data["arm"] == "b").astype(float)
    options = {"terms_by_visit": by_visit}
    found = mmrm(data, setting(arms=["a", "b", "c"], terms=["of_b"], options=options))
    plain = mmrm(data, setting(arms=["a", "b", "c"], terms=[], options=options))
    if by_visit:
        assert found.effects[0].estimate is None
        assert found.effects[1].estimate == pytest.approx(plain.effects[1].estimate)
    else:
        # One coefficient for all timepoints leaves the arm's differences between them alone.
        assert [effect.estimate is None for effect in found.effects] == [True, False]
