"""Quotations for which a report is not made: all are named, each with where it would stand."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from trialtrail.errors import StudyError
from trialtrail.report.pdf import pages_of
from trialtrail.report.render import make_report

from test_render import WHOLE  # isort: skip

FONTS = sorted(Path("templates/fonts").glob("*.woff2"))


def with_quotations(folder, **changed):
    """Return what the report is made of, with cells of the first quotation changed."""
    path = next(path for path in WHOLE.tables if Path(path).stem == "quotations")
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows[0] |= changed
    written = folder / "quotations.csv"
    with written.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, dict.fromkeys(name for row in rows for name in row))
        writer.writeheader()
        writer.writerows(rows)
    return replace(WHOLE, tables=[written if each == path else each for each in WHOLE.tables])


REFUSED = {
    "refused": "the register contradicts the stage attributed to it",
    "printable": "False",
    "source": "talks/walker_1.txt",
    "export_file": "quotes.csv",
    "export_line": "2",
}


def test_a_refused_quotation_ends_the_report_and_is_named_without_its_words(tmp_path):
    with pytest.raises(StudyError) as refusal:
        make_report(with_quotations(tmp_path, **REFUSED))
    told = refusal.value.text()
    assert "1 quotation is refused" in told
    assert "q1: the register contradicts the stage" in told
    assert "section `themes`; quotes.csv, line 2; talks/walker_1.txt, characters 10 to 60" in told
    assert "wet to the skin" not in told


@pytest.mark.skipif(not FONTS, reason="without the fonts of the report")
def test_its_page_is_that_on_which_it_would_stand(tmp_path):
    whole = replace(with_quotations(tmp_path, **REFUSED), fonts=FONTS)
    with pytest.raises(StudyError) as refusal:
        make_report(whole)
    document, page = pages_of(make_report(WHOLE).print_pages, FONTS)["quotation-q1"]
    assert page > 1
    assert f"page {page} of results/report/{document}.pdf" in refusal.value.text()


def test_one_that_is_neither_refused_nor_printable_is_left_out():
    page = make_report(WHOLE).html
    assert 'id="quotation-q1"' in page
    assert 'id="quotation-q2"' not in page
