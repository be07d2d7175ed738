"""The layout of a page as PDF: what its record tells, and links into the other document."""

import json
import subprocess

import pypdf
from runrecord.job import notes

from tests.trialtrail.report.fake_study import TEMPLATES
from trialtrail.report.attached import attached_tables
from trialtrail.report.pdf_libraries import pdf_libraries

from scripts import lay_out_document

FONTS = sorted(map(str, (TEMPLATES / "fonts").iterdir()))
PAGE = """<html lang="en-GB"><head><title>Page</title><style>
@font-face { font-family: "IBM Plex Sans"; src: url(fonts/IBMPlexSans-Regular.woff2); }
p { font-family: "IBM Plex Sans"; }</style></head><body><p id="here">One
<a href="supplement.pdf#a%20place">place</a>, <a href="../lineage/index.html#x">number</a>,
<a href="#here">here</a></p></body></html>"""


def job(folder, page=PAGE, fonts=FONTS):
    given = {"page.html": page, "numbers.csv": "id\n", "a.csv": "row\n", "lock.json": "{}\n"}
    given["inputs.sha256"] = "0" * 64 + "  data/raw.csv\n"
    for name, text in given.items():
        (folder / name).write_text(text)
    inputs = {"page": "page.html", "numbers": "numbers.csv", "digests": "inputs.sha256"}
    inputs = {key: str(folder / name) for key, name in inputs.items()}
    inputs |= {
        "fonts": fonts,
        "tables": [str(folder / "a.csv")],
        "lock": [str(folder / "lock.json")],
    }
    outputs = type("O", (), {"pdf": str(folder / "page.pdf")})
    params = type("P", (), {"plan": {"outcomes": ["b"]}})
    return type("J", (), {"input": type("I", (), inputs), "output": outputs, "params": params})


def attached(path):
    """Return the attached files of a PDF: name -> what it is to the document, kind and content."""
    names = pypdf.PdfReader(path).trailer["/Root"]["/Names"]["/EmbeddedFiles"]["/Names"]
    found = {}
    for each in names[1::2]:
        spec = each.get_object()
        stream = spec["/EF"]["/F"].get_object()
        kind = (spec["/AFRelationship"], stream["/Subtype"])
        found[spec["/UF"]] = (*kind, stream.get_data(), stream["/Params"]["/ModDate"])
    return found


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
    made = []
    monkeypatch.setattr(lay_out_document, "write_pdf", lambda *_: made.append("pdf"))
    notes.taken()
    lay_out_document.main(job(tmp_path, "<html></html>", ()))
    assert notes.taken() == [{"kind": "libraries", "versions": pdf_libraries()}]
    assert made == ["pdf"]


def test_the_data_the_plan_and_a_manifest_are_attached_without_the_time(tmp_path):
    lay_out_document.main(job(tmp_path))
    files = attached(tmp_path / "page.pdf")
    assert {name: (what, kind) for name, (what, kind, _, _) in files.items()} == {
        "numbers.csv": ("/Data", "/text/csv"),
        "a.csv": ("/Source", "/text/csv"),
        "lock.json": ("/Supplement", "/application/json"),
        "analysis_plan.json": ("/Supplement", "/application/json"),
        "manifest.sha256": ("/Supplement", "/text/plain"),
    }
    assert {day for *_, day in files.values()} == {"D:20000101000000Z"}
    assert json.loads(files["analysis_plan.json"][2]) == {"outcomes": ["b"]}
    assert files["a.csv"][2] == b"row\n"


def test_the_manifest_is_checked_by_the_program_of_the_system(tmp_path):
    lay_out_document.main(job(tmp_path))
    files = attached(tmp_path / "page.pdf")
    *own, raw = files["manifest.sha256"][2].decode().splitlines(keepends=True)
    assert raw == "0" * 64 + "  data/raw.csv\n"
    (tmp_path / "attached").mkdir()
    for name, (_, _, content, _) in files.items():
        (tmp_path / "attached" / name).write_bytes(content)
    (tmp_path / "attached" / "a.csv").write_text("forged\n")
    done = subprocess.run(
        ["sha256sum", "-c"], input="".join(own), cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == [
        "attached/a.csv: FAILED",
        *(f"attached/{name}: OK" for name in ("analysis_plan.json", "lock.json", "numbers.csv")),
    ]


def test_the_same_files_give_the_same_bytes_in_two_folders(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        lay_out_document.main(job(tmp_path / name))
    one, two = ((tmp_path / name / "page.pdf").read_bytes() for name in ("one", "two"))
    assert one == two


def test_tables_of_people_and_those_of_a_blinded_run_are_not_attached():
    tables = ["results/tables/estimates.csv", "results/tables/quotations.csv"]
    assert attached_tables(tables, {}) == tables[:1]
    assert attached_tables(tables, {"blinded": {"mark": "A"}}) == []
