"""Rows of counts: percentages and quartiles, empty where there is nothing to count."""

import pandas as pd
import pytest

from trialtrail.results.counts import count_row, quartiles


@pytest.mark.parametrize(
    ("n", "denominator", "percent"),
    [(3, 12, 25.0), (0, 12, 0.0), (3, 0, None), (3, None, None), (None, 12, None), (None,) * 3],
)
def test_a_percentage_is_empty_where_one_of_the_counts_is(n, denominator, percent):
    row = count_row("flow.x", "X", n, denominator, arm="a")
    assert (row["n"], row["denominator"], row["percent"]) == (n, denominator, percent)
    assert (row["row"], row["label"], row["arm"]) == ("flow.x", "X", "a")


def test_quartiles_are_those_of_the_known_values():
    found = quartiles(pd.Series([1, 2, None, 3, 5]))
    assert found == {"q1": 1.75, "median": 2.5, "q3": 3.5}
    assert set(quartiles(pd.Series([None, None])).values()) == {None}
