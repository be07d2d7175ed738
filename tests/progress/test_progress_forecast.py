"""Time left: remembered from records, simulated over the order of the rules, and corrected."""

import json

import pytest

from snakemake_logger_plugin_trialtrail.forecast import (
    START,
    by_pace,
    corrected,
    earlier_lengths,
    lengths,
    time_left,
)

NEEDS = {"b": {"a"}, "c": {"b"}}


def record(folder, name, rule, end, status=0):
    """Write a record of a job that began at 12:00:00 and ended at second ``end``."""
    run = {"start": "2026-01-01T12:00:00.000Z", "end": f"2026-01-01T12:00:{end}Z", "exit": status}
    text = json.dumps({"result": {"rule": rule}, "run": run})
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def test_lengths_come_from_the_records_of_jobs_that_were_done(tmp_path):
    record(tmp_path, "one", "read", "02.000")
    record(tmp_path, "two", "read", "04.500")
    record(tmp_path, "bad", "stop", "09.000", status=1)
    (tmp_path / "torn.json").write_text('{"result": {"rule"', encoding="utf-8")
    (tmp_path / "other.json").write_text("[1]", encoding="utf-8")
    assert earlier_lengths(tmp_path) == {"read": 3.25}
    assert earlier_lengths(tmp_path / "absent") == {}


def test_a_rule_that_is_new_takes_the_mean_and_a_new_workflow_is_not_known():
    assert lengths({"a": 2, "new": 1}, {"a": 1.0, "gone": 3.0}) == {
        "a": 1 + START,
        "new": 2 + START,
    }
    assert lengths({"a": 1, "new": 2}, {"a": 1.0}) is None
    assert lengths({"a": 1}, {}) is None


@pytest.mark.parametrize(
    ("waiting", "running", "cores", "left"),
    [
        ({"a": 4}, [], 2, 20),  # side by side
        ({"a": 3}, [], 2, 20),  # the third waits for a free core
        ({"a": 1, "b": 1, "c": 1}, [], 4, 30),  # one after another, however many cores
        ({"b": 1, "c": 1}, [("a", 4.0)], 4, 26),  # what runs has begun
        ({"b": 1}, [("a", 60.0)], 4, 10),  # what runs too long may end at any moment
        ({}, [], 4, 0),
    ],
)
def test_time_left_follows_the_order_and_the_cores(waiting, running, cores, left):
    assert time_left(waiting, running, NEEDS, cores, lambda rule: 10.0) == left


def test_an_order_that_cannot_hold_does_not_hang():
    assert time_left({"a": 1, "b": 1}, [], {"a": {"b"}, "b": {"a"}}, 1, lambda rule: 1.0) == 2


def test_a_slow_run_is_seen_to_be_slow_by_and_by():
    assert corrected(100, 100, 0) == 100
    on_time, late, later = corrected(90, 100, 10), corrected(90, 100, 20), corrected(50, 100, 100)
    assert on_time == 90
    assert 90 < late < 180  # the first tenth took twice as long: not yet believed
    assert late / 90 < later / 50 < 2  # half took twice as long: believed more
    assert corrected(0, 0, 5) == 0


def test_nothing_is_said_of_the_pace_until_a_quarter_is_done():
    assert by_pace(2, 8, 10.0) is None  # too few
    assert by_pace(9, 40, 10.0) is None  # less than a quarter
    assert by_pace(10, 40, 10.0) == 30
