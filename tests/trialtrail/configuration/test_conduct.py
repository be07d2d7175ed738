"""Facts of the conduct: what is wrong with one is told when the configuration is read."""

import pytest
import yaml

from tests.cases.small_trial import write_study
from trialtrail.configuration import Study
from trialtrail.configuration.conduct import (
    conduct_problems,
    results_of_conduct,
    tables_of_conduct,
)
from trialtrail.errors import StudyError

SOURCE = {"export": "trial", "columns": {"participant_id": "id", "completed_on": "seen"}}
CONFIG = {
    "study": {"arms": []},
    "tables": {"participants": {"sources": [{"export": "trial", "columns": {
        "participant_id": "id", "randomised_on": "on"}}]}},
    "forms": {"visit": {"sources": [SOURCE], "variables": [
        {"id": "blind", "type": "boolean"}]}},
}  # fmt: skip
BLIND = {"id": "blind", "statement": "blind", "column": "visit.blind", "is": True}
DATES = {
    "id": "soon",
    "statement": "soon",
    "earlier": "participants.randomised_on",
    "later": "visit.completed_on",
}


def problems(*facts):
    return [what for what, *_ in conduct_problems({**CONFIG, "conduct": list(facts)})]


@pytest.mark.parametrize(
    "fact",
    [
        BLIND,
        BLIND | {"where": {"participant_id": "1"}, "otherwise": "{n} of {denominator}"},
        DATES,
        DATES | {"at_most": "14 days"},
        {"id": "a", "statement": "b", "cell": "flow#randomised"},
        {"id": "a", "statement": "b", "cell": "flow#a.b/n", "out_of": "flow#a/n"},
        {"id": "a", "statement": "b", "stated_by": "the protocol"},
    ],
)
def test_a_fact_that_rests_on_one_thing_is_taken(fact):
    assert problems(fact) == []


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ({"id": "a", "statement": "b"}, "The fact `a` rests on nothing"),
        (BLIND | {"stated_by": "x"}, "The fact `blind` rests on column and stated_by"),
        ({k: v for k, v in BLIND.items() if k != "is"}, "The fact `blind` lacks `is`"),
        ({k: v for k, v in DATES.items() if k != "later"}, "The fact `soon` lacks `later`"),
        (BLIND | {"at_most": "3 days"}, "A fact that rests on `column` has no `at_most`"),
        (BLIND | {"column": "vist.blind"}, "`vist` is not a table of the study"),
        (BLIND | {"column": "visit.blond"}, "`visit` has no `blond`"),
        (BLIND | {"where": {"stage": "x"}}, "`visit` has no `stage`"),
        (BLIND | {"otherwise": "{m} of them"}, "`otherwise` of the fact `blind` has `{m}`"),
        (BLIND | {"otherwise": "{n"}, "`otherwise` of the fact `blind` has `{{}`"),
        (DATES | {"later": "visit.blind"}, "`visit.blind` is not a date"),
        (DATES | {"at_most": "soon"}, "`soon` is not a length of time"),
        (
            {"id": "a", "statement": "b", "cell": "flow#a/n"},
            "The fact `a` names one cell and not of how many",
        ),
        (
            {"id": "a", "statement": "b", "stated_by": "x", "holds": "every"},
            "A fact that is stated counts no rows",
        ),
    ],
)
def test_what_is_wrong_with_a_fact_is_told(fact, said):
    assert said in problems(fact)


def test_two_facts_have_two_names():
    assert problems(BLIND, BLIND) == ["The id `blind` stands 2 times"]


def test_the_configuration_is_refused_with_the_line(tmp_path):
    def change(config):
        config["conduct"] = [{"id": "a", "statement": "b"}]

    file = write_study(tmp_path, change=change)
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    with pytest.raises(StudyError, match="rests on nothing") as told:
        Study(config, file)
    assert "line" in told.value.text()


def test_what_facts_are_read_from_is_named_once():
    facts = [
        {"column": "visit.blind"},
        {"column": "visit.age"},
        {"cell": "flow#randomised"},
        {"cell": "people#a/n", "out_of": "flow#a/n"},
        {"estimates": {"role": "primary"}},
    ]
    assert tables_of_conduct(facts) == ["visit"]
    assert results_of_conduct(facts) == {"flow", "people", "estimates"}
