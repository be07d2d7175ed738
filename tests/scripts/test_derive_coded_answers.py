"""Codes given to answers in free words: whole answers, parts of them, and what is set aside."""

import pandas as pd
import pytest

from scripts.derive_coded_answers import REASONS, derive_coded_answers

CODEBOOK = pd.DataFrame(
    {
        "code": ["busy", "glad"],
        "label": ["Busy", "Glad"],
        "category": ["load", "mood"],
        "theme": ["time", "bond"],
    },
    dtype="string",
)
ANSWERS = pd.DataFrame(
    {
        "response_id": ["R1", "R2", "R3", "R1"],
        "item": ["words", "words", "words", "yes"],
        "answer": ["So busy 🙂 and glad", "Nothing", pd.NA, "Agree"],
    },
    dtype="string",
)


def codings(*rows):
    columns = ["response_id", "item", "code", "coder", "start", "end"]
    frame = pd.DataFrame(rows, columns=columns).astype({"start": "Int64", "end": "Int64"})
    return frame.assign(coded_on=pd.NaT, _export="e", _file="f", _line=range(2, len(frame) + 2))


def derived(*rows):
    return derive_coded_answers(codings(*rows), ANSWERS, CODEBOOK, ["words"])


def test_without_offsets_the_whole_answer_is_coded():
    dataset, set_aside = derived(("R1", "words", "busy", "a", pd.NA, pd.NA))
    assert dataset.loc[0, ["start", "end", "text"]].to_list() == [0, 18, "So busy 🙂 and glad"]
    assert dataset.loc[0, ["theme", "category"]].to_list() == ["time", "load"]
    assert set_aside == {}


def test_a_part_is_what_stands_at_its_offsets_in_code_points():
    dataset, _ = derived(("R1", "words", "glad", "a", 14, 18))
    assert dataset["text"].to_list() == ["glad"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("R1", "yes", "busy", "a", pd.NA, pd.NA), "item"),
        (("R1", "word", "busy", "a", pd.NA, pd.NA), "item"),
        (("R3", "words", "busy", "a", pd.NA, pd.NA), "answer"),
        (("R9", "words", "busy", "a", 0, 2), "answer"),
        (("R1", "words", "gone", "a", pd.NA, pd.NA), "code"),
        (("R1", "words", "busy", "a", 10, 19), "passage"),
        (("R2", "words", "busy", "a", 7, pd.NA), "passage"),
    ],
)
def test_what_cannot_be_used_is_set_aside_with_its_reason(row, reason):
    dataset, set_aside = derived(("R2", "words", "busy", "b", pd.NA, pd.NA), row)
    assert set_aside == {REASONS[reason]: 1}
    assert dataset["coder"].to_list() == ["b"]


def test_the_same_code_given_twice_is_kept_once():
    twice = [("R2", "words", "busy", "a", pd.NA, pd.NA), ("R2", "words", "busy", "a", 0, 7)]
    dataset, set_aside = derived(*twice)
    assert len(dataset) == 1
    assert set_aside == {REASONS["repeat"]: 1}


def test_every_coding_is_used_or_set_aside():
    rows = [
        ("R1", "words", "busy", "a", 0, 2),
        ("R1", "words", "busy", "a", 0, 2),
        ("R3", "words", "busy", "a", 0, 2),
        ("R2", "words", "gone", "a", 0, 2),
    ]
    dataset, set_aside = derived(*rows)
    assert len(dataset) + sum(set_aside.values()) == len(rows)


def test_a_row_names_its_record_and_a_flat_codebook_does():
    flat = pd.DataFrame({"code": ["busy"], "label": ["Busy"]}, dtype="string")
    rows = codings(("R2", "words", "gone", "a", 0, 2), ("R2", "words", "Busy", "a", 0, 2))
    dataset, _ = derive_coded_answers(rows, ANSWERS, flat, ["words"])
    assert dataset.loc[0, ["code", "theme", "_line"]].to_list() == ["busy", "busy", 3]
