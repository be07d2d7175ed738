"""What is wrong with an analysis plan is found before anything runs, with its place."""

from __future__ import annotations

import copy

import pytest

from trialtrail.configuration.plan_problems import plan_problems

WALK = {"id": "walk", "label": "Walk", "role": "primary", "kind": "continuous"}
BASE = {
    "study": {"arms": [{"id": "old"}, {"id": "new"}]},
    "tables": {"participants": {}},
    "forms": {
        "start": {
            "timepoint": "baseline",
            "variables": [
                {"id": "age", "column": "a", "type": "integer"},
                {"id": "ward", "column": "w", "type": "category"},
                {"id": "walk_0", "column": "x", "type": "number"},
            ],
        },
        "end": {
            "timepoint": "year",
            "variables": [
                {"id": "walk_1", "column": "y", "type": "number"},
                {"id": "given", "column": "g", "type": "boolean"},
                {"id": "died_on", "column": "d", "type": "date"},
                {"id": "seen_on", "column": "s", "type": "date"},
                {"id": "grade", "column": "r", "type": "category", "codes": {"1": "a", "2": "b"}},
            ],
        },
        "falls": {
            "timepoint": "year",
            "repeats": "n",
            "variables": [{"id": "bad", "column": "b", "type": "boolean"}],
        },
    },
    "analysis": {
        "outcomes": [WALK | {"form": "end", "variables": ["walk_1"]}],
        "received": {"form": "end", "variable": "given"},
        "uptake": {"contact": {}, "rows": [{"id": "any", "label": "Any", "at_least": 1}]},
    },
}


def problems(change=None, **plan):
    config = copy.deepcopy(BASE)
    config["analysis"] |= plan
    if change:
        change(config)
    return [(what, ".".join(map(str, path))) for what, path, _ in plan_problems(config)]


def timed(**more):
    return {"id": "death", "label": "Death", "role": "primary", "kind": "time_to_event"} | more


DAYS = {"from": "randomised_on", "event": "end.died_on", "censor": ["end.seen_on"]}
GOOD = [
    {"design": {"clusters": "ward", "within": ["new"]}},
    {"design": {"factors": {"x": ["new"], "y": ["new"]}}},
    {"important": {"walk": 3}, "multiplicity": {"holm": ["walk"]}},
    {"populations": [{"id": "pp", "label": "PP", "uptake": "received", "where": {"age": [3]}}]},
    {
        "estimands": [
            {"id": "a"},
            {"id": "b", "events": {"x": "principal_stratum"}, "uptake": ["any"]},
        ]
    },
    {"subgroups": ["ward"], "missing": {"impute": "within_arm", "auxiliary": ["age"]}},
    {"outcomes": [timed(**DAYS, strata=["ward"], horizon=30)]},
    {"outcomes": [WALK | {"kind": "ordered", "form": "end", "variables": ["grade"]}]},
]


@pytest.mark.parametrize("plan", GOOD, ids=range(len(GOOD)))
def test_a_plan_that_fits_has_no_problem(plan):
    assert problems(**plan) == []


BAD = [
    ({"design": {"clusters": "provider"}}, "nobody is assigned", "analysis.design"),
    ({"design": {"clusters": "warp"}}, "`warp` is not", "analysis.design.clusters"),
    ({"design": {"clusters": "ward", "within": ["x"]}}, "`x`", "analysis.design.within"),
    ({"design": {"factors": {"x": ["old"], "y": ["new"]}}}, "the reference", "factors.x"),
    ({"design": {"factors": {"x": ["one"], "y": ["new"]}}}, "`one`", "factors.x"),
    ({"important": {"run": 1}}, "`run`", "analysis.important.run"),
    ({"multiplicity": {"holm": ["run"]}}, "`run`", "analysis.multiplicity.holm"),
    (
        {"multiplicity": {"graph": {"weights": {"walk": 1.2}, "transitions": {}}}},
        "more than 1",
        "graph.weights",
    ),
    (
        {"multiplicity": {"graph": {"weights": {"walk": 1}, "transitions": {"walk": {"run": 1}}}}},
        "`run`",
        "multiplicity.graph",
    ),
    ({"populations": [{"id": "randomised", "label": "x"}]}, "all who were", "populations.0.id"),
    ({"populations": [{"id": "p", "label": "x", "where": {"hat": [1]}}]}, "`hat`", "0.where"),
    ({"populations": [{"id": "p", "label": "x", "uptake": "none"}]}, "`none`", "0.uptake"),
    ({"estimands": [{"id": "a", "population": "p"}]}, "`p`", "estimands.0.population"),
    ({"estimands": [{"id": "a"}, {"id": "b", "uptake": ["any"]}]}, "no principal", "estimands.1"),
    (
        {"estimands": [{"id": "a", "events": {"x": "principal_stratum"}}]},
        "has no `uptake`",
        "estimands.0",
    ),
    (
        {"estimands": [{"id": "a", "events": {"x": "principal_stratum"}, "uptake": ["any"]}]},
        "The first estimand",
        "estimands.0",
    ),
    ({"missing": {"impute": "jump_to_reference"}}, "from the reference", "missing.impute"),
    ({"missing": {"impute": "within_arm", "auxiliary": ["x"]}}, "`x`", "missing.auxiliary"),
    ({"sensitivity": [{"id": "t", "missing": {"delta": [-1, 1]}}]}, "has none", "0.missing"),
    (
        {
            "missing": {"impute": "within_arm"},
            "sensitivity": [{"id": "t", "missing": {"delta": [1, -1]}}],
        },
        "does not run upwards",
        "0.missing.delta",
    ),
    ({"sensitivity": [{"id": "walk"}]}, "`walk` is the name of an outcome", "sensitivity.0.id"),
    (
        {"subgroups": ["ward"], "sensitivity": [{"id": "subgroup_ward"}]},
        "another analysis",
        "subgroups.0",
    ),
    ({"sensitivity": [{"id": "t", "exposure": "x"}]}, "`x`", "0.exposure"),
    ({"received": {"form": "falls", "variable": "bad"}}, "repeats", "received.form"),
    ({"received": {"form": "end", "variable": "bad"}}, "`bad`", "received.variable"),
    ({"subgroups": ["walk_1"]}, "`walk_1`", "subgroups.0"),
    ({"outcomes": [timed()]}, "its days are not named", "outcomes.0"),
    ({"outcomes": [timed(**DAYS | {"event": "end.walk_1"})]}, "no date", "outcomes.0.event"),
    ({"outcomes": [timed(**DAYS | {"censor": ["end.nix"]})]}, "`end.nix`", "outcomes.0.censor"),
    ({"outcomes": [timed(**DAYS, strata=["sex"])]}, "`sex`", "outcomes.0.strata"),
    (
        {"outcomes": [WALK | {"form": "end", "variables": ["walk_1"], "horizon": 3}]},
        "has `horizon`",
        "outcomes.0.horizon",
    ),
    (
        {"outcomes": [WALK | {"form": "end", "variables": ["walk_1"], "at": "month"}]},
        "`month`",
        "outcomes.0.at",
    ),
    (
        {"outcomes": [WALK | {"form": "end", "variables": ["walk_1"], "change": True}]},
        "at baseline",
        "outcomes.0",
    ),
    (
        {
            "outcomes": [
                WALK | {"form": "end", "variables": ["walk_1"], "at": "year", "repeated": ["no"]}
            ]
        },
        "`no`",
        "outcomes.0.repeated",
    ),
    (
        {"outcomes": [WALK | {"form": "end", "variables": ["walk_1"], "exposure": "end.x"}]},
        "has `exposure`",
        "outcomes.0.exposure",
    ),
]


@pytest.mark.parametrize(("plan", "what", "place"), BAD, ids=range(len(BAD)))
def test_what_does_not_fit_is_named_with_its_place(plan, what, place):
    found = problems(**plan)
    assert any(what in message and where.endswith(place) for message, where in found), found


def test_categories_without_an_order_are_no_ordered_outcome():
    def change(config):
        config["forms"]["end"]["variables"][-1].pop("codes")

    plan = {"outcomes": [WALK | {"kind": "ordered", "form": "end", "variables": ["grade"]}]}
    assert any("have no order" in what for what, _ in problems(change, **plan))
