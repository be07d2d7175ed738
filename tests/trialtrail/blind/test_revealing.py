"""What would tell the arms apart: by hand-made variables, one a way."""

import numpy as np
import pandas as pd
import pytest

from trialtrail.blind.revealing import (
    IN_DISGUISE,
    NO_VALUE,
    ONE_VALUE,
    check_ratio,
    check_sizes,
    in_disguise,
    in_one_arm_alone,
    units_of,
)
from trialtrail.errors import StudyError

N = 40
ARMS = pd.Series(["A"] * N + ["B"] * N)
RNG = np.random.default_rng(1)
NOISE = RNG.normal(size=2 * N)


def of_b(values, other=None):
    return pd.Series([other] * N + list(values), dtype="object")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (of_b([1] * N), NO_VALUE),
        (of_b([1] * 3 + [None] * (N - 3)), NO_VALUE),
        (of_b([1] + [2] * (N - 1)).mask(lambda x: x.index == 0, 3), NO_VALUE),
        (of_b(range(1, N + 1), 0), ONE_VALUE),
        (of_b(range(1, N + 1), 0).mask(lambda x: x.index == 0, 7), ONE_VALUE),
        (of_b(["yes"] * N, "no"), ONE_VALUE),
        (of_b(["yes"] * 8 + ["no"] * (N - 8), "no"), ""),
        (pd.Series(NOISE), ""),
        (pd.Series([None] * 2 * N), ""),
        (pd.Series(["no"] * 2 * N), ""),
    ],
)
def test_what_some_arms_alone_have_is_found_whichever_arm_it_is(values, why):
    assert in_one_arm_alone(values, ARMS) == why
    assert in_one_arm_alone(values, ARMS.map({"A": "B", "B": "A"})) == why


@pytest.mark.parametrize(
    "values",
    [
        pd.Series(np.where(np.arange(2 * N) % 10 == 0, "x", np.where(ARMS == "A", "x", "y"))),
        pd.Series(NOISE + 3 * (ARMS == "B")),
        pd.Series(NOISE).mask((ARMS == "A") & (NOISE < 0.8)),
        pd.Series(np.where((ARMS == "A") & (NOISE > 0), "only here", "x")),
    ],
)
def test_an_arm_in_disguise_is_found_among_what_was_known_before(values):
    assert in_disguise(values, ARMS, 5) in (IN_DISGUISE, NO_VALUE, ONE_VALUE)


def test_chance_seldom_makes_a_disguise():
    rng = np.random.default_rng(3)
    found = [bool(in_disguise(pd.Series(rng.normal(size=2 * N)), ARMS, 10)) for _ in range(300)]
    found += [
        bool(in_disguise(pd.Series(rng.choice(list("xyz"), 2 * N)), ARMS, 10)) for _ in range(300)
    ]
    assert sum(found) <= 2


def test_sizes_that_equal_allocation_does_not_explain_are_refused():
    check_sizes(pd.Series(["A"] * 52 + ["B"] * 68), 2)
    check_sizes(pd.Series(["A"] * 30 + ["B"] * 33 + ["C"] * 27), 3)
    for sizes in ({"A": 40, "B": 80}, {"A": 0, "B": 20}, {"A": 60, "B": 60, "C": 120}):
        letters = pd.Series([arm for arm, n in sizes.items() for _ in range(n)])
        with pytest.raises(StudyError, match="numbers by arm") as refusal:
            check_sizes(letters, len(sizes))
        assert "--scrambled" in refusal.value.remedy


def test_a_ratio_by_design_is_refused():
    check_ratio({})
    check_ratio({"x": 1, "y": 1})
    with pytest.raises(StudyError, match="by design"):
        check_ratio({"x": 2, "y": 1})


def test_the_units_that_were_allocated_are_clusters_where_these_lie_in_one_arm():
    letters = pd.Series(["A"] * 10 + ["B"] * 90)
    nested = pd.Series(["a", "b"] * 5 + ["c", "d"] * 45)
    assert units_of(letters, nested).value_counts().to_dict() == {"A": 2, "B": 2}
    across = pd.Series(["a", "b"] * 50)
    assert len(units_of(letters, across)) == 100
    assert len(units_of(letters, None)) == 100
