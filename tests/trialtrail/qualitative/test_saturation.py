"""Saturation: the published examples, and the curve over random orders."""

from math import comb

import numpy as np
import pandas as pd
import pytest

from trialtrail.qualitative.saturation import (
    NOT_ASSESSABLE,
    NOT_REACHED,
    REACHED,
    base_and_run,
    new_codes,
    people_and_codes,
    random_orders,
    reached_in,
    stopped_at,
)

GUEST = np.array([15, 10, 7, 5, 4, 3, 1, 0, 1, 0])
"""Guest, Namey and Chen, PLoS One 2020;15:e0232076: new codes by interview."""


@pytest.mark.parametrize(("run", "at", "percent"), [(2, 6, 100 / 37), (3, 7, 100 / 37)])
def test_the_published_example_of_base_run_and_threshold(run, at, percent):
    found = base_and_run(GUEST, 4, run, 5)
    assert (found.status, found.at, found.base_codes) == (REACHED, at, 37)
    assert found.percent == pytest.approx(percent)


def test_a_threshold_of_nothing_new_and_one_that_is_not_reached():
    assert base_and_run(GUEST, 4, 2, 0).status == NOT_REACHED
    assert base_and_run(GUEST[:8], 4, 2, 2).status == NOT_REACHED
    assert base_and_run(np.array([3, 0, 0, 0]), 2, 2, 0).at == 2
    # Exactly at the threshold is reached: 1 of 20 is 5 per cent.
    assert base_and_run(np.array([20, 1, 0]), 1, 2, 5).status == REACHED


@pytest.mark.parametrize("n", range(6))
def test_fewer_people_than_base_and_run_are_not_assessable(n):
    assert base_and_run(GUEST[:n], 4, 2, 5).status == NOT_ASSESSABLE
    assert reached_in(GUEST[None, :n], 4, 2, 5) == 0


def test_a_base_without_codes_is_not_assessable():
    assert base_and_run(np.zeros(10, dtype=int), 4, 2, 5).status == NOT_ASSESSABLE
    assert reached_in(np.zeros((3, 10), dtype=int), 4, 2, 5) == 0


def francis(*with_new, n):
    return np.isin(np.arange(1, n + 1), with_new).astype(int)


def test_the_published_stopping_criterion():
    first = (*range(1, 10), 11)
    assert stopped_at(francis(*first, n=17), 10, 3) == (REACHED, 14)
    assert stopped_at(francis(*first, 13, n=17), 10, 3) == (REACHED, 16)
    assert stopped_at(francis(*first, 13, n=15), 10, 3) == (NOT_REACHED, None)
    assert stopped_at(francis(*range(1, 8), n=14), 10, 3) == (REACHED, 13)
    assert stopped_at(francis(1, n=12), 10, 3) == (NOT_ASSESSABLE, None)


def test_new_codes_are_those_that_nobody_before_had():
    used = np.array([[1, 0, 0, 0], [1, 1, 1, 0], [0, 1, 0, 0]], dtype=bool)
    assert new_codes(used).tolist() == [1, 2, 0]
    assert new_codes(np.zeros((3, 2), dtype=bool)).tolist() == [0, 0, 0]


def test_random_orders_have_the_mean_of_rarefaction_and_are_reproducible():
    used = np.random.default_rng(1).random((9, 14)) < 0.3
    new = random_orders(used, 20_000, 7)
    n, having = len(used), used.sum(axis=0)
    having = having[having > 0]
    for k in range(1, n + 1):
        expected = sum(1 - comb(n - each, k) / comb(n, k) for each in having)
        assert np.cumsum(new, axis=1)[:, k - 1].mean() == pytest.approx(expected, abs=0.05)
    assert (new.sum(axis=1) == len(having)).all()
    assert (random_orders(used, 50, 7) == random_orders(used, 50, 7)).all()
    assert (random_orders(used, 50, 7) != random_orders(used, 50, 8)).any()


def test_reached_in_is_base_and_run_of_each_order():
    used = np.random.default_rng(3).random((12, 30)) < 0.08
    new = random_orders(used, 200, 1)
    one_by_one = [base_and_run(each, 4, 2, 5).status == REACHED for each in new]
    assert 0 < sum(one_by_one) < 200
    assert reached_in(new, 4, 2, 5) == sum(one_by_one)


def test_a_person_is_one_unit_at_the_place_of_the_first_interview():
    register = pd.DataFrame(
        {
            "document": ["late", "first", "second", "again"],
            "role": "nurse",
            "number": [2, 1, 3, 1],
            "interviewed_on": pd.to_datetime(
                ["2006-05-01", "2006-01-01", "2006-02-01", "2006-09-01"]
            ),
        }
    )
    segments = pd.DataFrame(
        {"document": ["late", "first", "second", "again"], "code": ["a", "b", "a", "c"]}
    )
    used, follows = people_and_codes(segments, register, ["a", "b", "c"])
    assert follows == "date"
    # Person 1 (with both interviews), person 3, person 2.
    assert used.astype(int).tolist() == [[0, 1, 1], [1, 0, 0], [1, 0, 0]]
    assert new_codes(used).tolist() == [2, 1, 0]
    register.loc[0, "interviewed_on"] = pd.NaT
    used, follows = people_and_codes(segments, register, ["a", "b", "c"])
    assert follows == "register"
    assert new_codes(used).tolist() == [1, 2, 0]
