from trialtrail.qualitative.agreement.spans import characters, gaps, overlapping, union, within


def test_spans_that_touch_are_one_stretch_of_text_and_two_passages():
    assert union([(5, 9), (0, 5), (12, 20), (14, 15)]) == [(0, 9), (12, 20)]
    assert overlapping([(5, 9), (0, 5), (12, 20), (14, 21)]) == [(0, 5), (5, 9), (12, 21)]


def test_gaps_are_what_is_left():
    assert gaps([(0, 5), (9, 20)], 30) == [(5, 9), (20, 30)]
    assert gaps([], 30) == [(0, 30)]
    assert gaps([(0, 30)], 30) == []


def test_parts_within_a_stretch():
    assert within([(0, 5), (8, 12), (20, 30)], 4, 20) == [(4, 5), (8, 12)]
    assert characters([(4, 5), (8, 12)]) == 5
