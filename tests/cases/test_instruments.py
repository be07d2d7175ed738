"""Answers that an instrument does not offer are queries, and never silently unanswered."""

from __future__ import annotations

import pytest
from small_trial import records, validated, write_study


def with_items(instrument: str, scale, count: int):
    """Return a change of the small trial: an outcome of ``count`` items, without limits."""

    def change(config):
        items = {"series": "q{:02d}", "from": 1, "to": count}
        more = {"column": "q{:02d}", "type": "integer", "label": "Item {:02d}"}
        config["forms"]["twelve_months"]["variables"].append(items | more)
        outcome = {"id": "sum", "label": "Sum", "role": "secondary", "kind": "continuous"}
        outcome |= {"form": "twelve_months", "variables": [items]}
        config["analysis"]["outcomes"].append(outcome | {"instrument": instrument, "scale": scale})

    return change


def answered(answers, count: int) -> list[dict[str, str]]:
    """Return records with the answers that ``answers(participant, item)`` gives."""
    names = [f"q{n:02d}" for n in range(1, count + 1)]
    return [
        row | {name: str(answers(p, i)) for i, name in enumerate(names)}
        for p, row in enumerate(records())
    ]


def told(tmp_path, answers, instrument="total", scale=(0, 3), count=4):
    scale = list(scale) if isinstance(scale, tuple) else scale
    rows = answered(answers, count)
    return validated(write_study(tmp_path, rows, with_items(instrument, scale, count)))


def test_slips_of_the_pen_are_queries_of_their_cells(tmp_path):
    slips = {(3, 1): 33, (4, 2): -1}
    found = told(tmp_path, lambda p, i: slips.get((p, i), (p + i) % 4))
    assert sorted(
        zip(found.told("range")["record"], found.told("range")["column"], strict=True)
    ) == [
        ("P004", "q02"),
        ("P005", "q03"),
    ]
    assert found.told("coding").empty


@pytest.mark.parametrize(
    ("answers", "sense"),
    [(lambda p, i: (p + i) % 3 - 1, "one too low"), (lambda p, i: (p + i) % 4 + 1, "one too high")],
)
def test_answers_of_another_coding_stop_with_a_message_that_says_so(tmp_path, answers, sense):
    found = told(tmp_path, answers)
    (message,) = found.told("coding")["message"]
    assert sense in message
    assert "offers 0 to 3" in message
    assert found.told("range").empty


def test_yes_and_no_in_the_place_of_one_and_two(tmp_path):
    found = told(tmp_path, lambda p, i: int(p > i) if 12 <= i < 19 else 1, "sf36_v1", "RP", 36)
    (query,) = found.told("coding").to_dict("records")
    assert query["column"] == "q13"
    assert "6 other columns" in query["message"]


def test_answers_that_are_offered_are_no_finding(tmp_path):
    assert told(tmp_path, lambda p, i: (p + i) % 4).queries.empty


def test_limits_of_the_study_that_are_narrower_stay(tmp_path):
    def change(config):
        with_items("total", [0, 3], 4)(config)
        config["forms"]["twelve_months"]["variables"][-1] |= {"minimum": 1, "maximum": 9}

    rows = answered(lambda p, i: (p + i) % 4, 4)
    found = validated(write_study(tmp_path, rows, change))
    assert set(found.told("range")["found"]) == {"0"}
