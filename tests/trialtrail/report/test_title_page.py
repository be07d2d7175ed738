"""The title page of the report: registration, protocol and plan, where the study names them."""

from __future__ import annotations

from dataclasses import replace

from lxml import html

from tests.trialtrail.report.fake_study import STUDY
from tests.trialtrail.report.made_analyses import words_of
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.render import make_report


def title_page(**keys):
    """Return the title page of a study with these keys."""
    page = make_report(replace(WHOLE, study=STUDY | keys)).html
    return html.document_fromstring(page).find_class("title")[0]


def test_what_the_study_names_stands_there_in_its_order():
    page = title_page(
        plan={"version": "1.0", "date": "2024-05-02", "note": "Written before 2024."},
        protocol={"date": "2024-01-15"},
        registration={"registry": "ISRCTN", "number": "ISRCTN00000000"},
    )
    facts = page.find_class("facts")[0]
    assert [words_of(each) for each in facts.findall("div/dt")] == [
        "Registration",
        "Protocol",
        "Analysis plan",
    ]
    assert [words_of(each) for each in facts.findall("div/dd")] == [
        "ISRCTN ISRCTN00000000",
        "2024-01-15",
        "Version 1.0, 2024-05-02. Written before 2024.",
    ]


def test_a_study_that_names_none_has_the_page_that_it_had():
    page = title_page()
    assert page.get("class") == "title"
    assert not page.find_class("facts")
