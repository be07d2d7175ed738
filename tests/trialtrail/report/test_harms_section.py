"""Harms in print: in sentences, arm beside arm, and within the page whatever the names are."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from lxml import html
from small_tables import typed, validated

from tests.trialtrail.report.fake_study import STUDY, tables
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.render import make_report
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.harms import Harms
from scripts.tabulate_harms import tabulate_harms

LONG = (
    *("Pseudopseudohypoparathyroidism", "Pneumonoultramicroscopicsilicovolcanoconiosis"),
    *("Electroencephalographically", "Thyroparathyroidectomized", "x" * 90),
)
TERM = {"levels": [], "labels": {}, "called": "Term"}
PLAN = {
    "forms": {"ae": {"label": "Adverse events", "columns": ["term"]}},
    "event": TERM | {"variable": "term"},
    "system": TERM | {"variable": "organ"},
    "serious": {"variable": "serious", "values": ["true"]},
    "severity": TERM | {"variable": "grade", "called": "Grade"},
    "exposure": {"form": "end", "variable": "seen_on"},
}


def reported(tmp_path, events: pd.DataFrame, arms: list[dict], each: int = 20) -> html.HtmlElement:
    """Return the page of a study with these events, ``each`` participants an arm."""
    ids = [str(n) for n in range(each * len(arms))]
    people = typed(
        participant_id=ids,
        arm=[arms[n % len(arms)]["id"] for n in range(len(ids))],
        randomised_on=["2025-01-01"] * len(ids),
    )
    end = validated(participant_id=ids, seen_on=["2025-12-31"] * len(ids))
    rows, _ = tabulate_harms(people, {"ae": events, "end": end}, PLAN, arms, 0.95)
    write_result(conform(rows, Harms), tmp_path / "harms.csv")
    study = STUDY | {"arms": arms}
    listed = [tmp_path / "harms.csv", *tables("row_accounts")]
    page = make_report(replace(WHOLE, tables=listed, study=study, claims={})).html
    return html.document_fromstring(page)


def section_of(tree: html.HtmlElement) -> str:
    (section,) = tree.xpath("//section[@id='harms']")
    return " ".join(section.text_content().split())


def three_events(**columns) -> pd.DataFrame:
    known = {
        "participant_id": ["0", "0", "1"],
        "term": ["Rash", "Rash", "Cough"],
        "organ": ["Skin", "Skin", None],
        "serious": [True, False, False],
        "grade": [1, 2, 1],
    }
    return validated(**(known | columns))


def test_who_had_an_event_is_told_in_sentences_and_in_tables(tmp_path):
    tree = reported(tmp_path, three_events(), STUDY["arms"])
    text = section_of(tree)
    assert (
        "1 of 20 walkers in Usual care and 1 of 20 in Walking group had at least one event "
        "(events: 2 and 1). Of these, 1 and 0 had at least one serious event "
        "(serious events: 1 and 0)."
    ) in text
    assert "Counted are all walkers randomised, in the arm of their allocation." in text
    assert "Whoever has no recorded event counts as having had none." in text
    lines = [
        [cell.text_content() for cell in line.xpath("./th | ./td")]
        for line in tree.xpath("//table[@id='table-harms-systems']/tbody/tr")
    ]
    assert lines == [
        ["Skin", "1 (5%)", "2", "0 (0%)", "0"],
        ["Rash", "1 (5%)", "2", "0 (0%)", "0"],
        ["System not recorded", "0 (0%)", "0", "1 (5%)", "1"],
        ["Cough", "0 (0%)", "0", "1 (5%)", "1"],
    ]
    assert tree.xpath("//table[@id='table-harms-serious']/tbody/tr")
    assert "−5.0 (−23.6 to 11.6)" in text


def test_no_event_is_told_in_words(tmp_path):
    tree = reported(tmp_path, three_events().iloc[:0], STUDY["arms"])
    told = (
        "No event is recorded: 0 of 20 walkers in Usual care and 0 of 20 in Walking group had one."
    )
    assert told in section_of(tree)
    assert not tree.xpath("//table[@id='table-harms-systems']")


def test_events_that_are_not_counted_are_told(tmp_path):
    tree = reported(tmp_path, three_events(participant_id=["0", "x", "x"]), STUDY["arms"])
    assert "Not counted: 2 events of a person who was not randomised." in section_of(tree)


def many_events(people: int) -> pd.DataFrame:
    """Return events of forty kinds and twelve systems, with long names."""
    kinds = [f"{LONG[n % 5]} with {LONG[n % 3].lower()}, {n}" for n in range(40)]
    count = 6 * people
    return validated(
        participant_id=[str(n % people) for n in range(count)],
        term=[kinds[n * n % 40] for n in range(count)],
        organ=[f"{LONG[n * n % 12 % 5]} {n * n % 12}" for n in range(count)],
        serious=[n % 3 == 0 for n in range(count)],
        grade=[n % 5 + 1 for n in range(count)],
    )


@pytest.mark.parametrize("arms", [*(pytest.param(n, marks=pytest.mark.nightly) for n in (2, 3)), 8])
def test_nothing_runs_over_the_edge_of_the_page(tmp_path, arms):
    """Forty kinds of events with words that are longer than a column, of up to eight arms."""
    from weasyprint import HTML

    label = "Intravenous immunoglobulin with prednisolone, level {}"
    named = [{"id": f"a{n}", "label": label.format(n)} for n in range(arms)]
    tree = reported(tmp_path, many_events(20 * arms), named)
    (section,) = tree.xpath("//section[@id='harms']")
    for other in tree.xpath("//section[not(contains(@id, 'harms'))] | //noscript"):
        other.drop_tree()
    page = html.tostring(tree, encoding="unicode")
    labels = [str(each).split()[1] for each in tree.xpath("//table/caption/span[1]/text()")]
    assert len(set(labels)) == 5
    for label in set(labels):  # each arm stands in one part of each table
        heads = tree.xpath(f"//table[starts-with(caption/span[1], 'Table {label}')]/thead")
        told = " ".join(head.text_content() for head in heads)
        assert all(told.count(f"level {n}") == 1 for n in range(1, arms))
    pages = HTML(string=page).render().pages
    assert len(pages) < 30
    for sheet in pages:
        whole = sheet._page_box
        edge = whole.content_box_x() + whole.width + 1
        for box in whole.descendants():
            if text := getattr(box, "text", ""):
                assert box.position_x + box.width <= edge, text
    assert re.search(r"level \d", section.text_content())
