"""What was measured several times is found in headings of many styles; questions are not taken."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.new_study.files.seen import SeenColumn, SeenFile
from trialtrail.new_study.measures.repeated import find_long, find_repeated, find_visit_dates

CHANCE = np.random.default_rng(7)
MEASURED = [f"{each:.1f}" for each in CHANCE.normal(60, 9, 40)]
SCALE = [str(each) for each in CHANCE.integers(0, 11, 40)]
ANSWERS = [str(each) for each in CHANCE.integers(1, 6, 40)]
DAYS = [f"2024-03-{each:02d}" for each in CHANCE.integers(1, 29, 40)]


def columns(*headings, cells=MEASURED):
    return [SeenColumn(heading, list(cells)) for heading in headings]


@pytest.mark.parametrize(
    ("headings", "stem", "times"),
    [
        (["Walk 0", "Walk 12"], "Walk", ["0", "12"]),
        (["score_12", "score_0", "score_4"], "score", ["0", "4", "12"]),
        (["PANAS_T1", "PANAS_T2"], "PANAS", ["T1", "T2"]),
        (["score.m6", "score.baseline"], "score", ["baseline", "month 6"]),
        (["w0_pain", "w4_pain"], "pain", ["w0", "w4"]),
        (["pain_post", "pain_pre"], "pain", ["pre", "post"]),
        (["FU1 QoL", "FU2 QoL"], "QoL", ["follow-up 1", "follow-up 2"]),
        (["Visite 1 Schmerz", "Visite 2 Schmerz"], "Schmerz", ["visit 1", "visit 2"]),
        (["Schmerz nach 4 Wochen", "Schmerz nach 8 Wochen"], "Schmerz", ["week 4", "week 8"]),
        (["weight_12m", "weight_6m"], "weight", ["month 6", "month 12"]),
        (["wt6m", "wt12m"], "wt", ["month 6", "month 12"]),
        (["painT1", "painT2"], "pain", ["T1", "T2"]),
        (["1. Visite Schmerz", "2. Visite Schmerz"], "Schmerz", ["visit 1", "visit 2"]),
        (["glucose_0min", "glucose_120min"], "glucose", ["minute 0", "minute 120"]),
        (["Gewicht [kg] T0", "Gewicht [kg] T1"], "Gewicht", ["T0", "T1"]),
        (["hb_bl", "hb_wk4", "hb_fu_6m"], "hb", ["baseline", "week 4", "month 6"]),
        (["Poids M0 (kg)", "Poids M3 (kg)"], "Poids", ["month 0", "month 3"]),
        (["dolor antes", "dolor despues"], "dolor", ["antes", "despues"]),
        (["Prewt", "Postwt"], "wt", ["pre", "post"]),
        (["AVAL.SCREENING", "AVAL.BASELINE", "AVAL.W2"], "AVAL", ["screening", "baseline", "w2"]),
        (["income_2019", "income_2020"], "income", ["2019", "2020"]),
        (["followUp1Score", "followUp2Score"], "Score", ["follow-up 1", "follow-up 2"]),
    ],
)
def test_one_measure_in_several_columns_in_order_of_time(headings, stem, times):
    (found,) = find_repeated(columns("Age", *headings, "sex"))
    assert (found.stem, [*found.columns], found.sure) == (stem, times, True)
    assert {*found.columns.values()} == {*headings}


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (["bp_1", "bp_2"], MEASURED),
        (["x.1", "x.2", "x.3"], MEASURED),
        (["pain_1", "pain_2"], SCALE),
        (["score_3", "score_6", "score_12"], ANSWERS),
        (["QoL", "QoL_6m"], SCALE),
        (["Weight", "Weight (2)"], MEASURED),
        (["walk_6m", "walk_10m"], MEASURED),
    ],
)
def test_what_may_be_something_else_is_not_sure_and_says_why(headings, cells):
    (found,) = find_repeated(columns(*headings, cells=cells))
    assert not found.sure
    assert found.why
    assert {*found.columns.values()} == {*headings}


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ([f"q{n}" for n in range(1, 21)], ANSWERS),
        ([f"phq9_{n}" for n in range(1, 10)], ["0", "1", "2", "3"] * 10),
        ([f"item_{n:02d}" for n in range(1, 6)], ANSWERS),
        ([f"Frage {n}" for n in range(1, 4)], MEASURED),
        ([f"satisfaction_{n}" for n in range(1, 9)], ANSWERS),
        ([f"eats___{n}" for n in range(4)], ["0", "1"] * 20),
        ([f"Q5_{n}" for n in range(1, 6)], ["0", "1"] * 20),
        (["il_6", "il_10"], MEASURED),
        (["CD4", "CD8"], MEASURED),
        (["vitamin_d2", "vitamin_d3"], MEASURED),
        (["phq_2", "phq_9"], SCALE),
        (["free_t3", "free_t4"], MEASURED),
        (["hads_d1", "hads_d2"], ANSWERS),
        (["PF01", "PF02", "PF03"], ANSWERS),
        (["EQ5D_pain", "EQ_5D_care"], ANSWERS),
        (["sf3h", "sf9h"], ANSWERS),
        (["T1", "T2"], MEASURED),
        (["address_1", "address_2"], MEASURED),
        (["seen_1", "seen_2"], DAYS),
        (["post_code", "pre_bmi"], MEASURED),
        (["baseline_temp", "baseline_esr"], MEASURED),
        (["stratum_1", "stratum_2"], ANSWERS),
    ],
)
def test_questions_and_things_named_by_numbers_are_no_measures(headings, cells):
    assert find_repeated(columns(*headings, cells=cells)) == []


def test_columns_that_the_file_calls_by_other_names_or_units_are_other_things():
    lab = columns("vld_1", "vld_2", "vld_3")
    for column, label in zip(lab, ("Albumin (g/dl)", "Creatinine (mg/dl)", "Urea"), strict=True):
        column.label = label
    assert find_repeated(lab) == []
    for column, n in zip(lab, "123", strict=True):
        column.label = f"Albumin, reading {n} (g/dl)"
    assert len(find_repeated(lab)) == 1


def test_labels_say_the_times_where_headings_do_not():
    crp = columns("CRPBL", "CRPW4", "CRPW12")
    for column, when in zip(crp, ("Baseline", "Week 4", "Week 12"), strict=True):
        column.label = f"CRP (mg/L) at {when}"
    (found,) = find_repeated(crp)
    assert found.columns == {"baseline": "CRPBL", "week 4": "CRPW4", "week 12": "CRPW12"}
    assert found.stem == "CRP"


def test_dates_are_those_of_visits_and_make_bare_numbers_sure():
    file = columns("pain_1", "pain_2", "pain_3", cells=ANSWERS)
    file += columns("visit_date_1", "visit_date_2", "visit_date_3", "sample_date_3", cells=DAYS)
    (found,) = find_repeated(file)
    assert found.sure
    assert find_visit_dates(file, [found]) == {
        "1": "visit_date_1",
        "2": "visit_date_2",
        "3": "visit_date_3",
    }


@pytest.mark.parametrize(
    ("measures", "dates", "found"),
    [
        (["Walk 0", "Walk 12"], ["Allocated", "Seen 12"], {"12": "Seen 12"}),
        (["pain_t1", "pain_t2"], ["t2_date", "t1_date"], {"T1": "t1_date", "T2": "t2_date"}),
        (["a V1", "a V2"], ["Datum V1", "Geburtsdatum V1"], {"visit 1": "Datum V1"}),
        (["hb_bl", "hb_3m"], ["fu_3m_date", "end_date"], {"month 3": "fu_3m_date"}),
        (["hb_bl", "hb_3m"], ["Visit 3 months"], {"month 3": "Visit 3 months"}),
        (["bp_0", "bp_1"], ["code_1"], {}),
    ],
)
def test_the_date_of_each_timepoint(measures, dates, found):
    file = columns(*measures) + columns(*dates, cells=DAYS)
    assert find_visit_dates(file, find_repeated(file)) == found


WORDS = st.sampled_from(
    ["pain", "bp", "T1", "6m", "wk4", "12", "0", "q", "date", "post", "fu", "(2)"]
)
HEADINGS = st.lists(WORDS, min_size=1, max_size=4).flatmap(
    lambda words: st.sampled_from(["_", " ", ".", ""]).map(lambda mark: mark.join(words))
)


@given(st.lists(HEADINGS | st.text(max_size=12), max_size=10, unique=True), st.sampled_from([
    MEASURED, SCALE, ANSWERS, DAYS, [None, "", "x"]
]))  # fmt: skip
def test_no_column_is_in_two_measures_and_times_are_in_order(headings, cells):
    file = columns(*headings, cells=cells)
    found = find_repeated(file)
    used = [name for each in found for name in each.columns.values()]
    assert len(used) == len({*used})
    assert {*used} <= {*headings}
    assert all(len(each.columns) > 1 and each.why for each in found)
    assert {*find_visit_dates(file, found).values()} <= {*headings}


# A row a timepoint


def long_file(visits, people=10, **more):
    ids = [f"P{n}" for n in range(people) for _ in visits]
    cells = {"id": ids, "arm": ["A" if n % 2 else "B" for n in range(people) for _ in visits]}
    cells |= {"visit": [*visits] * people}
    cells |= {"score": [f"{each:.1f}" for each in CHANCE.normal(50, 9, len(ids))]} | more
    return SeenFile("x", "x.csv", {}, [SeenColumn(name, [*cell]) for name, cell in cells.items()])


@pytest.mark.parametrize(
    ("visits", "order", "timed"),
    [
        (["W12", "W4", "W8"], ["W4", "W8", "W12"], True),
        (["month 6", "Baseline", "month 12"], ["Baseline", "month 6", "month 12"], True),
        (["10", "9", "0"], ["0", "9", "10"], True),
        (["2024-03", "2023-11", "2024-02"], ["2023-11", "2024-02", "2024-03"], True),
        (["Screening", "Visit 1", "End of treatment"], None, True),
        (["start", "middle", "last"], ["start", "middle", "last"], False),
        (["baseline_arm_1", "month_3_arm_1"], ["baseline_arm_1", "month_3_arm_1"], True),
    ],
)
def test_the_column_of_timepoints_and_their_order(visits, order, timed):
    shape = find_long(long_file(visits), "id")
    assert (shape.timepoint_column, shape.sure, shape.timed) == ("visit", True, timed)
    assert shape.timepoints == (order or visits)
    assert (shape.varying, shape.constant) == (["score"], ["arm"])


def test_a_file_with_one_row_a_participant_is_not_long():
    assert find_long(long_file(["W1"]), "id") is None
    assert find_long(long_file(["W1", "W2"]), "no such column") is None


def test_a_number_in_each_row_is_a_time_that_is_not_sure():
    file = long_file(["1", "2", "3"])
    file.columns[2].name = "enum"
    shape = find_long(file, "id")
    assert (shape.timepoint_column, shape.sure) == ("enum", False)


@pytest.mark.parametrize("heading", ["treatment", "Gruppe", "drug"])
def test_an_arm_that_differs_within_a_participant_is_no_time(heading):
    """A crossover trial: both treatments a participant."""
    file = long_file(["A", "B"])
    file.columns[2].name = heading
    shape = find_long(file, "id")
    assert shape.timepoint_column == ""
    assert heading in shape.varying
    assert not shape.sure


def test_rows_of_events_have_no_time_and_days_are_none():
    file = long_file(["a", "a", "b"], fell_on=[f"2024-01-{n:02d}" for n in range(1, 31)])
    file.columns[2].name = "severity"
    shape = find_long(file, "id")
    assert shape.timepoint_column == ""
    assert "no column says when" in shape.why


@pytest.mark.parametrize("heading", ["Event", "code", "end"])
def test_words_that_differ_in_each_row_are_no_times(heading):
    file = long_file(["Dizziness", "Fatigue", "Headache"])
    file.columns[2].name = heading
    assert find_long(file, "id").timepoint_column == ""


def test_what_is_written_in_one_row_of_a_participant_does_not_vary():
    sex = ["F", None, ""] * 10
    shape = find_long(long_file(["T0", "T1", "T2"], sex=sex), "id")
    assert shape.constant == ["arm", "sex"]


def test_a_participant_with_a_timepoint_twice_makes_it_not_sure():
    file = long_file(["W1", "W2", "W3"])
    file.columns[2].cells[1] = "W1"
    shape = find_long(file, "id")
    assert (shape.timepoint_column, shape.sure) == ("visit", False)
    assert "twice" in shape.why


def test_ids_that_begin_anew_in_each_centre_are_told():
    file = long_file(["1", "2"] * 2, centre=["north", "north", "south", "south"] * 10)
    shape = find_long(file, "id")
    assert not shape.sure
    assert "several cells of `centre`" in shape.why
