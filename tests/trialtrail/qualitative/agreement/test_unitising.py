import numpy as np
import pytest

from trialtrail.qualitative.agreement.spans import gaps
from trialtrail.qualitative.agreement.unitising import alpha_u, one_minus, u_alpha, unit_sums

ONE = np.ones((1, 1))
# Krippendorff, Content Analysis, 2nd ed., 2004, p. 254: a continuum from 150, of length 300.
CATEGORY_C = {"1": [(75, 145), (220, 250)], "2": [(70, 150), (205, 225), (250, 270)]}
CATEGORY_K = {"1": [(30, 90), (150, 200)], "2": [(30, 90), (150, 200)]}
# The same, 4th ed., 2019, figure 12.11: three coders, a continuum of 60.
FIGURE = {
    "Alex": [(0, 7), (7, 13), (30, 32), (32, 37), (37, 44), (44, 60)],
    "Paul": [(0, 7), (7, 13), (13, 21), (32, 44)],
    "Suzan": [(0, 7), (7, 13), (13, 21), (32, 37), (37, 41), (41, 44)],
}


def alphas(measure, continua, length, weights=ONE):
    sums = unit_sums([[each] for each in continua], [length])
    return measure(sums.weighted(weights))


def test_unitising_alpha_is_the_published_one():
    observed, expected = alphas(alpha_u, [CATEGORY_C, CATEGORY_K], 300)
    assert one_minus(observed, expected)[0].tolist() == pytest.approx([0.7286, 1], abs=5e-5)
    assert one_minus(observed.sum(), expected.sum()) == pytest.approx(0.859, abs=5e-4)


def test_its_disagreements_are_the_published_ones():
    observed, expected = alphas(alpha_u, [CATEGORY_C, CATEGORY_K], 300)
    # Both are times the characters read, mL = 600, and the length of the continuum.
    scale = 600 * 300
    assert (observed / scale)[0].tolist() == pytest.approx([0.0144, 0], abs=5e-5)
    assert (expected / scale)[0].tolist() == pytest.approx([0.0532, 0.0490], abs=5e-5)


def test_alpha_of_relevant_matter_is_the_published_one():
    observed, expected = alphas(u_alpha, [FIGURE], 60)
    assert one_minus(observed, expected)[0, 0] == pytest.approx(0.4136, abs=5e-5)


def plainly(continua, lengths):
    """Alpha of 1995 and 2004 by its sums as they are printed, for coders who read everything."""
    coders = len(continua[0])
    total = coders * sum(lengths)
    units = [end - start for each in continua for spans in each.values() for start, end in spans]
    spaces = [
        end - start
        for each, length in zip(continua, lengths, strict=True)
        for spans in each.values()
        for start, end in gaps(spans, length)
    ]
    observed = 0.0
    for each, length in zip(continua, lengths, strict=True):
        for one, mine in each.items():
            for other, theirs in each.items():
                if one != other:
                    observed += sum(
                        (a - c) ** 2 + (b - d) ** 2
                        for a, b in mine
                        for c, d in theirs
                        if a < d and c < b
                    )
                    for spans, others in ((mine, theirs), (theirs, mine)):
                        observed += sum(
                            (b - a) ** 2
                            for a, b in spans
                            for c, d in gaps(others, length)
                            if c <= a and b <= d
                        )
    observed /= coders * (coders - 1) * sum(lengths) ** 2
    expected = sum(
        (len(units) - 1) / 3 * (2 * n**3 - 3 * n**2 + n)
        + n**2 * sum(space - n + 1 for space in spaces if space >= n)
        for n in units
    )
    pairs = total * (total - 1) - sum(n * (n - 1) for n in units)
    return 1 - observed / (2 / sum(lengths) * expected / pairs)


def test_of_several_documents_and_of_a_sample_it_is_that_of_the_sums_as_printed():
    continua = [CATEGORY_C, CATEGORY_K, {"1": [(10, 40)], "2": []}]
    lengths = [300, 320, 120]
    sums = unit_sums([continua], lengths)
    found = one_minus(*alpha_u(sums.weighted(np.array([[1.0, 1, 1], [2, 0, 1]]))))
    assert found[0, 0] == pytest.approx(plainly(continua, lengths))
    drawn = [continua[0], continua[0], continua[2]]
    assert found[1, 0] == pytest.approx(plainly(drawn, [300, 300, 120]))


def test_it_is_not_defined_where_nobody_marked_anything():
    for measure in (alpha_u, u_alpha):
        observed, expected = alphas(measure, [{"1": [], "2": []}], 100)
        assert np.isnan(one_minus(observed, expected)).all()


def test_a_coder_who_did_not_read_a_document_says_nothing_of_it():
    both = {"1": [(10, 20)], "2": [(10, 20)]}
    sums = unit_sums([[both, {"1": [(0, 30)]}]], [100, 100])
    assert sums.observed[0].tolist() == [0, 0]
    assert sums.read[0].tolist() == [200, 100]


def test_boundaries_far_off_weigh_more_than_the_characters_between():
    near = {"1": [(100, 200)], "2": [(110, 210)]}
    parts = {"1": [(100, 200)], "2": [(100, 140), (160, 200)]}
    # 20 characters differ in each; in the second the pieces' inner ends lie 60 off.
    first, second = (one_minus(*alphas(alpha_u, [each], 1000))[0, 0] for each in (near, parts))
    assert second < first < 1
