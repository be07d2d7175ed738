"""What stands in which document, and what a study says of itself: title page to glossary."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from lxml import html

from tests.trialtrail.report.fake_study import STUDY, TABLES, write_text
from tests.trialtrail.report.made_analyses import words_of
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.occurring import occurs
from trialtrail.report.render import make_report

DESIGN = {
    "setting": "Two halls in 1 town.",
    "intervention": {"name": "A weekly walk", "why": "Walking <b>steadies</b>."},
    "training": [
        {"part": "First course", "kind": "initial", "when": "Two days."},
        {"part": "Later", "topics": ["Maps of 2024", "Weather"]},
    ],
    "topic_guides": [{"people": "Guides", "topics": ["The first walk", "Rain"]}],
    "timetable": [{"when": "Week 3", "what": "A call", "who": "Walking group"}],
}


def tree_of(*parts, **changed):
    """Return the page with the sections named, or with all; of few it is made sooner."""
    study = STUDY | changed.pop("study", {})
    material = replace(WHOLE, study=study, parts=parts or None, **changed)
    return html.document_fromstring(make_report(material).html)


def section(tree, name):
    (found,) = tree.xpath(f"//section[@id='{name}']")
    return found


def with_rows(tmp_path, *rows):
    """Return the tables of the whole study, with further rows of `summaries`."""
    known = pd.read_csv(TABLES / "summaries.csv", dtype=str, keep_default_na=False)
    path = tmp_path / "summaries.csv"
    pd.concat([known, pd.DataFrame(rows)]).fillna("").to_csv(path, index=False)
    return [each for each in WHOLE.tables if each.stem != "summaries"] + [path]


def course(row, label, **more):
    return {"row": f"course.{row}", "table": "course", "item": row, "label": label} | more


def test_the_title_page_has_what_the_study_and_the_records_give(tmp_path):
    tables = with_rows(tmp_path, course("last_day", "Last day", note="2024-05-06"))
    authors = [{"name": "A. N. Author", "affiliation": "Ward 3", "orcid": "0000-0002-1825-0097"}]
    software = {"version": "0.1.0", "commits": ["a1", "b2"], "clean": False}
    tree = tree_of(
        "summary", study={"authors": authors, "version": "1.2"}, tables=tables, software=software
    )
    (page,) = tree.xpath("//header[@data-document='report']")
    assert words_of(page.find_class("authors")[0]) == (
        "A. N. Author, Ward 3, ORCID 0000-0002-1825-0097"
    )
    facts = [words_of(each) for each in page.xpath(".//dl[@class='facts']/div")]
    assert facts == [
        "This report Version 1.2",
        "Data Last day in the data: 2024-05-06",
        "Software trialtrail 0.1.0, commits a1, b2, with changes that are in no commit",
    ]


def test_a_day_of_the_cut_goes_before_the_last_day_and_no_checkout_is_said(tmp_path):
    tables = with_rows(tmp_path, course("last_day", "Last day", note="2024-05-06"))
    software = {"version": "0.1.0", "commits": [], "clean": None}
    tree = tree_of("summary", study={"data_cut": "2024-06-01"}, tables=tables, software=software)
    facts = [words_of(each) for each in tree.xpath("//dl[@class='facts']/div")]
    assert facts[0] == "Data cut 2024-06-01"
    assert "files that are no checkout: there is no commit" in facts[1]


def test_the_design_prints_what_is_given_and_who_was_taught_by_the_log(tmp_path):
    taught = {"level": "falls", "group": "initial", "n": "7", "denominator": "9", "item": "taught"}
    tables = with_rows(
        tmp_path,
        course("participants", "Randomised", note="2024-01-02 to 2024-03-04"),
        course("taught.initial.falls", "Falls", **taught),
    )
    given = {"design": DESIGN, "timetable": [{"when": "month 6", "what": ["Visit 2", "Diary"]}]}
    words = words_of(section(tree_of("design", study=given, tables=tables), "design"))
    for said in (
        "Setting. Two halls in 1 town.",
        "Why Walking <b>steadies</b>.",
        "Two days. Topics, each with how many of 9 guides were taught it: falls (7).",
        "Later Topics: Maps of 2024; Weather.",
        "Guides The first walk; Rain.",
        "Month 6 Visit 2, Diary",
        "Week 3 A call (Walking group)",
        "Randomised, 2024-01-02 to 2024-03-04.",
    ):
        assert said in words


def test_a_study_without_design_or_declarations_has_no_such_section():
    tree = tree_of("design", "declarations", "absent")
    assert not tree.xpath("//section[@id='design' or @id='declarations']")


def test_what_is_declared_is_printed_and_nothing_else():
    tree = tree_of(
        "declarations",
        study={"declarations": {"funding": "Grant 7.", "ethics": "Asked & allowed."}},
    )
    rows = [words_of(each) for each in section(tree, "declarations").xpath(".//dl/div")]
    assert rows == ["Funding Grant 7.", "Ethics Asked & allowed."]


def test_the_abstract_has_an_item_that_people_wrote_in_the_place_of_the_rows(tmp_path):
    texts = [
        write_text(tmp_path, "abstract_conclusions.md", "Walk on."),
        write_text(tmp_path, "abstract_harms.md", "Nobody *fell*."),
    ]
    study = {"registration": {"registry": "ISRCTN", "number": "ISRCTN00000000"}}
    rows = section(tree_of("summary", texts=texts, study=study), "summary").xpath(".//dl/div")
    told = {words_of(each.find("dt")): words_of(each.find("dd")) for each in rows}
    assert told["Harms"] == "Nobody fell."
    assert told["Conclusions"] == "Walk on."
    assert told["Registration"] == "ISRCTN ISRCTN00000000"
    assert told["Primary outcomes"] == "Balance (points)."
    assert "Balance: 2.8 (−1.7 to 7.2) points" in told["Results"]
    assert "95% confidence interval" in told["Results"]
    assert "Funding" not in told


def test_a_trial_whose_harms_are_not_reported_says_so_in_its_abstract():
    tables = [path for path in WHOLE.tables if path.stem != "harms"]
    rows = section(tree_of("summary", tables=tables), "summary").xpath(".//dl/div")
    assert "Harms Not reported." in [words_of(each) for each in rows]


def quoted(tmp_path, **fact):
    """Return the page of a study with the quotation of the fake study twice, and this fact."""
    row = {"row": "qualitative_facts.shown", "table": "qualitative_facts", "item": "shown"}
    tables = with_rows(tmp_path, row | {"label": "Shown"} | fact) if fact else WHOLE.tables
    known = pd.read_csv(TABLES / "quotations.csv", dtype=str, keep_default_na=False)
    again = known.iloc[[0]].assign(row="again")
    path = tmp_path / "quotations.csv"
    pd.concat([known, again]).to_csv(path, index=False)
    return tree_of("themes", tables=[each for each in tables if each.stem != "quotations"] + [path])


def test_the_report_shows_so_many_quotations_of_a_category_and_says_how_many_there_are(tmp_path):
    def counted(tree):
        parts = ("themes", "supplement-themes")
        return [len(section(tree, name).xpath(".//blockquote")) for name in parts]

    assert counted(quoted(tmp_path)) == [2, 2], "nothing chooses"
    some = quoted(tmp_path, n="1", denominator="2", maximum="1")
    assert counted(some) == [1, 2]
    assert "Shown here are 1 of 2 quotations: under each heading at most 1" in words_of(
        section(some, "themes")
    )
    every = quoted(tmp_path, n="2", denominator="2", maximum="3")
    assert counted(every) == [2, 2]
    assert "Shown here" not in words_of(section(every, "themes"))


def test_the_glossary_has_the_terms_that_the_report_uses_and_the_study_s_own():
    own = {"walkers": "Who was asked to walk.", "unicorn": "An animal.", "median": "Half-way."}
    terms = section(
        tree_of("baseline", "primary_outcomes", "uptake", "glossary", study={"glossary": own}),
        "glossary",
    ).xpath(".//dl/div")
    told = [words_of(each) for each in terms]
    assert "walkers: Who was asked to walk." in [f"{a}: {b}" for a, b in map(parts, terms)]
    assert not [each for each in told if "unicorn" in each]
    assert not [each for each in told if each.startswith("hazard ratio")], "no such outcome"
    assert sum(each.startswith("median") for each in told) <= 1, "the study's own goes before"
    assert told == sorted(told, key=str.casefold)


def parts(term):
    return words_of(term.find("dt")), words_of(term.find("dd"))


@pytest.mark.parametrize(
    ("form", "text", "found"),
    [
        ("code", "All codes", False),
        ("codes", "All codes", True),
        ("median", "Median (quartiles)", True),
        ("SD", "the sd card", False),
        ("p", "kept up", False),
        ("p", "adjusted p is", True),
        ("z-score", "a z-score of", True),
        ("Kaplan–Meier", "Kaplan–Meier estimate", True),
    ],
)
def test_a_term_occurs_as_a_word_of_its_own(form, text, found):
    assert occurs(form, text) is found


def test_a_second_part_that_says_nothing_is_not_there():
    tree = tree_of("methods", tables=[path for path in WHOLE.tables if path.stem != "estimates"])
    assert not tree.xpath("//section[@id='supplement-methods']")


def test_what_is_told_in_short_is_told_in_full_in_the_supplement():
    tree = tree_of()
    for name in ("claims", "checklists", "interviews", "themes"):
        if tree.xpath(f"//section[@id='{name}']"):
            assert section(tree, name).get("data-document") == "report"
            assert section(tree, f"supplement-{name}").get("data-document") == "supplement"
    for name in ("joint-display", "agreement", "quality", "dictionary", "sources"):
        assert section(tree, name).get("data-document") == "supplement"


def test_an_item_told_in_the_supplement_says_so_and_one_told_by_people_leads_there(tmp_path):
    head = "row,guideline,title,source,item,topic,asks,state,says,sections,told,items\n"
    rows = [
        "g,g,GUIDE,Somewhere,,,,,,,3,4",
        "g.1,g,GUIDE,,1,Size,How many,from the data,Many.,flow,,",
        "g.2,g,GUIDE,,2,Terms,Which,written,Told.,dictionary methods,,",
        "g.3,g,GUIDE,,3,Ethics,Asked,written,Yes.,,,",
        "g.4,g,GUIDE,,4,Money,Paid,missing,,,,",
    ]
    path = write_text(tmp_path, "checklists.csv", head + "\n".join(rows) + "\n")
    tables = [each for each in WHOLE.tables if each.stem != "checklists"] + [path]
    tree = tree_of("flow", "methods", "dictionary", "checklists", tables=tables)
    short = section(tree, "checklists")
    assert "GUIDE: 3 of 4 items" in words_of(short)
    told = [words_of(each) for each in short.xpath(".//dl/div/dd")]
    number = section(tree, "dictionary").xpath("./h2/span")[0].text
    full = section(tree, "supplement-checklists").xpath("./h2/span")[0].text
    assert told[0].startswith("Section ")
    assert told[1:] == [f"Supplement, Section {number}", f"Supplement, Section {full}", "missing"]
    assert short.xpath(".//dl/div[1]/dd/a[@class='page']"), "the page stands behind it in print"
