"""The register of printed numbers."""

import re

import pytest

from tests.trialtrail.report.fake_study import CLAIMS, tables
from trialtrail.errors import StudyError
from trialtrail.report.described import spread
from trialtrail.report.numbers import Numbers
from trialtrail.report.views import RowView, TableView
from trialtrail.report.vocabulary import themes
from trialtrail.results.cells import Cells


@pytest.fixture
def numbers():
    return Numbers(Cells.of_files(tables()), CLAIMS)


def test_a_cell_that_reproduces_a_claim_is_named_after_it(numbers):
    assert numbers.number("flow#randomised/n").id == "walkers"
    assert numbers.number("flow#randomised/percent").id == "walkers.percent"
    assert numbers.number("estimates#balance/lower", ".1f").id == "balance.lower"
    assert numbers.number("uptake#any_walk/n").id == "uptake-any_walk-n"


def test_a_number_is_registered_once_a_format(numbers):
    first = numbers.number("flow#randomised/percent", ".0f")
    assert numbers.number("flow#randomised/percent", ".0f") is first
    assert numbers.number("flow#randomised/percent", ".1f").id == "walkers.percent-2"
    assert [row["printed"] for row in numbers.rows()] == ["73", "72.7"]
    assert numbers.rows()[0] == {
        "id": "walkers.percent",
        "printed": "73",
        "value": "72.72727273",
        "table": "summaries",
        "row": "flow.randomised",
        "column": "percent",
    }


@pytest.mark.parametrize(
    "address", ["flow#nobody/n", "flow#randomised/m", "nothing#x/n", "flow#assessed/percent"]
)
def test_a_cell_that_is_missing_or_empty_is_refused(numbers, address):
    with pytest.raises(StudyError):
        numbers.number(address)


def test_a_table_prints_a_dash_for_an_empty_cell(numbers):
    row = TableView(numbers, "flow").get("assessed")
    assert row.n("percent") == "–"
    assert row.n("percent", nothing="") == ""


def test_text_is_registered_only_where_it_holds_a_number(numbers):
    people = TableView(numbers, "interviewees")
    assert people.get("walker_2").t("visits") == (
        '<a class="t" data-n="interviewees-walker_2-visits"'
        ' href="../lineage/index.html#number-interviewees-walker_2-visits">&gt;20</a>'
    )
    assert people.get("walker_2").t("stage", sentence=True) == "Later"
    assert [row["printed"] for row in numbers.rows()] == [">20"]


def test_views_of_a_table(numbers):
    codes = TableView(numbers, "codes")
    assert [row.id for row in codes.where(level="theme")] == ["weather"]
    assert [len(group) for group in codes.groups("level")] == [1, 1, 1, 1]
    people = TableView(numbers, "interviewees")
    assert [row.id for row in people.censored("visits")] == ["walker_2"]
    assert people.before(people.get("guide_1"), "role") == "walker"
    rows = {row.id: row for row in TableView(numbers, "providers")}
    assert rows["resigned.moved"].has_parent
    assert rows["all"].stem == ""


def test_names_of_themes_and_categories_may_hold_numbers(tmp_path):
    renamed = []
    for path in tables("codes", "quotations"):
        text = path.read_text(encoding="utf-8").replace(
            "Weather,theme", "An NHS of 3 seasons,theme"
        )
        renamed.append(tmp_path / path.name)
        renamed[-1].write_text(
            text.replace("weather,rain,", "weather,week 1 of TLC,"), encoding="utf-8"
        )
    numbers = Numbers(Cells.of_files(renamed), {})
    (theme, *_) = themes(numbers, TableView(numbers, "quotations"))
    assert str(theme["label"]).startswith('<a class="t"')
    assert "An NHS of 3 seasons" in theme["label"]
    assert "Week 1 of TLC" in theme["categories"][0]["label"]


@pytest.mark.parametrize(
    ("parts", "printed"),
    [
        (("0.05", "0.02", "0.08"), "0.050 (0.020 to 0.080)"),
        (("1.5", "1", "3.25"), "1.5 (1.0 to 3.3)"),
        (("30", "20", "45"), "30 (20 to 45)"),
    ],
)
def test_a_median_has_the_decimals_that_its_quartiles_deserve(parts, printed):
    row = dict(zip(("row", "median", "q1", "q3"), ("a", *parts), strict=True))
    numbers = Numbers(Cells({"uptake": [row]}))
    text = str(spread(RowView(numbers, "uptake", "a", row)))
    assert re.sub("<[^>]+>", "", text) == printed
