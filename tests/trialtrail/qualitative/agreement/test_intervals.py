import numpy as np
import pytest

from trialtrail.qualitative.agreement.intervals import draw_documents, percentile_limits


def test_as_many_documents_are_drawn_as_there_are_and_only_the_chosen():
    chosen = np.array([True, False, True, True])
    weights = draw_documents(chosen, 200, (1, 0))
    assert (weights.sum(axis=1) == 3).all()
    assert (weights[:, 1] == 0).all()
    assert len(np.unique(weights, axis=0)) > 5


def test_a_seed_draws_the_same_and_another_others():
    chosen = np.ones(6, dtype=bool)
    first, again, other = (draw_documents(chosen, 50, (seed, 0)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert not (first == other).all()


def test_limits_are_percentiles_where_the_measure_is_mostly_defined():
    draws = np.arange(101.0)[:, None]
    rare = np.where(np.arange(101) % 5 == 0, np.nan, draws[:, 0])
    lower, upper = percentile_limits(np.stack([draws[:, 0], rare], axis=1), 0.9)
    assert [lower[0], upper[0]] == pytest.approx([5, 95])
    assert np.isnan([lower[1], upper[1]]).all()


def test_what_is_not_defined_in_some_samples_is_left_out_and_not_counted_as_0():
    draws = np.full((100, 1), 0.8)
    draws[:5] = np.nan
    lower, upper = percentile_limits(draws, 0.95)
    assert (lower[0], upper[0]) == (0.8, 0.8)
