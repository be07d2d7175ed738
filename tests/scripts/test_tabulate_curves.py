"""Curves of times to an event: their points, and the time to the first contact."""

import pandas as pd
import pytest
from small_tables import typed

from trialtrail.analysis.fitted import Setting

from scripts.tabulate_curves import curve_rows, round_days, shown_until, to_first_contact

SETTING = Setting(["old", "new"])
DATA = pd.DataFrame(
    {
        "arm": ["old"] * 4 + ["new"] * 4,
        "time": [10.0, 20, 20, 40, 5, 15, 30, 40],
        "event": [1.0, 1, 0, 0, 1, 0, 1, 0],
    }
)
TAKEN = {"old": [], "new": []}


def test_the_share_without_the_event_is_that_of_kaplan_and_meier():
    rows = {row["row"]: row for row in curve_rows("o", "O", DATA, SETTING, TAKEN)}
    at = {(row["arm"], row["days"]): row for row in rows.values()}
    assert at["old", 10]["estimate"] == pytest.approx(3 / 4)
    assert at["old", 20]["estimate"] == pytest.approx(3 / 4 * 2 / 3)
    assert (at["old", 20]["at_risk"], at["old", 20]["events"]) == (3, 1)
    assert at["new", 0]["estimate"] == 1
    assert len(rows) == len(at)


def test_with_competing_events_the_incidence_of_each_is_shown():
    data = DATA.assign(event=[1.0, 2, 0, 0, 1, 0, 2, 0])
    rows = curve_rows("o", "O", data, SETTING, TAKEN)
    assert {row["curve"] for row in rows} == {"incidence of event 1", "incidence of event 2"}


def test_round_days_are_few_and_end_soon_after_the_last_event():
    assert round_days(40) == [0, 7, 14, 21, 28, 35]
    assert len(round_days(5000)) <= 9
    assert shown_until(DATA) == pytest.approx(1.25 * 30)
    assert shown_until(DATA.assign(event=0.0)) == 40
    assert round_days(float("nan")) == []


def test_who_had_no_contact_is_censored_on_the_last_day_of_the_log():
    people = typed(
        participant_id=["1", "2", "3", "4"],
        arm=["new", "new", "new", "old"],
        randomised_on=["2025-01-01", "2025-01-11", "2025-01-01", "2025-01-01"],
        days_to_first_contact=[6, None, -2, None],
        any_contact=[True, False, True, False],
    )
    contacts = typed(contact_on=["2025-01-07", "2025-01-31"])
    data = to_first_contact(people, contacts, "new")
    assert data["time"].tolist() == [6, 20, 0]
    assert data["event"].tolist() == [1, 0, 1]
