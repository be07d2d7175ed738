"""What a figure plots, in words for those who do not see it, and as a table on a screen."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from lxml import html

from tests.trialtrail.report.fake_study import STUDY, TABLES, TEMPLATES
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.formatting import has_number
from trialtrail.report.render import make_report
from trialtrail.report.sections import FIGURES

from scripts import (
    draw_flow_chart,
    draw_forest_plot,
    draw_retention,
)

FONTS = sorted(str(path) for path in (TEMPLATES / "fonts").glob("*.ttf"))
DRAWN = {
    "flow_chart": (draw_flow_chart, "summaries"),
    "forest_plot": (draw_forest_plot, "estimates"),
    "retention": (draw_retention, "retention"),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the report of the made study with its figures."""
    folder: Path = tmp_path_factory.mktemp("figures")
    paths = []
    for name, (script, table) in DRAWN.items():
        given = {"table": str(TABLES / f"{table}.csv"), "fonts": FONTS}
        given["template"] = str(TEMPLATES / "flow_chart.svg.j2")
        path = folder / f"{name}.svg"
        script.main(
            SimpleNamespace(
                input=SimpleNamespace(**given),
                output=SimpleNamespace(figure=str(path)),
                params=SimpleNamespace(arms=STUDY["arms"], role="primary"),
            )
        )
        paths.append(path)
    return make_report(replace(WHOLE, figures=paths))


@cache
def tree_of(page):
    return html.document_fromstring(page)


def figures(report):
    return {each.get("id"): each for each in tree_of(report.html).xpath("//figure")}


def test_every_figure_is_told_with_numbers_and_has_its_table(report):
    found = figures(report)
    assert len(found) == 3
    for name, figure in found.items():
        (title,) = figure.xpath(".//svg/title")
        assert has_number(title.text), name
        assert not len(title), "a title is text"
        (data,) = figure.xpath("./details[@class='figure-data']")
        assert data.get("data-only") == "screen"
        assert data.xpath(".//tbody/tr"), name
        assert all(len(row) == len(data.xpath(".//thead/tr/th")) for row in data.xpath(".//tr"))


def test_what_is_told_names_no_table_and_only_numbers_of_the_register(report):
    printed = {each.printed for each in report.numbers}
    for name, figure in figures(report).items():
        told = figure.xpath("string(.//svg/title)")
        assert "table" not in told.lower(), name
        for number in re.findall(r"(?<![\w.,−])−?\d[\d.]*\d|(?<![\w.,−])\d(?![\w.])", told):
            known = any(number in text for text in printed) or number in "95"
            assert known, (name, number)


def test_each_number_of_the_table_is_of_a_cell(report):
    ids = {each.id: each.printed for each in report.numbers}
    cells = [
        each
        for figure in figures(report).values()
        for each in figure.xpath(".//details//*[@data-n]")
    ]
    assert len(cells) > 40
    assert all(ids[each.get("data-n")] == each.text_content() for each in cells)


def test_the_table_is_for_a_screen_alone_and_its_numbers_have_a_place_in_print(report):
    for page in report.print_pages.values():
        assert "figure-data" not in page
    anchors = {
        name for page in report.print_pages.values() for name in tree_of(page).xpath("//@id")
    }
    for figure in figures(report).values():
        for name in figure.xpath(".//details//@data-n"):
            assert name in anchors


def test_every_figure_that_a_section_may_print_has_words_and_a_table():
    written = (TEMPLATES / "figure_data.html.j2").read_text(encoding="utf-8")
    for name in FIGURES:
        assert f"macro {name}_words()" in written
        assert f"macro {name}_table()" in written
