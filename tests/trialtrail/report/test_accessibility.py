"""What a voice or a keyboard meets in the report: headings, tables, lists, figures, languages."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pypdf
import pytest
from lxml import etree, html

from tests.trialtrail.report.fake_study import STUDY, TEMPLATES
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.pdf import pdf_of
from trialtrail.report.render import make_report

FONTS = sorted((TEMPLATES / "fonts").glob("*.woff2"))
SCOPES = {"col", "row", "colgroup", "rowgroup"}
PAGE = """<html lang="de"><head><title>Seite</title></head><body><main><h1>Seite</h1>
<p>Ein Satz. <span lang="en-GB">A sentence.</span></p><p lang="fr">Un mot</p>
<ol><li>eins</li></ol><ul><li>zwei</li></ul><ul style="list-style: none"><li>drei</li></ul>
<table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody><tr><th scope="rowgroup" colspan="2">G</th></tr>
<tr><th scope="row">x</th><td>1</td></tr></tbody></table>
<p><a href="../other.html"><span>Two</span> words</a></p></main></body></html>"""


@pytest.fixture(scope="module")
def pages():
    report = make_report(replace(WHOLE, study={**STUDY, "language": "de"}))
    whole = {"screen": report.html, **report.print_pages}
    return {name: html.document_fromstring(page) for name, page in whole.items()}


def faults(tree):
    """Return what is wrong with a page, in words."""
    found, level = [], 1
    for heading in tree.xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6"):
        now = int(heading.tag[1])
        if now > level + 1:
            found.append(f"a jump to h{now}: {heading.text_content().strip()}")
        if not heading.text_content().strip():
            found.append(f"an empty h{now}")
        level = now
    for table in tree.xpath("//table"):
        if not table.xpath(".//th"):
            found.append("a table without a header")
        for cell in table.xpath(".//th"):
            if cell.get("scope") not in SCOPES:
                found.append(f"a header without its scope: {cell.text_content().strip()}")
    for drawn in tree.xpath("//svg[not(ancestor::svg)]"):
        if not (drawn.findtext("title") or "").strip():
            found.append("a figure without an alternative text")
    found += ["an image without one" for each in tree.xpath("//img") if not each.get("alt")]
    for each in tree.xpath("//ul/* | //ol/*"):
        if each.tag != "li":
            found.append(f"a {each.tag} in a list")
    if not tree.get("lang"):
        found.append("a page without a language")
    return found


@pytest.mark.parametrize("name", ["screen", "report", "supplement"])
def test_nothing_is_wrong_with_the_pages(pages, name):
    assert faults(pages[name]) == []
    assert pages[name].get("lang") == "de"


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<h1>a</h1><h3>b</h3>", "a jump to h3: b"),
        ("<h1>a</h1><h2> </h2>", "an empty h2"),
        ("<table><tr><th>a</th></tr></table>", "a header without its scope: a"),
        ("<table><tr><td>a</td></tr></table>", "a table without a header"),
        ("<svg><title> </title></svg>", "a figure without an alternative text"),
        ('<img src="a">', "an image without one"),
        ("<ul><li>a</li><b>c</b></ul>", "a b in a list"),
    ],
)
def test_each_fault_would_be_found(page, fault):
    tree = html.document_fromstring(f'<html lang="en"><body>{page}</body></html>')
    assert faults(tree) == [fault]
    assert faults(html.document_fromstring("<html><body>a</body></html>")) == [
        "a page without a language"
    ]


def elements(pdf):
    """Yield each element of the structure of a PDF, in the order in which it is read."""

    def within(node):
        node = node.get_object()
        if not isinstance(node, dict):
            return
        if "/S" in node:
            yield node
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            if not isinstance(kid, int):
                yield from within(kid)

    return list(within(pdf.trailer["/Root"]["/StructTreeRoot"]["/K"][0]))


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.pdf"
    path.write_bytes(pdf_of(PAGE, FONTS))
    return pypdf.PdfReader(path)


def test_languages_scopes_and_lists_are_those_of_the_page(laid_out):
    every = elements(laid_out)
    assert laid_out.trailer["/Root"]["/Lang"] == "de"
    assert [each["/Lang"] for each in every if "/Lang" in each] == ["en-GB", "fr"]
    headers = [each for each in every if each["/S"] == "/TH"]
    assert [each["/A"]["/Scope"] for each in headers] == ["/Column", "/Column", "/Row", "/Row"]
    lists = [each["/A"]["/ListNumbering"] for each in every if each["/S"] == "/L"]
    assert lists == ["/Decimal", "/Disc", "/None"]


def test_a_link_has_one_annotation_that_says_its_words(laid_out):
    (page,) = laid_out.pages
    (link,) = [each.get_object() for each in page["/Annots"]]
    assert link["/Contents"] == "Two words"
    assert link["/A"]["/URI"] == "../other.html"


def test_it_is_read_in_the_order_of_the_page(pages):
    page = etree.tostring(pages["report"], method="html", encoding="unicode")
    every = elements(pypdf.PdfReader(BytesIO(pdf_of(page, FONTS))))
    kinds = {
        "/H1": "h1",
        "/H2": "h2",
        "/H3": "h3",
        "/Caption": "caption",
        "/BlockQuote": "blockquote",
    }
    read = [kinds[each["/S"]] for each in every if each["/S"] in kinds]
    stands = [each.tag for each in pages["report"].iter(*kinds.values())]
    assert read == stands
    # What stays English, and within it a reference, which is named in German.
    assert {each["/Lang"] for each in every if "/Lang" in each} == {"en-GB", "de"}
