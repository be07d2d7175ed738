"""Answers that an instrument does not offer are queries, and never silently unanswered."""

from __future__ import annotations

import pytest
from small_trial import delimited, made, records, validated, write_study


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


def told(tmp_path, answers, instrument="total", scale=(0, 3), count=4, **more):
    scale = list(scale) if isinstance(scale, tuple) else scale
    rows = answered(answers, count)

    def change(config):
        with_items(instrument, scale, count)(config)
        config["forms"]["twelve_months"]["variables"][-1] |= more

    return validated(write_study(tmp_path, rows, change))


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


@pytest.mark.parametrize(
    ("answers", "sense"),
    [
        (lambda p, i: 33 if (p, i) == (3, 1) else (p + i) % 4, "one too low"),
        (lambda p, i: 4 if (p, i) == (3, 1) else (p + i) % 4, "one too low"),
        (lambda p, i: 9 if (p * 5 + i) % 9 == 0 else (p + i) % 4, "one too low"),
        (lambda p, i: 10 * ((p + i) % 4 + 1), "10 times too great"),
        (lambda p, i: (p + i) % 6 + 1, "go on to 6"),
    ],
)
def test_another_coding_is_one_beside_slips_and_unlisted_missing_codes(tmp_path, answers, sense):
    found = told(tmp_path, answers, scale=(1, 4))
    (message,) = found.told("coding")["message"]
    assert sense in message


def test_few_percentages_among_zeros_are_no_slips(tmp_path):
    found = told(tmp_path, lambda p, i: 25 * ((p + i) % 8 % 5 if (p + i) % 8 > 5 else 0))
    assert "25 times" in found.told("coding")["message"].iloc[0]
    assert found.told("range").empty


def test_one_item_of_another_coding_among_right_ones(tmp_path):
    found = told(tmp_path, lambda p, i: (p * 7 + i * 3) % 4 + int(i == 2))
    (query,) = found.told("coding").to_dict("records")
    assert query["column"] == "q03"
    assert "the answers in q03 are all" in query["message"]


def test_zeros_that_nobody_listed_are_queries_where_all_answers_are_used(tmp_path):
    found = told(
        tmp_path, lambda p, i: 0 if (p + 3 * i) % 9 == 0 else (p + i) % 5 + 1, scale=(1, 5)
    )
    assert found.told("coding").empty
    assert set(found.told("range")["found"]) == {"0"}


def test_of_two_answers_the_message_does_not_say_which_is_which(tmp_path):
    found = told(tmp_path, lambda p, i: int(p > i) if 12 <= i < 19 else 1, "sf36_v1", "RP", 36)
    assert "only the form says which of them is which" in found.told("coding")["message"].iloc[0]


def test_an_answer_between_two_is_none_of_the_sf_36(tmp_path):
    def answers(p, i):
        return "2.5" if (p, i) == (3, 1) else 1 + (p + i) % 2

    found = told(tmp_path, answers, "sf36_v1", "RP", 36, type="number")
    assert list(found.told("type")["record"]) == ["P004"]


def test_each_export_is_judged_by_itself(tmp_path):
    rows = answered(lambda p, i: (p + i) % 4 + int(p < 12), 4)

    def change(config):
        with_items("total", [1, 4], 4)(config)
        config["exports"]["other"] = config["exports"]["trial"] | {"file": "data/other.csv"}
        for spec in (config["tables"]["participants"], *config["forms"].values()):
            spec["sources"].append(spec["sources"][0] | {"export": "other"})

    files = {"data/other.csv": delimited(rows[12:])}
    found = validated(write_study(tmp_path, rows[:12], change, files))
    assert list(found.told("coding")["export"]) == ["other"]


def growing(codes: dict | None):
    """Return a change of the small trial: the walk at one year is a child's weight."""

    def change(config):
        sex = config["forms"]["baseline"]["variables"][1]
        sex.pop("codes")
        sex |= {"codes": codes} if codes else {}
        config["forms"]["baseline"]["variables"].append(
            {"id": "born", "column": "born", "type": "date", "label": "Born"}
        )
        outcome = {"id": "weight_z", "label": "Weight", "role": "secondary", "kind": "continuous"}
        outcome |= {"form": "twelve_months", "variables": ["walk_after_s"]}
        outcome |= {"instrument": "who_growth", "scale": "weight_for_age"}
        outcome |= {"sex": "baseline.sex", "born": "baseline.born"}
        config["analysis"]["outcomes"].append(outcome)

    return change


def children(**cells) -> list[dict[str, str]]:
    rows = [row | {"born": "01.03.2024", "walk12": "9.5"} for row in records()]
    rows[3] |= cells
    return rows


def test_grams_are_no_kilograms(tmp_path):
    change = growing({"F": "female", "M": "male"})
    found = validated(write_study(tmp_path, children(walk12="9500"), change))
    assert list(found.told("range", "walk12")["record"]) == ["P004"]
    assert found.told("coding").empty


def test_a_sex_in_other_words_is_refused(tmp_path):
    found = validated(write_study(tmp_path, children(), growing({"F": "girl", "M": "boy"})))
    assert "with the values boy, girl" in found.refusal.text()
    file = write_study(tmp_path / "b", children(), growing(None))
    done = made(file, "results/datasets/outcomes.csv")
    assert done.exit_code != 0
    assert "`sex` from baseline.sex, which holds other words than male and female" in done.said
    assert "  do:    say which codes of the variable stand for them" in done.said


@pytest.mark.nightly
def test_a_sex_in_other_words_is_no_fault_of_a_recorded_job(tmp_path):
    """The refusal itself is in `make test`; this adds how a job with its record says it."""
    done = made(write_study(tmp_path, children(), growing(None)))
    assert done.exit_code != 0
    assert "`sex` from baseline.sex, which holds other words than male and female" in done.said
    assert "Fault" not in done.said
