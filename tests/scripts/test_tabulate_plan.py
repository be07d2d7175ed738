"""The analysis plan beside what was run: words of the plan, counts of the rows."""

import pandas as pd
import pytest
import yaml

from trialtrail import ROOT
from trialtrail.analysis.chosen_methods import fallbacks_of
from trialtrail.analysis.methods import METHODS
from trialtrail.configuration import Study
from trialtrail.planning.described import Stated, describe, planned_names
from trialtrail.planning.terms import fallback_in_words, method_in_words, planned_measures

from schemas.results.base import conform
from schemas.results.plan import Plan
from scripts.tabulate_plan import plan_row, what_was_run

STUDIES = ROOT / "tests" / "studies"
SHIPPED = ROOT / "config" / "config.yaml"
SMALL = ("counts", "factorial", "received", "repeated", "survival", "three_arms", "wards")


def study(file=SHIPPED, **changes):
    """Return a study, keys of its analysis plan changed."""
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    config["analysis"] |= changes
    config["analysis"] = {key: value for key, value in config["analysis"].items() if value}
    return Study(config, file, without_files=True)


def told(found, entry="main"):
    """Return an entry of the plan in words."""
    return describe(found.analyses[entry], Stated(**found.stated))


def rows(*made):
    """Return rows of `estimates`: outcome, method and status of each."""
    columns = ["outcome", "method", "status"]
    return pd.DataFrame(made, columns=columns).assign(analysis="main", label="Walk")


def test_every_method_has_words_of_its_own():
    words = [method_in_words(name) for name in METHODS]
    assert len(set(words)) == len(METHODS)
    with pytest.raises(KeyError):
        method_in_words("bayes")


def test_every_fallback_is_a_method_and_is_told_with_its_reason():
    having = [name for name in METHODS if fallbacks_of(name)]
    assert "negative_binomial" in having
    assert "welch" not in having
    for name in having:
        assert set(fallbacks_of(name)) <= set(METHODS)
        assert fallback_in_words(name, fallbacks_of(name)).startswith("where ")


def test_the_shipped_expected_estimates_are_made_as_planned():
    """Every method and measure in `estimates` is one that the plan foretells of its outcome."""
    estimates = pd.read_csv(ROOT / "tests" / "expected" / "estimates.csv", dtype="string")
    found, checked = study(), 0
    for entry in found.analyses.values():
        planned = planned_names(entry)
        measures = {
            each["id"]: planned_measures(each, planned[each["id"]]) for each in entry["outcomes"]
        }
        mine = estimates[estimates["analysis"] == entry["id"]]
        assert set(mine["outcome"]) == set(planned), entry["id"]
        for outcome, method, measure in zip(
            mine["outcome"], mine["method"], mine["measure"], strict=True
        ):
            forms = [form for name in planned[outcome] for form in fallbacks_of(name)]
            assert method in (*planned[outcome], *forms)
            assert measure.removesuffix("_interaction") in measures[outcome]
            checked += 1
    assert checked == len(estimates) > 200


@pytest.mark.parametrize("name", SMALL)
def test_each_design_is_told_whole(name):
    found = study(STUDIES / name / "study.yaml")
    stated = Stated(**found.stated)
    estimates = rows().assign(analysis="")
    made = [plan_row(entry, stated, estimates) for entry in found.analyses.values()]
    table = conform(made, Plan)
    assert list(table["row"]) == list(found.analyses)
    assert not (table.drop(columns=["planned", "used", "taken"]).astype(str) == "").any(axis=None)


def test_the_attributes_of_an_estimand_are_those_of_the_configuration():
    main, complier = told(study()), told(study(), "complier_any_visit")
    assert main["estimand"] == "Effect of the offer"
    assert main["treatment"].endswith("against Control (usual care)")
    assert main["summary"].startswith("Continuous outcomes: difference of means; binary outcomes:")
    assert "principal stratum" in complier["population"]
    assert "principal stratum" in complier["events"]
    assert complier["summary"] == "Difference of means among compliers"
    assert complier["missing"] != main["missing"]


def test_what_nobody_wrote_is_not_stated():
    main = told(study(estimands=[], events=[], multiplicity={}, important={}))
    assert main["estimand"] == main["events"] == main["limits"] == "not stated"
    assert main["multiplicity"] == "not stated; no p is adjusted"


def test_an_event_has_its_label_and_one_that_is_not_handled_says_so():
    named = [
        {"id": "moved", "label": "Moved away"},
        {"id": "never_visited", "label": "Never had a visit"},
    ]
    handled = [{"id": "offer", "events": {"never_visited": "while_on_treatment"}}]
    assert told(study(events=named, estimands=handled))["events"] == (
        "Moved away: not stated; Never had a visit: while on treatment"
    )


def test_who_was_treated_against_who_was_not_is_no_estimand():
    found = study(STUDIES / "received" / "study.yaml")
    (entry,) = [each for each in found.analyses.values() if each["exposure"]]
    said = describe(entry, Stated(**found.stated))
    assert said["estimand"] == "not stated"
    assert "not randomised" in said["treatment"]


def test_outcomes_of_one_kind_that_differ_are_named():
    found = study(STUDIES / "survival" / "study.yaml")
    said = told(found)
    horizons = {"horizon" in each for each in found.outcomes}
    assert ("restricted mean" in said["summary"]) == (True in horizons)
    if horizons == {True, False}:
        assert ": hazard ratio" in said["summary"]


def test_what_was_run_counts_the_rows_and_names_the_fallback():
    planned = {"walk": ["negative_binomial"], "fall": ["welch"]}
    found = what_was_run(
        rows(
            ("walk", "poisson_robust", "no_interval"),
            ("walk", "negative_binomial", "estimated"),
            ("fall", "student", "not_estimable"),
        ),
        planned,
    )
    assert found["used"] == "student; negative_binomial; poisson_robust"
    assert (found["n_estimates"], found["n_no_interval"], found["n_not_estimable"]) == (3, 1, 1)
    assert (found["n_fallback"], found["n_other"]) == (1, 1)
    assert found["taken"] == "Poisson model, robust standard error: walk"


def test_an_analysis_without_rows_says_that_nothing_was_run():
    found = what_was_run(rows(), {"walk": ["welch"]})
    assert (found["run"], found["used"], found["n_estimates"]) == ("nothing", "", 0)


def test_a_fallback_of_another_outcome_is_none_of_this_one():
    planned = {"walk": ["negative_binomial"], "falls": ["poisson_clustered"]}
    found = what_was_run(rows(("falls", "poisson_robust", "estimated")), planned)
    assert (found["n_fallback"], found["n_other"]) == (0, 1)
