"""Codes by role and stage."""

import pandas as pd
import pytest

from trialtrail.errors import StudyError

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
)
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


def table(coder=None):
    return tabulate_codes(SEGMENTS, CODEBOOK, INTERVIEWS, coder).set_index("row")


def test_documents_are_those_of_any_coder():
    found = table().loc["t.a.c1"]
    assert found["documents"] == 2
    assert found["documents_every_coder"] == 1
    assert found["documents_p_early"] == found["documents_q_early"] == 1
    assert found["documents_p_later"] == 0


def test_segments_are_those_of_one_coder():
    assert table().loc[["t", "t.a.c1", "t.a.c2"], "segments"].to_list() == [2, 1, 1]
    assert table("r2").loc[["t", "t.a.c1", "t.a.c2"], "segments"].to_list() == [3, 3, 0]


def test_an_interview_counts_once_for_a_theme_however_many_codes_it_has():
    assert table().loc["t", "documents_p_early"] == 1


def test_the_first_row_has_the_denominators():
    everything = table().iloc[0]
    assert everything.name == "all"
    assert everything["documents"] == 3
    assert everything[["documents_p_early", "documents_p_later", "documents_q_early"]].sum() == 3


def test_a_code_that_nobody_used_is_a_row_of_noughts():
    assert table().loc["t.b.c3", ["segments", "documents"]].to_list() == [0, 0]


def test_an_unknown_coder_is_named():
    with pytest.raises(StudyError, match="`r9`"):
        table("r9")


def test_nothing_coded_is_nought():
    empty = tabulate_codes(SEGMENTS[:0], CODEBOOK, INTERVIEWS).set_index("row")
    assert empty.loc["t", ["segments", "documents", "documents_every_coder"]].to_list() == [0, 0, 0]
