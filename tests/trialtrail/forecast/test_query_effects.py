"""The effect of each query in words, and the order in which queries are listed."""

import pandas as pd
import pytest

from trialtrail.forecast.query_effects import effects_of, sorted_by_effect, why_of, with_source

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


SOURCE = "the value of log.time"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("primary", "walk", 0.2, 0.2, SOURCE), f"0.300 SE on walk; proposed ({SOURCE}): 0.200 SE"),
        (("primary", "walk", 0.0, 0.0, SOURCE), f"; proposed ({SOURCE}): no estimate changes"),
        ((None, None, None, None, f"{SOURCE}; a run stops"), "proposed: not forecast: a run stops"),
    ],
)
def test_a_proposed_value_is_told_beside_the_largest_effect(row, words):
    (effect,) = effects_of(
        table(("Q-1", "set aside", "primary", "walk", 0.3, 0.3, None), ("Q-1", "proposed", *row))
    )
    assert words in effect.words
    assert effect.primary == 0.3


def test_from_where_a_value_is_proposed_is_no_reason_against_it():
    rows = table(
        ("Q-1", "as it is", None, None, None, None, "it cannot be accepted"),
        ("Q-1", "proposed", None, None, None, None, with_source(SOURCE, "a run stops")),
        ("Q-1", "proposed", "primary", "walk", 0.0, 0.0, with_source(SOURCE, "")),
    )
    assert why_of(rows) == ["it cannot be accepted", "a run stops"]
    assert with_source("", "") is None


def test_an_estimate_that_is_gone_is_no_effect_of_none():
    gone = table(("Q-1", "set aside", "primary", "walk", 0.4, None, None))
    assert effects_of(gone)[0].words.startswith("on no primary estimate")


def test_queries_are_sorted_by_effect_and_else_as_they_stood():
    queries = pd.DataFrame({"query_id": ["Q-answered", "Q-none", "Q-small", "Q-large"]})
    found = sorted_by_effect(queries, effects_of(FOUND))
    assert found["query_id"].tolist() == ["Q-large", "Q-small", "Q-none", "Q-answered"]
    assert found["effect"].tolist()[-1] == ""
