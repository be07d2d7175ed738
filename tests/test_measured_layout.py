"""The measures of a laid-out page find what was planted on it, and nothing on a good page."""

import pytest

from tools.measure_layout import lay_out, measure

GOOD = "<h2>Heading</h2><p>" + "words and more words " * 20 + "</p>"
STYLE = (
    "@page { size: 100mm 100mm; margin: 10mm } p { margin: 0; font-size: 10pt }"
    "h2 { font-size: 12pt; margin: 0 }"
)


def measured(body):
    page = f'<html lang="en"><head><title>x</title><style>{STYLE}</style></head><body>{body}</body>'
    return measure(lay_out(f"{page}</html>", []))


def problems(body):
    return [problem for page in measured(body) for problem in page.problems()]


def test_a_good_page_has_no_fault():
    (page,) = measured(GOOD)
    assert page.problems() == []
    assert page.smallest == pytest.approx(10)
    assert 0.2 < page.blank < 0.9


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<p style="white-space: nowrap">' + "wide " * 60 + "</p>", "beyond the margin"),
        ('<p>under</p><p style="margin-top: -12pt">above</p>', "stands on"),
        ('<p style="font-size: 7.9pt">small</p>', "type of 7.9 pt"),
        ('<p style="height: 72mm">x</p><h2 style="break-after: auto">Alone</h2>' + GOOD, "parted"),
        ("<p>x</p><p style='break-before: avoid'></p>", ""),
    ],
)
def test_a_planted_fault_is_found(body, found):
    told = problems(body)
    assert any(found in each for each in told) if found else not told


def test_a_half_empty_page_is_told_where_what_follows_had_room():
    block = '<div style="break-inside: avoid; height: {}mm; {}">x</div>'
    plain = block.format(30, "")
    assert not problems(plain + block.format(75, "")), "it had no room"
    assert not problems(f'{plain}<div style="break-before: page">{GOOD}</div>'), "as was asked"
    chained = plain + block.format(30, "break-after: avoid") + block.format(30, "")
    assert [each for each in problems(chained) if "blank, with room" in each]
