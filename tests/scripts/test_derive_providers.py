"""Providers: one row a person who gives the intervention."""

import pytest
from small_tables import job, typed, validated, whole

from trialtrail.tables import read_table, write_table

from scripts.derive_providers import DAYS_PER_MONTH, derive_providers, main

PROVIDERS = validated(
    provider_id=["A", "B", "C"],
    registered_on=["2004-01-01", "2004-01-01", "2006-01-01"],
    resigned_on=["2004-07-01", None, None],
    resignation_reason=["moved", None, None],
)
CONTACTS = typed(
    provider_id=["A", "B", "B"],
    contact_on=["2004-02-01", "2004-12-31", "2004-03-01"],
    is_visit=[True, True, False],
)
HOURS = validated(
    provider_id=["A", "A", "B"], month=["2004-01", "2004-02", "2004-01"], hours=[2.0, 5.0, 1.5]
)
TRAINING = validated(provider_id=["A", "A", "B"], hours=[0.5, 1.5, None])
ASSIGNMENTS = validated(provider_id=["A", "A", "A"], participant_id=["1", "1", "2"])


def derived(**tables):
    return derive_providers({"providers": PROVIDERS} | tables).set_index("provider_id")


def test_service_ends_with_resignation_or_with_observation():
    frame = derived(contacts=CONTACTS)
    assert frame["resigned"].to_dict() == {"A": True, "B": False, "C": False}
    # 182 days to 1 July in a leap year; 365 days to the last entry of the log
    assert frame["months_served"]["A"] * DAYS_PER_MONTH == pytest.approx(182)
    assert frame["months_served"]["B"] * DAYS_PER_MONTH == pytest.approx(365)


def test_who_registered_after_the_end_of_observation_has_no_known_service():
    assert derived(contacts=CONTACTS)["months_served"].isna().to_dict()["C"]


def test_without_a_log_nothing_is_known_of_service():
    assert "months_served" not in derived()
    assert derived(contacts=CONTACTS.iloc[:0])["months_served"].notna().tolist() == [
        True,
        False,
        False,
    ]


def test_caseload_and_contacts_of_who_had_none_are_zero():
    frame = derived(contacts=CONTACTS, assignments=ASSIGNMENTS)
    assert frame["participants"].to_dict() == {"A": 2, "B": 0, "C": 0}
    assert frame["visits"].to_dict() == {"A": 1, "B": 1, "C": 0}


def test_hours_are_those_of_months_with_an_entry():
    frame = derived(provider_hours=HOURS)
    assert frame.loc["A", ["hours_min", "hours_max", "hours_mean"]].tolist() == [2, 5, 3.5]
    assert frame.loc["C", ["hours_min", "hours_max", "hours_mean"]].isna().all()


def test_training_of_unknown_length_is_not_none():
    frame = derived(training=TRAINING)
    assert frame["training_hours"].fillna(-1).to_dict() == {"A": 2, "B": -1, "C": -1}


def test_the_job_writes_a_row_a_provider(tmp_path):
    for name, frame in (("providers", whole(PROVIDERS, "providers")), ("contacts", CONTACTS)):
        write_table(frame, tmp_path / f"{name}.parquet")
    task = job(
        tmp_path,
        {"tables": [tmp_path / "providers.parquet", tmp_path / "contacts.parquet"]},
        {"parquet": "out.parquet", "csv": "out.csv", "columns": "out.json"},
    )
    assert main(task)["providers"].balanced
    assert len(read_table(task.output.parquet)) == 3
