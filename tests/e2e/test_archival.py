"""The PDFs of a run conform to PDF/UA-1 and PDF/A-3a, as veraPDF judges; and it can judge.

One start of Java judges all files. Without Java or veraPDF the tests are skipped.
"""

from __future__ import annotations

import pytest
import yaml
from lxml import html
from test_render_simulation import rendered as rendered_simulation

from tests.trialtrail.report.fake_study import TEMPLATES
from tests.trialtrail.report.test_accessibility import faults
from tools.validate_pdf import validate, what_is_missing
from trialtrail import ROOT
from trialtrail.configuration import Study
from trialtrail.configuration.plan_facts import plan_facts
from trialtrail.planning.document import make_plan
from trialtrail.report.pdf import write_pdf

SHIPPED = ROOT / "config" / "config.yaml"
FONTS = sorted((TEMPLATES / "fonts").glob("*.woff2"))
SOUND = """<html lang="en-GB"><head><title>Sound</title></head><body><main><h1>Sound</h1>
<p lang="de">Ein Satz</p><ol><li><a href="#x"><span>1</span> there</a></li></ol>
<table id="x"><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody><tr><th scope="row">one</th><td>2</td></tr></tbody></table>
<svg width="20" height="20"><title>A square of 20</title><rect width="20" height="20"/></svg>
<img alt="A dot" src="data:image/png;base64,DOT"></main></body></html>"""
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
FAULTS = {
    "no_alternative_text": ("<title>A square of 20</title>", "", "7.3-1"),
    "a_jump_of_headings": ("<p lang", "<h4>Four</h4><p lang", "7.4.2-1"),
    "no_language": (' lang="en-GB"', "", "7.2-"),
    "no_title": ("<title>Sound</title>", "", "7.1-9"),
}
"""What is wrong with a page: replaced by what, and the rule of ISO 14289-1 that says so."""


@pytest.fixture(scope="module")
def judged(second_study, tmp_path_factory) -> dict[tuple[str, str], dict]:
    """Return what veraPDF says of each file, by name and flavour."""
    if missing := what_is_missing():
        pytest.skip(f"veraPDF cannot run here: it lacks {missing}")
    folder = tmp_path_factory.mktemp("judged")
    page = SOUND.replace("DOT", DOT)
    write_pdf(page, folder / "sound.pdf", FONTS)
    for name, (found, instead, _) in FAULTS.items():
        assert found in page
        write_pdf(page.replace(found, instead, 1), folder / f"{name}.pdf", FONTS)
    drawn = rendered_simulation(folder, {})[1]
    (folder / "simulation.pdf").write_bytes(drawn)
    facts = plan_facts(
        Study(yaml.safe_load(SHIPPED.read_text("utf-8")), SHIPPED, without_files=True)
    )
    write_pdf(make_plan(facts, TEMPLATES), folder / "plan.pdf", FONTS)
    reports = sorted((second_study.results / "report").glob("*.pdf"))
    assert {path.name for path in reports} >= {"report.pdf", "supplement.pdf"}
    told = validate([*reports, *sorted(folder.glob("*.pdf"))])
    return {(each["file"].rpartition("/")[2], each["flavour"]): each for each in told}


@pytest.mark.parametrize("flavour", ["ua1", "3a"])
@pytest.mark.parametrize("name", ["report", "supplement", "plan", "simulation", "sound"])
def test_it_conforms(judged, name, flavour):
    found = judged[f"{name}.pdf", flavour]
    assert (found["rules"], found["failed"]) == ([], 0)
    assert found["compliant"]
    assert found["checks"] > 100


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_found(judged, name):
    found = judged[f"{name}.pdf", "ua1"]
    assert not found["compliant"]
    assert any(each["rule"].startswith(FAULTS[name][2]) for each in found["rules"]), found["rules"]


@pytest.mark.parametrize("run", ["moments", "second_study"])
def test_figures_headings_and_tables_of_a_run_are_as_a_voice_needs_them(run, request):
    folder = request.getfixturevalue(run).results / "report"
    for name in ("report.html", "print/report.html", "print/supplement.html"):
        assert faults(html.fromstring((folder / name).read_text(encoding="utf-8"))) == [], name


@pytest.mark.nightly
def test_those_of_the_shipped_study_conform(moments):
    if missing := what_is_missing():
        pytest.skip(f"veraPDF cannot run here: it lacks {missing}")
    told = validate(
        [moments.results / "report" / f"{name}.pdf" for name in ("report", "supplement")]
    )
    assert [(each["failed"], each["rules"]) for each in told] == [(0, [])] * 4
