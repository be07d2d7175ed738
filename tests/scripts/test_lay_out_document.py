"""The layout of a page as PDF: what its record tells, and links into the other document."""

import pypdf
from runrecord.job import notes

from tests.trialtrail.report.fake_study import TEMPLATES
from trialtrail.report.pdf_libraries import pdf_libraries

from scripts import lay_out_document

FONTS = sorted(map(str, (TEMPLATES / "fonts").iterdir()))
PAGE = """<html lang="en-GB"><head><title>Page</title><style>
@font-face { font-family: "IBM Plex Sans"; src: url(fonts/IBMPlexSans-Regular.woff2); }
p { font-family: "IBM Plex Sans"; }</style></head><body><p id="here">One
<a href="supplement.pdf#a%20place">place</a>, <a href="../lineage/index.html#x">number</a>,
<a href="#here">here</a></p></body></html>"""


def job(folder):
    page = folder / "page.html"
    page.write_text(PAGE)
    inputs = type("I", (), {"page": str(page), "fonts": FONTS})
    outputs = type("O", (), {"pdf": str(folder / "page.pdf")})
    return type("J", (), {"input": inputs, "output": outputs})


def test_links_lead_to_files_of_the_results_and_to_places_of_the_other_document(tmp_path):
    lay_out_document.main(job(tmp_path))
    (page,) = pypdf.PdfReader(tmp_path / "page.pdf").pages
    links = [each.get_object() for each in page["/Annots"]]
    actions = [link["/A"] for link in links if "/A" in link]
    assert [(a["/S"], a.get("/F"), a.get("/D"), a.get("/URI")) for a in actions] == [
        ("/GoToR", "supplement.pdf", "a place", None),
        ("/URI", None, None, "../lineage/index.html#x"),
    ]


def test_the_fonts_are_those_of_the_folder(tmp_path):
    lay_out_document.main(job(tmp_path))
    (page,) = pypdf.PdfReader(tmp_path / "page.pdf").pages
    (font,) = page["/Resources"]["/Font"].values()
    assert "IBM-Plex-Sans" in font.get_object()["/BaseFont"].replace("+", "-").replace(" ", "-")


def test_the_job_that_lays_out_names_them_for_its_record(monkeypatch, tmp_path):
    page, made = tmp_path / "page.html", []
    page.write_text("<html></html>")
    monkeypatch.setattr(lay_out_document, "write_pdf", lambda *_: made.append("pdf"))
    notes.taken()
    inputs = type("I", (), {"page": str(page), "fonts": ()})
    lay_out_document.main(type("J", (), {"input": inputs, "output": type("O", (), {"pdf": "p"})}))
    assert notes.taken() == [{"kind": "libraries", "versions": pdf_libraries()}]
    assert made == ["pdf"]
