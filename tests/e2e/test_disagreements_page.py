"""The page of disagreements in a real browser: by keyboard, and the file that it saves."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from chromium import PROGRAM, Chromium

from tests.scripts.test_render_disagreements import TEXT, rendered, segments
from trialtrail.qualitative.agreement.readers import reading
from trialtrail.qualitative.consensus import read_decisions, sort_out
from trialtrail.qualitative.disagreements import places

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
ARTICLE = "document.querySelectorAll('.place:not([hidden])')"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return rendered(tmp_path_factory.mktemp("page"))[0]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(running, page):
    """Return the browser with the page open afresh, its two disagreements in view."""
    running.ask("typeof unsaved !== 'undefined' && (unsaved = false)")
    running.events.clear()
    running.size(1300, 1000)
    running.open(page)
    running.ask(f"{ARTICLE}[0].scrollIntoView()")
    running.wait("document.querySelectorAll('fieldset').length === 2")
    return running


def set_value(browser, selector, value, event="input"):
    browser.ask(
        f"(() => {{ const e = {selector}; e.value = {value!r};"
        f" e.dispatchEvent(new Event('{event}', {{bubbles: true}})); }})()"
    )


def saved(browser, folder):
    """Save the file and return where it is."""
    browser.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    browser.ask("document.getElementById('save').click()")
    file = folder / "consensus.csv"
    end = time.monotonic() + 20
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.02)
    return file


def test_no_network_and_no_complaint(browser, page):
    assert browser.requested() == [page.resolve().as_uri()]
    assert browser.complaints() == []


def test_decisions_by_keyboard_are_saved_and_read_back(browser, tmp_path):
    set_value(browser, "document.getElementById('who')", "A & B")
    set_value(browser, "document.getElementById('when')", "2006-03-04")
    browser.ask("document.getElementById('list').focus()")
    browser.press("j")
    browser.wait("document.activeElement.classList.contains('place')")
    browser.press("Tab", "Tab")  # past the address of the place, to the choices
    assert browser.ask("document.activeElement.type") == "radio"
    browser.press(" ")
    browser.press("ArrowRight")
    assert browser.ask("document.activeElement.value") == "keep b"
    assert "Still needed: the reason." in browser.ask(f"{ARTICLE}[0].innerText")
    browser.press("Tab", "Tab")
    browser.type('=as "b", said; so')
    assert browser.ask("document.getElementById('progress').textContent").startswith("1 of 2")
    # The other one gets edges of its own, one word later than the widest.
    browser.ask(f"{ARTICLE}[1].querySelector('input[value=edges]').click()")
    browser.ask(f"{ARTICLE}[1].querySelector('[aria-label=\"Begin a word later\"]').click()")
    browser.ask(f"{ARTICLE}[1].querySelector('[aria-label=\"End a word earlier\"]').click()")
    assert browser.ask(f"{ARTICLE}[1].querySelector('output').textContent") == "👶🏽 was"
    set_value(browser, f"{ARTICLE}[1].querySelector('textarea')", "shorter")
    file = saved(browser, tmp_path)
    coded = segments()
    found = places(coded, {"d1": TEXT}, reading(coded, ["d1"]))
    decisions = read_decisions(str(file), "consensus.csv")
    table = sort_out(decisions, found, {"d1": TEXT}, ["c", "k"], "consensus.csv")
    assert table["state"].tolist() == ["applied", "applied"]
    assert table["decision"].tolist() == ["keep b", "edges"]
    assert table["why"].tolist() == ['=as "b", said; so', "shorter"]
    assert set(table["by"]) == {"A & B"}
    assert set(table["on"]) == {"2006-03-04"}
    start, end = table.loc[1, ["start", "end"]]
    assert TEXT[start:end] == "👶🏽 was"


def test_a_selection_of_the_text_gives_the_edges(browser):
    browser.ask(f"{ARTICLE}[1].querySelector('input[value=edges]').click()")
    browser.ask(
        f"(() => {{ const turn = {ARTICLE}[1].querySelectorAll('.turn')[1];"
        " const last = turn.lastChild; const range = document.createRange();"
        " range.setStart(turn.querySelector('mark').firstChild, 9); range.setEnd(last, 5);"
        " getSelection().removeAllRanges(); getSelection().addRange(range);"
        f" {ARTICLE}[1].querySelector('[aria-label=\"Use the selected text\"]').click(); }})()"
    )
    assert browser.ask(f"{ARTICLE}[1].querySelector('output').textContent") == "there, and"


def test_what_is_begun_is_not_in_the_file_and_is_found_by_its_state(browser, tmp_path):
    browser.ask(f"{ARTICLE}[0].querySelector('input[value=both]').click()")
    file = saved(browser, tmp_path)
    assert len(pd.read_csv(file)) == 0
    assert "1 are begun and not in it" in browser.ask("document.getElementById('said').innerText")
    set_value(browser, "document.getElementById('filter-state')", "begun", "change")
    assert browser.ask(f"{ARTICLE}.length") == 1


def test_a_saved_file_is_gone_on_with(browser, tmp_path):
    first, _second = browser.ask("data.places.map((place) => place.id)")
    rows = [
        f'{first},both,A,2006-03-02,"a, ""b"""',
        "D0000000000,neither,A,2006-03-02,of another day",
    ]
    text = "\ufeffid,decision,by,on,why\r\n" + "\r\n".join(rows)
    assert browser.ask(f"takeOver({text!r})") == 2
    browser.ask("progress()")
    assert browser.ask("document.getElementById('progress').textContent").startswith("1 of 2")
    assert browser.ask(f"{ARTICLE}[0].querySelector('input:checked').value") == "both"
    assert browser.ask(f"{ARTICLE}[0].querySelector('textarea').value") == 'a, "b"'
    assert browser.ask("fileText().rows") == 2  # what this page does not know stays in the file
    assert browser.ask("takeOver('x,y\\n1,2')") is None


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [("code", "c", 1), ("document", "d1", 2), ("kind", "edges", 1), ("marked", "a", 1)],
)
def test_filters(browser, name, value, left):
    set_value(browser, f"document.getElementById('filter-{name}')", value, "change")
    assert browser.ask(f"{ARTICLE}.length") == left
    browser.ask("document.getElementById('clear').click()")
    assert browser.ask(f"{ARTICLE}.length") == 2


def test_a_code_of_the_overview_filters_the_list(browser):
    browser.ask("document.querySelector('a[data-filter=code]').click()")
    assert browser.ask(f"{ARTICLE}.length") == 1


def test_on_paper_there_are_no_forms(browser, tmp_path):
    browser.call("Emulation.setEmulatedMedia", media="print")
    hidden = browser.ask(
        "getComputedStyle(document.querySelector('.decide')).display === 'none'"
        " && getComputedStyle(document.getElementById('tools')).display === 'none'"
    )
    browser.call("Emulation.setEmulatedMedia", media="")
    assert hidden
