import numpy as np
import pandas as pd
import pytest

from trialtrail.qualitative.agreement.coefficients import (
    Sums,
    ac1,
    alpha,
    fleiss_kappa,
    kappa,
    percent_agreement,
    sums_of_ratings,
)

NAN = np.nan


def of_counts(both, first, second, neither):
    return sums_of_ratings(
        np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], (both, first, second, neither), axis=0)
    )


@pytest.mark.parametrize(
    ("counts", "expected", "percent"),
    [((20, 5, 10, 15), 0.40, 70), ((50, 75, 75, 800), 0.3143, 85)],
)
def test_kappa_of_two_coders_is_cohens(counts, expected, percent):
    assert kappa(of_counts(*counts)) == pytest.approx(expected, abs=5e-5)
    assert percent_agreement(of_counts(*counts)) == pytest.approx(percent)


def test_of_two_coders_kappa_with_common_shares_is_scotts():
    # Shares .55 and .45: expected .505, observed .70.
    assert fleiss_kappa(of_counts(20, 5, 10, 15)) == pytest.approx((0.7 - 0.505) / 0.495)
    assert kappa(of_counts(20, 5, 10, 15)) != pytest.approx(fleiss_kappa(of_counts(20, 5, 10, 15)))


@pytest.mark.parametrize("measure", [kappa, fleiss_kappa, alpha])
@pytest.mark.parametrize("ratings", [[[1, 1], [1, 1]], [[0, 0]]])
def test_without_variation_a_measure_is_not_defined(measure, ratings):
    assert np.isnan(measure(sums_of_ratings(ratings)))


@pytest.mark.parametrize("measure", [percent_agreement, kappa, fleiss_kappa, ac1, alpha])
def test_without_a_unit_of_two_judgements_a_measure_is_not_defined(measure):
    assert np.isnan(measure(sums_of_ratings([[1, NAN], [NAN, 0]])))


def test_a_missing_judgement_is_no_judgement():
    # The third coder read one unit of two, and agreed there.
    full = sums_of_ratings([[1, 1, 1], [0, 0, 0]])
    part = sums_of_ratings([[1, 1, 1], [0, 0, NAN]])
    for measure in (percent_agreement, kappa, fleiss_kappa, ac1, alpha):
        assert measure(part) == pytest.approx(measure(full))
    assert part.by_coder.sum(axis=-1).tolist() == [2, 2, 1]


def test_of_many_coders_agreement_is_no_mean_of_pairs():
    ratings = np.array([[1, 1, 0], [1, 1, 1], [0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]])
    pairs = [alpha(sums_of_ratings(ratings[:, list(pair)])) for pair in ([0, 1], [0, 2], [1, 2])]
    assert alpha(sums_of_ratings(ratings)) != pytest.approx(np.mean(pairs), abs=1e-3)


def test_weighted_sums_are_those_of_the_units_together():
    rng = np.random.default_rng(7)
    documents = [rng.integers(0, 2, (n, 3)) for n in (4, 9, 6)]
    each = [sums_of_ratings(np.vstack([part, [[0, 0, 0], [1, 1, 1]]])) for part in documents]
    stacked = Sums(*(np.array([[getattr(s, name) for s in each]]) for name in vars(each[0])))
    drawn = stacked.weighted(np.array([[2.0, 0.0, 1.0]]))
    whole = [np.vstack([part, [[0, 0, 0], [1, 1, 1]]]) for part in documents]
    together = sums_of_ratings(np.vstack([whole[0], whole[0], whole[2]]))
    for measure in (percent_agreement, kappa, fleiss_kappa, ac1, alpha):
        assert measure(drawn)[0, 0] == pytest.approx(measure(together))


def test_values_may_be_anything_that_can_be_told_apart():
    words = pd.DataFrame({"a": ["x", "y", None], "b": ["x", "z", "y"]})
    assert percent_agreement(sums_of_ratings(words)) == 50
