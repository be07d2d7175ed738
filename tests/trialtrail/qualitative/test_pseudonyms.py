"""Pseudonyms and the two ways of their offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.errors import StudyError
from trialtrail.qualitative.pseudonyms import (
    check_pseudonyms,
    offset_map,
    pseudonym_edits,
    pseudonymised,
)
from trialtrail.qualitative.quotation_edits import Edit, replay

NAMES = {"Mary": "Rosalind", "Mary Ann": "Bea", "Will": "Ottokar"}


def test_whole_names_go_and_words_that_hold_them_stay():
    text = "Mary's Will will see Mary Ann, Maryland and MARY."
    assert (
        pseudonymised(text, NAMES)[0] == "Rosalind's Ottokar will see Bea, Maryland and ROSALIND."
    )


def test_without_pseudonyms_nothing_moves():
    text, places = pseudonymised("Nobody", {})
    assert (text, places.to_printed(3), places.to_raw(6)) == ("Nobody", 3, 6)


def test_an_offset_within_a_name_moves_outwards():
    places = offset_map([Edit(4, 8, "pseudonym", "Rosalind")])
    assert (places.to_printed(6), places.to_printed(6, end=True)) == (4, 12)
    assert (places.to_raw(9), places.to_raw(9, end=True)) == (4, 8)


@st.composite
def texts_with_edits(draw):
    """A text, and edits of it that do not overlap."""
    text = draw(st.text("aé👩🏽 \n.", min_size=1, max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [
        Edit(a, b, "pseudonym", draw(st.text("XY👩", min_size=1, max_size=6))) for a, b in pairs
    ]


@given(texts_with_edits(), st.data())
def test_offsets_map_both_ways_outside_of_edits(case, data):
    text, edits = case
    printed, places = replay(text, 0, len(text), edits), offset_map(edits)
    for offset in range(len(text) + 1):
        if not any(e.start < offset < e.end for e in edits):
            assert places.to_raw(places.to_printed(offset)) == offset
            assert 0 <= places.to_printed(offset) <= len(printed)
    inside = {p for a, b in places.printed for p in range(a + 1, b)}
    for offset in range(len(printed) + 1):
        if offset not in inside:
            assert places.to_printed(places.to_raw(offset)) == offset


@given(texts_with_edits(), st.data())
def test_a_coded_passage_is_in_print_what_its_own_edits_make_of_it(case, data):
    text, edits = case
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    printed, places = replay(text, 0, len(text), edits), offset_map(edits)
    cut = [e for e in edits if e.start < end and e.end > start]
    start = min([start, *(e.start for e in cut)])
    end = max([end, *(e.end for e in cut)])
    shown = printed[places.to_printed(start) : places.to_printed(end, end=True)]
    assert shown == replay(text, start, end, cut)


@given(texts_with_edits(), st.data())
def test_offsets_of_a_passage_in_print_count_from_its_start(case, data):
    text, edits = case
    start = data.draw(st.integers(0, edits[0].start if edits else len(text)))
    printed, places = replay(text, start, len(text), edits), offset_map(edits, start)
    assert places.to_printed(start, end=True) == 0
    assert places.to_printed(len(text), end=True) == len(printed)
    assert places.to_raw(len(printed), end=True) == len(text)


def row(name, pseudonym, person=None):
    return {"name": name, "pseudonym": pseudonym, "person": person}


def test_pseudonyms_that_name_nobody_are_taken():
    check_pseudonyms([row("Mary", "Rose", "1"), row("Molly", "Rose", "1")], ["Mary and Molly"])


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([row("Mary", "Anna"), row("anna", "Rose")], "a name that the table hides"),
        ([row("Mary", "Kitty")], "occurs in a transcript"),
        ([row("Mary", "Rose"), row("Molly", "Rose")], "stands for two people"),
        ([row("Mary", " ")], "is empty"),
    ],
)
def test_a_pseudonym_that_names_somebody_is_refused_without_a_name(rows, what):
    with pytest.raises(StudyError, match=what) as refusal:
        check_pseudonyms(rows, ["Mary met Kitty"])
    assert "Mary" not in refusal.value.text()
    assert "Kitty" not in refusal.value.text()


def test_longer_names_go_first():
    assert [e.text for e in pseudonym_edits("Mary Ann Mary", NAMES)] == ["Bea", "Rosalind"]
