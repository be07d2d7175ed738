"""The effect of each query in words, and the order in which queries are listed."""

import pandas as pd

from trialtrail.forecast.query_effects import effects_of, sorted_by_effect

COLUMNS = ["query_id", "option", "role", "estimate_row", "change", "change_in_errors", "note"]


def table(*rows):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"change": "Float64", "change_in_errors": "Float64"})


FOUND = table(
    ("Q-none", "set aside", "primary", "walk", 0.0, 0.0, None),
    ("Q-other", "set aside", "primary", "walk", 0.0, 0.0, None),
    ("Q-other", "set aside", "secondary", "pain", 9.0, 5.0, None),
    ("Q-small", "as it is", "primary", "walk", 0.1, 0.1, None),
    ("Q-large", "as it is", "primary", "walk", -0.3, -0.3, None),
    ("Q-large", "set aside", "primary", "walk", 0.2, 0.2, None),
    ("Q-cannot", "as it is", None, None, None, None, "it cannot be accepted"),
    ("Q-least", "as it is", "primary", "walk", 1e-9, 1e-9, None),
)


def test_primary_estimates_come_before_others_and_the_largest_first():
    found = effects_of(FOUND)
    assert [each.query for each in found] == [
        *("Q-large", "Q-small", "Q-least", "Q-other", "Q-none", "Q-cannot"),
    ]
    assert {each.query: each.words for each in found} == {
        "Q-large": "0.300 SE on walk",
        "Q-small": "0.100 SE on walk",
        "Q-least": "under 0.001 SE on walk",
        "Q-other": "none: reaches no primary estimate; 5.000 SE on pain",
        "Q-none": "none: reaches no primary estimate",
        "Q-cannot": "not forecast: it cannot be accepted",
    }


def test_an_estimate_that_is_gone_is_no_effect_of_none():
    gone = table(("Q-1", "set aside", "primary", "walk", 0.4, None, None))
    assert effects_of(gone)[0].words.startswith("on no primary estimate")


def test_queries_are_sorted_by_effect_and_else_as_they_stood():
    queries = pd.DataFrame({"query_id": ["Q-answered", "Q-none", "Q-small", "Q-large"]})
    found = sorted_by_effect(queries, effects_of(FOUND))
    assert found["query_id"].tolist() == ["Q-large", "Q-small", "Q-none", "Q-answered"]
    assert found["effect"].tolist()[-1] == ""
