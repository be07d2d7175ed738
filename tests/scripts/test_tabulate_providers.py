"""Providers and their service."""

import pandas as pd
import pytest
from small_tables import job, typed

from trialtrail.tables import read_result, read_table, write_table

from scripts.tabulate_providers import main, provider_rows, retention, round_months

PROVIDERS = typed(
    provider_id=["A", "B", "C", "D"],
    resigned=[True, False, True, True],
    resignation_reason=["moved", None, "ill", None],
    months_served=[2.0, 4.0, 4.0, None],
    hours_min=[1.0, 2.0, None, None],
    hours_max=[6.0, 3.0, None, None],
)
WORDS = {
    "participant": {"one": "participant", "many": "participants"},
    "provider": {"one": "mentor", "many": "mentors"},
    "contact": {"one": "visit", "many": "visits"},
}


LAST = ("event_2", "month_4")


def of_events(curve):
    """Return the steps of a curve."""
    return curve[curve["events"] > 0].reset_index(drop=True)


def rows(providers=PROVIDERS):
    return {row["row"]: row for row in provider_rows(providers, WORDS)}


def test_resignations_and_their_reasons():
    table = rows()
    assert (table["all"]["n"], table["resigned"]["n"], table["resigned"]["percent"]) == (4, 3, 75)
    reasons = ["resigned.ill", "resigned.moved", "resigned.unknown"]
    assert [(table[r]["n"], table[r]["denominator"]) for r in reasons] == [(1, 3)] * 3


def test_reasons_stand_in_the_order_of_their_number_and_name():
    more = typed(
        provider_id=list("abcd"), resigned=[True] * 4, resignation_reason=["z", "b", "z", "a"]
    )
    names = [row["row"] for row in provider_rows(more, WORDS)]
    assert names[2:5] == ["resigned.z", "resigned.a", "resigned.b"]


def test_hours_are_the_fewest_and_the_most_of_anybody():
    table = rows()
    assert table["hours_per_month_min"]["minimum"] == 1
    assert (table["hours_per_month_max"]["maximum"], table["hours_per_month_max"]["n"]) == (6, 2)


def test_what_the_study_does_not_supply_is_no_row():
    assert "hours_per_month_min" not in rows(PROVIDERS.drop(columns=["hours_min", "hours_max"]))
    assert "visits" not in rows()


def test_nobody_resigned():
    table = rows(PROVIDERS[~PROVIDERS["resigned"]])
    assert table["resigned"]["n"] == 0
    assert not [name for name in table if name.startswith("resigned.")]


def test_the_curve_has_a_row_a_time_of_resignation():
    # Three known services: A resigns at 2 of 3 at risk, C at 4 of 2 at risk, B is censored at 4.
    curve = of_events(retention(PROVIDERS, 0.95))
    assert curve["row"].tolist() == ["event_1", "event_2"]
    assert curve["at_risk"].tolist() == [3, 2]
    assert curve["survival"].tolist() == pytest.approx([2 / 3, 1 / 3])


def test_between_the_steps_the_curve_says_who_is_at_risk():
    curve = retention(PROVIDERS, 0.95).set_index("row")
    assert list(curve.index) == [*("month_0", "month_1", "event_1", "month_2", "month_3"), *LAST]
    assert curve["at_risk"].tolist() == [3, 3, 3, 3, 2, 2, 2]
    assert curve.loc[["month_0", "month_3"], "survival"].tolist() == pytest.approx([1, 2 / 3])
    assert curve.loc["month_3", "lower"] == curve.loc["event_1", "lower"]
    assert pd.isna(curve.loc["month_1", "lower"])


@pytest.mark.parametrize(
    ("last", "apart"), [(8.0, 1), (33.5, 3), (36.0, 3), (60.0, 6), (500.0, 24)]
)
def test_round_times_are_as_many_as_an_axis_has_room_for(last, apart):
    months = round_months(last)
    assert (months[0], months[1], months[-1] <= last) == (0, apart, True)


def served(months, resigned):
    table = rows(PROVIDERS.iloc[:1].loc[[0] * len(months)].reset_index(drop=True).assign(
        provider_id=[str(n) for n in range(len(months))],
        months_served=months, resigned=resigned,
    ))  # fmt: skip
    return table["months_served"]


def test_months_served_are_those_of_the_curve_and_what_it_does_not_reach_is_empty():
    row = served([2.0, 4.0, 6.0, 8.0, 10.0], [True, True, False, True, False])
    assert (row["q1"], row["median"]) == (4.0, 8.0)
    assert pd.isna(row["q3"])
    assert row["note"].startswith("upper quartile not reached, as too many still served")


def test_a_curve_that_runs_at_a_quartile_gives_the_middle_of_the_stretch():
    row = served([2.0, 4.0, 6.0, 8.0], [True] * 4)
    assert (row["q1"], row["median"], row["q3"]) == (3.0, 5.0, 7.0)
    assert row["note"] is None or pd.isna(row["note"])


def test_nobody_resigned_so_that_no_quartile_is_reached():
    row = served([2.0, 4.0], [False, False])
    assert [row[name] for name in ("q1", "median", "q3")] == [None] * 3
    assert row["note"].startswith("lower quartile and median and upper quartile not reached")


def test_the_level_of_confidence_widens_the_limits():
    narrow, wide = (of_events(retention(PROVIDERS, level)) for level in (0.8, 0.99))
    assert (wide["lower"] < narrow["lower"]).all()


def test_without_resignations_the_curve_is_level_and_without_service_it_is_empty():
    level = retention(PROVIDERS[~PROVIDERS["resigned"]], 0.95)
    assert level["survival"].tolist() == [1.0] * 5
    assert retention(PROVIDERS.iloc[:0], 0.95).empty


@pytest.mark.parametrize("columns", [[], ["months_served"]])
def test_the_job_writes_a_table_and_a_curve(tmp_path, columns):
    write_table(PROVIDERS.drop(columns=columns), tmp_path / "p.parquet")
    task = job(
        tmp_path,
        {"providers": tmp_path / "p.parquet"},
        {"table": "t.parquet", "retention": "r.csv", "takes": "t.json"},
        {"words": WORDS, "level": 0.95},
    )
    assert main(task)["providers"].balanced
    assert read_table(task.output.table)["row"].is_unique
    assert len(read_result(task.output.retention)) == (0 if columns else 7)
