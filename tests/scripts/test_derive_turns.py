"""Turns as a dataset: its contract, its account of rows, what its columns are made from."""

import json
from types import SimpleNamespace

import pandas as pd
import pandera.errors
import pytest

from trialtrail.tables import read_table, write_table

from schemas.datasets.turns import Turns
from scripts.derive_turns import EMPTY, derive_turns, main

TRANSCRIPTS = pd.DataFrame(
    {"document": ["d1", "d2", "d3"], "text": ["I: a\nR: b", " ", "no label"]}, dtype="string"
)


def test_a_transcript_without_words_has_no_turn_and_is_counted():
    turns, left = derive_turns(TRANSCRIPTS, ["I"], [])
    assert turns["document"].tolist() == ["d1", "d1", "d3"]
    assert left == {EMPTY: 1}


@pytest.mark.parametrize(
    "change",
    [
        {"end": [4, 9, 7]},
        {"start": [3, 3, 0], "text": ["a", "R: b"[:6], "no label"], "end": [4, 7, 8]},
        {"turn": [1, 1, 1]},
        {"time_start": [-1.0, None, None]},
    ],
)
def test_the_contract_refuses_what_no_turns_are(change):
    turns, _ = derive_turns(TRANSCRIPTS, ["I"], [])
    Turns.validate(turns)
    broken = turns.assign(**{k: pd.Series(v).astype(turns[k].dtype) for k, v in change.items()})
    with pytest.raises(pandera.errors.SchemaError):
        Turns.validate(broken)


def test_the_dataset_is_written_with_its_twin_and_its_columns(tmp_path):
    write_table(TRANSCRIPTS, tmp_path / "transcripts.parquet")
    output = SimpleNamespace(
        parquet=tmp_path / "t.parquet", csv=tmp_path / "t.csv", columns=tmp_path / "turns.json"
    )
    job = SimpleNamespace(
        input=SimpleNamespace(transcripts=tmp_path / "transcripts.parquet"),
        output=output,
        params=SimpleNamespace(interviewers=["I"], speakers=[]),
    )
    rows = main(job)["transcripts"]
    assert (rows.read, rows.used, rows.balanced) == (3, 2, True)
    assert len(read_table(output.parquet)) == 3
    assert output.csv.read_text("utf-8").splitlines()[1] == "d1,1,I,True,3,4,,,a"
    columns = json.loads(output.columns.read_text("utf-8"))
    assert columns["key"] == ["document", "turn"]
    assert [each["column"] for each in columns["columns"]] == [*Turns.to_schema().columns]
