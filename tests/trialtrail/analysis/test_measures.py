"""Limits of ratios from those of their logarithms."""

from __future__ import annotations

import math

import pytest

from trialtrail.analysis.measures import limits_of_ratio


def test_limits_are_those_of_the_logarithm():
    assert limits_of_ratio(-1.0, 2.0) == (math.exp(-1), math.exp(2))


@pytest.mark.parametrize(
    "limits", [(-800.0, 1.0), (0.0, 800.0), (-math.inf, math.inf), (math.nan, math.nan)]
)
def test_limits_that_say_nothing_are_none(limits):
    assert limits_of_ratio(*limits) is None
