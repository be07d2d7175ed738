"""Numbers at their decimal points, units beside their numbers, notes under tables."""

import pytest
from fontTools.ttLib import TTFont
from lxml import html

from tests.trialtrail.report.fake_study import TEMPLATES
from trialtrail.report.typography import (
    DIGIT,
    WIDTHS,
    align_numbers,
    keep_units,
    letter_of,
    place_footnotes,
)


def page(body):
    return html.document_fromstring(f"<html><body><main>{body}</main></body></html>")


def cell(*numbers, between=" ("):
    marked = [f'<a class="n" data-n="{n}">{text}</a>' for n, text in enumerate(numbers)]
    return f'<td class="num">{between.join(marked)}{")" if numbers[1:] else ""}</td>'


def rows(*cells):
    lines = "".join(f"<tr><th>x</th>{each}</tr>" for each in cells)
    return page(f"<table><tbody>{lines}</tbody></table>")


def room(tree):
    return [str(style).removeprefix("padding-right:") for style in tree.xpath("//@style")]


def test_the_widths_are_those_of_the_font_of_tables():
    font = TTFont(TEMPLATES / "fonts" / "IBMPlexSans-Regular.ttf")
    names, advances, em = font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm
    for letter, width in {**WIDTHS, **dict.fromkeys("0123456789−", DIGIT)}.items():
        assert advances[names[ord(letter)]][0] / em == pytest.approx(width, abs=0.001)


def test_numbers_alone_stand_under_their_points():
    tree = rows(cell("1.25"), cell("−10"), cell("3.5"))
    assert room(tree) == []
    align_numbers(tree)
    assert room(tree) == ["1.472em", "0.6em"]
    assert tree.xpath("//td")[1].text_content() == "−10"


def test_a_mean_is_aligned_before_its_bracket_and_other_cells_are_left():
    tree = rows(cell("12.3", "2.8"), cell("9.25", "1.39"), cell("7", between=""), "<td>–</td>")
    align_numbers(tree)
    assert room(tree) == ["1.2em"]
    assert tree.xpath("//a[@style]")[0].text == "12.3"


def test_nothing_is_moved_where_all_have_the_same_form():
    tree = rows(cell("12.3", "2.8"), cell("9.2", "1.3"))
    align_numbers(tree)
    assert room(tree) == []


def test_a_unit_stays_with_its_number_and_another_word_does_not():
    number = '<a data-n="a">1.5</a>'
    tree = page(f"<p>by {number} points; {number} pointsmen; ({number}) kg/m² and</p>")
    keep_units(tree, {"points", "kg/m²"})
    assert tree.xpath("//p")[0].text_content() == (
        "by 1.5\N{NO-BREAK SPACE}points; 1.5 pointsmen; (1.5)\N{NO-BREAK SPACE}kg/m² and"
    )


def test_a_note_is_printed_once_and_each_mark_leads_to_it():
    noted = '<td>–<span class="footnote">{}</span> x</td>'
    lines = "".join(f"<tr>{noted.format(each)}</tr>" for each in ("why", "else", "why"))
    tree = page(f'<div><table id="t"><tbody>{lines}</tbody></table></div>')
    place_footnotes(tree)
    assert [each.text_content() for each in tree.xpath("//td")] == ["–a x", "–b x", "–a x"]
    notes = tree.xpath("//p[@role='doc-footnote']")
    assert [each.text_content() for each in notes] == ["a why", "b else"]
    ids = {each.get("id") for each in notes}
    marks = tree.xpath("//a[@role='doc-noteref']/@href")
    assert len(marks) == 3
    assert {mark[1:] for mark in marks} == ids


@pytest.mark.parametrize(("place", "letter"), [(0, "a"), (25, "z"), (26, "aa"), (702, "aaa")])
def test_marks_go_on_after_z(place, letter):
    assert letter_of(place) == letter
