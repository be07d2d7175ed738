"""The baseline table: one row a variable, or a level of it."""

import pandas as pd
from small_tables import job, typed

from trialtrail.tables import read_result, write_table

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
    return tabulate_baseline(people, list(variables), list(arms)).set_index("row")


def test_a_number_has_mean_and_sample_deviation_of_the_known_values():
    row = table(AGE).loc["age"]
    assert (row["n_old"], row["mean_old"], round(row["sd_old"] ** 2, 9)) == (2, 21, 2)
    assert (row["n_new"], row["mean_new"], round(row["sd_new"] ** 2, 9)) == (2, 32, 8)
    assert (row["n_all"], row["mean_all"]) == (4, 26.5)
    assert pd.isna(row["count_old"])


def test_yes_and_no_is_one_row_of_who_said_yes():
    row = table(SMOKES).loc["smokes"]
    assert (row["n_old"], row["count_old"], row["percent_old"]) == (1, 1, 100)
    assert (row["n_new"], row["count_new"]) == (3, 1)


def test_a_category_has_a_row_a_level_also_where_nobody_is():
    frame = table(GROUP)
    assert list(frame.index) == ["group.a", "group.b", "group.c"]
    assert frame["level"].tolist() == ["First", "b", "c"]
    assert frame["count_new"].tolist() == [0, 2, 0]
    assert frame["percent_new"].tolist() == [0, 100, 0]
    assert frame["count_all"].tolist() == [1, 3, 0]


def test_a_category_without_codes_has_the_levels_that_occur():
    assert list(table(GROUP | {"levels": []}).index) == ["group.a", "group.b"]


def test_what_nobody_answered_has_no_mean_and_no_percentage():
    nobody = PEOPLE.assign(
        age=pd.array([None] * 5, dtype="Int64"), group=pd.array([None] * 5, dtype="string")
    )
    frame = table(AGE, GROUP, people=nobody)
    assert frame.loc["age", ["mean_all", "sd_all"]].isna().all()
    assert frame.loc["group.a", "n_all"] == 0
    assert pd.isna(frame.loc["group.a", "percent_all"])


def test_there_may_be_more_than_two_arms_and_empty_ones():
    row = table(AGE, arms=("old", "new", "third")).loc["age"]
    assert (row["n_third"], pd.isna(row["mean_third"])) == (0, True)


def test_the_job_writes_a_table_whose_rows_can_be_addressed(tmp_path):
    write_table(PEOPLE, tmp_path / "p.parquet")
    task = job(
        tmp_path,
        {"participants": tmp_path / "p.parquet", "readings": []},
        {"table": "b.csv"},
        {
            "variables": [v | {"form": "start"} for v in (AGE, SMOKES, GROUP)],
            "arms": ["old", "new"],
        },
    )
    assert main(task)["participants"].balanced
    assert len(read_result(task.output.table)) == 5
