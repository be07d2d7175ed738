"""Numbering, references, contents and anchors of the page."""

import pytest
from lxml import etree

from trialtrail.errors import StudyError
from trialtrail.report.document import assemble, serialise

PAGE = """<html><body><nav id="contents"></nav><main>
<section><h2>First</h2><p>See <a data-ref="table:b"></a>.</p><h3>Part</h3></section>
<section><h2>Second</h2>
<table id="table-a"><caption data-label="table:a" data-shows="tables/a.csv">A</caption></table>
<table id="table-b"><caption data-label="table:b" data-shows="tables/b.csv">B</caption></table>
<p><span data-n="x">1</span> <span data-n="x">1</span></p>
<figure><div data-figure="f" data-title="A curve"></div><figcaption>C</figcaption></figure>
<p data-printed-as="results/tables/b.csv"></p><p data-printed-as="results/tables/c.csv"></p>
</section></main></body></html>"""


def assembled(page=PAGE):
    svg = etree.fromstring('<svg viewBox="0 0 1 1"><text><tspan data-n="y">2</tspan></text></svg>')
    return assemble(page, {"f": svg})


def test_headings_and_captions_are_numbered_as_they_stand():
    tree = assembled()
    assert [h.text_content() for h in tree.xpath("//h2 | //h3")] == [
        "1 First",
        "1.1 Part",
        "2 Second",
    ]
    assert tree.xpath("string(//caption)") == "Table 1 A"


def test_references_and_contents_are_filled():
    tree = assembled()
    (link,) = tree.xpath("//a[text()='Table 2'][1]/parent::p[contains(., 'See')]/a")
    assert link.get("href") == "#table-b"
    assert tree.xpath("//nav//a/@href") == ["#section-1", "#section-2"]
    assert [each.text_content() for each in tree.xpath("//nav//a")] == ["1 First", "2 Second"]


def test_an_unknown_reference_is_refused():
    with pytest.raises(StudyError, match="table:z"):
        assembled(PAGE.replace("table:b", "table:z", 1))


def test_a_result_is_told_where_it_is_printed():
    texts = [p.text_content() for p in assembled().xpath("//p")]
    assert texts[-2:] == ["Table 2", "not printed"]


def test_a_result_without_table_or_figure_is_told_in_its_section():
    tree = assembled(
        PAGE.replace("<section><h2>Second", '<section data-tells="tables/c.csv"><h2>Second')
    )
    assert tree.xpath("//p//a[@href='#section-2']/text()") == ["Section 2"]
    assert not tree.xpath("//@data-tells")


def test_a_caption_may_show_more_than_one_result():
    tree = assembled(PAGE.replace('"tables/b.csv"', '"figures/b.svg tables/c.csv"', 1))
    assert [p.text_content() for p in tree.xpath("//p")][-1] == "Table 2"


def test_the_first_place_of_a_number_is_its_anchor_and_figures_lend_their_caption():
    tree = assembled()
    assert len(tree.xpath("//*[@id='x']")) == 1
    assert tree.xpath("//figcaption/span/@id") == ["y"]


def test_a_figure_keeps_the_case_of_its_attributes_and_gets_a_title():
    page = serialise(assembled())
    assert "viewBox" in page
    assert "<title>A curve</title>" in page
