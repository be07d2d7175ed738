"""Parts of dates, years of two digits, and days that cannot be."""

from __future__ import annotations

import pytest
from small_dates import one, read, trial
from small_trial import records, validated, write_study


class TestPartsOfDates:
    @pytest.mark.parametrize(
        "cell",
        [
            *("03/2024", "--/03/2024", "-/03/2024", "UN/03/2024", "UNK/03/2024", "00/03/2024"),
            *("/03/2024", "??/03/2024", "xx/03/2024", "__/03/2024", "NK.03.2024", " .03.2024"),
            *("2024-03", "2024-03--", "2024-03-", "2024-03---", "2024-03-UN", "2024-03-00"),
            *("2024/03", "2024-03-??", "UNK-MAR-2024", "un mar 2024", "-- Mar 2024", "Mar. 2024"),
            *("March, 2024", "UNKMAR2024", "UNMAR2024", "MAR2024", "mar-2024", "2024-MAR-UN"),
            *("---03-2024", "0/3/2024", "2024-MAR"),
        ],
    )
    def test_of_which_the_day_is_not_known(self, cell):
        days, faults, until, changes = read(cell, dates=("%d/%m/%Y",), kind="partial_date")
        assert (days, faults, until) == (["2024-03-01"], set(), ["2024-03-31"])
        assert ("a month and a year", "the days between which it lies", 1) in changes
        assert one(cell, "%d/%m/%Y") == "partial"

    @pytest.mark.parametrize(
        "cell",
        [
            *("2024", "UN/UNK/2024", "UN/UN/2024", "00/00/2024", "--/--/2024", "-- --- 2024"),
            *("2024----", "2024--", "2024-UN-UN", "2024-00-00", "//2024", "/ /2024", "UNK/2024"),
            *("UNUNK2024", "??.??.2024", "xx-xxx-2024", "UN-UNK-2024", "0/0/2024"),
        ],
    )
    def test_of_which_day_and_month_are_not_known(self, cell):
        days, faults, until, _ = read(cell, dates=("%d/%m/%Y",), kind="partial_date")
        assert (days, faults, until) == (["2024-01-01"], set(), ["2024-12-31"])
        assert one(cell, "%d/%m/%Y") == "partial"

    @pytest.mark.parametrize(
        ("cell", "form", "first", "last"),
        [
            ("15/UNK/2024", "%d/%m/%Y", "2024-01-15", "2024-12-15"),
            ("15/UNK/2024", "", "2024-01-15", "2024-12-15"),
            ("2024---15", "%Y-%m-%d", "2024-01-15", "2024-12-15"),
            ("03/UNK/2024", "%m/%d/%Y", "2024-03-01", "2024-03-31"),
            ("UNK/03/2024", "%m/%d/%Y", "2024-01-03", "2024-12-03"),
            ("UNK/15/2024", "%m/%d/%Y", "2024-01-15", "2024-12-15"),
            ("UNK/03/2024", "", "2024-01-03", "2024-12-03"),
            ("02/2023", "%d/%m/%Y", "2023-02-01", "2023-02-28"),
            ("202403", "%Y%m%d", "2024-03-01", "2024-03-31"),
            ("202412", "%Y%m%d", "2024-12-01", "2024-12-31"),
            ("2024", "%Y%m%d", "2024-01-01", "2024-12-31"),
            ("2024", "%d%m%Y", "2024-01-01", "2024-12-31"),
            ("2025-Q1", "", "2025-01-01", "2025-03-31"),
            ("2025Q4", "%d/%m/%Y", "2025-10-01", "2025-12-31"),
            ("q2 2024", "%Y-%m-%d", "2024-04-01", "2024-06-30"),
            ("H2/2025", "", "2025-07-01", "2025-12-31"),
            ("2025-W07", "", "2025-02-10", "2025-02-18"),  # Monday the 10th, day 43 the 12th
            ("2024-W01", "", "2024-01-01", "2024-01-07"),
            ("2025-W01", "", "2024-12-30", "2025-01-07"),
            ("2025-W52", "", "2025-12-22", "2025-12-31"),
            ("2025-W53", "", "2025-12-31", "2025-12-31"),
            ("2020-W53", "", "2020-12-28", "2021-01-03"),
        ],
    )
    def test_lie_between_two_days(self, cell, form, first, last):
        days, faults, until, _ = read(cell, dates=(form,) if form else (), kind="partial_date")
        assert (days, faults, until) == ([first], set(), [last])
        assert one(cell, form) == "partial"

    @pytest.mark.parametrize(
        ("cell", "form"),
        [
            *(("99/03/2024", "%d/%m/%Y"), ("99/99/2024", "%d/%m/%Y"), ("13/2024", "%d/%m/%Y")),
            *(("15/03/UNKN", "%d/%m/%Y"), ("UN/UN/UNKN", "%d/%m/%Y"), ("--", "%d/%m/%Y")),
            *(("12/9999", ""), ("9999", ""), ("UN/12/9999", "%d/%m/%Y"), ("12/9999", "%m/%Y")),
            *(("202413", "%Y%m%d"), ("202400", "%Y%m%d"), ("2024.5", ""), ("Mar 04", "")),
            *(("UNK/32/2024", "%m/%d/%Y"), ("UN/Marble/2024", ""), ("0000", ""), ("00/0000", "")),
            *(("2025-Q5", ""), ("2025-Q0", ""), ("2025-W54", ""), ("2025-H3", ""), ("0000-Q1", "")),
            *(("03/15/2024", "%d/%m/%Y"), ("03//15/2024", ""), ("2024-03-UN-", ""), ("26/05", "")),
        ],
    )
    def test_what_says_no_month_or_year_is_told(self, cell, form):
        assert read(cell, dates=(form,) if form else (), kind="partial_date")[0] == [None]
        assert one(cell, form) == "type"

    def test_a_whole_date_is_its_own_first_and_last_day(self):
        cells = ("5 Mar 2024", "2024-03-05")
        days, _, until, changes = read(*cells, kind="partial_date")
        assert days == until == ["2024-03-05"] * 2
        assert changes == [("a month by its name", "ISO 8601", 1)]


class TestYearsOfTwoDigits:
    @pytest.mark.parametrize("forms", [("%d/%m/%y",), ()])
    def test_the_message_names_what_is_to_be_configured(self, forms):
        _, faults, _, _ = read("25/04/04", dates=forms)
        ((rule, message),) = faults
        assert rule == "ambiguous"
        assert "`last_year`" in message

    def test_the_message_of_a_stop_does_so_too(self, tmp_path):
        seen = trial(tmp_path, "%d/%m/%y", [])
        told = seen.told("ambiguous")
        assert len(told) > 0
        assert all("`last_year`" in message for message in told["message"])


class TestDaysThatCannotBe:
    def test_each_wrong_year_is_a_query_and_stays_in_use(self, tmp_path):
        rows = records()
        rows[3]["allocated"] = "17.02.1924"
        rows[4]["allocated"], rows[4]["seen12"] = "22.02.2042", ""
        rows[2]["seen12"] = "24.02.2205"
        seen = validated(write_study(tmp_path, rows))
        told = seen.told("implausible_date")
        assert {*zip(told["column"], told["line"], told["found"], strict=True)} == {
            ("allocated", 5, "1924-02-17"),
            ("allocated", 6, "2042-02-22"),
            ("seen12", 4, "2205-02-24"),
        }
        assert set(told["severity"]) == {"warning"}
        for message, value in zip(told["message"], told["found"], strict=True):
            assert value[:4] not in message
        assert len(seen.tables["participants"]) == len(rows)

    @pytest.mark.parametrize("day", ["01.03.1824", "05.06.1899", "01.03.2019", "09.03.2031"])
    def test_a_visit_of_another_time_than_all_others(self, tmp_path, day):
        rows = records()
        rows[7]["seen12"] = day
        seen = validated(write_study(tmp_path, rows))
        assert len(seen.told("implausible_date", "seen12")) + len(seen.told("order")) > 0

    def test_a_variable_of_a_form_that_is_a_date(self, tmp_path):
        rows = [row | {"born": f"{n % 28 + 1:02}.07.{1930 + n}"} for n, row in enumerate(records())]
        rows[5]["born"], rows[6]["born"] = "01.01.1850", "01.01.2051"

        def change(whole):
            born = {"id": "born", "column": "born", "type": "date", "label": "Born"}
            whole["forms"]["baseline"]["variables"].append(born)

        seen = validated(write_study(tmp_path, rows, change))
        assert {*seen.told("implausible_date")["found"]} == {"1850-01-01", "2051-01-01"}

    def test_the_day_of_the_export_is_told_to_the_study(self, tmp_path):
        rows = records()
        rows[7]["seen12"] = "09.06.2025"

        def change(whole):
            day = {"implausible_date": {"exported_on": "2025-06-01"}}
            whole["validation"] = {"plausibility": day}

        seen = validated(write_study(tmp_path, rows, change))
        assert [*seen.told("implausible_date")["found"]] == ["2025-06-09"]
        assert validated(write_study(tmp_path, rows)).told("implausible_date").empty

    def test_a_trial_without_wrong_days_has_no_query(self, tmp_path):
        assert validated(write_study(tmp_path)).queries.empty
