"""What all contracts share."""

import pandas as pd
import pandera.pandas as pa
import pytest

from schemas.base import Text, column, in_order


class Sample(pa.DataFrameModel):
    """One row is one thing of this test."""

    needed: Text = column("Needed", "Always there")
    spare: Text = column("Spare", "May be absent", optional=True, references="other.key")


def fields():
    return Sample.to_schema().columns


def test_an_optional_column_may_be_empty_and_says_so():
    assert fields()["spare"].nullable
    assert fields()["spare"].metadata == {"references": "other.key", "optional": True}


def test_other_columns_must_be_filled():
    assert not fields()["needed"].nullable
    assert "optional" not in fields()["needed"].metadata


@pytest.mark.parametrize(
    ("first", "then", "passes"),
    [
        ("2004-01-01", "2004-01-02", True),
        ("2004-01-01", "2004-01-01", True),
        ("2004-01-02", "2004-01-01", False),
        (None, "2004-01-01", True),
        ("2004-01-01", None, True),
        (None, None, True),
    ],
)
def test_dates_are_in_order_unless_both_are_known_and_turned_round(first, then, passes):
    frame = pd.DataFrame({"a": pd.to_datetime([first]), "b": pd.to_datetime([then])})
    assert in_order(frame, "a", "b").tolist() == [passes]
