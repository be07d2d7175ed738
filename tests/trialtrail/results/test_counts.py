"""Rows of counts: percentages and quartiles, empty where there is nothing to count."""

import pandas as pd
import pytest

from trialtrail.results.counts import count_row, quartiles
from trialtrail.results.takes import TAKES, Takes


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


TAKEN = Takes("dataset:t", ("c",))


def test_of_few_there_is_no_percentage_and_nothing_that_it_takes():
    many, few = (
        count_row("r", "R", 1, of, counted=[TAKEN], out_of=[TAKEN], percent_from=10)
        for of in (10, 9)
    )
    assert (many["percent"], few["percent"]) == (10, None)
    cells = [[each["cells"] for each in row[TAKES]] for row in (many, few)]
    assert cells == [[["n"], ["denominator"], ["percent"]], [["n"], ["denominator"]]]
