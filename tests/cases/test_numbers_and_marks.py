"""Numbers whose marks mean two things: the cells of the column decide, or the cell is told."""

from __future__ import annotations

import pandas as pd
import pytest
from small_trial import records, validated, write_study

from trialtrail.exports.convert import How, type_column


def column(kind: str, *cells: str, **options):
    """Return (the values, the cells that are told by rule, the changes of form) of a column."""
    done = type_column(pd.Series(list(cells), dtype="string"), How(kind, **options))
    values = [None if pd.isna(value) else value for value in done.values]
    told: dict[str, list[str]] = {}
    for rule, _, mask in done.faults:
        told.setdefault(rule, []).extend(cell for cell, bad in zip(cells, mask, strict=True) if bad)
    return values, {rule: each for rule, each in told.items() if each}, done.changes


@pytest.mark.parametrize(
    ("kind", "cells", "values", "ambiguous"),
    [
        # A decimal comma elsewhere in the column: the point is no decimal sign.
        ("number", ["987,5", "1.050", "1.234"], [987.5, None, None], ["1.050", "1.234"]),
        ("number", ["987,5", "<1.050"], [987.5, None], ["<1.050"]),
        ("number", ["-0,5", "\u22121.050"], [-0.5, None], ["\u22121.050"]),
        # Nothing shows which it is.
        ("integer", ["950", "1.000"], [950, None], ["1.000"]),
        ("integer", ["950.000", "1.000"], [None, None], ["950.000", "1.000"]),
        ("integer", ["950", "1,000"], [950, None], ["1,000"]),
        ("number", ["950", "1.050"], [950, None], ["1.050"]),
        ("number", ["12.345", "1.050"], [None, None], ["12.345", "1.050"]),
        ("number", ["1.050", "1,050"], [None, None], ["1.050", "1,050"]),
        ("censored", ["950", "<1.000"], [950, None], ["<1.000"]),
        # Both are shown.
        ("number", ["987,5", "12.5", "1.050"], [987.5, 12.5, None], ["1.050"]),
        # The comma is no decimal sign here, and no text shows that it sets thousands apart.
        ("number", ["12.5", "1,234"], [12.5, None], ["1,234"]),
    ],
)
def test_what_the_column_does_not_settle_is_told(kind, cells, values, ambiguous):
    found, told, _ = column(kind, *cells)
    assert found == values
    assert told.get("ambiguous", []) == ambiguous


@pytest.mark.parametrize(
    ("kind", "cells", "values"),
    [
        ("number", ["12.5", "1.050", "2"], [12.5, 1.05, 2]),
        ("number", ["0.125", "1.050"], [0.125, 1.05]),
        ("number", [".125", "1.050"], [0.125, 1.05]),
        ("number", ["1234.567", "1.050"], [1234.567, 1.05]),
        ("number", ["1.0500", "1.050"], [1.05, 1.05]),
        ("number", ["1,234.5", "1.050", "1,234"], [1234.5, 1.05, 1234]),
        ("number", ["1,234,567", "1.050", "1,234"], [1234567, 1.05, 1234]),
        ("number", ["0,125", "1,050"], [0.125, 1.05]),
        ("number", ["987,5", "1,050"], [987.5, 1.05]),
        ("number", ["1.234,5", "1.050", "1,050"], [1234.5, 1050, 1.05]),
        ("number", ["1.234.567", "1.050"], [1234567, 1050]),
        ("number", ["1.5e3", "1.050"], [1500, 1.05]),
        ("number", ["12.5 ml", "1.050 ml"], [12.5, 1.05]),
        ("integer", ["1234.000", "1.000"], [1234, 1]),
        ("integer", ["0.000", "1.000"], [0, 1]),
        ("integer", ["1.234.567", "1.000", "950"], [1234567, 1000, 950]),
        ("integer", ["12.0", "7"], [12, 7]),
    ],
)
def test_what_the_column_settles_is_read(kind, cells, values):
    found, told, _ = column(kind, *cells, unit="ml")
    assert (found, told) == (values, {})


@pytest.mark.parametrize(
    ("decimal", "cells", "values", "told"),
    [
        (".", ["1.050", "1,050"], [1.05, 1050], {}),
        (",", ["1.050", "1,050"], [1050, 1.05], {}),
        (",", ["16.45"], [None], {"type": ["16.45"]}),
        (",", ["0.234"], [None], {"type": ["0.234"]}),
        (".", ["0,234"], [None], {"type": ["0,234"]}),
        (".", ["16,45"], [None], {"type": ["16,45"]}),
        # A cell that contradicts the configuration: what may be decimals is no thousand.
        (",", ["16.45", "1.050"], [None, None], {"type": ["16.45"], "ambiguous": ["1.050"]}),
        (".", ["16,45", "1,050"], [None, None], {"type": ["16,45"], "ambiguous": ["1,050"]}),
        (",", ["many", "1.050"], [None, 1050], {"type": ["many"]}),
    ],
)
def test_a_configured_sign_is_the_only_one(decimal, cells, values, told):
    assert column("number", *cells, decimal=decimal)[:2] == (values, told)


def test_thousands_are_counted_as_such():
    _, _, changes = column("integer", "1.234.567", "1.000", "7")
    assert sorted(changes) == [("thousands set apart", "a plain number", 2)]


def test_a_sign_that_few_cells_have_is_told_and_read():
    found, told, _ = column("number", "1.5", "2.5", "3,5")
    assert found == [1.5, 2.5, 3.5]
    assert told == {"format": ["3,5"]}


def test_numbers_of_a_file_that_has_numbers_are_no_evidence_and_have_one_reading():
    found, told, _ = column("number", "1.125", "3", plain=frozenset({"1.125"}))
    assert (found, told) == ([1.125, 3], {})
    found, told, _ = column("number", "1.125", "3,5", plain=frozenset({"1.125"}), decimal=",")
    assert (found, told) == ([1.125, 3.5], {})
    found, told, _ = column("number", "1.5", "1.050", plain=frozenset({"1.5"}))
    assert (found, told) == ([1.5, None], {"ambiguous": ["1.050"]})


@pytest.mark.parametrize(
    "cell",
    [
        *("12:30", "0:45:10", "1h30", "1 h 30 min", "2:05 pm", "45min 10s", "1:30:00.5", "2h 5"),
        *("00:10,5", "1:30.25", "1 Std. 30 Min.", "1 heure 30", "1 uur 5", "PT1H30M", "PT90.5S"),
        *("0 days 01:30:00", "1 h 30 min 20 s"),
    ],
)
@pytest.mark.parametrize("unit", ["", "h", "min"])
def test_a_time_is_called_a_time(cell, unit):
    done = type_column(pd.Series([cell], dtype="string"), How("number", unit=unit))
    (message,) = (message for _, message, mask in done.faults if mask.any())
    (rule,) = (rule for rule, _, mask in done.faults if mask.any())
    assert (rule, "time" in message) == ("type", True)


@pytest.mark.parametrize(("cell", "rule"), [("5'4\"", "unit"), ("12w3d", "unit"), ("45 s", "unit")])
def test_another_unit_is_a_unit(cell, rule):
    assert column("number", cell, unit="min")[1] == {rule: [cell]}


def test_thousands_beside_decimal_commas_stop_the_run_at_each_cell(tmp_path):
    def change(config):
        config["forms"]["baseline"]["variables"] += [
            {"id": "steps", "column": "steps", "type": "integer", "label": "Steps"},
            {"id": "flow", "column": "flow", "type": "number", "label": "Flow", "unit": "ml"},
        ]

    given = [("950", "987,5"), ("1.000", "1.050"), ("2.000", "1.234"), ("875", "865,5")]
    rows = [
        each | dict(zip(("steps", "flow"), given[n % 4], strict=True))
        for n, each in enumerate(records())
    ]
    found = validated(write_study(tmp_path, rows, change))
    assert set(found.queries["rule"]) == {"ambiguous"}
    assert len(found.told("ambiguous", "steps")) == len(found.told("ambiguous", "flow")) == 12
    assert not any("decimal zeros" in change for change in found.changes)
    assert found.tables["baseline"]["flow"].dropna().unique().tolist() == [987.5, 865.5]

    def say(config):
        change(config)
        config["exports"]["trial"]["decimal"] = ","
        for form in config["forms"].values():
            form["variables"] = [v for v in form["variables"] if "walk" not in v["column"]] or [
                {"id": "walk", "column": "age", "type": "integer", "label": "Walk"}
            ]
        config["exports"]["trial"]["ignore"] = ["walk0", "walk12"]
        del config["analysis"]["outcomes"]

    found = validated(write_study(tmp_path / "said", rows, say))
    assert found.refusal is None
    assert found.queries.empty
    assert found.tables["baseline"]["steps"].unique().tolist() == [950, 1000, 2000, 875]
    assert found.tables["baseline"]["flow"].unique().tolist() == [987.5, 1050, 1234, 865.5]


def test_rows_are_chosen_by_what_their_cell_says(tmp_path):
    def change(config):
        for part in ("tables", "forms"):
            for table in config[part].values():
                table["sources"][0]["where"] = {"centre": ["north"]}

    texts = ("north", "north\u00a0", '="north"', "no\u200brth")
    rows = [each | {"centre": texts[n % 4]} for n, each in enumerate(records())]
    found = validated(write_study(tmp_path, rows, change))
    assert len(found.tables["participants"]) == 24
    assert found.queries.empty


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *(("1'234.50", 1234.5), ("1\u2019234", 1234), ("1'234'567,8", 1234567.8)),
        *(("1,23,456.50", 123456.5), ("12,34,567", 1234567), ("1,00,00,000", 10000000)),
        *(("1,50E-07", 1.5e-7), ("-1,5e+3", -1500), ("1'234 kg", 1234), ("1,5E+03 kg", 1500)),
    ],
)
def test_numbers_as_other_countries_write_them(cell, value):
    assert column("number", cell, unit="kg")[:2] == ([value], {})


@pytest.mark.parametrize(
    "cell", ["12'34", "1''234", "1'234 567", "0'123", "1,2,34", "1,23,45", "0 500", "123,45,678"]
)
def test_marks_that_set_no_thousands_apart_are_told(cell):
    assert column("number", cell)[:2] == ([None], {"type": [cell]})


def test_indian_groups_show_that_a_comma_sets_thousands_apart():
    assert column("number", "1,23,456", "1,234")[:2] == ([123456, 1234], {})


def test_a_power_of_ten_with_a_comma_is_no_count_and_may_be_a_missing_code():
    assert column("integer", "1,5E+03")[:2] == ([None], {"type": ["1,5E+03"]})
    assert column("number", "9,99E+02", missing=("", "999"))[:2] == ([None], {})


def test_a_missing_code_is_no_number_with_another_decimal_sign():
    assert column("number", "12.5", "7.5", "999,0", missing=("", "999"))[1] == {}


@pytest.mark.parametrize(
    ("cell", "bound"),
    [(">=20", "above"), ("<=20", "below"), ("\u2265 20", "above"), ("<= 20", "below")],
)
def test_bounds_of_two_signs(cell, bound):
    done = type_column(pd.Series([cell], dtype="string"), How("censored"))
    assert (list(done.values), list(done.beside["_bound"])) == ([20], [bound])


@pytest.mark.parametrize(
    "cell", ["8.98846567431158e+307", "-1.7976931348623157e+308", "3.4028235E38", "1.7014118e38"]
)
def test_the_largest_number_of_a_program_is_none(cell):
    done = type_column(pd.Series([cell, "5"], dtype="string"), How("number"))
    assert [None if pd.isna(value) else value for value in done.values] == [None, 5]
    ((rule, message),) = {(rule, message) for rule, message, mask in done.faults if mask.any()}
    assert rule == "type"
    assert "`missing`" in message
    assert column("number", cell, "5", missing=("", cell))[:2] == ([None, 5], {})
    assert column("number", "1e30")[:2] == ([1e30], {})


@pytest.mark.parametrize(
    ("unit", "cell"),
    [("mmHg", "120 mm Hg"), ("m\u00b2", "120 m2"), ("m2", "120 m\u00b2"), ("\u00b5g/l", "120 ug/L"),
     ("\u03bcg", "120 \u00b5g"), ("kg", "120 KG.")],
)  # fmt: skip
def test_one_unit_in_another_spelling(unit, cell):
    assert column("number", cell, unit=unit)[:2] == ([120], {})


def test_a_share_among_percentages_is_told():
    values, told, _ = column("number", "50%", "0.5", "12.5 %", "0", "40", "1", unit="%")
    assert (values, told) == ([50, 0.5, 12.5, 0, 40, 1], {"format": ["0.5"]})
    assert column("number", "0.5", "1", unit="%")[1] == {}


def test_a_bound_in_a_column_of_numbers_is_called_one():
    done = type_column(pd.Series(["<0.5", ">20"], dtype="string"), How("number"))
    ((rule, message),) = {(rule, message) for rule, message, mask in done.faults if mask.any()}
    assert rule == "type"
    assert "`censored`" in message


@pytest.mark.parametrize("cell", ["1'234.5", "1\u2019234.5", "1'234,5", "1 234.5"])
def test_the_mark_of_the_swiss_sets_thousands_apart(cell):
    found, told, changes = column("number", cell, "12")
    assert (found, told) == ([1234.5, 12], {})
    assert ("thousands set apart", "a plain number", 1) in changes


@pytest.mark.parametrize("cell", ["5'11", "12'3456", "'1'23"])
def test_elsewhere_it_does_not(cell):
    assert column("number", cell, "12")[0][0] is None
