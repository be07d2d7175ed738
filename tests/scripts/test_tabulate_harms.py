"""Harms: participants with an event and events apart, by arm, system and seriousness."""

import pandas as pd
import pytest
from small_tables import job, typed, validated

from trialtrail.analysis.two_groups import newcombe_interval
from trialtrail.results.takes import KNOWN, TAKES, UNKNOWN
from trialtrail.tables import read_result, write_table

from schemas.results.base import conform
from schemas.results.harms import Harms
from scripts.tabulate_harms import filled_by, main, tabulate_harms

ARMS = [{"id": "old", "label": "Old"}, {"id": "new", "label": "New"}, {"id": "mild", "label": "M"}]
PEOPLE = typed(
    participant_id=["1", "2", "3", "4", "5", "6", "7"],
    arm=["old", "old", "new", "new", "mild", "mild", None],
    randomised_on=["2025-01-01"] * 7,
)
EVENTS = {
    "participant_id": ["1", "1", "1", "2", "3", "3", "4"],
    "instance": [1, 2, 3, 1, 1, 2, 1],
    "term": ["Rash", "rash ", "Cough", "Rash", "RASH", None, "Cough"],
    "organ": ["skin", "skin", "lung", "skin", "skin", None, "lung"],
    "serious": [False, True, False, None, True, False, False],
    "grade": [1, 3, 1, 2, 3, None, 10],
    "relation": ["none", "likely", "none", "likely", None, "none", "none"],
}
ALL = {
    "forms": {"ae": {"label": "Adverse events", "columns": ["term", "organ", "serious"]}},
    "event": {"variable": "term", "called": "Term", "levels": [], "labels": {}},
    "system": {
        "variable": "organ",
        "called": "Organ",
        "levels": ["skin", "lung"],
        "labels": {"lung": "Airways"},
    },
    "severity": {"variable": "grade", "called": "Grade", "levels": [], "labels": {}},
    "serious": {"variable": "serious", "values": ["true"]},
    "related": {"variable": "relation", "values": ["likely"]},
}


def events(**columns):
    return validated(**(EVENTS | columns))


def table(tables=None, people=PEOPLE, level=0.95, **plan):
    """Return the table by the names of its rows, and the account of the rows read."""
    tables = {"ae": events()} if tables is None else tables
    chosen = {key: value for key, value in (ALL | plan).items() if value is not None}
    rows, account = tabulate_harms(people, tables, chosen, ARMS, level)
    return conform(rows, Harms).set_index("row"), account


def of(rows, item):
    """Return participants, events and denominator of an item in each arm."""
    names = [f"{item}.{arm['id']}" for arm in ARMS]
    return rows.loc[names, ["participants", "events", "denominator"]].to_numpy().tolist()


def test_a_participant_counts_once_in_a_row_and_an_event_each_time():
    rows, _ = table()
    assert of(rows, "any") == [[2, 4, 2], [2, 3, 2], [0, 0, 2]]
    assert of(rows, "serious") == [[1, 1, 2], [1, 1, 2], [0, 0, 2]]
    assert of(rows, "related") == [[2, 2, 2], [0, 0, 2], [0, 0, 2]]
    assert of(rows, "any.skin") == [[2, 3, 2], [1, 1, 2], [0, 0, 2]]
    assert of(rows, "any.skin.rash") == of(rows, "any.skin")
    assert of(rows, "serious.skin.rash") == [[1, 1, 2], [1, 1, 2], [0, 0, 2]]
    assert rows.loc["any.old", "percent"] == 100
    assert rows.loc["any.mild", "percent"] == 0


def test_what_is_not_recorded_is_a_row_of_its_own():
    rows, _ = table()
    assert of(rows, "serious_not_recorded") == [[1, 1, 2], [0, 0, 2], [0, 0, 2]]
    assert of(rows, "related_not_recorded") == [[0, 0, 2], [1, 1, 2], [0, 0, 2]]
    assert of(rows, "severity.not_recorded") == [[0, 0, 2], [1, 1, 2], [0, 0, 2]]
    named = rows.loc["any.not_recorded.not_recorded.new", ["system", "event", "events"]]
    assert named.tolist() == ["System not recorded", "Event not named", 1]


def test_rows_are_in_the_order_of_the_plan_and_then_of_how_many_had_an_event():
    terms = ["b", "a", "c", "c", "c", "B", "d"]
    rows, _ = table({"ae": events(term=terms, organ=["lung"] * 6 + ["skin"])})
    items = rows["item"].drop_duplicates().tolist()
    # b: two participants, two events; c: two participants, three events; a: one.
    assert [each for each in items if each.startswith("any.")] == [
        *("any.skin", "any.skin.d"),
        *("any.lung", "any.lung.c", "any.lung.b", "any.lung.a"),
    ]
    grades = [each for each in items if each.startswith("severity.")]
    assert grades == [f"severity.{each}" for each in ("1", "2", "3", "10", "not_recorded")]


def test_the_order_of_the_rows_of_a_file_makes_no_difference():
    rows, _ = table()
    again, _ = table({"ae": events().iloc[::-1].reset_index(drop=True)})
    pd.testing.assert_frame_equal(rows, again)


def test_labels_are_those_of_the_plan_else_the_commonest_spelling():
    rows, _ = table()
    assert rows.loc["any.lung.old", "label"] == "Airways"
    assert rows.loc["any.skin.old", "label"] == "Skin"
    assert rows.loc["any.skin.rash.old", "label"] == "Rash"
    assert rows.loc["severity.3.old", ["label", "severity"]].tolist() == ["Grade 3", "3"]


def test_two_texts_that_make_one_name_have_two_rows():
    rows, _ = table({"ae": events(term=["a/b", "a b", *["c"] * 5], organ=["skin"] * 7)})
    assert {"any.skin.a_b.old", "any.skin.a_b_2.old"} <= set(rows.index)


def test_arms_are_compared_with_the_first_in_all_serious_and_systems():
    rows, _ = table(level=0.9)
    compared = rows.loc[rows["measure"].notna(), "item"].drop_duplicates().tolist()
    assert compared == ["any", "serious", "any.skin", "any.lung", "any.not_recorded"]
    row = rows.loc["any.skin.new"]
    limits = [100 * limit for limit in newcombe_interval(1, 2, 2, 2, 0.9)]
    assert [row["estimate"], row["lower"], row["upper"]] == pytest.approx([-50, *limits])
    assert (row["reference"], row["level"], row["unit"]) == ("old", 0.9, "percentage points")
    assert pd.isna(rows.loc["any.old", "measure"])


def test_an_arm_without_anybody_has_no_share_and_no_difference():
    rows, _ = table(people=PEOPLE[PEOPLE["arm"] != "mild"])
    assert rows.loc["any.mild", "denominator"] == 0
    assert rows.loc["any.mild", ["percent", "estimate", "lower"]].isna().all()
    assert rows.loc["any.mild", "note"] == "no participant in the arm M"
    rows, _ = table(people=PEOPLE[PEOPLE["arm"] == "new"])
    assert rows.loc["any.mild", "note"] == "no participant in the arm M and the arm Old"


def test_no_event_at_all_is_nobody_of_everybody():
    rows, account = table({"ae": events().iloc[:0]})
    assert of(rows, "any") == of(rows, "serious") == of(rows, "related") == [[0, 0, 2]] * 3
    assert rows.loc["any.new", ["estimate", "lower"]].notna().all()
    assert not any(item.startswith("any.") for item in rows["item"])
    assert (account["ae"].read, account["ae"].used) == (0, 0)


def test_events_of_strangers_and_of_no_arm_are_set_aside_and_counted():
    who = ["1", "x", "x", "y", "7", "3", "4"]
    rows, account = table({"ae": events(participant_id=who)})
    assert of(rows, "any") == [[1, 1, 2], [2, 2, 2], [0, 0, 2]]
    aside = rows[rows["kind"] == "set_aside"]
    assert aside[["label", "participants", "events"]].to_numpy().tolist() == [
        ["a participant whose arm is not known", 1, 1],
        ["a person who was not randomised", 2, 3],
    ]
    assert aside["arm"].isna().all()
    count = account["ae"]
    assert (count.read, count.used) == (7, 3)
    assert count.set_aside == {
        "a participant whose arm is not known": 1,
        "a person who was not randomised": 3,
    }
    assert account["participants"].set_aside == {"not counted": 1}


def test_rows_in_which_nothing_is_recorded_are_no_events():
    blank = {name: [*EVENTS[name][:-1], None] for name in ("term", "organ", "serious")}
    rows, account = table({"ae": events(**blank)})
    assert of(rows, "any") == [[2, 4, 2], [1, 2, 2], [0, 0, 2]]
    assert account["ae"].set_aside == {"no event recorded": 1}


def test_a_form_may_say_itself_in_which_rows_an_event_took_place():
    about = ALL["forms"]["ae"] | {"took_place": {"variable": "relation", "values": ["likely"]}}
    rows, account = table(forms={"ae": about})
    assert of(rows, "any") == [[2, 2, 2], [0, 0, 2], [0, 0, 2]]
    assert account["ae"].set_aside == {"no event recorded": 5}


def test_several_forms_are_counted_together():
    falls = validated(participant_id=["5", "1"], term=["Fall", "Rash"], organ=["bone", "skin"])
    falls = falls.assign(serious=pd.array([True, False], "boolean"), grade=1, relation="none")
    about = {"label": "Falls", "columns": ["term"]}
    rows, account = table({"ae": events(), "falls": falls}, forms=ALL["forms"] | {"falls": about})
    assert of(rows, "any") == [[2, 5, 2], [2, 3, 2], [1, 1, 2]]
    assert of(rows, "any.skin.rash")[0] == [2, 4, 2]
    assert rows.loc[["form.ae", "form.falls"], "events"].tolist() == [7, 2]
    assert account["falls"].used == 2


def test_a_population_narrows_who_is_counted():
    dosed = validated(participant_id=["1", "3", "4", "5"], dose=["given", "given", "none", "given"])
    spec = {"form": "treatment", "variable": "dose", "values": ["given"], "label": "dosed"}
    rows, account = table({"ae": events(), "treatment": dosed}, population=spec)
    assert of(rows, "any") == [[1, 3, 1], [1, 2, 1], [0, 0, 1]]
    assert set(rows.loc[rows["arm"].notna(), "population"]) == {"dosed"}
    assert account["ae"].set_aside == {"a participant outside the population": 2}
    assert account["participants"].set_aside == {"not counted": 4}


def test_the_rate_is_of_those_whose_time_at_risk_is_known():
    seen = ["2025-07-02", None, "2026-01-01", "2024-12-31", "2026-01-01", "2026-01-01"]
    last = validated(participant_id=["1", "2", "3", "4", "5", "6"], seen_on=seen)
    spec = {"form": "end", "variable": "seen_on"}
    rows, _ = table({"ae": events(), "end": last}, exposure=spec)
    old, new, mild = (rows.loc[f"any.{arm['id']}"] for arm in ARMS)
    assert [old["timed"], new["timed"], mild["timed"]] == [1, 1, 2]
    assert old["person_years"] == pytest.approx(182 / 365.25)
    assert old["per_100_person_years"] == pytest.approx(100 * 3 / (182 / 365.25))
    assert new["per_100_person_years"] == pytest.approx(100 * 2 / (365 / 365.25))
    assert mild["per_100_person_years"] == 0
    rows, _ = table({"ae": events(), "end": last.assign(seen_on=pd.NaT)}, exposure=spec)
    assert rows.loc["any.old", ["person_years", "per_100_person_years"]].isna().all()


def test_only_what_the_plan_names_is_counted():
    left_out = dict.fromkeys(("system", "severity", "serious", "related"))
    rows, _ = table(**left_out)
    assert rows["item"].drop_duplicates().tolist() == [
        *("any", "any.rash", "any.cough", "any.not_recorded", "form.ae")
    ]
    assert rows.loc["any.rash.old", ["kind", "system"]].tolist()[0] == "event"


def test_filled_rows_meet_one_condition_alone():
    frame = typed(a=["x", None, None, "y"], b=["1", "2", None, None])
    found = filled_by(frame, ["a", "b"], None)
    assert found == [{"a": KNOWN}, {"a": UNKNOWN, "b": KNOWN}]
    assert filled_by(frame.iloc[:2], ["a", "b"], None) == [{}]


def met(frame: pd.DataFrame, where: dict) -> pd.Series:
    """Return which rows meet a condition of `Takes`, without the product."""
    found = pd.Series(True, index=frame.index)
    for name, wanted in where.items():
        known = frame[name].notna()
        found &= (
            (known == wanted["known"]) if isinstance(wanted, dict) else frame[name].isin(wanted)
        )
    return found


@pytest.mark.parametrize("blank", [False, True])
def test_what_a_row_takes_are_the_rows_that_it_counts(blank):
    more = {name: [*EVENTS[name][:-1], None] for name in ("term", "organ", "serious")}
    frame = events(**(more if blank else {}))
    rows, _ = tabulate_harms(PEOPLE, {"ae": frame}, ALL, ARMS, 0.95)
    looked_at = 0
    for row in rows:
        if row.get("arm") is None:
            continue
        entries = [each[TAKES] for each in row[TAKES] if "events" in each["cells"]]
        who = PEOPLE.loc[PEOPLE["arm"] == row["arm"], "participant_id"]
        lines = [
            line
            for (first, owners) in entries
            for line in frame.loc[
                met(frame, first["where"]) & frame["participant_id"].isin(who), "_line"
            ]
            if owners["where"] == {"arm": [row["arm"]]}
        ]
        assert len(lines) == len(set(lines)) == row["events"], row["row"]
        looked_at += 1
    assert looked_at > 30


def test_the_job_writes_the_table_and_its_account(tmp_path):
    write_table(PEOPLE, tmp_path / "participants.parquet")
    write_table(events(), tmp_path / "ae.parquet")
    task = job(
        tmp_path,
        {"participants": tmp_path / "participants.parquet", "forms": [tmp_path / "ae.parquet"]},
        {"table": "harms.csv", "takes": "takes.json"},
        {"harms": ALL, "arms": ARMS, "level": 0.95},
    )
    account = main(task)
    assert (account["ae"].read, account["ae"].used) == (7, 7)
    written = read_result(task.output.table)
    assert written["row"].is_unique
    assert written.set_index("row").loc["any.old", "events"] == 4
