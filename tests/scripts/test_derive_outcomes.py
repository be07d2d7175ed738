"""Outcomes: one row a participant, an outcome and a timepoint."""

import pytest
from small_tables import job, validated

from trialtrail.tables import read_table, write_table

from scripts.derive_outcomes import derive_outcomes, main

PEOPLE = validated(participant_id=["1", "2", "3"], arm=["x", "y", "z"])
START = validated(participant_id=["1", "2"], completed_on=[None, None], mood=[3, 4])
BIRTH = validated(
    participant_id=["2", "1"], completed_on=["2004-01-01", None], sex=["female", "male"]
)
YEAR = validated(
    participant_id=["3", "2", "1"],
    completed_on=["2004-12-28"] * 3,
    mood=[None, 5, 2],
    well=[None, True, False],
    head=[45.0, 44.8648, 46.0],
)
TABLES = {"participants": PEOPLE, "start": START, "birth": BIRTH, "year": YEAR}


def outcome(name, *measured):
    return {"id": name, "instrument": "value", "measured": list(measured)}


def part(form, *variables, follow_up=True):
    return {
        "form": form,
        "timepoint": form,
        "follow_up": follow_up,
        "variables": list(variables),
    }


def derived(*outcomes):
    return derive_outcomes(list(outcomes), TABLES)


def cells(frame, name="value"):
    return frame.set_index("participant_id")[name].fillna(-1).to_dict()


def test_each_row_of_a_form_has_a_row_scored_or_not():
    frame = derived(outcome("mood", part("year", "mood")))
    assert cells(frame) == {"3": -1, "2": 5, "1": 2}
    assert cells(frame, "arm") == {"3": "z", "2": "y", "1": "x"}


def test_each_timepoint_has_rows_of_its_own():
    frame = derived(outcome("mood", part("start", "mood"), part("year", "mood")))
    assert frame["timepoint"].tolist() == ["start"] * 2 + ["year"] * 3
    assert not frame.duplicated(["participant_id", "outcome", "timepoint"]).any()


def test_yes_and_no_are_one_and_zero():
    assert cells(derived(outcome("well", part("year", "well")))) == {
        "3": -1,
        "2": 1,
        "1": 0,
    }


def test_growth_takes_sex_and_birth_of_the_same_participant():
    outcome = {
        "id": "head",
        "measured": [part("year", "head")],
        "instrument": "who_growth",
        "scale": "head_for_age",
        "sex": "birth.sex",
        "born": "birth.completed_on",
    }
    # Participant 2 is a girl of 362 days with the median; 1 has no day of birth, 3 no birth form.
    assert cells(derived(outcome)) == {"3": -1, "2": 0, "1": -1}


def test_a_form_without_rows_has_no_outcomes():
    tables = TABLES | {"year": YEAR.iloc[:0]}
    assert derive_outcomes([outcome("mood", part("year", "mood"))], tables).empty


def test_the_job_checks_the_contract_and_accounts_for_each_form(tmp_path):
    for name, frame in TABLES.items():
        write_table(frame, tmp_path / f"{name}.parquet")
    outcomes = [outcome("mood", part("start", "mood"), part("year", "mood"))]
    task = job(
        tmp_path,
        {"tables": [tmp_path / f"{name}.parquet" for name in TABLES]},
        {"parquet": "out.parquet", "csv": "out.csv", "columns": "out.json"},
        {"outcomes": outcomes},
    )
    rows = main(task)
    assert {name: count.read for name, count in rows.items()} == {"start": 2, "year": 3}
    assert len(read_table(task.output.parquet)) == 5


def test_a_plan_that_measures_an_outcome_twice_at_a_time_is_refused(tmp_path):
    from schemas.datasets.outcomes import Outcomes

    twice = outcome("mood", part("year", "mood"), part("year", "well"))
    with pytest.raises(Exception, match="unique"):
        Outcomes.validate(derived(twice))
