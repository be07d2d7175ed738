"""Segments: what is used, what is set aside, and what the transcript says."""

from types import SimpleNamespace

import pandas as pd
import pytest
from snakemake.iocontainers import Namedlist

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
    paths = Namedlist(fromdict={name: str(tmp_path / name) for name in frames})
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


def coded(*rows, **more):
    """Return codings as validation leaves them, of which many lack something."""
    names = ("document", "code", "start", "end", "selected", "coder", "_export", "_line")
    frame = pd.DataFrame(
        [dict(zip(names, each, strict=True)) for each in rows], columns=[*names]
    ).assign(_file="f.csv", coded_on=pd.NaT, **more)
    kinds = dict.fromkeys(("start", "end", "_line"), "Int64")
    return frame.astype({n: kinds.get(n, "string") for n in frame if n != "coded_on"})


def test_a_coding_that_is_given_twice_is_kept_once_whatever_tells_its_place():
    rows = (
        ("d1", "c1", 0, 5, "alpha", "r1", "a", 2),
        ("d1", "c1", 0, 5, "alpha", "r1", "a", 3),
        ("d1", "c1", pd.NA, pd.NA, "alpha", "r1", "b", 2),
        ("d1", "c1", 0, 5, "alpha", "r2", "a", 4),
        ("d1", "c2", 0, 5, "alpha", "r1", "a", 5),
    )
    dataset, set_aside = derive_segments(coded(*rows), INTERVIEWS, CODEBOOK, TRANSCRIPTS)
    assert set_aside == {REASONS["repeat"]: 2}
    assert sorted(zip(dataset["coder"], dataset["code"], dataset["_line"], strict=True)) == [
        ("r1", "c1", 2),
        ("r1", "c2", 5),
        ("r2", "c1", 4),
    ]


def test_of_two_states_of_one_coding_the_first_is_kept_and_the_other_has_its_reason():
    rows = (
        ("d1", "c1", 0, 5, "alpha", "r1", "old", 1),
        ("d1", "c1", 0, 10, "alpha beta", "r1", "new", 1),
        ("d1", "c2", 0, 5, "alpha", "r1", "old", 2),
    )
    segments = coded(*rows, guid=pd.array(["g1", "g1", "g1"], dtype="string"))
    dataset, set_aside = derive_segments(segments, INTERVIEWS, CODEBOOK, TRANSCRIPTS)
    assert set_aside == {REASONS["copy"]: 1}
    # One highlight with two codes is two codings.
    assert list(dataset["code"]) == ["c1", "c2"]


def test_without_words_of_the_coder_nothing_is_said_of_them():
    rows = (("d1", "c1", 0, 5, pd.NA, "r1", "a", 2), ("d1", "c2", 0, 5, "Alpha", "r1", "a", 3))
    dataset, _ = derive_segments(coded(*rows), INTERVIEWS, CODEBOOK, TRANSCRIPTS)
    assert dataset["verbatim"].isna().tolist() == [True, False]
    assert not dataset["verbatim"][1]


def test_what_cannot_be_used_takes_no_place_from_what_can():
    rows = (
        ("d9", "c1", 0, 5, "alpha", "r1", "a", 2),
        ("d1", "c1", 0, 50, "alpha", "r1", "a", 3),
        ("d1", "c1", 0, 5, "alpha", "r1", "a", 4),
    )
    dataset, set_aside = derive_segments(coded(*rows), INTERVIEWS, CODEBOOK, TRANSCRIPTS)
    assert list(dataset["_line"]) == [4]
    assert set_aside == {REASONS["interview"]: 1, REASONS["passage"]: 1}


def test_offsets_in_another_unit_and_words_without_offsets_are_placed():
    talk = pd.DataFrame({"document": ["d"], "text": ["😀 alpha beta alpha"]}, dtype="string")
    rows = (
        ("d", "c1", 3, 8, "alpha", "r1", "utf16", 2),
        ("d", "c2", 9, 13, "beta", "r1", "utf16", 3),
        ("d", "c1", pd.NA, pd.NA, "beta", "r2", "words", 2),
        ("d", "c1", pd.NA, pd.NA, "gamma", "r2", "words", 3),
        ("d", "c2", pd.NA, pd.NA, "alpha", "r2", "words", 4),
    )
    dataset, set_aside = derive_segments(coded(*rows), None, CODEBOOK, talk)
    columns = ["start", "end", "text", "unit", "verbatim"]
    assert dataset[columns].to_numpy().tolist() == [
        [2, 7, "alpha", "utf-16", True],
        [8, 12, "beta", "words", True],
        [8, 12, "beta", "utf-16", True],
    ]
    assert set_aside == {REASONS["words"]: 1, REASONS["several"]: 1}
    told = coded(rows[4]).assign(occurrence=pd.array([2], dtype="Int64"))
    assert list(derive_segments(told, None, CODEBOOK, talk)[0]["start"]) == [13]


def test_a_whole_source_is_its_whole_text_and_what_is_no_text_is_set_aside():
    rows = (
        ("d1", "c1", pd.NA, pd.NA, pd.NA, "r1", "a", 2),
        ("d1", "c2", pd.NA, pd.NA, pd.NA, "r1", "a", 3),
        ("d1", "c1", 0, 5, "alpha", "r1", "a", 4),
    )
    kinds = pd.array(["whole_source", "picture", pd.NA], dtype="string")
    dataset, set_aside = derive_segments(coded(*rows, kind=kinds), None, CODEBOOK, TRANSCRIPTS)
    assert dataset[["kind", "start", "end", "text"]].to_numpy().tolist() == [
        ["text", 0, 5, "alpha"],
        ["whole_source", 0, 10, "alpha beta"],
    ]
    assert set_aside == {REASONS["kind"]: 1}


def test_a_coder_without_a_name_is_one_coder():
    dataset, _ = derive_segments(
        coded(("d1", "c1", 0, 5, "alpha", pd.NA, "a", 2)), None, CODEBOOK, TRANSCRIPTS
    )
    assert list(dataset["coder"]) == ["unnamed"]


def test_without_register_and_codebook_each_transcript_is_a_talk_and_each_code_a_theme():
    from schemas.datasets.coded_segments import CodedSegments

    rows = (
        ("d2", "b", 4, 9, "gamma", "r1", "a", 2),
        ("d1", "a", 0, 5, "alpha", "r1", "a", 3),
    )
    dataset, set_aside = derive_segments(coded(*rows), None, None, TRANSCRIPTS)
    CodedSegments.validate(dataset)
    assert set_aside == {}
    assert dataset[["document", "code", "theme"]].to_numpy().tolist() == [
        ["d1", "a", "a"],
        ["d2", "b", "b"],
    ]
    assert dataset[["interview_id", "role", "number", "stage", "category"]].isna().all(axis=None)


def test_codes_are_those_of_the_tree_by_whatever_name_they_are_given():
    tree = pd.DataFrame(
        {
            "code": ["p1", "p2", "t"],
            "label": ["positive", "positive", "Trust"],
            "parent": ["Before", "After", pd.NA],
            "guid": ["00000000-0000-0000-0000-00000000000A", pd.NA, pd.NA],
        },
        dtype="string",
    )
    rows = (
        ("d1", "{00000000-0000-0000-0000-00000000000a}", 0, 1, "a", "r1", "a", 2),
        ("d1", "After > positive", 1, 2, "l", "r1", "a", 3),
        ("d1", "Trust", 2, 3, "p", "r1", "a", 4),
        ("d1", "positive", 3, 4, "h", "r1", "a", 5),
    )
    dataset, set_aside = derive_segments(coded(*rows), None, tree, TRANSCRIPTS)
    assert dataset[["code", "theme"]].to_numpy().tolist() == [
        ["p1", "Before"],
        ["p2", "After"],
        ["t", "t"],
    ]
    assert set_aside == {REASONS["code"]: 1}
