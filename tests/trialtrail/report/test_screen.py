"""The page for a screen: its links, its regions, its fonts, and what it may load."""

import base64
import hashlib
import io
import re

import pytest
from lxml import html

from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.font_subsets import subset, with_fonts
from trialtrail.report.render import make_report
from trialtrail.report.screen import SCRIPTS

FONT = WHOLE.templates / "fonts" / "IBMPlexSans-Regular.woff2"


@pytest.fixture(scope="module")
def report():
    return make_report(WHOLE)


@pytest.fixture(scope="module")
def page(report):
    return html.document_fromstring(report.html)


def test_no_link_leads_out_of_the_page(page):
    ids = set(page.xpath("//@id"))
    links = page.xpath("//@href")
    assert len(links) > 50
    for link in links:
        assert link.startswith(("https://", "http://")) or (link[0] == "#" and link[1:] in ids), (
            link
        )
    assert not page.xpath("//@src | //link | //@style[contains(., 'url')]")


def test_each_number_leads_to_the_entry_of_its_cell(page, report):
    known = {each.id: each for each in report.numbers}
    links = page.xpath("//a[@data-n]")
    assert links
    for link in links:
        (entry,) = page.xpath("//dd[@id=$id]", id=link.get("href")[1:])
        each = known[link.get("data-n")]
        assert entry.xpath("string(b)") == each.printed
        assert (entry.xpath("string(i)") or each.printed) == each.value
        assert entry.text.strip() == each.address.column
        assert entry.xpath("string(preceding-sibling::dt[1])") == each.address.row
        table = entry.getparent().getprevious().text
        assert table == f"results/tables/{each.address.table}.csv"
    assert len(page.xpath("//noscript//dd")) == len(known)


def test_each_table_stands_in_a_region_that_has_its_caption_for_a_name(page):
    tables = page.xpath("//main//table[caption]")
    assert tables
    for table in tables:
        region = table.getparent()
        assert (region.get("role"), region.get("tabindex")) == ("region", "0")
        assert page.get_element_by_id(region.get("aria-labelledby")) is table.find("caption")
    names = page.xpath("//*[@role='region']/@aria-labelledby")
    assert len(set(names)) == len(names)


def test_no_heading_is_without_words(page):
    assert not page.xpath(
        "//*[self::th or self::h1 or self::h2 or self::h3][not(normalize-space())]"
    )


def test_the_contents_at_the_side_name_each_section(page):
    titles = [" ".join(each.text_content().split()) for each in page.xpath("//main/section/h2")]
    listed = [" ".join(each.text_content().split()) for each in page.xpath("//nav//li/a")]
    assert [each for each in listed if each in titles] == titles


def test_the_policy_names_the_script_and_no_other(page):
    (script,) = page.xpath("//script[not(@type)]")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    (policy,) = page.xpath("//meta[@http-equiv]/@content")
    assert f"script-src 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy


def test_every_text_of_the_script_stands_in_one_place(page):
    (words,) = page.xpath("//script[@id='words']")
    code = "".join((WHOLE.templates / name).read_text("utf-8") for name in SCRIPTS)
    used = set(re.findall(r"\bwords\.(\w+)", code)) | {"value", "table", "row", "column"}
    assert used <= set(re.findall(r'"(\w+)":', words.text))


def test_what_is_printed_has_nothing_of_the_screen(report):
    for printed in report.print_pages.values():
        tree = html.document_fromstring(printed)
        assert not tree.xpath(
            "//script | //dialog | //noscript | //*[@class='side' or @class='scroll']"
        )
        assert "base64" not in printed


def characters_of(font):
    from fontTools.ttLib import TTFont

    return {chr(each) for each in TTFont(io.BytesIO(font)).getBestCmap()}


def test_a_font_has_the_characters_of_the_page_and_no_others():
    style = "<style>@font-face { src: url(fonts/IBMPlexSans-Regular.woff2); }</style>"
    page = with_fonts(f"{style}<p>&Auml;x</p>", WHOLE.templates)
    font = base64.b64decode(re.search(r"base64,([^)]+)\)", page)[1])
    assert {"Ä", "x"} <= characters_of(font)
    assert "Q" not in characters_of(font)


def test_the_same_letters_give_the_same_font():
    letters = frozenset(map(ord, "A fjord: 12.3 (−4 to 5)"))
    again = subset.__wrapped__(FONT, letters)
    assert again == subset.__wrapped__(FONT, letters)
    assert len(again) < FONT.stat().st_size / 5


@pytest.mark.parametrize("letters", ["", "   ", "漢字"])
def test_a_font_without_a_letter_of_the_page_is_left_out(letters):
    assert subset(FONT, frozenset(map(ord, letters))) == b""
