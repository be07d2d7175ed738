"""Questionnaire items with their denominators."""

import pandas as pd
from small_tables import topic

from scripts.tabulate_questionnaire import tabulate_questionnaire

ITEMS = [
    {"id": "time", "label": "Time", "theme": "t", "type": "likert"},
    {"id": "words", "label": "In words", "theme": "t", "type": "text"},
]
ANSWERS = pd.DataFrame(
    [
        ("R1", "time", "agree", True),
        ("R2", "time", "disagree", False),
        ("R3", "time", pd.NA, pd.NA),
        ("R4", "time", pd.NA, pd.NA),
        ("R1", "words", "busy", pd.NA),
        ("R2", "words", pd.NA, pd.NA),
        ("R3", "words", "free", pd.NA),
        ("R4", "words", pd.NA, pd.NA),
    ],
    columns=["response_id", "item", "answer", "affirmed"],
).astype({"affirmed": "boolean", "answer": "string"})


def table(answers=ANSWERS, sent=10):
    return topic(tabulate_questionnaire(answers, ITEMS, sent), "questionnaire")


def test_an_item_is_counted_among_those_who_answered_it():
    assert table().loc["time", ["n", "denominator", "percent"]].to_list() == [1, 2, 50]


def test_free_text_has_a_denominator_only():
    found = table().loc["words"]
    assert found["denominator"] == 2
    assert found[["n", "percent"]].isna().all()


def test_a_response_without_any_answer_was_not_completed():
    assert table().loc["completed", ["n", "denominator", "percent"]].to_list() == [3, 10, 30]


def test_without_providers_nobody_knows_how_many_were_sent():
    found = table(sent=None)
    assert pd.isna(found.loc["completed", "denominator"])


def test_an_item_that_nobody_answered_has_no_percent():
    found = table(ANSWERS[ANSWERS["answer"].isna()]).loc["time"]
    assert found[["n", "denominator"]].to_list() == [0, 0]
    assert pd.isna(found["percent"])
