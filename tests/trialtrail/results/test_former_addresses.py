"""Addresses of version 0.1: each ends in a message that names the cell's present address."""

import pytest

from tests.trialtrail.report.fake_study import tables
from trialtrail.results.cells import Cells, parse
from trialtrail.errors import StudyError
from trialtrail.results.former_addresses import present_address

MOVED = {
    "outcomes#balance/estimate": "estimates#balance/estimate",
    "outcomes#balance": "estimates#balance",
    "outcomes#balance/n_usual": "arms#balance.usual/n_with_data",
    "outcomes#fell.risk_ratio/percent_group": "arms#fell.group/percent",
    "outcomes#fell.risk_difference/count_usual": "arms#fell.usual/events",
    "baseline#age/mean_all": "baseline#age.all/mean",
    "baseline#home.alone/count_usual": "baseline#home.alone.usual/n",
    "codes#weather/segments": "passages#weather/n",
    "codes#weather/documents": "codes#weather/n",
    "codes#weather/documents_every_coder": "codes_of_all_coders#weather/n",
    "codes#weather/documents_walker_early": "codes_by_stage#weather.walker.early/n",
    "questionnaire#rain/theme": "questionnaire#rain/group",
    "rows#r1/rows_out": "row_accounts#r1/rows_out",
    "rows#r1": "row_accounts#r1",
    "queries#range.walks/n": "query_counts#range.walks/n",
    "questionnaire#rain/sent": "questionnaire#completed/denominator",
}


@pytest.fixture(scope="module")
def cells():
    return Cells.of_files(tables())


@pytest.mark.parametrize(("former", "now"), MOVED.items())
def test_a_former_address_names_the_present_one(cells, former, now):
    with pytest.raises(StudyError) as refused:
        cells.row(former)
    assert f"it is now `{now}`" in refused.value.text()
    cells.row(now)
    if parse(now).column:
        cells.text(now)


@pytest.mark.parametrize("address", ["flow#randomised/n", "codes#weather/n", "baseline#age.all/n"])
def test_a_present_address_has_not_moved(cells, address):
    parsed = parse(address)
    assert present_address(parsed.table, parsed.row, parsed.column) == ""
    assert cells.text(address)


def test_a_topic_is_addressed_by_itself_or_in_the_table(cells):
    assert cells.text("flow#randomised/n") == cells.text("summaries#flow.randomised/n")
    assert str(cells.canonical(parse("flow#randomised/n"))) == "summaries#flow.randomised/n"
    assert str(cells.canonical(parse("estimates#balance/n_arm"))) == "estimates#balance/n_arm"
