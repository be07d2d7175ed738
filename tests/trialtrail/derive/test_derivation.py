"""Derived columns see what they declare and nothing else."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from trialtrail.derive.derivation import LeftOut, column, derive, key_of, matched, write_columns
from trialtrail.origins import rule_in_words

from schemas.datasets.outcomes import Outcomes
from schemas.declared import Declared, flat
from schemas.raw.participants import Participants

PEOPLE = pd.DataFrame({"id": ["b", "a", "c"], "arm": ["x", "y", "x"], "age": [30, 20, 40]})
FORM = pd.DataFrame({"id": ["a", "b"], "score": [1, 2]})


@column("dataset:people.age", title="Older", unit="years")
def older(people):
    """A year more."""
    return people["age"] + 1


def test_the_name_the_rule_and_the_sources_come_from_the_function():
    assert (older.column, older.rule, older.title) == ("older", "A year more.", "Older")
    assert derive("people", PEOPLE, {}, [older])["older"].tolist() == [31, 21, 41]


def test_a_column_that_is_not_declared_is_not_there():
    @column("dataset:people.age", title="Secret")
    def secret(people):
        return people["arm"]

    with pytest.raises(KeyError, match="arm"):
        derive("people", PEOPLE, {}, [secret])


def test_a_later_column_may_use_an_earlier_one():
    @column("dataset:people.older", title="Oldest")
    def oldest(people):
        return people["older"] + 1

    assert derive("people", PEOPLE, {}, [older, oldest])["oldest"].tolist() == [32, 22, 42]


def test_a_column_of_a_table_that_is_not_supplied_is_left_out():
    score = matched("score", "validated:form.score", "id", "people", title="Score")
    assert "score" not in derive("people", PEOPLE, {}, [score])


def test_values_are_matched_by_key_and_not_by_place():
    score = matched("mark", "validated:form.score", "id", "people", title="Score")
    frame = derive("people", PEOPLE, {"form": FORM}, [score])
    assert frame["mark"].fillna(-1).tolist() == [2, 1, -1]
    assert score.sources == ("dataset:people.id", "validated:form.id", "validated:form.score")
    assert (score.kind, score.by) == ("matched", ("id",))


def test_settings_reach_only_who_asks():
    @column("dataset:people.age", title="Limit")
    def above(people, settings):
        """Above the limit."""
        return people["age"] > settings["limit"]

    frame = derive("people", PEOPLE, {}, [older, above], {"limit": 25})
    assert frame["above"].tolist() == [True, False, True]


def test_the_spine_is_left_as_it_was():
    derive("people", PEOPLE, {}, [older])
    assert "older" not in PEOPLE


def written(path, *derivations, **more):
    """Return what is written of the people with some derivations."""
    frame = derive("people", PEOPLE, {}, derivations)
    write_columns(path / "new" / "people.json", frame, derivations, "people", ["id"], **more)
    return json.loads((path / "new" / "people.json").read_text(encoding="utf-8"))


def test_every_column_is_written_with_what_it_is_made_from(tmp_path):
    told = written(tmp_path, older)
    assert (told["dataset"], told["key"], told["left_out"]) == ("people", ["id"], [])
    assert [entry["column"] for entry in told["columns"]] == ["id", "arm", "age", "older"]
    (copied,), (made,) = (told["columns"][place]["derivations"] for place in (0, 3))
    assert (copied["kind"], copied["sources"]) == ("validated", ["validated:people.id"])
    assert (made["kind"], made["sources"]) == ("computed", ["dataset:people.age"])
    assert told["columns"][3]["unit"] == "years"
    Declared.validate(flat(told))


def test_a_column_that_several_derivations_make_says_which_rows_each_fills(tmp_path):
    parts = [replace(older, where={"arm": arm}, rule=f"rule of {arm}") for arm in "xy"]
    (entry,) = (e for e in written(tmp_path, *parts)["columns"] if e["column"] == "older")
    assert [each["where"] for each in entry["derivations"]] == [{"arm": "x"}, {"arm": "y"}]
    assert rule_in_words(entry) == "rule of x: x; rule of y: y"


def test_a_method_for_each_of_many_is_told_by_method(tmp_path):
    rules = zip("abc", ("sum", "mean", "sum"), strict=True)
    parts = [replace(older, where={"arm": name}, rule=rule) for name, rule in rules]
    entry = written(tmp_path, *parts)["columns"][3]
    assert rule_in_words(entry) == "sum: a, c; mean: b"
    assert rule_in_words(written(tmp_path, older)["columns"][3]) == "A year more."


def test_why_records_are_left_out_is_written(tmp_path):
    why = LeftOut("form", "too late", ("validated:form.day",), ("id",))
    assert written(tmp_path, older, left_out=[why])["left_out"] == [
        {"table": "form", "reason": "too late", "sources": ["validated:form.day"], "by": ["id"]}
    ]


@pytest.mark.parametrize("source", ["people.age", "people:age", "elsewhere:people.age", ""])
def test_a_source_without_layer_table_or_column_is_refused(source):
    with pytest.raises(ValueError, match=r"layer:table\.column"):
        replace(older, sources=(source,))


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(ValueError, match="guessed"):
        replace(older, kind="guessed")


def test_a_key_that_the_dataset_lacks_is_refused(tmp_path):
    with pytest.raises(ValueError, match="number"):
        write_columns(tmp_path / "people.json", PEOPLE, [], "people", ["number"])


def test_the_key_is_that_of_the_contract():
    assert key_of(Outcomes) == ["participant_id", "outcome", "timepoint"]
    assert key_of(Participants) == ["participant_id"]
