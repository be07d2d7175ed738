"""The page of the trail in a real browser: by keyboard, without network, on paper."""

from __future__ import annotations

import time

import pytest
from chromium import PROGRAM, Chromium

from tests.scripts.small_trail import UPTAKE, make_pages, small_trail

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
FILES, NUMBERS = 400, 1700
NUMBER = "#number-any_visit.percent"
HEADING = "document.querySelector('h1:not([hidden] *)').textContent"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the pages of a trail of the size of a real study."""
    folder = tmp_path_factory.mktemp("trail")
    return make_pages(folder, small_trail(folder, more_files=FILES, more_numbers=NUMBERS))


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Return a browser with a profile of its own."""
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(running, pages):
    """Return the browser in a wide window, with the page open at its start."""
    running.events.clear()
    running.size(1300, 900)
    running.open(pages[0])
    return running


def test_the_address_of_a_printed_number_opens_its_entry(browser, pages):
    browser.open(pages[0], NUMBER)
    assert browser.ask(HEADING) == "75"
    told = browser.ask("document.getElementById('entry').innerText")
    many = f"data/*.csv ({FILES + 1} files)"
    for text in ("75.04", UPTAKE, "any_visit, percent", many, "scripts/tabulate_uptake.py"):
        assert text in told
    assert browser.ask("document.getElementById('home').hidden")
    assert browser.ask("document.activeElement.tagName") == "H1"


@pytest.mark.parametrize(
    ("fragment", "heading"),
    [
        (f"#file-{UPTAKE}", "uptake.csv"),
        ("#column-people.any_visit", "any_visit"),
        ("#column-people.visits", "visits"),  # no dataset has it: the validated table's
        ("#column-data/register.csv%23Alloc", "Alloc"),
        ("#job-derive_people", "derive_people"),
        ("#query-Q-1", "Q-1"),
        ("#number-odd", "</script><i>1"),
        ("#number-no_such", "no_such"),
    ],
)
def test_each_kind_of_entry_has_an_address(browser, pages, fragment, heading):
    browser.open(pages[0], fragment)
    assert browser.ask(HEADING) == heading
    assert browser.complaints() == []


def test_a_number_has_a_card_to_send_and_a_text_has_none(browser, pages):
    browser.open(pages[0], NUMBER)
    assert browser.ask("document.querySelectorAll('button.card').length") == 1
    card = browser.ask("cardOf(numberNamed.get('any_visit.percent'))")
    assert card == browser.ask("cardOf(numberNamed.get('any_visit.percent'))")
    for text in ("75.04", f"{UPTAKE}#any_visit/percent", "tabulate_uptake", "1" * 64):
        assert text in card
    assert len(card.encode()) < 50_000
    assert "<script" not in card
    browser.open(pages[0], "#number-odd")
    assert browser.ask("document.querySelectorAll('button.card').length") == 0


def test_the_page_says_that_it_cannot_see_what_is_absent(browser, pages):
    told = browser.ask("document.getElementById('home').innerText")
    assert "names what is absent" in told
    assert browser.ask("document.querySelector('#home a[href=\"../index.html\"]') !== null")


def test_search_by_keyboard_alone(browser):
    browser.press("/")
    assert browser.ask("document.activeElement.id") == "search"
    browser.type("any_visit")
    found = browser.ask("[...document.querySelectorAll('#results li')].map(o => o.innerText)")
    assert any("percent" in each for each in found)
    first = browser.ask("document.querySelector('#results a').hash")
    browser.press("Tab")
    assert browser.ask("document.activeElement.hash") == first
    browser.press("/")
    browser.press("Enter")
    browser.wait("location.hash.length > 1")
    assert browser.ask("location.hash") == first
    browser.wait("document.getElementById('results').hidden")
    browser.press("/", "z", "Escape")
    assert browser.ask("document.getElementById('search').value") == ""


def test_a_number_is_found_as_it_is_printed(browser):
    browser.press("/")
    browser.type("129")
    assert browser.ask("document.querySelector('#results a').hash") == "#number-any_visit.n"


def test_each_box_of_the_drawing_is_a_link(browser, pages):
    browser.open(pages[0], NUMBER)
    box = "document.querySelector('.drawing a[aria-label*=\"datasets/people\"]')"
    browser.ask(f"{box}.focus()")
    assert "datasets/people" in browser.ask("document.activeElement.getAttribute('aria-label')")
    browser.press("Enter")
    browser.wait("location.hash.includes('datasets/people.parquet')")
    browser.wait(f"{HEADING} === 'people.parquet'")


def test_a_raw_file_leads_forward_to_the_report_and_its_numbers(browser, pages):
    browser.open(pages[0], "#file-data/register.csv")
    told = browser.ask("document.getElementById('entry').innerText")
    assert "results/report/report.pdf" in told
    assert f"{NUMBERS + 3:,} printed numbers may move with it." in told
    assert "the code is not among those of the configuration" in told


def test_a_job_shows_rows_parameters_and_code(browser, pages):
    browser.open(pages[0], "#job-validate_table-people")
    told = browser.ask("document.getElementById('entry').innerText")
    for text in ("40", "39", "width 1", "Validate one table.", "schemas/raw/people.py"):
        assert text in told


def test_nothing_is_asked_of_the_network_and_nothing_fails(browser, pages):
    for fragment in ("", NUMBER, "#file-results/report/report.pdf", "#column-people.arm"):
        browser.open(pages[0], fragment)
    browser.open(pages[1])
    assert {url.partition("#")[0] for url in browser.requested()} == {
        page.resolve().as_uri() for page in pages
    }
    assert browser.complaints() == []


def test_without_scripts_files_and_jobs_are_listed(browser, pages):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(pages[0])
        told = browser.ask("document.body.innerText")
        shown = browser.ask("getComputedStyle(document.querySelector('.search')).display")
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    for text in (UPTAKE, "derive_people", "any_visit.percent"):
        assert text in told
    assert shown == "none"


@pytest.mark.parametrize("width", [1300, 390])
@pytest.mark.parametrize("fragment", ["", NUMBER, "#job-derive_people", "#file-data/register.csv"])
def test_the_window_never_scrolls_sideways(browser, pages, width, fragment):
    browser.size(width, 900)
    browser.open(pages[0], fragment)
    assert browser.ask("document.documentElement.scrollWidth <= innerWidth")


def test_what_has_the_focus_is_seen(browser):
    browser.press("Tab", "Tab")
    assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_paper_has_the_entry_with_its_whole_chain(browser, pages, tmp_path):
    import pypdf

    browser.open(pages[0], NUMBER)
    browser.pdf(tmp_path / "entry.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "entry.pdf").pages)
    for part in (UPTAKE, "data/register.csv", "derive_people", "more_0399.csv", "1" * 64):
        assert part in text.replace("\n", "")


def test_a_study_of_many_files_and_numbers_answers_at_once(browser, pages):
    browser.press("/")
    begun = time.perf_counter()
    browser.type("17.5")
    assert browser.ask("document.querySelectorAll('#results a').length") > 0
    assert time.perf_counter() - begun < 3
    begun = time.perf_counter()
    browser.open(pages[0], "#file-results/report/report.pdf")
    assert browser.ask(HEADING) == "report.pdf"
    assert time.perf_counter() - begun < 5
    assert pages[0].stat().st_size < 2_000_000
