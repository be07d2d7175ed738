"""The Word file of the shipped study beside its page: each heading, caption, paragraph and cell."""

import re

import docx
import pytest
from docx.oxml.ns import qn
from lxml import html

from tests.scripts.test_write_word_report import SVG, opened
from trialtrail.report.word import document as word
from trialtrail.report.word.document import word_document

LINES = "//span[re:test(@class, '\\b(value|what|pattern)\\b')] | //div/strong"


@pytest.fixture(scope="module")
def page(moments):
    return (moments.results / "report/print/report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def document(page):
    """The file, with one drawing for all figures: drawing them takes longer than all else."""
    with pytest.MonkeyPatch.context() as patched:
        small = word.picture_of(SVG.encode(), 20, [])
        names = html.document_fromstring(page).xpath("//figure/@id")
        parts = {name.removeprefix("figure-"): b"" for name in names}
        patched.setattr(word, "drawn_parts", lambda figures: parts)
        patched.setattr(word, "picture_of", lambda *given: small)
        return opened(word_document(page, [], []))


def plain(text):
    """Return a text without white space and quotation marks, which a browser adds itself."""
    return re.sub(r"[\s“”]", "", text)


def spaced(text):
    return " ".join(text.split())


def in_paragraph(element):
    """Return a paragraph of the page as the file has it: in the abstract behind its term."""
    text = plain(element.text_content())
    within = element.getparent()
    if within.xpath("self::dd[ancestor::dl[@class='abstract']]") and within[0] is element:
        return plain(within.getprevious().text_content()) + "." + text
    return text


def read(page):
    """Return the page as a tree of what is printed; what stands on lines of its own is apart."""
    tree = html.document_fromstring(page)
    for gone in tree.xpath("//svg | //style | //*[@data-only='screen']"):
        gone.drop_tree()
    for line in tree.xpath("//*[contains(@class, 'integration')]//span[@class]"):
        if "pattern" in line.get("class").split():
            line.text = "; " + (line.text or "")
            line.attrib.pop("class")
    for line in tree.xpath(LINES, namespaces={"re": "http://exslt.org/regular-expressions"}):
        line.text = " " + (line.text or "")
        line.tail = " " + (line.tail or "")
    for line in tree.iter("br", "li", "p", "td", "th", "div"):
        line.tail = " " + (line.tail or "")
    return tree


def test_each_table_cell_is_that_of_the_page(page, document):
    tables = read(page).xpath("//table")
    made = [table for table in document.tables if table.style.name == "Report Table"]
    assert len(made) == len(tables) > 10
    for table, expected in zip(made, tables, strict=True):
        rows = []
        for row in table._tbl.tr_lst:
            cells = []
            for cell in row.tc_lst:
                if cell.vMerge != "continue":
                    text = "\n".join(
                        docx.text.paragraph.Paragraph(p, None).text for p in cell.p_lst
                    )
                    cells.append(spaced(text.replace("“", "").replace("”", "")))
            rows.append(cells)
        assert rows == [
            [spaced(re.sub("[“”]", "", cell.text_content())) for cell in row.xpath("td | th")]
            for row in expected.iter("tr")
        ]


def test_each_heading_caption_and_paragraph_is_there_in_order(page, document):
    tree = read(page)
    headings = [spaced(each.text_content()) for each in tree.xpath("//main//h2 | //main//h3")]
    counts, made = [0, 0, 0], []
    for each in document.paragraphs:
        if each.style.name in ("Heading 1", "Heading 2"):
            level = each._p.pPr.numPr.ilvl.val
            counts = [*counts[:level], counts[level] + 1, 0, 0][:3]
            made.append(".".join(map(str, counts[: level + 1])) + " " + each.text)
    assert made == headings
    captions = [spaced(each.text_content()) for each in tree.xpath("//caption | //figcaption")]
    styles = ("Caption", "Figure Caption")
    assert [p.text for p in document.paragraphs if p.style.name in styles] == captions
    texts = [in_paragraph(each) for each in tree.xpath("//p[not(ancestor::table)]")]
    whole = [plain(each.text) for each in document.paragraphs]
    assert [text for text in texts if text and text not in whole] == []


def test_terms_and_what_is_said_of_them_share_a_paragraph_and_no_word_runs_on(page, document):
    lists = read(page).xpath("//dl[contains(@class, 'listed')]/div")
    paragraphs = [each.text.split() for each in document.paragraphs]
    expected = [each.text_content().split() for each in lists]
    assert len(expected) > 50
    assert [words for words in expected if words not in paragraphs] == []


def test_each_work_is_listed_once_without_the_way_back(page, document):
    works = [spaced(each.text_content()) for each in read(page).xpath("//*[@data-reference]")]
    made = [each.text for each in document.paragraphs if each.style.name == "Bibliography"]
    assert made == works
    assert len(made) > 10


def test_each_printed_number_of_the_text_is_there(page, document):
    printed = [each.text_content() for each in read(page).xpath("//body//*[@data-n]")]
    whole = spaced(" ".join("".join(t.itertext()) for t in document.element.iter(qn("w:p"))))
    assert len(printed) > 1000
    assert [text for text in set(printed) if spaced(text) not in whole] == []


def test_links_lead_to_bookmarks_and_figures_have_words(document):
    names = {each.get(qn("w:name")) for each in document.element.iter(qn("w:bookmarkStart"))}
    anchors = {link.get(qn("w:anchor")) for link in document.element.iter(qn("w:hyperlink"))}
    fields = " ".join(each.text for each in document.element.iter(qn("w:instrText")))
    assert (anchors - {None}) | set(re.findall(r" REF (\S+)", fields)) <= names
    assert len(document.inline_shapes) > 0
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)
