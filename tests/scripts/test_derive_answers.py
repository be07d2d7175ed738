"""Answers: one row an item and response."""

from types import SimpleNamespace

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.tables import read_table, write_table

from scripts.derive_answers import EARLIER, derive_answers, main, with_affirmed

ITEMS = [
    {"id": "time", "label": "Time", "type": "likert", "affirmed": ["agree", "strongly_agree"]},
    {"id": "words", "label": "In words", "type": "text"},
]
RESPONSES = pd.DataFrame(
    {
        "response_id": ["R3", "R1", "R2", "R4", "R5"],
        "provider_id": ["P2", "P1", "P1", pd.NA, pd.NA],
        "recorded_on": pd.to_datetime(["2005-01-03", "2005-01-02", "2005-01-01", None, None]),
        "time": ["strongly_agree", "disagree", "agree", pd.NA, "agree"],
        "words": ["", "busy", "free", pd.NA, "agree"],
    }
)


def answers(item):
    dataset, _ = derive_answers(RESPONSES, ITEMS)
    return dataset[dataset["item"] == item].set_index("response_id")


def test_an_answer_is_affirmed_when_the_configuration_counts_it():
    time = answers("time")
    assert time["affirmed"].dropna().to_dict() == {"R1": False, "R3": True, "R5": True}


def test_a_likert_item_takes_the_common_affirmed_answers_unless_it_names_its_own():
    named, common = with_affirmed([ITEMS[0], {"id": "x", "type": "likert"}], ["yes"])
    assert named["affirmed"] == ["agree", "strongly_agree"]
    assert common["affirmed"] == ["yes"]
    assert "affirmed" not in with_affirmed([ITEMS[1]], ["yes"])[0]


def test_free_text_is_neither_affirmed_nor_denied():
    assert answers("words")["affirmed"].isna().all()


def test_a_blank_answer_is_no_answer():
    assert answers("words")["answer"].notna().to_dict() == {
        "R1": True,
        "R3": False,
        "R4": False,
        "R5": True,
    }


def test_the_last_response_of_a_provider_counts_and_each_anonymous_one():
    dataset, set_aside = derive_answers(RESPONSES, ITEMS)
    assert set(dataset["response_id"]) == {"R1", "R3", "R4", "R5"}
    assert set_aside == {EARLIER: 1}


def test_an_item_that_the_export_lacks_is_named():
    with pytest.raises(StudyError, match=r"`tim`.*`time`"):
        derive_answers(RESPONSES, [{"id": "tim", "type": "likert", "affirmed": []}])


def test_the_dataset_fulfils_its_contract_and_the_rows_balance(tmp_path):
    write_table(RESPONSES, tmp_path / "q.parquet")
    output = SimpleNamespace(
        parquet=tmp_path / "a.parquet", csv=tmp_path / "a.csv", columns=tmp_path / "a.json"
    )
    job = SimpleNamespace(
        input=SimpleNamespace(questionnaire=tmp_path / "q.parquet"),
        output=output,
        params=SimpleNamespace(questions=ITEMS),
    )
    rows = main(job)["questionnaire"]
    assert (rows.read, rows.used) == (5, 4)
    assert rows.balanced
    assert len(read_table(output.parquet)) == 8
    assert output.csv.read_text(encoding="utf-8").count("\n") == 9
