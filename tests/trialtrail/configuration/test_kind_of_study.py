"""What a trial must have, and what a qualitative study."""

import pytest

from trialtrail.configuration.kind_of_study import is_trial, kind_problems, needs_trial
from trialtrail.errors import StudyError

ARMS = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]


def told(config):
    return [what for what, *_ in kind_problems(config)]


@pytest.mark.parametrize("table", ["transcripts", "interviews", "questionnaire"])
def test_a_study_of_interviews_alone_needs_no_arms(table):
    config = {"study": {}, "tables": {table: {}}}
    assert not is_trial(config)
    assert told(config) == []
    with pytest.raises(StudyError, match="Power is of a trial, and this study has no arms"):
        needs_trial(config, "Power")


@pytest.mark.parametrize(
    ("config", "what"),
    [
        ({"study": {}, "tables": {"participants": {}}}, "`tables.participants` is of a trial"),
        ({"study": {}, "tables": {"transcripts": {}}, "forms": {"f": {}}}, "`forms` is of a trial"),
        ({"study": {}, "tables": {"transcripts": {}}, "simulation": {"seed": 1}}, "`simulation`"),
        ({"study": {"plan_lock": "x"}, "tables": {"transcripts": {}}}, "`study.plan_lock`"),
        ({"study": {"arms": ARMS}, "tables": {"transcripts": {}}}, "tables lacks `participants`"),
        ({"study": {}, "tables": {"published": {}}}, "none of a trial and none of interviews"),
    ],
)
def test_what_is_neither_is_told_what_it_lacks(config, what):
    (found,) = told(config)
    assert what in found


def test_a_trial_has_arms_and_participants_or_no_tables_yet():
    assert told({"study": {"arms": ARMS}, "tables": {"participants": {}}}) == []
    assert told({"study": {"arms": ARMS}, "simulation": {"seed": 1}}) == []
