"""A table as a workbook: same bytes, and texts that no program obeys."""

import time

import pandas as pd
from openpyxl import load_workbook

from trialtrail.results.workbooks import write_workbook

FRAME = pd.DataFrame(
    {
        "id": ["Q-1", "Q-2"],
        "line": pd.array([3, None], dtype="Int64"),
        "found": ["=cmd|' /C calc'!A0", "a\x07b"],
        "new_value": [None, None],
    }
)


def test_the_same_rows_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_workbook(FRAME, tmp_path / f"{name}.xlsx", "Queries", to_fill=["new_value"])
        time.sleep(1.1)  # a time stamp would have another second
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_texts_are_texts_and_numbers_numbers(tmp_path):
    write_workbook(FRAME, tmp_path / "a.xlsx", "Queries", notes={"new_value": "the value"})
    page = load_workbook(tmp_path / "a.xlsx")["Queries"]
    assert [cell.value for cell in page[2]] == ["Q-1", 3, "=cmd|' /C calc'!A0", None]
    assert page["C2"].data_type == "s"
    assert page["C3"].value == "a\\x07b"
    assert page["D1"].comment.text == "the value"
