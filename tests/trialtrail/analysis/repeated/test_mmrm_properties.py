"""What must hold of the mixed model for repeated measures, whatever the data are."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repeated_trials import parts, setting, trial

from trialtrail.analysis.repeated.design import design, rows_of
from trialtrail.analysis.repeated.mmrm import RepeatedModel, mmrm

SEEDS = st.integers(0, 10_000)
STRUCTURES = st.sampled_from(["unstructured", "toeplitz", "ar1", "compound_symmetry"])


def numbers(effect):
    return effect.estimate, effect.se, effect.df, effect.lower, effect.upper


@settings(max_examples=12)
@given(
    seed=SEEDS,
    structure=STRUCTURES,
    shift=st.floats(-1e4, 1e4),
    factor=st.floats(1e-3, 1e3),
)
def test_another_origin_and_unit_of_the_outcome(seed, structure, shift, factor):
    data = trial(seed=seed, lost=0.15)
    asked = setting(options={"structures": [structure]})
    found = mmrm(data, asked)
    other = mmrm(data.assign(value=shift + factor * data["value"]), asked)
    (one,), (two,) = found.effects, other.effects
    scaled = [factor * one.estimate, factor * one.se, factor * one.lower, factor * one.upper]
    near = {"rel": 1e-6, "abs": 1e-7 * factor}
    assert [two.estimate, two.se, two.lower, two.upper] == pytest.approx(scaled, **near)
    assert two.df == pytest.approx(one.df, rel=1e-5)
    for arm, same in zip(found.arms, other.arms, strict=True):
        assert same.adjusted == pytest.approx(shift + factor * arm.adjusted, rel=1e-7, abs=1e-6)
    assert parts(other, "correlation") == pytest.approx(parts(found, "correlation"), rel=1e-5)


@settings(max_examples=10)
@given(seed=SEEDS, structure=STRUCTURES)
def test_arms_that_are_swapped_turn_the_sign(seed, structure):
    data = trial(seed=seed, lost=0.15)
    options = {"structures": [structure]}
    (one,) = mmrm(data, setting(options=options)).effects
    (two,) = mmrm(data, setting(arms=["b", "a"], options=options)).effects
    assert (two.estimate, two.se, two.df) == pytest.approx(
        (-one.estimate, one.se, one.df), rel=1e-6, abs=1e-8
    )
    assert (two.lower, two.upper) == pytest.approx((-one.upper, -one.lower), rel=1e-6, abs=1e-7)


@settings(max_examples=10)
@given(seed=SEEDS, order=st.permutations(["v1", "v2", "v3"]))
def test_the_order_of_timepoints_does_not_matter_without_a_structure(seed, order):
    data = trial(seed=seed, lost=0.15)
    (one,) = mmrm(data, setting()).effects
    (two,) = mmrm(data, setting(visits=order)).effects
    assert numbers(two) == pytest.approx(numbers(one), rel=1e-6, abs=1e-7)


@settings(max_examples=10)
@given(seed=SEEDS, structure=STRUCTURES)
def test_new_names_of_timepoints_and_participants_and_another_order_of_rows(seed, structure):
    data = trial(seed=seed, lost=0.15)
    options = {"structures": [structure]}
    names = {"v1": "z", "v2": "week 6", "v3": "a"}
    ids = dict(zip(data["participant_id"].unique(), reversed(range(40)), strict=True))
    renamed = data.assign(
        visit=data["visit"].map(names),
        participant_id=data["participant_id"].map(lambda name: f"Q{ids[name]}"),
    ).sample(frac=1.0, random_state=seed)
    (one,) = mmrm(data, setting(options=options)).effects
    (two,) = mmrm(renamed, setting(visits=list(names.values()), at="a", options=options)).effects
    assert numbers(two) == pytest.approx(numbers(one), rel=1e-6, abs=1e-7)


@settings(max_examples=8)
@given(seed=SEEDS, shift=st.floats(-1e5, 1e5), factor=st.floats(1e-4, 1e4))
def test_another_origin_and_unit_of_a_covariate(seed, shift, factor):
    data = trial(seed=seed, lost=0.15)
    found = mmrm(data, setting())
    other = mmrm(data.assign(base=shift + factor * data["base"]), setting())
    (one,), (two,) = found.effects, other.effects
    if two.note:  # The spread of the covariate may be lost in its size.
        return
    assert numbers(two) == pytest.approx(numbers(one), rel=1e-4, abs=1e-5)
    # A coefficient for each timepoint is in that unit, so the likelihood changes by its logarithm.
    assert parts(other, "log_likelihood")[""] == pytest.approx(
        parts(found, "log_likelihood")[""] - 3 * np.log(factor), abs=1e-4
    )


@settings(max_examples=8)
@given(seed=SEEDS)
def test_another_outcome_of_the_same_rows_is_fitted_by_the_same_sums(seed):
    data = trial(seed=seed, lost=0.15)
    found = design(rows_of(data, setting()), setting())
    values = np.random.default_rng(seed).normal(size=len(found.rows.outcome))
    model = RepeatedModel(found)
    model.fit(found.rows.outcome, ["unstructured"])
    again = model.fit(values, ["unstructured"])
    fresh = dataclasses.replace(found, rows=dataclasses.replace(found.rows, outcome=values))
    once = RepeatedModel(fresh).fit(values, ["unstructured"])
    np.testing.assert_allclose(again.covariance, once.covariance, rtol=1e-9)


@settings(max_examples=10)
@given(seed=SEEDS)
def test_structures_with_fewer_parameters_are_less_likely(seed):
    data = trial(seed=seed, lost=0.15)
    likelihood = {
        name: parts(mmrm(data, setting(options={"structures": [name]})), "log_likelihood").get("")
        for name in ("unstructured", "toeplitz", "ar1", "compound_symmetry")
    }
    assert likelihood["unstructured"] >= likelihood["toeplitz"] - 1e-9
    assert likelihood["toeplitz"] >= max(likelihood["ar1"], likelihood["compound_symmetry"]) - 1e-9
