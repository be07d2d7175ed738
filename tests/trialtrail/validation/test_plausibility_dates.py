"""Days that cannot be: a planted case of each reason, and columns in which there is none."""

import numpy as np
import pandas as pd
import pytest

from trialtrail.configuration.plausibility import default_settings
from trialtrail.validation.plausibility.dates import date_findings, outside
from trialtrail.validation.plausibility.sheet import Sheet

DEFAULTS = default_settings()

SEED = 20240301
CENTURIES = ["1924-02-17", "2042-02-22", "2014-02-17", "2034-05-05", "1899-01-01"]


def sheet(table, **columns):
    frame = pd.DataFrame({name: pd.to_datetime(pd.Series(days)) for name, days in columns.items()})
    size = len(frame)
    places = {
        "_export": ["e"] * size,
        "_file": ["e.csv"] * size,
        "_line": list(range(2, size + 2)),
        "record": [f"R{i}" for i in range(size)],
    }
    return Sheet(table, frame.assign(**places), {"e": {"randomised_on": "Day"}}, {"e": "e.csv"})


def recruited(count=40, months=10, first="2024-02-01"):
    """Return days on which participants were randomised."""
    days = np.sort(np.random.default_rng(SEED).integers(0, months * 30, count))
    return [str((pd.Timestamp(first) + pd.Timedelta(days=int(day))).date()) for day in days]


def told(*sheets, **settings):
    """Return (table, column, found) of each finding."""
    settings = DEFAULTS["implausible_date"] | settings
    found = date_findings({each.name: each for each in sheets}, ["start"], settings)
    return [(item["table"], item["column"], item["found"]) for item in found]


def births(count=60):
    away = np.random.default_rng(SEED).normal(0, 4500, count)
    days = pd.Timestamp("1955-01-01") + pd.to_timedelta(away, unit="D")
    return [str(day.date()) for day in days]


@pytest.mark.parametrize(
    "wrong", ["1924-02-17", "2042-02-22", "2014-02-17", "2034-05-05", "1899-01-01"]
)
@pytest.mark.parametrize("count", [5, 24, 178])
def test_who_was_randomised_outside_the_recruitment_period_is_told(wrong, count):
    people = sheet("participants", randomised_on=[*recruited(count), wrong])
    assert told(people) == [("participants", "Day", wrong)]


def test_a_year_too_early_is_told_where_recruitment_was_short():
    people = sheet("participants", randomised_on=[*recruited(months=3), "2023-02-20"])
    assert told(people) == [("participants", "Day", "2023-02-20")]


def test_a_recruitment_of_many_years_and_one_with_a_pause_have_no_finding():
    assert told(sheet("participants", randomised_on=recruited(60, months=96))) == []
    pause = [*recruited(30), *recruited(30, first="2025-09-01")]
    assert told(sheet("participants", randomised_on=pause)) == []


def test_too_few_days_are_no_evidence():
    assert (
        told(sheet("participants", randomised_on=["2024-02-01", "2024-02-09", "1924-02-10"])) == []
    )


@pytest.mark.parametrize("wrong", ["2205-02-24", "2045-01-01", "1925-01-01"])
def test_a_visit_far_from_all_others_is_told(wrong):
    people = sheet("participants", randomised_on=recruited(30))
    seen = sheet("visit", completed_on=[*recruited(29, first="2025-02-01"), wrong])
    assert told(people, seen) == [("visit", "completed_on", wrong)]


def test_a_table_of_few_days_is_judged_by_all_that_is_recorded():
    people = sheet("participants", randomised_on=recruited(30))
    assert told(people, sheet("contacts", contact_on=["2024-05-01", "2205-05-01"])) == [
        ("contacts", "contact_on", "2205-05-01")
    ]


def test_days_of_birth_may_lie_far_apart():
    people = sheet("participants", randomised_on=recruited(60))
    assert told(people, sheet("start", completed_on=recruited(60), born_on=births())) == []
    days = [*births(58), "1812-05-01", "2024-12-20"]
    assert told(people, sheet("start", born_on=days)) == [
        ("start", "born_on", "1812-05-01"),
        ("start", "born_on", "2024-12-20"),
    ]


def test_contacts_of_many_years_may_lie_after_the_last_randomisation():
    people = sheet("participants", randomised_on=recruited(60))
    calls = sheet("contacts", contact_on=recruited(200, months=200, first="2024-02-01"))
    assert told(people, calls) == []


def test_a_column_of_planned_days_has_no_finding():
    people = sheet("participants", randomised_on=recruited(30))
    assert told(people, sheet("start", valid_until=recruited(30, first="2031-01-01"))) == []


def test_of_a_partial_date_the_first_day_is_looked_at():
    people = sheet("participants", randomised_on=recruited(30))
    first, last = ["2024-01-01"] * 29 + ["2205-01-01"], ["2024-12-31"] * 29 + ["2205-12-31"]
    start = sheet("start", began=first, began_until=last)
    assert told(people, start) == [("start", "began", "2205-01-01")]


def test_one_cell_that_feeds_two_tables_is_told_once():
    days = [*recruited(24), "1924-02-17"]
    people, start = sheet("participants", randomised_on=days), sheet("start", completed_on=days)
    start.headings["e"]["completed_on"] = "Day"
    assert told(people, start) == [("participants", "Day", "1924-02-17")]


def test_the_first_year_the_day_of_export_and_what_is_ignored_are_configured():
    people = sheet("participants", randomised_on=recruited(30))
    seen = sheet("visit", completed_on=[*recruited(29, first="2025-02-01"), "2026-01-20"])
    assert told(people, seen) == []
    assert told(people, seen, exported_on="2026-01-02") == [("visit", "completed_on", "2026-01-20")]
    assert told(people, seen, exported_on="2026-01-20") == []
    assert told(people, seen, exported_on="2026-01-02", ignore=["visit.completed_on"]) == []
    assert len(told(people, first_year=2024)) == 0
    assert told(people, first_year=2025) == [("participants", "Day", "30 days")]


def test_many_days_of_one_reason_are_told_once():
    seen = sheet("visit", completed_on=["1899-12-30"] * 21 + recruited(100))
    assert told(seen) == [("visit", "completed_on", "21 days")]


def test_a_column_with_more_than_one_bulk_has_nothing_outside():
    days = np.array([0.0] * 10 + [5000.0] * 5)
    assert not outside(days, 365, DEFAULTS["implausible_date"])[0].any()
    days = np.array([0.0] * 12 + [5000.0] * 3 + [np.nan])
    rows, _gap, count = outside(days, 365, DEFAULTS["implausible_date"])
    assert (rows.sum(), count) == (3, 12)


def test_empty_tables_have_no_finding():
    assert told(sheet("participants", randomised_on=[]), sheet("visit", completed_on=[None])) == []


@pytest.mark.parametrize("day", ["1970-01-01", "1960-01-01", "2099-12-31"])
@pytest.mark.parametrize("count", [1, 5, 20])
def test_a_day_that_programs_fill_in_is_told_however_often_it_stands(day, count):
    people = sheet("participants", randomised_on=[*recruited(24), *[day] * count])
    assert set(told(people)) == {("participants", "Day", day)}


@pytest.mark.parametrize("count", [1, 8, 20])
def test_days_of_another_decade_are_told_however_many_they_are(count):
    people = sheet("participants", randomised_on=recruited(60))
    wrong = [f"2052-03-{n % 28 + 1:02}" for n in range(count)]
    seen = sheet("visit", completed_on=[*recruited(40, first="2025-02-01"), *wrong])
    assert sorted(told(people, seen)) == sorted(("visit", "completed_on", day) for day in wrong)


def test_a_day_of_birth_that_programs_fill_in_is_told_where_it_lies_apart_or_many_share_it():
    people = sheet("participants", randomised_on=recruited(60))
    early = [day for day in births() if "1935" < day < "1955"]
    assert told(people, sheet("start", born_on=[*early, "1900-01-01", "1970-01-01"])) == [
        ("start", "born_on", "1900-01-01"),
        ("start", "born_on", "1970-01-01"),
    ]
    assert len(told(people, sheet("start", born_on=[*births(), *["1960-01-01"] * 4]))) == 4
    assert told(people, sheet("start", born_on=[*births(), "1960-01-01", "1970-01-01"])) == []


def test_a_year_of_which_no_day_is_known_is_no_day_that_programs_fill_in():
    people = sheet("participants", randomised_on=recruited(60))
    years = [*range(1970, 1960, -2), 1975, 1980, 1990]
    first, last = [f"{year}-01-01" for year in years], [f"{year}-12-31" for year in years]
    assert told(people, sheet("start", born=first, born_until=last)) == []
