"""What the formula of a calculated field gives for one record, and for which it gives nothing."""

import pandas as pd
import pytest

from trialtrail.exports.redcap.dictionary import Field
from trialtrail.exports.redcap.records import Records
from trialtrail.forecast.calculations import by_formula

ROWS = pd.DataFrame({"id": ["1", "2", "3"], "a": ["4", "", "6"], "total": ["9", "9", ""]})
RECORDS = ROWS.astype("string").assign(_line=pd.array([2, 3, 4], "Int64"))


def given(line, formula="[a] * 2 + 0.5", kind="calc"):
    names = {"id": "", "a": "", "total": formula}
    fields = {
        name: Field(name, "main", kind if words else "text", "", {}, calculation=words)
        for name, words in names.items()
    }
    return by_formula(fields["total"], Records(RECORDS, fields, [""]), line)


@pytest.mark.parametrize(("line", "number"), [(2, 8.5), (3, None), (4, 12.5), (9, None)])
def test_the_formula_is_that_of_the_record(line, number):
    assert given(line) == number


def test_a_difference_has_no_digits_of_the_computer():
    assert given(2, "[a] - 2.8") == 1.2 != 4 - 2.8


@pytest.mark.parametrize("formula", ["datediff([a], 'today', 'd')", "[a] / 0", "[a] +"])
def test_what_is_not_computed_gives_nothing(formula):
    assert given(2, formula) is None


def test_a_field_that_is_not_calculated_gives_nothing():
    assert given(2, kind="text") is None
