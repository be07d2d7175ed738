"""From the text of a cell to its value; what cannot be turned is told, and every change counted."""

import pandas as pd
import pytest

from trialtrail.exports.convert import DTYPES, How, empty_column, type_column

DAY_FIRST = "%d/%m/%Y"
KINDS = ("integer", "number", "boolean", "date", "partial_date", "month", "censored", "text")


def text(*values):
    return pd.Series(list(values), dtype="string")


def column(kind, *values, **options):
    return type_column(text(*values), How(kind, **options))


def listed(series):
    return [None if pd.isna(value) else value for value in series]


def typed(kind, *values, **options):
    """Return (values, positions that are at fault by rule)."""
    done = column(kind, *values, **options)
    faults = {}
    for rule, _, mask in done.faults:
        if mask.any():
            faults[rule] = sorted([*faults.get(rule, []), *mask[mask].index])
    return listed(done.values), faults


def changes(kind, *values, **options):
    return column(kind, *values, **options).changes


def test_missing_codes_are_blanked_after_the_ends_are_stripped():
    cells = column("text", " -99", "NK ", "", "  ", " a b ", "NKX", missing=("", "-99", "NK"))
    assert listed(cells.values) == [None, None, None, None, "a b", "NKX"]
    assert ("the missing code -99", "no value", 1) in cells.changes
    assert ("spaces at the ends", "none", 4) in cells.changes


def test_whole_numbers():
    values, faults = typed("integer", "7", "-2", "+3", "4.0", "4.5", "1e3", "1,234", None)
    assert values == [7, -2, 3, 4, None, None, None, None]
    assert faults == {"type": [4, 5], "ambiguous": [6]}


def test_no_whole_number_is_a_power_of_ten_whatever_its_unit():
    values, faults = typed("integer", "79e1", "79", "79 years", "1.5E3", unit="years")
    assert values == [None, 79, 79, None]
    assert faults == {"type": [0, 3]}


def test_numbers():
    values, faults = typed("number", "7", "-2.5", ".5", "1e3", "3,5", "12kg", "nan", "inf", None)
    assert values == [7, -2.5, 0.5, 1000, 3.5, None, None, None, None]
    assert faults == {"type": [5, 6, 7], "format": [4]}


@pytest.mark.parametrize(
    ("cell", "decimal", "unit", "value", "fault"),
    [
        ("3,5", None, "", 3.5, None),
        ("3,5", ".", "", None, "type"),
        ("3,5", ",", "", 3.5, None),
        ("3.5", ",", "", None, "type"),
        ("1,234", None, "", None, "ambiguous"),
        ("1,234", ".", "", 1234, None),
        ("1,234", ",", "", 1.234, None),
        ("0,234", None, "", 0.234, None),
        ("1,234.5", None, "", 1234.5, None),
        ("1,234,567", None, "", 1234567, None),
        ("1.234,5", ",", "", 1234.5, None),
        ("1.234", ",", "", 1234, None),
        ("1\u00a0234", None, "", 1234, None),
        ("12 34", None, "", None, "type"),
        ("72 kg", None, "kg", 72, None),
        ("72KG", None, "kg", 72, None),
        ("72,5 kg", None, "kg", 72.5, None),
        ("72 lb", None, "kg", None, "unit"),
        ("72 kg", None, "", None, "type"),
        ("\u22125", None, "", -5, None),
        (">20", None, "", None, "type"),
        ("12-14", None, "", None, "type"),
        ("1.2.3", None, "", None, "type"),
        ("five", None, "", None, "type"),
    ],
)
def test_a_number_is_taken_where_it_can_be_read_in_one_way(cell, decimal, unit, value, fault):
    values, faults = typed("number", cell, decimal=decimal, unit=unit)
    assert values == [value]
    assert list(faults) == ([fault] if fault else [])


def test_changes_of_numbers_are_counted():
    counted = changes("number", "3,5", "3,5", "72 kg", "4", "\u22121", unit="kg")
    assert sorted(counted) == [
        ("a decimal comma", "a plain number", 2),
        ("a typeset minus", "a plain number", 1),
        ("a unit in the cell", "a plain number", 1),
    ]


def test_dates_are_read_in_the_configured_forms_only():
    values, faults = typed("date", "05/06/2004", "31/02/2004", "2004-06-05", dates=(DAY_FIRST,))
    assert values == [pd.Timestamp(2004, 6, 5), None, None]
    assert faults == {"type": [1, 2]}


def test_two_configured_forms_that_give_two_days_are_ambiguous():
    both = (DAY_FIRST, "%m/%d/%Y")
    values, faults = typed("date", "05/06/2004", "25/06/2004", "06/06/2004", dates=both)
    assert values == [None, pd.Timestamp(2004, 6, 25), pd.Timestamp(2004, 6, 6)]
    assert faults == {"ambiguous": [0]}


@pytest.mark.parametrize(
    ("cell", "day", "fault"),
    [
        ("2004-04-03", (2004, 4, 3), None),
        ("2004-04-03T10:15:00", (2004, 4, 3), None),
        ("2004-04-03 10:15", (2004, 4, 3), None),
        ("2004/04/03", (2004, 4, 3), None),
        ("03/04/2004", None, "ambiguous"),
        ("03.04.2004", None, "ambiguous"),
        ("04/04/2004", (2004, 4, 4), None),
        ("25/04/2004", (2004, 4, 25), None),
        ("04/25/2004", (2004, 4, 25), None),
        ("3 Apr 2004", (2004, 4, 3), None),
        ("3-APR-2004", (2004, 4, 3), None),
        ("03APR2004", (2004, 4, 3), None),
        ("April 3, 2004", (2004, 4, 3), None),
        ("3 Apr 04", None, "ambiguous"),
        ("25/04/04", None, "ambiguous"),
        ("31/02/2004", None, "type"),
        ("04/2004", None, "partial"),
        ("2004-04", None, "partial"),
        ("Apr 2004", None, "partial"),
        ("UN/04/2004", None, "partial"),
        ("2004", None, "partial"),
        ("13/2004", None, "type"),
        ("2025-08-010", None, "type"),
        ("2025-08-2025", None, "type"),
        ("38081", None, "type"),
        ("3 Foo 2004", None, "type"),
        ("yesterday", None, "type"),
    ],
)
def test_without_a_form_a_date_is_taken_where_it_can_be_read_in_one_way(cell, day, fault):
    values, faults = typed("date", cell, dates=())
    assert values == [day and pd.Timestamp(*day)]
    assert list(faults) == ([fault] if fault else [])


def test_years_of_two_digits_need_a_last_year():
    short = ("%d/%m/%y",)
    assert typed("date", "25/04/04", dates=short)[1] == {"ambiguous": [0]}
    values, _ = typed("date", "25/04/04", "25/04/05", dates=short, last_year=2004)
    assert values == [pd.Timestamp(2004, 4, 25), pd.Timestamp(1905, 4, 25)]
    assert changes("date", "25/04/04", dates=short, last_year=2004) == [("dd/mm/yy", "ISO 8601", 1)]


def test_names_of_months_do_not_depend_on_the_machine():
    assert typed("date", "03-Mar-2004", dates=("%d-%b-%Y",))[0] == [pd.Timestamp(2004, 3, 3)]


def test_a_partial_date_is_the_days_between_which_it_lies():
    cells = ("02/2004", "2004", "05/06/2004", None, "soon")
    done = column("partial_date", *cells, dates=(DAY_FIRST,))
    first = [pd.Timestamp(2004, 2, 1), pd.Timestamp(2004, 1, 1), pd.Timestamp(2004, 6, 5)]
    last = [pd.Timestamp(2004, 2, 29), pd.Timestamp(2004, 12, 31), pd.Timestamp(2004, 6, 5)]
    assert listed(done.values) == [*first, None, None]
    assert listed(done.beside["_until"]) == [*last, None, None]
    assert [rule for rule, _, mask in done.faults if mask.any()] == ["type"]


def test_a_year_that_no_column_can_hold_fails_and_does_not_crash():
    cells = ("05/06/0204", "05/06/2999", "05/06/1904")
    values, faults = typed("date", *cells, dates=(DAY_FIRST,))
    assert values == [None, None, pd.Timestamp(1904, 6, 5)]
    assert faults == {"type": [0, 1]}


@pytest.mark.parametrize("values", [[], [None, None], ["x", None]])
@pytest.mark.parametrize("kind", KINDS)
def test_a_column_has_its_type_whatever_is_in_it(kind, values):
    done = column(kind, *values)
    assert str(done.values.dtype) == DTYPES.get(kind, "string")
    assert len(done.values) == len(values)
    assert all(len(mask) == len(values) for _, _, mask in done.faults)
    empty = empty_column(None, kind, pd.RangeIndex(len(values)))
    assert empty.values.dtype == done.values.dtype
    assert {k: v.dtype for k, v in empty.beside.items()} == {
        k: v.dtype for k, v in done.beside.items()
    }


@pytest.mark.parametrize(("kind", "dtype"), [("boolean", "boolean"), ("category", "string")])
@pytest.mark.parametrize("values", [[], [None], ["9", None]])
def test_a_coded_column_has_its_type_whatever_is_in_it(kind, dtype, values):
    codes = {"1": True} if kind == "boolean" else {"1": "one"}
    done = column(kind, *values, codes=codes)
    assert str(done.values.dtype) == dtype
    assert done.values.isna().all()


def test_months_are_those_of_a_year():
    assert typed("month", "2004-12", "2004-13", "2004-1")[0] == ["2004-12", None, None]


def test_censored_counts_keep_their_number_and_their_bound():
    done = column("censored", "7", ">20", "< 1", "20+", None)
    assert listed(done.values) == [7, 20, 1, None, None]
    assert listed(done.beside["_bound"]) == ["exact", "above", "below", None, None]
    assert done.changes == [("a bound", "a number and its bound", 2)]


def test_codes_are_mapped_and_the_others_told():
    values, faults = typed("category", "1", "2", "9", None, codes={"1": "a", 2: "b"})
    assert values == ["a", "b", None, None]
    assert faults == {"code": [2]}


def test_another_spelling_of_a_code_is_that_code_if_it_is_but_one_s():
    codes = {"Don't know": "unknown", "Yes": "yes", "M": "male", "m": "month"}
    values, faults = typed("category", "don\u2019t KNOW", "yes", "M", "m", "1.0", codes=codes)
    assert values == ["unknown", "yes", "male", "month", None]
    assert faults == {"code": [4]}  # 1.0 is another spelling of no code
    assert typed("category", "1.0", codes={"1": "a"})[0] == ["a"]


def test_a_code_that_must_be_exact_is():
    assert typed("category", "pm", codes={"PM": "x"}, exact=True) == ([None], {"code": [0]})


def test_codes_of_yes_and_no():
    values, faults = typed("boolean", "Y", "N", "y", "Q", codes={"Y": True, "N": False})
    assert values == [True, False, True, None]
    assert faults == {"code": [3]}


def test_a_code_of_yes_and_no_that_maps_to_a_word_is_not_known():
    assert typed("boolean", "Y", codes={"Y": "yes"}) == ([None], {"code": [0]})


def test_yes_and_no_have_their_usual_words_where_there_are_no_codes():
    values, faults = typed("boolean", "Yes", "Y", "1", "TRUE", "no", "0", "maybe", None)
    assert values == [True, True, True, True, False, False, None, None]
    assert faults == {"type": [6]}
    assert ("yes", "true", 1) in changes("boolean", "Yes")


def test_what_nobody_sees_is_taken_out_and_counted():
    done = column("category", "a\u00a0b", "a b", "\ufeffa b", "a\u200b b", "a\x07 b")
    assert set(done.values) == {"a b"}
    assert ("no-break and other spaces", "none", 1) in done.changes
    assert ("invisible characters", "none", 2) in done.changes
    assert ("unprintable signs", "none", 1) in done.changes


def test_free_text_keeps_its_spaces_and_its_quotation_marks():
    said = "\u201cMind the\u00a0step\u201d\nshe said"
    assert listed(column("text", said, f" {said}\x00").values) == [said, said]


def test_verbatim_text_keeps_every_sign():
    said = " \ufeffHi\x07 "
    assert listed(column("verbatim", said, "").values) == [said, None]
