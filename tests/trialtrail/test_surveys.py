"""Exports of questionnaire programs: headings as codes, records that are no responses."""

import pandas as pd
import pytest

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
