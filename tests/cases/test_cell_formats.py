"""The format of a cell of a workbook is part of its value, and what is hidden or struck is told."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from small_trial import records, validated, write_study

from trialtrail.exports.cell_formats import NO_YEAR, NOTHING, SCALED, hidden, is_telling, shown
from trialtrail.exports.read import read_export


class TestWhatACellShows:
    @pytest.mark.parametrize(
        ("value", "form", "text"),
        [
            *[(0.5, "0%", "50%"), (0.515, "0.0%", "51.5%"), (0.07, "0.00%", "7%")],
            *[(-0.1, "0%", "-10%"), (0.5, "[Red]0%", "50%"), (0.5, "0 %", "50 %")],
            *[(-0.5, "0%;[Red]-0%", "-50%"), (-0.5, "0%_);(0%)", "-50%"), (0, "0%", "0%")],
            *[(0.1 + 0.2, "0%", "30%"), (1e-08, "0%", "0.000001%"), (1e20, "0%", f"1{'0' * 22}%")],
        ],
    )
    def test_percent(self, value, form, text):
        assert shown(value, form) == text

    @pytest.mark.parametrize(
        ("value", "form", "text"),
        [
            *[(1, "000", "001"), (12.0, "000", "012"), (7, "000;-000", "007")],
            *[(7, '"P"000', "P007"), (7, "\\P000", "P007"), (7, '"P"000_);@', "P007")],
            *[(7, '000"-A"', "007-A"), (12345, "000\\-00", "123-45"), (7, '00" "00', "00 07")],
            *[("1", '"P"@', "P1"), (1, '"P"@', "P1"), (123456789, "000-00-0000", "123-45-6789")],
        ],
    )
    def test_an_id(self, value, form, text):
        assert shown(value, form) == text

    @pytest.mark.parametrize(
        ("value", "form", "text"),
        [
            *[
                (72, '0" kg"', "72 kg"),
                (72.5, '0.0 "kg"', "72.5 kg"),
                (72.5, 'General" kg"', "72.5 kg"),
            ],
            *[(-5, '0"kg";(0"kg")', "-5kg"), (7, '0"°C"', "7°C"), (5, '"<"0', "<5")],
            *[(1.2, r"0\%", "1.2%"), (5, '0.0 "kg";-0.0 "kg"', "5 kg"), (3, '0"/10"', "3/10")],
            *[
                (12, '[>9]"high";0', "high"),
                (1, '[=1]"yes";"no"', "yes"),
                (0, '0;-0;"none"', "none"),
            ],
            *[(1, '"male";;"female"', "male"), (0, '"male";;"female"', "female")],
            (15, '[<10]"low ("0")";"high ("0")"', "high (15)"),
        ],
    )
    def test_words(self, value, form, text):
        assert shown(value, form) == text

    @pytest.mark.parametrize(
        ("value", "form", "text"),
        [
            *[(date(2023, 3, 1), "mmm yyyy", "2023-03"), (date(2023, 1, 1), "yyyy", "2023")],
            *[
                (datetime(2023, 3, 1), "[$-407]mmm\\ yy;@", "2023-03"),
                (date(2023, 3, 1), "yyyy", None),
            ],
            *[(date(2023, 3, 15), "mmm yyyy", None), (date(2023, 3, 1), "dd.mm.yyyy", None)],
            *[
                (datetime(2023, 3, 1, 9), "mm/yyyy", None),
                (datetime(2023, 3, 1), "yyyy-mm h:mm", None),
            ],
        ],
    )
    def test_a_month_whose_day_the_program_filled_in(self, value, form, text):
        assert shown(value, form) == text

    @pytest.mark.parametrize(
        ("value", "form"),
        [
            *[(1234.5, "#,##0.00"), (3.14159, "0.00"), (3, "0"), (5, "General"), (True, "0%")],
            *[("x", "0%"), (2, "yyyy-mm-dd"), (12345, "#\\ ##0"), (7, "[$€-407]\\ #,##0")],
            *[(7, "+0"), (7, "# ?/?"), (1e9, "0.00E+00"), (5, "@"), ("x", "@"), (1.5, "000")],
            *[
                (5, "#,##0_);(#,##0)"),
                (-5, "#,##0_);[Red](#,##0)"),
                (7, "00.00"),
                (5, '[>9]"high";0'),
            ],
            *[
                (v, '_-* #,##0.00\\ _€_-;\\-* #,##0.00\\ _€_-;_-* "-"??\\ _€_-;_-@_-')
                for v in (0, 5, -5, "x")
            ],
        ],
    )
    def test_nothing_but_the_value(self, value, form):
        assert shown(value, form) is None
        assert hidden(value, form) == ""

    @pytest.mark.parametrize(
        ("value", "form", "odd"),
        [
            *[(5, ";;;", NOTHING), ("x", ";;;", NOTHING), (0, "0;-0;", NOTHING), (0, "#", NOTHING)],
            *[
                (0, "0;-0;;@", NOTHING),
                ("x", "0;-0;;", NOTHING),
                (5, "0;-0;;@", ""),
                ("x", "0;-0;;@", ""),
            ],
            *[
                (5000, '#,##0,"k"', SCALED),
                (5000, "0.0,,", SCALED),
                (date(2023, 3, 1), "d-mmm", NO_YEAR),
            ],
        ],
    )
    def test_what_hides_a_value_is_odd(self, value, form, odd):
        assert shown(value, form) is None
        assert hidden(value, form) == odd

    @pytest.mark.parametrize(
        "form", ["General", "0", "0.00", "#,##0", "dd.mm.yyyy", "@", "0.00E+00"]
    )
    def test_ordinary_formats_leave_the_quick_way(self, form):
        assert not is_telling(form)

    @pytest.mark.parametrize(
        "form", ["0%", "mmm yyyy", "[=77]0;0;;", '[=7]"never";0', ";;;", "h:mm"]
    )
    def test_others_do_not(self, form):
        assert is_telling(form)


def bytes_of(book) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def trial(tmp_path, column, change, variable, altered=lambda data: data, export=()):
    """Validate the small trial as a workbook, ``change`` made to its sheet; add a variable."""
    book = openpyxl.Workbook()
    sheet = book.active
    rows = records()
    names = [*rows[0], column]
    sheet.append(names)
    for row in rows:
        sheet.append([*row.values(), None])
    change(sheet, len(names))

    def configured(config):
        config["exports"]["trial"] = {
            "file": "data/trial.xlsx",
            "dates": "%d.%m.%Y",
            **dict(export),
        }
        config["forms"]["baseline"]["variables"].append({"column": column} | variable)

    return validated(
        write_study(tmp_path, None, configured, {"data/trial.xlsx": altered(bytes_of(book))})
    )


SHARE = {"id": "share", "type": "number", "label": "Share", "unit": "%"}
PLAIN = {key: SHARE[key] for key in ("id", "type", "label")}


def each(values, form):
    """Return what writes values into a column, under a format, from the first record on."""

    def change(sheet, place):
        for line, value in enumerate(values, start=2):
            sheet.cell(line, place, value).number_format = form

    return change


class TestPercent:
    def test_beside_typed_percentages_is_of_one_unit(self, tmp_path):
        def change(sheet, place):
            each([n / 100 for n in range(2, 20)], "0%")(sheet, place)
            for line in range(20, 26):
                sheet.cell(line, place, "85%")

        found = trial(tmp_path, "adh", change, SHARE)
        values = found.tables["baseline"]["share"].tolist()
        assert values == [*map(float, range(2, 20)), *[85.0] * 6]
        change = ("a value under a format of its cell", "what the cell shows", 18)
        assert ("baseline", "adh", *change) in found.changes
        assert found.told("format").empty

    @pytest.mark.parametrize("decimal", [None, ",", "."])
    def test_has_the_decimal_point_of_the_file_whatever_the_texts_have(self, tmp_path, decimal):
        def change(sheet, place):
            each([0.515, 0.00125, 0.1234], "0.0%")(sheet, place)
            sheet.cell(5, place, "85,5%" if decimal != "." else "85.5%")

        variable = SHARE | ({"decimal": decimal} if decimal else {})
        found = trial(
            tmp_path, "adh", change, SHARE, export={"decimal": decimal}.items() if decimal else ()
        )
        assert found.queries[found.queries["column"] == "adh"].empty, variable
        assert found.tables["baseline"]["share"].tolist()[:4] == [51.5, 0.125, 12.34, 85.5]

    def test_beside_a_bare_share_of_one_is_told(self, tmp_path):
        def change(sheet, place):
            each([0.5] * 20, "0%")(sheet, place)
            sheet.cell(22, place, 0.5)
            sheet.cell(23, place, 50)

        told = trial(tmp_path, "adh", change, SHARE).told("format", "adh")
        assert told["line"].tolist() == [22]

    def test_in_a_variable_of_no_unit_is_told(self, tmp_path):
        found = trial(tmp_path, "adh", each([0.5], "0%"), PLAIN)
        assert found.told("type", "adh")["found"].tolist() == ["50%"]


class TestOtherUnits:
    def test_a_unit_that_is_not_of_the_variable_is_told(self, tmp_path):
        def change(sheet, place):
            each([72.5, 160], '0.0" kg"')(sheet, place)
            sheet.cell(4, place, 160).number_format = '0" lb"'

        found = trial(tmp_path, "weight", change, PLAIN | {"unit": "kg"})
        assert found.tables["baseline"]["share"].tolist()[:2] == [72.5, 160.0]
        assert found.told("unit", "weight")["found"].tolist() == ["160 lb"]

    def test_another_currency_than_most_of_the_column_is_told(self, tmp_path):
        def change(sheet, place):
            each([10.0] * 6, "[$€-407]\\ #,##0.00")(sheet, place)
            sheet.cell(8, place, 10.0).number_format = "[$£-809]#,##0.00"
            sheet.cell(9, place, 10.0).number_format = '#,##0.00 "€"'

        found = trial(tmp_path, "cost", change, PLAIN)
        assert found.told("format", "cost")["line"].tolist() == [8]
        assert found.tables["baseline"]["share"].notna().sum() == 8

    def test_a_hidden_value_is_told_and_read(self, tmp_path):
        found = trial(tmp_path, "n", each([5, 0], "0;-0;"), PLAIN)
        assert found.told("marked", "n")["line"].tolist() == [3]
        assert found.tables["baseline"]["share"].tolist()[:2] == [5, 0]


class TestTimes:
    @pytest.mark.parametrize(
        ("value", "form"),
        [(0.5, "h:mm"), (1.5, "[h]:mm"), (1.5, "h:mm"), (timedelta(hours=30), "[h]:mm:ss")],
    )
    def test_in_a_number_are_told_as_times(self, tmp_path, value, form):
        found = trial(tmp_path, "took", each([value], form), PLAIN | {"unit": "s"})
        told = found.queries[found.queries["column"] == "took"]
        assert told["rule"].tolist() == ["type"]
        assert "a time in hours and minutes" in told["message"].iloc[0]

    def test_sums_of_hours_have_no_day(self, tmp_path):
        assert column(tmp_path, [(1.5, "h:mm"), (2.25, "[mm]:ss"), (-0.5, "[h]:mm")]) == [
            "36:00:00", "54:00:00", "-12:00:00",
        ]  # fmt: skip

    def test_days_are_those_of_the_epoch_of_the_workbook(self, tmp_path):
        cells = [
            (59, "dd.mm.yyyy"),
            (61, "dd.mm.yyyy"),
            (45000, "dd.mm.yyyy"),
            (45000.5, "d.m.yy h:mm"),
        ]
        days = ["1900-02-28", "1900-03-01", "2023-03-15", "2023-03-15T12:00:00"]
        assert column(tmp_path, cells) == days
        later = ["1904-02-29", "1904-03-02", "2027-03-16", "2027-03-16T12:00:00"]
        assert column(tmp_path, cells, CALENDAR_MAC_1904) == later

    def test_a_month_in_a_date_is_a_part_of_one(self, tmp_path):
        def change(sheet, place):
            for line, day in ((2, date(2025, 3, 1)), (3, date(2025, 3, 4))):
                sheet.cell(line, place - 1, day).number_format = "mmm yyyy"

        found = trial(tmp_path, "adh", change, SHARE)
        assert found.told("partial", "seen12")["found"].tolist() == ["2025-03"]


def column(tmp_path, cells, epoch=None):
    """Return how values under formats are read in a column."""
    book = openpyxl.Workbook()
    book.epoch = epoch or book.epoch
    book.active.append(["x"])
    for line, (value, form) in enumerate(cells, start=2):
        book.active.cell(line, 1, value).number_format = form
    path = tmp_path / "x.xlsx"
    path.write_bytes(bytes_of(book))
    return read_export({"name": "x", "label": "x.xlsx"}, [str(path)]).rows["x"].tolist()


class TestLongNumbers:
    def test_of_more_than_fifteen_digits_are_told_in_ids(self, tmp_path):
        def change(sheet, place):
            sheet.cell(2, 1, 1234567890123456789)
            sheet.cell(3, 1, 123456789012345)

        told = trial(tmp_path, "adh", change, SHARE).told("shortened", "id")
        assert sorted(set(told["line"])) == [2]

    def test_are_not_told_in_numbers(self, tmp_path):
        assert trial(tmp_path, "load", each([1e17], "General"), PLAIN).told("shortened").empty

    def test_digits_that_no_program_shows_are_none(self, tmp_path):
        assert column(tmp_path, [(0.1 + 0.2, "General"), (17.6, "0"), (1 / 3, "0.0")]) == [
            "0.3", "17.6", "0.333333333333333",
        ]  # fmt: skip


def in_sheet(old: str, new: str):
    """Return what replaces XML of the sheet, as another program would write it."""

    def altered(data: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
            for part in given.namelist():
                text = given.read(part)
                if part == "xl/worksheets/sheet1.xml":
                    text, count = re.subn(old, new, text.decode())
                    assert count
                    text = text.encode()
                made.writestr(part, text)
        return out.getvalue()

    return altered


class TestMarks:
    def test_of_rows_columns_and_words_are_told_and_all_is_used(self, tmp_path):
        def change(sheet, place):
            sheet.row_dimensions[5].hidden = True
            sheet.cell(7, 2).font = Font(strike=True)
            sheet.cell(7, 3).font = Font(strike=True)
            sheet.column_dimensions["D"].hidden = True

        found = trial(tmp_path, "adh", change, SHARE)
        told = found.told("marked")
        assert sorted(told["line"].dropna().unique()) == [5, 7]
        assert set(told[told["line"].isna()]["column"]) == {"age"}
        assert len(found.tables["participants"]) == 24

    def test_are_seen_whatever_the_order_of_the_attributes(self, tmp_path):
        altered = in_sheet(r'<row r="5"[^>]*>', "<row spans='1:9' hidden = 'true' ht=\"0\" r='5'>")
        told = trial(tmp_path, "adh", lambda *_: None, SHARE, altered).told("marked")
        assert set(told["line"]) == {5}

    def test_are_none_where_they_are_taken_back(self, tmp_path):
        altered = in_sheet(r'<row r="5"[^>]*>', '<row r="5" hidden="0">')
        assert trial(tmp_path, "adh", lambda *_: None, SHARE, altered).told("marked").empty

    @pytest.mark.parametrize("at", ["is", "shared"])
    def test_of_words_within_a_cell_are_told(self, tmp_path, at):
        altered = in_sheet(
            r'<c r="B7"[^>]*>.*?</c>',
            '<c r="B7" t="inlineStr"><is><r><t>A</t></r>'
            "<r><rPr><strike/></rPr><t> </t></r></is></c>",
        )

        def change(sheet, place):
            if at == "shared":
                font = InlineFont(strike=True)
                sheet.cell(7, 2).value = CellRichText("A", TextBlock(font, " "))

        found = trial(tmp_path, "adh", change, SHARE, altered if at == "is" else lambda data: data)
        assert set(found.told("marked")["line"]) == {7}

    def test_of_a_filter_are_told_one_a_row(self, tmp_path):
        def change(sheet, place):
            sheet.auto_filter.ref = "A1:I25"
            for line in (3, 9, 12):
                sheet.row_dimensions[line].hidden = True

        found = trial(tmp_path, "adh", change, SHARE)
        assert sorted(set(found.told("marked")["line"])) == [3, 9, 12]
