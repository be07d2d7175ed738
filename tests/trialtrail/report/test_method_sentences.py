"""What the report says of how its rows were computed."""

import csv
import re

import pytest

from tests.trialtrail.report.fake_study import TABLES
from trialtrail.report.formatting import within_sentence
from trialtrail.report.method_sentences import (
    adjustment,
    covariates_in_words,
    method_sentences,
    sentences_on_missing_data,
)
from trialtrail.report.numbers import Numbers
from trialtrail.report.views import TableView
from trialtrail.results.cells import Cells

LABELS = {
    "variables": {"age": "Age", "bmi": "BMI & height"},
    "analyses": {"plain": "Without covariates", "jump": "Jump to reference"},
    "imputed": {"main": "within_arm", "jump": "jump_to_reference", "tipping": "within_arm"},
    "plan": {"auxiliary": "bmi; age"},
}


def rows(*changes):
    """Return rows of `estimates` like the first of the small study, each changed."""
    with (TABLES / "estimates.csv").open(encoding="utf-8", newline="") as stream:
        first = next(csv.DictReader(stream))
    table = [first | {"row": f"row{n}"} | change for n, change in enumerate(changes)]
    return TableView(Numbers(Cells({"estimates": table}), {}), "estimates")


def row(analysis="main", outcome="walk", method="ancova", adjusted_for="", label=""):
    return {
        "analysis": analysis,
        "role": "primary" if analysis == "main" else "sensitivity",
        "outcome": outcome,
        "label": label or outcome.capitalize(),
        "method": method,
        "adjusted_for": adjusted_for,
    }


def test_only_what_differs_from_the_main_analysis_is_told_of_another():
    said = method_sentences(
        rows(
            row(method="ancova", adjusted_for="baseline_value"),
            row(outcome="late", method="welch"),
            row("plain", method="welch"),
            row("plain", "late", method="welch"),
        ),
        "90%",
        LABELS,
    )
    assert [text.partition(", with")[0] for text in said] == [
        "A continuous outcome is compared by the difference of means",
        "A continuous outcome is compared by the difference of means adjusted for its value at "
        "baseline in a linear model (analysis of covariance)",
        "In the sensitivity analysis “Without covariates”: a continuous outcome is compared by the "
        "difference of means",
    ]
    assert all("90%" in text for text in said)


def test_an_analysis_without_a_label_is_called_by_its_id():
    table = rows(row(method="welch"), row("all_of_it", method="student"))
    assert "In the sensitivity analysis “all of it”" in method_sentences(table, "95%", LABELS)[1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([row(method="welch"), row(outcome="late", method="welch")], ""),
        (
            [row(adjusted_for="age; bmi; baseline_value"), row(outcome="late", adjusted_for="age")],
            "Differences of means are adjusted for age, BMI &amp; height and the value at baseline:"
            " Walk; adjusted for age: Late.",
        ),
        (
            [row(adjusted_for="age"), row(outcome="late"), row(outcome="soon")],
            "Differences of means are adjusted for age: Walk; not adjusted: Late, Soon.",
        ),
        (
            [row(adjusted_for="age"), row(adjusted_for="age") | {"measure": "risk_ratio"}],
            "Effects are adjusted for age.",
        ),
    ],
)
def test_a_table_says_what_its_differences_are_adjusted_for(given, said):
    assert str(adjustment(rows(*given), LABELS)) == said


def test_a_number_in_the_name_of_an_outcome_is_registered():
    table = rows(row(adjusted_for="age", label="Walk of 6 minutes"), row(outcome="late"))
    assert 'data-n="estimates-row0-label"' in adjustment(table, LABELS)


def test_covariates_are_a_list_within_a_sentence():
    assert covariates_in_words("", LABELS) == ""
    assert covariates_in_words("last_fall; bmi", LABELS) == "last fall and BMI & height"


@pytest.mark.parametrize(
    ("name", "within"),
    [("Age", "age"), ("BMI", "BMI"), ("SF-36 score", "SF-36 score"), ("T4", "T4"), ("", "")],
)
def test_abbreviations_keep_their_capitals_within_a_sentence(name, within):
    assert within_sentence(name) == within


def test_effects_on_one_outcome_that_are_adjusted_differently_are_told_by_their_measures():
    table = rows(
        row(adjusted_for="age") | {"measure": "hazard_ratio"},
        row() | {"measure": "restricted_mean_difference"},
    )
    assert str(adjustment(table, LABELS)) == (
        "Effects are adjusted for age: hazard ratio; not adjusted: difference of restricted mean "
        "times."
    )


def imputed(analysis="main", number="100", **more):
    """Return a row whose unknown outcomes are imputed."""
    about = {"imputations": number, "mc_error": "0.0512", "se": "1.234", "unit": "m"}
    return row(analysis, **{"method": "ancova"} | more) | about


def told(*changes):
    return [re.sub("<[^>]*>", "", str(said)) for said in changes]


def test_of_imputed_outcomes_it_is_told_how_how_often_and_how_exactly():
    table = rows(imputed(), imputed(outcome="late") | {"mc_error": "0.2", "se": "10"})
    first, second = told(*sentences_on_missing_data(table, LABELS))
    assert first.startswith(
        "Outcomes that are not known are imputed by chained equations in each arm by itself, from "
        "the covariates, the outcome at its other timepoints and the auxiliary variables BMI &amp; "
        "height and age, 100 times; results are pooled by Rubin’s rules"
    )
    assert second == (
        "Beside its standard error the Monte Carlo error of a primary effect is largest for Walk: "
        "0.05 m, with a standard error of 1.23 m."
    )


def test_a_model_of_repeated_measures_is_not_said_to_impute():
    (said,) = sentences_on_missing_data(rows(row(method="mmrm_unstructured_satterthwaite")), LABELS)
    assert "are not imputed" in said


def test_without_imputations_nothing_is_said_of_them():
    assert sentences_on_missing_data(rows(row(method="welch")), LABELS) == []


def test_what_stands_for_unknown_outcomes_in_another_analysis_is_told_where_it_differs():
    other = {"role": "sensitivity"}
    table = rows(
        imputed(),
        imputed("again") | other,
        imputed("jump") | other,
        imputed("tipping") | other | {"shifted": "arm", "delta": "5"},
        row("plain") | other,
    )
    labels = LABELS | {"imputed": LABELS["imputed"] | {"again": "within_arm"}}
    jump, tipping, plain = method_sentences(table, "95%", labels)[1:]
    assert jump == (
        "In the sensitivity analysis “Jump to reference”: outcomes that are not known are imputed "
        "from the covariates, the outcome at its other timepoints and the auxiliary variables BMI "
        "& height and age, after the last known value as if in the reference arm."
    )
    assert tipping == (
        "In the sensitivity analysis “tipping”: what is imputed is shifted, in one arm and in both."
    )
    assert plain == (
        "In the sensitivity analysis “Without covariates”: participants whose outcome is not known "
        "are left out."
    )


def test_an_effect_among_compliers_leaves_out_whom_the_main_analysis_imputes():
    complier = row("complier", method="two_stage_least_squares")
    complier |= {"role": "supplementary", "measure": "complier_mean_difference"}
    (_, said) = method_sentences(rows(imputed(), complier), "95%", LABELS)
    assert said.startswith(
        "For the estimand “complier”: participants whose outcome is not known are left out; the "
        "effect among those who take up the intervention"
    )


def test_analyses_that_are_told_alike_share_a_sentence():
    few = row("few", method="two_stage_least_squares") | {"role": "supplementary"}
    table = rows(row(method="welch"), few, few | {"analysis": "many"})
    _, said = method_sentences(table, "95%", LABELS)
    assert said.startswith("For the estimands “few” and “many”: the effect among those")
