"""The baseline table: one row a variable, or a level of it."""

import pandas as pd
from small_tables import job, topic, typed

from trialtrail.tables import read_table, write_table

from scripts.tabulate_baseline import main, tabulate_baseline

PEOPLE = typed(
    arm=["old", "old", "new", "new", "new"],
    age=[20, 22, 30, None, 34],
    smokes=[True, None, False, False, True],
    group=["b", "a", "b", "b", None],
)
AGE = {"id": "age", "type": "integer", "label": "Age", "unit": "years"}
SMOKES = {"id": "smokes", "type": "boolean", "label": "Smokes"}
GROUP = {
    "id": "group",
    "type": "category",
    "label": "Group",
    "levels": ["a", "b", "c"],
    "labels": {"a": "First"},
}


def table(*variables, people=PEOPLE, arms=("old", "new")):
    return topic(tabulate_baseline(people, list(variables), list(arms)), "baseline")


def test_a_number_has_mean_and_sample_deviation_of_the_known_values():
    rows = table(AGE)
    assert rows["n"].to_dict() == {"age.old": 2, "age.new": 2, "age.all": 4}
    assert rows["mean"].tolist() == [21, 32, 26.5]
    assert (rows["sd"] ** 2).round(9).tolist()[:2] == [2, 8]
    assert rows["denominator"].isna().all()
    assert rows["arm"].fillna("").tolist() == ["old", "new", ""]


def test_yes_and_no_is_one_row_of_who_said_yes():
    rows = table(SMOKES)
    assert rows.loc["smokes.old", ["n", "denominator", "percent"]].tolist() == [1, 1, 100]
    assert rows.loc["smokes.new", ["n", "denominator"]].tolist() == [1, 3]


def test_a_category_has_a_row_a_level_also_where_nobody_is():
    frame = table(GROUP)
    new, everybody = (frame[frame.index.str.endswith(end)] for end in (".new", ".all"))
    assert list(new.index) == ["group.a.new", "group.b.new", "group.c.new"]
    assert new["level"].tolist() == ["First", "b", "c"]
    assert new["n"].tolist() == [0, 2, 0]
    assert new["percent"].tolist() == [0, 100, 0]
    assert everybody["n"].tolist() == [1, 3, 0]


def test_a_category_without_codes_has_the_levels_that_occur():
    found = table(GROUP | {"levels": []})
    assert list(found[found["arm"] == "new"].index) == ["group.a.new", "group.b.new"]


def test_what_nobody_answered_has_no_mean_and_no_percentage():
    nobody = PEOPLE.assign(
        age=pd.array([None] * 5, dtype="Int64"), group=pd.array([None] * 5, dtype="string")
    )
    frame = table(AGE, GROUP, people=nobody)
    assert frame.loc["age.all", ["mean", "sd"]].isna().all()
    assert frame.loc["group.a.all", "denominator"] == 0
    assert pd.isna(frame.loc["group.a.all", "percent"])


def test_there_may_be_more_than_two_arms_and_empty_ones():
    row = table(AGE, arms=("old", "new", "third")).loc["age.third"]
    assert (row["n"], pd.isna(row["mean"])) == (0, True)


def test_the_job_writes_a_table_whose_rows_can_be_addressed(tmp_path):
    write_table(PEOPLE, tmp_path / "p.parquet")
    task = job(
        tmp_path,
        {"participants": tmp_path / "p.parquet", "readings": []},
        {"table": "b.parquet", "takes": "b.json"},
        {
            "variables": [v | {"form": "start"} for v in (AGE, SMOKES, GROUP)],
            "arms": ["old", "new"],
        },
    )
    assert main(task)["participants"].balanced
    assert len(read_table(task.output.table)) == 5 * 3
