"""Each model against the values that other implementations give of the same data."""

from __future__ import annotations

import math

import pytest
from golden.models import FAMILIES, fits_of, values_of

CASES = [(family, *key) for family in FAMILIES for key in dict.fromkeys(values_of(family))]


@pytest.mark.parametrize(("family", "case", "method"), CASES)
def test_a_fit_gives_the_values_of_the_other_implementation(family, case, method):
    wanted = values_of(family)[case, method]
    found = fits_of(family)[case, method]()
    for quantity, (value, tolerance) in wanted.items():
        assert quantity in found, quantity
        if quantity == "log_likelihood_at_least":
            assert found[quantity] >= value - tolerance * abs(value)
        elif value == 0:
            assert abs(found[quantity]) <= tolerance, quantity
        else:
            assert math.isclose(found[quantity], value, rel_tol=tolerance), (
                quantity,
                found[quantity],
                value,
            )


@pytest.mark.parametrize("family", FAMILIES)
def test_every_fit_is_compared(family):
    assert {*fits_of(family)} == {*values_of(family)}
