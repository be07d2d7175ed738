"""What the report says of how its rows were computed."""

import csv

import pytest

from tests.trialtrail.report.fake_study import TABLES
from trialtrail.report.formatting import within_sentence
from trialtrail.report.method_sentences import adjustment, covariates_in_words, method_sentences
from trialtrail.report.numbers import Numbers
from trialtrail.report.views import TableView
from trialtrail.results.cells import Cells

LABELS = {
    "variables": {"age": "Age", "bmi": "BMI & height"},
    "analyses": {"plain": "Without covariates"},
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
