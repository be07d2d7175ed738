"""The page of the threads in a real browser: what each step gives, and where its link leads."""

from __future__ import annotations

import pytest
from chromium import PROGRAM, Chromium

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
HEADING = "document.querySelector('h1:not([hidden] *)').textContent"
LEAST_COLOURS = 200
"""Shades that a picture of a page with text has."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        browser.size(1200, 1600)
        yield browser


@pytest.fixture
def page(browser, moments):
    browser.events.clear()
    browser.open(moments.results / "qualitative" / "threads.html")
    return browser


def test_each_step_shows_what_it_gives_now(page, moments):
    rows = moments.by_row("threads")
    for name, row in rows.items():
        told = page.ask(f"document.getElementById('{name}').innerText")
        assert row["found"] in told
        if row["kind"] == "quotation":
            assert row["text"].replace("'", "’")[:40] in told
        elif row["n"]:
            assert f"{row['n']} of {row['denominator']}" in told
        assert f"trialtrail trace results/tables/threads.csv#{name}/" in told
    assert page.ask("document.querySelectorAll('.stale').length") == 0


def test_it_asks_for_nothing_and_complains_of_nothing(page, moments):
    assert page.requested() == [(moments.results / "qualitative/threads.html").as_uri()]
    assert page.complaints() == []


def test_every_link_leads_to_an_entry_of_the_trail(page, moments):
    links = page.ask("[...document.querySelectorAll('.trace a')].map(a => a.hash)")
    assert len(links) == len(moments.table("threads"))
    for link in sorted(set(links)):
        page.open(moments.results / "lineage" / "index.html", link)
        assert page.ask(HEADING) != "Not here", link


@pytest.mark.parametrize("width", [1200, 420])
def test_it_fits_a_wide_and_a_narrow_window(browser, moments, width, tmp_path):
    from PIL import Image

    browser.size(width, 1400)
    browser.open(moments.results / "qualitative" / "threads.html")
    assert browser.ask("document.documentElement.scrollWidth") <= width
    browser.picture(tmp_path / "page.png")
    with Image.open(tmp_path / "page.png") as picture:
        assert picture.width == width
        assert len(picture.convert("RGB").getcolors(1 << 24)) > LEAST_COLOURS
