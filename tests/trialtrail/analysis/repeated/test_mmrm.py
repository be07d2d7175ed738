"""What the mixed model for repeated measures reports."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from repeated_trials import VISITS, one, parts, setting, trial, without

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.repeated.mmrm import mmrm

FALLBACKS = ["toeplitz", "ar1", "compound_symmetry"]


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
