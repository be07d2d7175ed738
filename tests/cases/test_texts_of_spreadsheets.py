"""What a spreadsheet does to texts that it takes for numbers, and how tables keep it from that."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest
from small_trial import records, validated, write_study

from trialtrail.exports.convert import How, type_column


def ids(*cells: str):
    """Return (the ids, the cells that are told by rule, the changes of form)."""
    done = type_column(pd.Series(list(cells), dtype="string"), How("text", is_id=True))
    values = [None if pd.isna(value) else value for value in done.values]
    told: dict[str, list[str]] = {}
    for rule, _, mask in done.faults:
        told[rule] = [cell for cell, bad in zip(cells, mask, strict=True) if bad]
    return values, told, done.changes


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('="001"', "001"),
        (' ="001" ', "001"),
        ('="a ""b"""', 'a "b"'),
        ("'001", "001"),
        ("'-5", "-5"),
        ("\uff10\uff10\uff11", "\uff10\uff10\uff11"),  # told beside 001, if it is there
        ("'t is", "'t is"),
        ("'90s", "'90s"),
        ("'2024-02-08", "2024-02-08"),
        ('="001', '="001'),
        ('="1"&"2"', '="1"&"2"'),
    ],
)
def test_a_protected_text_is_that_text(cell, value):
    values, _, changes = ids(cell)
    assert values == [value]
    assert bool(changes) == (cell != value)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("integer", '="78"', 78),
        ("number", '="10.5"', 10.5),
        ("number", "'-10.5", -10.5),
        ("category", '="F"', "F"),
        ("text", '="Fell"', "Fell"),
        ("text", "'99 was hard", "'99 was hard"),
        ("verbatim", '="Fell"', '="Fell"'),
        ("date", '="2024-02-08"', pd.Timestamp(2024, 2, 8)),
        ("boolean", '="yes"', True),
    ],
)
def test_so_it_is_in_every_kind_of_cell(kind, cell, value):
    done = type_column(pd.Series([cell], dtype="string"), How(kind))
    assert list(done.values) == [value]
    assert not any(mask.any() for _, _, mask in done.faults)


@pytest.mark.parametrize("cell", ["1,00E+11", "1.07E+11", "1.07e11", "1E+05", "1e-5", "2,70E+11"])
def test_an_id_in_scientific_notation_is_told(cell):
    assert ids(cell, "P2")[:2] == ([None, "P2"], {"type": [cell]})


@pytest.mark.parametrize("cell", ["12E3", "1E5", "E5", "1e", "E+5", "3E+", "A1.2E+3", "12-E3"])
def test_an_id_with_an_e_is_an_id(cell):
    assert ids(cell)[:2] == ([cell], {})


@pytest.mark.parametrize(
    ("cells", "values", "told"),
    [
        (["1.0", "12.00", "3,0", "4"], ["1", "12", "3", "4"], {}),
        (["001.0"], ["001"], {}),
        (["1.0", "1.1", "2.0"], ["1.0", "1.1", "2.0"], {}),
        (["1.000", "2"], [None, "2"], {"ambiguous": ["1.000"]}),
        (["1.000", "1.001"], ["1.000", "1.001"], {}),
        (["0.000"], ["0"], {}),
    ],
)
def test_decimal_zeros_are_no_part_of_an_id(cells, values, told):
    found, faults, _ = ids(*cells)
    assert (found, faults) == (values, told)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["1234567890123450", "1234567890123460"], 2),
        (["12345678901234500000", "12345678901234600000", "7"], 2),
        (["1234567890123450", "1234567890123461"], 0),
        (["1234567890123450", "7"], 0),
        (
            ["1234567890123450", "1234567890123460", *(f"123456789012346{n}" for n in range(1, 4))],
            0,
        ),
        (["123456789012000", "123456789013000"], 0),
    ],
)
def test_long_ids_that_end_in_zeros_are_told_where_several_do(cells, told):
    values, faults, _ = ids(*cells)
    assert values == cells
    assert len(faults.get("shortened", [])) == told


def test_other_text_in_scientific_notation_is_a_warning():
    done = type_column(pd.Series(["1,07E+11", "1E5", "abc"]), How("text"))
    assert [(rule, list(mask)) for rule, _, mask in done.faults] == [
        ("shortened", [True, False, False])
    ]
    assert list(done.values) == ["1,07E+11", "1E5", "abc"]


def test_protected_ids_are_read_and_counted(tmp_path):
    rows = [each | {"id": f'="{n:03}"'} for n, each in enumerate(records(), start=1)]
    found = validated(write_study(tmp_path, rows))
    assert found.queries.empty
    assert found.tables["participants"]["participant_id"].tolist()[:2] == ["001", "002"]
    assert ("participants", "id", "protected as text", "none", 24) in found.changes


def test_ids_in_scientific_notation_stop_the_run(tmp_path):
    rows = [each | {"id": f"{1 + n / 100:.2f}E+11"} for n, each in enumerate(records())]
    found = validated(write_study(tmp_path, rows))
    told = found.told("type", "id")
    assert set(found.queries["rule"]) == {"type"}
    (message,) = set(told["message"])
    assert "digits are lost" in message
    assert "(24 of 24 cells; lines 2, 3, 4, 5, 6, ...)" in message


def test_words_for_yes_and_no_that_are_not_known_name_the_remedy(tmp_path):
    def change(config):
        config["forms"]["baseline"]["variables"].append(
            {"id": "fell", "column": "fell", "type": "boolean", "label": "Fell"}
        )

    rows = [each | {"fell": ("oui", "non")[n % 2]} for n, each in enumerate(records())]
    found = validated(write_study(tmp_path, rows, change))
    (message,) = found.told("type", "fell")["message"]
    assert "`codes`" in message
    assert '": true' in message
    assert "24 of 24 cells" in message
    assert "oui" not in message


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *(("id", "#N/A"), ("id", "#REF!"), ("sex", "#WERT!"), ("age", "#NV"), ("note", "#VALEUR!")),
        *(("seen12", "########"), ("walk0", "#DIV/0!"), ("arm", "#N/A"), ("note", "Err:502")),
    ],
)
def test_the_error_of_a_spreadsheet_is_no_value_in_delimited_text(tmp_path, column, cell):
    def change(config):
        note = {"id": "note", "column": "note", "type": "text", "label": "Note"}
        config["forms"]["baseline"]["variables"].append(note)

    rows = [row | {"note": "well"} for row in records()]
    rows[3][column] = cell
    found = validated(write_study(tmp_path, rows, change))
    assert set(found.queries["rule"]) == {"formula"}
    assert set(found.queries["line"]) == {5}
    assert set(found.queries["column"]) == {column}


def test_nor_in_a_workbook_and_a_missing_code_of_a_column_is_none(tmp_path):
    def change(config):
        config["exports"]["trial"] = {"file": "data/trial.xlsx", "dates": "%d.%m.%Y"}
        config["forms"]["baseline"]["variables"][0]["missing"] = ["#N/A"]

    rows = records()
    rows[3]["age"], rows[4]["age"] = "#N/A", "#REF!"
    file = write_study(tmp_path, rows, change)
    pd.DataFrame(rows).to_excel(tmp_path / "data/trial.xlsx", index=False)
    found = validated(file).queries
    assert list(zip(found["rule"], found["line"], found["column"], strict=True)) == [
        ("formula", 6, "age")
    ]


def test_a_code_that_looks_like_an_error_is_the_code():
    done = type_column(pd.Series(["#N/A"]), How("category", codes={"#N/A": "not asked"}))
    assert list(done.values) == ["not asked"]
    assert not any(mask.any() for _, _, mask in done.faults)


def test_number_signs_in_the_place_of_words_are_words():
    done = type_column(pd.Series(["####", "#N/A"]), How("text"))
    assert [None if pd.isna(value) else value for value in done.values] == ["####", None]


def test_an_id_taken_for_a_date_is_told_beside_ids_of_two_numbers():
    assert ids("2-Jan", "1-13", "2024-03-12 00:00:00")[1]["shortened"] == [
        "2-Jan",
        "2024-03-12 00:00:00",
    ]
    assert ids("MAR-01", "MAR-02", "LYO-03")[1] == {}
    assert ids("1-A", "1-2", "3-1")[1] == {}


ERRORS = ["#N/A", "#NV", "#REF!", "#BEZUG!", "#VALEUR!", "#¿NOMBRE?", "#SPILL!", "Err:502"]


@pytest.mark.parametrize("kind", ["text", "category", "list", "number", "date", "boolean"])
@pytest.mark.parametrize("cell", ERRORS)
def test_the_error_of_a_formula_is_no_value_in_any_file(kind, cell):
    done = type_column(pd.Series([cell, "1"], dtype="string"), How(kind, dates=()))
    assert done.values.isna()[0]
    assert ("formula", True) in [(rule, mask[0]) for rule, _, mask in done.faults]


def test_in_a_workbook_it_is_told_once_a_cell(tmp_path):
    book = openpyxl.Workbook()
    rows = [row | {"note": "#N/A" if n < 3 else "a"} for n, row in enumerate(records())]
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.save(tmp_path / "t.xlsx")

    def change(config):
        config["exports"]["trial"] = {"file": "data/t.xlsx", "dates": "%d.%m.%Y"}
        config["forms"]["baseline"]["variables"].append(
            {"id": "note", "column": "note", "type": "category", "label": "Note"}
        )

    data = (tmp_path / "t.xlsx").read_bytes()
    told = validated(write_study(tmp_path / "s", None, change, {"data/t.xlsx": data}))
    lines = told.told("formula", "note").drop_duplicates("query_id")["line"].tolist()
    assert lines == [2, 3, 4]
    assert len(told.told("formula", "note")) == 3


def test_an_error_that_is_listed_as_missing_is_no_value_and_not_told():
    how = How("category", missing=("", "#N/A"))
    done = type_column(pd.Series(["#N/A", "a"], dtype="string"), how)
    assert done.values.tolist() == [pd.NA, "a"]
    assert done.faults == []


@pytest.mark.parametrize("text", ["###", "#painfree!", "#1", "see #N/A", "#"])
def test_words_with_the_same_sign_are_free_text(text):
    done = type_column(pd.Series([text], dtype="string"), How("text"))
    assert done.values.tolist() == [text]
    assert done.faults == []


def test_the_signs_of_a_narrow_column_are_no_id():
    assert "formula" in ids("########", "P1")[1]
