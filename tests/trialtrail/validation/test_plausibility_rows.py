"""Outliers, last digits, straight lines and duplicates: a planted case each, and a clean one."""

import numpy as np
import pandas as pd
import pytest

from trialtrail.configuration.plausibility import default_settings
from trialtrail.validation.plausibility.digits import digit_findings, preference, recorded_step
from trialtrail.validation.plausibility.duplicates import PAIRED, alike_findings, identical_findings
from trialtrail.validation.plausibility.outliers import outlier_findings, robust_z
from trialtrail.validation.plausibility.sheet import MOST, Sheet
from trialtrail.validation.plausibility.straight_lines import (
    coded,
    longest_runs,
    straight_line_findings,
)

DEFAULTS = default_settings()

RANDOM = np.random.default_rng(20040110)


def sheet(**columns):
    frame = pd.DataFrame(columns).convert_dtypes()
    size = len(frame)
    places = {
        "_export": ["e"] * size,
        "_file": ["e.csv"] * size,
        "_line": list(range(2, size + 2)),
        "record": [f"R{i}" for i in range(size)],
    }
    return Sheet("visit", frame.assign(**places), {"e": {"x": "X"}}, {"e": "e.csv"})


def lines(findings):
    return [item["line"] for item in findings]


def outliers(values, **settings):
    return list(outlier_findings(sheet(x=values), ["x"], DEFAULTS["outlier"] | settings))


NORMAL = RANDOM.normal(100, 10, 400)


def test_the_robust_z_is_that_of_iglewicz_and_hoaglin_where_sides_are_alike():
    values = np.array([2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    # Median 5; on each side, with the median itself, the distances are 0, 1, 2, 3: MAD 1.5.
    assert robust_z(values)[-1] == pytest.approx(0.6745 * 3 / 1.5)
    assert robust_z(values)[0] == -robust_z(values)[-1]


def test_a_value_far_out_is_found_and_named_without_itself():
    (one,) = outliers([*NORMAL, 190.0, None])
    assert (one["line"], one["record"], one["column"], one["found"]) == (402, "R400", "X", "190")
    assert one["message"] == "robust z beyond 5 (median and MAD of 401 values)"


def test_a_clean_column_has_no_outlier():
    assert outliers(NORMAL) == []


def test_a_tail_is_measured_by_its_own_side():
    waits = RANDOM.exponential(10, 400)
    away = waits - np.median(waits)
    by_one_spread = np.abs(0.6745 * away / np.median(np.abs(away))) > 5
    assert len(outliers(waits)) < by_one_spread.sum() / 2


def test_a_column_that_is_mostly_tail_is_told_once():
    (one,) = outliers(RANDOM.pareto(0.5, 2000) * 10)
    assert one["line"] is None
    assert one["message"].startswith("the column has a long tail: more than 20 robust z beyond 5")


def test_few_values_and_values_that_hardly_vary_say_nothing():
    assert outliers([*range(18), 900.0]) == []
    assert outliers([0.0] * 60 + [3.0, 50.0]) == []


def test_a_threshold_and_what_is_ignored_are_configured():
    assert len(outliers([*NORMAL, 140.0], threshold=3)) >= 1
    assert outliers([*NORMAL, 190.0], ignore=["visit.x"]) == []
    assert outliers([*NORMAL, 190.0], ignore=["visit"]) == []


def digits(values, **settings):
    return list(digit_findings(sheet(x=values), ["x"], DEFAULTS["digits"] | settings))


def test_heaping_is_told_once_for_the_column():
    heaped = np.where(RANDOM.random(400) < 0.7, np.round(NORMAL / 5) * 5, np.round(NORMAL))
    (one,) = digits(heaped)
    assert (one["line"], one["column"], one["record"]) == (None, "X", "")
    assert "score over 20" in one["message"]
    assert "(400 values)" in one["message"]
    assert "are multiples of 5 (20% expected)" in one["found"]


def test_even_digits_are_no_preference():
    assert digits(np.round(NORMAL)) == []
    assert digits(np.round(RANDOM.exponential(30, 2000))) == []


def test_how_a_column_is_kept_is_no_preference():
    assert recorded_step(np.round(NORMAL * 30, -1)) == 10
    assert recorded_step(np.array([0.5, 1.0, 2.5, 7.0])) == 0.5
    assert digits(np.round(NORMAL * 30, -1)) == []


def test_digits_need_many_values_that_differ():
    heaped = np.where(RANDOM.random(400) < 0.7, np.round(NORMAL / 5) * 5, np.round(NORMAL))
    assert digits(heaped) != []
    assert digits(heaped[:90]) == []
    assert digits(RANDOM.integers(1, 6, 400)) == []


def test_the_score_does_not_grow_with_the_number_of_values():
    some = np.repeat(np.arange(10), [30, 5, 5, 5, 5, 30, 5, 5, 5, 5])
    (score, p), (again, smaller) = preference(some), preference(np.tile(some, 10))
    assert score == pytest.approx(again)
    # Chi-square by hand: 2 (30 - 10)^2 / 10 + 8 (5 - 10)^2 / 10 = 100, of 100 values.
    assert score == pytest.approx(100 * np.sqrt(100 / 900))
    assert smaller < p < 0.001


ITEMS = [f"q{i}" for i in range(1, 11)]


def answers(*more, count=200):
    given = RANDOM.integers(1, 6, (count, 10)).tolist()
    return sheet(**dict(zip(ITEMS, zip(*given, *more, strict=True), strict=True)))


def straight(found_in, **settings):
    settings = DEFAULTS["straight_line"] | settings
    return list(straight_line_findings(found_in, [ITEMS], settings))


def test_one_answer_all_along_is_found():
    (one,) = straight(answers([3] * 10))
    assert (one["line"], one["column"], one["found"]) == (202, "q1", "10 of 10 items in a row")
    assert "50% of 10 items" in one["message"]


def test_answers_that_differ_are_not():
    assert straight(answers([1, 2] * 5)) == []


def test_a_missing_answer_ends_a_run():
    run = [3, 3, 3, 3, None, 3, 3, 3, 3, 1]
    assert straight(answers(run)) == []
    length, _ = longest_runs(coded(answers(run).frame[ITEMS]), np.zeros((201, 10)))
    assert length[-1] == 4


def test_what_nearly_everybody_answers_is_no_straight_line():
    everybody = [[5] * 10] * 150 + [[5] * 9 + [4]] * 50
    battery = dict(zip(ITEMS, zip(*everybody, strict=True), strict=True))
    assert straight(sheet(**battery)) == []


def test_words_and_numbers_are_answers():
    texts = [["Agree", "Disagree"][i % 2] for i in range(10)]
    rows = [texts] * 20 + [texts[::-1]] * 20 + [["Agree"] * 10]
    battery = dict(zip(ITEMS, zip(*rows, strict=True), strict=True))
    assert lines(straight(sheet(**battery), chance=0.1)) == [42]


SETTINGS = DEFAULTS["duplicate"]
COLUMNS = [f"v{i}" for i in range(8)]


def people(count, *more):
    values = RANDOM.integers(0, 30, (count, 8)).tolist()
    rows = [*values, *(change(values) for change in more)]
    return sheet(**dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)))


def test_a_participant_like_another_in_nearly_all_is_found():
    found = list(alike_findings(people(300, lambda v: [*v[17][:7], 99]), COLUMNS, SETTINGS))
    assert found == []  # seven of eight are fewer than nine in ten
    found = list(
        alike_findings(people(300, lambda v: [*v[17][:7], 99]), COLUMNS, SETTINGS | {"share": 0.85})
    )
    assert [(item["line"], item["found"]) for item in found] == [(302, "as R17")]
    found = list(alike_findings(people(300, lambda v: [*v[17][:7], None]), COLUMNS, SETTINGS))
    assert [(item["line"], item["found"]) for item in found] == [(302, "as R17")]


def test_participants_who_share_common_values_are_not():
    common = sheet(**{name: RANDOM.integers(0, 2, 300) for name in COLUMNS})
    assert list(alike_findings(common, COLUMNS, SETTINGS)) == []
    assert list(alike_findings(people(300), COLUMNS, SETTINGS)) == []


def test_of_very_many_participants_those_alike_in_all_are_found():
    many = people(PAIRED + 10, lambda v: v[4000], lambda v: [*v[7][:7], 99])
    found = list(alike_findings(many, COLUMNS, SETTINGS))
    assert [(item["record"], item["found"]) for item in found] == [(f"R{PAIRED + 10}", "as R4000")]


def test_a_record_that_is_there_twice_is_found():
    many = people(100, lambda v: v[3], lambda v: [*v[5][:7], 99])
    found = list(identical_findings(many, COLUMNS, SETTINGS))
    assert [(item["line"], item["found"]) for item in found] == [(102, "as R3")]


def test_short_records_are_alike_by_chance():
    short = sheet(**{name: [1, 1] if i < 5 else [None, None] for i, name in enumerate(COLUMNS)})
    assert list(identical_findings(short, COLUMNS, SETTINGS)) == []
    assert len(list(identical_findings(short, COLUMNS, SETTINGS | {"least": 5}))) == 1


def test_records_in_great_number_are_told_once():
    twice = sheet(**{name: [*range(MOST + 1)] * 2 for name in COLUMNS})
    (one,) = identical_findings(twice, COLUMNS, SETTINGS)
    whole = f"{MOST + 1} of {2 * MOST + 2} records, the first are R201, R202, R203, R204, R205"
    assert (one["line"], one["found"]) == (None, whole)


def test_answers_so_few_that_many_records_are_alike_are_told_once():
    """A file of answers yes and no has many records alike that nobody entered twice."""
    few = sheet(**{name: [*range(80), *range(30)] for name in COLUMNS})
    (one,) = identical_findings(few, COLUMNS, SETTINGS)
    assert one["found"] == "30 of 110 records, the first are R80, R81, R82, R83, R84"


@pytest.mark.parametrize(("different", "again"), [(10, 10), (990, 90)])
def test_records_entered_again_are_each_told_where_they_are_few(different, again):
    some = sheet(**{name: [*range(different), *range(again)] for name in COLUMNS})
    assert len(list(identical_findings(some, COLUMNS, SETTINGS))) == again
