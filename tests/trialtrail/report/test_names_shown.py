"""Readers meet names and not ids, numbered quotations, and intervals called what they are."""

from dataclasses import replace

import pytest
from lxml import html

from tests.shown_words import ids_shown, intervals_first_named
from tests.trialtrail.report.fake_study import tables, write_text
from tests.trialtrail.report.made_analyses import effect, printed
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.first_named import name_intervals
from trialtrail.report.render import make_report

PAGE = (
    '<body><main><section id="a" data-document="report">{report}</section>'
    '<section id="b" data-document="supplement">{supplement}</section></main></body>'
)


@pytest.fixture(scope="module")
def page():
    return make_report(WHOLE).html


def test_no_id_is_shown_beside_the_bookkeeping(page):
    assert ids_shown(page) == []


def test_an_id_that_is_shown_is_found():
    shown = PAGE.format(report="<p>As q_12 says.</p>", supplement="<p>odd_page.csv</p>")
    assert ids_shown(shown) == [("a", "q_12")]


def test_intervals_are_confidence_intervals_where_each_document_first_names_them(page):
    named = intervals_first_named(page)
    assert "report" in named
    assert all("confidence" in words for words in named.values())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("<p>with 95% intervals; 95% interval</p>", "with 95% confidence intervals; 95% interval"),
        ("<p>95% confidence interval, 95% interval</p>", "95% confidence interval, 95% interval"),
        ("<p>95% interval of the orders; </p><p>95% interval</p>", "95% confidence interval"),
        ("<q>95% interval</q><p>95% interval</p>", "95% confidence interval"),
        ('<p><a data-n="x">95% <i>95% interval</i></a> 95% interval</p>', "95% confidence"),
        ("<p><a data-n='c'>95% interval</a>; 95% interval</p>", "95% confidence interval"),
        ("<p>195% interval</p><p>the <b>95% interval</b> x</p>", "95% confidence interval"),
        ("<p>a<b>b</b> 95%\n interval</p>", "95%\n confidence interval"),
        ("<p>an interval</p>", "an interval"),
    ],
)
def test_the_first_interval_of_a_document_is_named_in_full(given, said):
    tree = html.document_fromstring(PAGE.format(report=given, supplement="<p>95% interval</p>"))
    name_intervals(tree, "95%")
    first, second = (section.text_content() for section in tree.xpath("//section"))
    assert said in first
    assert first.count("confidence") == ("9" in said)
    assert second == "95% confidence interval"


def test_a_quotation_that_is_cited_is_numbered_and_leads_to_its_words(page):
    tree = html.document_fromstring(page)
    voices = tree.xpath("//blockquote[p/q[@id='quotation-q1']]")
    assert voices[0].xpath("string(p[@class='voice'])").startswith("Quotation 1. Walker 1")
    cited = tree.xpath("//a[@class='cited']")
    assert cited
    assert {each.get("href") for each in cited} <= {f"#{anchor}" for anchor in tree.xpath("//@id")}


def test_allowed_phrases_are_told_and_without_any_nothing_is_typed(tmp_path, page):
    assert "In the texts of the study no number is typed." in page
    path = tmp_path / "statements.csv"
    path.write_text("row,phrases\nall,2\n", encoding="utf-8")
    text = write_text(tmp_path, "methods.md", "Nothing.")
    with_phrases = make_report(
        replace(WHOLE, tables=[*tables("row_accounts", "flow"), path], texts=[text], claims={})
    ).html
    words = " ".join(html.document_fromstring(with_phrases).text_content().split())
    assert "2 phrases with a number that is no result" in words
    assert "no number is typed" not in words


ALONE = effect() | {"lower": "", "upper": "", "note": "one value in each arm: no interval"}
NONE = ALONE | {"estimate": "", "note": "no value in either arm"}


@pytest.mark.parametrize("row", [ALONE, NONE])
def test_where_no_effect_has_an_interval_none_is_promised(tmp_path, row):
    tree = printed(tmp_path, [row])
    (section,) = tree.xpath("//section[@id='primary-outcomes']")
    captions = [each.text_content() for each in section.xpath(".//caption")]
    assert captions
    heads = [each.text_content() for each in section.xpath(".//thead//th")]
    assert not [words for words in (*captions, *heads) if "% interval" in words]
    (summary,) = tree.xpath("//section[@id='summary']")
    assert "interval" not in summary.text_content().replace("no interval", "")


def test_where_one_effect_has_an_interval_it_is_promised(tmp_path):
    tree = printed(tmp_path, [effect(), NONE | {"row": "walk", "outcome": "walk"}])
    (caption,) = tree.xpath("//table[@id='table-primary-means']/caption")
    assert "interval" in caption.text_content()
