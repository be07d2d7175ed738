"""Analyses beside the main one, from the configuration to the printed table."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from lxml import html
from small_trial import PDF, REPORT, made, records, write_study


def with_analyses(config):
    """Adjust the main analysis, and have two others beside it."""
    config["analysis"] |= {
        "adjust": ["baseline_value"],
        "sensitivity": [
            {"id": "unadjusted", "label": "Without covariates", "adjust": []},
            {"id": "by_age", "adjust": ["age_years", "baseline_value"]},
        ],
    }


def study(folder):
    """Write the small trial, in which the first walk of one of group A is missing."""
    rows = records()
    rows[1] |= {"walk0": ""}
    return write_study(folder, rows, with_analyses)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a run of that study, as far as the page of its report."""
    done = made(study(tmp_path_factory.mktemp("study")), REPORT)
    assert done.exit_code == 0, done.said
    return done


@pytest.mark.nightly
def test_the_whole_report_is_made(tmp_path):
    """Its page is looked at in `make test`; this adds the PDF and the trail."""
    done = made(study(tmp_path))
    assert done.exit_code == 0, done.said
    assert (tmp_path / PDF).stat().st_size > 0


@pytest.fixture(scope="module")
def page(run):
    return html.document_fromstring((run.folder / REPORT).read_text(encoding="utf-8"))


def words(element):
    return " ".join(element.text_content().split())


def two_decimals(*numbers):
    """Return numbers as printed, ties away from zero."""
    rounded = [Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP) for text in numbers]
    return [str(number).replace("-", "\N{MINUS SIGN}") for number in rounded]


def test_each_analysis_has_its_rows(run):
    estimates = run.by_row("estimates")
    told = ("analysis", "role", "method", "adjusted_for", "n_arm", "n_reference")
    assert {name: tuple(row[column] for column in told) for name, row in estimates.items()} == {
        "walk": ("main", "primary", "ancova", "baseline_value", "12", "12"),
        "unadjusted.walk": ("unadjusted", "sensitivity", "welch", "", "12", "12"),
        "by_age.walk": (
            *("by_age", "sensitivity", "ancova", "age_years; baseline_value", "12", "12"),
        ),
    }
    assert len({row["estimate"] for row in estimates.values()}) == 3


def test_the_methods_say_what_each_analysis_is(page):
    (section,) = page.xpath("//section[@id='methods']")
    assert "adjusted for its value at baseline in a linear model" in words(section)
    (section,) = page.xpath("//section[@id='supplement-methods']")
    said = words(section)
    assert (
        "In the sensitivity analysis “Without covariates”: a continuous outcome is compared by the "
        "difference of means, with the 95% confidence interval of Welch’s method" in said
    )
    assert (
        "In the sensitivity analysis “by age”: a continuous outcome is compared by the difference "
        "of means adjusted for age and its value at baseline" in said
    )


def test_each_analysis_stands_beside_the_main_one(run, page):
    (section,) = page.xpath("//section[@id='supplement-sensitivity-analyses']")
    assert words(section.find("h2")).endswith("Sensitivity analyses")
    lines = section.xpath(".//table[@id='table-sensitivity-means']/tbody/tr")
    printed = [[words(cell) for cell in line.xpath("./th | ./td")] for line in lines]
    estimates, arms = run.by_row("estimates"), run.by_row("arms")

    def expected(label, covariates, row):
        of = {arm: arms[f"{row}.{arm}"] for arm in ("leaflet", "group")}
        means = {
            arm: two_decimals(each["adjusted"])[0] if covariates != "nothing" else "–"
            for arm, each in of.items()
        }
        estimate = two_decimals(*(estimates[row][part] for part in ("estimate", "lower", "upper")))
        return [
            label,
            covariates,
            *(estimates[row]["n_reference"], means["leaflet"]),
            *(estimates[row]["n_arm"], means["group"]),
            "{} ({} to {})".format(*estimate),
        ]

    assert printed == [
        ["Timed walk (s)"],
        expected("Main analysis", "value at baseline", "walk"),
        expected("Without covariates", "nothing", "unadjusted.walk"),
        expected("By age", "age and value at baseline", "by_age.walk"),
    ]


def test_the_main_results_say_what_they_are_adjusted_for(page):
    note = "Differences of means are adjusted for the value at baseline."
    (section,) = page.xpath("//section[@id='primary-outcomes']")
    assert [words(each) for each in section.xpath(".//p[@class='note']")] == [note]
    (arms,) = page.xpath("//section[@id='supplement-primary-outcomes']")
    assert [words(each) for each in arms.xpath(".//p[@class='note']")] == [
        "As observed: mean (standard deviation). Adjusted: mean of the arm at the covariates of "
        "all.",
    ]
    assert words(section.xpath(".//figcaption")[0]).endswith(note)
    assert note in words(page.xpath("//section[@id='summary']")[0])


def test_the_forest_plot_and_the_table_of_outcomes_are_of_the_main_analysis(page):
    (figure,) = page.xpath("//figure[@id='figure-forest_plot']")
    assert {each.get("data-n") for each in figure.xpath(".//*[@data-n]")} == {
        f"estimates-walk-{part}" for part in ("estimate", "lower", "upper")
    }
    assert len(page.xpath("//table[@id='table-primary-means']/tbody/tr")) == 1
