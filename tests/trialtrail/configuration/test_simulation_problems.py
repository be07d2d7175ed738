"""What is wrong with the section `simulation` is found before anything runs, with its place."""

from __future__ import annotations

import pytest

from trialtrail.configuration.simulation_problems import simulation_problems
from trialtrail.simulation.plan import (
    Facts,
    blocks_of,
    expand_scenarios,
    trials_of_block,
)

BASE = {
    "study": {"arms": [{"id": "old"}, {"id": "new"}]},
    "analysis": {
        "outcomes": [{"id": "walk", "kind": "continuous"}, {"id": "fell", "kind": "binary"}],
        "important": {"walk": 3},
    },
}
PLAN = Facts(("old", "new"), ("new",), adjusts=True, uptake=True, important=3.0)


def problems(config=BASE, **simulation):
    found = simulation_problems({**config, "simulation": simulation})
    return [(what, ".".join(map(str, path))) for what, path, _ in found]


def one(**scenario):
    return {"scenarios": [{"id": "a", **scenario}]}


@pytest.mark.parametrize(
    "good",
    [
        {},
        {"outcome": "walk"},
        one(effect="important", methods=["mixed_satterthwaite", "welch"], sd={"new": 3}),
        one(model="complier", methods=["two_stage_least_squares"]),
        one(model="repeated", methods=["mmrm_toeplitz_satterthwaite"]),
        {"power": {"within": ["new"], "ratio": {"old": 1, "new": 2}, "method": "ancova"}},
    ],
)
def test_what_is_right_is_no_problem(good):
    assert problems(**good) == []


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"outcome": "fell"}, "simulation.outcome"),
        ({"outcome": "wlak"}, "simulation.outcome"),
        (one(methods=["welsh"]), "simulation.scenarios.0.methods.0"),
        (one(methods=["newcombe"]), "simulation.scenarios.0.methods.0"),
        (one(methods=["two_stage_least_squares"]), "simulation.scenarios.0.methods.0"),
        (one(model="repeated", methods=["welch"]), "simulation.scenarios.0.methods.0"),
        (one(sizes={"newer": 3}), "simulation.scenarios.0.sizes.newer"),
        (one(clusters={"newer": 3}), "simulation.scenarios.0.clusters.newer"),
        ({"scenarios": [{"id": "a"}, {"id": "a"}]}, "simulation.scenarios.0.id"),
        ({"power": {"within": ["newer"]}}, "simulation.power.within.0"),
        ({"power": {"method": "mmrm_ar1_satterthwaite"}}, "simulation.power.method"),
        ({"power": {"lost": {"newer": 0.1}}}, "simulation.power.lost.newer"),
    ],
)
def test_names_that_are_none_are_found(wrong, place):
    ((_, where),) = problems(**wrong)
    assert where == place


def test_an_important_difference_that_the_plan_does_not_say_is_found():
    config = BASE | {"analysis": {**BASE["analysis"], "important": {"fell": 3}}}
    ((what, where),) = problems(config, **one(effect="important"))
    assert "No important difference" in what
    assert where == "simulation.scenarios.0.effect"


def test_a_study_without_the_section_has_no_problem():
    assert list(simulation_problems(BASE)) == []


def test_the_grid_of_a_plan_with_clusters_has_twelve_scenarios_of_the_nested_model():
    found = expand_scenarios({"trials": 10_000}, PLAN)
    nested = [each for each in found.values() if each["model"] == "nested"]
    assert len(nested) == 12
    assert {each["trials"] for each in nested} == {10_000}
    others = {each["model"]: each["trials"] for each in found.values() if each not in nested}
    assert others == {"imputed": 2000, "complier": 2000, "repeated": 2000}
    methods = nested[0]["methods"]
    assert methods == ["mixed_kenward_roger_expected", "mixed_satterthwaite", "ancova_hc3"]
    assert {each["effect"] for each in nested if "effect" in each} == {3.0}
    small = expand_scenarios({"trials": 200}, PLAN)
    assert {each["trials"] for each in small.values()} == {200}


def test_the_grid_of_a_plan_without_clusters_has_none():
    found = expand_scenarios({"trials": 10}, Facts(("old", "new")))
    assert {each["model"] for each in found.values()} == {"nested", "imputed", "repeated"}
    assert not any("clusters" in each or each["within"] for each in found.values())
    assert found["as_it_was"]["methods"] == ["welch", "student"]


def test_a_scenario_with_nothing_but_an_id_is_the_trial_as_it_was():
    found = expand_scenarios({"trials": 10, "scenarios": [{"id": "plain_one"}]}, PLAN)
    assert found["plain_one"]["label"] == "plain one"
    assert found["plain_one"]["within"] == ["new"]
    assert not {"sizes", "sd", "lost", "effect"} & set(found["plain_one"])


def test_a_scenario_may_have_clusters_where_the_plan_has_none():
    scenarios = [{"id": "a", "clusters": {"new": 5}}, {"id": "b", "clusters": 5}, {"id": "c"}]
    found = expand_scenarios({"trials": 10, "scenarios": scenarios}, Facts(("old", "new")))
    assert [each["within"] for each in found.values()] == [["new"], ["old", "new"], []]
    assert found["a"]["methods"][0] == "mixed_kenward_roger_expected"
    assert found["c"]["methods"][0] == "welch"


@pytest.mark.parametrize(("trials", "block"), [(10, 3), (9, 3), (2, 5), (1, 1)])
def test_blocks_hold_each_trial_once(trials, block):
    scenario = {"trials": trials}
    numbers = [int(name) for name in blocks_of(scenario, block)]
    held = [n for number in numbers for n in trials_of_block(scenario, block, number)]
    assert held == list(range(1, trials + 1))
