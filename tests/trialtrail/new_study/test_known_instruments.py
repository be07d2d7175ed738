"""Questionnaires are recognised by names, counts and answers; sure only where all three agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.derive.instruments.offered import ITEM_ORDER, LEVELS
from trialtrail.derive.instruments.taken import INSTRUMENTS
from trialtrail.new_study.files.seen import SeenColumn
from trialtrail.new_study.measures.instrument_table import SF36_FORM, TABLE
from trialtrail.new_study.measures.instruments import find_instruments

CHANCE = np.random.default_rng(11)


def answers(low, high, n=30):
    values = [*range(low, high + 1), *CHANCE.integers(low, high + 1, max(0, n - high + low))]
    return [str(each) for each in values]


def sf36(*headings, roles=2):
    offered = [roles if item[:2] in ("RP", "RE") else LEVELS[item] for item in ITEM_ORDER]
    return [
        SeenColumn(heading, answers(1, high))
        for heading, high in zip(headings, offered, strict=True)
    ]


def form_numbers(stem):
    for question, parts in SF36_FORM.items():
        yield from [f"{stem}{question}{'abcdefghij'[n]}" for n in range(parts)] or [
            f"{stem}{question}"
        ]


NAMINGS = {
    "sf36_1": [f"sf36_{n}" for n in range(1, 37)],
    "SF36Q1": [f"SF36Q{n}" for n in range(1, 37)],
    "sf_01": [f"sf_{n:02d}" for n in range(1, 37)],
    "SF36[SQ001]": [f"SF36[SQ{n:03d}]" for n in range(1, 37)],
    "rand36_1": [f"rand36_{n}" for n in range(1, 37)],
    "sf36v1_1": [f"sf36_v1_{n}" for n in range(1, 37)],
    "PF01": [*ITEM_ORDER],
    "pf1": [item.lower().replace("pf0", "pf") for item in ITEM_ORDER],
    "sf36_gh1": [f"sf36_{item.lower()}" for item in ITEM_ORDER],
    "sf3a": [*form_numbers("sf")],
    "SF36_9i": [*form_numbers("SF36_")],
}


@pytest.mark.parametrize("naming", NAMINGS)
def test_the_sf36_is_known_in_its_usual_namings_with_its_items_in_order(naming):
    (found,) = find_instruments([SeenColumn("id", ["1"]), *sf36(*NAMINGS[naming])])
    assert (found.id, found.complete, found.scored, found.sure) == ("sf36_v1", True, True, True)
    assert found.columns == dict(zip(ITEM_ORDER, NAMINGS[naming], strict=True))


def test_the_second_version_is_not_taken_for_the_first():
    (found,) = find_instruments(sf36(*NAMINGS["sf36_1"], roles=5))
    assert (found.id, found.scored, found.sure) == ("sf36_v2", False, False)
    assert "version 2" in found.why


def test_an_answer_that_the_form_does_not_offer_speaks_against_it():
    items = sf36(*NAMINGS["sf36_1"])
    items[2].cells[0] = "4"
    (found,) = find_instruments(items)
    assert not found.sure
    assert "1 of" in found.why
    assert "none that the form offers" in found.why


def test_codes_of_missing_answers_do_not_speak_against_it_and_are_told():
    items = sf36(*NAMINGS["sf36_1"])
    items[2].cells[:2] = ["9", "-99"]
    items[3].cells[0], items[3].missing = "77", ("77",)
    (found,) = find_instruments(items)
    assert found.sure
    assert "but 2, which look like codes of missing" in found.why


def test_a_form_without_one_of_its_items_is_not_complete():
    (found,) = find_instruments(sf36(*NAMINGS["sf36_1"])[1:])
    assert (found.complete, found.scored, found.sure, len(found.columns)) == (
        False,
        False,
        False,
        35,
    )


def test_each_timepoint_has_an_instrument_of_its_own():
    items = [
        SeenColumn(f"phq9_{n}_t{time}", answers(0, 3)) for time in (1, 2) for n in range(1, 10)
    ]
    found = find_instruments(items)
    assert [(each.id, each.timepoint, each.sure) for each in found] == [
        ("phq9", "T1", True),
        ("phq9", "T2", True),
    ]


def named(entry, n):
    stem = entry.names[0].split("(?:")[0].replace("?", "")
    return f"{stem}_{n}"


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.id)
def test_every_instrument_of_the_table_is_known_by_its_items(entry):
    items = [
        SeenColumn(named(entry, n), answers(entry.low, entry.high))
        for n in range(1, entry.count + 1)
    ]
    (found,) = [each for each in find_instruments(items) if each.id == entry.id]
    assert found.sure
    assert found.complete
    assert not found.scored
    assert [*found.columns.values()] == [each.name for each in items]
    assert found.scale == ((entry.low, entry.high) if entry.total else None)


def test_every_scored_instrument_is_one_of_the_configuration():
    file = [
        *sf36(*NAMINGS["sf36_1"]),
        SeenColumn("gest_weeks", answers(20, 41)),
        SeenColumn("gest_days", answers(0, 6)),
        SeenColumn("bayley_mdi", answers(70, 120)),
        *(SeenColumn(f"phq9_{n}", answers(0, 3)) for n in range(1, 10)),
    ]
    scored = {each.id for each in find_instruments(file) if each.scored}
    assert scored == {"sf36_v1", "weeks_and_days", "bsid2_delayed"}
    assert scored <= {*INSTRUMENTS}


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["PHQ9[SQ001]", "PHQ9[SQ002]", "PHQ9[SQ003]", "PHQ9[SQ004]", "PHQ9[SQ005]"], "phq9"),
        ([f"GAD7_Q{n:02d}" for n in range(1, 8)], "gad7"),
        ([f"phq_{n}" for n in range(1, 10)], "phq9"),
        ([f"hads_{part}{n}" for part in "ad" for n in range(1, 8)], "hads"),
        ([f"PHQ9{letter}" for letter in "abcdefghi"], "phq9"),
        ([f"epds{n}" for n in range(1, 11)], "epds"),
    ],
)
def test_items_in_other_namings(headings, found):
    (known,) = find_instruments([SeenColumn(each, answers(0, 3)) for each in headings])
    assert known.id == found


@pytest.mark.parametrize(
    ("stem", "high", "found", "sure"),
    [
        ("EQ5D_{}", 5, "eq5d_5l", True),
        ("eq5d3l_{}", 3, "eq5d_3l", True),
        ("EQ5D5L_{}", 3, "eq5d_5l", True),
        ("eq5d_{}", 3, "eq5d_3l", False),
        ("eq_{}", 7, "eq5d_5l", False),
    ],
)
def test_the_levels_of_the_eq5d_are_said_or_seen(stem, high, found, sure):
    dimensions = ("mobility", "selfcare", "activity", "pain", "anxiety")
    items = [SeenColumn(stem.format(each), answers(1, high)) for each in dimensions]
    known = find_instruments([*items, SeenColumn("EQ_VAS", answers(0, 100))])
    assert [each.id for each in known] == [found, "eq_vas"]
    assert (known[0].sure, known[1].sure) == (sure, False)


@pytest.mark.parametrize(
    "file",
    [
        [SeenColumn(f"q{n}", answers(1, 5)) for n in range(1, 37)],
        [SeenColumn(f"cat{n}", answers(0, 90)) for n in range(1, 3)],
        [SeenColumn("gest_weeks", answers(20, 41)), SeenColumn("gest_days", answers(0, 20))],
        [SeenColumn("pdi", answers(1, 30))],
        [SeenColumn("pain", answers(0, 3)), SeenColumn("mobility", answers(0, 3))],
        [SeenColumn("barthel", answers(0, 3000))],
        [SeenColumn("phq9_1", ["2024-01-01"] * 9)],
    ],
)
def test_what_only_looks_a_little_like_an_instrument_is_none(file):
    assert find_instruments(file) == []


def test_a_score_in_one_column_is_named_and_never_sure():
    (found,) = find_instruments([SeenColumn("phq9_total", answers(0, 27))])
    assert (found.id, found.columns, found.sure) == ("phq9", {"total": "phq9_total"}, False)


def test_answers_in_words_are_not_sure():
    words = ["Not at all", "Several days", "Nearly every day"] * 9
    (found,) = find_instruments([SeenColumn(f"gad7_{n}", words) for n in range(1, 8)])
    assert found.complete
    assert not found.sure
    assert "words" in found.why


STEMS = st.sampled_from(
    ["phq9_", "phq", "gad7_", "sf36_", "PF", "RP", "hads_a", "eq5d_", "pss", "x"]
)


HEADINGS = st.tuples(STEMS, st.integers(0, 40)).map(lambda pair: f"{pair[0]}{pair[1]}")


@given(st.lists(HEADINGS, max_size=60, unique=True), st.integers(0, 12))
def test_no_column_is_in_two_instruments(headings, high):
    found = find_instruments([SeenColumn(each, answers(0, high)) for each in headings])
    used = [name for each in found for name in each.columns.values()]
    assert len(used) == len({*used})
    assert {*used} <= {*headings}
    assert all(each.complete for each in found if each.sure)
