"""Whose outcome is not known, and why: the first reason that holds."""

import pandas as pd
from small_tables import job, typed

from trialtrail.tables import read_table, write_table

from scripts.tabulate_missing_outcomes import main, missing_rows, why_not_known

PEOPLE = typed(
    participant_id=["1", "2", "3", "4", "5", "6"],
    arm=["old", "old", "old", "new", "new", "new"],
    exclusion_reason=[None, None, None, None, None, "twice in"],
    withdrawn_on=["2025-01-02", None, None, None, "2025-02-03", None],
)
OUTCOMES = typed(
    participant_id=["2", "4", "5"],
    arm=["old", "new", "new"],
    outcome=["walk"] * 3,
    timepoint=["year"] * 3,
    value=[None, 3.0, 4.0],
)
SPECS = [
    {
        "id": "walk",
        "label": "Walk",
        "measured": [
            {"timepoint": "start", "follow_up": False},
            {"timepoint": "year", "follow_up": True},
        ],
    }
]


def test_each_participant_is_known_or_has_one_reason():
    why = why_not_known(PEOPLE, OUTCOMES, "walk", "year")
    assert why.tolist() == [
        "Withdrew",
        "Form without the value",
        "No form",
        "Known",
        "Known",
        "Excluded after randomisation",
    ]


def test_the_counts_of_an_arm_add_up_to_it_and_what_nobody_has_is_no_row():
    rows = missing_rows(PEOPLE, OUTCOMES, SPECS, ["old", "new"])
    for arm in ("old", "new"):
        assert sum(row["n"] for row in rows if row["arm"] == arm) == 3
    only = missing_rows(PEOPLE[PEOPLE["participant_id"] == "4"], OUTCOMES, SPECS, ["new"])
    assert [row["level"] for row in only] == ["Known"]


def test_the_job_writes_the_topic_and_accounts_for_the_rows(tmp_path):
    people = pd.concat([PEOPLE, PEOPLE.iloc[:1].assign(participant_id="7", arm=pd.NA)])
    write_table(people, tmp_path / "participants.parquet")
    write_table(OUTCOMES, tmp_path / "outcomes.parquet")
    task = job(
        tmp_path,
        {name: tmp_path / f"{name}.parquet" for name in ("participants", "outcomes")},
        {"table": "out.parquet", "takes": "takes.json"},
        {"outcomes": SPECS, "arms": ["old", "new"]},
    )
    counts = main(task)
    assert counts["participants"].set_aside == {"no arm": 1}
    table = read_table(task.output.table)
    assert set(table["table"]) == {"missing_outcomes"}
    assert table["row"].is_unique
