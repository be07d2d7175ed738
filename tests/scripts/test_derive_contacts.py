"""Contacts: one row an attempt."""

import json

from small_tables import job, validated, whole

from trialtrail.tables import read_table, write_table

from scripts.derive_contacts import derive_contacts, main

PEOPLE = validated(participant_id=["2", "1"], arm=["x", "y"], randomised_on=["2004-01-10", None])
LOG = validated(
    contact_id=["C2", "C1", "C3", "C4"],
    participant_id=["2", "2", "2", "1"],
    contact_on=["2004-01-12", "2004-01-12", "2004-01-10", "2004-02-01"],
    mode=["visit", "call", "visit", None],
    result=["held", "held", "missed", "held"],
)
COUNTED = {"mode": ["visit"], "result": ["held"]}


def derived(counted=COUNTED, log=LOG):
    frame = derive_contacts({"contacts": log, "participants": PEOPLE}, counted)
    return frame.set_index("contact_id")


def test_each_attempt_has_its_arm_and_its_day():
    frame = derived()
    assert frame["arm"].tolist() == ["x", "x", "x", "y"]
    assert frame["days_since_randomisation"].fillna(-1).tolist() == [2, 2, 0, -1]


def test_what_took_place_and_what_counts():
    frame = derived()
    assert frame["took_place"].to_dict() == {"C2": True, "C1": True, "C3": False, "C4": True}
    assert frame["is_visit"].to_dict() == {"C2": True, "C1": False, "C3": False, "C4": False}


def test_a_plan_that_names_no_results_or_modes_leaves_none_out():
    assert derived({})["took_place"].all()
    assert derived({})["is_visit"].all()
    assert derived({"result": ["held"]})["is_visit"].tolist() == [True, True, False, True]


def test_attempts_are_numbered_by_date_and_then_by_number():
    assert derived()["attempt"].to_dict() == {"C3": 1, "C1": 2, "C2": 3, "C4": 1}


def test_a_log_without_entries():
    assert derived(log=LOG.iloc[:0]).empty


def test_the_job_writes_the_dataset_and_what_it_is_made_from(tmp_path):
    for name, frame in (("contacts", whole(LOG, "contacts")), ("participants", PEOPLE)):
        write_table(frame, tmp_path / f"{name}.parquet")
    task = job(
        tmp_path,
        {"tables": [tmp_path / "contacts.parquet", tmp_path / "participants.parquet"]},
        {"parquet": "out.parquet", "csv": "out.csv", "columns": "out.json"},
        {"counted": COUNTED},
    )
    assert main(task)["contacts"].balanced
    assert read_table(task.output.parquet)["is_visit"].sum() == 1
    with open(task.output.columns, encoding="utf-8") as handle:
        written = json.load(handle)
    made = {entry["column"]: entry["derivations"] for entry in written["columns"]}
    assert written["key"] == ["contact_id"]
    assert made["is_visit"][0]["sources"] == [
        *("dataset:contacts.mode", "dataset:contacts.took_place")
    ]
    assert made["attempt"][0]["among"] == ["participant_id"]
    assert (made["arm"][0]["kind"], made["mode"][0]["kind"]) == ("matched", "validated")
    assert "_line" not in made
