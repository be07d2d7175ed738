"""Codes by role and stage."""

import pandas as pd
import pytest
from small_tables import topic

from trialtrail.errors import StudyError
from trialtrail.qualitative.cases import coder_counted
from trialtrail.qualitative.codebook import meeting

from schemas.results.summaries import takes_of
from scripts.tabulate_codes import tabulate_codes

CODEBOOK = pd.DataFrame(
    {
        "code": ["c1", "c2", "c3"],
        "label": ["One", "Two", "Three"],
        "category": ["a", "a", "b"],
        "category_label": ["A", "A", "B"],
        "theme": ["t", "t", "t"],
        "theme_label": ["T", "T", "T"],
    },
    dtype="string",
)
INTERVIEWS = pd.DataFrame(
    {
        "role": ["p", "p", "q", "q"],
        "stage": ["early", "later", "early", "early"],
        "status": ["interviewed", "interviewed", "interviewed", "declined"],
        "document": ["d1", "d2", "d3", pd.NA],
    },
    dtype="string",
).assign(number=pd.array([1, 1, 1, 2], dtype="Int64"))
SEGMENTS = pd.DataFrame(
    [
        ("d1", "c1", "r1"),
        ("d1", "c2", "r1"),
        ("d1", "c1", "r2"),
        ("d3", "c1", "r2"),
        ("d3", "c1", "r2"),
    ],
    columns=["document", "code", "coder"],
    dtype="string",
).assign(theme="t", category="a")


def table(name="codes", coder=None):
    return topic(tabulate_codes(SEGMENTS, CODEBOOK, INTERVIEWS, coder), name)


def test_documents_are_those_of_any_coder():
    assert table().loc["t.a.c1", ["n", "denominator"]].tolist() == [2, 3]
    assert table("codes_of_all_coders").loc["t.a.c1", "n"] == 1
    by_stage = table("codes_by_stage")
    counts = by_stage[by_stage["item"] == "t.a.c1"]["n"].to_dict()
    assert counts == {"t.a.c1.p.early": 1, "t.a.c1.p.later": 0, "t.a.c1.q.early": 1}


def test_segments_are_those_of_one_coder():
    some = ["t", "t.a.c1", "t.a.c2"]
    assert table("passages").loc[some, "n"].to_list() == [2, 1, 1]
    assert table("passages", "r2").loc[some, "n"].to_list() == [3, 3, 0]


def test_an_interview_counts_once_for_a_theme_however_many_codes_it_has():
    assert table("codes_by_stage").loc["t.p.early", "n"] == 1


def test_the_first_row_has_the_denominators():
    everything = table().iloc[0]
    assert everything.name == "all"
    assert everything["n"] == 3
    by_stage = table("codes_by_stage")
    assert by_stage.loc[by_stage["item"] == "all", "n"].sum() == 3
    assert by_stage.loc["t.p.early", "denominator"] == 1


def test_a_code_that_nobody_used_is_a_row_of_noughts():
    assert [table(name).loc["t.b.c3", "n"] for name in ("passages", "codes")] == [0, 0]


def test_an_unknown_coder_is_named():
    with pytest.raises(StudyError, match="`r9`"):
        table(coder="r9")


def test_nothing_coded_is_nought():
    empty = tabulate_codes(SEGMENTS[:0], CODEBOOK, INTERVIEWS)
    names = ("passages", "codes", "codes_of_all_coders")
    assert [topic(empty, name).loc["t", "n"] for name in names] == [0, 0, 0]


TREE = pd.DataFrame(
    {
        "code": ["top", "inner", "leaf", "alone"],
        "label": ["Top", "Inner", "Leaf", "Alone"],
        "parent": [pd.NA, "top", "inner", pd.NA],
    },
    dtype="string",
)
IN_TREE = pd.DataFrame(
    [
        ("d1", "leaf", "inner", "top", "r1", "text"),
        ("d2", "top", pd.NA, "top", "r1", "text"),
        ("d2", "inner", "inner", "top", "r1", "text"),
        ("d3", "alone", pd.NA, "alone", "r1", "whole_source"),
    ],
    columns=["document", "code", "category", "theme", "coder", "kind"],
    dtype="string",
)


def test_a_person_interviewed_twice_counts_once_among_people():
    people = table("codes_people")
    assert people.loc["all", ["n", "label"]].tolist() == [2, "All people interviewed"]
    assert people.loc["t.a.c1", ["n", "denominator"]].tolist() == [2, 2]
    assert table().loc["all", "n"] == 3


def test_a_parent_counts_its_own_codings_and_those_below_it():
    found = tabulate_codes(IN_TREE, TREE, INTERVIEWS)
    interviews, passages = (topic(found, name)["n"].to_dict() for name in ("codes", "passages"))
    rows = ["all", "top", "top.inner", "top.inner.leaf", "alone"]
    assert interviews == dict(zip(rows, [3, 2, 2, 1, 1], strict=True))
    # A source that is coded as a whole is no passage.
    assert passages == dict(zip(rows, [3, 3, 2, 1, 0], strict=True))


def test_what_a_count_takes_gives_the_count():
    found = tabulate_codes(IN_TREE, TREE, INTERVIEWS)
    taken = takes_of(found)["summaries"]
    for row, n in topic(found, "passages")["n"].items():
        (use,) = taken[f"passages.{row}"][0]["takes"]
        assert len(meeting(IN_TREE, use["where"])) == n, row


def test_without_register_and_codebook_each_transcript_is_an_interview_of_one_person():
    texts = pd.DataFrame({"document": ["d1", "d2", "d3", "d4"], "text": "x"}, dtype="string")
    found = tabulate_codes(SEGMENTS, None, None, transcripts=texts)
    for name in ("codes", "codes_people"):
        assert topic(found, name)[["n", "denominator"]].to_numpy().tolist() == [
            [4, 4],
            [2, 4],
            [1, 4],
        ]
    assert not (found["table"] == "codes_by_stage").any()


def test_of_few_interviews_no_percentage_is_given():
    for limit, known in ((1, True), (3, True), (4, False)):
        found = tabulate_codes(SEGMENTS, CODEBOOK, INTERVIEWS, percent_from=limit)
        assert topic(found, "codes")["percent"].notna().all() == known


def test_before_anybody_has_coded_a_coder_that_is_named_is_no_slip():
    nobody = pd.DataFrame({"coder": pd.Series(dtype="string")})
    assert coder_counted(nobody, "ann") == "ann"
    assert coder_counted(nobody, None) is None
    with pytest.raises(StudyError, match="ann"):
        coder_counted(pd.DataFrame({"coder": ["bob"]}), "ann")
