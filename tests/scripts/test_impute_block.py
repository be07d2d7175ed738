"""Imputed values of a block: whose, how many, and what is said where nothing can be imputed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_tables import job, typed

from trialtrail.tables import read_table, write_table

from scripts.impute_block import analysed, main

ARMS = ["old", "new"]


def spec(name="walk", kind="continuous", times=("start", "year")):
    measured = [{"timepoint": time, "follow_up": time != "start"} for time in times]
    return {"id": name, "label": name, "kind": kind, "measured": measured}


def trial(n=40, gone=8):
    rng = np.random.default_rng(5)
    ids = [str(k) for k in range(n)]
    arm = ["old", "new"] * (n // 2)
    before = rng.normal(50, 5, n).round(2)
    after = (before + rng.normal(2, 2, n)).round(2)
    values = [None if k < gone else float(v) for k, v in enumerate(after)]
    people = typed(
        participant_id=ids, arm=arm, age=[int(a) for a in rng.integers(20, 60, n)],
        exclusion_reason=[None] * (n - 1) + ["not eligible"],
    )  # fmt: skip
    outcomes = typed(
        participant_id=ids[:-1] * 2,
        arm=arm[:-1] * 2,
        outcome=["walk"] * 2 * (n - 1),
        timepoint=["start"] * (n - 1) + ["year"] * (n - 1),
        value=[*map(float, before[:-1]), *values[:-1]],
    )
    return people, outcomes


def imputed(tmp_path, people, table, block=1, **more):
    write_table(people, tmp_path / "participants.parquet")
    write_table(table, tmp_path / "outcomes.parquet")
    imputation = {
        "strategy": "within_arm",
        "outcomes": [spec()],
        "covariates": ["baseline_value", "age"],
        "auxiliary": [],
        "seed": 3,
        "block": 4,
        "number": 6,
    } | more
    task = job(
        tmp_path,
        {name: tmp_path / f"{name}.parquet" for name in ("participants", "outcomes")},
        {"imputed": "out.parquet"},
        {"imputation": imputation, "arms": ARMS, "block": block},
    )
    rows = main(task)
    return read_table(task.output.imputed), rows


def test_who_was_excluded_is_not_imputed_and_each_gap_is_filled_in_each_imputation(tmp_path):
    people, outcomes = trial()
    table, rows = imputed(tmp_path, people, outcomes)
    assert table["imputation"].tolist() == sorted([1, 2, 3, 4] * 8)
    assert set(table["participant_id"]) == {str(k) for k in range(8)}
    assert set(table["timepoint"]) == {"year"}
    assert table["value"].notna().all()
    assert len(analysed(people)) == 39
    assert rows["participants"].read == 40


def test_the_second_block_goes_on_with_other_values(tmp_path):
    people, outcomes = trial()
    first, _ = imputed(tmp_path, people, outcomes)
    second, _ = imputed(tmp_path, people, outcomes, block=2)
    again, _ = imputed(tmp_path, people, outcomes)
    assert sorted(set(second["imputation"])) == [5, 6]
    assert first.equals(again)
    assert not set(first["value"]) & set(second["value"])


def test_one_outcome_more_changes_no_value_of_another(tmp_path):
    people, outcomes = trial()
    both = pd.concat([outcomes, outcomes.assign(outcome="run")], ignore_index=True)
    alone, _ = imputed(tmp_path, people, outcomes)
    together, _ = imputed(tmp_path, people, both, outcomes=[spec("run"), spec()])
    assert set(together["outcome"]) == {"walk", "run"}
    mine = together[together["outcome"] == "walk"].reset_index(drop=True)
    assert mine["value"].tolist() == alone["value"].tolist()


def test_an_arm_without_values_is_refused_with_the_reason_and_no_value(tmp_path):
    people, outcomes = trial()
    later = outcomes["timepoint"] == "year"
    gone = outcomes.assign(value=outcomes["value"].mask(later & (outcomes["arm"] == "new")))
    table, _ = imputed(tmp_path, people, gone)
    assert table["value"].isna().all()
    assert table["note"].tolist() == ["no value in the arm {arm:new}: there is none to impute from"]


@pytest.mark.parametrize("strategy", ["jump_to_reference", "copy_increments"])
def test_from_the_reference_the_other_arm_has_its_means(tmp_path, strategy):
    people, outcomes = trial(n=200, gone=60)
    shift = (outcomes["arm"] == "new") & (outcomes["timepoint"] == "year")
    outcomes["value"] = outcomes["value"] + shift.astype(float) * 30
    table, _ = imputed(tmp_path, people, outcomes, strategy=strategy)
    arm = table["participant_id"].map(people.set_index("participant_id")["arm"])
    means = table.groupby(arm)["value"].mean()
    assert abs(means["new"] - means["old"]) < 3
