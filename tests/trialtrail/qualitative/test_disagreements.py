"""Places at which coders differ: kinds, characters, names, and what changes them."""

import random

import pandas as pd
import pytest

from trialtrail.qualitative.agreement.disagreement import COUNTS, split_disagreement
from trialtrail.qualitative.agreement.readers import reading
from trialtrail.qualitative.agreement.spans import union
from trialtrail.qualitative.disagreements import (
    AGREED,
    EDGES,
    NO_COUNTERPART,
    OTHER_CODE,
    around,
    disagreements,
    id_of,
    places,
)

TEXTS = {"d1": "I: What then?\nR: She 👶🏽 was there, and there again.\nI: Yes.", "d2": "." * 400}


def coded(*rows):
    return pd.DataFrame(rows, columns=["document", "code", "coder", "start", "end"])


def found(*rows, named=None, texts=TEXTS):
    segments = coded(*rows)
    return places(segments, texts, reading(segments, list(texts), named))


def kinds(*rows, **more):
    return [place.kind for place in found(*rows, **more)]


def test_the_same_passage_is_agreed_and_no_disagreement():
    there = found(("d1", "c", "a", 16, 25), ("d1", "c", "b", 16, 25))
    assert [place.kind for place in there] == [AGREED]
    assert there[0].characters == 0
    assert disagreements(there) == []


def test_passages_that_touch_are_one_of_one_coder_and_share_nothing_between_coders():
    assert kinds(("d2", "c", "a", 0, 10), ("d2", "c", "a", 10, 20), ("d2", "c", "b", 0, 20)) == [
        AGREED
    ]
    apart = found(("d2", "c", "a", 0, 10), ("d2", "c", "b", 10, 20))
    assert [place.kind for place in apart] == [NO_COUNTERPART] * 2
    assert [place.characters for place in apart] == [10, 10]


def test_characters_are_those_that_some_marked_and_not_all():
    one, two = found(
        ("d2", "c", "a", 0, 10),
        ("d2", "c", "b", 5, 12),
        ("d2", "c", "a", 50, 57),
    )
    assert (one.kind, one.characters) == (EDGES, 7)
    assert (two.kind, two.characters) == (NO_COUNTERPART, 7)


def test_a_reader_who_marked_nothing_differs_and_a_coder_who_did_not_read_does_not():
    row = ("d2", "c", "a", 0, 10)
    assert kinds(row) == []
    assert kinds(row, named={"b": ["d2"]}) == [NO_COUNTERPART]
    assert kinds(row, named={"b": ["d1"]}) == []


def test_another_code_is_told_of_both_and_not_where_the_code_is_common():
    both = found(("d2", "c", "a", 0, 10), ("d2", "k", "b", 2, 10))
    assert [place.kind for place in both] == [OTHER_CODE] * 2
    assert both[0].others == {"b": ("k",)}
    common = found(("d2", "c", "a", 0, 10), ("d2", "k", "b", 0, 10), ("d2", "k", "a", 0, 10))
    assert {place.code: place.kind for place in common} == {"c": NO_COUNTERPART, "k": AGREED}
    little = found(("d2", "c", "a", 0, 10), ("d2", "k", "b", 8, 30))
    assert [place.kind for place in little] == [NO_COUNTERPART] * 2


def test_three_coders():
    rows = [("d2", "c", "a", 0, 10), ("d2", "c", "b", 0, 12)]
    (place,) = found(*rows, named={"c": ["d2"]})
    assert place.readers == ("a", "b", "c")
    assert (place.kind, place.characters) == (NO_COUNTERPART, 12)
    chain = found(("d2", "c", "a", 0, 10), ("d2", "c", "b", 5, 20), ("d2", "c", "e", 15, 30))
    assert [(place.kind, place.characters) for place in chain] == [(EDGES, 30)]
    common = found(("d2", "c", "a", 0, 10), ("d2", "c", "b", 5, 20), ("d2", "c", "e", 4, 9))
    assert [(place.kind, place.characters) for place in common] == [(EDGES, 16)]


def test_codes_of_who_is_said_not_to_have_read_count_for_nothing():
    rows = [("d2", "c", "a", 0, 10), ("d2", "c", "b", 0, 12)]
    assert found(*rows, named={"b": ["d1"]}) == []


@pytest.mark.parametrize("coders", ["ab", "abe"])
@pytest.mark.parametrize("seed", range(8))
def test_places_are_the_passages_of_the_measures_of_agreement(seed, coders):
    rng = random.Random(seed)
    rows = []
    for _ in range(50):
        start = rng.randrange(0, 390)
        code, coder = rng.choice("ck"), rng.choice(coders)
        rows.append(("d2", code, coder, start, min(400, start + rng.randrange(1, 25))))
    there = found(*rows)
    for code in "ck":
        marked = {
            coder: union([row[3:] for row in rows if row[1:3] == (code, coder)]) for coder in coders
        }
        counts = dict(zip(COUNTS, split_disagreement(marked).tolist(), strict=True))
        mine = [place for place in there if place.code == code]
        edges = [place.characters for place in mine if place.kind == EDGES]
        without = [place for place in mine if place.kind in (NO_COUNTERPART, OTHER_CODE)]
        assert len(mine) == counts["passages"]
        assert sum(edges) == counts["edges"]
        assert sum(place.characters for place in without) == counts["without_counterpart"]
        assert len(without) == counts["passages_without_counterpart"]


ROWS = (("d1", "c", "a", 16, 25), ("d1", "c", "b", 18, 25))


def test_a_name_is_that_of_its_evidence_and_does_not_depend_on_the_order_of_rows():
    (place,), (again,) = found(*ROWS), found(*ROWS[::-1])
    assert place.id == again.id == id_of(place.evidence)


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": (("d1", "c", "a", 16, 26), ROWS[1])},
        {"rows": (("d1", "k", "a", 16, 25), ("d1", "k", "b", 18, 25))},
        {"rows": (("d1", "c", "x", 16, 25), ROWS[1])},
        {"named": {"z": ["d1"]}},
        {"texts": {**TEXTS, "d1": TEXTS["d1"].replace("again", "anew!")}},
        {"texts": {**TEXTS, "d1": "I: Now then?!" + TEXTS["d1"][13:]}, "same": True},
    ],
)
def test_the_evidence_is_passages_readers_and_the_paragraph(changed):
    same = changed.pop("same", False)
    rows = changed.pop("rows", ROWS)
    assert (found(*rows, **changed)[0].id == found(*ROWS)[0].id) is same


def test_what_differs_most_comes_first():
    there = disagreements(
        found(("d1", "c", "a", 0, 3), ("d1", "c", "b", 20, 29), ("d1", "k", "a", 40, 45))
    )
    assert [place.characters for place in there] == [9, 5, 3]


def test_around_a_passage_are_its_paragraphs_or_the_turns_and_the_one_before():
    text = TEXTS["d1"]
    start, end, before = around(text, 16, 20)
    assert text[start:end].startswith("R: She 👶🏽")
    assert text[before:start] == "I: What then?\n"
    assert around(text, 0, 3) == (0, 13, 0)
    turns = [(0, 13), (14, 30), (30, 52)]
    assert around(text, 20, 35, turns) == (14, 52, 0)
    # The words of a turn begin after the name of its speaker, which is shown with them.
    assert around(text, 20, 25, [(3, 13), (17, 52)]) == (14, 52, 0)
    assert around(text, 4, 5, [(3, 13), (17, 52)]) == (0, 13, 0)
    assert around(text, 50, 51, [(3, 13), (17, 30), (31, 52)]) == (30, 52, 14)
    assert around(text, 53, 55, turns)[:2] == (text.rfind("\n") + 1, len(text))
