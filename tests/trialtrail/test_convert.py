"""From the text of a cell to its value; what cannot be turned is told."""

import pandas as pd
import pytest

from trialtrail.exports.convert import blank_missing, bounds, normalised, to_typed

DAY_FIRST = "%d/%m/%Y"


def text(*values):
    return pd.Series(list(values), dtype="string")


def typed(kind, *values, **options):
    """Return (values, positions that failed, positions of unknown codes)."""
    column, failed, unknown = to_typed(text(*values), kind, **options)
    whole = [None if pd.isna(value) else value for value in column]
    return whole, [*failed[failed].index], [*unknown[unknown].index]


def test_missing_codes_are_blanked_after_the_ends_are_stripped():
    cells = blank_missing(text(" -99", "NK ", "", "  ", " a b ", "NKX"), ["", "-99", "NK"])
    assert cells.isna().tolist() == [True, True, True, True, False, False]
    assert cells[4] == "a b"


def test_whole_numbers():
    values, failed, _ = typed("integer", "7", "-2", "+3", "4.0", "4.5", "1e3", "1,000", None)
    assert values == [7, -2, 3, 4, None, None, None, None]
    assert failed == [4, 5, 6]


def test_numbers():
    values, failed, _ = typed("number", "7", "-2.5", ".5", "1e3", "3,5", "12kg", None)
    assert values == [7, -2.5, 0.5, 1000, None, None, None]
    assert failed == [4, 5]


def test_dates_are_read_in_one_form_only():
    values, failed, _ = typed("date", "05/06/2004", "31/02/2004", "2004-06-05", dates=DAY_FIRST)
    assert values == [pd.Timestamp(2004, 6, 5), None, None]
    assert failed == [1, 2]


def test_a_year_that_no_column_can_hold_fails_and_does_not_crash():
    values, failed, _ = typed("date", "05/06/0204", "05/06/2999", "05/06/1904", dates=DAY_FIRST)
    assert values == [None, None, pd.Timestamp(1904, 6, 5)]
    assert failed == [0, 1]


@pytest.mark.parametrize("values", [[], [None, None], ["x", None]])
@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("date", "datetime64[ns]"),
        ("integer", "Int64"),
        ("number", "Float64"),
        ("boolean", "boolean"),
        ("month", "string"),
        ("censored", "Int64"),
        ("text", "string"),
    ],
)
def test_a_column_has_its_type_whatever_is_in_it(kind, dtype, values):
    column, failed, unknown = to_typed(text(*values), kind)
    assert str(column.dtype) == dtype
    assert len(column) == len(failed) == len(unknown) == len(values)


@pytest.mark.parametrize(("kind", "dtype"), [("boolean", "boolean"), ("category", "string")])
@pytest.mark.parametrize("values", [[], [None], ["9", None]])
def test_a_coded_column_has_its_type_whatever_is_in_it(kind, dtype, values):
    codes = {"1": True} if kind == "boolean" else {"1": "one"}
    column, _, _ = to_typed(text(*values), kind, codes=codes)
    assert str(column.dtype) == dtype
    assert column.isna().all()


def test_months_are_those_of_a_year():
    assert typed("month", "2004-12", "2004-13", "2004-1")[0] == ["2004-12", None, None]


def test_censored_counts_keep_their_number_and_their_bound():
    values, failed, _ = typed("censored", "7", ">20", "< 1", "20+", None)
    assert values == [7, 20, 1, None, None]
    assert failed == [3]
    assert bounds(text("7", ">20", "< 1")).tolist() == ["exact", "above", "below"]
    assert bounds(text(None)).isna().all()


def test_codes_are_mapped_and_the_others_told():
    values, failed, unknown = typed("category", "1", "2", "9", None, codes={"1": "a", 2: "b"})
    assert values == ["a", "b", None, None]
    assert (failed, unknown) == ([], [2])


def test_codes_of_yes_and_no():
    values, _, unknown = typed("boolean", "Y", "N", "y", codes={"Y": True, "N": False})
    assert values == [True, False, None]
    assert unknown == [2]


def test_a_code_of_yes_and_no_that_maps_to_a_word_is_not_known():
    assert typed("boolean", "Y", codes={"Y": "yes"}) == ([None], [], [0])


def test_yes_and_no_without_codes_are_not_guessed():
    assert typed("boolean", "Yes", None)[1] == [0]


def test_a_time_of_day_is_no_part_of_a_date():
    at_noon = pd.Series(pd.to_datetime(["2004-01-02 12:30:00", None])).astype("datetime64[ns]")
    assert normalised(at_noon)[0] == pd.Timestamp(2004, 1, 2)
    assert normalised(text("a"))[0] == "a"
