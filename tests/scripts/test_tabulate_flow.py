"""The flow of participants: one row a box of the chart."""

import pandas as pd
from small_tables import job, topic, typed, validated

from trialtrail.tables import read_table, write_table

from scripts.tabulate_flow import main, tabulate_flow

ARMS = [{"id": "old", "label": "Old"}, {"id": "new", "label": "New"}]
PEOPLE = typed(
    participant_id=["1", "2", "3", "4", "5"],
    arm=["old", "old", "new", "new", "new"],
    visits=[0, 0, 2, 0, 1],
    has_visit=[True, False, True, True, False],
)
SCREENING = validated(
    screening_id=[f"S{n}" for n in range(8)],
    eligible=[True, True, True, True, True, True, False, None],
    consented=[True, True, True, True, True, False, False, None],
)
FOLLOWED_UP = {"form": "visit", "label": "One year"}


def flow(participants=PEOPLE, screening=SCREENING, arms=ARMS, followed_up=FOLLOWED_UP):
    table = tabulate_flow(participants, screening, arms, {"visit": "V"}, followed_up, "new")
    return topic(table, "flow")


def counts(table, *rows):
    return [tuple(table.loc[row, ["n", "denominator"]]) for row in rows]


def test_the_boxes_before_allocation():
    table = flow()
    assert counts(table, "eligible", "declined", "randomised") == [(6, 8), (1, 6), (5, 6)]
    assert table.loc["assessed", "n"] == 8
    assert pd.isna(table.loc["assessed", "denominator"])


def test_without_a_log_of_screening_the_flow_begins_with_the_randomised():
    assert flow(screening=None).index[0] == "randomised"


def test_what_the_log_does_not_say_of_anybody_is_no_box_of_none():
    unknown = SCREENING.assign(eligible=pd.array([None] * 8, dtype="boolean"))
    table = flow(screening=unknown)
    assert "eligible" not in table.index
    assert counts(table, "declined", "randomised") == [(2, 8), (5, 8)]
    silent = unknown.assign(consented=pd.array([None] * 8, dtype="boolean"))
    assert list(flow(screening=silent).index[:2]) == ["assessed", "randomised"]


def test_the_arms_their_uptake_and_their_follow_up():
    table = flow()
    assert counts(table, "allocated.old", "allocated.new") == [(2, 5), (3, 5)]
    assert counts(table, "received.new") == [(2, 3)]
    assert counts(table, "visit", "visit.old", "visit.new") == [(3, 5), (1, 2), (2, 3)]
    assert counts(table, "followed_up.new", "not_followed_up.new") == [(2, 3), (1, 3)]
    assert table.loc["followed_up.new", "arm"] == "new"


def test_an_arm_without_participants_has_no_percentages():
    table = flow(arms=[*ARMS, {"id": "third", "label": "Third"}])
    assert counts(table, "allocated.third", "visit.third") == [(0, 5), (0, 0)]
    assert pd.isna(table.loc["visit.third", "percent"])


def test_without_a_contact_log_nothing_is_said_of_receipt():
    assert not [row for row in flow(PEOPLE.drop(columns="visits")).index if "received" in row]


def test_without_participants_there_are_zeros():
    table = flow(participants=PEOPLE.iloc[:0])
    assert counts(table, "randomised", "allocated.new") == [(0, 6), (0, 0)]


def test_the_job_reads_a_log_of_screening_if_there_is_one(tmp_path):
    write_table(PEOPLE, tmp_path / "p.parquet")
    write_table(SCREENING, tmp_path / "s.parquet")
    params = {"arms": ARMS, "forms": {}, "followed_up": None, "treated": "new"}
    for screening, first in (([tmp_path / "s.parquet"], "assessed"), ([], "randomised")):
        inputs = {"participants": tmp_path / "p.parquet", "screening": screening}
        task = job(tmp_path, inputs, {"table": "flow.parquet", "takes": "f.json"}, params)
        assert main(task)["participants"].balanced
        assert read_table(task.output.table)["item"][0] == first


def said(table, stage):
    """Return label and count of each reason of a stage, in their order."""
    rows = table[table.index.str.fullmatch(rf"{stage}\.\d+")]
    return list(zip(rows["label"], rows["n"], strict=True))


def declining(*reasons):
    """Return the flow of a log in which each reason of declining was given."""
    people = len(reasons)
    log = validated(
        screening_id=[f"S{n}" for n in range(people)],
        eligible=[True] * people,
        consented=[False] * people,
        decline_reason=list(reasons),
    )
    return flow(screening=log)


def test_reasons_of_declining_that_few_gave_are_grouped():
    table = declining(*["No time"] * 3, *["no  TIME"] * 2, *["Too far"] * 4, "Ill", None, None)
    assert said(table, "declined") == [
        ("No time", 5),
        ("reason not recorded", 2),
        ("Other reasons", 5),
    ]
    assert table.loc["declined", "n"] == 12


def test_five_people_are_enough_for_a_reason_of_their_own_and_four_are_not():
    assert said(declining(*["a"] * 5, *["b"] * 4), "declined") == [("a", 5), ("Other reasons", 4)]


def test_where_nobody_said_why_there_are_no_reasons():
    assert said(declining(None, None), "declined") == []


def test_of_many_reasons_the_commonest_are_told_and_the_sum_is_that_of_all():
    given = [letter for place, letter in enumerate("abcdefghijk") for _ in range(20 - place)]
    reasons = said(declining(*given, None), "declined")
    assert len(reasons) == 8
    assert reasons[-1][0] == "Other reasons"
    assert sum(n for _, n in reasons) == len(given) + 1


def test_who_was_lost_has_a_reason_where_one_is_recorded():
    people = PEOPLE.assign(loss_reason=pd.array([None, "moved", None, None, None], "string"))
    table = flow(people)
    assert counts(table, "lost", "lost.old", "lost.new") == [(2, 5), (1, 2), (1, 3)]
    assert said(table, "lost") == [("moved", 1), ("reason not recorded", 1)]
    assert table.loc["lost.1.old", "n"] == 1
    assert "lost" not in flow().index


def test_a_withdrawn_participant_is_not_lost():
    people = PEOPLE.assign(
        loss_reason=pd.array([None, "moved", None, None, "moved"], "string"),
        withdrawal_reason=pd.array([None, None, None, None, "unwell"], "string"),
    )
    table = flow(people)
    assert counts(table, "withdrawn", "lost") == [(1, 5), (1, 5)]


def test_the_last_assignment_of_a_participant_counts_once_by_its_reason():
    assignments = typed(
        participant_id=["3", "3", "4", "5", "1"],
        assigned_on=pd.to_datetime(["2025-01-01", "2025-03-01", "2025-01-05", "2025-01-06"] * 2)[
            :5
        ],
        ended_on=pd.to_datetime(["2025-02-01", "2025-05-01", None, "2025-04-01", "2025-04-01"]),
        end_reason=["resigned", "complete", None, "complete", "complete"],
    )
    table = tabulate_flow(PEOPLE, None, ARMS, {"visit": "V"}, FOLLOWED_UP, "new", assignments)
    table = topic(table, "flow")
    assert counts(table, "ended.new", "ended.1.new") == [(2, 3), (2, 2)]
    assert table.loc["ended.1.new", "label"] == "complete"
    assert "ended.old" not in table.index, "assignments of another arm are no part of it"


def test_assignments_of_which_no_end_is_recorded_are_not_told():
    assignments = typed(participant_id=["3"], assigned_on=pd.to_datetime(["2025-01-01"]))
    table = tabulate_flow(PEOPLE, None, ARMS, {}, FOLLOWED_UP, "new", assignments)
    assert "ended.new" not in topic(table, "flow").index
