"""A value in the form of a cell: as the column writes it, or not at all."""

import pandas as pd
import pytest

from trialtrail.exports.export import Export
from trialtrail.forecast.writing import is_same, written_as
from trialtrail.validation.cells import contract_of

VARIABLES = [
    {"id": "age", "type": "integer", "label": "Age"},
    {"id": "weight", "type": "number", "label": "Weight"},
    {"id": "sex", "type": "category", "label": "Sex", "codes": {"1": "female", "2": "male"}},
    {"id": "smokes", "type": "boolean", "label": "Smokes"},
    {"id": "born", "type": "date", "label": "Born"},
    {"id": "fell", "type": "partial_date", "label": "Fell"},
    {"id": "note", "type": "text", "label": "Note"},
]
CONTRACT = contract_of("visit", VARIABLES, True, ["a", "b"])
COLUMNS = {item["id"]: item["id"].upper() for item in VARIABLES}
ROWS = pd.DataFrame(
    {
        "AGE": ["40", "41", "39"],
        "WEIGHT": ["70,5", "68", "81,25"],
        "SEX": ["1", "1", "1"],
        "SMOKES": ["J", "N", "N"],
        "BORN": ["01.02.1980", "28.03.1979", "30.05.1981"],
        "FELL": ["2024", "2023-05", "2023-05-02"],
        "NOTE": ["x", "y", "z"],
        "_line": pd.array([2, 3, 4], "Int64"),
    }
).astype(dict.fromkeys(COLUMNS.values(), "string"))
SOURCE = {
    "columns": COLUMNS,
    "dates": ["%d.%m.%Y"],
    "decimal": ",",
    "missing": ["", "-9"],
    "missing_of": {},
    "codes": {"sex": {"1": "female", "2": "male"}, "smokes": {"J": True, "N": False}},
}


def written(value, column, source=SOURCE, rows=ROWS):
    export = Export("visit", list(rows), rows)
    return written_as(value, column, 0, export, rows, source, CONTRACT)


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("age", 41, "41"),
        ("age", 52.0, "52"),
        ("weight", 71.75, "71,75"),
        ("weight", 68.0, "68"),
        ("sex", "male", "2"),
        ("smokes", False, "N"),
        ("born", pd.Timestamp("1980-07-09"), "09.07.1980"),
        ("note", "longer", "longer"),
    ],
)
def test_a_value_is_written_as_the_column_has_it(column, value, text):
    assert written(value, column) == text


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("age", 41.5),  # no whole number
        ("age", -9),  # what means no value here
        ("sex", "other"),  # no code
        ("fell", pd.Timestamp("2024-01-01")),  # more than one value a cell
        ("note", "Accepted"),  # an answer of another meaning
        ("note", "set_aside"),
        ("born", "1980"),  # another kind
        ("age", "41"),
        ("smokes", 1),
    ],
)
def test_what_the_cell_cannot_hold_is_not_written(column, value):
    assert written(value, column) is None


def test_a_spelling_of_the_column_comes_before_an_own_one():
    rows = ROWS.assign(WEIGHT=pd.array(["70,5", "68,00", "81,25"], "string"))
    assert written(68.0, "weight", rows=rows) == "68,00"


@pytest.mark.parametrize("cells", [["7", "1,250", "8"], ["7", "2.5", "1.250"]])
def test_a_text_by_which_other_cells_are_read_otherwise_or_that_is_odd_is_not_taken(cells):
    """With 71,75 in it, 1,250 could be read in one way, and beside 2.5 it is the odd one out."""
    rows = ROWS.assign(WEIGHT=pd.array(cells, "string"))
    assert written(71.75, "weight", SOURCE | {"decimal": None}, rows) == "71.75"


def test_values_of_two_kinds_are_never_the_same():
    assert is_same(3, 3.0)
    assert not is_same(True, 1)
    assert not is_same("3", 3)
    assert not is_same(pd.NA, pd.NA)
