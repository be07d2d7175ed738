"""What the model of clustered outcomes reports, of sound data and of others."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from clustered_trials import nested, one, part, setting, whole
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from trialtrail.analysis.fitted import Counts, count
from trialtrail.analysis.mixed.clustered import ACROSS, ALONE, AT_ZERO, RepeatedFit, mixed

KINDS = ("kenward_roger", "kenward_roger_observed", "satterthwaite")
BOTH = {"clustered": ["a", "b"]}
SEEDS = st.integers(0, 10_000)


def numbers(effect):
    return effect.estimate, effect.se, effect.df, effect.lower, effect.upper


def where(data, chosen, value):
    """Return the data with another value of those who are chosen."""
    return data.assign(value=data["value"].mask(chosen, value))


def assert_not_estimable(fitted, note):
    for effect in fitted.effects:
        assert (effect.estimate, effect.lower, effect.upper, effect.se, effect.p) == (None,) * 5
        assert effect.note == note
    assert all(arm.adjusted is None for arm in fitted.arms)
    assert fitted.model == []


def test_a_fit_reports_effects_arms_and_the_model():
    data = where(nested(), range(70) == np.array(3), np.nan)
    found = mixed(data, setting())
    effect = one(found)
    assert (effect.measure, effect.method) == ("mean_difference", "mixed_kenward_roger_expected")
    assert (effect.n_arm, effect.n_reference) == (39, 30)
    assert (effect.missing_arm, effect.missing_reference) == (1, 0)
    assert effect.note == ""
    assert effect.lower < effect.estimate < effect.upper
    assert effect.statistic == pytest.approx(effect.estimate / effect.se)
    assert found.arms[1].adjusted - found.arms[0].adjusted == pytest.approx(effect.estimate)
    assert part(found, "clusters", "b").value == 8
    assert part(found, "smallest_cluster", "b").value == 4
    assert part(found, "largest_cluster", "b").value == 5
    assert part(found, "converged").value == 1
    coefficient = part(found, "coefficient", "x")
    assert coefficient.lower < coefficient.value < coefficient.upper
    between, within = part(found, "cluster_variance"), part(found, "residual_variance", "b")
    correlation = part(found, "intracluster_correlation")
    assert correlation.value == pytest.approx(between.value / (between.value + within.value))
    assert correlation.lower < correlation.value < correlation.upper


def test_the_level_is_that_of_the_setting():
    narrow, wide = (one(mixed(nested(), setting(level=level))) for level in (0.8, 0.99))
    assert narrow.estimate == wide.estimate
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


@pytest.mark.parametrize("kind", KINDS)
def test_no_variance_between_clusters_is_exactly_zero(kind):
    found = mixed(nested(seed=1, between=0), setting(df=kind))
    assert part(found, "cluster_variance").value == 0
    correlation = part(found, "intracluster_correlation")
    assert (correlation.value, correlation.lower) == (0, 0)
    assert 0 < correlation.upper < 1
    assert one(found).note == AT_ZERO == correlation.note
    assert one(found).lower < one(found).estimate < one(found).upper


def test_members_less_alike_than_strangers_have_no_variance_between_them():
    data = nested()
    means = data.groupby("cluster")["value"].transform("mean")
    found = mixed(data.assign(value=data["value"] - (means - 60).fillna(0)), setting())
    assert part(found, "cluster_variance").value == 0
    assert part(found, "intracluster_correlation").value == 0
    assert one(found).note == AT_ZERO
    assert one(found).se > 0


@pytest.mark.parametrize("terms", [[], ["x"]])
def test_one_cluster_cannot_be_told_from_its_arm(terms):
    found = mixed(nested(clusters=1, size=20), setting(terms=terms))
    reason = "one cluster: the effect of the arm cannot be told from that of the cluster"
    assert_not_estimable(found, reason)
    assert (one(found).n_arm, one(found).n_reference) == (20, 30)


def test_one_cluster_in_each_arm_cannot_be_told_from_the_arms():
    data = whole(clusters=2)
    reason = "the covariates and arms explain all clusters: their variance is not known"
    assert_not_estimable(mixed(data, setting(**BOTH)), reason)


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_clusters_there_is_an_interval_and_a_warning(kind):
    found = mixed(nested(clusters=2, size=10, between=6, seed=4), setting(df=kind))
    assert one(found).note == "2 clusters in the arm {arm:b}: their variance is hardly known"
    assert part(found, "cluster_variance").value > 0
    assert one(found).df < 3
    assert one(found).upper - one(found).lower > 10


def test_clusters_of_one_member_have_no_variance_of_their_own():
    data = nested(clusters=20, size=1)
    found = mixed(data, setting())
    assert one(found).note == ALONE
    assert part(found, "cluster_variance").value is None
    correlation = part(found, "intracluster_correlation")
    assert (correlation.value, correlation.lower, correlation.upper) == (None, None, None)
    # Without a covariate it is Welch's test.
    effect = one(mixed(data, setting(terms=[], df="satterthwaite")))
    arms = [data.loc[data["arm"] == arm, "value"] for arm in "ab"]
    parts = [mine.var() / len(mine) for mine in arms]
    df = sum(parts) ** 2 / sum(each**2 / (len(a) - 1) for each, a in zip(parts, arms, strict=True))
    assert (effect.estimate, effect.se, effect.df) == pytest.approx(
        (arms[1].mean() - arms[0].mean(), np.sqrt(sum(parts)), df), rel=1e-9
    )


def test_nobody_belongs_to_a_cluster():
    found = mixed(nested().assign(cluster=None), setting())
    assert_not_estimable(found, "no participant of an arm with clusters belongs to one")


@pytest.mark.parametrize("arm", ["a", "b"])
def test_one_value_in_an_arm(arm):
    data = nested()
    gone = data.index[data["arm"] == arm][1:]
    found = mixed(where(data, data.index.isin(gone), np.nan), setting())
    reason = f"one value in the arm {{arm:{arm}}}: its variance is not known"
    assert_not_estimable(found, reason)
    missing = {"a": one(found).missing_reference, "b": one(found).missing_arm}
    assert missing == {"a": 0, "b": 0} | {arm: len(gone)}


def test_no_value_in_an_arm_or_in_any():
    data = nested()
    found = mixed(where(data, data["arm"] == "b", np.nan), setting())
    assert_not_estimable(found, "no value in the arm {arm:b}")
    assert one(found).missing_arm == 40
    assert_not_estimable(mixed(data.assign(value=np.nan), setting()), "no value in any arm")


@pytest.mark.parametrize("level", [5.0, 0.1])
@pytest.mark.parametrize("arm", ["a", "b"])
def test_constant_in_an_arm(arm, level):
    data = nested()
    found = mixed(where(data, data["arm"] == arm, level), setting(terms=[]))
    reason = f"the values of the arm {{arm:{arm}}} do not vary around the model"
    assert_not_estimable(found, reason)


def test_constant_in_all():
    found = mixed(nested().assign(value=0.1), setting(options={"residual": "one"}))
    assert_not_estimable(found, "the values of the trial do not vary around the model")


def test_constant_within_clusters():
    data = whole()
    data["value"] = data.groupby("cluster")["value"].transform("mean")
    reason = "the values do not vary within the clusters: no residual variance"
    assert_not_estimable(mixed(data, setting(**BOTH)), reason)


def test_covariates_that_explain_all_within_clusters():
    data = nested(clusters=5, size=1)
    data.loc[1, "cluster"] = data.loc[0, "cluster"]
    reason = "the covariates explain all differences within the clusters"
    assert_not_estimable(mixed(data, setting()), reason)
    found = mixed(data, setting(terms=[]))
    assert one(found).estimate is not None


def test_more_parameters_than_values_in_an_arm():
    rng = np.random.default_rng(1)
    data = nested(alone=4)
    terms = [f"z{place}" for place in range(5)]
    data = data.assign(**{name: rng.normal(size=len(data)) for name in terms})
    reason = "the arm {arm:a} has no more values than the model has parameters for it"
    assert_not_estimable(mixed(data, setting(terms=terms)), reason)


def test_a_covariate_that_another_determines_is_left_out_and_named():
    data = nested()
    found = mixed(data.assign(z=2 * data["x"] + 1, u=7.0), setting(terms=["x", "z", "u"]))
    assert one(found).note == "left out, as others say the same: z, u"
    assert numbers(one(found)) == pytest.approx(numbers(one(mixed(data, setting()))), rel=1e-9)


def test_an_arm_that_a_covariate_determines():
    data = nested()
    found = mixed(data.assign(z=(data["arm"] == "b") * 1.0), setting(terms=["z"]))
    assert_not_estimable(found, "the arms cannot be told apart from the covariates")


@pytest.mark.parametrize(
    ("factor", "shift", "rel"), [(1e6, 0, 1e-9), (1e-6, 0, 1e-9), (1, 1e9, 1e-6)]
)
def test_extreme_units_and_origins(factor, shift, rel):
    data = nested()
    found = one(mixed(data.assign(value=factor * data["value"] + shift), setting()))
    estimate, se, df, lower, upper = numbers(one(mixed(data, setting())))
    wanted = (factor * estimate, factor * se, df, factor * lower, factor * upper)
    assert numbers(found) == pytest.approx(wanted, rel=rel)


def test_a_huge_cluster_and_singletons():
    huge, single = nested(clusters=1, size=40, seed=3), nested(clusters=10, size=1, seed=4)
    single["cluster"] = "s" + single["cluster"].astype("string")
    data = pd.concat([huge[huge["arm"] == "b"], single], ignore_index=True)
    for kind in KINDS:
        found = mixed(data, setting(df=kind))
        assert part(found, "converged").value == 1
        assert (part(found, "largest_cluster", "b").value, part(found, "clusters", "b").value) == (
            40,
            11,
        )
        assert np.isfinite(numbers(one(found))).all()
        assert one(found).lower < one(found).estimate < one(found).upper


def test_three_arms_of_which_one_has_no_clusters():
    third = nested(seed=5).query("arm == 'b'").assign(arm="c")
    data = pd.concat([nested(), third.assign(cluster=None)], ignore_index=True)
    found = mixed(data, setting(arms=["a", "b", "c"]))
    first, second = found.effects
    assert (first.arm, second.arm) == ("b", "c")
    assert (first.n_arm, second.n_arm, first.n_reference) == (40, 40, 30)
    # The arm with clusters has fewer independent units.
    assert second.df > 2 * first.df
    assert {p.group for p in found.model if p.component == "residual_variance"} == {"a", "b", "c"}
    assert {p.group for p in found.model if p.component == "clusters"} == {"b"}


def test_a_cluster_without_a_value_is_as_if_it_were_not():
    data = nested()
    gone = data["cluster"] == "k03"
    found, without = mixed(where(data, gone, np.nan), setting()), mixed(data[~gone], setting())
    assert part(found, "clusters", "b").value == 7
    assert one(found).missing_arm == 5
    assert dataclasses.replace(one(found), missing_arm=0) == one(without)
    assert found.model == without.model


def test_a_member_of_a_clustered_arm_without_a_cluster_stands_alone():
    data = nested()
    alone = data.index.isin([0, 7])
    found = mixed(data.assign(cluster=data["cluster"].mask(alone, None)), setting())
    named = data["cluster"].mask(alone, pd.Series(["only0"] * 4 + ["only7"] * 66))
    assert part(found, "clusters", "b").value == 8
    assert part(mixed(data.assign(cluster=named), setting()), "clusters", "b").value == 10
    # One who stands alone has no share of the variance between clusters, a cluster of one has.
    assert one(found).estimate != pytest.approx(
        one(mixed(data.assign(cluster=named), setting())).estimate, rel=1e-6
    )
    spare = data.assign(cluster=data["cluster"].mask(data["arm"] == "a", "site"))
    assert one(mixed(spare, setting())) == one(mixed(data, setting()))


def test_a_trial_of_whole_clusters():
    found = mixed(whole(), setting(**BOTH))
    assert one(found).note == ""
    assert part(found, "clusters", "a").value == part(found, "clusters", "b").value == 6
    assert one(found).df < 12
    balanced = whole().assign(x=0.0)
    effect = one(mixed(balanced, setting(**BOTH, terms=[], options={"residual": "one"})))
    means = balanced.groupby(["arm", "cluster"])["value"].mean()
    difference = means["b"].mean() - means["a"].mean()
    se = np.sqrt((means["a"].var() + means["b"].var()) / 6)
    assert (effect.estimate, effect.se, effect.df) == pytest.approx((difference, se, 10), rel=1e-6)


def test_clusters_across_the_arms_are_one_cluster_each():
    data = whole(between=4).assign(arm=["a", "b"] * 36)
    found = mixed(data, setting(**BOTH))
    assert one(found).note == ACROSS
    wanted = mixed(data, setting(**BOTH, options={"residual": "one"}))
    assert numbers(one(found)) == numbers(one(wanted))
    assert one(wanted).note == ""
    # In a balanced design the clusters are blocks, and the test is that within them.
    effect = one(mixed(data, setting(**BOTH, terms=[])))
    means = data.pivot_table(index="cluster", columns="arm", values="value")
    left = data["value"] - data.groupby("cluster")["value"].transform("mean")
    left -= np.where(data["arm"] == "b", 0.5, -0.5) * (means["b"] - means["a"]).mean()
    se = np.sqrt((left**2).sum() / (72 - 13) * 2 / 36)
    assert (effect.estimate, effect.se, effect.df) == pytest.approx(
        ((means["b"] - means["a"]).mean(), se, 59), rel=1e-6
    )


@settings(max_examples=10)
@given(seed=SEEDS, shift=st.floats(-1e4, 1e4), factor=st.floats(1e-3, 1e3))
def test_another_origin_and_unit_of_the_outcome(seed, shift, factor):
    data = nested(seed=seed, between=3)
    effect = one(mixed(data, setting()))
    other = one(mixed(data.assign(value=shift + factor * data["value"]), setting()))
    scaled = [factor * each for each in (effect.estimate, effect.se, effect.lower, effect.upper)]
    found = [other.estimate, other.se, other.lower, other.upper]
    assert found == pytest.approx(scaled, rel=1e-6, abs=1e-6 * factor)
    assert other.df == pytest.approx(effect.df, rel=1e-5)


@settings(max_examples=10)
@given(seed=SEEDS, kind=st.sampled_from(KINDS))
def test_neither_the_order_of_rows_nor_names_of_clusters_matter(seed, kind):
    data = nested(seed=seed)
    mixed_up = data.sample(frac=1, random_state=seed)
    names = {
        name: f"n{(place * 3) % 8}"
        for place, name in enumerate(sorted(set(data["cluster"].dropna())))
    }
    renamed = mixed_up.assign(cluster=mixed_up["cluster"].map(names))
    empty = pd.DataFrame(
        {"arm": ["b"] * 2, "value": [np.nan] * 2, "cluster": ["new"] * 2, "x": [0.0] * 2}
    )
    with_empty = pd.concat([renamed, empty], ignore_index=True)
    wanted = numbers(one(mixed(data, setting(df=kind))))
    for other in (mixed_up, renamed, with_empty):
        found = one(mixed(other, setting(df=kind)))
        assert numbers(found) == pytest.approx(wanted, rel=1e-6, abs=1e-8)


@settings(max_examples=10)
@given(seed=SEEDS, kind=st.sampled_from(KINDS))
def test_arms_that_are_swapped_turn_the_sign(seed, kind):
    data = whole(seed=seed)
    first = one(mixed(data, setting(**BOTH, df=kind)))
    second = one(mixed(data, setting(**BOTH, df=kind, arms=["b", "a"])))
    assert numbers(second) == pytest.approx(
        (-first.estimate, first.se, first.df, -first.upper, -first.lower), rel=1e-6, abs=1e-7
    )


def test_one_outcome_after_another_is_as_each_by_itself():
    data, rng = nested(), np.random.default_rng(8)
    counts = count(data, ["a", "b"])
    repeated = RepeatedFit(data, setting(), counts)
    outcomes = [data["value"].to_numpy() * 10**place + rng.normal(size=70) for place in range(4)]
    outcomes.append(np.full(70, 3.0))
    outcomes.append(nested(seed=1, between=0)["value"].to_numpy())
    for values in outcomes:
        found, alone = repeated.fit(values), mixed(data.assign(value=values), setting())
        assert [e.note for e in found.effects] == [e.note for e in alone.effects]
        if one(alone).estimate is None:
            assert found == alone
            continue
        assert numbers(one(found)) == pytest.approx(numbers(one(alone)), rel=1e-7)
        for here, there in zip(found.model, alone.model, strict=True):
            if here.component != "iterations" and there.value is not None:
                assert here.value == pytest.approx(there.value, rel=1e-5, abs=1e-12)


def test_a_design_that_is_refused_is_refused_for_each_outcome():
    data = nested().assign(z=lambda frame: (frame["arm"] == "b") * 1.0)
    repeated = RepeatedFit(data, setting(terms=["z"]), Counts({"a": 30, "b": 40}, {"a": 0, "b": 0}))
    reason = "the arms cannot be told apart from the covariates"
    assert_not_estimable(repeated.fit(data["value"].to_numpy()), reason)


@pytest.mark.nightly
def test_intervals_cover_as_often_as_they_say():
    trials, inside = 200, 0
    for seed in range(trials):
        effect = one(
            mixed(nested(clusters=10, size=6, alone=60, between=2.5, seed=seed), setting())
        )
        inside += effect.lower <= 3 <= effect.upper
    low, high = binom.interval(0.999, trials, 0.95)
    assert low <= inside <= high


@pytest.mark.parametrize("shift", [2000, 1e6, 1e8])
def test_the_origin_of_a_covariate_does_not_matter(shift):
    data = nested()
    found = one(mixed(data.assign(x=data["x"] + shift), setting()))
    assert numbers(found) == pytest.approx(numbers(one(mixed(data, setting()))), rel=1e-7)
