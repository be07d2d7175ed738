"""The pages of made extremes, laid out and measured: nothing beyond a margin, nothing parted."""

import pytest
from lxml import html

from tests.trialtrail.report.extreme_studies import FONTS, LARGE, RARE, SPOKEN, STUDIES
from tools.measure_layout import lay_out, measure
from trialtrail.report.render import make_report


@pytest.fixture(scope="module", params=STUDIES)
def made(request, tmp_path_factory):
    """Return name, report and documents as they are laid out, once for all tests."""
    name = request.param
    report = make_report(STUDIES[name](tmp_path_factory.mktemp(name)))
    documents = {each: lay_out(report.print_pages[each], FONTS) for each in ("report",)}
    return name, report, documents


def tree_of(report):
    return html.document_fromstring(report.html)


def test_no_page_of_an_extreme_has_a_fault(made):
    name, _, documents = made
    for document in documents.values():
        faults = {page.number: page.problems() for page in measure(document) if page.problems()}
        assert not faults, name


def test_what_an_extreme_is_about_is_printed(made):
    name, report, _ = made
    tree = tree_of(report)
    words = " ".join(tree.xpath("//body")[0].text_content().split())
    if name == "eight_arms":
        means = [
            " ".join(each.text_content().split())
            for each in tree.xpath("//table[@id='table-primary-means']/tbody/tr")
        ]
        assert len(means) == 9
        assert sum("reference" in line for line in means) == 1
        heads = tree.xpath("//table[starts-with(@id, 'table-baseline')]/thead/tr/th")
        assert sum("level" in head.text_content() for head in heads) == 8
    elif name == "other_scripts":
        spoken = tree.xpath("//q[@dir='rtl' and @lang='und-Arab']")
        assert spoken[0].text_content() in SPOKEN[0]
        assert spoken[0].getparent().get("dir") == "rtl"
        assert report.without_font == {RARE: 2} or report.without_font == {RARE: 1}
        assert "[U+20BB7]" in words
        assert RARE not in words
    elif name == "long_names":
        assert "<script>x</script>" in words
        assert not tree.xpath("//body//script[text()='x']")
    elif name == "nothing_known":
        notes = [each.text_content() for each in tree.xpath("//p[@role='doc-footnote']")]
        assert notes
        assert set(notes) == {"a Nobody has a value in either arm"}


def test_only_a_page_that_needs_them_has_the_fonts_of_a_script(made):
    name, report, _ = made
    for family in ("IBMPlexSansArabic-Regular", "TrialtrailSansHan-Regular"):
        used = f"fonts/{family}.woff2" in report.print_pages["report"]
        assert used == (name == "other_scripts")


def test_the_arms_of_a_row_have_the_same_decimals(made):
    """Of sixty outcomes, some have a spread below a limit in one arm and above it in the other."""
    _, report, _ = made
    table = tree_of(report).xpath("//table[@id='table-secondary-means']/tbody/tr")
    for row in table:
        means = row.xpath("./td[count(.//a[@data-n]) = 2]")
        decimals = {
            len(number.text_content().partition(".")[2])
            for cell in means
            for number in cell.xpath(".//a[@data-n]")
        }
        assert len(decimals) <= 1


@pytest.mark.nightly
@pytest.mark.parametrize("name", [*STUDIES, *LARGE])
def test_no_page_of_a_supplement_has_a_fault(tmp_path, name):
    report = make_report((STUDIES | LARGE)[name](tmp_path))
    for page in report.print_pages.values():
        pages = measure(lay_out(page, FONTS))
        assert not [each.problems() for each in pages if each.problems()]
