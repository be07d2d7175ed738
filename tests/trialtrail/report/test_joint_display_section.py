"""The joint display in print: counts with their denominators, words, patterns, and verdicts."""

import csv
from dataclasses import replace

import pytest
from lxml import html

from tests.trialtrail.report.fake_study import TABLES, tables
from tests.trialtrail.report.made_analyses import written
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.render import make_report


@pytest.fixture(scope="module")
def rows() -> dict[str, list[str]]:
    """Return the text of each cell, by theme: interviews, questionnaire, trial, judgement."""
    page = html.document_fromstring(make_report(WHOLE).html)
    found = {}
    for row in page.xpath("//table[@id='table-joint-display']/tbody/tr"):
        first, *cells = [" ".join(cell.text_content().split()) for cell in row]
        found[first] = cells
    return found


def test_people_stand_with_how_many_were_asked_and_without_percentages(rows):
    interviews = rows["Weather"][0]
    assert "Weather: 3 of 3 interviews" in interviews
    assert "Spoke of weather (Walker, early): 2 of 5expected above 50%: does not hold" in interviews
    assert "Weather: 4 of 6 who walked daily, 1 of 4 who did not" in interviews
    assert "%" not in interviews.replace("expected above 50%", "")


def test_words_stand_with_their_speaker_and_only_if_they_are_verbatim(rows):
    interviews = rows["Weather"][0]
    assert "I was 71 then, and wet to the skin." in interviews
    assert "Walker 1, early interview" in interviews
    assert "Nobody said this" not in interviews
    assert "its words are not those of the transcript" in interviews


def test_answers_and_results_stand_with_their_base(rows):
    _, questionnaire, trial, _ = rows["Weather"]
    assert questionnaire == "Rain kept people at home: 5 of 6 who answered"
    assert "Balance: 2.8 (−1.7 to 7.2)" in trial
    assert "Any walk: 30 of 40 (75%)" in trial
    assert "Days of rain: 11 days" in trial


def test_a_verdict_tells_fit_raters_difference_and_that_it_is_stale(rows):
    judged = rows["Weather"][3]
    told = (
        "Dissonance stale Rain is no reason.",
        "Rain was named and not counted",
        "A, 2026-03-02. B, 2026-03-01: silence. The trial has no weather",
        "Expectations registered 2026-01-01.",
        "Given on other findings than these: it is to be looked at again.",
        "it contradicts what was expected",
    )
    for text in told:
        assert text in judged


def test_what_is_not_there_or_not_judged_says_so(rows):
    assert rows["Seasons"][1:] == ["nothing supplied", "nothing supplied", "Not judged"]


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (("not judged", "not judged"), "No verdict on how the strands fit is recorded."),
        (
            ("current", "not judged"),
            "A verdict on how the strands fit is recorded for each theme but “Seasons”.",
        ),
        (("current", "current"), "A verdict on how the strands fit is recorded for each theme."),
        (
            ("current", "stale"),
            "A verdict on how the strands fit is recorded for each theme; for “Seasons” it was "
            "given on other findings than these.",
        ),
    ],
)
def test_only_verdicts_that_are_recorded_are_told(tmp_path, states, said):
    with (TABLES / "convergence.csv").open(encoding="utf-8", newline="") as stream:
        judged = [
            row | {"state": state}
            for row, state in zip(csv.DictReader(stream), states, strict=True)
        ]
    others = [path for path in tables() if path.stem != "convergence"]
    made = written(tmp_path / "convergence.csv", judged)
    page = make_report(replace(WHOLE, tables=[*others, made], parts=["joint_display", "themes"]))
    (section,) = html.document_fromstring(page.html).xpath("//section[@id='joint-display']")
    assert said in [" ".join(each.text_content().split()) for each in section.xpath("./p")]
