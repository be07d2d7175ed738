"""The form of the dates of a file: proven by its cells, taken from another column, or open."""

from __future__ import annotations

import pytest

from trialtrail.new_study.columns.file_dates import find_dates


def counts(*texts: str) -> dict[str, int]:
    """Return each text once."""
    return dict.fromkeys(texts, 1)


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (("13.01.2024", "02.03.2024"), "%d.%m.%Y"),
        (("01/13/2024", "02/03/2024"), "%m/%d/%Y"),
        (("13/01/2024", "02/03/2024"), "%d/%m/%Y"),
        (("02.03.2024", "04.05.2024"), "%d.%m.%Y"),  # nobody writes the month first with points
        (("20240113", "20240203"), "%Y%m%d"),
    ],
)
def test_the_cells_prove_the_form(texts, form):
    found = find_dates({"seen": counts(*texts)})
    assert (found.forms, found.columns, found.open) == ([form], ["seen"], {})


def test_dates_in_iso_need_no_form():
    assert find_dates({"seen": counts("2024-01-13", "2024-02-03")}).forms == []


def test_what_no_cell_proves_is_open_and_another_column_proves_it():
    unproven = counts("02/03/2024", "04/05/2024")
    alone = find_dates({"seen": unproven})
    assert alone.open == {"seen": ("%d/%m/%Y", "%m/%d/%Y")}
    assert alone.forms == []
    beside = find_dates({"seen": unproven, "born": counts("31/12/1980", "01/02/1979")})
    assert beside.forms == ["%d/%m/%Y"]
    assert beside.open == {}
    assert find_dates({"seen": unproven}, told="%m/%d/%Y").forms == ["%m/%d/%Y"]


def test_a_file_with_both_orders_says_so():
    found = find_dates({"a": counts("13/01/2024"), "b": counts("01/13/2024")})
    assert set(found.forms) == {"%d/%m/%Y", "%m/%d/%Y"}
    assert any("month first" in doubt for doubt in found.doubts)


@pytest.mark.parametrize(
    ("texts", "latest"),
    [
        (("13.01.23", "02.03.24"), 2024),
        (("13.01.45", "02.03.88", "05.06.24"), 2024),
        (("13.01.97", "01.02.99"), 1999),
    ],
)
def test_the_century_of_two_digits_is_told_as_a_doubt(texts, latest):
    found = find_dates({"seen": counts(*texts)})
    assert found.last_year == latest
    assert any(str(latest) in doubt for doubt in found.doubts)


def test_months_by_their_names_have_a_language():
    found = find_dates({"seen": counts("3. Dezember 2023", "14. März 2024")})
    assert (found.months, len(found.columns)) == ("de", 1)


def test_numbers_and_words_are_no_dates():
    found = find_dates(
        {"n": counts("12.5", "3.4"), "w": counts("May be", "2024"), "i": counts("1", "2")}
    )
    assert found.columns == []
