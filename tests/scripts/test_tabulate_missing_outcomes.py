"""Whose outcome is not known, and why: the first reason that holds."""

import pandas as pd
from small_tables import job, typed

from trialtrail.results.disclosure import suppress
from trialtrail.tables import read_table, write_table

from schemas.results.summaries import of_topic
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


def lines(people=PEOPLE, specs=SPECS, arms=("old", "new")):
    """Return label -> counts of the arms."""
    found = {}
    for row in missing_rows(people, OUTCOMES, specs, list(arms)):
        found.setdefault(row["level"], []).append(row["n"])
    return found


def test_who_is_known_and_who_is_not_add_up_to_the_arm_and_so_do_the_reasons():
    found = lines()
    reasons = {label: n for label, n in found.items() if label not in ("Known", "Not known")}
    for place in range(2):
        assert found["Known"][place] + found["Not known"][place] == 3
        assert sum(n[place] for n in reasons.values()) == found["Not known"][place]


def test_where_everybody_is_known_that_is_all():
    assert list(lines(PEOPLE[PEOPLE["participant_id"] == "4"], arms=["new"])) == ["Known"]


def test_recorded_reasons_are_lines_the_commonest_first_and_whoever_gave_none_is_told():
    people = typed(
        participant_id=["1", "3", "6", "7", "8"],
        arm=["old", "old", "old", "new", "new"],
        withdrawal_reason=["too far", "Too  far", None, "unwell", None],
        withdrawn_on=["2025-01-02", None, "2025-01-02", None, None],
    )
    found = lines(people)
    assert {label: n for label, n in found.items() if label.startswith("Withdrew")} == {
        "Withdrew: Too  far": [2, 0],
        "Withdrew: reason not recorded": [1, 0],
        "Withdrew: unwell": [0, 1],
    }
    assert found["No form"] == [0, 1]
    rows = missing_rows(people, OUTCOMES, SPECS, ["old", "new"])
    assert len({row["row"] for row in rows}) == len(rows)
    assert {row["group"] for row in rows if row["level"].startswith("Withdrew")} == {"Withdrew"}


def test_a_small_count_of_a_reason_is_not_had_from_the_others_and_their_sum():
    people = typed(
        participant_id=[str(n) for n in range(100, 160)],
        arm=["old"] * 60,
        withdrawal_reason=[*["unwell"] * 2, *["too far"] * 8, *[None] * 50],
    )
    known = people["participant_id"].iloc[20:]
    outcomes = typed(
        participant_id=list(known),
        arm=["old"] * 40,
        outcome=["walk"] * 40,
        timepoint=["year"] * 40,
        value=[1.0] * 40,
    )
    table = of_topic("missing_outcomes", missing_rows(people, outcomes, SPECS, ["old"]))
    text = table.astype("string").fillna("")
    rows = [list(row) for row in text.itertuples(index=False)]
    released = suppress({"summaries.csv": (list(text), rows)})["summaries.csv"].released()
    shown = {row[list(text).index("level")]: row[list(text).index("n")] for row in released}
    assert shown == {
        "Known": "40",
        "Not known": "20",
        "Withdrew: unwell": "[c]",
        "Withdrew: too far": "[c]",
        "No form": "10",
    }


def test_of_the_time_to_an_event_the_days_are_what_is_lacking():
    timed = [SPECS[0] | {"kind": "time_to_event"}]
    assert "Neither the day of the event nor a last one without it" in lines(specs=timed)


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
