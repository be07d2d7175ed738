"""An estimate now and then: its change, in standard errors, and the conclusion."""

import math

import pytest

from trialtrail.forecast.forecast import ALL, OWN, PRIMARY, Shift, shifts_between
from trialtrail.forecast.telling import conclusion

ROW = {
    "row": "walk",
    "role": "primary",
    "measure": "mean_difference",
    "estimate": "2.0",
    "lower": "1.0",
    "upper": "3.0",
    "se": "0.5",
    "level": "0.95",
    "p_adjusted": "",
    "important": "",
    "margin": "",
}


def test_a_change_is_in_the_unit_and_in_standard_errors():
    shift = Shift(ROW, ROW | {"estimate": "1.5"})
    assert shift.changed
    assert shift.change == -0.5
    assert shift.in_errors == -1.0
    assert not Shift(ROW, dict(ROW)).changed


def test_of_a_ratio_it_is_the_factor_and_the_logarithm():
    ratio = ROW | {"measure": "hazard_ratio"}
    shift = Shift(ratio, ratio | {"estimate": "1.0"})
    assert shift.change == 0.5
    assert shift.in_errors == pytest.approx(math.log(0.5) / 0.5)


def test_an_estimate_that_is_gone_or_new_has_no_change():
    for shift in (Shift(ROW, {}), Shift({}, ROW), Shift(ROW, ROW | {"estimate": ""})):
        assert shift.changed
        assert shift.change is None
        assert shift.in_errors is None


def test_the_conclusion_is_that_of_the_interval_and_of_the_family():
    assert not Shift(ROW, ROW | {"lower": "0.1"}).concludes_otherwise
    assert Shift(ROW, ROW | {"lower": "-0.1"}).concludes_otherwise
    first, then = ROW | {"p_adjusted": "0.04"}, ROW | {"p_adjusted": "0.06"}
    assert Shift(first, then).concludes_otherwise
    assert conclusion(first).endswith("(of its family rejected)")
    assert Shift(ROW, {}).conclusions == ("differs", "")


def test_a_scope_has_its_roles():
    rows = {
        role: ROW | {"row": role, "role": role} for role in ("primary", "secondary", "subgroup")
    }
    for scope, count in ((PRIMARY, 1), (OWN, 2), (ALL, 3)):
        assert len(shifts_between(rows, rows, scope=scope)) == count
