"""Segments: what is used, what is set aside, and what the transcript says."""

from types import SimpleNamespace

import pandas as pd
import pytest
from snakemake.io import InputFiles

from trialtrail.tables import read_table, write_table

from scripts.derive_segments import REASONS, derive_segments, main

TRANSCRIPTS = pd.DataFrame({"document": ["d1", "d2"], "text": ["alpha beta", "née gamma"]})
INTERVIEWS = pd.DataFrame(
    {
        "interview_id": ["I2", "I1", "I3"],
        "role": ["p", "q", "q"],
        "number": [1, 2, 3],
        "stage": ["early", "later", "later"],
        "status": ["interviewed", "interviewed", "declined"],
        "document": ["d2", "d1", pd.NA],
    }
)
CODEBOOK = pd.DataFrame({"code": ["c1", "c2"], "category": ["a", "b"], "theme": ["t", "t"]})


def segments(*rows):
    frame = pd.DataFrame(rows, columns=["document", "code", "start", "end", "selected"])
    return frame.assign(coder="r1", coded_on=pd.Timestamp("2005-03-01"))


USED = [
    ("d1", "c1", 0, 5, "alpha"),
    ("d2", "c2", 4, 9, "Gamma"),
    ("d2", "c1", 0, 3, "née"),
]


def derive(*rows):
    return derive_segments(segments(*rows), INTERVIEWS, CODEBOOK, TRANSCRIPTS)


def test_segments_stand_in_the_order_of_the_register_and_the_transcript():
    dataset, set_aside = derive(*USED)
    assert list(dataset["text"]) == ["née", "gamma", "alpha"]
    assert list(dataset["interview_id"]) == ["I2", "I2", "I1"]
    assert list(dataset["category"]) == ["a", "b", "a"]
    assert set_aside == {}


def test_a_text_that_differs_from_the_transcript_is_kept_and_marked():
    dataset, _ = derive(*USED)
    assert dict(zip(dataset["text"], dataset["verbatim"], strict=True)) == {
        "née": True,
        "gamma": False,
        "alpha": True,
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("d9", "c1", 0, 5, "alpha"), "interview"),
        (("d1", "c9", 0, 5, "alpha"), "code"),
        (("d1", "c1", 8, 11, "ta"), "passage"),
        (("d1", "c1", 5, 5, ""), "passage"),
        (("d1", "c1", 0, 5, "alpha"), "repeat"),
    ],
)
def test_a_segment_that_cannot_be_used_is_set_aside_with_its_reason(row, reason):
    dataset, set_aside = derive(*USED, row)
    assert len(dataset) == len(USED)
    assert set_aside == {REASONS[reason]: 1}


def test_an_interview_without_transcript_sets_its_segments_aside():
    result = derive_segments(segments(*USED), INTERVIEWS, CODEBOOK, TRANSCRIPTS[:1])
    assert result[1] == {REASONS["transcript"]: 2}


def test_the_dataset_fulfils_its_contract_and_the_rows_balance(tmp_path):
    frames = {
        "segments": segments(*USED, ("d1", "c1", 8, 11, "ta")),
        "interviews": INTERVIEWS,
        "codebook": CODEBOOK,
        "transcripts": TRANSCRIPTS,
    }
    for name, frame in frames.items():
        write_table(frame, tmp_path / name)
    output = SimpleNamespace(
        parquet=tmp_path / "s.parquet", csv=tmp_path / "s.csv", columns=tmp_path / "s.json"
    )
    paths = InputFiles(fromdict={name: str(tmp_path / name) for name in frames})
    rows = main(SimpleNamespace(input=paths, output=output))["segments"]
    assert (rows.read, rows.used) == (4, 3)
    assert rows.balanced
    assert len(read_table(output.parquet)) == 3
    assert output.csv.read_text(encoding="utf-8").count("\n") == 4


def test_the_contract_refuses_a_text_of_another_length():
    import pandera.errors

    from schemas.datasets.coded_segments import CodedSegments

    dataset, _ = derive(*USED)
    CodedSegments.validate(dataset)
    dataset.loc[0, "text"] = "longer than it was"
    with pytest.raises(pandera.errors.SchemaError):
        CodedSegments.validate(dataset)
    dataset, _ = derive(*USED)
    with pytest.raises(pandera.errors.SchemaError):
        CodedSegments.validate(pd.concat([dataset, dataset[:1]], ignore_index=True))


def test_no_segments_make_an_empty_dataset():
    from schemas.datasets.coded_segments import CodedSegments

    dataset, _ = derive(("d1", "c9", 0, 5, "alpha"))
    assert CodedSegments.validate(dataset).empty
