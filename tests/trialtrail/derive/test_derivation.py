"""Derived columns see what they declare and nothing else."""

import json

import pandas as pd
import pytest

from trialtrail.derive.derivation import column, derive, matched, write_columns

PEOPLE = pd.DataFrame({"id": ["b", "a", "c"], "arm": ["x", "y", "x"], "age": [30, 20, 40]})
FORM = pd.DataFrame({"id": ["a", "b"], "score": [1, 2]})


@column("people.age", title="Older", unit="years")
def older(people):
    """A year more."""
    return people["age"] + 1


def test_the_name_the_rule_and_the_sources_come_from_the_function():
    assert (older.column, older.rule, older.title) == ("older", "A year more.", "Older")
    assert derive("people", PEOPLE, {}, [older])["older"].tolist() == [31, 21, 41]


def test_a_column_that_is_not_declared_is_not_there():
    @column("people.age", title="Secret")
    def secret(people):
        return people["arm"]

    with pytest.raises(KeyError, match="arm"):
        derive("people", PEOPLE, {}, [secret])


def test_a_later_column_may_use_an_earlier_one():
    @column("people.older", title="Oldest")
    def oldest(people):
        return people["older"] + 1

    assert derive("people", PEOPLE, {}, [older, oldest])["oldest"].tolist() == [32, 22, 42]


def test_a_column_of_a_table_that_is_not_supplied_is_left_out():
    score = matched("score", "form.score", "id", "people", title="Score")
    assert "score" not in derive("people", PEOPLE, {}, [score])


def test_values_are_matched_by_key_and_not_by_place():
    score = matched("mark", "form.score", "id", "people", title="Score")
    frame = derive("people", PEOPLE, {"form": FORM}, [score])
    assert frame["mark"].fillna(-1).tolist() == [2, 1, -1]
    assert score.sources == ("people.id", "form.id", "form.score")


def test_settings_reach_only_who_asks():
    @column("people.age", title="Limit")
    def above(people, settings):
        """Above the limit."""
        return people["age"] > settings["limit"]

    frame = derive("people", PEOPLE, {}, [older, above], {"limit": 25})
    assert frame["above"].tolist() == [True, False, True]


def test_the_spine_is_left_as_it_was():
    derive("people", PEOPLE, {}, [older])
    assert "older" not in PEOPLE


def test_every_column_is_written_with_what_it_is_made_from(tmp_path):
    frame = derive("people", PEOPLE, {}, [older])
    write_columns(tmp_path / "new" / "people.json", frame, [older], "people")
    told = json.loads((tmp_path / "new" / "people.json").read_text(encoding="utf-8"))
    assert [entry["column"] for entry in told] == ["id", "arm", "age", "older"]
    assert told[0]["sources"] == ["people.id"]
    assert (told[3]["sources"], told[3]["unit"]) == (["people.age"], "years")
