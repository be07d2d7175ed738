"""Which values are called skew, at the edges; and what is kept of them."""

import pandas as pd
import pytest

from trialtrail.results.skew import ABOVE_MEAN, LONG_TAIL, skew_rows, why_skew


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([0, 0, 0, 9], ABOVE_MEAN),  # SD 4.5, mean 2.25
        ([0, 1, 2], ""),  # SD 1 is the mean
        ([0, 0.9, 2], ABOVE_MEAN),  # SD just above the mean
        ([0, 1.1, 2], ""),
        ([-0.1, 0, 0, 9], ""),  # may be negative: nothing is said
        ([0, 9], ""),  # too few
        ([0, 0, 9], ABOVE_MEAN),
        ([5, 5, 5, 5], ""),
        ([0, 0, 0, 0], ""),
        ([1, 1, 1, 1, 2, 5, 6, 6], LONG_TAIL),
        ([1, 2, 3, 4, 5, 6, 7, 8], ""),  # mean 4.5 below twice the SD of 2.4, and no tail
        ([2, 3, 3, 3, 4, 4, 9, 12], LONG_TAIL),
        ([10, 40, 50, 60, 90], ""),  # spread, and as far upwards as downwards
        ([90, 100, 110, 95, 105], ""),
    ],
)
def test_the_edges_of_skew(values, why):
    assert why_skew(pd.Series(values)) == why


def test_missing_values_are_left_out():
    assert why_skew(pd.Series([0, None, 0, None, 9])) == ABOVE_MEAN
    assert why_skew(pd.Series([None, None, None], dtype=float)) == ""


def outcomes(old, new):
    values = [*old, *new]
    arms = ["old"] * len(old) + ["new"] * len(new)
    return pd.DataFrame(
        {"outcome": "visits", "timepoint": "year", "arm": arms, "value": values},
    )


SPECS = [{"id": "visits", "label": "Visits"}, {"id": "none", "label": "Not measured"}]


def test_an_outcome_that_is_skew_in_one_arm_has_its_spread_in_all():
    rows = skew_rows(outcomes([0.0, 0, 0, 9], [10.0, 11, 12, None]), SPECS, ["old", "new"])
    assert [row["row"] for row in rows] == ["visits.year.old", "visits.year.new"]
    assert [(row["n"], row["median"], row["q3"]) for row in rows] == [(4, 0, 2.25), (3, 11, 11.5)]
    assert {row["note"] for row in rows} == {f"{ABOVE_MEAN} in one arm at least"}
    both = skew_rows(outcomes([0.0, 0, 0, 9], [0.0, 0, 0, 7]), SPECS, ["old", "new"])
    assert {row["note"] for row in both} == {ABOVE_MEAN}


def test_an_outcome_that_is_not_skew_has_no_row():
    assert skew_rows(outcomes([10.0, 11, 12], [10.0, 11, 12]), SPECS, ["old", "new"]) == []
