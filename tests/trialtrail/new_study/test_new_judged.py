"""What a column holds, by its cells: types, codes, and what is said of what is not sure."""

from __future__ import annotations

import pytest

from trialtrail.new_study.columns.judged import judge_file
from trialtrail.new_study.columns.names import slug
from trialtrail.new_study.files.seen import SeenColumn, SeenFile


def judged(cells: list[str], name: str = "x", **column):
    """Return the judgement of one column, beside one of ids."""
    ids = SeenColumn("id", [f"P{n}" for n in range(len(cells))])
    file = SeenFile("f", "f.csv", {}, [ids, SeenColumn(name, cells, **column)])
    return judge_file(file).columns[1]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "5", "12", "7", "40", "33", "28"], "integer"),
        (["1.5", "2", "3.25", "7"], "number"),
        (["1,5", "2", "3,25", "7"], "number"),
        (["1.234,5", "1.300", "998,1"], "number"),
        (["3", ">5", "<1", "2", "4", "7", "6"], "censored"),
        (["03.2023", "2022", "11.2021", "14.02.2020"], "partial_date"),
        (["13.01.2024", "02.03.2024"], "date"),
        (["yes", "no", "no", "YES"], "boolean"),
        (["1_yes", "0_no", "0_no"], "boolean"),
        (["north", "south", "south", "north"], "category"),
        (["1", "0", "0", "1"], "category"),
        (["ab1", "cd2", "ef3", "gh4", "ij5", "kl6"], "text"),
        (["70 kg", "81 kg", "66,5 kg"], "number"),
    ],
)
def test_the_type_is_that_of_the_cells(cells, kind):
    assert judged(cells).type == kind


def test_a_unit_in_each_cell_is_taken():
    assert judged(["70 kg", "81 kg", "66,5 kg"]).unit == "kg"


def test_what_has_no_two_values_or_is_prose_is_ignored():
    assert judged(["a"] * 5).type == judged([""] * 5).type == ""
    prose = [f"Came late on day {n} and told of the journey" for n in range(9)]
    assert judged(prose).type == ""
    assert "free text" in judged(prose).why
    tick = judged(["x", "", "", "x", ""])
    assert tick.type == ""
    assert "blank" in tick.doubts[0]


def test_codes_that_differ_by_case_or_blanks_are_one_and_others_are_asked_about():
    column = judged(["M", "m", "m ", "m", "male", "f", "f", "f", "male", "f"])
    assert column.spellings["m"] == {"m": 3, "M": 1}
    assert set(column.codes) == {"f", "m", "male"}
    assert any("`male` may be another word for `m`" in doubt for doubt in column.doubts)


def test_two_numbers_have_no_meaning_until_somebody_says_it():
    column = judged(["0", "1", "1.0", "0"])
    assert column.codes == {"0": "0", "1": "1"}
    assert "The file does not say what" in column.doubts[0]


def test_labels_of_the_file_are_the_values_of_codes():
    column = judged(["1", "2", "1", "9"], value_labels={"1": "Male", "2": "Female", "9": "Missing"})
    assert column.codes == {"1": "male", "2": "female"}
    assert column.labels == {"male": "Male", "female": "Female"}
    assert column.gone == ("9",)
    yes = judged(["1", "0", "1"], value_labels={"1": "Ja", "0": "Nein"})
    assert (yes.type, yes.codes) == ("boolean", {"1": True, "0": False})


def test_cells_that_cannot_be_read_are_counted_and_told():
    column = judged([*(str(n) for n in range(30)), "see letter"])
    assert (column.type, column.faults) == ("integer", {"type": 1})
    assert any("1 cell is not of that type" in doubt for doubt in column.doubts)


def test_several_answers_in_a_cell_are_said():
    cells = [
        "a;b",
        "b;c",
        "a;c",
        "a",
        "b",
        "a;b;c",
        "c;d",
        "d",
        "a;d",
        "b;d",
        "c",
        "a;b;d",
        "b;c;d",
        "a;c;d",
    ]
    column = judged(cells)
    assert column.type == "text"
    assert "several answers" in column.doubts[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [("Größe [cm]", "groesse_cm"), ("6MWT", "v_6mwt"), ("Âge", "age"), ("体重", ""), ("_x", "x")],
)
def test_names_are_those_of_the_configuration(text, name):
    assert slug(text, "v") == name
