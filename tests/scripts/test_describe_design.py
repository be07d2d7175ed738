"""The design of a trial as its data show it."""

import json

import numpy as np
import pandas as pd
import pytest
from small_tables import job, typed

from trialtrail.simulation.described import EVEN, concentration, describe
from trialtrail.tables import write_csv, write_table

from scripts.describe_design import main

WHAT = {
    "outcome": "walk",
    "timepoint": "year",
    "analysis": "main",
    "arms": ["usual", "class"],
    "cluster": "group",
    "within": ["class"],
    "complier": ["complier"],
}
ARMS = pd.DataFrame(
    {
        "row": ["walk.usual", "walk.class", "other.usual"],
        "analysis": "main",
        "outcome": ["walk", "walk", "other"],
        "timepoint": "year",
        "arm": ["usual", "class", "usual"],
        "n_randomised": [40, 50, 9],
        "n_with_data": [36, 40, 9],
        "sd": [10.0, 10.0, 1.0],
    }
)
PARTS = [
    ("main", "residual_variance", "usual", 75.0),
    ("main", "residual_variance", "class", 70.0),
    ("main", "cluster_variance", "", 5.0),
    ("main", "clusters", "class", 2.0),
    ("main", "intracluster_correlation", "", 0.06),
    ("complier", "uptake", "usual", 0.0),
    ("complier", "uptake", "class", 0.7),
]
MODELS = pd.DataFrame(PARTS, columns=["analysis", "component", "group", "value"]).assign(
    row=[f"r{k}" for k in range(len(PARTS))], outcome="walk", timepoint="year"
)
PEOPLE = typed(
    participant_id=[str(k) for k in range(90)],
    arm=["usual"] * 40 + ["class"] * 50,
    group=[None] * 40 + ["a"] * 30 + ["b"] * 20,
)


def test_values_are_those_of_the_tables_and_of_the_clusters(tmp_path):
    write_csv(ARMS, tmp_path / "arms.csv")
    write_csv(MODELS[["row", *MODELS.columns.drop("row")]], tmp_path / "models.csv")
    write_table(PEOPLE, tmp_path / "participants.parquet")
    names = {"arms": "arms.csv", "models": "models.csv", "participants": "participants.parquet"}
    inputs = {name: tmp_path / file for name, file in names.items()}
    task = job(tmp_path, inputs, {"design": "design.json"}, {"what": WHAT})
    rows = main(task)
    with open(task.output.design, encoding="utf-8") as stream:
        found = json.load(stream)
    assert found["sizes"] == {"usual": 40, "class": 50}
    assert found["lost"] == pytest.approx({"usual": 0.1, "class": 0.2})
    assert found["clusters"] == {"class": 2}
    assert found["correlation"] == 0.06
    assert found["uptake"] == {"class": 0.7}
    assert found["across"] is False
    # 25 of 100 are explained in each arm: 75 are left, in clusters or not.
    assert found["covariate"] == pytest.approx(0.5)
    assert rows["participants"].read == 90


def test_a_plan_without_clusters_or_model_says_nothing_of_them():
    models = MODELS[MODELS["component"] == "none"]
    found = describe(ARMS, models, PEOPLE, {**WHAT, "cluster": "", "within": []})
    assert set(found) == {"sizes", "lost", "sd"}


def test_clusters_with_members_in_both_arms_are_across():
    people = PEOPLE.assign(group=["a", "b"] * 45)
    found = describe(ARMS, MODELS, people, {**WHAT, "within": ["usual", "class"]})
    assert found["across"] is True


@pytest.mark.parametrize("alpha", [1.0, 5.0])
def test_the_concentration_is_that_by_which_caseloads_were_drawn(alpha):
    rng, squares = np.random.default_rng(1), []
    for _ in range(300):
        sizes = rng.multinomial(400, rng.dirichlet(np.full(20, alpha)))
        squares.append(float(np.var(sizes)))
    # A caseload whose variance is the mean of these.
    spread = np.sqrt(np.mean(squares))
    sizes = 20 + spread * np.array([1, -1] * 10)
    assert concentration(sizes) == pytest.approx(alpha, rel=0.15)


@pytest.mark.parametrize("sizes", [[5, 5, 5], [7], [5, 6, 5]])
def test_caseloads_that_vary_no_more_than_by_chance_are_even(sizes):
    assert concentration(np.array(sizes)) == EVEN
