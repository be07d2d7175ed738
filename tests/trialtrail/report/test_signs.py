"""Signs that IBM Plex Sans and Serif lack have a font of their own, in pages and in figures."""

from __future__ import annotations

import re

import pytest
from lxml import etree, html

from tests.trialtrail.report.fake_study import TEMPLATES
from trialtrail.report.drawing import FAMILIES, Cell, draw
from trialtrail.report.fonts import FAMILY, OF_SIGNS, SIGNS, characters_of
from trialtrail.report.formatting import format_number
from trialtrail.report.writing_systems import spell_out, without_font

FONTS = TEMPLATES / "fonts"
STACK = re.compile(r'"IBM Plex (?:Sans|Serif)", ([^;}]*)')


def test_every_text_of_a_drawn_figure_names_all_families(tmp_path):
    """Of titles, ticks, legends and texts in bold, slanted, coloured or turned."""

    def make():
        from matplotlib import pyplot

        figure, axes = pyplot.subplots()
        axes.plot([1e-9, 2e-9], [1, 2], label="a line")
        axes.set_title("title", fontweight="bold")
        axes.set_xlabel("10⁻⁷", fontstyle="italic", color="red")
        axes.text(0.5, 0.5, "two\nlines", rotation=45, fontfamily="DejaVu Sans")
        axes.text(0.1, 0.1, "n", gid="counted")
        axes.legend()
        return figure, {"counted": ["n ", Cell("t#row/n", "7", "d")]}

    draw(FONTS, make, tmp_path / "figure.svg")
    root = etree.parse(tmp_path / "figure.svg").getroot()
    texts = list(root.iter("{*}text"))
    assert len(texts) > 10
    for text in texts:
        assert text.get("font-family") == FAMILIES, etree.tostring(text)
        assert text.get("font-size").endswith("px")
    named = {each.get("font-family") for each in root.iter("*")} - {None}
    assert named == {FAMILIES}
    assert FAMILIES.split(",")[:2] == [FAMILY, SIGNS]
    assert "DejaVu" not in etree.tostring(root, encoding="unicode")


def test_what_a_number_is_printed_with_is_in_the_fonts():
    known = characters_of(FONTS / "IBMPlexSans-Regular.ttf") | characters_of(
        FONTS / f"{OF_SIGNS}.ttf"
    )
    for text in ("1.5e-7", "-3e-12", "2e18", "123456.5", "-0.5"):
        for spec in ("g", ".1e", ".2f", ".0p"):
            printed = format_number(text, spec)
            assert not {sign for sign in printed if sign.isprintable()} - {*map(chr, known)}


@pytest.mark.parametrize("marked", ["", ' data-n="n1"'])
def test_signs_with_a_font_stay_and_others_are_spelled_out(marked):
    tree = html.fromstring(
        f"<html><body><main><p><span{marked}>10⁻⁷ ₊ 𓀀</span></p></main></body></html>"
    )
    missing = without_font(tree, FONTS)
    assert missing == {"𓀀": 1}
    spell_out(tree, missing)
    assert tree.xpath("string(//span)") == "10⁻⁷ ₊ [U+13000]"


@pytest.mark.parametrize("name", ["report.css", "screen.css", "contents.css", "plan.css"])
def test_every_list_of_fonts_has_the_signs(name):
    stacks = STACK.findall((TEMPLATES / name).read_text(encoding="utf-8"))
    assert stacks
    assert [each for each in stacks if not each.startswith(f'"{SIGNS}"')] == []
