"""No number stands in the page that is not a cell's."""

import pytest
from lxml import html

from trialtrail.errors import StudyError
from trialtrail.report.body_check import Sources, check_body, check_style

SOURCES = Sources(
    numbers={"all": "129", "note": "85 printed, 77 found"},
    quotations={"q1": "I was 71 then."},
    names=frozenset({"Dose 10 mg"}),
    phrases=("SF-36", "aged 16 to 30"),
    marks=frozenset({"axis"}),
)


def check(body):
    return check_body(html.document_fromstring(f"<html><body>{body}</body></html>"), SOURCES)


@pytest.mark.parametrize(
    "body",
    [
        '<p>Of <span data-n="all">129</span> women</p>',
        "<p>women aged\n 16 to 30, who answered the SF-36.</p>",
        "<p>three women</p>",
        '<q data-quotation="q1">I was 71 then.</q>',
        "<td>Dose 10 mg</td>",
        '<svg><g data-allowed="axis"><text>10</text></g></svg>',
        '<svg><tspan data-part="note">77 found</tspan></svg>',
        "<style>p { margin: 3mm }</style>",
    ],
)
def test_what_has_a_source_passes(body):
    check(body)


@pytest.mark.parametrize(
    "body",
    [
        "<p>Of 129 women</p>",
        "<p>½ of them</p>",
        "<p>the SF-36: 12</p>",
        "<p>aged 16 to 300</p>",
        "<p><b>x</b> 7</p>",
        '<p><span data-n="all">130</span></p>',
        '<p><span data-n="none">129</span></p>',
        '<q data-quotation="q1">I was 17 then.</q>',
        '<p data-allowed="mine">5</p>',
        '<svg><tspan data-part="note">78 found</tspan></svg>',
        '<img alt="12 women">',
    ],
)
def test_a_number_without_a_source_is_refused(body):
    with pytest.raises(StudyError):
        check(body)


def test_the_error_names_the_text_and_the_section():
    with pytest.raises(StudyError) as caught:
        check('<section id="uptake"><p>Of 129 women</p></section>')
    assert "Of 129 women" in caught.value.what
    assert "section `uptake`" in caught.value.where


def test_numbers_are_counted():
    assert check('<p><span data-n="all">129</span> women, SF-36</p>') == 2


def test_a_style_sheet_prints_no_number():
    check_style('@page { content: "Page " counter(page) }')
    with pytest.raises(StudyError):
        check_style('p::before { content: "75%" }')
