"""Numbering, references, contents and anchors of the page."""

import pytest
from lxml import etree

from trialtrail.errors import StudyError
from trialtrail.report.document import assemble, for_print, for_screen, serialise

PAGE = """<html><body><header data-document="report"><nav class="contents"></nav></header><main>
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


TWO = PAGE.replace(
    "</section></main>",
    """</section>
<header data-document="supplement"><nav class="contents"></nav></header>
<section id="more" data-document="supplement"><h2>More</h2><h3>Detail</h3>
<p id="again">See <a data-ref="table:b"></a> and <a data-ref="table:d"></a>.</p>
<table id="table-d"><caption data-label="table:d">D</caption></table>
<table id="table-b"><caption>The same id</caption></table>
<p data-only="screen">On a screen</p></section></main>""",
).replace("<p>See", '<p data-only="print">On paper</p><p><a data-ref="section:more"></a> See')


def test_each_document_counts_its_own_and_leads_to_the_other():
    tree = assembled(TWO)
    assert [h.text_content() for h in tree.xpath("//h2 | //h3")][3:] == ["S1 More", "S1.1 Detail"]
    listed = [[a.text_content() for a in nav.xpath(".//a")] for nav in tree.xpath("//nav")]
    assert listed == [["1 First", "2 Second"], ["S1 More"]]
    said = " ".join(tree.xpath("string(//p[@id='again'])").split())
    assert said == "See Table 2 of the report and Table S1."
    assert len(tree.xpath("//*[@id='table-b']")) == 1


def test_a_page_to_print_has_one_document_and_links_to_the_file_of_the_other():
    tree = assembled(TWO)
    pages = for_print(tree)
    assert list(pages) == ["report", "supplement"]
    assert 'href="supplement.pdf#more"' in pages["report"]
    assert 'href="#table-b"' in pages["report"]
    assert "Detail" not in pages["report"]
    assert 'href="report.pdf#table-b"' in pages["supplement"]
    assert "First" not in pages["supplement"]
    assert 'href="#table-d"' in pages["supplement"]


def test_what_is_for_one_medium_is_not_in_the_other():
    tree = assembled(TWO)
    screen, pages = for_screen(tree), for_print(tree)
    assert "On a screen" in screen
    assert "On paper" not in screen
    assert "On paper" in pages["report"]
    assert "On a screen" not in pages["supplement"]


def test_a_page_without_a_supplement_is_one_document():
    assert list(for_print(assembled())) == ["report"]
