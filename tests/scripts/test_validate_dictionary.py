"""One REDCap export against its dictionary, as findings of the tables that use it."""

import pandas as pd
import pytest
from small_tables import job

from trialtrail.tables import read_table, write_table
from trialtrail.validation.findings import finding, findings_frame

from scripts.validate_dictionary import main

DICTIONARY = """Variable / Field Name,Form Name,Field Type,\
"Choices, Calculations, OR Slider Labels",\
Text Validation Type OR Show Slider Number,Text Validation Max,Identifier?,\
Branching Logic (Show field only if...)
id,main,text,,,,,
age,main,text,,integer,65,,
mail,main,text,,email,,y,
smokes,main,radio,"0, Never | 1, Now",,,,
many,main,text,,,,,[smokes] = '1'
odd,main,text,,hat,,,
"""
DATA = "id,age,mail,smokes,many,odd,main_complete\n"
SPEC = {
    "name": "e",
    "label": "raw/e.csv",
    "dictionary_label": "raw/d.csv",
    "missing": [""],
    "identifiers": ["mail"],
    "events": None,
    "format": "redcap",
}
USES = {"people": ["id", "smokes"], "visit": ["age", "id", "smokes"]}


@pytest.fixture
def validated(tmp_path):
    """Return a function that validates the export ``text`` and gives its findings.

    ``lines`` are those of the rows of each table; ``told`` are findings of the tables' own checks.
    """

    def validate(text, lines, told=()):
        (tmp_path / "e.csv").write_text(DATA + text, encoding="utf-8")
        (tmp_path / "d.csv").write_text(DICTIONARY, encoding="utf-8")
        paths = {"checked": [], "findings": []}
        for table, mine in zip(USES, lines, strict=True):
            frame = pd.DataFrame({"_line": pd.array(mine, dtype="Int64")})
            names = [f"{table} {line}" for line in mine]
            write_table(
                frame.assign(
                    _export=pd.array(["e"] * len(mine), dtype="string"),
                    _file=pd.array(["raw/e.csv"] * len(mine), dtype="string"),
                    record=pd.array(names, dtype="string"),
                ),
                tmp_path / f"{table}.parquet",
            )
            paths["checked"].append(tmp_path / f"{table}.parquet")
            found = findings_frame([item for item in told if item["table"] == table])
            write_table(found, tmp_path / f"found_{table}.parquet")
            paths["findings"].append(tmp_path / f"found_{table}.parquet")
        inputs = {"export": tmp_path / "e.csv", "dictionary": tmp_path / "d.csv"} | paths
        asked = job(
            tmp_path, inputs, {"findings": "out.parquet"}, {"spec": SPEC, "uses": USES}, export="e"
        )
        rows = main(asked)["e"]
        assert (rows.read, rows.used) == (text.count("\n"),) * 2
        out = read_table(asked.output.findings)
        return out[out["rule"] != "not_compared"].reset_index(drop=True), out

    return validate


def test_a_cell_is_told_of_each_table_that_uses_it_under_the_name_of_its_record(validated):
    found, _ = validated("7,,,9,,,2\n", ([2], [2]))
    assert found["table"].tolist() == ["people", "visit"]
    assert found["record"].tolist() == ["people 2", "visit 2"]
    assert found[["rule", "column", "line", "found"]].iloc[0].tolist() == ["code", "smokes", 2, "9"]


def test_only_tables_that_have_the_row_are_told(validated):
    found, _ = validated("7,,,9,,,2\n", ([2], []))
    assert found["table"].tolist() == ["people"]


def test_a_cell_that_no_table_uses_is_of_none_and_sets_no_row_aside(validated):
    found, _ = validated("7,,,0,5,,2\n8,70,,,,,2\n", ([2], []))
    assert found[["rule", "table", "record"]].to_numpy().tolist() == [
        ["soft_range", "", "8"],
        ["branching", "", "people 2"],
    ]


def test_an_identifier_is_told_without_its_value(validated):
    _, found = validated("7,,nobody,,,,2\n", ([2], [2]))
    (item,) = found[found["column"] == "mail"].to_dict("records")
    assert (item["rule"], item["found"]) == ("format", "withheld")
    assert "nobody" not in found.to_csv()


@pytest.mark.parametrize("rule", ["code", "type"])
def test_what_a_table_has_told_of_a_cell_is_not_told_again(validated, rule):
    place = {"export": "e", "file": "raw/e.csv", "line": 2, "column": "smokes", "found": "9"}
    told = [finding(rule, "visit", "no such code", **place)]
    found, _ = validated("7,,,9,,,2\n", ([2], [2]), told)
    assert found["table"].tolist() == ["people"]


def test_what_is_not_compared_is_told_once_and_of_the_dictionary(validated):
    _, found = validated("7,,,,,1,2\n8,,,,,1,2\n", ([2, 3], [2, 3]))
    (item,) = found.to_dict("records")
    assert (item["rule"], item["file"], item["column"]) == ("not_compared", "raw/d.csv", "odd")
    assert pd.isna(item["line"])
