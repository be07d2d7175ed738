"""Small studies of each design, by configuration alone; what can be is computed anew from raw rows.

Each run makes the tables and the page, without the PDF.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from exchanged import check_exchange
from scipy import stats

from tests.shown_words import ids_shown, intervals_first_named

ROOT = Path(__file__).resolve().parents[2]
STUDIES = ROOT / "tests" / "studies"
CLOSE = 1e-7
"""Relative; results are written with ten significant digits."""
NAMES = ("counts", "factorial", "received", "repeated", "survival", "three_arms", "wards")
PAGE = "results/report/report.html"
EXCHANGED = "results/ard/ars.json"


@pytest.fixture(scope="module")
def studies(tmp_path_factory, workflow):
    """Return what runs a study once: its name to its run."""
    done = {}

    def run(name: str, *targets: str):
        if name not in done:
            folder = tmp_path_factory.mktemp(name)
            found = workflow(
                folder, *(targets or (PAGE, EXCHANGED)), config=STUDIES / name / "study.yaml"
            )
            assert found.exit_code == 0, found.said
            done[name] = found
        return done[name]

    return run


def raw(name: str, file: str = "trial.csv") -> pd.DataFrame:
    """Return the raw rows of a study, read without the product."""
    return pd.read_csv(STUDIES / name / "data" / file, keep_default_na=True)


def close(value: float):
    """Return a value to compare with."""
    return pytest.approx(value, rel=CLOSE)


def ordinary(y: np.ndarray, columns: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, int]:
    """Return coefficients, standard errors and degrees of freedom of a linear model."""
    x = np.column_stack([np.ones(len(y)), *columns])
    effects, *_ = np.linalg.lstsq(x, y, rcond=None)
    df = len(y) - x.shape[1]
    left = y - x @ effects
    return effects, np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * (left @ left) / df), df


def test_the_data_are_what_their_program_draws():
    path = STUDIES / "make_small_trials.py"
    spec = importlib.util.spec_from_file_location("make_small_trials", path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    for name, content in program.all_files().items():
        assert (STUDIES / name).read_bytes() == content, name


@pytest.mark.parametrize("name", NAMES)
def test_every_effect_has_an_estimate_and_its_sentence(studies, name):
    run = studies(name)
    estimates = run.table("estimates")
    assert estimates
    assert {row["status"] for row in estimates} == {"estimated"}
    page = (run.results / "report" / "report.html").read_text(encoding="utf-8")
    assert "{{" not in page
    assert ids_shown(page) == []
    assert all("confidence" in words for words in intervals_first_named(page).values())
    for arm in ("{arm", "{reference"):
        assert arm not in page
    # No plan is locked: no status is claimed, and the report says so.
    assert {row["plan_status"] for row in estimates} == {""}
    assert "nothing shows that the analyses were planned before their results were known" in page
    assert not (run.results / "tables" / "deviations.csv").exists()


@pytest.mark.parametrize("name", NAMES)
def test_results_and_datasets_are_exchanged_whole(studies, name):
    assert check_exchange(studies(name).results)["analyses"] > 3


def test_a_factorial_trial_compares_each_factor_at_the_margins_of_the_other(studies):
    rows = studies("factorial").by_row("estimates")
    data = raw("factorial").dropna(subset=["pressure"])
    drug, diet = data["arm"].isin(["D", "B"]) * 1.0, data["arm"].isin(["T", "B"]) * 1.0
    age = raw("factorial")["age"].loc[data.index].astype(float)
    y = data["pressure"].to_numpy()
    effects, errors, df = ordinary(y, [drug, diet, age])
    for place, name in ((1, "drug"), (2, "diet")):
        row = rows[f"{name}.pressure"]
        assert float(row["estimate"]) == close(effects[place])
        assert float(row["se"]) == close(errors[place])
        assert float(row["df"]) == df
        assert int(row["n_arm"]) == int([drug, diet][place - 1].sum())
    effects, errors, df = ordinary(y, [drug, diet, drug * diet, age])
    row = rows["drug.pressure.with_diet_against_without_diet.mean_difference_interaction"]
    assert float(row["estimate"]) == close(effects[3])
    assert float(row["p"]) == close(2 * stats.t.sf(abs(effects[3] / errors[3]), df))
    assert not any(row["arm"] == "both" for row in rows.values())


def test_the_effect_among_compliers_is_the_ratio_of_two_differences(studies):
    rows = studies("received").by_row("estimates")
    data = raw("received").dropna(subset=["score"])
    offered, got = (data["arm"] == "B") * 1.0, (data["given"] == "full") * 1.0
    male = (data["sex"] == "M") * 1.0
    of_score = ordinary(data["score"].to_numpy(), [offered, male])[0][1]
    of_receipt = ordinary(got.to_numpy(), [offered, male])[0][1]
    row = rows["complier.score.complier_mean_difference"]
    assert float(row["estimate"]) == close(of_score / of_receipt)
    assert row["estimand"] == "complier"
    assert rows["score"]["estimand"] == "offer"


def test_populations_and_exposures_are_filters_of_rows(studies):
    rows = studies("received").by_row("estimates")
    data = raw("received").dropna(subset=["score"])
    kept = data[(data["arm"] == "A") | (data["given"] == "full")]
    male = (kept["sex"] == "M") * 1.0
    effect = ordinary(kept["score"].to_numpy(), [(kept["arm"] == "B") * 1.0, male])[0][1]
    assert float(rows["as_treated_well.score"]["estimate"]) == close(effect)
    assert rows["as_treated_well.score"]["population"] == "per_protocol"
    got = (data["given"] == "full") * 1.0
    effect = ordinary(data["score"].to_numpy(), [got, (data["sex"] == "M") * 1.0])[0][1]
    row = rows["by_receipt.score"]
    assert float(row["estimate"]) == close(effect)
    assert (row["role"], row["arm"], row["reference"]) == ("exploratory", "received", "no_received")
    assert "not randomised" in row["note"]


def test_a_wide_and_a_long_file_of_one_trial_give_the_same_estimates(studies):
    wide = studies("repeated").by_row("estimates")
    long = studies("repeated_long", "results/tables/estimates.csv").by_row("estimates")
    assert wide == long
    assert wide["score"]["method"] == "mmrm_unstructured_kenward_roger_observed"
    assert wide["score"]["timepoint"] == "week_12"
    # What the reference arm would have had brings the arms together.
    main, jump = (float(wide[name]["estimate"]) for name in ("score", "jump.score"))
    assert 0 < jump < main
    assert int(wide["jump.score"]["imputations"]) == 25


def test_a_cluster_trial_is_not_analysed_as_if_its_patients_were_randomised(studies):
    rows = studies("wards").by_row("estimates")
    assert rows["score"]["method"] == "mixed_kenward_roger_expected"
    assert float(rows["score"]["se"]) > float(rows["ignoring_wards.score"]["se"])
    assert float(rows["score"]["df"]) < 16
    assert rows["home.risk_difference"]["method"] == "standardised_risks_clustered"
    models = studies("wards").by_row("models")
    for arm in ("usual", "routine"):
        assert float(models[f"score.clusters.{arm}"]["value"]) == 8


def test_a_margin_is_of_the_arm_that_may_be_worse(studies):
    run = studies("three_arms")
    rows = run.by_row("estimates")
    assert {rows[f"cured.{arm}.risk_difference"]["margin"] for arm in ("short", "shortest")} == {
        "15"
    }
    page = (run.results / "report" / "report.html").read_text(encoding="utf-8")
    assert "was not inferior to" in page
    assert "is not shown" in page


def test_the_times_to_an_event_are_days_to_the_first_of_what_ended_them(studies):
    run = studies("survival")
    data = raw("survival")
    start = pd.to_datetime(data["allocated"])
    days = pd.DataFrame(
        {name: (pd.to_datetime(data[name]) - start).dt.days for name in ("died", "transplanted")}
    )
    first = days.min(axis=1).fillna((pd.to_datetime(data["last_seen"]) - start).dt.days)
    by_arm = run.by_row("arms")
    for arm, code in (("placebo", "A"), ("drug", "B")):
        mine = data["arm"] == code
        row = by_arm[f"death.{arm}"]
        assert int(row["events"]) == int(data.loc[mine, "died"].notna().sum())
        assert float(row["time_at_risk"]) == float(first[mine].sum())
    curves = run.table("curves")
    start_rows = [row for row in curves if row["row"].endswith(".day_0")]
    assert {row["at_risk"] for row in start_rows} == {"60"}


def test_rates_are_of_the_time_in_which_events_were_counted(studies):
    rows, by_arm = (studies("counts").by_row(name) for name in ("estimates", "arms"))
    data = raw("counts").dropna(subset=["falls"])
    for arm, code in (("leaflet", "A"), ("exercise", "B")):
        mine = data[data["arm"] == code]
        assert int(by_arm[f"falls.{arm}"]["events"]) == int(mine["falls"].sum())
        assert float(by_arm[f"falls.{arm}"]["time_at_risk"]) == close(mine["months"].sum())
    rate = data.groupby("arm").apply(lambda each: each["falls"].sum() / each["months"].sum())
    found = float(rows["falls.rate_ratio"]["estimate"])
    assert found == pytest.approx(rate["B"] / rate["A"], rel=0.15)
    assert float(rows["rating.common_odds_ratio"]["estimate"]) > 1


@pytest.mark.parametrize("name", NAMES)
def test_what_was_run_is_what_was_planned(name, studies):
    """Each row of `estimates` is by a planned method, or by a fallback that the plan states."""
    run = studies(name)
    plan, estimates = run.by_row("plan"), run.table("estimates")
    assert sum(int(row["n_estimates"]) for row in plan.values()) == len(estimates)
    assert {row["analysis"] for row in estimates} == set(plan)
    for row in plan.values():
        assert row["n_other"] == "0", row["row"]
        assert bool(row["taken"]) == (row["n_fallback"] != "0")
