"""Coded passages and the codebook."""

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.codings import (
    completed_interviews,
    entries,
    found_at,
    is_verbatim,
    of_entry,
    passage,
    role_stages,
)

TEXT = "one two\none naïve 🙂 three"


def codebook(*rows):
    names = ["code", "label", "category", "category_label", "theme", "theme_label"]
    return pd.DataFrame(rows, columns=names, dtype="string")


BOOK = codebook(
    ("c1", "Code 1", "a", "A", "t", "Theme T"),
    ("c9", "Code 9", pd.NA, pd.NA, "u", "Theme U"),
    ("c2", "Code 2", "b", "B", "t", "Theme T"),
    ("c3", "Code 3", "a", "A", "t", "Theme T"),
)


def register(**columns):
    base = {
        "role": ["p", "p", "q"],
        "stage": ["early", "later", "early"],
        "status": ["interviewed", "declined", "interviewed"],
        "document": ["d1", pd.NA, "d2"],
    }
    return pd.DataFrame(base | columns).astype("string")


def test_a_passage_is_counted_in_code_points():
    assert passage(TEXT, 12, 17) == "naïve"
    assert passage(TEXT, 18, 19) == "🙂"


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 4), (0, len(TEXT) + 1)])
def test_no_passage_lies_outside(start, end):
    assert passage(TEXT, start, end) is None


def test_verbatim_is_to_the_last_space():
    assert is_verbatim("one", TEXT, 0, 3)
    assert not is_verbatim("one ", TEXT, 0, 3)
    assert not is_verbatim("two one", TEXT, 4, 11)  # a line feed is no space


def test_words_elsewhere_are_found_where_they_are_nearest():
    assert found_at("one", TEXT, 7) == 8
    assert found_at("one", TEXT, 1) == 0
    assert found_at("four", TEXT, 0) is None
    assert found_at("", TEXT, 0) is None


def test_only_interviews_that_took_place_are_held():
    assert list(completed_interviews(register())["document"]) == ["d1", "d2"]
    assert len(completed_interviews(register(status=[pd.NA] * 3))) == 2
    with pytest.raises(StudyError, match="one document"):
        completed_interviews(register(document=["d1", "d2", "d1"]))


def test_roles_and_stages_are_those_interviewed():
    assert role_stages(register()) == [("p", "early"), ("q", "early")]


def test_the_codebook_is_listed_parents_first():
    expected = "t t.a t.a.c1 t.a.c3 t.b t.b.c2 u u.c9"
    assert " ".join(entries(BOOK)["row"]) == expected
    assert list(entries(BOOK)["level"])[:3] == ["theme", "category", "code"]


def test_one_id_with_two_labels_in_one_place_is_refused():
    clash = codebook(("x", "X", pd.NA, pd.NA, "t", "T"), ("c", "C", "x", "Other", "t", "T"))
    with pytest.raises(StudyError, match="two labels"):
        entries(clash)


def test_segments_belong_to_their_code_category_and_theme():
    segments = pd.DataFrame(
        {"theme": ["t", "t", "u"], "category": ["a", "b", pd.NA], "code": ["c1", "c2", "c9"]},
        dtype="string",
    )
    found = {entry["row"]: len(of_entry(segments, entry)) for _, entry in entries(BOOK).iterrows()}
    assert found["t"] == 2
    assert found["t.a"] == found["t.a.c1"] == found["u"] == 1
    assert found["t.a.c3"] == 0
