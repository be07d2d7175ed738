"""Entries of two configurations that differ, and single ones taken over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.trail.comparing.settings import ABSENT, differing, taken_over

A = {
    "arms": [{"id": "x", "label": "X"}, {"id": "y", "label": "Y"}],
    "level": 0.95,
    "miss": ["", "."],
}
LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from("pqr")
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        | st.lists(
            st.tuples(st.sampled_from("xyz"), inner).map(lambda p: {"id": p[0], "v": p[1]}),
            max_size=3,
            unique_by=lambda item: item["id"],
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("b", "names"),
    [
        (A, []),
        (A | {"level": 0.9}, ["level"]),
        (A | {"new": 1}, ["new"]),
        ({"arms": A["arms"], "miss": A["miss"]}, ["level"]),
        (A | {"miss": ["", ".", "NK"]}, ["miss"]),
        (A | {"arms": [A["arms"][0], {"id": "y", "label": "Why"}]}, ["arms[y].label"]),
        (A | {"arms": A["arms"][::-1]}, ["arms"]),
        (A | {"arms": [{"id": "w"}, *A["arms"]]}, ["arms[w]"]),
        (A | {"arms": A["arms"][1:]}, ["arms[x]"]),
    ],
)
def test_the_smallest_entries_are_named(b, names):
    assert [entry.name for entry in differing(A, b)] == names


def test_one_entry_is_taken_over_and_a_is_left_as_it_is():
    b = A | {"level": 0.9, "arms": [{"id": "w"}, *A["arms"]]}
    before = str(A)
    found = {entry.name: entry for entry in differing(A, b)}
    assert taken_over(A, [found["level"]]) == A | {"level": 0.9}
    assert taken_over(A, [found["arms[w]"]]) == A | {"arms": b["arms"]}
    assert str(A) == before


def test_an_entry_that_is_not_there_is_told_from_one_that_is_empty():
    (entry,) = differing({}, {"a": None})
    assert (entry.a, entry.b) == (ABSENT, None)


@given(TREES, TREES)
def test_all_entries_taken_over_give_b(a, b):
    one, two = {"top": a}, {"top": b}
    found = differing(one, two)
    assert repr(taken_over(one, found)["top"]) == repr(two["top"]) or taken_over(one, found) == two
    assert not differing(taken_over(one, found), two)


@given(TREES)
def test_nothing_differs_from_itself(tree):
    assert differing(tree, tree) == []
