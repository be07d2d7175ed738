"""R's own files: factors, days, moments and missing values as R has them."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pytest

from trialtrail.errors import StudyError
from trialtrail.exports import r_classes, r_files
from trialtrail.exports.read import read_export

FILES = Path(__file__).resolve().parents[1] / "golden" / "r_files"
COLUMNS = {
    "id": ["P001", "P002", "P003", "P004", "P005", "P006"],
    "arm": ["A", "B", "A", "B", "A", "B"],
    "sex": ["F", "", "M", "F", "M", "F"],
    "age": ["70", "71", "", "73", "74", "75"],
    "walk": ["10.5", "11.25", "12", "", "", "0.1"],
    "came": ["true", "false", "", "true", "true", "false"],
    "on": ["2024-03-01", "2024-03-02", "", "2024-03-04", "2024-02-29", "1969-12-31"],
    "note": ["fine", "", "naïve", "", "x", "y"],
}


def read(name: str, **spec):
    path = FILES / name
    return read_export({"name": "trial", "label": name, "known": [], **spec}, [str(path)])


@pytest.mark.parametrize(
    "export", [("trial.rds", {}), ("trial.rda", {"sheet": "trial"})], ids=["rds", "rda"]
)
def test_a_frame_is_read_as_r_has_it(export):
    name, spec = export
    rows = read(name, **spec).rows
    assert {column: rows[column].tolist() for column in COLUMNS} == COLUMNS
    assert rows["at"].tolist()[:2] == ["2024-03-01T23:30:00", "2024-03-02T00:30:00"]


def test_names_of_rows_are_a_column_where_r_did_not_number_them():
    rows = read("trial.rda", sheet="named").rows
    assert rows["row.names"].tolist() == ["P001", "P002"]
    assert "row.names" not in read("trial.rds").rows
    assert "row.names" not in read("classes.rds").rows


def test_a_value_is_what_its_class_shows():
    export = read("classes.rds")
    rows = export.rows
    assert {name: rows[name].tolist() for name in export.header} == {
        "id": ["P1", "P3", "P4"],
        "whole": ["9007199254740993", "-7", ""],
        "took": ["10.5 mins", "2 mins", ""],
        "clock": ["00:10:30", "30:00:00.5", ""],
        "day": ["2022-01-08", "2022-01-09", ""],
        "month": ["2025-02", "2025-12", ""],
        "quarter": ["2025-Q2", "2025-Q1", ""],
        "parts": ["2024-03-01T10:00:00", "2024-03-02", ""],
        "code": ["1", "2", "9"],
        "named": ["1.5", "2", ""],
        "far": ["inf", "1970-01-11", ""],
        "nowhere": ["2024-03-01T23:00:00", "2024-03-02T11:00:00", ""],
        "utc": ["2024-03-01T23:00:00", "2024-03-02T11:00:00", ""],
    }
    assert export.titles == {"code": "Arm of the trial"}
    assert export.labels == {"code": {"1": "Leaflet", "2": "Class", "9": "Unknown"}}
    assert export.missing == {"code": ["9"]}


def test_times_of_no_zone_are_told():
    odd = read("classes.rds").odd
    assert [(each.rule, each.column) for each in odd] == [("guessed", "nowhere")]
    assert "time zone" in odd[0].message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("twice", "two columns named walk"),
        ("lists", "column answers has several values"),
        ("matrix", "column answers has several values"),
        ("nested", "column answers has several values"),
    ],
)
def test_columns_that_are_not_one_value_a_row_are_refused_by_name(name, words):
    with pytest.raises(StudyError, match=words):
        read("odd.rda", sheet=name)


def test_a_file_of_no_objects_has_no_frame():
    with pytest.raises(StudyError, match="no data frame"):
        read("none.rda")


def test_one_of_several_frames_must_be_named():
    with pytest.raises(StudyError, match="several data frames") as refusal:
        read("trial.rda")
    assert "trial, named" in refusal.value.text()
    with pytest.raises(StudyError, match="no object named other one"):
        read("trial.rda", sheet="other one")


@pytest.mark.parametrize("spec", [("list.rds", {}), ("trial.rda", {"sheet": "other"})])
def test_what_is_no_frame_is_refused(spec):
    name, more = spec
    with pytest.raises(StudyError, match="another object of R than a data frame"):
        read(name, **more)


def test_a_file_that_is_none_of_r_is_refused(tmp_path):
    path = tmp_path / "x.rds"
    path.write_bytes(b"id;arm\n1;A\n")
    with pytest.raises(StudyError, match="cannot be read as a file of R"):
        read_export({"name": "x", "label": "x.rds", "known": []}, [str(path)])


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(r_files, "MAX_UNPACKED", 1 << 20)
    path = tmp_path / "x.rds"
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb") as packed:
        packed.write(bytes(3 << 20))
    path.write_bytes(stream.getvalue())
    with pytest.raises(StudyError, match="unpacks to very much"):
        read_export({"name": "x", "label": "x.rds", "known": []}, [str(path)])


def test_a_factor_without_a_code_has_no_label():
    codes = np.ma.array([1, 2, 0, -(2**31)], mask=[False, False, False, True])
    assert r_classes._factor(codes, {"levels": ["a", "b"]}).tolist() == ["a", "b", None, None]
