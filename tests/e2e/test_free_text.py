"""Free text is data: whatever it looks like, it is shown as it stands and does nothing.

The shipped study is run with texts that would be markup, a template, a formula or a command to a
terminal, wherever people write: names of arms, outcomes and themes, transcripts and quotations,
answers to open questions, reasons, headings of columns, cells of numbers, answers to queries.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pypdf
import pytest
import yaml
from chromium import PROGRAM, Chromium
from docx import Document
from harness import Copy, World
from lxml import etree, html
from openpyxl import load_workbook

from trialtrail.escaping import FORMULA_SIGNS, SIGNED
from trialtrail.validation.rules import NEVER_KEPT, SET_ASIDE

pytestmark = pytest.mark.nightly
"""Each test looks at one whole run of the shipped study; what escapes texts is tested by itself."""
ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "config" / "config.yaml"
MARKUP = '<i onclick="pwned=1"></script><script>pwned=1</script><img src=x onerror=pwned=1>'
TEMPLATE = "{{ pwned.secret }}{% raw %}"
TEXT = f"{MARKUP}{TEMPLATE}"
"""Breaks out of an element, an attribute, a script and a template, where it is let."""
FORMULA = "=cmd|' /C calc'!A0 pwned"
SHOWN = "=cmd|’ /C calc’!A0 pwned"
"""The same with the quotation marks of print."""
BREAK_OUT = "\"'><svg onload=pwned=1>"
CELLS = (
    *(FORMULA, f"@{FORMULA}", f"-{FORMULA}", MARKUP, TEMPLATE, BREAK_OUT),
    *("pwned\x07bell", "pwned\x1b[31mred", "pwned\x1b]0;title\x07", "pwned\x7f", "pwned\x0b"),
)
"""Texts in a column of numbers: each ends in a query that shows what stands there."""
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
DOCUMENT, QUOTATION = "mentor_01", "1"
HEADING = "Note <img src=x onerror=pwned=1>"


def hostile(config: dict) -> None:
    """Let people have written so in the configuration."""
    study = config["study"]
    for name in ("title", "subtitle", "synthetic_note"):
        study[name] += TEXT
    for arm in study["arms"]:
        arm["label"] += TEXT
        arm["description"] += TEXT
    for name in ("roles", "stages"):
        for key in config["qualitative"][name]:
            config["qualitative"][name][key] += BREAK_OUT
    for form in config["forms"].values():
        form["label"] += TEXT
    for variable in config["forms"]["baseline"]["variables"][:3]:
        variable["label"] += TEXT
    for item in config["questionnaire"]["items"]:
        item["label"] += TEXT
    outcomes = config["analysis"]["outcomes"]
    outcomes[0]["label"] += TEXT
    outcomes[1]["label"] = f"{FORMULA} {outcomes[1]['label']}"
    for row in config["analysis"]["uptake"]["rows"]:
        row["label"] += TEXT
    config["validation"]["actions"] = dict.fromkeys(NEVER_KEPT, SET_ASIDE)
    today = datetime.now(UTC).date().isoformat()
    config["analysis"]["deviations"] = [
        {"key": f"exclusions.actions.{rule}", "now": SET_ASIDE, "date": today}
        | {"reason": f"{FORMULA} {TEXT}", "by": TEXT}
        for rule in NEVER_KEPT
    ]
    ignored = config["exports"]["contact_log"]["ignore"]
    ignored[ignored.index("Note")] = HEADING


def write_so(copy: Copy) -> None:
    """Let people have written so in the raw files."""
    for record in copy.sheet("codebook").records:
        for column in ("label", "category_label", "theme_label", "definition"):
            record[column] += f" 7 {TEXT}"
    claims = copy.sheet("claims").records
    for column in ("source", "quantity", "note"):
        claims[0][column] += TEXT
    claims[1]["quantity"] = FORMULA
    answers = copy.sheet("mentor_questionnaire")
    answers.head[1] = [f"{text}{TEXT}" for text in answers.head[1]]
    for record, text in zip(answers.records, (TEXT, FORMULA, BREAK_OUT), strict=False):
        record["Q12_comment"] = text
    log = copy.sheet("contact_log")
    log.headings[log.place("Note")] = HEADING
    for record, text in zip(log.records[5:], CELLS, strict=False):
        record["Topics"] = record[HEADING] = text
    for record, text in zip(copy.sheet("mentor_assignments").records, CELLS, strict=False):
        record["Reason ended"] = text
    for record, text in zip(copy.sheet("screening").records[100:], CELLS, strict=False):
        record["Age"] = text
    say_so(copy)


def say_so(copy: Copy) -> None:
    """Let a quoted passage of a transcript begin with the text; its offsets stay as they are."""
    quoted = copy.sheet("quotations").first(quotation=QUOTATION)
    assert quoted["document"] == DOCUMENT
    old, text = quoted["text"], TEXT + quoted["text"][len(TEXT) :]

    def change(document) -> None:
        (run,) = (r for p in document.paragraphs for r in p.runs if old in r.text)
        run.text = run.text.replace(old, text)

    before = "\n".join(p.text for p in Document(io.BytesIO(_raw(copy))).paragraphs)
    copy.document("transcripts", DOCUMENT, change)
    after = before.replace(old, text)
    for export in ("quotations", "codings_r1", "codings_r2"):
        column = "text" if export == "quotations" else "selected"
        for record in copy.sheet(export).where(document=DOCUMENT):
            start, end = int(record["start"]), int(record["end"])
            if record[column] == before[start:end]:
                record[column] = after[start:end]


def _raw(copy: Copy) -> bytes:
    return copy.good("transcripts", DOCUMENT)


@pytest.fixture(scope="module")
def written(tmp_path_factory, workflow):
    """Return a run of the study as people might have written it, with an answer to a query."""
    folder = tmp_path_factory.mktemp("free text")
    config = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    copy = Copy(World.at(SHIPPED), folder / "raw")
    write_so(copy)
    hostile(config)
    config |= {"folder": str(ROOT), "outside_files": True}
    for export, paths in copy.written().items():
        spec = config["exports"][export]
        if spec.get("format") == "docx":
            spec["file"] = str(whole_folder(paths, folder / "transcripts"))
        else:
            spec["file"] = paths[0]
    file = folder / "study.yaml"
    config["validation"]["resolutions"] = str(folder / "answers.csv")
    (folder / "answers.csv").write_text("query_id,new_value,who,when,why,found\n")
    file.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    answer(World.at(file).known, folder / "answers.csv")
    done = workflow(folder / "run", config=file)
    assert done.exit_code == 0, done.said
    return done


def whole_folder(paths: list[str], folder: Path) -> Path:
    """Put documents into one folder."""
    folder.mkdir()
    for path in paths:
        (folder / Path(path).name).write_bytes(Path(path).read_bytes())
    return folder


def answer(queries, path: Path) -> None:
    """Answer the queries of the ages; who answers gives the text for a reason."""
    ages = queries[(queries["export"] == "screening") & (queries["column"] == "Age")]
    assert len(ages) == len(CELLS)
    with open(path, "w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["query_id", "new_value", "who", "when", "why", "found"])
        for query in ages.tail(2).to_dict("records"):
            rows.writerow([query["query_id"], "22", TEXT, "2026-11-25", FORMULA, query["found"]])


def files(run, *endings: str) -> Iterator[Path]:
    """Yield the results with an ending."""
    for path in sorted(run.results.rglob("*")):
        if path.suffix in endings:
            yield path


def test_each_place_is_used(written):
    """Nothing is proven of a text that never came through."""
    report = (written.results / "report" / "report.html").read_text(encoding="utf-8")
    shown = html.document_fromstring(report).find("body").text_content()
    assert shown.count(TEXT) > 50
    assert SHOWN in shown
    assert f"’{SHOWN}" not in shown
    queries = read(written.results / "validation" / "queries.csv")
    ages = [row["status"] for row in queries if row["column"] == "Age"]
    assert (ages.count("open"), ages.count("resolved")) == (len(CELLS) - 2, 2)
    quotations = written.by_row("quotations")
    assert quotations["q1"]["text"].startswith(TEXT)
    assert quotations["q1"]["verbatim"] == "True"


def test_no_element_comes_of_a_text(written):
    pages = list(files(written, ".html"))
    assert len(pages) >= 4
    for page in pages:
        tree = html.document_fromstring(page.read_text(encoding="utf-8"))
        for element in tree.iter(etree.Element):
            assert not [name for name in element.attrib if name.startswith("on")], page
            assert element.get("src") != "x", page
            assert not (element.get("href") or "").startswith("javascript:"), page
        for script in tree.iter("script"):
            if script.get("type") != "application/json":
                assert "pwned" not in (script.text or ""), page


@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
def test_no_text_is_obeyed_by_a_browser(written, tmp_path):
    with Chromium(tmp_path / "profile") as browser:
        for page in files(written, ".html"):
            browser.open(page)
            assert_inert(browser, page)
            assert browser.ask("document.body.textContent.includes('pwned.secret')") or (
                page.parent.name == "lineage"
            )
        lineage = written.results / "lineage" / "index.html"
        browser.open(lineage)
        entries = browser.ask(
            "[...document.scripts].filter(s => s.type === 'application/json')"
            ".map(s => s.textContent).join('')"
        )
        assert "pwned" in entries
        for fragment in shown_entries(written):
            browser.ask(f"location.hash = {fragment!r}")
            assert_inert(browser, fragment)
        search(browser, "pwned")
        assert_inert(browser, "search")


def assert_inert(browser: Chromium, where) -> None:
    """Assert that no text of the page has become an element or a program."""
    assert browser.ask("typeof window.pwned") == "undefined", where
    made = "[onclick], [onerror], [onload], img[src='x'], a[href^='javascript:']"
    assert browser.ask(f'document.querySelectorAll("{made}").length') == 0, where
    assert browser.requested()[-1].startswith("file:"), where


def search(browser: Chromium, word: str) -> None:
    """Type a word into the search of the page of the lineage."""
    browser.ask("document.querySelector('#search').focus()")
    browser.type(word)
    browser.wait("document.body.innerText.toLowerCase().includes('pwned')")


def shown_entries(run) -> Iterator[str]:
    """Yield the addresses, within the page of the lineage, of entries that show a text."""
    for row in run.results.joinpath("report", "numbers.csv").read_text("utf-8").splitlines():
        if "pwned" in row:
            yield f"#number-{row.partition(',')[0]}"
    for query in read(run.results / "validation" / "queries.csv"):
        if "pwned" in query["found"]:
            yield f"#query-{query['query_id']}"
    yield "#file-results/tables/estimates.csv"
    yield "#file-results/report/report.pdf"


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_pdf_shows_the_texts_and_links_to_no_program(written):
    document = pypdf.PdfReader(written.results / "report" / "report.pdf")
    shown = "".join("".join(page.extract_text() for page in document.pages).split())
    assert "".join(TEXT.split()) in shown
    assert "".join(SHOWN.split()) in shown
    for page in document.pages:
        for note in page.get("/Annots", []):
            action = note.get_object().get("/A", {})
            assert action.get("/S") in (None, "/URI", "/GoTo")
            assert "javascript" not in str(action.get("/URI", "")).lower()
    assert "/JavaScript" not in str(document.trailer["/Root"])
    assert "/OpenAction" not in document.trailer["/Root"]


def test_a_spreadsheet_obeys_no_cell_of_a_table(written):
    tables = list(files(written, ".csv"))
    assert len(tables) > 20
    signed, quoted = re.compile(SIGNED), 0
    for path in tables:
        with open(path, encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    quoted += cell.startswith("'=")
                    assert not cell.startswith(tuple(FORMULA_SIGNS)) or signed.fullmatch(cell), path
                    assert not UNPRINTABLE.search(cell), path
    assert quoted > 3


def test_a_workbook_holds_texts_and_nothing_else(written):
    (path,) = files(written, ".xlsx")
    cells = [cell for row in load_workbook(path).active.iter_rows() for cell in row]
    assert sum(FORMULA in str(cell.value) for cell in cells) >= 3
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert not [cell for cell in cells if cell.hyperlink]
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8")
            assert "<f>" not in text
            assert not UNPRINTABLE.search(text)


def test_figures_are_drawings_and_nothing_else(written):
    figures = list(files(written, ".svg"))
    assert figures
    drawn = ""
    for path in figures:
        tree = etree.fromstring(path.read_bytes())
        assert not [e for e in tree.iter("{*}script", "{*}foreignObject", "{*}img")]
        assert not [name for e in tree.iter() for name in e.attrib if name.startswith("on")]
        drawn += "".join(tree.itertext())
    assert "pwned" in drawn


def test_the_terminal_is_told_nothing(written):
    told = SimpleNamespace(screen=written.said, log=written.logged())
    assert "\x1b" not in told.screen
    assert not UNPRINTABLE.search(told.log)
    assert "pwned" not in told.screen
