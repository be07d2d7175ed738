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


PROVIDERS = pd.DataFrame(
    {
        "provider_id": [f"P{n}" for n in range(1, 11)],
        "resigned_on": pd.to_datetime(["2005-01-01", None, "2005-03-01"] + [None] * 7),
    }
)


def table(answers=ANSWERS, sent=10):
    providers = None if sent is None else pd.DataFrame({"provider_id": range(sent)})
    return topic(
        tabulate_questionnaire(answers.assign(provider_id=pd.NA), ITEMS, providers), "questionnaire"
    )


def by_group(numbers, providers=PROVIDERS):
    answers = ANSWERS.assign(provider_id=ANSWERS["response_id"].map(numbers))
    found = topic(tabulate_questionnaire(answers, ITEMS, providers), "questionnaire")
    return found.loc[
        found["level"].eq("returned_by").fillna(False), ["n", "denominator"]
    ].T.to_dict("list")


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


def test_who_left_an_item_out_is_counted_among_those_who_returned_the_questionnaire():
    found = table()
    assert found.loc["time.unanswered", ["n", "denominator"]].to_list() == [1, 3]
    assert found.loc["words.unanswered", ["n", "denominator"]].to_list() == [1, 3]


def test_who_returned_it_is_told_of_providers_that_resigned_and_of_the_others():
    found = by_group({"R1": "P1", "R2": "P2", "R3": "P4", "R4": "P3"})
    # P3 sent it back without a single answer.
    assert found == {"completed.resigned": [1, 2], "completed.serving": [2, 8]}


def test_of_a_questionnaire_without_a_number_nobody_knows_whose_it_is():
    assert by_group({"R1": "P1", "R2": pd.NA, "R3": "P4"}) == {}
    assert by_group({"R1": "P1", "R2": "P2", "R3": "P4"}, PROVIDERS[["provider_id"]]) == {}
    none_left = PROVIDERS.assign(resigned_on=pd.NaT)
    assert by_group({"R1": "P1", "R2": "P2", "R3": "P4"}, none_left) == {}
