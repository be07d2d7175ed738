"""Citations: by key in texts, numbered as they first stand, listed once, with ways both ways."""

import json

import pytest
import yaml
from lxml import html
from markupsafe import Markup

from tests.trialtrail.report.fake_study import TEMPLATES
from trialtrail.analysis.methods import METHODS
from trialtrail.errors import StudyError
from trialtrail.report.body_check import Sources, check_body
from trialtrail.report.references import References, cites_in, format_works
from trialtrail.report.templates import environment, render
from trialtrail.report.texts import read_text

BIB = """@article{Smith2020, author = {Smith, Ann and {A Group}}, title = {On {DNA} & more},
journal = {J Trials}, year = {2020}, volume = {5}, number = {2}, pages = {10--19},
doi = {10.1000/x.5}}
@book{other, author = {Öster, B}, title = {A <b>book</b>}, publisher = {P}, year = 2001}
"""


def works(tmp_path, text=BIB, name="own.bib"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return References(TEMPLATES, path)


def page(body):
    return html.document_fromstring(
        f"<body><main><section id=a>{body}</section>"
        '<section id="references"><h2>References</h2><ol class="references"></ol></section></main>'
    )


def sources(known):
    return Sources(
        {}, {}, frozenset(), (), frozenset(), frozenset(), known.formatted, known.numbers
    )


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("so [@a].", 'so {{ cite("a") }}.'),
        ("[@a; @b:c/d_1]", '{{ cite("a", "b:c/d_1") }}'),
        ("[@a;@b]\n[@c]", '{{ cite("a", "b") }}\n{{ cite("c") }}'),
        (r"\[@a] me@b.org [a@b] [@] [@ a]", None),
        ('[@a"b] [@a}}]', None),
    ],
)
def test_texts_cite_by_key(text, calls):
    assert cites_in(text) == (calls or text)


def test_works_are_numbered_as_they_first_stand_and_lead_there_and_back(tmp_path):
    known = works(tmp_path)
    first, second = known.cite("other", "welch1947"), known.cite("Smith2020", "other")
    tree = page(Markup("<p>x {}, y {}</p>").format(first, second))
    known.fill(tree)
    assert tree.xpath("string(//p)") == "x [1, 2], y [3, 1]"
    entries = tree.xpath("//li")
    assert [each.get("id") for each in entries] == [
        f"reference-{key}" for key in ("other", "welch1947", "smith2020")
    ]
    ids = set(tree.xpath("//@id"))
    inside = [href for href in tree.xpath("//a/@href") if href.startswith("#")]
    assert {href[1:] for href in inside} <= ids
    assert len(tree.xpath("//@id")) == len(ids)
    assert tree.xpath("//li[3]/span/a/@href") == ["https://doi.org/10.1000/x.5"]
    shown = "".join(entries[2][0].itertext())
    assert shown == "Smith A, A Group. On DNA & more. J Trials. 2020;5(2):10–9. doi:10.1000/x.5"
    assert "<b>" in entries[0].text_content()
    check_body(tree, sources(known))


@pytest.mark.parametrize("change", ["//li/span", "//a[@data-citation]"])
def test_what_is_not_the_entry_or_its_number_is_refused(tmp_path, change):
    known = works(tmp_path)
    tree = page(Markup("<p>{}</p>").format(known.cite("smith2020")))
    known.fill(tree)
    tree.xpath(change)[0].text = "7"
    with pytest.raises(StudyError):
        check_body(tree, sources(known))


def test_a_number_of_an_entry_is_allowed_nowhere_else(tmp_path):
    known = works(tmp_path)
    tree = page(Markup("<p>{} in 2020</p>").format(known.cite("smith2020")))
    known.fill(tree)
    with pytest.raises(StudyError):
        check_body(tree, sources(known))


def test_what_is_not_cited_is_told_and_not_listed(tmp_path):
    known = works(tmp_path)
    tree = page(Markup("<p>{}</p>").format(known.cite("other")))
    known.fill(tree)
    assert len(tree.xpath("//li")) == 1
    assert known.never_cited() == ["smith2020"]


def test_nothing_cited_no_section_and_no_section_no_marks(tmp_path):
    known = References(TEMPLATES)
    tree = page("<p>x</p>")
    known.fill(tree)
    assert not tree.xpath("//section[@id='references']")
    tree = html.document_fromstring(f"<p>x {known.cite('holm1979')}, y</p>")
    known.fill(tree)
    assert tree.xpath("string(//p)") == "x, y"


def test_a_work_that_is_not_there_is_named_with_the_nearest(tmp_path):
    with pytest.raises(StudyError, match="smith2021"):
        works(tmp_path).cite("smith2021")


@pytest.mark.parametrize(
    ("text", "line"),
    [("One.\n\nTwo [@holm1978].", 3), ("---\nallowed: []\n---\n[@iche9r1; @holm1978]", 4)],
)
def test_a_key_without_a_work_is_told_with_file_line_and_the_nearest(tmp_path, text, line):
    path = tmp_path / "methods.md"
    path.write_text(text, encoding="utf-8")
    templates = environment(TEMPLATES, {path.name: read_text(path)})
    templates.globals["cite"] = References(TEMPLATES).cite
    with pytest.raises(StudyError, match="holm1979") as refused:
        render(templates, "text/methods.md")
    assert f"methods.md, line {line}" in refused.value.where


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "{"),
        ("a.json", '[{"type": "book"}]'),
        ("a.json", '"x"'),
        ("a.json", '[{"id": "a", "type": "book"}, {"id": "A", "type": "book"}]'),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path, name, text):
    with pytest.raises(StudyError) as refused:
        works(tmp_path, text, name).cite("a")
    assert refused.value.where.endswith(name)


def test_dates_of_a_day_are_apart():
    given = [{"id": "w", "type": "webpage", "title": "T", "URL": "https://x.org/",
              "accessed": {"date-parts": [[2026, 1, 2]]}}]  # fmt: skip
    from citeproc.source.json import CiteProcJSON

    text = format_works(CiteProcJSON(given), ["w"], TEMPLATES)["w"]
    assert "cited 2026 Jan 2" in text


def test_each_shipped_use_names_a_method_and_a_work():
    uses = yaml.safe_load((TEMPLATES / "references" / "uses.yaml").read_text(encoding="utf-8"))
    shipped = json.loads((TEMPLATES / "references" / "methods.json").read_text(encoding="utf-8"))
    keys = {key for kind in uses.values() for listed in kind.values() for key in listed}
    assert keys <= {work["id"] for work in shipped}
    assert all(any(part in name for name in METHODS) for part in uses["methods"])


def test_each_guideline_and_measure_has_a_work():
    known = References(TEMPLATES)
    folder = TEMPLATES / "checklists"
    read = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yaml")]
    measures = ["Cohen’s kappa", "Conger’s kappa", "Gwet", "Unitising alpha", "Farmer"]
    for title in [*(each["title"] for each in read), *measures]:
        assert len(html.fromstring(f"<p>{known.of_words(title)}</p>").xpath("//a")) == 1, title


def test_shipped_works_have_what_a_reader_finds_them_by():
    shipped = json.loads((TEMPLATES / "references" / "methods.json").read_text(encoding="utf-8"))
    for work in shipped:
        if work["type"] == "article-journal":
            assert {"container-title", "volume", "page", "issued"} <= set(work), work["id"]
        assert work.get("DOI", "10.1/").startswith("10."), work["id"]
