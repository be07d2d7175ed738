import pytest

from trialtrail.qualitative.agreement.disagreement import COUNTS, split_disagreement


def split(**marks):
    counts = dict(zip(COUNTS, split_disagreement(marks).tolist(), strict=True))
    assert counts["edges"] + counts["without_counterpart"] == counts["differing"]
    assert counts["marked_either"] - counts["marked_both"] == counts["differing"]
    return counts


def test_a_passage_drawn_longer_differs_at_its_edges():
    found = split(r1=[(10, 30)], r2=[(5, 28)])
    assert (found["edges"], found["without_counterpart"]) == (7, 0)
    assert (found["passages"], found["passages_all"]) == (1, 1)


def test_a_passage_that_the_other_left_is_without_counterpart():
    found = split(r1=[(10, 30), (50, 60)], r2=[(10, 30)])
    assert (found["edges"], found["without_counterpart"]) == (0, 10)
    assert found["passages_without_counterpart"] == 1


def test_passages_that_only_touch_are_no_counterparts():
    assert split(r1=[(0, 10)], r2=[(10, 20)])["without_counterpart"] == 20


def test_of_three_readers_one_who_marked_nothing_leaves_a_passage_without_counterpart():
    assert split(r1=[(0, 10)], r2=[(0, 9)], r3=[])["without_counterpart"] == 10
    assert split(r1=[(0, 10)], r2=[(0, 9)], r3=[(2, 3)])["edges"] == 9


@pytest.mark.parametrize("marks", [{"r1": [], "r2": []}, {}])
def test_nothing_marked_is_no_disagreement(marks):
    assert split(**marks)["differing"] == 0
