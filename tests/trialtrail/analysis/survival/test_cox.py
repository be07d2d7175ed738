from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from times_to_event import simulated, times

from trialtrail.analysis.fitted import Setting
from trialtrail.analysis.survival.cox import COMPETING, cox
from trialtrail.analysis.survival.log_rank import NO_COMPARISON
from trialtrail.analysis.survival.to_horizon import incidence_difference, restricted_mean

TWO = Setting(("a", "b"))


def only_effect(data, setting=TWO):
    (effect,) = cox(data, setting).effects
    return effect


def part(data, component, group="", setting=TWO):
    (found,) = (
        each
        for each in cox(data, setting).model
        if (each.component, each.group) == (component, group)
    )
    return found


def assert_no_ratio(effect, note):
    assert (effect.estimate, effect.lower, effect.upper, effect.se, effect.p) == (None,) * 5
    assert effect.note == note


def without_events(data, arm):
    return data.assign(event=data["event"].where(data["arm"] != arm, 0))


def test_the_ratio_of_four_participants_is_the_root_of_the_score():
    effect = only_effect(times([1, 2, 3, 4], [1, 1, 1, 0], "abab"))
    r = effect.estimate
    # The event of b less its share of those at risk at each of the three events.
    assert 1 - 2 * r / (2 + 2 * r) - 2 * r / (1 + 2 * r) - r / (1 + r) == pytest.approx(0)
    assert effect.lower < r < effect.upper
    assert effect.method == "cox_efron"


@pytest.mark.parametrize("arm", ["a", "b"])
def test_an_arm_without_an_event_has_no_hazard_ratio_but_a_test_and_a_median(arm):
    data = without_events(simulated(), arm)
    assert_no_ratio(only_effect(data), f"no event in the arm {{arm:{arm}}}: no hazard ratio")
    assert 0 < part(data, "log_rank_p", "b").value < 0.01
    other = "b" if arm == "a" else "a"
    assert part(data, "median_time", other).value > 0
    assert part(data, "median_time", arm).note == "the curve does not come down to a half"
    assert part(data, "events", arm).value == 0


def test_an_arm_without_an_event_leaves_the_ratio_of_the_others_as_it_is_without_it():
    three = without_events(simulated(90, "abc"), "c")
    found = cox(three, Setting(("a", "b", "c"))).effects
    alone = only_effect(three[three["arm"] != "c"])
    assert found[0].estimate == pytest.approx(alone.estimate, rel=1e-12)
    assert found[0].se == pytest.approx(alone.se, rel=1e-12)
    assert_no_ratio(found[1], "no event in the arm {arm:c}: no hazard ratio")


def test_without_any_event_nothing_is_compared():
    data = simulated().assign(event=0)
    both = "no event in the arm {arm:a} and the arm {arm:b}: no hazard ratio"
    assert_no_ratio(only_effect(data), both)
    assert part(data, "log_rank_p").value is None
    assert part(data, "log_rank_p").note == NO_COMPARISON


def test_competing_events_alone_are_no_event():
    data = simulated().assign(event=lambda data: data["event"] * 2)
    assert_no_ratio(
        only_effect(data), "no event in the arm {arm:a} and the arm {arm:b}: no hazard ratio"
    )
    assert part(data, "median_time", "a").value is None
    assert part(data, "median_time", "a").note.startswith("competing events")


def test_competing_events_are_censored_at_their_time_and_said():
    data = simulated(other=True)
    censored = data.assign(event=data["event"].where(data["event"] == 1, 0))
    effect, expected = only_effect(data), only_effect(censored)
    assert effect.note == COMPETING
    assert effect == replace(expected, note=COMPETING)


@pytest.mark.parametrize("time", [0, 5])
def test_all_events_at_one_time_are_compared_with_those_censored_at_it(time):
    # 6 of 10 against 3 of 10; the values are of R's coxph.
    data = times([time] * 20, [1] * 6 + [0] * 4 + [1] * 3 + [0] * 7, "a" * 10 + "b" * 10)
    effect = only_effect(data)
    assert effect.estimate == pytest.approx(0.411623115040, rel=1e-9)
    assert effect.se == pytest.approx(0.708778897753, rel=1e-9)
    assert part(data, "proportional_hazards_p", "b").value is None
    assert part(data, "log_rank_p", "b").value > 0.05


def test_all_having_the_event_at_one_time_tell_nothing():
    assert_no_ratio(only_effect(times([5] * 8, [1] * 8, "aaaabbbb")), NO_COMPARISON)


def test_heavy_ties_are_those_of_r():
    data = times([1] * 6 + [2] * 6, [1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0], "aababbababba")
    effect = only_effect(data)
    assert effect.estimate == pytest.approx(2.608061601354, rel=1e-9)
    assert effect.se == pytest.approx(0.717100407978, rel=1e-9)


@pytest.mark.parametrize(
    ("value", "reason"),
    [(-1, "a time is negative"), (np.inf, "a time is not finite")],
)
def test_a_time_that_cannot_be_one_stops_the_analysis(value, reason):
    data = simulated()
    data.loc[3, "time"] = value
    assert_no_ratio(only_effect(data), reason)
    assert cox(data, TWO).model == []


def test_an_event_that_is_no_kind_stops_the_analysis():
    data = simulated()
    data.loc[3, "event"] = 0.5
    assert_no_ratio(only_effect(data), "an event is not a whole number from 0 to 99")


def test_unknown_times_and_events_are_left_out_and_counted():
    data = simulated()
    data.loc[0, "time"] = np.nan
    data.loc[1, "event"] = np.nan
    data.loc[3, "time"] = np.nan
    effect = only_effect(data)
    assert (effect.n_arm, effect.missing_arm) == (28, 2)
    assert (effect.n_reference, effect.missing_reference) == (29, 1)
    assert effect.estimate == only_effect(data.drop([0, 1, 3])).estimate


def test_an_arm_without_a_known_time_leaves_the_others():
    data = simulated(90, "abc")
    data.loc[data["arm"] == "b", "time"] = np.nan
    found = cox(data, Setting(("a", "b", "c"))).effects
    assert_no_ratio(found[0], "no value in the arm {arm:b}")
    assert (found[0].n_arm, found[0].missing_arm) == (0, 30)
    alone = only_effect(data, Setting(("a", "c")))
    assert found[1].estimate == pytest.approx(alone.estimate, rel=1e-12)


def test_nobody_with_a_known_time():
    assert_no_ratio(only_effect(simulated().assign(time=np.nan)), "no value in any arm")


def test_a_stratum_of_one_arm_adds_nothing():
    data = simulated()
    more = times([1, 2, 3], [1, 1, 0], "bbb", site="alone", age=50.0)
    together = only_effect(
        pd.concat([data, more], ignore_index=True), replace(TWO, strata=("site",))
    )
    without = only_effect(data, replace(TWO, strata=("site",)))
    assert together.estimate == pytest.approx(without.estimate, rel=1e-12)
    assert together.se == pytest.approx(without.se, rel=1e-12)
    assert together.n_arm == without.n_arm + 3


def test_strata_of_one_arm_each_do_not_compare():
    data = simulated().assign(site=lambda data: data["arm"])
    assert_no_ratio(only_effect(data, replace(TWO, strata=("site",))), NO_COMPARISON)


def test_an_arm_alone_in_its_strata_leaves_the_others():
    data = simulated(90, "abc").assign(site=lambda data: data["arm"] == "c")
    found = cox(data, Setting(("a", "b", "c"), strata=("site",))).effects
    assert_no_ratio(found[1], NO_COMPARISON)
    assert found[0].estimate == pytest.approx(only_effect(data).estimate, rel=1e-12)


def test_those_without_a_stratum_are_one_of_their_own():
    data = simulated()
    data.loc[:9, "site"] = None
    found = only_effect(data, replace(TWO, strata=("site",)))
    named = only_effect(
        data.assign(site=data["site"].fillna("other")), replace(TWO, strata=("site",))
    )
    assert found.estimate == named.estimate
    assert found.note == "a stratum of their own for 10 whose stratum is not known"


@pytest.mark.parametrize(
    "covariate",
    [
        lambda data: data["event"],
        lambda data: -data["time"],
        lambda data: 1e6 - 1e-3 * data["time"],
    ],
    ids=["of the event", "of the time", "of the time, far from 0"],
)
def test_a_covariate_that_tells_the_events_leaves_no_maximum(covariate):
    data = simulated().assign(told=covariate)
    effect = only_effect(data, replace(TWO, terms=("told",)))
    assert_no_ratio(effect, "the likelihood has no maximum: without bound for told")


def test_an_arm_whose_events_are_all_before_those_of_the_other_has_no_maximum():
    data = times([1, 2, 3, 4, 5, 6], [1] * 6, "bbbaaa")
    assert_no_ratio(only_effect(data), "the likelihood has no maximum: without bound for {arm:b}")


def test_a_large_ratio_is_no_ratio_without_bound():
    # The first event alone bounds the ratio: all of b have theirs before the others of a.
    data = times(range(400), [1] * 400, "a" + "b" * 200 + "a" * 199)
    effect = only_effect(data)
    assert effect.estimate > 1000
    assert np.isfinite([effect.lower, effect.upper, effect.se]).all()


def test_a_covariate_that_is_the_arm_leaves_none():
    data = simulated().assign(same=lambda data: 7.0 + 3 * (data["arm"] == "b"))
    effect = only_effect(data, replace(TWO, terms=("same",)))
    assert effect.estimate is None
    assert effect.note.startswith("the arm {arm:b} cannot be told apart from strata and covariates")


def test_terms_that_others_or_strata_determine_are_left_out_and_named():
    data = simulated().assign(
        double=lambda data: 2 * data["age"] + 1,
        constant=1.0,
        of_site=lambda data: (data["site"] == "north").astype(float),
    )
    setting = replace(TWO, strata=("site",))
    found = only_effect(data, replace(setting, terms=("age", "double", "constant", "of_site")))
    expected = only_effect(data, replace(setting, terms=("age",)))
    assert found.estimate == pytest.approx(expected.estimate, rel=1e-12)
    assert found.note == "left out, as others or the strata say the same: double, constant, of_site"


def clustered(size=60, clusters=12):
    data = simulated(size)
    names = [f"m{n % clusters}" if arm == "b" else None for n, arm in enumerate(data["arm"])]
    return data.assign(cluster=names)


CLUSTERED = Setting(("a", "b"), clustered=("b",))


def test_clusters_of_one_participant_are_participants():
    data = clustered()
    alone = data.assign(cluster=data["participant_id"])
    assert only_effect(alone, CLUSTERED) == only_effect(data.assign(cluster=None), CLUSTERED)
    effect = only_effect(data, CLUSTERED)
    assert effect.estimate == only_effect(data).estimate
    assert effect.method == "cox_clustered"
    assert part(data, "log_rank_p", "b", CLUSTERED).value is None


def test_few_clusters_have_few_degrees_of_freedom_and_are_said():
    data = clustered(clusters=6)  # Three of them are the arm's.
    effect = only_effect(data, CLUSTERED)
    assert 2 <= effect.df < 32
    assert part(data, "clusters", "b", CLUSTERED).value == 3
    assert effect.note == "fewer than 10 clusters in the arm {arm:b}: the interval is approximate"


@pytest.mark.parametrize("method", [cox, restricted_mean, incidence_difference])
def test_clusters_across_the_arms_are_one_unit_each_whatever_the_order_of_rows(method):
    data = clustered().assign(cluster=lambda frame: [f"m{n % 7}" for n in range(len(frame))])
    setting = Setting(("a", "b"), clustered=("a", "b"), horizon=5)
    (here,) = method(data, setting).effects
    (there,) = method(data.iloc[::-1], setting).effects
    assert here.df == there.df == pytest.approx(6)
    assert [here.estimate, here.se] == pytest.approx([there.estimate, there.se])
    assert "fewer than 10 clusters: the interval is approximate" in here.note


def test_each_arm_counts_the_clusters_that_it_has_members_of():
    data = clustered().assign(cluster=lambda frame: [f"m{n % 7}" for n in range(len(frame))])
    both = Setting(("a", "b"), clustered=("a", "b"))
    assert [part(data, "clusters", arm, both).value for arm in "ab"] == [7, 7]


def test_a_single_cluster_leaves_no_interval():
    data = clustered().assign(cluster="m")
    effect = only_effect(data, CLUSTERED)
    assert effect.estimate == only_effect(data).estimate
    assert (effect.lower, effect.upper, effect.se, effect.p) == (None,) * 4
    assert effect.note == "a single cluster in the arm {arm:b}: no interval"


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([1e-6, 0.37, 30.4375, 1e7]))
def test_the_scale_of_time_and_the_order_of_rows_do_not_matter(seed, scale):
    data = simulated(40, seed=seed, other=seed % 2 == 0)
    setting = replace(TWO, terms=("age",), strata=("site",))
    expected = only_effect(data, setting)
    turned = data.sample(frac=1, random_state=seed).assign(time=lambda data: data["time"] * scale)
    found = only_effect(turned, setting)
    assert found.note == expected.note
    if expected.estimate is not None:
        assert found.estimate == pytest.approx(expected.estimate, rel=1e-8)
        assert found.se == pytest.approx(expected.se, rel=1e-8)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), shift=st.sampled_from([-1e4, 3.0]))
def test_arms_swapped_invert_the_ratio_and_covariates_may_be_moved(seed, shift):
    data = clustered(40).assign(time=simulated(40, seed=seed)["time"])
    for setting in (replace(TWO, terms=("age",)), replace(CLUSTERED, terms=("age",))):
        found = only_effect(data, setting)
        moved = data.assign(age=shift + data["age"] / 7)
        swapped = only_effect(moved, replace(setting, arms=("b", "a")))
        assert swapped.estimate * found.estimate == pytest.approx(1, rel=1e-8)
        assert swapped.lower * found.upper == pytest.approx(1, rel=1e-7)
        assert swapped.p == pytest.approx(found.p, rel=1e-6)
