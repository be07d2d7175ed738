"""What is missing: of columns, and of forms by participant."""

import pandas as pd

from trialtrail.tables import write_table
from trialtrail.validation.missingness import count_missing, count_missing_by_arm, patterns

SUPPLIED = {"participant_id", "score", "completed_on"}
PEOPLE = pd.DataFrame({"participant_id": ["1", "2", "3"], "arm": ["x", "y", "y"]}, dtype="string")
VISIT = pd.DataFrame(
    {
        "participant_id": pd.array(["1", "2", "3"], dtype="string"),
        "score": pd.array([1, None, None], dtype="Int64"),
        "_export": pd.array(["e"] * 3, dtype="string"),
    }
)


def test_the_counts_are_those_of_the_rows_and_not_of_their_places(tmp_path):
    write_table(VISIT, tmp_path / "v.parquet")
    rows = {row["column"]: row for row in count_missing("visit", tmp_path / "v.parquet", SUPPLIED)}
    assert set(rows) == {"participant_id", "score"}
    assert (rows["score"]["missing"], rows["score"]["n"], rows["score"]["percent"]) == (2, 3, 66.7)
    assert rows["participant_id"]["missing"] == 0


def test_a_table_without_rows_has_no_percentage(tmp_path):
    write_table(VISIT[:0], tmp_path / "v.parquet")
    assert {row["percent"] for row in count_missing("visit", tmp_path / "v.parquet", SUPPLIED)} == {
        None
    }


def test_the_counts_by_arm_add_up():
    rows = count_missing_by_arm("visit", VISIT, SUPPLIED, PEOPLE, ["x", "y"])
    assert [(row["arm"], row["missing"], row["n"]) for row in rows if row["column"] == "score"] == [
        ("x", 0, 1),
        ("y", 2, 2),
    ]


def test_patterns_count_every_participant_once():
    other = VISIT.assign(score=pd.array([None, 5, None], dtype="Int64"))
    forms = {"visit": ["score"], "other": ["score"]}
    table = patterns(PEOPLE, forms, {"visit": VISIT, "other": other}, ["x", "y"])
    found = {(row.forms, row.arm): row.n for row in table.itertuples()}
    assert found == {
        ("", "x"): 0,
        ("", "y"): 1,
        ("visit", "x"): 1,
        ("visit", "y"): 0,
        ("other", "x"): 0,
        ("other", "y"): 1,
    }
    assert patterns(PEOPLE, {}, {}, ["x", "y"])["n"].sum() == 3
