import numpy as np
import pandas as pd
import pytest

from trialtrail.qualitative.agreement.coefficients import alpha, kappa, sums_of_ratings
from trialtrail.qualitative.agreement.spans import union
from trialtrail.qualitative.agreement.units import (
    judge_characters,
    judge_units,
    passages_of,
    turns_of,
)

CODERS = ["r1", "r2", "r3"]


def test_characters_are_those_counted_one_by_one():
    rng = np.random.default_rng(3)
    continua, ratings = [], []
    for length, readers in ((200, CODERS), (90, CODERS[:2])):
        marks = {}
        for coder in readers:
            starts = rng.integers(0, length - 12, 6)
            marks[coder] = union(zip(starts, starts + rng.integers(1, 12, 6), strict=True))
        continua.append(marks)
        table = np.full((length, 3), np.nan)
        for coder, spans in marks.items():
            own = [any(a <= at < b for a, b in spans) for at in range(length)]
            table[:, CODERS.index(coder)] = own
        ratings.append(table)
    judged = judge_characters([continua], [200, 90], CODERS)
    found, expected = judged.sums.weighted(np.ones((1, 2))), sums_of_ratings(np.vstack(ratings))
    for measure in (alpha, kappa):
        assert measure(found)[0, 0] == pytest.approx(measure(expected))
    assert judged.any.sum() == sum((np.nansum(each, axis=1) > 0).sum() for each in ratings)
    assert judged.every[0, 0] == (ratings[0].sum(axis=1) == 3).sum()


def test_a_unit_is_marked_where_any_of_its_characters_is():
    marks = [[{"r1": [(4, 6)], "r2": [(10, 30)]}]]
    judged = judge_units(marks, [[(0, 5), (5, 10), (10, 20), (20, 25)]], CODERS)
    assert judged.sums.by_coder[0, 0, :, 0].tolist() == [2, 2, 0]
    assert (judged.sums.units[0, 0], judged.any[0, 0], judged.every[0, 0]) == (4, 4, 0)


def test_a_document_without_units_has_none():
    judged = judge_units([[{"r1": [(0, 5)], "r2": []}]], [[]], CODERS)
    assert judged.sums.units[0, 0] == 0


def test_turns_are_in_the_order_of_the_documents():
    turns = pd.DataFrame({"document": ["b", "a", "a"], "start": [0, 0, 9], "end": [4, 8, 12]})
    assert turns_of(turns, ["a", "b", "c"]) == [[(0, 8), (9, 12)], [(0, 4)], []]


def test_passages_are_what_readers_marked_under_any_code():
    segments = pd.DataFrame(
        [
            *(("d1", 0, 10, "r1"), ("d1", 8, 20, "r2"), ("d1", 20, 30, "r1")),
            *(("d1", 40, 90, "r3"), ("d2", 5, 6, "r1")),
        ],
        columns=["document", "start", "end", "coder"],
    )
    read = pd.DataFrame(
        {"d1": [True, True, False], "d2": [True, False, True]}, index=["r1", "r2", "r3"]
    )
    assert passages_of(segments, read, ["d1", "d2"]) == [[(0, 20), (20, 30)], [(5, 6)]]
