"""Dates that people and spreadsheets write otherwise than the configuration says."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest
from small_dates import one, read, seen_on, trial
from small_trial import config, records, validated, write_study


class TestNoTextShorterThanItsFormIsAnotherDay:
    def test_a_zero_lost_in_a_form_without_separators_is_told(self, tmp_path):
        seen = trial(tmp_path, "%d%m%Y", ["1112025", "1122025", "8022025"])
        assert seen.refusal is None
        told = seen.queries[seen.queries["column"] == "seen12"]
        assert set(zip(told["found"], told["rule"], strict=True)) == {
            ("8022025", "type"),
            ("1112025", "ambiguous"),
            ("1122025", "ambiguous"),
        }
        assert seen.tables["twelve_months"]["completed_on"].isna().sum() == 3

    @pytest.mark.parametrize(
        ("cell", "form", "expected"),
        [
            ("01112025", "%d%m%Y", "2025-11-01"),
            ("1112025", "%d%m%Y", "ambiguous"),
            ("112025", "%d%m%Y", "type"),
            ("31122025", "%m%d%Y", "type"),
            ("1112025", "%m%d%Y", "ambiguous"),
            ("20241103", "%Y%m%d", "2024-11-03"),
            ("2024113", "%Y%m%d", "ambiguous"),
            ("2024333", "%Y%m%d", "type"),
            ("20241", "%Y%m%d", "type"),
            ("11225", "%d%m%y", "ambiguous"),
            ("50312", "%y%m%d", "type"),
            ("202424", "%Y%j", "type"),
            ("024", "%j%Y", "type"),
            ("20240301", "%Y%m%d%H%M", "type"),
            ("202403011", "%Y%m%d%H", "type"),
            ("20240301 9:05", "%Y%m%d %H:%M", "2024-03-01"),
            ("2024031 09:05", "%Y%m%d %H:%M", "type"),
            ("1.2.2024", "%d.%m.%Y", "2024-02-01"),
            ("1.2.224", "%d.%m.%Y", "type"),
            ("1.2.24", "%d.%m.%Y", "type"),
            ("1.22024", "%d.%m%Y", "type"),
            ("1.022024", "%d.%m%Y", "2024-02-01"),
            ("2024-1-5", "%Y-%m-%d", "2024-01-05"),
            ("3MAR2024", "%d%b%Y", "2024-03-03"),
            ("٠١.٠٢.٢٠٢٤", "%d.%m.%Y", "type"),
            ("٠١.٠٢.٢٠٢٤", "", "type"),
            ("1.\t2.2024", "%d.%m.%Y", "type"),
            ("1 2\t2024", "%d %m %Y", "type"),
            ("1  2 2024", "%d %m %Y", "2024-02-01"),
            ("001.02.2024", "%d.%m.%Y", "type"),
            ("29022023", "%d%m%Y", "type"),
            ("00000000", "%d%m%Y", "type"),
            ("01.01.0000", "%d.%m.%Y", "type"),
            ("2024-060", "%Y-%j", "2024-02-29"),
            ("2023-366", "%Y-%j", "type"),
            ("9999-999", "%Y-%j", "type"),
            ("2023-000", "%Y-%j", "type"),
            ("Fri 01 Mar 2024", "%a %d %b %Y", "2024-03-01"),
            ("Mon 01 Mar 2024", "%a %d %b %Y", "type"),
        ],
    )
    def test_a_cell_has_all_digits_of_its_form(self, cell, form, expected):
        last = 2026 if "%y" in form else None
        assert one(cell, form, last_year=last) == expected

    def test_a_nearly_iso_date_is_a_change_that_is_counted(self):
        for forms in ((), ("%Y-%m-%d",)):
            *_, changes = read("2024-1-5", "2024-01-06", dates=forms)
            assert changes == [("yyyy-m-d", "ISO 8601", 1)]

    def test_the_message_says_that_digits_lack(self):
        _, faults, _, _ = read("1112025", dates=("%d%m%Y",))
        assert [message for _, message in faults] == [
            "the cell has fewer digits than the form of its dates: it may have lost a zero, "
            "so export it again as text"
        ]

    @pytest.mark.parametrize(("form", "cell"), [("%m/%Y", "03/2024"), ("%Y%m", "202403")])
    def test_a_form_without_a_day_gives_no_day(self, form, cell):
        assert one(cell, form) == "partial"
        days, faults, until, _ = read(cell, dates=(form,), kind="partial_date")
        assert (days, faults, until) == (["2024-03-01"], set(), ["2024-03-31"])

    def test_a_month_that_lost_a_digit_is_none(self):
        assert one("20243", "%Y%m") == "type"

    @pytest.mark.parametrize("form", ["%d.%m.", "%d %Y", "%q", "%x", "%d.%m.%y %Y", "%d/%m/%Y %"])
    def test_a_form_that_can_say_no_date_is_refused(self, tmp_path, form):
        own = config()
        own["exports"]["trial"]["dates"] = form
        seen = validated(write_study(tmp_path, None, lambda whole: whole.update(own)))
        assert seen.refusal is not None
        assert "The form of dates" in seen.refusal.text()
        assert "study.yaml, line" in seen.refusal.text()


class TestMonthWordsAreJudgedWhole:
    def test_what_merely_begins_like_a_month_is_none(self, tmp_path):
        seen = trial(tmp_path, "%d %B %Y", ["12 marraskuu 2025", "12 Marble 2025", "12 March 2025"])
        told = seen.queries[seen.queries["column"] == "seen12"]
        assert [*told["rule"]] == ["type", "type"]
        assert {*told["found"]} == {"12 marraskuu 2025", "12 Marble 2025"}
        days = seen.tables["twelve_months"]["completed_on"]
        assert days.iloc[:3].isna().tolist() == [True, True, False]
        assert str(days.iloc[2].date()) == "2025-03-12"

    @pytest.mark.parametrize("form", ["%d %B %Y", "%d %b %Y", ""])
    @pytest.mark.parametrize(
        ("word", "month"),
        [
            *(("March", 3), ("MAR", 3), ("mar.", 3), ("Sept", 9), ("Sept.", 9), ("sep", 9)),
            *(("May", 5), ("Marc", None), ("Ma", None), ("Mars", None), ("Janu", None)),
            *(("Mai", None), ("marraskuu", None), ("Decem", None), ("Junk", None), ("m", None)),
        ],
    )
    def test_english_words_are_whole_or_usual_abbreviations(self, form, word, month):
        expected = f"2025-{month:02}-12" if month else "type"
        assert one(f"12 {word} 2025", form) == expected

    @pytest.mark.parametrize(
        ("months", "word", "month"),
        [
            *(("fi", "marraskuu", 11), ("fi", "Marraskuuta", 11), ("fi", "March", None)),
            *(("de", "März", 3), ("de", "Mrz", 3), ("de", "Dez.", 12), ("de", "Jänner", 1)),
            *(("de", "Ma\u0308rz", 3), ("de", "May", None), ("fr", "août", 8), ("fr", "Févr.", 2)),
            *(("fr", "mai", 5), ("es", "ENERO", 1), ("nl", "mrt", 3), ("pl", "marca", 3)),
        ],
    )
    def test_months_in_the_language_of_the_study(self, months, word, month):
        expected = f"2025-{month:02}-12" if month else "type"
        assert one(f"12 {word} 2025", "%d %B %Y", months=months) == expected
        assert one(f"12 {word} 2025", months=months) == expected

    def test_a_study_names_its_months(self, tmp_path):
        words = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", ["XI", "xi-"], "XII"]
        seen = validated(write_study(tmp_path, None, lambda config: config.update(months=words)))
        assert "`xi-` is no word of letters" in seen.refusal.text()
        words[10], words[11] = "XI", ["XII", "x"]
        seen = validated(write_study(tmp_path, None, lambda config: config.update(months=words)))
        assert "`x` names two months" in seen.refusal.text()
        words[11] = "XII"
        assert one("12-IX-2025", "%d-%b-%Y", months=words) == "2025-09-12"

    def test_an_export_has_a_language_of_its_own(self, tmp_path):
        cells = ["12 maaliskuuta 2025"] * 24
        rows = records()
        for row, cell in zip(rows, cells, strict=True):
            row["allocated"], row["seen12"] = "12 maaliskuuta 2024", cell

        def change(config):
            config["months"] = "de"
            config["exports"]["trial"].update(dates="%d %B %Y", months="fi")

        seen = validated(write_study(tmp_path, rows, change))
        assert seen.queries.empty
        assert set(seen.tables["twelve_months"]["completed_on"]) == {pd.Timestamp(2025, 3, 12)}


class TestWhatIsNoPartOfADateIsCounted:
    def test_a_zone_that_is_dropped_leaves_the_local_day(self, tmp_path):
        cells = ["2025-03-01T23:30:00.000-07:00", "2025-03-02T00:30+05:30", "2025-03-03 10:00"]
        seen = trial(tmp_path, "", cells)
        days = seen.tables["twelve_months"]["completed_on"].iloc[:3]
        assert [str(day.date()) for day in days] == ["2025-03-01", "2025-03-02", "2025-03-03"]
        counted = {(c[1], c[2]): c[4] for c in seen.changes if c[1] == "seen12"}
        assert counted == {("seen12", "a time of day"): 3, ("seen12", "a time zone"): 2}
        assert seen.queries.empty

    @pytest.mark.parametrize(
        ("cell", "form"),
        [
            ("2024-03-01T25:99", ""),
            ("2024-03-01T24:00", ""),
            ("2024-03-01 10:60", ""),
            ("2024-03-01 10:00:61", ""),
            ("2024-03-01 13:00 PM", ""),
            ("2024-03-01T10:00+25:00", ""),
            ("2024-03-01TT10:00", ""),
            ("2024-03-01 25:99", "%Y-%m-%d %H:%M"),
            ("2024-03-01 13:00 PM", "%Y-%m-%d %I:%M %p"),
            ("2024-03-01 0:00 AM", "%Y-%m-%d %I:%M %p"),
            ("2024-03-01 10:00:00+99:00", "%Y-%m-%d %H:%M:%S%z"),
        ],
    )
    def test_a_time_that_there_is_not_is_told(self, cell, form):
        assert one(cell, form) == "type"

    @pytest.mark.parametrize(
        ("cell", "form", "dropped"),
        [
            ("2024-03-01T10:00Z", "", ("a time of day", "a time zone")),
            ("2024-03-01 10:00 UTC", "", ("a time of day", "a time zone")),
            ("1 Mar 2024 10:00 am", "", ("a time of day",)),
            ("2024-03-01 10:00", "%Y-%m-%d %H:%M", ("a time of day",)),
            ("2024-03-01T10:00:00-07", "%Y-%m-%dT%H:%M:%S%z", ("a time of day", "a time zone")),
            ("01.03.2024 10:00 CET", "%d.%m.%Y %H:%M %Z", ("a time of day", "a time zone")),
        ],
    )
    def test_each_time_and_zone_is_counted(self, cell, form, dropped):
        days, faults, _, changes = read(cell, dates=(form,) if form else ())
        assert (days, faults) == (["2024-03-01"], set())
        assert tuple(before for before, after, count in changes if after == "none") == dropped


class TestMessagesSayWhatIsWrong:
    @pytest.mark.parametrize(
        ("cell", "form", "words"),
        [
            *(("12 Marble 2025", "%d %B %Y", "`months`"), ("12 Marble 2025", "", "`months`")),
            *(("2024-03-01T25:99", "", "a time of day"), ("25/04/04", "%d/%m/%Y", "`last_year`")),
            *(("1112025", "%d%m%Y", "fewer digits"), ("soon", "%d%m%Y", "not a date")),
        ],
    )
    def test_and_what_to_configure(self, cell, form, words):
        _, faults, _, _ = read(cell, dates=(form,) if form else ())
        ((_, message),) = faults
        assert words in message
        assert cell not in message


class TestTypesetDashes:
    def test_are_dashes_and_counted(self):
        cells = ("2024\u201103\u201105", "2024\u201303\u2013\u2013", "2024-03-05")
        days, faults, until, changes = read(*cells, kind="partial_date")
        assert days == ["2024-03-05", "2024-03-01", "2024-03-05"]
        assert (faults, until[1]) == (set(), "2024-03-31")
        assert ("typeset dashes", "none", 2) in changes


class TestConstants:
    @pytest.mark.parametrize("day", ["01/02/2024", "soon", "2024", "2024-02-30", 20240201])
    def test_that_are_no_iso_date_are_refused(self, tmp_path, day):
        seen = validated(write_study(tmp_path, None, lambda whole: seen_on(whole, day)))
        assert "The constant of `completed_on` is no day" in seen.refusal.text()
        assert "study.yaml, line" in seen.refusal.text()

    @pytest.mark.parametrize("day", ["2024-02-01", datetime.date(2024, 2, 1)])
    def test_that_are_days_are_taken(self, tmp_path, day):
        seen = validated(write_study(tmp_path, None, lambda whole: seen_on(whole, day)))
        assert set(seen.tables["baseline"]["completed_on"]) == {pd.Timestamp(2024, 2, 1)}


@pytest.mark.parametrize("dates", ["%d.%m.%Y", None])
def test_the_number_that_a_spreadsheet_keeps_for_a_day_is_called_so(tmp_path, dates):
    def change(config):
        if dates is None:
            del config["exports"]["trial"]["dates"]

    rows = [row | {"seen12": str(45717 + n)} for n, row in enumerate(records())]
    told = validated(write_study(tmp_path, rows, change)).told("type", "seen12")
    assert told["message"].str.contains("a number with which a program counts days").all()
    assert len(told) == 1
