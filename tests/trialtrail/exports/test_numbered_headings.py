"""A heading that stands in a file twice: read by its number where the configuration has it so."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialtrail.exports.read import read_export


def header(folder: Path, text: str, *known: str) -> list[str]:
    """Return the header of a file as a run reads it, with the columns that are known."""
    (folder / "f.csv").write_text(text, encoding="utf-8")
    spec = {"name": "f", "label": "f.csv", "file": "f.csv", "known": list(known)}
    return read_export(spec, [str(folder / "f.csv")]).header


@pytest.mark.parametrize(
    ("known", "read"),
    [
        (("id", "lab", "lab (2)"), ["id", "lab", "lab (2)"]),
        (("id", "lab"), ["id", "lab", "lab"]),  # which is reported, as ever
    ],
)
def test_the_second_of_two_headings_has_its_number(tmp_path, known, read):
    assert header(tmp_path, "id,lab,lab\n1,2,3\n4,5,6\n", *known) == read


def test_the_cells_stay_with_their_column(tmp_path):
    (tmp_path / "f.csv").write_text("id,lab,lab\n1,2,3\n4,5,6\n", encoding="utf-8")
    spec = {"name": "f", "label": "f.csv", "known": ["id", "lab", "lab (2)"]}
    export = read_export(spec, [str(tmp_path / "f.csv")])
    assert list(export.rows["lab (2)"]) == ["3", "6"]
    assert ("lab (2)", "the heading lab, again", "the heading lab (2)", 1) in export.changed


def test_a_heading_that_has_such_a_number_itself_is_not_touched(tmp_path):
    text = "id,lab,lab (2)\n1,2,3\n"
    assert header(tmp_path, text, "id", "lab", "lab (2)") == ["id", "lab", "lab (2)"]
