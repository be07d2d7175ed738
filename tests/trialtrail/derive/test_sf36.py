import numpy as np
import pandas as pd
import pytest

from trialtrail.derive.instruments import scales, sf36

# REFERENCES: a worked example of the component scores.
WORKED = [1, 2, 3, 2, 3, 2, 3, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 3]
WORKED += [3, 2, 3, 2, 1, 2, 1, 2, 1, 2, 3, 2, 1, 1, 2, 3]

BEST = {"GH1": 1, "HT": 1, "SF1": 1, "BP1": 1, "BP2": 1, "SF2": 5}
BEST |= {"VT1": 1, "VT2": 1, "VT3": 6, "VT4": 6, "MH1": 6, "MH2": 6, "MH3": 1, "MH4": 6, "MH5": 1}
BEST |= {"GH2": 5, "GH3": 1, "GH4": 5, "GH5": 1}


def answers(**changed):
    """One respondent in the best health, but for the answers given."""
    best = {item: BEST.get(item, sf36.LEVELS[item]) for item in sf36.ITEM_ORDER}
    return pd.DataFrame([best | changed], dtype="float64")[list(sf36.ITEM_ORDER)]


def one(scores):
    return scores.iloc[0]


def test_the_worked_example_gives_the_published_components():
    components = sf36.components_v1(pd.DataFrame([WORKED]))
    assert one(components["PCS"]) == pytest.approx(44.402796, abs=5e-7)
    assert one(components["MCS"]) == pytest.approx(32.311045, abs=5e-7)


def test_the_order_has_36_items_and_the_scales_all_but_change_in_health():
    assert len(sf36.ITEM_ORDER) == len(set(sf36.ITEM_ORDER)) == 36
    assert {i for items in sf36.SCALES.values() for i in items} == set(sf36.ITEM_ORDER) - {"HT"}


@pytest.mark.parametrize("scale", sf36.SCALES)
@pytest.mark.parametrize("score", [sf36.score_v1, sf36.score_rand36])
def test_best_and_worst_health_are_100_and_0(score, scale):
    best = answers()
    worst = pd.Series(sf36.LEVELS) + 1 - best
    assert one(score(best, scale)) == 100
    assert one(score(worst, scale)) == 0


@pytest.mark.parametrize(
    ("bp1", "bp2", "expected"),
    [
        (1, 1, 100),
        (1, 2, 80),  # 6 + 4
        (2, 1, 84),  # 5.4 + 5
        (6, 5, 0),
        (np.nan, 1, 100),
        (np.nan, 2, 75),  # 4.75 twice
        (np.nan, 4, 25),
        (3, np.nan, 64),  # 4.2 twice
        (np.nan, np.nan, np.nan),
    ],
)
def test_pain_is_recalibrated_in_view_of_the_first_item(bp1, bp2, expected):
    score = one(sf36.score_v1(answers(BP1=bp1, BP2=bp2), "BP"))
    assert score == pytest.approx(expected, nan_ok=True)


def test_general_health_is_recalibrated_in_version_1_only():
    items = answers(GH1=3)
    assert one(sf36.score_v1(items, "GH")) == pytest.approx((3.4 + 20 - 5) / 20 * 100)
    assert one(sf36.score_rand36(items, "GH")) == pytest.approx((50 + 4 * 100) / 5)


def test_the_half_rule_takes_the_mean_of_the_person():
    half = answers(PF01=1, PF02=2, **{f"PF{n:02d}": np.nan for n in range(6, 11)})
    assert one(sf36.score_v1(half, "PF")) == pytest.approx((0 + 50 + 3 * 100) / 5)
    fewer = half.assign(PF05=np.nan)
    assert np.isnan(one(sf36.score_v1(fewer, "PF")))
    assert one(sf36.score_rand36(fewer, "PF")) == pytest.approx((0 + 50 + 2 * 100) / 4)
    assert np.isnan(one(sf36.score_v1(answers(RE1=np.nan, RE2=np.nan), "RE")))
    assert one(sf36.score_v1(answers(RE1=np.nan), "RE")) == 100


@pytest.mark.parametrize("wrong", [-99, 0, 3, 1.5])
def test_an_answer_that_is_not_offered_counts_as_missing(wrong):
    items = answers(RP1=wrong, RP2=wrong)
    assert one(sf36.score_v1(items, "RP")) == 100
    assert np.isnan(one(sf36.score_v1(items.assign(RP3=wrong), "RP")))


def test_a_missing_scale_leaves_both_components_missing():
    items = pd.concat([answers(SF1=np.nan, SF2=np.nan), answers()], ignore_index=True)
    components = sf36.components_v1(items)
    assert components.isna().to_numpy().tolist() == [[True, True], [False, False]]


def test_names_count_when_they_are_the_items_and_position_when_they_are_not():
    items = answers(PF03=1)
    shuffled = items[list(reversed(items.columns))]
    renamed = items.set_axis([f"sf{n:02d}" for n in range(1, 37)], axis="columns")
    for scale in sf36.SCALES:
        expected = sf36.score_v1(items, scale)
        pd.testing.assert_series_equal(sf36.score_v1(shuffled, scale), expected)
        pd.testing.assert_series_equal(sf36.score_v1(renamed, scale), expected)


def test_nullable_integers_and_any_index_are_accepted():
    items = answers().astype("Int64").set_axis(["P1"])
    items["GH2"] = pd.array([pd.NA], dtype="Int64")
    assert sf36.score_v1(items, "GH").to_dict() == {"P1": 100.0}


def test_an_empty_table_gives_empty_scores():
    assert sf36.components_v1(answers().iloc[:0]).shape == (0, 2)


def test_another_form_or_scale_is_refused():
    with pytest.raises(ValueError, match="36 items, not 35"):
        sf36.score_v1(answers().iloc[:, :-1], "PF")
    with pytest.raises(ValueError, match="no SF-36 scale"):
        sf36.score_v1(answers(), "XX")
    with pytest.raises(ValueError, match="no SF-36 scale"):
        sf36.score_rand36(answers(), "HT")


def test_a_sum_score_is_prorated_when_enough_is_answered():
    nan = np.nan
    items = pd.DataFrame([[1, 4, 4, 1], [1, 4, nan, nan], [1, nan, nan, nan], [1, 9, 4, 1]])
    totals = scales.total(items, 1, 4, at_least=0.5)
    np.testing.assert_allclose(totals, [10, 10, nan, 8])
    np.testing.assert_allclose(scales.total(items, 1, 4, at_least=1), [10, nan, nan, nan])


def test_a_sum_score_needs_an_answer_and_counts_items_exactly():
    items = pd.DataFrame(np.ones((2, 10)))
    items.iloc[0, 7:] = np.nan
    items.iloc[1, :] = np.nan
    np.testing.assert_allclose(scales.total(items, 0, 4, at_least=0.7), [10, np.nan])
    assert np.isnan(scales.total(items, 0, 4, at_least=0)[1])


@pytest.mark.parametrize("limits", [(4, 1, 0.5), (1, 4, 1.5)])
def test_a_sum_score_with_impossible_limits_is_refused(limits):
    with pytest.raises(ValueError, match="a scale needs"):
        scales.total(pd.DataFrame([[1]]), *limits)
