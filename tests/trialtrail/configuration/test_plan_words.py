"""What the report calls the parts of an analysis plan."""

from pathlib import Path

import pytest
import yaml

from trialtrail.configuration import Study
from trialtrail.configuration.plan_words import estimand_in_words, multiplicity_in_words

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("multiplicity", "said"),
    [
        ({}, ""),
        ({"holm": ["a", "b"]}, "by Holm’s procedure (2 outcomes)"),
        ({"fixed_sequence": ["a"]}, "by testing in a fixed sequence (1 outcome)"),
        (
            {"graph": {"weights": {"a": 1, "b": 0}, "transitions": {}}},
            "by a graph of weighted tests (2 outcomes)",
        ),
    ],
)
def test_how_p_is_adjusted(multiplicity, said):
    assert multiplicity_in_words(multiplicity) == said


@pytest.mark.parametrize(
    ("estimands", "said"),
    [
        ([], ""),
        ([{"id": "per_protocol"}], "“per protocol”"),
        (
            [
                {
                    "id": "offer",
                    "label": "Effect of the offer",
                    "events": {"no_visit": "treatment_policy", "death": "composite"},
                },
                {"id": "other"},
            ],
            "“Effect of the offer” (no visit: treatment policy; death: composite)",
        ),
    ],
)
def test_the_first_estimand_with_how_it_handles_each_event(estimands, said):
    assert estimand_in_words(estimands) == said


def test_the_labels_of_a_study_tell_the_report_of_its_plan():
    file = ROOT / "config" / "config.yaml"
    labels = Study(yaml.safe_load(file.read_text(encoding="utf-8")), file).labels
    assert labels["plan"] == {
        "multiplicity": "by Holm’s procedure (4 outcomes)",
        "auxiliary": "education; smoking; social_support",
        "estimand": "“Effect of the offer” (never visited: treatment policy; second mentor: "
        "treatment policy)",
        "clusters": "provider",
    }
    assert labels["imputed"]["main"] == labels["imputed"]["tipping"] == "within_arm"
    assert not {"unadjusted", "complete"} & labels["imputed"].keys()
    assert {"education", "smoking", "social_support"} <= labels["variables"].keys()
    assert labels["uptake"] == {}


def test_the_labels_name_what_those_met_who_are_compared_as_they_were_treated():
    file = ROOT / "tests" / "studies" / "received" / "study.yaml"
    labels = Study(yaml.safe_load(file.read_text(encoding="utf-8")), file).labels
    assert labels["uptake"] == {"received": "Received the intervention"}
    assert labels["plan"]["clusters"] == ""
