"""The tree of codes: identity, addresses, and what belongs to an entry."""

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.codebook import (
    codebook_of,
    codes_given,
    entries,
    known_codes,
    meeting,
    of_entry,
    where_of,
)

GUID = "{:08d}-0000-0000-0000-000000000000"


def book(*rows, **columns):
    return pd.DataFrame([dict(each) for each in rows], dtype="string")


def code(name, label="", parent=None, **more):
    return {"code": name, "label": label or name.capitalize(), "parent": parent} | more


def rows_of(*rows):
    table = entries(book(*rows))
    return {
        row: (level, codes) for row, level, codes in table[["row", "level", "codes"]].to_numpy()
    }


FLAT = (code("bond"), code("visit"))
DEEP = (
    code("d", parent="c"),
    code("a"),
    code("b", parent="a"),
    code("c", parent="b"),
    code("leaf", parent="a"),
)


def test_a_code_without_a_parent_is_a_theme_of_one_row():
    assert rows_of(*FLAT) == {"bond": ("theme", ("bond",)), "visit": ("theme", ("visit",))}


def test_columns_that_repeat_the_code_say_no_more_than_none():
    as_columns = [
        {"code": name, "label": name, "category": name, "theme": name} for name in ("bond", "visit")
    ]
    assert rows_of(*as_columns) == rows_of(*FLAT)


def test_a_tree_of_any_depth_is_listed_parents_first_and_codes_before_groups():
    assert rows_of(*DEEP) == {
        "a": ("theme", ("a", "leaf", "b", "c", "d")),
        "a.leaf": ("code", ("leaf",)),
        "a.b": ("category", ("b", "c", "d")),
        "a.b.c": ("category", ("c", "d")),
        "a.b.c.d": ("code", ("d",)),
    }


def test_a_parent_that_can_be_given_counts_its_own_with_those_below():
    table = entries(book(*DEEP)).set_index("row", drop=False)
    coded = pd.DataFrame({"code": ["a", "b", "c", "d", "leaf", "c"]}, dtype="string")
    counts = {row: len(of_entry(coded, entry)) for row, entry in table.iterrows()}
    assert counts == {"a": 6, "a.leaf": 1, "a.b": 4, "a.b.c": 3, "a.b.c.d": 1}


def test_conditions_choose_the_rows_that_belong_to_an_entry():
    tree = book(*DEEP, code("other"))
    coded = known_codes(tree)[["code", "category", "theme"]]
    for _, entry in entries(tree).iterrows():
        assert list(meeting(coded, where_of(entry))["code"]) == list(of_entry(coded, entry)["code"])


def test_a_name_under_two_parents_is_two_codes_with_their_paths_as_ids():
    as_paths = (code("Before > positive", "positive"), code("After > positive", "positive"))
    as_guids = (
        code(GUID.format(1), "positive", "Before"),
        code(GUID.format(2), "positive", "After"),
    )
    for rows in (as_paths, as_guids):
        assert rows_of(*rows) == {
            "Before": ("theme", ("Before.positive",)),
            "Before.positive": ("code", ("Before.positive",)),
            "After": ("theme", ("After.positive",)),
            "After.positive": ("code", ("After.positive",)),
        }
    given = pd.Series([GUID.format(2), "{" + GUID.format(1).upper() + "}", "After > positive"])
    found = list(codes_given(given, book(*as_guids)))
    assert found == ["After.positive", "Before.positive", "After.positive"]
    assert codes_given(pd.Series(["positive"]), book(*as_guids)).isna().all()


def test_siblings_of_one_name_are_numbered():
    rows = (code(GUID.format(1), "same"), code(GUID.format(2), "same"))
    assert list(rows_of(*rows)) == ["same", "same_2"]


def test_names_with_points_keep_them_and_no_address_stands_twice():
    rows = (code("time.extra"), code("time"), code("extra", parent="time"))
    assert list(rows_of(*rows)) == ["time.extra", "time", "time.extra_2"]
    assert "initiating.awkward" in rows_of(code("initiating.awkward"))


def test_addresses_hold_no_sign_that_ends_a_part_of_one():
    assert list(rows_of(code("yes/no #1", "Yes/no"))) == ["yes_no _1"]


def test_a_parent_is_named_by_code_guid_or_labels():
    top = code("t", "Top", guid="{" + GUID.format(7).upper() + "}")
    inner = code("i", "Inner", "t")
    for parent in ("i", "Top > Inner", "Top\\Inner"):
        assert "t.i.x" in rows_of(top, inner, code("x", "X", parent))
    assert "t.x" in rows_of(top, code("x", "X", GUID.format(7)))


def test_a_parent_that_is_no_row_of_the_codebook_is_a_group():
    assert rows_of(code("x", "X", "Group > Part")) == {
        "Group": ("theme", ("x",)),
        "Group.Part": ("category", ("x",)),
        "Group.Part.x": ("code", ("x",)),
    }


def test_a_group_that_cannot_be_given_is_no_code_and_without_codes_nothing():
    rows = pd.DataFrame(
        [code("g", "Group", codable=False), code("x", "X", "g"), code("e", "Empty", codable=False)]
    ).convert_dtypes()
    table = entries(rows)
    assert list(table["row"]) == ["g", "g.x"]
    assert list(table["code"]) == ["", "x"]
    assert list(known_codes(rows)["code"]) == ["x"]


def test_the_same_code_from_two_exports_is_one():
    assert list(rows_of(code("a"), code("b"), code("a"))) == ["a", "b"]


def test_a_circle_is_refused():
    with pytest.raises(StudyError, match="below itself"):
        entries(book(code("a", parent="b"), code("b", parent="a")))


def test_a_study_without_a_codebook_has_a_theme_a_code():
    table = entries(codebook_of(["b", "a", "b", pd.NA]))
    assert list(table["row"]) == ["a", "b"]
    assert set(table["level"]) == {"theme"}


def test_an_empty_codebook_has_no_entries():
    assert entries(book(*FLAT)[:0]).empty
