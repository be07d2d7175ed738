"""Selections of every program come back to the code points that were meant, or are asked about."""

import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trialtrail.qualitative.places import resolve_places
from trialtrail.qualitative.units import UNITS, Ruler
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
    return resolve_places(frame, texts, by=[*more])


def as_program_counts(text, spans, unit):
    ruler = Ruler(text)
    return [(*ruler.offsets(unit, start, end), text[start:end]) for start, end in spans]


@settings(max_examples=60)
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


@settings(max_examples=60)
@given(st.sampled_from(UNITS), st.lists(SIGNS, min_size=8, max_size=30))
def test_words_that_stand_once_come_back_to_their_place(unit, noise):
    words = [f"said {n}: {n * 7919:05d} so." for n in range(len(noise))]
    text = "".join(part for pair in zip(noise, words, strict=True) for part in pair)
    spans = [(text.index(each), text.index(each) + len(each)) for each in words]
    table = placed(text, as_program_counts(text, spans, unit))
    assert list(zip(table["start"], table["end"], strict=True)) == spans
    assert set(table["words"]) == {"same"}
    assert table["reason"].isna().all()
