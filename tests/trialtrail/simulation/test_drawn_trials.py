"""Drawn trials: what a design says is what they have, and no block or core changes them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.simulation.design import complete
from trialtrail.simulation.draw import Drawer, intercept
from trialtrail.simulation.trials import Task, generator, setting_of, simulate

ARMS = ("usual", "class")
WITHIN = ("class",)
BASE = {
    "id": "x",
    "model": "nested",
    "sizes": 4000,
    "sd": {"usual": 8.0, "class": 10.0},
    "clusters": 400,
    "concentration": "even",
}


def design_of(**more):
    return complete({**BASE, **more}, {}, ARMS, WITHIN)[0]


def drawn(seed=1, **more):
    return Drawer(design_of(**more)).draw(np.random.default_rng(seed)).data


def task(**more):
    methods = more.pop("methods", ("mixed_kenward_roger_expected", "mixed_satterthwaite"))
    small = {"sizes": 40, "clusters": 6, "covariate": 0.4, "lost": 0.1, "correlation": 0.1}
    return Task("x", design_of(**{**small, **more}), methods, 0.95, 7)


def test_sizes_means_spread_and_losses_are_those_of_the_design():
    data = drawn(effect=3.0, covariate=0.5, lost={"usual": 0.1, "class": 0.3}, correlation=0.1)
    assert data["arm"].value_counts().to_dict() == {"usual": 4000, "class": 4000}
    known = data.dropna(subset=["value"])
    means, spread = (known.groupby("arm")["value"].agg(how) for how in ("mean", "std"))
    assert means["usual"] == pytest.approx(0, abs=0.5)
    assert means["class"] == pytest.approx(3, abs=0.8)
    assert spread["usual"] == pytest.approx(8, rel=0.05)
    assert spread["class"] == pytest.approx(10, rel=0.05)
    lost = data["value"].isna().groupby(data["arm"]).mean()
    assert lost["usual"] == pytest.approx(0.1, abs=0.02)
    assert lost["class"] == pytest.approx(0.3, abs=0.03)
    slope = 0.5 * math.sqrt((8**2 + 10**2) / 2)  # the same in both arms
    for _, own in known.groupby("arm"):
        assert np.polyfit(own["covariate"], own["value"], 1)[0] == pytest.approx(slope, abs=0.7)


@pytest.mark.parametrize(
    "lost", [{"mechanism": "at_random", "lost_slope": 2.0}, {"model": "repeated"}]
)
def test_the_covariate_tells_as_much_in_each_arm_though_the_arms_vary_otherwise(lost):
    """Else there were an interaction, and who is lost by the covariate would bias the model."""
    more = {"sizes": 60, "clusters": 0, "sd": {"usual": 8.0, "class": 16.0}, "lost": 0.3}
    drawer = Drawer(design_of(covariate=0.6, **more, **lost))
    found = []
    for number in range(800):
        data = drawer.draw(np.random.default_rng(number)).data.dropna(subset=["value"])
        if "visit" in data:  # here nobody is lost by it: so many are left out
            data = data[(data["visit"] == "visit_3") & (data["covariate"] < 0.5)]
        arm = (data["arm"] == "class").to_numpy(dtype=float)
        terms = np.column_stack([np.ones(len(arm)), arm, data["covariate"]])
        found.append(np.linalg.lstsq(terms, data["value"].to_numpy(), rcond=None)[0][1])
    assert abs(np.mean(found)) < 4 * np.std(found) / math.sqrt(len(found))


def test_members_of_a_cluster_are_alike_by_the_correlation_and_the_other_arm_has_none():
    data = drawn(correlation=0.3, clusters=800)
    assert data.loc[data["arm"] == "usual", "cluster"].isna().all()
    inside = data[data["arm"] == "class"]
    values = inside.groupby("cluster")["value"]
    sizes, within = values.count(), float((values.var() * (values.count() - 1)).sum())
    within /= float((sizes - 1).sum())
    assert 1 - within / 100 == pytest.approx(0.3, abs=0.04)


@pytest.mark.parametrize(("more", "sign"), [({"informative": 0.8}, 1), ({"informative": -0.8}, -1)])
def test_larger_clusters_do_better_and_the_effect_in_participants_is_the_one_said(more, sign):
    means, slopes = [], []
    for seed in range(60):
        data = drawn(
            seed, correlation=0.3, concentration=1.0, clusters=40, sizes=1000, effect=2.0, **more
        )
        mine = data[data["arm"] == "class"]
        each = mine.groupby("cluster")["value"].agg(["mean", "size"])
        slopes.append(each["mean"].corr(each["size"]))
        means.append(mine["value"].mean())
    error = np.std(means) / math.sqrt(len(means))
    assert sign * np.mean(slopes) > 0.3
    assert abs(np.mean(means) - 2.0) < 4 * error


@pytest.mark.parametrize("mechanism", ["completely_at_random", "at_random", "not_at_random"])
def test_who_is_lost_follows_the_mechanism_and_as_many_are_as_is_said(mechanism):
    data = drawn(lost=0.2, mechanism=mechanism, lost_slope=1.0, covariate=0.5, effect=5.0)
    gone = data["value"].isna()
    assert gone.mean() == pytest.approx(0.2, abs=0.015)
    apart = data.loc[gone, "covariate"].mean() - data.loc[~gone, "covariate"].mean()
    assert (abs(apart) > 0.2) == (mechanism != "completely_at_random")
    if mechanism == "not_at_random":
        # The highest are lost, so the mean of the others is below that of all.
        assert data.loc[data["arm"] == "usual", "value"].mean() < -0.5


def test_losses_by_the_value_in_one_arm_alone_leave_the_other_as_it_is():
    slope = {"usual": 0.0, "class": 2.0}
    data = drawn(lost=0.2, mechanism="not_at_random", lost_slope=slope)
    means = data.groupby("arm")["value"].mean()
    assert abs(means["usual"]) < 0.6
    assert means["class"] < -1.5


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.9])
@pytest.mark.parametrize("slope", [0.0, 0.5, -3.0])
def test_the_intercept_gives_the_share(share, slope):
    a = intercept(share, slope, 0.3, 1.2)
    z = np.random.default_rng(3).normal(0.3, 1.2, 200_000)
    with np.errstate(over="ignore"):
        assert float(np.mean(1 / (1 + np.exp(-(a + slope * z))))) == pytest.approx(share, abs=0.005)


def test_only_some_take_up_what_their_arm_offers_and_they_have_the_effect():
    data = drawn(model="complier", uptake=0.6, effect=20.0, uptake_correlation=0.0)
    share = data.groupby("arm")["uptake"].mean()
    assert share["usual"] == 0
    assert share["class"] == pytest.approx(0.6, abs=0.03)
    mine = data[data["arm"] == "class"].groupby("uptake")["value"].mean()
    assert mine[1.0] - mine[0.0] == pytest.approx(20, abs=1.0)


def test_repeated_values_are_correlated_and_who_is_lost_stays_away():
    data = drawn(model="repeated", visits=4, visit_correlation=0.7, lost=0.3, effect=4.0)
    wide = data.pivot(index="participant_id", columns="visit", values="value")
    assert wide["visit_1"].corr(wide["visit_2"]) == pytest.approx(0.7, abs=0.05)
    assert wide["visit_1"].corr(wide["visit_3"]) == pytest.approx(0.49, abs=0.06)
    gone = wide.isna().to_numpy()
    assert (gone[:, 1:] >= gone[:, :-1]).all()
    assert gone[:, -1].mean() == pytest.approx(0.3, abs=0.02)
    last = data[data["visit"] == "visit_4"].groupby("arm")["value"].mean()
    assert last["class"] - last["usual"] == pytest.approx(4, abs=0.8)


def test_clusters_across_the_arms_have_one_effect_in_both():
    design, _ = complete(
        {**BASE, "clusters": 100, "across": True, "correlation": 0.5}, {}, ARMS, ARMS
    )
    data = Drawer(design).draw(np.random.default_rng(2)).data
    means = data.pivot_table(index="cluster", columns="arm", values="value")
    assert means["usual"].corr(means["class"]) > 0.8


def test_a_trial_is_the_same_in_whatever_block_it_is_drawn():
    whole = simulate(task(), range(1, 9))
    parts = pd.concat(
        [simulate(task(), range(1, 4)), simulate(task(), range(4, 9))], ignore_index=True
    )
    pd.testing.assert_frame_equal(whole, parts)
    backwards = simulate(task(), range(8, 0, -1)).sort_values(["trial", "method"])
    pd.testing.assert_frame_equal(
        whole.sort_values(["trial", "method"]).reset_index(drop=True),
        backwards.reset_index(drop=True),
    )


def test_draws_depend_on_the_seed_the_scenario_and_the_trial_alone():
    one = task()
    others = [
        Task("y", one.design, one.methods, 0.95, 7),
        Task("x", one.design, one.methods, 0.95, 8),
    ]
    first = generator(one, 3).random()
    assert first == generator(Task("x", one.design, (), 0.8, 7), 3).random()
    assert (
        len({first, generator(one, 4).random(), *(generator(t, 3).random() for t in others)}) == 4
    )


def test_methods_of_one_search_give_what_each_gives_by_itself():
    whole = simulate(task(), range(1, 6))
    for method in task().methods:
        alone = simulate(task(methods=(method,)), range(1, 6))
        mine = whole[whole["method"] == method].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, alone, check_exact=True)


def test_methods_are_those_of_the_registry_with_their_own_settings():
    from trialtrail.analysis.methods import METHODS

    design = design_of(covariate=0.4)
    assert setting_of("mixed_satterthwaite", design, 0.9).df == "satterthwaite"
    assert setting_of("mixed_satterthwaite", design, 0.9).clustered == WITHIN
    assert setting_of("ancova_hc3", design, 0.95).variance == "hc3"
    assert setting_of("ancova", design, 0.95).variance == "constant"
    assert setting_of("welch", design, 0.95).terms == ()
    repeated = setting_of("mmrm_toeplitz_satterthwaite", design, 0.95)
    assert repeated.options["structures"][0] == "toeplitz"
    assert "unstructured" not in repeated.options["structures"]
    data = Drawer(design).draw(np.random.default_rng(1)).data
    method = "mixed_kenward_roger_expected"
    by_hand = METHODS[method].fit(data, setting_of(method, design, 0.95)).effects[0]
    row = simulate(Task("x", design, (method,), 0.95, 1), [1]).iloc[0]
    rng = generator(Task("x", design, (method,), 0.95, 1), 1)
    same = METHODS[method].fit(Drawer(design).draw(rng).data, setting_of(method, design, 0.95))
    assert row["estimate"] == same.effects[0].estimate
    assert by_hand.estimate != row["estimate"]


@pytest.mark.parametrize(
    ("more", "methods"),
    [
        ({"model": "imputed", "auxiliary": 0.5, "imputations": 3}, ("mixed_satterthwaite",)),
        ({"model": "imputed", "imputations": 3, "clusters": 0}, ("ancova",)),
        ({"model": "complier", "uptake": 0.7}, ("two_stage_least_squares",)),
        ({"model": "repeated", "visits": 3}, ("mmrm_unstructured_satterthwaite",)),
        ({"clusters": 0}, ("welch", "student")),
    ],
)
def test_each_model_of_a_trial_is_analysed(more, methods):
    found = simulate(task(methods=methods, **more), range(1, 4))
    kinds = 2 if more.get("model") == "imputed" else 1
    assert len(found) == 3 * kinds * len(methods)
    assert found[["estimate", "lower", "upper", "p"]].notna().all().all()
    assert (found["lower"] <= found["upper"]).all()


def test_a_trial_with_one_cluster_is_counted_as_not_estimable_with_its_reason():
    found = simulate(task(clusters=1), range(1, 4))
    assert found["lower"].isna().all()
    assert found["reason"].str.contains("one cluster").all()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"sizes": None}, "`sizes`"),
        ({"sd": None}, "`sd`"),
        ({"sd": {"usual": 3.0}}, "`sd`"),
        ({"covariate": 0.8, "auxiliary": 0.7}, "more than there is"),
        ({"sizes": 10, "clusters": 20}, "more clusters than participants"),
    ],
)
def test_a_design_that_no_trial_can_have_is_refused(more, said):
    with pytest.raises(StudyError, match="x") as refused:
        design_of(**more)
    assert said in refused.value.text()


def test_the_reference_offers_nothing_and_repeated_measures_have_no_clusters():
    assert design_of(model="complier", uptake=0.6).uptake == (0.0, 0.6)
    design, origins = complete({**BASE, "model": "repeated"}, {}, ARMS, WITHIN)
    assert design.clusters == (0, 0)
    assert not {"clusters", "correlation", "auxiliary"} & set(origins)


def test_what_a_scenario_does_not_say_is_of_the_data_and_then_assumed():
    described = {
        "sizes": {"usual": 50, "class": 60},
        "sd": {"usual": 1.0, "class": 2.0},
        "lost": 0.2,
    }
    design, origins = complete({"id": "x", "model": "nested", "lost": 0.1}, described, ARMS, WITHIN)
    assert design.sizes == (50, 60)
    assert design.lost == (0.1, 0.1)
    assert design.correlation == 0
    assert origins["sizes"] == "data"
    assert origins["lost"] == "scenario"
    assert origins["effect"] == "assumed"
    assert "visits" not in origins
