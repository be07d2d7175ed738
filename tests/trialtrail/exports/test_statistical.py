"""Files of statistical programs: codes as text, dates as ISO, missing values as declared."""

import datetime

import pandas as pd
import pyreadstat
import pytest

from trialtrail.errors import StudyError
from trialtrail.exports.read import read_export

VALUES = pd.DataFrame(
    {
        "id": ["P1", "P2", "P3", "P4"],
        "arm": [1.0, 2.0, 1.0, 2.0],
        "weight": [70.5, 0.1, None, 80.0],
        "smokes": [1.0, 0.0, 9.0, 8.0],
        "seen": [datetime.date(2004, 5, 6), None, datetime.date(2004, 12, 31), None],
    }
)
LABELS = {"arm": {1: "Control", 2: "New"}, "smokes": {0: "No", 1: "Yes", 8: "N/A", 9: "?"}}


def read(path, kind, **spec):
    label = {"name": "e", "label": f"raw/{path.name}", "format": kind}
    return read_export(label | spec, [str(path)])


@pytest.fixture
def sav(tmp_path):
    path = tmp_path / "a.sav"
    ranges = {"smokes": [{"lo": 8, "hi": 9}]}
    pyreadstat.write_sav(VALUES, path, variable_value_labels=LABELS, missing_ranges=ranges)
    return path


@pytest.fixture
def dta(tmp_path):
    path = tmp_path / "a.dta"
    pyreadstat.write_dta(VALUES, path, variable_value_labels=LABELS)
    return path


def column(export, name):
    return export.rows[name].tolist()


def test_spss(sav):
    export = read(sav, "sav")
    assert export.header == list(VALUES)
    assert column(export, "arm") == ["1", "2", "1", "2"]
    assert column(export, "weight") == ["70.5", "0.1", "", "80"]
    assert column(export, "smokes") == ["1", "0", "9", "8"]
    assert column(export, "seen") == ["2004-05-06", "", "2004-12-31", ""]
    assert export.rows["_line"].tolist() == [1, 2, 3, 4]
    assert export.labels["arm"] == {"1": "Control", "2": "New"}
    assert export.missing == {"smokes": ["8", "9"]}
    assert export.changed == [("seen", "a date of the file", "ISO 8601", 2)]


def test_labels_in_the_place_of_codes(sav):
    export = read(sav, "sav", labels=True)
    assert column(export, "arm") == ["Control", "New", "Control", "New"]
    assert export.missing["smokes"] == ["N/A", "?"]
    assert ("arm", "a code of the file", "its label", 4) in export.changed


def test_stata(dta):
    export = read(dta, "dta")
    assert column(export, "arm") == ["1", "2", "1", "2"]
    assert column(export, "weight") == ["70.5", "0.1", "", "80"]
    assert column(export, "seen")[0] == "2004-05-06"
    assert export.labels["arm"] == {"1": "Control", "2": "New"}


def test_missing_letters_of_stata_are_declared_missing(tmp_path):
    path = tmp_path / "m.dta"
    frame = pd.DataFrame({"x": [1.0, "a", 3.0]})
    pyreadstat.write_dta(frame, path, missing_user_values={"x": ["a"]})
    export = read(path, "dta")
    assert column(export, "x") == ["1", "a", "3"]
    assert export.missing == {"x": ["a"]}


def test_sas_transport(tmp_path):
    path = tmp_path / "a.xpt"
    pyreadstat.write_xport(VALUES.drop(columns="seen"), path)
    export = read(path, "xpt")
    assert column(export, "weight") == ["70.5", "0.1", "", "80"]
    assert column(export, "id") == ["P1", "P2", "P3", "P4"]


def test_a_sas_transport_file_that_ends_in_the_middle_of_a_line_is_refused(tmp_path):
    path = tmp_path / "a.xpt"
    pyreadstat.write_xport(VALUES.drop(columns="seen"), path)
    path.write_bytes(path.read_bytes()[:-120])
    with pytest.raises(StudyError, match="ends in the middle"):
        read(path, "xpt")


def test_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    more = {"ok": [True, False, None, True], "n": pd.array([1, 2, None, 4], "Int64")}
    VALUES.assign(**more).to_parquet(path)
    export = read(path, "parquet")
    assert column(export, "ok") == ["true", "false", "", "true"]
    assert column(export, "n") == ["1", "2", "", "4"]
    assert column(export, "seen")[:2] == ["2004-05-06", ""]


def test_the_ending_of_the_name_says_the_format(sav):
    spec = {"name": "e", "label": "raw/a.sav"}
    assert read_export(spec, [str(sav)]).form == {"format": "sav", "program": "SPSS"}


@pytest.mark.parametrize("kind", ["sav", "dta", "xpt", "parquet"])
def test_what_is_no_file_of_the_program_is_told(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"SECRET" * 100)
    with pytest.raises(StudyError) as caught:
        read(path, kind)
    assert caught.value.rule == kind
    assert "SECRET" not in caught.value.text()
