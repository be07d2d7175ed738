"""Addresses of cells, and the look-up of what stands there."""

import pandas as pd
import pytest

from trialtrail.results.cells import Address, Cells, UnknownRow, parse
from trialtrail.errors import StudyError

FLOW = "row,label,n,percent\nassessed,Assessed,10,\nallocated.a,Allocated,6,60.5\n"


@pytest.fixture
def cells(tmp_path):
    (tmp_path / "flow.csv").write_text(FLOW, encoding="utf-8")
    (tmp_path / "claims.csv").write_text("id,verdict\nc1,differs\n", encoding="utf-8")
    return Cells(tmp_path)


def test_an_address_has_a_table_a_row_and_a_column():
    assert parse("flow#allocated.a/percent") == Address("flow", "allocated.a", "percent")
    assert parse("flow#allocated.a") == Address("flow", "allocated.a")


def test_a_row_may_hold_the_signs_of_an_address():
    assert parse("t#a/b#c/n") == Address("t", "a/b#c", "n")
    assert str(parse("t#a/b#c/n")) == "t#a/b#c/n"


@pytest.mark.parametrize("text", ["", "flow", "flow/n", "#row/n", "flow#", "flow#row/", "flow#/n"])
def test_an_address_without_a_part_is_refused(text):
    with pytest.raises(StudyError, match="not the address"):
        parse(text)


def test_a_cell_is_found_as_text_and_as_number(cells):
    assert cells.text("flow#assessed/label") == "Assessed"
    assert cells.number("flow#allocated.a/percent") == 60.5
    assert cells.number("flow#assessed/percent") is None


def test_the_first_column_names_the_rows_whatever_it_is_called(cells):
    assert cells.text("claims#c1/verdict") == "differs"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("flaw#assessed/n", "`flow`"),
        ("flow#asessed/n", "`assessed`"),
        ("flow#assessed/lable", "`label`"),
        ("flow#assessed", "needs a column"),
    ],
)
def test_what_is_unknown_is_said_with_what_is_nearest(cells, address, said):
    with pytest.raises(StudyError, match=said) as caught:
        cells.text(address, where="page 3")
    assert caught.value.where == "page 3"


def test_an_unknown_row_can_be_told_from_other_mistakes(cells):
    with pytest.raises(UnknownRow):
        cells.row("flow#nobody")
    with pytest.raises(StudyError) as caught:
        cells.row("nothing#nobody")
    assert not isinstance(caught.value, UnknownRow)


def test_text_is_no_number(cells):
    with pytest.raises(StudyError, match="no number"):
        cells.number("flow#assessed/label")


def test_a_row_named_twice_cannot_be_addressed():
    with pytest.raises(StudyError, match="named twice"):
        Cells({"t": [{"row": "a", "n": 1}, {"row": "a", "n": 2}]}).row("t#a")


def test_tables_may_be_frames_rows_or_files(tmp_path):
    path = tmp_path / "flow.csv"
    path.write_text(FLOW, encoding="utf-8")
    frame = pd.DataFrame({"row": ["a"], "n": pd.array([pd.NA], dtype="Int64")})
    cells = Cells({"frame": frame, "rows": [{"row": "a", "n": 2}], "file": path})
    assert cells.number("frame#a/n") is None
    assert cells.number("rows#a/n") == 2
    assert cells.number("file#assessed/n") == 10
    assert Cells.of_files([str(path)]).tables() == Cells.of_files(str(path)).tables() == ["flow"]
