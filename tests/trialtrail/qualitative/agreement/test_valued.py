import numpy as np
import pytest

from trialtrail.qualitative.agreement.valued import combine, cu_alpha, valued_sums

ONE = np.ones((1, 1))
# Krippendorff, Content Analysis, 4th ed., 2019, figure 12.11.
FIGURE = {
    "Alex": [(0, 7, 1), (7, 13, 2), (30, 32, 5), (32, 37, 6), (37, 44, 6), (44, 60, 7)],
    "Paul": [(0, 7, 1), (7, 13, 3), (13, 21, 5), (32, 44, 6)],
    "Suzan": [(0, 7, 1), (7, 13, 4), (13, 21, 5), (32, 37, 6), (37, 41, 6), (41, 44, 6)],
}


def test_cu_alpha_is_the_published_one():
    assert cu_alpha(valued_sums([FIGURE]), ONE)[0] == pytest.approx(0.724, abs=5e-4)


def test_what_one_coder_alone_marked_does_not_count():
    units = {"a": [(0, 10, 1), (20, 30, 2), (50, 90, 2)], "b": [(0, 10, 1), (20, 30, 2)]}
    assert cu_alpha(valued_sums([units]), ONE)[0] == 1


def test_it_is_not_defined_with_one_value_or_without_text_in_common():
    assert np.isnan(cu_alpha(valued_sums([{"a": [(0, 9, 1)], "b": [(0, 9, 1)]}]), ONE)[0])
    assert np.isnan(cu_alpha(valued_sums([{"a": [(0, 9, 1)], "b": [(10, 19, 2)]}]), ONE)[0])
    assert np.isnan(cu_alpha(valued_sums([{"a": [], "b": []}]), ONE)[0])


def test_a_sample_of_documents_is_a_weighted_sum():
    other = {name: [(a + 3, b + 3, v) for a, b, v in own] for name, own in FIGURE.items()}
    other["Paul"] = [(0, 9, 2)]
    drawn = cu_alpha(valued_sums([FIGURE, other]), np.array([[1.0, 2.0]]))
    assert drawn[0] == pytest.approx(
        cu_alpha(valued_sums([FIGURE, other, other]), np.ones((1, 3)))[0]
    )


def test_codes_of_one_passage_are_one_combination():
    first, second = {"r1": [(0, 10)], "r2": [(0, 10)]}, {"r1": [(5, 15)]}
    assert combine([first, second]) == {
        "r1": [(0, 5, (0,)), (5, 10, (0, 1)), (10, 15, (1,))],
        "r2": [(0, 10, (0,))],
    }


def test_a_passage_of_one_code_stays_one_unit():
    # Another coder's ends, and those of other codes elsewhere, do not cut it.
    first, second = {"r1": [(0, 10), (12, 20)], "r2": [(3, 4)]}, {"r1": [], "r2": [(3, 8)]}
    assert combine([first, second])["r1"] == [(0, 10, (0,)), (12, 20, (0,))]
