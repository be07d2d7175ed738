"""The report on a screen, alone in a folder: by keyboard, narrow, dark, without scripts."""

from __future__ import annotations

import csv
import io
import shutil

import pytest
from chromium import PROGRAM, Chromium

from conftest import read_rows

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
STOPS = (
    "[...document.querySelectorAll('a[href], button, input, summary, [tabindex]')]"
    ".filter((e) => e.tabIndex >= 0 && e.getClientRects().length)"
)
FEW = 190
"""Stops of the keyboard in the shipped report: one a table or list, references in the text."""
PRIMARY = "document.querySelector('#table-primary-means')"
FIRST = "document.querySelector('#table-primary-means tbody a[data-n]')"
ACTIVE = "document.activeElement"
DIALOG = "document.getElementById('origin')"


@pytest.fixture(scope="module")
def mailed(moments, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mail")
    return shutil.copy(moments.results / "report/report.html", folder / "report.html")


@pytest.fixture(scope="module")
def running(tmp_path_factory, mailed):
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        browser.size(1200, 900)
        browser.open(mailed)
        yield browser


@pytest.fixture
def browser(running):
    """Return the browser with the mailed page as it was at its start, nothing open."""
    running.size(1200, 900)
    running.ask(f"{DIALOG}.close(); location.hash = ''")
    return running


def column(browser, number):
    cells = f"{PRIMARY}.querySelectorAll('tbody tr > :nth-child({number})')"
    return browser.ask(f"[...{cells}].map((each) => each.textContent.trim())")


def test_a_number_tells_its_cell_within_the_page(browser, moments):
    browser.ask(f"{FIRST}.focus()")
    printed = browser.ask(f"{FIRST}.textContent")
    browser.press("Enter")
    browser.wait(f"{DIALOG}.open")
    told = browser.ask(f"{DIALOG}.innerText")
    name = browser.ask(f"{FIRST}.dataset.n")
    numbers = read_rows(moments.results / "report/numbers.csv")
    (row,) = [row for row in numbers if (row["id"], row["printed"]) == (name, printed)]
    cell = f"results/tables/{row['table']}.csv#{row['row']}/{row['column']}"
    for text in (row["printed"], row["value"], f"trialtrail trace {cell}"):
        assert text in told
    assert "This page stands alone" in told
    assert not browser.ask(f"{DIALOG}.querySelectorAll('a').length")
    browser.press("Escape")
    browser.wait(f"!{DIALOG}.open")
    assert browser.ask(f"{ACTIVE} === {FIRST}")


def test_beside_the_trail_an_entry_leads_there(running, mailed, moments):
    running.open(moments.results / "report/report.html")
    running.ask(f"{FIRST}.click()")
    link = running.ask(f"{DIALOG}.querySelector('a').getAttribute('href')")
    running.open(moments.results / "lineage/index.html", link[link.index("#") :])
    assert running.ask("document.getElementById('home').hidden")
    running.open(mailed)


def test_the_stops_of_the_keyboard_are_few_and_each_number_is_reached(browser):
    assert browser.ask(f"{STOPS}.length") < FEW
    assert browser.ask("document.querySelectorAll('main a[data-n]').length") > 10 * FEW
    stops = browser.ask(
        f"{STOPS}.filter((e) => {PRIMARY}.contains(e) || {PRIMARY}.closest('.table')"
        ".querySelector('.table-tools').contains(e)).length"
    )
    assert stops == 1
    browser.ask("document.querySelector('#table-primary-means .sorter').focus()")
    browser.press("End")
    assert browser.ask(f"{ACTIVE}.closest('tr') === {PRIMARY}.querySelector('tbody tr:last-child')")
    browser.press("ArrowUp")
    row = f"{PRIMARY}.querySelector('tbody tr:nth-last-child(2)')"
    assert browser.ask(f"{row}.contains({ACTIVE})")
    assert browser.ask(f"{STOPS}.filter((e) => {PRIMARY}.contains(e)).length") == 1


@pytest.mark.parametrize("place", [".side ol", "main dl.checklist", "main ol.references"])
def test_a_list_of_links_is_one_stop_with_arrow_keys_within_it(browser, place):
    links = f"[...document.querySelector('{place}').querySelectorAll('a[href]:not([data-n])')]"
    assert browser.ask(f"{links}.filter((e) => e.tabIndex >= 0).length") == 1
    browser.ask(f"{links}.find((e) => e.tabIndex >= 0).focus()")
    for key, there in (("Home", "0"), ("ArrowDown", "1"), ("ArrowRight", "2"), ("ArrowUp", "1")):
        browser.press(key)
        assert browser.ask(f"{links}.indexOf({ACTIVE}) === {there}"), key
    assert browser.ask(f"{links}.filter((e) => e.tabIndex >= 0).length") == 1


def test_the_numbers_of_the_text_are_followed(browser):
    browser.ask("scrollTo(0, 0); document.getElementById('follow').focus()")
    browser.press("Enter")
    first = browser.ask(f"{ACTIVE}.dataset.n")
    assert first
    browser.press("ArrowRight")
    assert browser.ask(f"{ACTIVE}.dataset.n") != first
    browser.press("ArrowLeft", "Enter")
    browser.wait(f"{DIALOG}.open")
    browser.press("Escape")
    browser.wait(f"!{DIALOG}.open")
    browser.press("Escape")
    assert browser.ask(f"{ACTIVE}.id") == "follow"


def test_a_number_of_a_drawing_is_reached_too(browser):
    drawn = "document.querySelector('figure svg [data-n]')"
    browser.ask(f"{drawn}.dispatchEvent(new MouseEvent('click', {{bubbles: true}}))")
    browser.wait(f"{DIALOG}.open")
    assert browser.ask(
        f"document.getElementById('origin-title').textContent === {drawn}.textContent"
    )


def test_a_table_sorts_by_value_and_comes_back(browser):
    button = f"{PRIMARY}.querySelectorAll('.sorter')[{{}}]"
    place = browser.ask(
        f"[...{PRIMARY}.querySelectorAll('.sorter')].findIndex((e) => e.innerText.includes('Diff'))"
    )
    button = button.format(place)
    heading = f"{button}.closest('th')"
    at = browser.ask(f"headingsOf({PRIMARY}).findIndex((c) => c.includes({heading}))") + 1
    effects = [float(each.split()[0].replace("−", "-")) for each in column(browser, at)]
    before = column(browser, 1)
    for way, expected in (("ascending", sorted(effects)), ("descending", sorted(effects)[::-1]),
                          (None, effects)):  # fmt: skip
        browser.ask(f"{button}.click()")
        assert browser.ask(f"{button}.closest('th').getAttribute('aria-sort')") == way
        now = [float(each.split()[0].replace("−", "-")) for each in column(browser, at)]
        assert now == expected
    assert column(browser, 1) == before


def test_rows_of_a_group_stay_together_and_what_has_no_value_is_last(browser):
    made = """(() => { document.body.insertAdjacentHTML('beforeend', `<table id="made"><tbody>
      <tr class="group"><th colspan="2">A</th></tr><tr class="sub"><th>x</th><td>10</td></tr>
      <tr class="sub"><th>y</th><td>–</td></tr><tr class="sub"><th>z</th><td>9.5 (3)</td></tr>
      <tr class="group"><th colspan="2">B</th></tr><tr class="sub"><th>q</th><td>−1</td></tr>
      <tr class="sub"><th>r</th><td>&lt;0.001</td></tr></tbody></table>`);
      const body = document.getElementById('made').tBodies[0];
      const rows = (way) => flat(sorted(treeOf(body), 1, way, true));
      const names = (way) => rows(way).map((each) => each.cells[0].textContent);
      const found = [names(1).join(''), names(-1).join('')];
      document.getElementById('made').remove();
      return found; })()"""
    assert browser.ask(made) == ["AzxyBqr", "AxzyBrq"]


def test_a_long_table_is_filtered_and_saved_as_it_is_shown(browser, tmp_path):
    table = "document.querySelector('#table-baseline')"
    tools = f"{table}.closest('.table').querySelector('.table-tools')"
    browser.ask(
        f"(() => {{ const box = {tools}.querySelector('input'); box.value = 'smok';"
        " box.dispatchEvent(new Event('input')); })()"
    )
    shown = browser.ask(f"[...{table}.querySelectorAll('tbody tr:not([hidden])')].length")
    assert 1 < shown < 15
    text = browser.ask(f"csvOf({table}, headingsOf({table}))")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) in (shown + 1, shown)
    assert len({len(row) for row in rows}) == 1
    browser.ask(
        f"(() => {{ const box = {tools}.querySelector('input'); box.value = '';"
        " box.dispatchEvent(new Event('input')); })()"
    )
    assert browser.ask(f"[...{table}.querySelectorAll('tbody tr[hidden]')].length") == 0
    assert browser.ask("['=1+1', '@x', '-a', '-1.5', 'a,b'].map(field).join('|')") == (
        "'=1+1|'@x|'-a|-1.5|\"a,b\""
    )


def test_the_section_being_read_is_marked(browser):
    browser.ask("document.querySelector('#baseline h2').scrollIntoView()")
    browser.wait("document.querySelector('[aria-current]').hash === '#' + "
                 "document.querySelector('#baseline h2').id")  # fmt: skip
    assert browser.ask("document.querySelectorAll('[aria-current]').length") == 1


def test_dark_is_chosen_or_follows_the_system(browser):
    paper = "getComputedStyle(document.body).backgroundColor"
    light = browser.ask(paper)
    browser.ask("document.getElementById('shade').click()")
    assert browser.ask(paper) != light
    browser.ask("document.getElementById('shade').click()")
    assert browser.ask(paper) == light
    browser.ask("delete document.documentElement.dataset.shade")
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.call("Emulation.setEmulatedMedia", features=features)
    assert browser.ask(paper) != light
    browser.call("Emulation.setEmulatedMedia", features=[])


def test_on_a_narrow_screen_the_first_column_stays_and_what_scrolls_says_so(browser):
    browser.size(390, 844)
    region = f"{PRIMARY}.parentElement"
    browser.wait(f"{region}.hasAttribute('data-over')")
    assert browser.ask("document.documentElement.scrollWidth <= innerWidth")
    assert browser.ask(f"{region}.tabIndex") == 0
    assert browser.ask(
        f"document.getElementById({region}.getAttribute('aria-labelledby')).innerText"
    )
    assert browser.ask(f"{region}.previousElementSibling.innerText").startswith("Wider than")
    left = f"Math.round({PRIMARY}.querySelector('tbody th').getBoundingClientRect().left)"
    before = browser.ask(left)
    browser.ask(f"{region}.scrollLeft = 9999")
    assert browser.ask(left) == before
    shown = f"{PRIMARY}.querySelector('tbody td:last-child').getBoundingClientRect().right"
    assert browser.ask(f"{shown} <= innerWidth")
    assert not browser.ask("document.querySelector('.side details').open")


def test_without_scripts_a_number_leads_to_the_list_at_the_end(running, mailed):
    running.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        running.open(mailed)
        link = running.ask(f"{FIRST}.getAttribute('href')")
        entry = f"document.getElementById('{link[1:]}')"
        assert running.ask(f"{entry}.getClientRects().length")
        assert running.ask(f"{entry}.querySelector('b').textContent === {FIRST}.textContent")
        assert running.ask("document.querySelector('.side .tools').hidden")
    finally:
        running.call("Emulation.setScriptExecutionDisabled", value=False)
        running.open(mailed)


def test_the_page_asks_only_whether_the_trail_lies_beside_it(running, mailed):
    running.events.clear()
    running.open(mailed)
    running.ask(f"{FIRST}.click()")
    beside = mailed.parent.parent / "lineage/trail.svg"
    assert running.requested() == [mailed.as_uri(), beside.as_uri()]
    assert [each for each in running.complaints() if "ERR_FILE_NOT_FOUND" not in each] == []
    assert list(mailed.parent.iterdir()) == [mailed]


def test_on_paper_there_is_no_tool(browser):
    tools = ".side, .skip, .table-tools, .hint, dialog"
    shown = f"[...document.querySelectorAll('{tools}')].filter((e) => e.getClientRects().length)"
    browser.size(700, 900)
    assert browser.ask(f"{shown}.length") > 10
    browser.ask("document.documentElement.dataset.shade = 'dark'")
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.ask(f"{shown}.length") == 0
    assert browser.ask("getComputedStyle(document.body).color") == "rgb(28, 35, 41)"
    assert browser.ask(f"getComputedStyle({PRIMARY}.parentElement).overflowX") == "visible"
    browser.call("Emulation.setEmulatedMedia", media="")
    browser.ask("delete document.documentElement.dataset.shade")
