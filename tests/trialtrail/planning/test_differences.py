"""What counts as a difference between plans, and which estimates it touches."""

import copy

import pandas as pd
import pytest
from planned_trial import content

from trialtrail.planning.content import defaults
from trialtrail.planning.differences import differences, leaves, same
from trialtrail.planning.status import plan_status

PLAN = content()
EVERY = [(a, o) for a, entry in PLAN["analyses"].items() for o in entry["outcomes"]]
"""The comparisons of the plan: an outcome in an analysis."""


def found(change):
    """Return the differences of a changed configuration from the plan, as (of, key)."""
    return [(each.of, each.key) for each in differences(PLAN, content(change), defaults())]


def statuses(change):
    """Return the comparisons that are not as planned, by their status."""
    plan = content(change)
    listed = [
        {"kind": d.kind, "touches": d.touches, "analysis": d.analysis, "outcome": d.outcome}
        for d in differences(PLAN, plan, defaults())
    ]
    pairs = [(a, o) for a, entry in plan["analyses"].items() for o in entry["outcomes"]]
    rows = pd.DataFrame(pairs, columns=["analysis", "outcome"])
    columns = ["kind", "touches", "analysis", "outcome"]
    given = plan_status(rows, pd.DataFrame(listed, columns=columns))
    return {pair: each for pair, each in zip(pairs, given, strict=True) if each != "planned"}


def of_outcome(name):
    return {pair: "deviating" for pair in EVERY if pair[1] == name}


def of_analyses(*names):
    return {pair: "deviating" for pair in EVERY if pair[0] in names}


def plan(**keys):
    return lambda whole: whole["analysis"].update(keys)


def outcome(place, **keys):
    return lambda whole: whole["analysis"]["outcomes"][place].update(keys)


def variable(form, place, **keys):
    return lambda whole: whole["forms"][form]["variables"][place].update(keys)


def test_the_same_plan_has_no_difference():
    assert found(None) == []


LABELS = {
    "label of an outcome": outcome(0, label="Other words"),
    "unit": outcome(0, unit="seconds"),
    "decimals": outcome(0, decimals=3),
    "label of a variable": variable("baseline", 0, label="Years"),
    "label of an analysis": plan(sensitivity=[{"id": "unadjusted", "label": "No", "adjust": []}]),
    "label of a population": plan(
        populations=[{"id": "women", "label": "Only women", "where": {"sex": ["female"]}}]
    ),
    "title": lambda whole: whole["study"].update(title="Another title"),
    "label of an arm": lambda whole: whole["study"]["arms"][0].update(label="A leaflet"),
    "file of an export": lambda whole: whole["exports"]["trial"].update(delimiter=";"),
    "severity of a finding": lambda whole: whole.update(
        validation={"severities": {"range": "note"}}
    ),
    "a default written out": plan(confidence_level=0.95, mean_difference="welch"),
    "a default of an outcome written out": outcome(0, change=False, instrument="value"),
    "a reason for a deviation": plan(deviations=[]),
}


@pytest.mark.parametrize("what", LABELS)
def test_what_decides_no_number_is_no_difference(what):
    assert found(LABELS[what]) == []


WHOLE = {
    "confidence_level": plan(confidence_level=0.9),
    "arms": lambda whole: whole["study"]["arms"].reverse(),
    "missing_cells": lambda whole: whole.update(missing=["", ".", "99"]),
    "intervention_arm": plan(intervention_arm="leaflet"),
    "participants.trial.codes": lambda whole: whole["tables"]["participants"]["sources"][0][
        "codes"
    ].update(arm={"A": "group", "B": "leaflet"}),
    "exclusions.actions.range": lambda whole: whole.update(
        validation={"actions": {"range": "keep"}}
    ),
}


@pytest.mark.parametrize("key", WHOLE)
def test_what_touches_every_estimate_makes_all_deviating(key):
    keys = [each for of, each in found(WHOLE[key]) if not of]
    assert any(each.startswith(key) for each in keys)
    assert statuses(WHOLE[key]) == dict.fromkeys(EVERY, "deviating")


OF_OUTCOME = {
    "role": outcome(0, role="secondary"),
    "important": plan(important={"walk": 3}),
    "important, new": plan(important={"walk": 2, "fast": 5}),
    "better": outcome(0, better="lower"),
    "change": outcome(0, change=True),
    "timepoint": lambda whole: whole["forms"]["twelve_months"].update(timepoint="year_two"),
    "column": variable("twelve_months", 0, column="walk0"),
    "limit": variable("twelve_months", 0, maximum=20),
    "cells without a value": variable("twelve_months", 0, missing=["88"]),
    "codes": variable("twelve_months", 1, codes={"1": False, "0": True}),
    "other variable": outcome(
        0, measured=[{"form": "twelve_months", "variables": ["walk_after_s"]}]
    ),
}
WHOSE = {"codes": "fast", "important, new": "fast"}


@pytest.mark.parametrize("what", [name for name in OF_OUTCOME if name != "timepoint"])
def test_what_touches_the_derivation_of_an_outcome_touches_its_rows_alone(what):
    name = WHOSE.get(what, "walk")
    if what == "role":  # and the analyses of primary outcomes are no longer of it
        expected = {k: v for k, v in of_outcome(name).items() if k[0] in ("main", "unadjusted")}
    else:
        expected = of_outcome(name)
    assert statuses(OF_OUTCOME[what]) == expected


def test_a_form_of_another_time_touches_the_outcomes_that_it_measures():
    assert set(statuses(OF_OUTCOME["timepoint"])) == set(EVERY)


OF_ANALYSIS = {
    "mean_difference of one": (
        plan(sensitivity=[{"id": "unadjusted", "adjust": [], "mean_difference": "pooled"}]),
        ("unadjusted",),
    ),
    "seed": (
        plan(missing={"impute": "within_arm", "seed": 2}),
        ("main", "in_women", "unadjusted", "subgroup_sex"),
    ),
    "adjust": (plan(adjust=["age_years", "sex"]), ("main", "in_women", "subgroup_sex")),
    "population": (
        plan(populations=[{"id": "women", "label": "Women", "where": {"sex": ["male"]}}]),
        ("in_women",),
    ),
    # The model of the imputation takes the covariates and subgroups of all that share it.
    "covariate": (variable("baseline", 0, column="walk0"), tuple(PLAN["analyses"])),
    "subgroup variable": (
        variable("baseline", 1, codes={"F": "male", "M": "female"}),
        tuple(PLAN["analyses"]),
    ),
    "a subgroup less, whose variable imputed all others": (
        plan(subgroups=[]),
        ("main", "in_women", "unadjusted"),
    ),
    "intercurrent event": (
        plan(
            estimands=[
                {"id": "offer", "events": {"moved": "composite"}},
                {"id": "in_women", "label": "In women", "population": "women"},
            ]
        ),
        ("main", "unadjusted", "subgroup_sex"),
    ),
}


@pytest.mark.parametrize("what", OF_ANALYSIS)
def test_what_touches_an_analysis_touches_all_its_outcomes_and_no_other(what):
    change, names = OF_ANALYSIS[what]
    assert statuses(change) == of_analyses(*names)


def test_a_family_of_other_outcomes_touches_those_in_the_main_analysis():
    change = plan(multiplicity={"hommel": ["walk"]})
    assert found(change) == [("main.walk", "multiplicity"), ("main.fast", "multiplicity")]
    assert set(statuses(change)) == {("main", "walk"), ("main", "fast")}


def test_analyses_and_outcomes_that_were_never_planned_are_post_hoc():
    def change(whole):
        whole["analysis"]["estimands"].pop()
        whole["analysis"]["sensitivity"].append({"id": "later", "variance": "hc3"})
        whole["analysis"]["outcomes"].append(
            copy.deepcopy(whole["analysis"]["outcomes"][1]) | {"id": "again", "label": "Again"}
        )

    assert set(found(change)) == {
        ("in_women", "not_run"),
        ("later", "added"),
        ("again", "added"),
    }
    later = {pair: each for pair, each in statuses(change).items() if pair[0] == "later"}
    assert set(later.values()) == {"post_hoc"}
    again = {pair: each for pair, each in statuses(change).items() if pair[1] == "again"}
    assert again == dict.fromkeys([("main", "again"), ("unadjusted", "again"), ("later", "again")],
                                  "post_hoc")  # fmt: skip
    others = set(statuses(change)) - set(later) - set(again)
    assert others == set()


def test_an_outcome_that_an_analysis_newly_has_is_post_hoc_in_it_alone():
    fewer = plan(sensitivity=[{"id": "unadjusted", "adjust": [], "of": ["walk"]}])
    assert found(fewer) == [("unadjusted.fast", "not_run")]
    assert statuses(fewer) == {}
    back = differences(content(fewer), PLAN, defaults())
    assert [(each.kind, each.of) for each in back] == [("added", "unadjusted.fast")]


def test_a_subgroup_that_was_never_planned_changes_the_imputations_of_what_was():
    """Its variable is in the model of the imputation, which all analyses share."""
    change = plan(subgroups=["sex", "walk_before_s"])
    assert set(found(change)) == {
        ("subgroup_walk_before_s", "added"),
        *((name, "imputed_with") for name in PLAN["analyses"]),
    }
    without = plan(subgroups=["sex", "walk_before_s"], missing="complete_cases")
    known = content(plan(missing="complete_cases"))
    listed = differences(known, content(without), defaults())
    assert [(each.of, each.key) for each in listed] == [("subgroup_walk_before_s", "added")]


def test_what_other_tables_count_touches_no_estimate():
    change = plan(baseline=["sex"])
    assert found(change) == [("", "baseline")]
    assert statuses(change) == {}


def test_an_exclusion_by_a_check_of_the_study_touches_all_and_one_that_keeps_none():
    check = {"id": "seen", "kind": "order", "earlier": "baseline.completed_on"}
    check["later"] = "twelve_months.completed_on"
    sets_aside = lambda whole: whole.update(validation={"checks": [check]})  # noqa: E731
    assert [each for each in found(sets_aside)] == [("", "exclusions.checks.seen")]
    assert found(lambda w: w.update(validation={"checks": [check | {"action": "keep"}]})) == []


def test_a_key_that_the_lock_does_not_know_is_none_where_it_says_no_more_than_its_default():
    older = copy.deepcopy(PLAN)
    for entry in older["analyses"].values():
        del entry["variance"], entry["exposure"]
    del older["outcomes"]["walk"]["change"]
    assert differences(older, PLAN, defaults()) == []
    del older["analyses"]["main"]["adjust"]  # which is not what its default says
    assert [(each.of, each.key) for each in differences(older, PLAN, defaults())] == [
        ("main", "adjust")
    ]


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ("1", 1, False),
        ([1, 2], [2, 1], False),
        ({"a": 1, "b": 2.0}, {"b": 2, "a": 1}, True),
        (None, "", False),
    ],
)
def test_when_two_values_are_the_same(first, second, alike):
    assert same(first, second) == alike


def test_codes_of_people_are_compared_as_a_whole():
    was, now = {"codes": {"1 a": "x", "2": "y"}}, {"codes": {"1 a": "y", "2": "y"}}
    assert list(leaves(was, now)) == [("codes", was["codes"], now["codes"])]
