"""What the mixed model for repeated measures reports, of sound data and of others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from repeated_trials import VISITS, parts, setting, trial

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.repeated.mmrm import mmrm

FALLBACKS = ["toeplitz", "ar1", "compound_symmetry"]


def without(data: pd.DataFrame, chosen: pd.Series) -> pd.DataFrame:
    """Return the data without the values that are chosen."""
    return data.assign(value=data["value"].mask(chosen))


def one(fitted):
    """Return the effect of a comparison of two arms."""
    (effect,) = fitted.effects
    return effect


def assert_not_estimable(fitted, note):
    for effect in fitted.effects:
        assert (effect.estimate, effect.lower, effect.upper, effect.se, effect.p) == (None,) * 5
        assert effect.note == note
    assert parts(fitted, "converged") == {"": 0.0}
    assert all(arm.adjusted is None for arm in fitted.arms)


def ancova(data, level=0.95):
    """Return estimate, se and df of the arm in a linear model of one timepoint."""
    used = data[data["value"].notna()]
    X = np.column_stack([np.ones(len(used)), used["arm"] == "b", used["base"], used["male"]])
    X = X.astype(float)
    beta, rss, *_ = np.linalg.lstsq(X, used["value"], rcond=None)
    df = len(used) - 4
    return beta[1], np.sqrt(rss[0] / df * np.linalg.inv(X.T @ X)[1, 1]), df


def test_a_fit_reports_effects_arms_and_the_model():
    found = mmrm(trial(), setting())
    effect = one(found)
    assert effect.measure == "mean_difference"
    assert effect.method == "mmrm_unstructured_kenward_roger_observed"
    assert effect.note == ""
    assert effect.lower < effect.estimate < effect.upper
    assert effect.statistic == pytest.approx(effect.estimate / effect.se)
    assert 0 < effect.p < 1
    assert 10 < effect.df < 40
    assert [arm.arm for arm in found.arms] == ["a", "b"]
    assert found.arms[1].adjusted - found.arms[0].adjusted == pytest.approx(effect.estimate)
    assert list(parts(found, "difference_at")) == ["v1", "v2"]
    assert list(parts(found, "variance")) == list(VISITS)
    assert list(parts(found, "correlation")) == ["v1 x v2", "v1 x v3", "v2 x v3"]
    assert parts(found, "converged") == {"": 1.0}
    assert 1 <= parts(found, "iterations")[""] <= 10
    other = next(part for part in found.model if part.component == "difference_at")
    at_first = one(mmrm(trial(), setting(at="v1")))
    assert (other.value, other.lower, other.upper, other.se, other.df) == pytest.approx(
        (at_first.estimate, at_first.lower, at_first.upper, at_first.se, at_first.df)
    )


def test_the_level_is_that_of_the_setting():
    narrow, wide = (one(mmrm(trial(), setting(level=level))) for level in (0.8, 0.99))
    assert narrow.estimate == wide.estimate
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_participants_without_any_value_are_counted_and_not_used():
    data = trial(lost=0.0)
    gone = data["participant_id"].isin(["P000", "P002", "P001"])
    effect = one(mmrm(without(data, gone), setting()))
    dropped = one(mmrm(data[~gone], setting()))
    assert (effect.n_reference, effect.n_arm) == (18, 19)
    assert (effect.missing_reference, effect.missing_arm) == (2, 1)
    assert (effect.estimate, effect.se, effect.df) == pytest.approx(
        (dropped.estimate, dropped.se, dropped.df)
    )


def test_a_participant_with_a_value_at_another_timepoint_is_analysed():
    data = trial(lost=0.0)
    effect = one(
        mmrm(without(data, (data["participant_id"] == "P000") & (data["visit"] != "v1")), setting())
    )
    assert (effect.n_reference, effect.missing_reference) == (20, 0)


def test_complete_data_give_the_ancova_of_each_timepoint():
    data = trial(lost=0.0)
    found = mmrm(data, setting())
    effect = one(found)
    estimate, se, df = ancova(data[data["visit"] == "v3"])
    assert (effect.estimate, effect.se, effect.df) == pytest.approx((estimate, se, df), rel=1e-9)
    for visit, value in parts(found, "difference_at").items():
        assert value == pytest.approx(ancova(data[data["visit"] == visit])[0], rel=1e-9)


def test_one_timepoint_is_an_analysis_of_covariance():
    data = trial()
    data = data[data["visit"] == "v3"]
    found = mmrm(data, setting(visits=["v3"]))
    effect = one(found)
    assert (effect.estimate, effect.se, effect.df) == pytest.approx(ancova(data), rel=1e-9)
    assert effect.note == "one timepoint alone: an analysis of covariance"
    assert parts(found, "difference_at") == parts(found, "correlation") == {}


@pytest.mark.parametrize("name", ["unstructured", *FALLBACKS])
def test_one_timepoint_is_the_same_in_every_structure(name):
    data = trial()
    effect = one(mmrm(data[data["visit"] == "v3"], setting(options={"structures": [name]})))
    assert (effect.estimate, effect.se, effect.df) == pytest.approx(
        ancova(data[data["visit"] == "v3"]), rel=1e-7
    )


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


def test_covariates_may_have_one_coefficient_for_all_timepoints():
    data = trial(lost=0.2)
    shared = one(mmrm(data, setting(options={"terms_by_visit": False})))
    own = one(mmrm(data, setting()))
    assert shared.estimate != pytest.approx(own.estimate, rel=1e-6)
    assert shared.df > own.df


def test_a_covariate_by_itself_may_tell_the_timepoint():
    data = trial()
    data["late"] = (data["visit"] == "v3").astype(float)
    options = {"terms_by_visit": False}
    effect = one(mmrm(data, setting(terms=["base", "late"], options=options)))
    plain = one(mmrm(data, setting(terms=["base"], options=options)))
    assert effect.note == "left out, as others say the same: late"
    assert effect.estimate == pytest.approx(plain.estimate, rel=1e-9)


def test_more_than_two_arms_are_each_compared_with_the_reference():
    data = trial(arms=("a", "b", "c"), people=90)
    found = mmrm(data, setting(arms=["c", "a", "b"]))
    assert [effect.arm for effect in found.effects] == ["a", "b"]
    assert list(parts(found, "difference_at")) == ["a@v1", "a@v2", "b@v1", "b@v2"]
    c, a, b = (arm.adjusted for arm in found.arms)
    assert [effect.estimate for effect in found.effects] == pytest.approx([a - c, b - c])


def test_few_participants_lead_to_the_next_structure():
    visits = tuple(f"v{k}" for k in range(1, 7))
    data = trial(people=7, visits=visits, lost=0.0, seed=3)
    asked = setting(visits=list(visits), at="v6", terms=[], df="satterthwaite")
    effect = one(mmrm(data, asked))
    assert effect.method in [f"mmrm_{name}_satterthwaite" for name in FALLBACKS]
    assert effect.note.startswith("covariance of the timepoints: ")
    assert "unstructured: its covariance matrix tends to a singular one" in effect.note
    assert np.isfinite([effect.estimate, effect.se, effect.df]).all()


def test_the_fewest_participants_never_raise():
    for people in range(1, 8):
        for lost in (0.0, 0.4):
            for seed in range(3):
                found = mmrm(trial(people=people, lost=lost, seed=seed), setting(terms=["base"]))
                effect = one(found)
                if effect.estimate is None:
                    assert effect.note
                elif effect.se is not None:
                    assert np.isfinite([effect.se, effect.df, effect.lower, effect.upper]).all()


def test_another_order_of_structures_is_kept_to():
    data = trial()
    for name in FALLBACKS:
        effect = one(mmrm(data, setting(options={"structures": [name, "unstructured"]})))
        assert effect.method == f"mmrm_{name}_kenward_roger_observed"
        assert effect.note == ""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"options": {"structures": ["banded"]}}, "structures: 'banded'"),
        ({"options": {"structures": []}}, "structures: none"),
        ({"df": "residual"}, "df: 'residual'"),
    ],
)
def test_an_unknown_setting_is_a_mistake(changes, message):
    with pytest.raises(ValueError, match=message):
        mmrm(trial(), setting(**changes))


def test_a_covariate_may_be_called_as_an_arm_or_a_timepoint():
    data = trial().rename(columns={"base": "b", "male": "v1"})
    assert mmrm(data, setting(terms=["b", "v1"])).effects == mmrm(trial(), setting()).effects


def test_rows_of_other_arms_and_timepoints_are_not_used():
    data = trial()
    others = pd.concat(
        [
            data,
            data.assign(visit="v9"),
            data.assign(arm="z", participant_id="Z" + data["participant_id"]),
        ]
    )
    assert mmrm(others, setting()) == mmrm(data, setting())


def test_the_order_of_rows_does_not_matter_and_data_are_left_as_they_were():
    data = trial(lost=0.2)
    before = data.copy()
    shuffled = data.sample(frac=1.0, random_state=4)
    one_way, other = one(mmrm(data, setting())), one(mmrm(shuffled, setting()))
    assert (one_way.estimate, one_way.se, one_way.df) == pytest.approx(
        (other.estimate, other.se, other.df), rel=1e-9
    )
    pd.testing.assert_frame_equal(data, before)


def test_a_setting_of_one_arm_has_nothing_to_compare():
    data = trial()
    found = mmrm(data, Setting(arms=["a"], visits=VISITS, at="v3"))
    assert found.effects == []
    assert found.arms[0].adjusted is not None
