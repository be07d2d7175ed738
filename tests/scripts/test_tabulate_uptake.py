"""Uptake and the contacts behind it: one row a figure."""

import pytest
from small_tables import job, topic, typed

from trialtrail.errors import StudyError
from trialtrail.tables import read_table, write_table

from scripts.tabulate_uptake import contact_rows, in_words, main, uptake_row

PEOPLE = typed(
    participant_id=["1", "2", "3", "4"],
    arm=["new", "new", "new", "old"],
    visits=[0, 3, 4, 0],
    days_to_first_contact=[None, 5, 7, None],
    minority=[True, None, True, False],
)
TREATED = PEOPLE[PEOPLE["arm"] == "new"]
CONTACTS = typed(
    took_place=[True, True, False, True],
    is_visit=[True, True, False, False],
    mode=["home", "home", "phone", None],
    result=["held", "held", "missed", "held"],
    minutes=[30.0, None, None, 10.0],
)
WORDS = {
    "participant": {"one": "participant", "many": "participants"},
    "contact": {"one": "visit", "many": "visits"},
}


def counted(**spec):
    row = uptake_row({"id": "r", "label": "R"} | spec, TREATED)
    return row["n"], row["denominator"]


@pytest.mark.parametrize(
    ("limit", "n"),
    [
        ({"at_least": 3}, 2),
        ({"more_than": 3}, 1),
        ({"at_most": 0}, 1),
        ({"at_least": 1, "at_most": 3}, 1),
        ({"at_least": 99}, 0),
    ],
)
def test_limits_of_visits(limit, n):
    assert counted(**limit) == (n, 3)


def test_a_condition_narrows_who_is_counted():
    assert counted(at_most=0, where={"minority": True}) == (1, 2)
    assert counted(at_least=1, where={"minority": False}) == (0, 0)


def test_a_condition_without_a_limit_counts_who_meets_it():
    assert counted(where={"minority": True}) == (2, 3)


def test_a_condition_on_a_column_that_is_not_there_is_told():
    with pytest.raises(StudyError, match="`age`"):
        counted(where={"age": 3})


def rows(contacts=CONTACTS, participants=TREATED):
    return {row["row"]: row for row in contact_rows(contacts, participants, WORDS)}


def test_attempts_and_what_came_of_them():
    table = rows()
    assert [table[name]["n"] for name in ("attempts", "attempts_took_place")] == [4, 3]
    assert (table["attempts_failed"]["n"], table["attempts_failed"]["percent"]) == (1, 25)
    assert (table["visits"]["n"], table["mode.home"]["n"], table["result.held"]["n"]) == (2, 2, 3)


def test_codes_are_told_in_the_words_of_the_study_and_the_commonest_first():
    assert in_words("cancelled_by_contact", WORDS) == "Cancelled by visit"
    assert [name for name in rows() if name.startswith("result.")] == [
        "result.held",
        "result.missed",
    ]


def test_minutes_are_those_of_contacts_that_count_and_are_known():
    assert (rows()["minutes"]["n"], rows()["minutes"]["median"]) == (1, 30)


def test_spreads_of_visits_and_days_are_those_of_the_arm():
    table = rows()
    assert (table["visits_per_participant"]["n"], table["visits_per_participant"]["median"]) == (
        3,
        3,
    )
    assert (table["days_to_first_contact"]["n"], table["days_to_first_contact"]["q1"]) == (2, 5.5)


def test_a_log_without_entries():
    table = rows(CONTACTS.iloc[:0], TREATED.iloc[:0])
    assert table["attempts"]["n"] == 0
    assert table["attempts_took_place"]["percent"] is None
    assert table["minutes"]["median"] is None


def test_the_job_accounts_for_the_other_arm(tmp_path):
    write_table(PEOPLE, tmp_path / "p.parquet")
    write_table(CONTACTS, tmp_path / "c.parquet")
    task = job(
        tmp_path,
        {"participants": tmp_path / "p.parquet", "contacts": tmp_path / "c.parquet"},
        {"uptake": "u.parquet", "contacts": "c2.parquet", "takes": "t.json"},
        {"arm": "new", "rows": [{"id": "any", "label": "Any", "at_least": 1}], "words": WORDS},
    )
    count = main(task)["participants"]
    assert (count.read, count.used, count.set_aside) == (4, 3, {"another arm": 1})
    uptake, contacts = (read_table(path) for path in (task.output.uptake, task.output.contacts))
    assert topic(uptake, "uptake")[["n", "denominator"]].to_numpy().tolist() == [[2, 3]]
    assert topic(contacts, "contacts").index.is_unique
