"""What a program shows of a value is the value: formats of SPSS, Stata, SAS and Parquet."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from small_trial import records, validated, write_study

from trialtrail.errors import StudyError
from trialtrail.exports.program_formats import reader_of
from trialtrail.exports.read import read_export


@pytest.mark.parametrize(
    ("form", "number", "text"),
    [("MOYR8", 13959216000.0, "2025-02"), ("QYR6", 13959216000.0, "2025-Q1"),
     ("WKYR8", 13959216000.0, "2025-W07"), ("DTIME10", 93784.0, "26:03:04"),
     ("%tm", 781.0, "2025-02"), ("%tq", 260.0, "2025-Q1"), ("%tw", 3386.0, "2025-W07"),
     ("%th", 130.0, "2025-H1"), ("%ty", 2025.0, "2025"), ("%tm", -1.0, "1959-12")],
)  # fmt: skip
def test_a_time_is_what_its_format_shows(form, number, text):
    assert reader_of(form)(number) == text


@pytest.mark.parametrize(
    ("form", "number", "text"),
    [
        ("DATE11", 13959216000.0, "2025-02-18"),
        ("DATETIME20", 13959219600.5, "2025-02-18T01:00:00.5"),
        ("TIME8", 108000.5, "30:00:00.5"),
        ("DTIME10", 108000.0, "30:00:00"),
        ("TIME8", -60.0, "-00:01:00"),
        ("%tdDD/NN/CCYY", 23000.0, "2022-12-21"),
        ("%-td", 0.0, "1960-01-01"),
        ("%dD_m_Y", -1.0, "1959-12-31"),
        ("%tcDD/NN/CCYY_HH:MM", 2.0e12, "2023-05-18T03:33:20"),
        ("%tC", 2.0e12, "2023-05-18T03:32:53"),
        ("%tC", 394416001.0e3, "1972-07-01"),
        ("%tC", 394415999.0e3, "1972-06-30T23:59:59"),
        ("%tcHH:MM", 90000.0e3, "01:00:00"),
    ],
)
def test_a_day_is_one_under_every_format_of_it(form, number, text):
    assert reader_of(form)(number) == text


@pytest.mark.parametrize(
    ("form", "number", "text"),
    [
        ("DATE9", 23000.0, "2022-12-21"),
        ("MONYY7", 23000.0, "2022-12"),
        ("YYQ6", 23000.0, "2022-Q4"),
        ("YYMMN6", 23000.0, "2022-12"),
        ("YYMMDD10", 23000.0, "2022-12-21"),
        ("WORDDATE18", 0.0, "1960-01-01"),
        ("YEAR4", 23000.0, "2022"),
        ("WEEKDAY1", 23000.0, "2022-12-21"),
        ("E8601DA10", -1.0, "1959-12-31"),
        ("DATETIME20", 1987203600.0, "2022-12-21T01:00:00"),
        ("DTDATE9", 1987203600.0, "2022-12-21"),
        ("DTMONYY7", 1987203600.0, "2022-12"),
        ("TIME8", 108000.0, "30:00:00"),
        ("HHMM5", 60.0, "00:01:00"),
    ],
)
def test_a_day_of_sas_is_one_under_every_format_of_it(form, number, text):
    assert reader_of(form, "xpt")(number) == text


@pytest.mark.parametrize(
    ("form", "program"),
    [
        ("F8.2", "sav"),
        ("%9.0g", "dta"),
        ("%12s", "dta"),
        ("%tbsp500", "dta"),
        ("A5", "sav"),
        ("", "sav"),
        ("MONTH9", "sav"),
        ("WKDAY9", "sav"),
        ("PCT8.1", "sav"),
        ("DOLLAR8", "xpt"),
        ("BEST12", "xpt"),
        ("$CHAR8", "xpt"),
        ("Z5", "xpt"),
        ("MONYY7", "sav"),
        ("MOYR8", "xpt"),
    ],
)
def test_other_formats_are_of_numbers(form, program):
    assert reader_of(form, program) is None


def read(path, **spec):
    return read_export({"name": "e", "label": path.name, "known": [], **spec}, [str(path)])


def test_what_spss_declares_missing_is_so_under_a_format_of_days(tmp_path):
    path, ranges = tmp_path / "a.sav", {"day": [999], "month": [999], "took": [99], "word": ["X"]}
    days = [13959216000.0, 999.0, None]
    frame = pd.DataFrame(
        {"day": days, "month": days, "took": [60.0, 99.0, None], "word": ["a", "X", "1"]}
    )
    forms = {"day": "DATE11", "month": "MOYR8", "took": "TIME8"}
    pyreadstat.write_sav(frame, path, variable_format=forms, missing_ranges=ranges)
    export = read(path)
    assert export.missing == {
        "day": ["1582-10-14"],
        "month": ["1582-10"],
        "took": ["00:01:39"],
        "word": ["X"],
    }
    assert export.changed == [
        ("day", "a date of the file", "ISO 8601", 2),
        ("month", "a number under a format of the file", "what the format shows", 2),
        ("took", "a number under a format of the file", "what the format shows", 2),
    ]


def test_numbers_that_are_no_day_of_any_calendar_stay_what_they_are(tmp_path):
    path = tmp_path / "a.sav"
    frame = pd.DataFrame({"day": [1e18, 13959216000.0, -1e12]})
    pyreadstat.write_sav(frame, path, variable_format={"day": "DATE11"})
    assert read(path).rows["day"].tolist() == [
        "1000000000000000000",
        "2025-02-18",
        "-1000000000000",
    ]


def test_times_of_parts_of_a_second_are_no_numbers_of_the_file(tmp_path):
    path = tmp_path / "a.sav"
    frame = pd.DataFrame({"took": [60.5, 1.0], "walk": [1.5, 2.0]})
    pyreadstat.write_sav(frame, path, variable_format={"took": "TIME11.2"})
    assert read(path).plain == {"took": frozenset(), "walk": {"1.5"}}


def test_columns_of_parquet_are_read_by_their_type(tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "half": pa.array(np.array([0.1, 17.6], "float16")),
            "single": pa.array([0.1, 1e-7], pa.float32()),
            "double": [0.1, 0.1 + 0.2],
            "id": pa.array([b"P001", "Zoë".encode()], pa.binary()),
            "took": pa.array([630, 108000], pa.duration("s")),
            "exact": pa.array([Decimal("17.60"), Decimal("0.00")], pa.decimal128(9, 2)),
        }
    )
    pq.write_table(table, path)
    rows = read(path).rows
    assert {name: rows[name].tolist() for name in table.column_names} == {
        "half": ["0.1", "17.6"],
        "single": ["0.1", "0.0000001"],
        "double": ["0.1", "0.3"],
        "id": ["P001", "Zoë"],
        "took": ["00:10:30", "30:00:00"],
        "exact": ["17.60", "0.00"],
    }


def test_a_column_of_lists_in_parquet_is_refused_by_its_name(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["P1"], "answers": [[1, 2]]}), path)
    with pytest.raises(StudyError, match="column answers has several values"):
        read(path)


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


def spss(**more):
    """Return what writes a frame as a file of SPSS with more about its columns."""

    def write(frame, path):
        frame["walk12"] = frame["walk12"].where(frame["id"] != "P003", -9.0)
        pyreadstat.write_sav(frame, path, **more)

    return write


@pytest.mark.parametrize("label", ["Refused", "don't know", "keine Angabe", "ne sait pas", "N/A"])
def test_a_number_whose_label_says_that_there_is_none_is_told_once(tmp_path, label):
    labels = {"walk12": {-9.0: label, 10.7: "the least"}}
    found = of_program(tmp_path, ".sav", spss(variable_value_labels=labels))
    (told,) = found.told("marked", "walk12")["message"]
    assert f'-9 "{label}" (1 cells)' in told


@pytest.mark.parametrize("listed", [True, False])
def test_one_that_is_missing_or_has_another_label_is_not(tmp_path, listed):
    def missing(config):
        if listed:
            config["forms"]["twelve_months"]["variables"][0]["missing"] = ["-9"]

    labels = {"walk12": {-9.0: "Refused" if listed else "no pain at all"}}
    found = of_program(tmp_path, ".sav", spss(variable_value_labels=labels), missing)
    assert found.told("marked").empty


def test_codes_that_differ_from_the_labels_are_one_query_that_names_them(tmp_path):
    def write(frame, path):
        frame["sex"] = frame["sex"].map({"F": 1.0, "M": 2.0})
        pyreadstat.write_sav(frame, path, variable_value_labels={"sex": {1.0: "F", 2.0: "M"}})

    (told,) = of_program(tmp_path, ".sav", write).told("dictionary", "sex")["message"]
    assert "labels for 1, 2" in told
    assert "`codes` has F, M" in told
    assert "add `labels: true`" in told


def numbered(ending, name, form):
    """Return what writes the ids as numbers, under a format of a program."""
    write = {".sav": pyreadstat.write_sav, ".dta": pyreadstat.write_dta}.get(ending)

    def written(frame, path):
        frame[name] = [float(n) for n in range(1, 25)]
        (write or pyreadstat.write_xport)(frame, path, variable_format={name: form})

    return written


@pytest.mark.parametrize(("ending", "form"), [(".sav", "N3"), (".dta", "%03.0f"), (".xpt", "Z3.")])
def test_zeros_that_a_format_shows_are_part_of_an_id(tmp_path, ending, form):
    found = of_program(tmp_path, ending, numbered(ending, "id", form))
    assert found.tables["participants"]["participant_id"].tolist()[:2] == ["001", "002"]
    assert "what the format shows" in {change[3] for change in found.changes}


def test_a_share_under_a_format_of_percent_of_sas_is_a_percentage(tmp_path):
    def of_percent(config):
        config["forms"]["twelve_months"]["variables"][0]["unit"] = "%"

    found = of_program(tmp_path, ".xpt", numbered(".xpt", "walk12", "PERCENT8.1"), of_percent)
    assert found.tables["twelve_months"]["walk_after_s"].tolist()[:2] == [100.0, 200.0]


def test_names_of_sas_have_no_case(tmp_path):
    def write(frame, path):
        pyreadstat.write_xport(frame.rename(columns=str.upper), path)

    found = of_program(tmp_path, ".xpt", write)
    assert found.told("columns").empty
    assert found.tables["twelve_months"]["walk_after_s"].notna().all()


@pytest.mark.parametrize(
    ("ending", "write", "first"),
    [
        (".dta", lambda frame, path: frame.to_stata(path, write_index=False), "float32"),
        (".parquet", lambda frame, path: frame.to_parquet(path), "float32"),
        (".sav", pyreadstat.write_sav, "float64"),
    ],
)
def test_ids_that_are_numbers_of_too_many_digits_are_told(tmp_path, ending, write, first):
    def of_numbers(frame, path):
        start = 123456789 if first == "float32" else 12345678901234567
        frame["id"] = np.array([start + 10 * n for n in range(24)]).astype(first)
        write(frame, path)

    found = of_program(tmp_path, ending, of_numbers)
    (told,) = found.told("shortened", "id")["message"]
    assert "keep ids as text" in told


@pytest.mark.parametrize("of_days", ["allocated", "seen12"])
def test_days_of_the_file_are_days_beside_texts_of_a_configured_form(tmp_path, of_days):
    def write(frame, path):
        frame[of_days] = pd.to_datetime(frame[of_days], format="%d.%m.%Y").dt.date
        pyreadstat.write_sav(frame, path)

    found = of_program(tmp_path, ".sav", write)
    assert found.told("type").empty
    assert found.tables["participants"]["randomised_on"].notna().all()


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


def test_a_record_of_another_width_is_counted_among_the_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("arm;age\nA;70\nB;71;x\n;\nA;72\n", encoding="utf-8")
    export = read(path, known=["(row)", "arm", "age"])
    assert export.rows["(row)"].tolist() == ["1", "3"]
    assert export.rows["age"].tolist() == ["70", "72"]
