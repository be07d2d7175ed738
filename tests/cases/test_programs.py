"""What a program shows of a value is the value: formats of workbooks, of SPSS and of Stata."""

from __future__ import annotations

import io

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from openpyxl.styles import Font
from small_trial import records, validated, write_study

from trialtrail.exports.cell_formats import shown
from trialtrail.exports.program_formats import reader_of


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [(0.5, "0%", "50%"), (0.515, "0.0%", "51.5%"), (0.07, "0.00%", "7%"), (-0.1, "0%", "-10%"),
     (1, "000", "001"), (12, "000", "012"), (7, '"P"000', "P007"), (72, '0" kg"', "72 kg"),
     (72.5, '0.0" kg"', "72.5 kg"), (1.2, r"0\%", "1.2%"),
     (1234.5, "#,##0.00", None), (3.14159, "0.00", None), (3, "0", None), (5, "General", None),
     (True, "0%", None), ("x", "0%", None), (2, "yyyy-mm-dd", None)],
)  # fmt: skip
def test_what_a_cell_shows(value, form, text):
    assert shown(value, form) == text


def workbook(tmp_path, column, change, variable):
    """Validate the small trial as a workbook, ``change`` made to its sheet; add a variable."""
    book = openpyxl.Workbook()
    sheet = book.active
    rows = records()
    names = [*rows[0], column]
    sheet.append(names)
    for row in rows:
        sheet.append([*row.values(), None])
    change(sheet, len(names))
    stream = io.BytesIO()
    book.save(stream)

    def configured(config):
        config["exports"]["trial"] = {"file": "data/trial.xlsx", "dates": "%d.%m.%Y"}
        config["forms"]["baseline"]["variables"].append({"column": column} | variable)

    return validated(
        write_study(tmp_path, None, configured, {"data/trial.xlsx": stream.getvalue()})
    )


SHARE = {"id": "share", "type": "number", "label": "Share", "unit": "%"}


def test_cells_of_percent_beside_typed_ones_are_of_one_unit(tmp_path):
    def change(sheet, place):
        for line in range(2, 20):
            sheet.cell(line, place, line / 100).number_format = "0%"
        for line in range(20, 26):
            sheet.cell(line, place, "85%")

    found = workbook(tmp_path, "adh", change, SHARE)
    values = found.tables["baseline"]["share"].tolist()
    assert values == [*map(float, range(2, 20)), *[85.0] * 6]
    assert (
        "baseline",
        "adh",
        "a number under a format of its cell",
        "what the cell shows",
        18,
    ) in (found.changes)


def test_percent_in_a_variable_of_no_unit_is_told(tmp_path):
    def change(sheet, place):
        sheet.cell(2, place, 0.5).number_format = "0%"

    variable = {key: SHARE[key] for key in ("id", "type", "label")}
    found = workbook(tmp_path, "adh", change, variable)
    assert len(found.queries[found.queries["column"] == "adh"]) == 1


def test_what_a_workbook_hides_or_strikes_is_told_and_used(tmp_path):
    def change(sheet, place):
        sheet.row_dimensions[5].hidden = True
        sheet.cell(7, 2).font = Font(strike=True)
        sheet.cell(7, 3).font = Font(strike=True)
        sheet.column_dimensions["D"].hidden = True

    found = workbook(tmp_path, "adh", change, SHARE)
    told = found.told("marked")
    assert sorted(told["line"].dropna().unique()) == [5, 7]
    assert set(told[told["line"].isna()]["column"]) == {"age"}
    assert len(found.tables["participants"]) == 24


@pytest.mark.parametrize(
    ("form", "number", "text"),
    [("MOYR8", 13959216000.0, "2025-02"), ("QYR6", 13959216000.0, "2025-Q1"),
     ("WKYR8", 13959216000.0, "2025-W07"), ("DTIME10", 93784.0, "26:03:04"),
     ("%tm", 781.0, "2025-02"), ("%tq", 260.0, "2025-Q1"), ("%tw", 3386.0, "2025-W07"),
     ("%th", 130.0, "2025-H1"), ("%ty", 2025.0, "2025"), ("%tm", -1.0, "1959-12")],
)  # fmt: skip
def test_a_time_is_what_its_format_shows(form, number, text):
    assert reader_of(form)(number) == text


@pytest.mark.parametrize("form", ["F8.2", "%9.0g", "%td", "%tc", "DATE11", "A5", "TIME8", ""])
def test_other_formats_are_left_to_the_library(form):
    assert reader_of(form) is None


def of_program(tmp_path, ending, write, change=lambda c: None):
    """Validate the small trial as a file that ``write`` makes of a frame at a path."""
    frame = pd.DataFrame(records())
    frame[["age", "walk0", "walk12"]] = frame[["age", "walk0", "walk12"]].astype(float)
    path = tmp_path / f"t{ending}"
    write(frame, path)

    def configured(config):
        config["exports"]["trial"] = {"file": f"data/trial{ending}", "dates": "%d.%m.%Y"}
        change(config)

    return validated(
        write_study(tmp_path / "s", None, configured, {f"data/trial{ending}": path.read_bytes()})
    )


def stata(frame, path):
    frame["walk12"] = frame["walk12"].astype("float32")
    frame.to_stata(path, write_index=False)


def parquet(frame, path):
    frame["walk12"] = frame["walk12"].astype("float32")
    pq.write_table(pa.Table.from_pandas(frame), path)


@pytest.mark.parametrize(("ending", "write"), [(".dta", stata), (".parquet", parquet)])
def test_single_precision_is_read_as_what_it_prints(tmp_path, ending, write):
    def limited(config):
        config["forms"]["twelve_months"]["variables"][0]["maximum"] = 15.6

    found = of_program(tmp_path, ending, write, limited)
    values = found.tables["twelve_months"]["walk_after_s"].tolist()
    assert values == [float(row["walk12"]) for row in records()]
    assert float(np.float32(15.6)) > 15.6
    assert found.told("range").empty


def test_a_label_in_a_number_is_that_number(tmp_path):
    def write(frame, path):
        frame["sex"] = frame["sex"].map({"F": 1.0, "M": 2.0})
        labels = {"sex": {1.0: "F", 2.0: "M"}, "walk12": {10.7: "the least"}}
        pyreadstat.write_sav(frame, path, variable_value_labels=labels)

    def labelled(config):
        config["exports"]["trial"]["labels"] = True

    found = of_program(tmp_path, ".sav", write, labelled)
    values = found.tables["twelve_months"]["walk_after_s"].tolist()
    assert values == [float(row["walk12"]) for row in records()]
    assert set(found.tables["baseline"]["sex"]) == {"female", "male"}


def test_a_month_of_spss_is_a_part_of_a_date(tmp_path):
    def write(frame, path):
        frame["seen12"] = 13959216000.0
        pyreadstat.write_sav(frame, path, variable_format={"seen12": "MOYR8"})

    found = of_program(tmp_path, ".sav", write)
    assert set(found.told("partial", "seen12")["found"]) == {"2025-02"}


def test_a_time_of_spss_in_a_number_is_told_as_a_time(tmp_path):
    def write(frame, path):
        frame["walk12"] = pd.to_datetime(frame["walk12"], unit="s").dt.time
        pyreadstat.write_sav(frame, path, variable_format={"walk12": "TIME8"})

    found = of_program(tmp_path, ".sav", write)
    (told,) = found.told("type", "walk12")["message"]
    assert "a time in hours and minutes" in told
    assert "(24 of 24 cells; lines " in told
    assert found.told("unit").empty


def test_a_file_without_an_id_may_use_the_numbers_of_its_rows(tmp_path):
    def numbered(config):
        for spec in (config["tables"]["participants"], *config["forms"].values()):
            spec["sources"][0]["columns"]["participant_id"] = "(row)"

    rows = [{k: v for k, v in row.items() if k != "id"} for row in records(12)]
    found = validated(write_study(tmp_path, rows, numbered))
    assert found.queries.empty
    assert found.tables["twelve_months"]["participant_id"].tolist() == [
        str(n) for n in range(1, 13)
    ]
