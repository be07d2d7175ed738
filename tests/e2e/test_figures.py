"""The figures of the shipped study: measured, told in words, and each with its data."""

from __future__ import annotations

import pytest
from lxml import html

from tests.measured_figures import faults_of
from trialtrail.report.sections import FIGURES


@pytest.fixture(scope="module")
def page(moments):
    """Return the page of the report for a screen."""
    return html.parse(str(moments.results / "report/report.html")).getroot()


@pytest.mark.parametrize("figure", FIGURES)
def test_no_text_of_a_figure_is_small_overprinted_or_cut(moments, figure):
    assert faults_of(moments.results / f"figures/{figure}.svg") == []


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_told_in_words_and_has_its_data(page, figure):
    parts = page.xpath("//figure[starts-with(@id, $name)]", name=f"figure-{figure}")
    assert parts
    for part in parts:
        told = part.xpath("string(.//svg/title)")
        assert any(letter.isdigit() for letter in told)
        assert "table" not in told.lower()
    (data,) = [each for part in parts for each in part.xpath("./details[@class='figure-data']")]
    assert data.xpath(".//tbody/tr//*[@data-n]")


def test_the_flow_chart_has_reasons_and_who_was_analysed(moments):
    drawing = (moments.results / "figures/flow_chart.svg").read_text(encoding="utf-8")
    assert 'data-cell="flow#declined.1/n"' in drawing
    assert "reasons not recorded" in drawing
    first = next(row for row in moments.table("estimates") if row["role"] == "primary")
    for arm in (first["arm"], first["reference"]):
        assert f'"arms#{first["outcome"]}.{arm}/n_analysed"' in drawing


def test_service_has_the_median_of_its_curve(moments):
    rows = {row["row"]: row for row in moments.table("summaries")}
    served = rows["providers.months_served"]
    curve = moments.table("retention")
    half = [row for row in curve if row["survival"] and float(row["survival"]) <= 0.5]
    assert float(served["median"]) == pytest.approx(float(half[0]["months"]))
    assert served["q3"] == ""
    assert min(float(row["survival"]) for row in curve) > 0.25


def test_alpha_is_printed_once_where_it_is_kappa(moments, page):
    """By character there are so many decisions that its correction for few does nothing."""

    def alike(*units):
        rows = [
            row
            for row in moments.table("agreement")
            if row["unit"] in units and row["kappa"] and not (row["stage"] or row["round"])
        ]
        assert rows
        return all(f"{float(r['kappa']):.2f}" == f"{float(r['alpha']):.2f}" for r in rows)

    def headings(table):
        return page.xpath(f"//table[@id='table-{table}']//th/text()")

    assert alike("character")
    assert not alike("turn", "passage")
    assert "Krippendorff’s alpha" not in headings("agreement")
    assert "Krippendorff’s alpha" in headings("agreement_units")


def test_columns_of_codes_say_whose_passages_they_count(page):
    (table,) = page.xpath("//table[@id='table-codes']")
    headings = [" ".join(each.text_content().split()) for each in table.xpath("./thead//th")]
    assert "Passages marked by one coder" in headings
    assert "In which any coder found it" in headings


def test_means_with_a_long_tail_are_told_and_others_are_not(moments, page):
    skew = {row["label"] for row in moments.table("summaries") if row["table"] == "skew_outcomes"}
    told = notes_under(page, "secondary-means")
    assert skew
    assert all(label.replace("'", "’") in told for label in skew)
    assert "the plan has no analysis of them that does without this" in told
    under_primary = notes_under(page, "primary-means")
    assert under_primary
    assert "long tail" not in under_primary


def notes_under(page, name):
    """Return what stands under a table, which may be in a part of its own that can be moved."""
    (block,) = page.xpath(f"//table[@id='table-{name}']/ancestor::div[@class='table']")
    (note,) = block.xpath("./p[@class='note']")
    return note.text_content()
