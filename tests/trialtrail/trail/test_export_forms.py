"""The form in which a run read its exports, for those who read them again."""

import json

import pytest

from trialtrail.exports.guess import NAMES, TextForm
from trialtrail.trail.export_forms import form_of, forms_read


@pytest.mark.parametrize("delimiter", NAMES)
@pytest.mark.parametrize("quote", ['"', "'", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16-le"])
def test_what_a_job_says_of_a_text_is_read_back(delimiter, quote, encoding):
    form = form_of(TextForm(encoding, delimiter, quote).words)
    assert (form["delimiter"], form["quote"], form["encoding"]) == (delimiter, quote, encoding)


def test_a_workbook_has_its_sheet_and_the_row_of_its_header():
    words = {"format": "xlsx", "header row": "3", "sheet": "Register"}
    assert form_of(words) == {"format": "xlsx", "header_row": 3, "sheet": "Register"}


def test_the_form_of_each_export_is_found_by_its_file(tmp_path):
    folder = tmp_path / "validation" / "reading"
    folder.mkdir(parents=True)
    for table, words in (("a", {"delimiter": "tab"}), ("b", {"delimiter": "semicolon"})):
        told = [{"file": f"data/{table}.csv", "form": words, "table": table}]
        (folder / f"{table}.json").write_text(json.dumps(told))
    assert forms_read(tmp_path) == {
        "data/a.csv": {"delimiter": "\t"},
        "data/b.csv": {"delimiter": ";"},
    }
    assert forms_read(tmp_path / "nowhere") == {}
