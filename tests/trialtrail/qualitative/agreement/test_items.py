import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.agreement.items import items_of, marks_of
from trialtrail.qualitative.agreement.readers import reading


def codebook(*rows):
    columns = ["code", "label", "theme", "theme_label", "category", "category_label"]
    frame = pd.DataFrame(rows, columns=columns[: len(rows[0])]).reindex(columns=columns)
    return frame.astype("string")


def test_themes_come_first_and_codes_are_called_by_their_own_id():
    items = items_of(codebook(("c", "C", "t", "T", "k", "K"), ("d", "D", "t", "T", "k", "K")))
    assert [(item.id, item.level, item.is_code) for item in items] == [
        ("t", "theme", False),
        ("c", "code", True),
        ("d", "code", True),
    ]
    assert items[1].where == {"theme": "t", "category": "k", "code": "c"}


def test_of_a_flat_codebook_a_theme_and_its_code_are_one():
    items = items_of(codebook(("a", "A", "a", "A"), ("b", "B", "b", "B")))
    assert [(item.id, item.level, item.label) for item in items] == [
        ("a", "code", "A"),
        ("b", "code", "B"),
    ]


def test_a_theme_that_is_given_itself_and_has_codes_is_two():
    items = items_of(codebook(("t", "T", "t", "T"), ("c", "C", "t", "T")))
    assert [item.id for item in items] == ["t", "t.t", "c"]
    assert [item.is_code for item in items] == [False, True, True]


def test_a_code_that_is_called_all_is_refused():
    with pytest.raises(StudyError, match="two things"):
        items_of(codebook(("all", "All", "t", "T")))


def test_one_name_under_two_themes_is_two_codes():
    items = items_of(codebook(("x", "X", "t", "T"), ("x", "X", "u", "U")))
    assert [item.id for item in items] == ["t", "t.x", "u", "u.x"]


def test_marks_of_a_theme_are_those_of_its_codes_and_a_silent_reader_is_there():
    segments = pd.DataFrame(
        [("d1", "c", 0, 5, "r1", "t"), ("d1", "d", 3, 9, "r1", "t"), ("d2", "c", 1, 2, "r2", "t")],
        columns=["document", "code", "start", "end", "coder", "theme"],
    ).assign(category=pd.NA)
    items = items_of(codebook(("c", "C", "t", "T"), ("d", "D", "t", "T")))
    read = reading(segments, ["d1", "d2"], {"r2": "all"})
    theme, code, _ = marks_of(items, segments, read, ["d1", "d2"])
    assert theme == [{"r1": [(0, 9)], "r2": []}, {"r2": [(1, 2)]}]
    assert code[0] == {"r1": [(0, 5)], "r2": []}
