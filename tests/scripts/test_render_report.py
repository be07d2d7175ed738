"""The report as files: page, PDF and register of numbers."""

import csv
import json
from types import SimpleNamespace

import pypdf
import pytest

from tests.trialtrail.report.fake_study import CLAIMS, LABELS, SOURCES, STUDY, TEMPLATES, tables
from trialtrail.errors import StudyError
from trialtrail.report.sections import DOCUMENTS

from scripts import draw_flow_chart, lay_out_document
from scripts.render_report import main

FONTS = sorted(map(str, (TEMPLATES / "fonts").iterdir()))


def make(folder, **given):
    """Run the job that makes the pages, and those that lay them out."""
    main(job(folder, **given))
    digests = folder / "inputs.sha256"
    digests.write_text("")
    for document in DOCUMENTS:
        inputs = {"page": str(folder / f"print_{document}.html"), "fonts": FONTS}
        inputs |= {"numbers": str(folder / "numbers.csv"), "digests": str(digests)}
        lay_out_document.main(
            SimpleNamespace(
                input=SimpleNamespace(**inputs, tables=[], lock=[]),
                output=SimpleNamespace(pdf=str(folder / f"{document}.pdf")),
                params=SimpleNamespace(plan={}),
            )
        )


def job(folder, **given):
    """Return the job of the rule, with a flow chart."""
    sources = folder / "sources.json"
    sources.write_text(json.dumps(SOURCES))
    figure = folder / "flow_chart.svg"
    inputs = SimpleNamespace(
        table=str(tables("flow")[0]), template=str(TEMPLATES / "flow_chart.svg.j2")
    )
    output = SimpleNamespace(figure=str(figure))
    params = SimpleNamespace(arms=STUDY["arms"])
    draw_flow_chart.main(SimpleNamespace(input=inputs, output=output, params=params))
    made = {name: str(folder / f"print_{name}.html") for name in DOCUMENTS}
    made["html"] = str(folder / "report.html")
    return SimpleNamespace(
        input=SimpleNamespace(
            template=str(TEMPLATES / "report.html.j2"),
            templates=FONTS,
            tables=[str(path) for path in given.get("tables", tables())],
            figures=str(figure),
            sources=str(sources),
        ),
        output=SimpleNamespace(numbers=str(folder / "numbers.csv"), **made),
        params=SimpleNamespace(study=STUDY, claims=CLAIMS, level=0.95, labels=LABELS),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("report")
    make(made)
    return made


def test_each_number_has_its_row_and_its_place_in_the_pdf(folder):
    with (folder / "numbers.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    places = [set(pypdf.PdfReader(folder / f"{d}.pdf").named_destinations) for d in DOCUMENTS]
    ids = {row["id"] for row in rows}
    assert ids <= places[0] | places[1]
    assert all(ids & each for each in places)
    walkers = next(row for row in rows if row["id"] == "walkers")
    assert (walkers["printed"], walkers["table"], walkers["row"]) == (
        "80",
        "summaries",
        "flow.randomised",
    )


def test_a_link_into_the_other_document_names_a_place_that_it_has(folder):
    readers = {f"{name}.pdf": pypdf.PdfReader(folder / f"{name}.pdf") for name in DOCUMENTS}
    led = [
        (action["/F"], action["/D"])
        for reader in readers.values()
        for page in reader.pages
        for each in page.get("/Annots", [])
        if (action := each.get_object().get("/A")) and action["/S"] == "/GoToR"
    ]
    assert "report.pdf" in {file for file, _ in led}
    assert all(place in readers[file].named_destinations for file, place in led)


def test_the_pdf_is_tagged_named_and_without_a_date(folder):
    pdf = pypdf.PdfReader(folder / "report.pdf")
    assert pdf.metadata.title == STUDY["title"]
    assert pdf.metadata.creation_date is None
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert pdf.trailer["/Root"]["/Lang"] == "en-GB"
    assert pdf.outline[0]["/Title"] == "1 Summary"


def test_the_page_needs_no_other_file(folder):
    """But for the works that it cites, which stand at addresses of their own."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "url(fonts/" not in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert "https://" not in page.replace('href="https://doi.org/', "")
    assert page.startswith("<!DOCTYPE html>")


def test_the_same_tables_are_the_same_bytes(folder, tmp_path):
    make(tmp_path)
    for name in ("report.html", "report.pdf", "supplement.pdf", "numbers.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_figure_older_than_its_table_is_refused(tmp_path):
    changed = tmp_path / "tables"
    changed.mkdir()
    paths = []
    for path in tables():
        copy = changed / path.name
        copy.write_text(
            path.read_text().replace(
                "Eligible and invited,,,,,,,,,110", "Eligible and invited,,,,,,,,,109"
            )
        )
        paths.append(copy)
    with pytest.raises(StudyError, match="draw the figure again"):
        main(job(tmp_path, tables=paths))
