"""Sheets by the names that people see, days of a workbook, and marks of whole sheets."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from test_cell_formats import PLAIN, trial


def with_part(data, name, change):
    """Return a workbook of which the text of one part is changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for each in old.namelist():
            text = old.read(each)
            new.writestr(each, change(text.decode()) if each == name else text)
    return stream.getvalue()


class TestSheets:
    @pytest.mark.parametrize("name", ["records", "RECORDS ", "Records\u00a0"])
    def test_a_sheet_is_found_by_the_name_that_a_person_sees(self, tmp_path, name):
        def change(sheet, place):
            sheet.title = name

        found = trial(tmp_path, "n", change, PLAIN, export={"sheet": "Records"}.items())
        assert found.refusal is None
        assert len(found.tables["baseline"]) == 24

    def test_an_empty_sheet_names_the_others(self, tmp_path):
        def change(sheet, place):
            sheet.parent.create_sheet("Cover", 0)

        told = trial(tmp_path, "n", change, PLAIN).refusal.text()
        assert "The sheet Cover is empty" in told
        assert 'exports.trial.sheet: "Sheet"' in told


class TestDaysOfTheWorkbook:
    def dated(self, tmp_path, cells, dates="%d/%m/%Y"):
        def change(sheet, place):
            for line, value in enumerate(cells, start=2):
                sheet.cell(line, place, value)

        variable = {"id": "born", "type": "date", "label": "Born"}
        return trial(
            tmp_path, "born", change, variable, export={"dates": ["%d.%m.%Y", dates]}.items()
        )

    def test_are_days_beside_texts_of_the_configured_form(self, tmp_path):
        found = self.dated(tmp_path, [date(1950, 4, 3), "13/05/1951", date(1950, 4, 20)])
        days = found.tables["baseline"]["born"].dt.date.tolist()[:3]
        assert days == [date(1950, 4, 3), date(1951, 5, 13), date(1950, 4, 20)]
        assert found.told("type", "born").empty

    def test_of_which_day_and_month_may_be_swapped_are_told(self, tmp_path):
        cells = [date(1950, n, 4) for n in (1, 2, 3, 5, 6)]
        cells += ["13/05/1951", "14/06/1950", "31/12/1950"]
        found = self.dated(tmp_path, cells)
        assert found.told("ambiguous", "born")["line"].tolist() == [2, 3, 4, 5, 6]
        assert found.tables["baseline"]["born"].notna().sum() == 3

    @pytest.mark.parametrize(
        "cells",
        [
            [date(1950, 1, n) for n in (3, 4, 5, 6, 20)]
            + ["13/05/1951", "14/06/1950", "31/12/1950"],
            [date(1950, 1, n) for n in (3, 4, 5, 6, 7)]
            + ["13/05/1951", "04/06/1950", "31/12/1950"],
            [date(1950, 1, n) for n in (3, 4, 5, 6, 7)] + ["13/05/1951"],
        ],
    )
    def test_of_any_day_are_not(self, tmp_path, cells):
        assert self.dated(tmp_path, cells).told("ambiguous", "born").empty


def test_a_mark_of_nearly_all_rows_is_told_once(tmp_path):
    def change(sheet, place):
        for line in range(2, 26):
            sheet.row_dimensions[line].hidden = True

    (message,) = trial(tmp_path, "n", change, PLAIN).told("marked")["message"].unique()
    assert "(24 of 24 records; lines 2, 3, 4, 5, 6, ...)" in message


def test_a_mark_of_some_rows_is_told_at_each(tmp_path):
    def change(sheet, place):
        for line in range(2, 20):
            sheet.row_dimensions[line].hidden = True

    told = trial(tmp_path, "n", change, PLAIN).told("marked")
    assert sorted(told["line"].unique()) == list(range(2, 20))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r'<row r="3"', '<row ht="0" customHeight="1" r="3"'),
        ("<sheetData>", '<cols><col min="1" max="1" width="0" customWidth="1"/></cols><sheetData>'),
    ],
)
def test_what_has_no_height_or_width_is_hidden(tmp_path, old, new):
    def altered(data):
        return with_part(data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(old, new, 1))

    found = trial(tmp_path, "n", lambda sheet, place: None, PLAIN, altered)
    assert found.told("marked")["message"].str.contains("hidden").any()


@pytest.mark.parametrize(("form", "told"), [('"none"', 1), ("0%", 1), ("0.0", 0)])
def test_a_conditional_format_that_shows_something_else_is_told_once(tmp_path, form, told):
    def change(sheet, place):
        style = DifferentialStyle(numFmt=NumberFormat(numFmtId=170, formatCode=form))
        rule = Rule(type="cellIs", operator="lessThan", formula=["12"], dxf=style)
        sheet.conditional_formatting.add("G2:G25", rule)

    found = trial(tmp_path, "n", change, PLAIN).told("marked")
    assert len(found.drop_duplicates(["export", "message", "table"])) in (told, 2 * told)
    assert found["message"].str.contains("a conditional format").all()
