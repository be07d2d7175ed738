"""Every printed percentage stands beside the count that it is of, and beside how many there are."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import html

from tests.trialtrail.report.fake_study import write_text
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.render import make_report

PLACES = ("tr", "p", "li", "div", "text", "figcaption", "caption")
"""Elements that are read as one: a row of a table, a sentence, a label of a figure."""
COUNTED = ("n", "events", "participants")
OUT_OF = ("denominator", "n_with_data")
OF_HARMS = ("table-harms", "table-harms-systems", "table-harms-serious")
KEY_FIGURE = "div"
"""The one figure that stands alone, on the first page; its count is in the flow chart."""


def percentages(report) -> Iterator[tuple[str, str, set[str]]]:
    """Yield of each percentage its row, where it stands, and the columns printed beside it."""
    known = {each.id: each.address for each in report.numbers}
    tree = html.document_fromstring(report.html)
    for mark in tree.xpath("//*[@data-n]"):
        address = known[mark.get("data-n")]
        if address.column != "percent":
            continue
        place = next(each for each in mark.iterancestors() if each.tag in PLACES)
        others = [known[each.get("data-n")] for each in place.xpath(".//*[@data-n]")]
        table = next(iter(place.xpath("ancestor::table/@id")), place.tag)
        beside = {o.column for o in others if (o.table, o.row) == (address.table, address.row)}
        yield f"{address.table}#{address.row}", table, beside


@pytest.fixture(scope="module")
def found() -> list[tuple[str, str, set[str]]]:
    return list(percentages(make_report(WHOLE)))


def test_percentages_of_all_kinds_of_tables_are_looked_at(found):
    tables = {table for _, table, _ in found}
    assert {each for each in tables if each.startswith("table-")} == {
        *("table-baseline", "table-contacts", "table-interviews", "table-providers"),
        *(
            "table-joint-display",
            "table-questionnaire",
            "table-integration",
            "table-secondary-risks",
            "table-uptake",
        ),
        *OF_HARMS,
    }
    assert tables >= {KEY_FIGURE}


def test_each_percentage_stands_beside_its_count(found):
    lacking = {table for _, table, beside in found if not beside & {*COUNTED}}
    assert lacking == {KEY_FIGURE}


def test_each_percentage_says_of_how_many_it_is(found):
    """At baseline that stands at the head of the variable, and of harms at the head of the arm."""
    lacking = {table for _, table, beside in found if not beside & {*OUT_OF}}
    assert lacking == {KEY_FIGURE, "table-baseline", *OF_HARMS}


def test_a_share_in_a_sentence_has_its_count_and_of_how_many(tmp_path):
    text = write_text(tmp_path, "uptake.md", '{{ share("uptake#any_walk") }} walked.')
    found = list(percentages(make_report(replace(WHOLE, texts=[text]))))
    (beside,) = (beside for _, place, beside in found if place == "p")
    assert beside == {"n", "denominator", "percent"}
