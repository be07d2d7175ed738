"""Dates as programs of several countries write them, and numbers and days that are none."""

from __future__ import annotations

import pandas as pd
import pytest
from small_trial import records, validated, write_study

from trialtrail.exports.convert import How, type_column


def read(cell, *forms, kind="date", **how):
    """Return (the day of a cell as text, what is told of it, what was changed) of one cell."""
    done = type_column(pd.Series([cell], dtype="string"), How(kind, dates=forms, **how))
    (day,) = done.values
    told = [f"{rule}: {message}" for rule, message, mask in done.faults if mask.any()]
    return (None if pd.isna(day) else str(day.date())), " ".join(told), done.changes


@pytest.mark.parametrize(
    ("cell", "form", "dropped"),
    [
        ("01.03.2024 00:00", "%d.%m.%Y", ["a time of day"]),
        ("01.03.2024 0:00:00", "%d.%m.%Y", ["a time of day"]),
        ("1.3.2024, 10:30:00", "%d.%m.%Y", ["a time of day"]),
        ("2024-03-01T00:00:00Z", "%Y-%m-%d", ["a time of day", "a time zone"]),
        ("20240301 09:05", "%Y%m%d", ["a time of day"]),
        ("01MAR2024:10:30:00", "%d%b%Y", ["a time of day"]),
        ("01MAR2024:10:30:00.000", "", ["a time of day"]),
        ("2024-03-01 10:00:00 CET", "", ["a time of day", "a time zone"]),
        ("2024-03-01 10:00:00,123", "", ["a time of day"]),
        ("13.03.2024, 10:30", "", ["a time of day"]),
        ("3/13/2024, 10:30:00 AM", "", ["a time of day"]),
        ("20240301.0", "%Y%m%d", ["decimal zeros"]),
        ("01032024,0", "%d%m%Y", ["decimal zeros"]),
    ],
)
def test_what_a_program_puts_behind_a_date_is_dropped_and_counted(cell, form, dropped):
    day, told, changes = read(cell, *([form] if form else []))
    assert (day[:8], told) == ("2024-03-", "")
    assert [before for before, after, _ in changes if after == "none"] == dropped


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("01.03.2024 25:99", "%d.%m.%Y"),
        ("1032024.0", "%d%m%Y"),
        ("20240301.5", "%Y%m%d"),
        ("01.03.2024.0", "%d.%m.%Y"),
        ("2024:03:15", "%Y"),
        ("01.03.2024 00:00", "%Y-%m-%d"),
    ],
)
def test_what_is_no_such_ending_is_told(cell, form):
    day, told, _ = read(cell, form)
    assert day is None
    assert told.startswith("type: ")


@pytest.mark.parametrize(
    ("cell", "months"),
    [
        *(("Freitag, 1. März 2024", "de"), ("Fr. 01. Mrz 2024", "de"), ("Fri, 1 Mar 2024", "en")),
        *(("Friday, March 1st, 2024", "en"), ("vendredi 1er mars 2024", "fr")),
        ("1º marzo 2024", "it"),
        *(("vrijdag 1 maart 2024", "nl"), ("1-maa-2024", "nl"), ("1 de marzo de 2024", "es")),
        *(("1 de março de 2024", "pt"), ("01/mar/2024", "pt"), ("Mar-01-2024", "en")),
        *(("piątek, 1 marca 2024", "pl"), ("perjantai 1. maaliskuuta 2024", "fi")),
    ],
)  # fmt: skip
def test_days_of_the_week_and_small_words_of_several_languages(cell, months):
    assert read(cell, months=months)[:2] == ("2024-03-01", "")


@pytest.mark.parametrize(
    ("word", "month"), [("jun", 6), ("jul", 7), ("aoû", 8), ("AOU", 8), ("juil.", 7)]
)
def test_french_words_of_sas(word, month):
    assert read(f"12{word}2024", "%d%b%Y", months="fr")[0] == f"2024-{month:02}-12"


@pytest.mark.parametrize(
    ("cell", "form", "months"),
    [
        ("Freitag, 1. März 2024", "%A, %d. %B %Y", "de"),
        ("vendredi 1 mars 2024", "%A %d %B %Y", "fr"),
        ("sexta-feira 1 março 2024", "%A %d %B %Y", "pt"),
        ("Fr 01.03.2024", "%a %d.%m.%Y", "de"),
    ],
)
def test_a_form_with_the_day_of_the_week_knows_it_in_other_languages(cell, form, months):
    assert read(cell, form, months=months)[:2] == ("2024-03-01", "")
    wrong = cell.replace(cell.split()[0].rstrip(","), "lundi")
    assert "day of the week" in read(wrong, form, months=months)[1]


def test_the_day_of_the_week_says_which_number_is_the_month():
    assert read("Fr 01.03.2024")[:2] == ("2024-03-01", "")
    assert read("Wed 01/03/2024")[:2] == ("2024-01-03", "")
    assert "day of the week" in read("Mon 01/03/2024")[1]
    assert read("01.03.2024")[1].startswith("ambiguous")


@pytest.mark.parametrize(
    ("cell", "forms", "words"),
    [
        *(("45352", ["%d.%m.%Y"], "counts days"), ("45352.75", [], "counts days")),
        *(("1709251200", [], "counts days"), ("1709251200000", ["%Y-%m-%d"], "counts days")),
        *(("30.02.2024", ["%d.%m.%Y"], "no such day"), ("2024-13-03", [], "no such day")),
        *(("01.03.3024", ["%d.%m.%Y"], "no such day"), ("01.03.0024", ["%d.%m.%Y"], "year is")),
        ("01.03.2024", ["%d.%m.%y"], "the year has four digits"),
        ("20240301", [], "`dates` of the export gives it"),
        *(("1900-01-00", [], "day 0 of January 1900"), ("00.01.1900", ["%d.%m.%Y"], "day 0")),
    ],
)
def test_the_message_says_why_a_cell_is_no_date(cell, forms, words):
    day, told, _ = read(cell, *forms, last_year=2026)
    assert day is None
    assert told.startswith("type: ")
    assert words in told
    assert cell not in told


@pytest.mark.parametrize("cell", ["1900-01-00", "0/1/1900", "00-JAN-1900", "0.1.1900"])
def test_the_day_that_a_spreadsheet_shows_for_nothing_is_no_partial_date(cell):
    assert read(cell, kind="partial_date")[1].startswith("type: the cell is day 0")


@pytest.mark.parametrize(
    ("cell", "first"),
    [("2024,5", None), ("2024.5", None), ("2024.0", "2024-01-01"), ("2024,0", "2024-01-01")],
)
def test_a_year_with_decimals_is_no_month_of_it(cell, first):
    assert read(cell, kind="partial_date")[0] == first


@pytest.mark.parametrize(
    ("cell", "form", "first", "last"),
    [
        ("20240300", "%Y%m%d", "2024-03-01", "2024-03-31"),
        ("20240000", "%Y%m%d", "2024-01-01", "2024-12-31"),
        ("00032024", "%d%m%Y", "2024-03-01", "2024-03-31"),
        ("20240015", "%Y%m%d", "2024-01-15", "2024-12-15"),
    ],
)
def test_zeros_in_the_place_of_a_day_or_month_that_is_not_known(cell, form, first, last):
    done = type_column(pd.Series([cell], dtype="string"), How("partial_date", dates=(form,)))
    assert [str(day.date()) for day in (*done.values, *done.beside["_until"])] == [first, last]
    assert read(cell, form)[1].startswith("partial")


def test_a_whole_column_of_days_as_numbers_is_one_query_that_says_so(tmp_path):
    rows = [row | {"seen12": str(45717 + n)} for n, row in enumerate(records())]
    (query,) = validated(write_study(tmp_path, rows)).told("type").to_dict("records")
    assert "counts days or seconds" in query["message"]
    assert "24 of 24 cells" in query["message"]


@pytest.mark.parametrize("day", ["01.01.1970", "31.12.2099"])
def test_days_that_a_program_filled_in_are_told_however_many_they_are(tmp_path, day):
    column = "allocated" if "1970" in day else "seen12"
    rows = [row | ({column: day} if n < 8 else {}) for n, row in enumerate(records())]
    assert len(validated(write_study(tmp_path, rows)).told("implausible_date", column)) == 8


def of_workbook(folder, day_of, column="seen12", **export):
    """Validate the small trial as a workbook in which ``day_of`` gives each cell of a column."""
    rows = records()
    for row in rows:
        for name in ("allocated", "seen12"):
            row[name] = pd.to_datetime(row[name], dayfirst=True)
        row[column] = day_of(row["seen12"])

    def change(config):
        config["exports"]["trial"] = {"file": "data/trial.xlsx"} | export

    file = write_study(folder, None, change)
    pd.DataFrame(rows).astype({"allocated": object, "seen12": object}).to_excel(
        folder / "data/trial.xlsx", index=False
    )
    return validated(file)


@pytest.mark.parametrize("export", [{"dates": "%d.%m.%Y"}, {"dates": ["%d.%m.%Y", "%d/%m/%Y"]}])
def test_dates_of_a_workbook_are_read_beside_texts_in_the_configured_form(tmp_path, export):
    found = of_workbook(
        tmp_path, lambda day: day.strftime("%d.%m.%Y") if day.day % 3 == 0 else day, **export
    )
    assert found.queries.empty
    days = found.tables["twelve_months"]["completed_on"]
    assert [str(day.date()) for day in days] == [f"2025-03-{n % 28 + 1:02}" for n in range(1, 25)]


@pytest.mark.parametrize("export", [{}, {"dates": "%d/%m/%Y"}])
def test_dates_of_which_a_spreadsheet_has_swapped_day_and_month_are_told(tmp_path, export):
    found = of_workbook(
        tmp_path,
        lambda day: day.strftime("%d/%m/%Y") if day.day > 12 else day.replace(month=day.day, day=3),
        **export,
    )
    told = found.told("ambiguous", "seen12")
    assert len(told) == 11
    assert all("days for months" in message for message in told["message"])


def test_dates_of_a_workbook_with_all_days_are_not_swapped(tmp_path):
    found = of_workbook(
        tmp_path, lambda day: day.strftime("%d/%m/%Y") if day.day > 20 else day, dates="%d/%m/%Y"
    )
    assert found.queries.empty


def test_an_id_that_is_a_date_of_the_workbook_is_told(tmp_path):
    found = of_workbook(tmp_path, lambda day: day if day.day < 4 else f"P{day.day:03}", column="id")
    assert set(found.told("shortened", "id")["line"]) == {2, 3}


def test_midnight_without_a_day_is_no_date():
    assert "day 0 of January 1900" in read("00:00:00", "%d.%m.%Y")[1]
