"""All pages without a barrier that axe-core finds, on a wide and on a narrow screen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from chromium import PROGRAM, Chromium

from tests.scripts import test_render_plan
from trialtrail import ROOT
from trialtrail.report.document import serialise

LOCK = json.loads((ROOT / "tests/web/package-lock.json").read_text("utf-8"))
AXE = ROOT / ".venv/web/node_modules/axe-core/axe.min.js"
pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm"),
]
WIDTHS = (1200, 390)
PAGES = {
    "index.html",
    "report/report.html",
    "validation/validation.html",
    "lineage/index.html",
    "lineage/define.html",
    "qualitative/disagreements.html",
    "qualitative/framework_matrix.html",
    "qualitative/threads.html",
}
LEAVE = 3
"""Rows of a body, and bodies of a table, that the normal run looks at: the others are alike."""
THIN = f"""
for (const table of document.querySelectorAll("table"))
  [...table.tBodies].slice({LEAVE}).forEach((body) => body.remove());
for (const body of document.querySelectorAll("tbody"))
  [...body.rows].slice({LEAVE}).forEach((row) => row.remove());
[...document.querySelectorAll("article.place")].slice({LEAVE}).forEach((each) => each.remove());
"""
RUN = """axe.run(document, {resultTypes: ["violations"], preload: false})
  .then((found) => JSON.stringify(found.violations.map((each) => [each.id, each.impact,
    each.nodes.map((node) => [node.target.join(" "), node.failureSummary])])))"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def barriers(browser: Chromium, page: Path, width: int, before: str = "") -> list:
    """Return what axe-core finds on a page of that width, after a script of the test's own."""
    browser.size(width, 900)
    browser.open(page)
    browser.ask(f"{before};0")
    browser.ask(AXE.read_text("utf-8") + ";0")
    answer = browser.call("Runtime.evaluate", expression=RUN, awaitPromise=True, returnByValue=True)
    return json.loads(answer["result"]["value"])


@pytest.fixture(scope="module")
def beside(tmp_path_factory) -> list[Path]:
    """Return the pages of the plan and of drawn trials, which no run makes unasked."""
    plan = tmp_path_factory.mktemp("plan")
    (plan / "plan.html").write_text(serialise(test_render_plan.page(plan)), encoding="utf-8")
    drawn = tmp_path_factory.mktemp("drawn")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "tests/scripts")
        from tests.scripts import test_render_simulation
    test_render_simulation.rendered(drawn, {})
    return [plan / "plan.html", next(drawn.rglob("simulation.html"))]


def pages_of(run) -> set[str]:
    found = run.results.rglob("*.html")
    return {path.relative_to(run.results).as_posix() for path in found if "print" not in path.parts}


def test_axe_is_that_of_the_lock():
    told = json.loads((AXE.parent / "package.json").read_text("utf-8"))["version"]
    assert told == LOCK["packages"]["node_modules/axe-core"]["version"]


def test_no_page_is_left_out(moments):
    assert pages_of(moments) == PAGES


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", sorted(PAGES))
def test_no_page_has_a_barrier(browser, moments, page, width):
    assert barriers(browser, moments.results / page, width, THIN) == []


@pytest.mark.nightly
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", sorted(PAGES))
def test_no_row_of_any_page_has_a_barrier(browser, moments, page, width):
    assert barriers(browser, moments.results / page, width) == []


@pytest.mark.nightly
def test_the_report_has_none_when_dark_nor_with_an_entry_open(browser, moments):
    dark = THIN + "document.getElementById('shade').click();"
    page = moments.results / "report/report.html"
    assert barriers(browser, page, 1200, dark) == []
    opened = THIN + "document.querySelector('main a[data-n]').click()"
    assert barriers(browser, page, 390, opened) == []


@pytest.mark.nightly
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_beside_a_run_have_none(browser, beside, width):
    for page in beside:
        assert (page.name, barriers(browser, page, width)) == (page.name, [])


def test_what_axe_looks_for_is_found(browser, tmp_path, moments):
    """A page with barriers of each kind that the pages once had does not pass."""
    page = shutil.copy(moments.results / "validation/validation.html", tmp_path / "page.html")
    spoil = (
        THIN
        + """
      document.querySelectorAll(".scroll").forEach((each) => each.removeAttribute("tabindex"));
      document.querySelector("p").style.color = "#ccc";
      document.querySelector("h2").textContent = "";
    """
    )
    found = {each[0] for each in barriers(browser, page, 390, spoil)}
    assert {"scrollable-region-focusable", "color-contrast", "empty-heading"} <= found
