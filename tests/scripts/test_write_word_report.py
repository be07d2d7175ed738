"""The Word file beside the page it is made from: each text of it, once, in order."""

import io
import re
import zipfile
from types import SimpleNamespace

import docx
import pytest
from docx.oxml.ns import qn
from lxml import html

from tests.trialtrail.report.fake_study import TEMPLATES
from trialtrail.errors import StudyError
from trialtrail.report.word.document import word_document

from scripts import write_word_report

FONTS = sorted((TEMPLATES / "fonts").glob("*.ttf"))
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="100pt" height="50pt" viewBox="0 0 100 50">'
    '<text x="5" y="20" font-family="IBM Plex Sans" font-size="9">7 of 9</text></svg>'
)
PAGE = """<html lang="en-GB"><head><title>A trial</title>
<meta name="description" content="A subtitle"><style>
.keys .value, .keys .what, .pattern { display: block } .gone { display: none }
.more::before { content: "; " } .more::after { content: counter(page) }
@media screen { .value { display: inline } }</style></head><body>
<header><p class="short">SHORT</p><h1>A trial</h1>
<div class="notice"><strong>Synthetic data</strong><p>Nobody is described.</p></div>
<nav id="contents"><h2 class="plain">Contents</h2><ol><li><a href="#section-1">
<span class="number">1</span> Results</a></li></ol></nav></header><main>
<section id="results"><h2 id="section-1"><span class="number">1</span> Results</h2>
<div class="keys"><div><span class="value"><a data-n="x" href="../x.html#x">85</a>%</span
><span class="what">followed up</span></div></div>
<p>Of <a data-n="y" href="../lineage/index.html#y">12</a><strong> women</strong>, <em>all</em>
came<span class="more">twice</span> (<a href="#table-x">Table 1</a>,
<a href="#results">Section 1</a>,
<a href="supplement.pdf#a">Table S1</a>, <a href="https://example.org/">there</a>).</p>
<p class="gone">never</p><p data-only="screen">never</p>
<h3><span class="number">1.1</span> Arms</h3><h4>Not numbered</h4>
<div class="table"><table id="table-x" class="keep">
<caption><span class="label">Table 1</span> Of <em>arms</em>.</caption>
<thead><tr><th rowspan="2">Outcome</th><th colspan="2" class="span">Control</th></tr>
<tr><th class="num">n</th><th class="num">Mean</th></tr></thead>
<tbody><tr class="group"><th colspan="3">Group</th></tr>
<tr class="sub"><th rowspan="2">Sum<span class="pattern">expected 3</span></th>
<td class="num">3</td><td class="num">\N{MINUS SIGN}1.5 (2)</td></tr>
<tr><td>a<br>b</td><td><ul><li>one <a data-n="z" href="#z">1</a></li><li>two</li></ul></td></tr>
</tbody></table><p class="note">Note \N{DAGGER}</p></div>
<figure id="figure-plot"><div><svg><title>7 of 9 came</title></svg></div>
<figcaption><span class="label">Figure 1</span> Who came.</figcaption></figure>
<div class="landscape"><table id="table-y">
<caption><span class="label">Table 2</span> Wide.</caption>
<tbody><tr><td>wide</td></tr></tbody></table></div>
<ul><li>First</li><li>Second</li></ul><ol><li>Step</li></ol>
<blockquote><p><q>Well</q></p><p class="voice">Somebody</p></blockquote>
</section></main></body></html>"""
TEXTS = [
    "SHORT", "A trial", "Synthetic data", "Nobody is described.", "Contents", "1\tResults",
    "1 Results", ["85%\nfollowed up"],
    "Of 12 women, all came; twice (Table 1, Section 1, Table S1, there).", "1.1 Arms",
    "Not numbered",
    "Table 1 Of arms.",
    ["Outcome", "Control", "n", "Mean", "Group", "Sum\nexpected 3", "3", "−1.5 (2)", "a\nb",
     "one 1\ntwo"],
    "Note †", "Figure 1 Who came.", "Table 2 Wide.", ["wide"], "First", "Second", "Step",
    "“Well”", "Somebody",
]  # fmt: skip


def made(tmp_path, page=PAGE, template=None):
    """Return the file of a page, as bytes."""
    figure = tmp_path / "plot.svg"
    figure.write_text(SVG)
    return word_document(page, [figure], FONTS, template)


def texts_of(document):
    """Return the texts of a file in order: numbered as Word counts, a table as its cells."""
    found, counts, seen = [], [0, 0, 0], set()
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            cells = [cell for row in block.rows for cell in row.cells if cell._tc not in seen]
            texts = []
            for cell in cells:
                if cell._tc not in seen:
                    seen.add(cell._tc)
                    texts.append(cell.text)
            found.append([text for text in texts if text])
            continue
        text = block.text
        if block.style.name.startswith("Heading") and block._p.pPr.numPr is not None:
            level = block._p.pPr.numPr.ilvl.val
            counts = [*counts[:level], counts[level] + 1, 0, 0][:3]
            text = ".".join(map(str, counts[: level + 1])) + " " + text
        if text:
            found.append(text)
    return found


def opened(data):
    return docx.Document(io.BytesIO(data))


def test_every_text_is_there_once_in_order_and_none_runs_into_another(tmp_path):
    assert texts_of(opened(made(tmp_path))) == TEXTS


def test_headings_captions_and_references_are_words_own(tmp_path):
    document = opened(made(tmp_path))
    styles = {block.text: block.style.name for block in document.paragraphs if block.text}
    assert styles["Results"] == "Heading 1"
    assert (styles["Arms"], styles["Not numbered"]) == ("Heading 2", "Heading 3")
    assert (styles["Table 1 Of arms."], styles["A trial"]) == ("Caption", "Title")
    fields = [each.text.strip() for each in document.element.iter(qn("w:instrText"))]
    assert fields == [
        r'TOC \o "1-1" \n \h \z', r"REF table_x \h", r"REF results \r \h",
        r"SEQ Table \* ARABIC", r"SEQ Figure \* ARABIC", r"SEQ Table \* ARABIC",
    ]  # fmt: skip
    names = [each.get(qn("w:name")) for each in document.element.iter(qn("w:bookmarkStart"))]
    assert {"table_x", "results", "section_1"} <= set(names)
    assert len(names) == len(set(names))
    kinds = [each.get(qn("w:fldCharType")) for each in document.element.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"] * 6
    outside = [rel.target_ref for rel in document.part.rels.values() if rel.is_external]
    assert outside == ["https://example.org/"]


def test_tables_are_real(tmp_path):
    table = opened(made(tmp_path)).tables[1]
    heads = [bool(row._tr.findall(f".//{qn('w:tblHeader')}")) for row in table.rows]
    assert heads == [True, True, False, False, False]
    assert table.cell(0, 1)._tc is table.cell(0, 2)._tc
    assert table.cell(0, 0)._tc is table.cell(1, 0)._tc
    assert table.cell(3, 0)._tc is table.cell(4, 0)._tc
    assert table.cell(3, 1).paragraphs[0].style.name == "Table Number"
    assert table.cell(0, 0).paragraphs[0].style.name == "Table Heading"


def test_figures_have_words_and_wide_pages_are_turned(tmp_path):
    document = opened(made(tmp_path))
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == "7 of 9 came"
    turned = [section.page_width > section.page_height for section in document.sections]
    assert turned == [False, True, False]


def test_same_page_same_bytes_without_clock_or_author(tmp_path):
    first = made(tmp_path)
    assert first == made(tmp_path)
    core = opened(first).core_properties
    assert (core.title, core.subject, core.language) == ("A trial", "A subtitle", "en-GB")
    assert (core.author, core.created, core.last_modified_by) == ("", None, "")
    dates = {part.date_time for part in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("kind", ["document", "template"])
def test_a_template_decides_how_it_looks_and_loses_its_own_text(tmp_path, kind):
    template = tmp_path / "journal.dotx"
    own = docx.Document()
    own.add_paragraph("Dear author")
    own.styles["Heading 1"].font.name = "Journal Face"
    own.core_properties.author = "An Editor"
    own.save(template)
    if kind == "template":
        with zipfile.ZipFile(template) as given:
            parts = {each.filename: given.read(each) for each in given.infolist()}
        with zipfile.ZipFile(template, "w") as changed:
            for name, data in parts.items():
                changed.writestr(name, data.replace(b"document.main+xml", b"template.main+xml"))
    document = opened(made(tmp_path, template=template))
    assert texts_of(document) == TEXTS
    assert document.styles["Heading 1"].font.name == "Journal Face"
    assert document.core_properties.author == ""


def test_what_is_no_word_file_is_refused_by_name(tmp_path):
    template = tmp_path / "journal.docx"
    template.write_text("not a zip")
    with pytest.raises(StudyError) as refused:
        made(tmp_path, template=template)
    assert refused.value.where == template.as_posix()


def test_printed_numbers_that_word_would_count_otherwise_stay_as_they_are(tmp_path):
    page = PAGE.replace(">1</span> Results", ">7</span> Results").replace("Table 1<", "Table 4<")
    found = texts_of(opened(made(tmp_path, page)))
    assert "7 Results" in found
    assert "Table 4 Of arms." in found


def test_the_job_writes_it(tmp_path):
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "plot.svg").write_text(SVG)
    inputs = SimpleNamespace(
        page=str(tmp_path / "page.html"),
        figures=str(tmp_path / "plot.svg"),
        fonts=[str(font) for font in FONTS],
    )
    output = SimpleNamespace(document=str(tmp_path / "report.docx"))
    write_word_report.main(SimpleNamespace(input=inputs, output=output))
    assert (tmp_path / "report.docx").read_bytes() == made(tmp_path)


def test_markup_that_is_not_closed_or_empty_is_still_a_file(tmp_path):
    page = "<html><body><main><p>a<p>b<table><tr><td></table><dl><dt>t<dd>d</dl>x</main>"
    found = texts_of(opened(made(tmp_path, page)))
    assert found == ["a", "b", [], "t\td", "x"]
    assert html.document_fromstring(page) is not None
    assert not re.search("None", str(found))


def paragraphs_of(tmp_path, body, css=""):
    """Return the paragraphs of a page of its own, and the whole file."""
    page = (
        f"<html><head><title>T</title><style>{css}</style></head><body><main>{body}</main></body>"
    )
    document = opened(made(tmp_path, page))
    return [each for each in document.paragraphs if each.text.strip()], document


def test_short_lists_stand_in_two_columns_and_long_ones_in_one(tmp_path):
    short = "<dl class=listed><div><dt>T1 Name</dt> <dd>Section 4</dd></div></dl>"
    told, document = paragraphs_of(tmp_path, f"<p>Before</p>{short}<p>After</p>")
    assert [each.text for each in told] == ["Before", "T1 Name\tSection 4", "After"]
    columns = [each.get(qn("w:num")) for each in document.element.iter(qn("w:cols"))]
    assert columns == [columns[0], "2", columns[0]]
    assert columns[0] != "2"
    kinds = [section.start_type for section in document.sections]
    assert kinds[1:] == [0, 0]  # they go on on the page
    long = short.replace("Section 4", "what is said of it " * 5)
    assert len(paragraphs_of(tmp_path, long)[1].sections) == 1


def test_a_term_too_long_for_its_line_has_its_value_on_the_next(tmp_path):
    body = f"<dl class=listed><div><dt>{'Long term ' * 6}</dt><dd>5 of 9</dd></div></dl>"
    (told,) = paragraphs_of(tmp_path, body)[0]
    assert told.text.endswith("term\n\t5 of 9")


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        ("plain", ["Term. plain"]),
        ("<p>One</p><p>Two</p>", ["Term. One", "Two"]),
        ("Before<ul><li>item</li></ul>after", ["Term. Before", "item", "after"]),
        ("<ul><li>item</li></ul>", ["Term.", "item"]),
    ],
)
def test_a_term_runs_in_where_the_page_has_it_so(tmp_path, said, texts):
    body = f"<dl class=run><div><dt>Term</dt> <dd>{said}</dd></div></dl>"
    css = ".run dt { display: inline } .run dt::after { content: '. ' }"
    assert [each.text.strip() for each in paragraphs_of(tmp_path, body, css)[0]] == texts


def test_notes_of_a_turned_table_stand_on_its_page(tmp_path):
    row = "".join(f"<td class=num>{'9' * 12}</td>" for _ in range(14))
    table = f"<table><tbody><tr>{row}</tr></tbody></table><p class=note>Its note</p><p>More</p>"
    told, document = paragraphs_of(tmp_path, f"<p>Before</p><div>{table}</div><p>After</p>")
    assert [each.text for each in told] == ["Before", "Its note", "More", "After"]
    body = list(document.element.body)
    ends = [place for place, each in enumerate(body) if list(each.iter(qn("w:sectPr")))]
    note = next(place for place, each in enumerate(body) if "Its note" in "".join(each.itertext()))
    assert ends[0] < note < ends[1]
