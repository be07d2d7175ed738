"""A fact in a text is printed as it is stated only where its rows bear it out."""

from dataclasses import replace

import pytest
from lxml import html

from tests.trialtrail.report.fake_study import tables, write_text
from tests.trialtrail.report.made_analyses import written
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.errors import StudyError
from trialtrail.report.render import make_report

BLIND = {
    "row": "blind",
    "statement": "timed by a nurse who was not told",
    "otherwise": "",
    "source": "Visit: Blind",
    "rests_on": "visit.blind",
    "asked": "every one of the visits",
    "counted": "visits",
    "n": "289",
    "denominator": "292",
    "percent": "98.97",
    "others": "3",
    "unknown": "0",
    "verdict": "contradicted",
}


def summary(folder, text, **changes):
    """Return the words of a summary, and the page."""
    table = written(folder / "conduct.csv", [BLIND | changes])
    text = write_text(folder, "summary.md", text)
    page = make_report(
        replace(WHOLE, tables=[*tables("flow", "row_accounts"), table], texts=[text])
    ).html
    tree = html.document_fromstring(page)
    (section,) = tree.xpath("//section[@id='summary']")
    return " ".join(section.xpath("./p")[-1].text_content().split()), tree


@pytest.mark.parametrize(
    ("changes", "call", "said"),
    [
        ({"verdict": "borne out"}, "'blind'", "timed by a nurse who was not told"),
        ({"verdict": "borne out"}, "'blind', 'timed unawares'", "timed unawares"),
        ({"verdict": "stated"}, "'blind'", "timed by a nurse who was not told"),
        ({}, "'blind', 'timed unawares'", "timed unawares (recorded: 289 of 292 visits)"),
        ({}, "'blind', 'x', 'blind in {n} of {denominator}'", "blind in 289 of 292"),
        ({"otherwise": "not of {others}"}, "'blind'", "not of 3"),
        ({"otherwise": "not of {others}"}, "'blind', 'x', 'of {n}'", "of 289"),
        (
            {"verdict": "not known", "unknown": "3", "others": "0"},
            "'blind', 'timed unawares'",
            "timed unawares (recorded: 289 of 292 visits; not known of 3)",
        ),
        (
            {"verdict": "not known", "denominator": "0", "n": "0", "others": "0"},
            "'blind', 'timed unawares'",
            "timed unawares (not known: there is no record of it)",
        ),
        (
            {"verdict": "not known", "denominator": "", "n": "", "others": "", "unknown": ""},
            "'blind', 'timed unawares'",
            "timed unawares (not known: there is no record of it)",
        ),
    ],
)
def test_a_text_prints_what_its_rows_bear(tmp_path, changes, call, said):
    assert summary(tmp_path, f"It was {{{{ fact({call}) }}}}.", **changes)[0] == f"It was {said}."


def test_the_counts_of_a_fact_are_numbers_of_cells(tmp_path):
    tree = summary(tmp_path, "It was {{ fact('blind') }}.")[1]
    found = tree.xpath("//section[@id='summary']//*[@data-fact='blind']//a/@data-n")
    assert found == ["conduct-blind-n", "conduct-blind-denominator"]


def test_a_passage_can_be_chosen_by_a_fact(tmp_path):
    text = "{% if holds('blind') %}Blind.{% else %}Not blind.{% endif %}"
    assert summary(tmp_path, text)[0] == "Not blind."
    assert summary(tmp_path, text, verdict="borne out")[0] == "Blind."


def test_words_of_a_fact_are_text(tmp_path):
    said, tree = summary(tmp_path, "{{ fact('blind', 'a <b>bold</b> claim') }}")
    assert said.startswith("a <b>bold</b> claim")
    assert not tree.xpath("//section[@id='summary']//b")


def test_a_fact_that_is_not_declared_is_told_with_the_nearest(tmp_path):
    with pytest.raises(StudyError, match="`blind`") as told:
        summary(tmp_path, "One.\n\n{{ fact('blinds') }}")
    assert "line 3" in str(told.value.text())


def test_the_supplement_lists_each_fact_with_its_verdict(tmp_path):
    tree = summary(tmp_path, "It was {{ fact('blind') }}.")[1]
    (section,) = tree.xpath("//section[starts-with(@id, 'conduct')]")
    words = " ".join(section.text_content().split())
    assert "contradicted" in words
    assert "Visit: Blind" in words
    assert section.get("data-document") == "supplement"


def test_nothing_is_said_of_a_fact_whose_verdict_is_not_published(tmp_path):
    text = write_text(tmp_path, "summary.md", "It was {{ fact('blind', 'timed unawares') }}.")
    published = replace(WHOLE, tables=tables("flow", "row_accounts"), texts=[text])
    page = make_report(replace(published, unpublished=["conduct"])).html
    (said,) = html.document_fromstring(page).xpath("//section[@id='summary']//*[@data-fact]")
    assert said.text_content() == "[c]"
    assert "timed unawares" not in page
