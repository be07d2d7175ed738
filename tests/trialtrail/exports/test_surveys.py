"""Exports of questionnaire programs: headings as codes, records that are no responses."""

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.exports.read import read_export
from trialtrail.exports.surveys import code_of_heading, marked


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Q1", "Q1"),
        ("Q1[SQ001]", "Q1[SQ001]"),
        ("Q1[SQ001][2]", "Q1[SQ001][2]"),
        ("Q1. How old are you?", "Q1"),
        ("Q1[SQ001]. How often?\nIn a week.", "Q1[SQ001]"),
        (" id. Response ID ", "id"),
        ("How old are you?", "How old are you?"),
        ("How often. Ever", "How often. Ever"),
        ("Q1.5", "Q1.5"),
        ("", ""),
    ],
)
def test_a_heading_becomes_the_code_of_its_question(heading, code):
    assert code_of_heading(heading) == code


def noted(form, **columns):
    rows = pd.DataFrame(columns, dtype="string")
    return {
        (column, message.split(",")[0]): mask.to_numpy().nonzero()[0].tolist()
        for _, column, message, mask in marked(rows, form)
        if mask.any()
    }


def test_qualtrics_marks_previews_spam_and_what_was_not_finished_in_words_and_in_numbers():
    words = noted(
        "qualtrics",
        Status=["IP Address", "Survey Preview", "Spam", "Imported", None],
        Finished=["True", "True", "False", "False", "True"],
    )
    numbers = noted(
        "qualtrics", Status=["0", "1", "8", "4", None], Finished=["1", "1", "0", "0", "1"]
    )
    assert words == numbers
    assert sorted(words.values()) == [[1], [2], [2, 3]]


def test_other_exports_mark_nothing():
    assert noted("csv", Status=["Spam"], Finished=["False"], submitdate=[""]) == {}
    assert noted("limesurvey", id=["1"]) == {}


def test_marks_are_read_in_other_languages_and_spellings():
    found = noted(
        "qualtrics",
        Status=["IP-Adresse", "Umfragevorschau", "Aperçu de l'enquête", "0", "17"],
        Finished=["Wahr", "Falsch", "FAUX", "0.0", "1.0"],
    )
    assert sorted(found.values()) == [[1, 2, 3], [1, 2, 4]]


def test_where_it_is_not_said_whether_a_response_is_finished_its_progress_says_it():
    found = noted("qualtrics", Finished=["True", "", None], Progress=["60", "60%", "100"])
    assert found == {("Progress", "the questionnaire was begun and not finished"): [1]}


def test_a_mark_that_nobody_knows_is_told():
    rows = pd.DataFrame({"Finished": ["True", "perhaps"]}, dtype="string")
    told = {rule: mask.tolist() for rule, _, _, mask in marked(rows, "qualtrics")}
    assert told["format"] == [False, True]


@pytest.mark.parametrize("form", ["csv", "sav", "xlsx"])
def test_a_program_is_known_by_its_columns_in_other_formats(form):
    assert noted(form, ResponseId=["R1", "R2"], Status=["0", "1"], Finished=["1", "1"])
    assert noted(form, submitdate=["", "2024-01-01"], lastpage=["1", "3"])


@pytest.mark.parametrize("heading", ["submitdate", "Date submitted", "Datum Abgeschickt"])
def test_the_day_of_the_end_is_known_by_its_text(heading):
    (rows,) = noted("limesurvey", **{heading: ["2024-01-01", "NULL", "N", "", "N/A"]}).values()
    assert rows == [1, 2, 3, 4]


def test_a_survey_of_redcap_that_was_not_ended_is_incomplete():
    found = noted("redcap", q_timestamp=["2024-01-01 10:00:00", "[not completed]", ""])
    assert list(found.values()) == [[1]]


@pytest.mark.parametrize(
    "below",
    [
        'Response ID,Q\n"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}"\n',
        "Response ID,Q\n",
    ],
)
def test_further_headings_of_qualtrics_are_no_responses(tmp_path, below):
    path = tmp_path / "a.csv"
    path.write_text(f"ResponseId,Q1\n{below}R1,Agree\n", encoding="utf-8")
    spec = {"name": "e", "label": "a.csv", "known": ["ResponseId", "Q1"]}
    with pytest.raises(StudyError, match="further headings of Qualtrics"):
        read_export(spec, [str(path)])
