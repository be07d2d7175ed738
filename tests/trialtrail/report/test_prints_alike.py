"""Whether two measures print the same in all rows of a table."""

import pytest

from trialtrail.report.described import prints_alike
from trialtrail.report.effects import intervals_in_words
from trialtrail.report.numbers import Numbers
from trialtrail.report.views import TableView
from trialtrail.results.cells import Cells


def view(*rows, head="row,kappa,kappa_lower,alpha,alpha_lower", name="agreement"):
    columns = head.split(",")
    made = [dict(zip(columns, row.split(","), strict=True)) for row in rows]
    return Numbers(Cells({name: made}))


@pytest.mark.parametrize(
    ("rows", "alike"),
    [
        (["a,0.7775,0.1,0.7784,0.1"], True),
        (["a,0.774,0.1,0.776,0.1"], False),
        (["a,0.7,0.114,0.7,0.116"], True),  # whatever their limits
        (["a,0.7,,,"], False),
        (["a,0.7,,0.7,", "b,,,,"], True),  # a row without either says nothing
        (["a,,,,"], False),  # nor does a table of such
        (["a,0.7,,0.7,", "b,0.7,,0.71,"], False),
    ],
)
def test_two_measures_are_alike_when_all_that_is_printed_is(rows, alike):
    table = TableView(view(*rows), "agreement")
    assert prints_alike(table, ["kappa", "alpha"], ".2f") is alike


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["a,primary,0.1,0.2"], " with its 95% interval"),
        (["a,primary,0.1,0.2", "b,primary,,"], ", with its 95% interval where there is one"),
        (["a,primary,,", "b,secondary,0.1,0.2"], ""),
        (["b,secondary,0.1,0.2"], ""),
    ],
)
def test_a_caption_promises_the_intervals_that_there_are(rows, said):
    numbers = view(*rows, head="row,role,lower,upper", name="estimates")
    assert intervals_in_words(numbers, "primary", "95%") == said
