"""Participants: one row a randomised participant."""

import pandas as pd
from small_tables import job, typed, validated

from trialtrail.tables import read_table, write_table

from scripts.derive_participants import derivations, derive_participants, main

PEOPLE = validated(
    participant_id=["2", "1", "3"], arm=["x", "y", "x"], randomised_on=[None] * 3,
    screening_id=["S2", "S1", None],
)  # fmt: skip
BASELINE = validated(participant_id=["1", "2"], completed_on=["2004-01-01"] * 2, age=[20, 30])
VISIT = validated(participant_id=["3"], completed_on=[None], score=[1])
CONTACTS = typed(
    participant_id=["1", "1", "2", "1"],
    took_place=[True, True, False, False],
    is_visit=[True, False, False, False],
    days_since_randomisation=[9, 4, 1, 2],
)
ASSIGNMENTS = validated(participant_id=["1", "1", "1"], provider_id=["A", "B", "A"])
AGE = {"form": "baseline", "id": "age", "type": "integer", "label": "Age", "unit": "years"}
FORMS = {
    "baseline": {"label": "Baseline", "columns": ["age"]},
    "visit": {"label": "Visit", "columns": ["score"]},
}


def derived(**more):
    tables = {"participants": PEOPLE, "baseline": BASELINE, "visit": VISIT} | more
    return derive_participants(tables, derivations([AGE], FORMS)).set_index("participant_id")


def test_baseline_is_matched_to_each_participant():
    assert derived()["age"].fillna(-1).to_dict() == {"2": 30, "1": 20, "3": -1}


def test_forms_that_are_there():
    frame = derived()
    assert frame["has_baseline"].to_dict() == {"2": True, "1": True, "3": False}
    assert frame["has_visit"].to_dict() == {"2": False, "1": False, "3": True}


def test_a_form_in_which_nothing_is_recorded_is_not_there():
    wide = validated(
        participant_id=["1", "2", "3"], completed_on=["2004-01-01"] * 3, score=[None, 0, None]
    )
    assert derived(visit=wide)["has_visit"].to_dict() == {"2": True, "1": False, "3": False}


def test_uptake_of_who_had_none_is_zero():
    frame = derived(contacts=CONTACTS, assignments=ASSIGNMENTS)
    assert frame["attempts"].to_dict() == {"2": 1, "1": 3, "3": 0}
    assert frame["visits"].to_dict() == {"2": 0, "1": 1, "3": 0}
    assert frame["providers_assigned"].to_dict() == {"2": 0, "1": 2, "3": 0}


def test_the_first_contact_is_the_first_that_took_place():
    frame = derived(contacts=CONTACTS)
    assert frame["days_to_first_contact"].fillna(-1).to_dict() == {"2": -1, "1": 4, "3": -1}
    assert frame["any_contact"].to_dict() == {"2": False, "1": True, "3": False}


def test_a_contact_counts_although_nobody_knows_its_day():
    days = pd.array([None] * len(CONTACTS), dtype="Int64")
    unknown = CONTACTS.assign(days_since_randomisation=days)
    frame = derived(contacts=unknown)
    assert frame["days_to_first_contact"].isna().all()
    assert frame["any_contact"].to_dict() == {"2": False, "1": True, "3": False}


def test_a_log_without_entries_is_uptake_of_nobody():
    frame = derived(contacts=CONTACTS.iloc[:0])
    assert frame["visits"].tolist() == [0, 0, 0]
    assert not frame["any_contact"].any()


def test_without_a_log_there_is_no_uptake():
    assert not {"visits", "any_contact", "attempts", "providers_assigned"} & set(derived())


def test_a_column_that_the_study_does_not_supply_is_left_out():
    frame = derived()
    assert "randomised_on" not in frame
    assert "screening_id" in frame


def test_a_study_without_participants_keeps_its_columns():
    frame = derived(participants=PEOPLE.iloc[:0], contacts=CONTACTS.iloc[:0])
    assert {"arm", "age", "visits"} <= set(frame)
    assert frame.empty


def test_the_job_writes_a_row_a_participant(tmp_path):
    tables = {"participants": PEOPLE, "baseline": BASELINE, "visit": VISIT}
    for name, frame in tables.items():
        write_table(frame, tmp_path / f"{name}.parquet")
    task = job(
        tmp_path,
        {"tables": [tmp_path / f"{name}.parquet" for name in tables], "readings": []},
        {"parquet": "out.parquet", "csv": "out.csv", "columns": "out.json"},
        {"baseline": [AGE], "forms": FORMS, "seen": None, "analysis": {}},
    )
    rows = main(task)["participants"]
    assert (rows.read, rows.used) == (3, 3)
    assert read_table(task.output.parquet)["participant_id"].tolist() == ["2", "1", "3"]
