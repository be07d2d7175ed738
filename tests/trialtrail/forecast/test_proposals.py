"""What is proposed for a query: the one value that another place has, and else nothing."""

from types import SimpleNamespace

import pandas as pd
import pytest

from trialtrail.configuration.checks import written_out
from trialtrail.forecast import proposals
from trialtrail.forecast.proposals import Proposals

PLACE = {"_export": "visits", "_file": "visits.csv", "_line": 2, "record": "P1"}
HERE = {name: [value] for name, value in PLACE.items()}
DAY = pd.Timestamp("2024-01-31")


def frame(**columns):
    made = pd.DataFrame(columns)
    return made.astype({c: "string" for c in made if c.endswith("_id") or c == "arm"})


TABLES = {
    "visit": frame(participant_id=["P1"], age=[40], day=[DAY], **HERE),
    "screening": frame(screening_id=["S1", "S2"], age=[42, 43], participant_id=["P1", "P3"]),
    "participants": frame(
        participant_id=["P1", "P2"], screening_id=["S1", "S2"], randomised_on=[DAY, DAY]
    ),
    "log": frame(participant_id=["P1", "P1", "P2"], age=[None, 42, 50]),
}


@pytest.fixture
def proposal(monkeypatch):
    """Return a function from a check, or a rule, and tables to what is proposed."""
    monkeypatch.setattr(proposals, "read_table", lambda frame: frame)

    def propose(check=None, column="age", rule="", table="visit", kind="agree", **tables):
        frames = TABLES | tables
        checks = [written_out({"id": "c", "kind": kind, **check}, {})] if check else []
        source = {"name": "visits", "columns": {column: "Cell"}}
        jobs = {f"validate_table-{each}": {"params": {"sources": []}} for each in frames}
        jobs[f"validate_table-{table}"] = {"params": {"sources": [source]}}
        jobs["validate_references"] = {"params": {"checks": checks}}
        run = SimpleNamespace(
            jobs=jobs,
            has=lambda job: job in jobs,
            path=lambda name: frames[name.split("/")[-1].removesuffix(".parquet")],
        )
        place = {name.removeprefix("_"): value for name, value in PLACE.items()}
        query = {"query_id": "Q-1", "table": table, "column": "Cell", "is_cell": True, **place}
        queries = pd.DataFrame([query | {"rule": rule or checks[0]["rule"]}])
        mine = Proposals(run, queries, pd.DataFrame())
        monkeypatch.setattr(mine, "_text", lambda query, column, value, sources: value)
        found = mine.of("Q-1")
        return found and (found.text, found.source)

    return propose


AGE = {"left": "visit.age", "right": "screening.age"}


def test_the_value_of_the_other_place_is_proposed(proposal):
    assert proposal(AGE) == (42, "the value of screening.age")
    told = "the value of screening.age, from which it may differ by 1"
    assert proposal(AGE | {"within": 1}) == (42, told)
    sides = {"left": "screening.age", "right": "visit.age", "of": "right"}
    assert proposal(sides) == (42, "the value of screening.age")


def test_one_known_value_of_several_rows_is_one(proposal):
    check = {"left": "visit.age", "right": "log.age"}
    assert proposal(check) == (42, "the value of log.age")
    log = TABLES["log"].assign(age=[41, 42, 50])
    assert proposal(check, log=log) is None
    log = TABLES["log"].assign(age=[42, 42, 50])
    assert proposal(check, log=log) == (42, "the value of log.age")


def test_a_value_that_is_not_known_or_not_of_one_person_is_none(proposal):
    other = TABLES["screening"]
    assert proposal(AGE, screening=other.assign(age=[None, 43])) is None
    assert proposal(AGE, screening=other.iloc[1:]) is None
    twice = TABLES["participants"].assign(screening_id=["S1", "S1"])
    assert proposal(AGE, participants=twice) is None


def test_a_time_after_another_date_is_a_value_and_a_window_is_none(proposal):
    check = {"left": "visit.day", "right": "participants.randomised_on + 1 months"}
    day, source = proposal(check, "day")
    assert day == pd.Timestamp("2024-02-29")
    assert source == "the value of participants.randomised_on + 1 months"
    assert proposal(check | {"within": "3 days"}, "day") is None
    window = {"left": "visit.day", "right": "participants.randomised_on", "within": "3 days"}
    assert proposal(window, "day") is None


def test_an_order_of_dates_proposes_nothing(proposal):
    check = {"earlier": "participants.randomised_on", "later": "visit.day"}
    assert proposal(check, "day", kind="order") is None


def test_another_rule_of_the_same_cell_proposes_nothing(proposal):
    assert proposal(AGE, rule="range") is None
    assert proposal(AGE, rule="agreement.other") is None


def test_a_number_in_two_tables_is_looked_up(proposal):
    screening = frame(screening_id=["S1"], participant_id=["P9"], **HERE)
    args = {"column": "participant_id", "rule": "unmatched", "table": "screening"}
    found = proposal(**args, screening=screening)
    assert found == ("P1", "the value of participants.participant_id")
    twice = TABLES["participants"].assign(screening_id=["S1", "S1"])
    assert proposal(**args, screening=screening, participants=twice) is None


def test_a_record_that_stands_twice_has_no_proposal(proposal):
    twice = pd.concat([TABLES["visit"]] * 2, ignore_index=True)
    assert proposal(AGE, visit=twice) is None
