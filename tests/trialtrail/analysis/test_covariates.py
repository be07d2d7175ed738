"""Covariates as terms: the mean of all for who lacks one, never by arm; what is collinear goes."""

import numpy as np
import pandas as pd
import pytest

from trialtrail.analysis.covariates import as_terms, design, independent
from trialtrail.analysis.fitted import NotEstimable, Setting


def people(**columns):
    return pd.DataFrame(columns)


def test_a_number_has_the_mean_of_all_where_it_is_missing_and_is_named():
    terms, notes = as_terms(people(age=[20.0, 30.0, None] + [25.0] * 60), ["age"])
    assert list(terms) == ["age"]
    assert terms["age"][2] == pytest.approx((20 + 30 + 60 * 25) / 62)
    assert notes == ["age: mean of all for 1 without it"]


def test_more_than_one_in_twenty_without_it_have_an_indicator():
    few, _ = as_terms(people(age=[None] + [1.0, 2.0] * 10), ["age"])
    many, _ = as_terms(people(age=[None, None] + [1.0, 2.0] * 9), ["age"])
    assert list(few) == ["age"]
    assert list(many) == ["age", "age=unknown"]
    assert many["age=unknown"].tolist() == [1, 1] + [0] * 18


def test_a_category_has_a_term_a_level_but_the_first_and_shares_where_it_is_missing():
    values = pd.Series(["b", "a", "c", "b", None] + ["a"] * 96, dtype="string")
    terms, _ = as_terms(people(site=values), ["site"])
    assert list(terms) == ["site=b", "site=c"]
    assert terms.loc[0].tolist() == [1, 0]
    assert terms.loc[4].tolist() == pytest.approx([2 / 100, 1 / 100])


def test_yes_and_no_are_numbers_and_what_nobody_has_is_left_out():
    terms, notes = as_terms(
        people(yes=pd.array([True, False, None] * 10, dtype="boolean"), none=pd.array([None] * 30)),
        ["yes", "none"],
    )
    assert terms["yes"].iloc[:3].tolist() == pytest.approx([1, 0, 0.5])
    assert "none is left out: nobody has a value" in notes


def test_the_value_that_stands_for_a_missing_one_does_not_depend_on_the_arm():
    frame = people(arm=["a"] * 20 + ["b"] * 20, age=[10.0] * 19 + [None] + [30.0] * 20)
    one, _ = as_terms(frame, ["age"])
    other, _ = as_terms(frame.assign(arm=frame["arm"][::-1].to_numpy()), ["age"])
    assert one["age"][19] == other["age"][19] == pytest.approx((19 * 10 + 20 * 30) / 39)


def data(n=12, **columns):
    return pd.DataFrame(
        {"arm": ["a", "b"] * (n // 2), "value": np.arange(n, dtype=float)} | columns
    )


def test_a_later_collinear_term_is_dropped_and_named():
    x = np.arange(12.0) ** 2
    frame = data(x=x, twice=2 * x + 1, constant=np.full(12, 3.0))
    assert independent(frame, ["x", "twice", "constant"]) == (["x"], ["twice", "constant"])
    made = design(frame, Setting(["a", "b"], terms=["x", "twice", "constant"]))
    assert made.names == ["constant", "b", "x"]
    assert made.note == "left out, as others say the same: twice, constant"
    assert np.linalg.matrix_rank(made.matrix) == 3


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_neither_scale_nor_offset_of_a_term_drops_it(scale, offset):
    rng = np.random.default_rng(3)
    x = scale * (offset + rng.normal(size=12))
    kept, dropped = independent(data(x=x, y=rng.normal(size=12)), ["y", "x"])
    assert (kept, dropped) == (["y", "x"], [])


def test_an_arm_that_a_covariate_determines_is_not_estimable():
    frame = data(x=[0.0, 5.0] * 6)
    with pytest.raises(NotEstimable, match="told apart"):
        design(frame, Setting(["a", "b"], terms=["x"]))


def test_an_arm_without_rows_is_not_estimable():
    with pytest.raises(NotEstimable, match=r"no value in the arm \{arm:c\}"):
        design(data(), Setting(["a", "b", "c"]))


def test_the_mean_of_an_arm_is_at_the_mean_of_the_covariates():
    frame = data(x=np.arange(12.0))
    made = design(frame, Setting(["a", "b"], terms=["x"]))
    assert made.mean_of(0).tolist() == [1, 0, 5.5]
    assert made.mean_of(1).tolist() == [1, 1, 5.5]
    assert made.contrast(1).tolist() == [0, 1, 0]


def test_a_centred_design_differs_in_the_means_of_the_covariates_alone():
    frame = data(x=2000 + np.arange(12.0))
    made = design(frame, Setting(["a", "b"], terms=["x"]))
    centred = made.centred()
    assert centred.matrix[:, :2].tolist() == made.matrix[:, :2].tolist()
    assert centred.matrix[:, 2].tolist() == (np.arange(12) - 5.5).tolist()
    assert centred.mean_of(1).tolist() == [1, 1, 0]
    assert made.mean_of(1).tolist() == [1, 1, 2005.5]
