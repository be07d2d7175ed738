"""The page of the drawn trials: its words, its tables, and where each value is from."""

import io
from pathlib import Path

import pypdf
import pytest
from drawn_trials import ARMS, DESCRIBED, SCENARIOS, collected
from lxml import html
from small_tables import job
from test_estimate_power import SPEC, asked

from tests.trialtrail.report.fake_study import TEMPLATES

from scripts.draw_coverage import main as draw
from scripts.estimate_power import main as estimate
from scripts.render_simulation import main

LABELS = {"usual": "Usual care", "class": "Class & more"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the page of both parts, as a tree."""
    page, pdf = rendered(tmp_path_factory.mktemp("page"), {})
    assert pdf.startswith(b"%PDF")
    assert "BLINDED" not in page.text_content()
    return page


def rendered(folder, blinded):
    """Return the page as a tree, and the PDF."""
    table = collected(folder)
    fonts = sorted(str(path) for path in (TEMPLATES / "fonts").glob("*.*f*"))
    drawn = job(folder, {"table": table, "fonts": fonts}, {"figure": "c.svg"}, {"clustered": True})
    draw(drawn)
    power = asked(folder, SPEC, DESCRIBED)
    estimate(power)
    task = job(
        folder,
        {
            "page": TEMPLATES / "simulation.html.j2",
            "css": [str(TEMPLATES / "report.css"), str(TEMPLATES / "screen.css")],
            "fonts": fonts,
            "table": table,
            "figure": drawn.output.figure,
            "power": power.output.table,
            "design": folder / "design.json",
        },
        {"html": "simulation.html", "pdf": "simulation.pdf"},
        {"title": "A trial <of> walking", "synthetic": True, "blinded": blinded,
         "scenarios": SCENARIOS,
         "arms": ARMS, "labels": LABELS, "clustered": True},
    )  # fmt: skip
    rows = main(task)
    assert {name: each.read for name, each in rows.items()} == {
        "operating_characteristics": 4,
        "power": 3,
    }
    page = html.fromstring(Path(task.output.html).read_text(encoding="utf-8"))
    return page, Path(task.output.pdf).read_bytes()


def test_every_page_of_a_blinded_study_says_so(tmp_path):
    page, pdf = rendered(tmp_path, {"mark": "arms A and B are permuted"})
    assert "BLINDED" in page.text_content()
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert pages
    assert all("BLINDED: arms A and B" in each.extract_text() for each in pages)


def test_the_page_has_the_words_the_figure_and_each_row(made):
    text = made.text_content()
    assert "A trial <of> walking" in text
    assert "No person is described" in text
    assert "Mixed model, Kenward–Roger, expected information" in text
    assert made.find(".//figure/svg") is not None
    tables = made.findall(".//table")
    assert [len(table.findall(".//tbody/tr")) for table in tables] == [4, 2, 3]


def test_what_was_drawn_says_where_each_value_is_from(made):
    table = made.findall(".//table")[1]
    heads = [th.text_content().replace("\u00ad", "") for th in table.findall(".//thead//th")]
    cells = [td.text_content() for td in table.findall(".//tbody/tr")[1].findall("td")]
    row = dict(zip(heads, cells, strict=True))
    assert row["Participants"] == "30 d"
    assert row["Clusters"] == "6 d"
    assert row["Effect"] == "8"
    assert row["Lost"] == "0.2"
    assert row["Correlation"] == "0 a"
    assert row["Imputations"] == "3"


def test_power_is_said_in_a_sentence_with_the_labels_of_the_arms(made):
    text = made.text_content()
    assert "A difference of 8 is to be found at a two-sided level of 5%" in text
    assert "Class & more" in text
    assert "reach a power of 80%" in text or "do not tell where the power is 80%" in text
