"""What the report calls the parts of an analysis plan."""

import pytest

from trialtrail.configuration.plan_words import estimand_in_words, multiplicity_in_words


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
