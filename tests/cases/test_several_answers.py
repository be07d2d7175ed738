"""Questions to which people give several answers."""

from __future__ import annotations

import pandas as pd
import pytest

from trialtrail.exports.convert import How, type_column
from trialtrail.exports.several import answers_in

from scripts.derive_answers import affirmed
from scripts.tabulate_questionnaire import tabulate_questionnaire

CODES = {"1": "Home", "2": "Clinic", "3": "Phone, or text", "Phone": "Phone"}
HOW = How(kind="category", codes=CODES, several=True)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1", "Home"), ("1,3", "Home; Phone, or text"), ("3 , 1", "Phone, or text; Home"),
     ("1,1", "Home"), ("1,03", "Home; Phone, or text"), ("", None), ("1;3", "Home; Phone, or text"),
     ("1;", "Home"), ("1; 2;", "Home; Clinic"), ("2|1", "Clinic; Home"), ("1\n2", "Home; Clinic"),
     ("1,", "Home")],
)  # fmt: skip
def test_each_code_of_a_cell_is_an_answer(cell, value):
    typed = type_column(pd.Series([cell], dtype="string"), HOW)
    assert typed.values.fillna("").tolist() == [value or ""]
    assert not typed.faults[0][2].any()


@pytest.mark.parametrize("cell", ["1,9", "9,1", ",", ";", "1;9", "1;;3", "1 3"])
def test_a_cell_with_a_part_that_is_no_answer_is_told(cell):
    typed = type_column(pd.Series([cell], dtype="string"), HOW)
    assert typed.values.isna().all()
    assert typed.faults[0][0] == "code"
    assert typed.faults[0][2].all()


def test_where_one_answer_is_asked_for_two_are_told():
    typed = type_column(pd.Series(["1,3", "9"], dtype="string"), How(kind="category", codes=CODES))
    assert typed.values.isna().all()
    messages = {message: mask.tolist() for _, message, mask in typed.faults if mask.any()}
    assert {mask[0] for message, mask in messages.items() if "several: true" in message} == {True}
    assert sorted(mask for mask in messages.values()) == [[False, True], [True, False]]


def test_an_answer_that_holds_a_semicolon_is_one():
    item = ITEM | {"affirmed": ["Home; alone"], "answers": ["Home; alone", "Home", "Clinic"]}
    given = pd.Series(["Home; alone; Clinic", "Home; alone", "Home; Clinic"], dtype="string")
    yes = affirmed(given, item)
    assert yes.tolist() == [True, True, False]
    answers = pd.DataFrame({"response_id": list("abc"), "item": "where", "answer": given})
    table = tabulate_questionnaire(answers.assign(affirmed=yes), [item], None).set_index("item")
    assert table.loc[["where.1", "where.2", "where.3"], "n"].tolist() == [2, 1, 2]


def test_an_answer_that_holds_a_comma_is_one():
    texts = {text: text for text in ("Phone", "Phone, or text", "Home")}
    assert answers_in("Phone, or text,Home", texts.get) == ["Phone, or text", "Home"]
    assert answers_in("Phone,Home", texts.get) == ["Phone", "Home"]


ITEM = {"id": "where", "label": "Where", "type": "choice", "affirmed": ["Home"], "several": True}
ITEM |= {"answers": ["Home", "Clinic", "Phone"]}


def test_answers_are_counted_of_those_who_answered():
    given = pd.Series(["Home; Phone", "Clinic", pd.NA, "Home"], dtype="string")
    answers = pd.DataFrame({"response_id": list("abcd"), "item": "where", "answer": given})
    answers["affirmed"] = affirmed(given, ITEM)
    table = tabulate_questionnaire(answers, [ITEM], None).set_index("item")
    assert table.loc["where", ["n", "denominator"]].tolist() == [2, 3]
    assert table.loc[["where.1", "where.2", "where.3"], "n"].tolist() == [2, 1, 1]


def test_where_nobody_gave_several_there_is_one_row():
    given = pd.Series(["Home", "Clinic"], dtype="string")
    answers = pd.DataFrame({"response_id": list("ab"), "item": "where", "answer": given})
    answers["affirmed"] = affirmed(given, ITEM)
    table = tabulate_questionnaire(answers.assign(provider_id=pd.NA), [ITEM], None)
    assert list(table["item"]) == ["completed", "where", "where.unanswered"]
