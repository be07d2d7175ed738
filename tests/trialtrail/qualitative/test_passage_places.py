"""Selections of every program come back to the code points that were meant, or are asked about."""

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trialtrail.qualitative.places import NOT_CONFIRMED, resolve_places
from trialtrail.qualitative.units import PLAIN, UNITS, UTF16, Ruler, Unit
from trialtrail.qualitative.wording import signs_of

SIGNS = st.sampled_from(
    [*"abc XYZ.,'\"-", "é", "e\u0301", "🙂", "👩\u200d👧", "ß", "م", "漢", "\n", "\r\n", "\r"]
)
TEXTS = st.lists(SIGNS, min_size=30, max_size=80).map("".join)


def placed(text, rows, **more):
    """Return the places of (start, end, selected) in one text."""
    frame = pd.DataFrame(rows, columns=["start", "end", "selected"]).assign(document="d", **more)
    frame = frame.astype({"start": "Int64", "end": "Int64", "selected": "string"})
    texts = pd.DataFrame({"document": ["d"], "text": [text]})
    return resolve_places(frame, texts)


def as_program_counts(text, spans, unit):
    ruler = Ruler(text)
    return [(*ruler.offsets(unit, start, end), text[start:end]) for start, end in spans]


@settings(max_examples=settings().max_examples * 3 // 5)
@given(st.sampled_from(UNITS), TEXTS, st.data())
def test_what_a_program_counts_comes_back_to_the_same_words(unit, text, data):
    ruler = Ruler(text)
    cuts = data.draw(st.lists(st.integers(0, len(text)), min_size=6, max_size=6, unique=True))
    spans = [tuple(sorted(cuts[n : n + 2])) for n in (0, 2, 4)]
    # A line end that counts as one has no place between its two signs.
    assume(all(ruler.code_points(unit, *ruler.offsets(unit, *span)) == span for span in spans))
    assume(all(text[start:end].strip() for start, end in spans))
    table = placed(text, as_program_counts(text, spans, unit))
    for (start, end), each in zip(spans, table.itertuples(), strict=True):
        if pd.notna(each.words):
            found, said = signs_of(text[each.start : each.end]), signs_of(text[start:end])
            assert found == said or (each.words == "cut" and found.startswith(said))
        else:
            assert pd.notna(each.reason)


@settings(max_examples=settings().max_examples * 3 // 5)
@given(st.sampled_from(UNITS), st.lists(SIGNS, min_size=8, max_size=30))
def test_words_that_stand_once_come_back_to_their_place(unit, noise):
    words = [f"said {n}: {n * 7919:05d} so." for n in range(len(noise))]
    text = "".join(part for pair in zip(noise, words, strict=True) for part in pair)
    spans = [(text.index(each), text.index(each) + len(each)) for each in words]
    table = placed(text, as_program_counts(text, spans, unit))
    assert list(zip(table["start"], table["end"], strict=True)) == spans
    assert set(table["words"]) == {"same"}
    assert table["reason"].isna().all()


TEXT = "I: How was it?\nA: 🙂 Grand, so it was.\nI: And then?\nA: Grand, so it was. “Née” it’s.\n"


def one(start, end, selected, text=TEXT, **more):
    return placed(text, [(start, end, selected)], **more).iloc[0]


def test_the_selection_after_an_emoji_is_undone():
    row = one(21, 38, "Grand, so it was.")
    assert (row.start, row.end, row.unit, row.placed) == (20, 37, UTF16, "unit undone")
    assert TEXT[row.start : row.end] == "Grand, so it was."


def test_units_that_count_a_text_alike_are_code_points():
    row = one(0, 3, None, "abc def")
    assert (row.unit, row.placed) == ("code points", "as given")
    assert pd.isna(row.reason)


def test_without_words_code_points_are_taken_and_called_not_confirmed():
    row = one(18, 35, None)
    assert (row.start, row.end, row.unit) == (18, 35, NOT_CONFIRMED)


def test_what_its_words_contradict_keeps_its_place_and_names_the_nearest():
    row = one(0, 5, "And then?")
    assert (row.start, row.end) == (0, 5)
    assert pd.isna(row.words)
    assert row.nearest == TEXT.index("And then?")
    assert "differ" in row.reason


def test_words_that_stand_nowhere_name_what_is_most_like_them():
    assert one(0, 5, "Grand, was it so.").nearest is not None
    assert pd.isna(one(0, 5, "nothing of the kind at all, no").nearest)


def test_one_selection_of_a_shifted_count_is_a_slip_and_several_are_a_unit():
    text = "abc defg hijk lmno"
    assert one(5, 9, "defg", text).nearest == 4
    rows = [(5, 9, "defg"), (10, 14, "hijk"), (15, 19, "lmno")]
    table = placed(text, rows)
    assert table["start"].tolist() == [4, 9, 14]
    assert table["unit"].unique().tolist() == ["code points, from 1, or after a byte-order mark"]


def test_each_coder_has_a_unit_of_their_own():
    rows = [(21, 38, "Grand, so it was."), (20, 37, "Grand, so it was.")]
    table = placed(TEXT, rows, coder=["ann", "bob"])
    assert table["start"].tolist() == [20, 20]
    assert table["unit"].tolist() == [UTF16, "code points"]


@pytest.mark.parametrize(
    ("end", "selected", "words"),
    [
        (37, "A: 🙂  Grand,\n so it was.", "spaced"),
        (37, "A: 🙂 Grand, so it", None),
        (60, "A: 🙂 Grand, so it was. I: A", "cut"),
        (60, "A: 🙂 Grand, so it was. I: A…", "cut"),
        (60, "A: 🙂 Grand", None),
        (37, "A: 🙂 grand, so it was.", None),
    ],
)
def test_how_words_agree(end, selected, words):
    row = one(15, end, selected)
    assert (None if pd.isna(row.words) else row.words) == words


def test_signs_of_print_are_told_apart_and_found():
    at = TEXT.index("“Née”")
    row = one(at, len(TEXT) - 1, '"Ne\u0301e" it\'s.')
    assert (row.start, row.words) == (at, "printed")


@pytest.mark.parametrize(
    ("selected", "start", "placed_as"),
    [
        ("And then?", 41, "words found"),
        ("was it?A: 🙂 Grand", 7, "words found"),
        ("it was. I: And then?", 30, "words found"),
        ('"Née" it\'s.', TEXT.index("“Née"), "words found"),
    ],
)
def test_words_without_offsets_are_found_where_they_stand_once(selected, start, placed_as):
    row = one(None, None, selected)
    assert (row.start, row.unit, row.placed) == (start, "words", placed_as)


def test_words_at_several_places_are_asked_about_unless_one_is_named():
    row = one(None, None, "Grand, so it was.")
    assert (row.places, row.nearest) == (2, 20)
    assert pd.isna(row.start)
    named = one(None, None, "Grand, so it was.", occurrence=2)
    assert named.start == TEXT.rindex("Grand")
    assert pd.isna(one(None, None, "Grand, so it was.", occurrence=3).start)


@pytest.mark.parametrize(
    ("start", "end", "selected", "reason"),
    [
        (3, 3, "x", "no character"),
        (5, 3, None, "no character"),
        (3, 999, None, "beyond"),
        (None, None, None, "neither"),
        (None, None, "not there", "nowhere"),
    ],
)
def test_what_cannot_be_placed_says_why(start, end, selected, reason):
    row = one(start, end, selected)
    assert pd.isna(row.start)
    assert reason in row.reason


def test_several_beyond_the_end_name_the_unit_in_which_none_is():
    text = "🙂" * 10
    table = placed(text, [(16, 18, None), (18, 20, None)])
    assert table["reason"].str.endswith("if they are counted in utf-16").all()


def test_without_a_transcript_there_is_no_place():
    frame = pd.DataFrame({"document": ["other", pd.NA], "start": [0, 0], "end": [1, 1]})
    table = resolve_places(frame, pd.DataFrame({"document": ["d"], "text": ["x"]}))
    assert table["reason"].tolist() == ["the document has no transcript"] * 2
    assert resolve_places(frame.iloc[:0], pd.DataFrame({"document": [], "text": []})).empty


def test_old_mac_line_ends_and_text_of_no_line_end_need_no_unit():
    row = one(18, 35, "Grand, so it was.", "I: How was it?\rA: Grand, so it was.\rI: And then?\r")
    assert (row.start, row.unit, row.words) == (18, "code points", "same")
    assert PLAIN.name == Unit().name == "code points"
