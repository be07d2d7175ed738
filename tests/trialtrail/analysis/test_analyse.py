"""Effects: values worked out by hand, and the cells that cannot be estimated."""

import math

import pandas as pd
import pytest
from small_tables import typed

from trialtrail.analysis.plan import expand_analyses
from trialtrail.analysis.rows import Plan, analyse
from trialtrail.configuration.schema import defaults_within
from trialtrail.tables import read_result, write_result

from schemas.results.arms import Arms
from schemas.results.base import conform
from schemas.results.estimates import Estimates


def plan(kind, *timepoints, **more):
    measured = [{"form": t, "timepoint": t, "follow_up": t != "start"} for t in timepoints]
    spec = {"id": "o", "label": "O", "role": "primary", "kind": kind, "unit": "points"}
    return [spec | more | {"measured": measured}]


def outcomes(timepoint="year", **values):
    """Return the outcomes of arms, each a list of values."""
    rows = [(arm, value) for arm, column in values.items() for value in column]
    return typed(
        participant_id=[str(n) for n in range(len(rows))],
        arm=[arm for arm, _ in rows],
        outcome=["o"] * len(rows),
        timepoint=[timepoint] * len(rows),
        value=[value for _, value in rows],
    )


def found(
    frame, kind="continuous", arms=("old", "new"), timepoints=("year",), spec=None, **plan_of
):
    """Return the tables of estimates and arms, by the names of their rows."""
    planned = plan(kind, *timepoints, **(spec or {}))
    (entry, *_) = expand_analyses(defaults_within("analysis") | plan_of, planned)
    people = frame.drop_duplicates("participant_id")[["participant_id", "arm"]]
    important = plan_of.get("important")
    results = analyse(
        entry, frame, people, Plan([{"id": arm} for arm in arms], 0.95, important=important)
    )
    estimates, by_arm = conform(results.estimates, Estimates), conform(results.arms, Arms)
    return estimates.set_index("row"), by_arm.set_index("row")


def estimated(*args, **more):
    return found(*args, **more)[0]


def test_a_difference_is_the_other_arm_minus_the_first():
    # Means 2 and 5, variances 1 and 1, n 3 and 3: standard error sqrt(2/3), 4 degrees of freedom.
    table, arms = found(outcomes(old=[1, 2, 3], new=[4, 5, 6]))
    row = table.loc["o"]
    margin = 2.7764451052 * math.sqrt(2 / 3)
    assert arms["mean"].to_dict() == {"o.old": 2, "o.new": 5}
    assert arms.loc["o.new", "sd"] == 1
    assert row["estimate"] == pytest.approx(3)
    assert [row["lower"], row["upper"]] == pytest.approx([3 - margin, 3 + margin])
    assert (row["unit"], row["note"], row["arm"], row["reference"]) == ("points", "", "new", "old")
    assert (row["method"], row["status"], row["df"]) == ("welch", "estimated", 4)
    assert row["statistic"] == pytest.approx(3 / math.sqrt(2 / 3))
    assert row["p"] == pytest.approx(2 * (1 - _cumulative(3 / math.sqrt(2 / 3), 4)))


def test_unequal_variances_are_not_pooled_unless_the_plan_says_so():
    # Variances 0.5 (n 2) and 12 (n 4). Welch: squared error 0.25 + 3, df 3.25^2 / (0.0625 + 3);
    # pooled: variance (0.5 + 36) / 4 = 9.125, times (1/2 + 1/4), df 4.
    frame = outcomes(old=[0, 1], new=[0, 0, 6, 6])
    welch = estimated(frame).loc["o"]
    pooled = estimated(frame, mean_difference="pooled").loc["o"]
    assert welch["upper"] - welch["estimate"] == pytest.approx(
        _quantile(3.25**2 / 3.0625) * math.sqrt(3.25)
    )
    assert pooled["upper"] - pooled["estimate"] == pytest.approx(
        2.7764451052 * math.sqrt(9.125 * 0.75)
    )


def _cumulative(t, df):
    from scipy.stats import t as student

    return student.cdf(t, df)


def _quantile(df):
    from scipy.stats import t

    return t.ppf(0.975, df)


def test_missing_values_are_not_counted():
    table, arms = found(outcomes(old=[1, 2, 3, None], new=[4, None, 6]))
    row = table.loc["o"]
    assert (row["n_reference"], row["n_arm"], arms.loc["o.new", "mean"]) == (3, 2, 5)
    assert (row["missing_reference"], row["missing_arm"]) == (1, 1)
    assert arms["n_with_data"].tolist() == arms["n_analysed"].tolist() == [3, 2]
    assert arms["n_randomised"].tolist() == [4, 3]


def test_a_risk_difference_is_in_percentage_points_and_a_ratio_is_a_ratio():
    table, arms = found(outcomes(old=[0] * 8 + [1] * 2, new=[0] * 6 + [1] * 4), "binary")
    difference, ratio = table.loc["o.risk_difference"], table.loc["o.risk_ratio"]
    assert (difference["estimate"], difference["unit"]) == (pytest.approx(20), "percentage points")
    assert ratio["estimate"] == pytest.approx(2)
    assert (arms.loc["o.old", "events"], arms.loc["o.new", "percent"]) == (2, 40)
    margin = 1.9599639845 * math.sqrt(1 / 4 - 1 / 10 + 1 / 2 - 1 / 10)
    assert ratio["upper"] == pytest.approx(2 * math.exp(margin))
    assert pd.isna(arms.loc["o.old", "mean"])
    assert (difference["method"], ratio["method"]) == ("newcombe", "katz")


def test_a_margin_in_percentage_points_is_none_of_a_ratio():
    table = estimated(
        outcomes(old=[0] * 8 + [1] * 2, new=[0] * 6 + [1] * 4),
        "binary",
        spec={"margin": 10, "better": "lower"},
        important={"o": 5},
    )
    assert table.loc["o.risk_difference", ["margin", "important"]].tolist() == [10, 5]
    assert table.loc["o.risk_ratio", ["margin", "important"]].isna().all()


def test_without_events_there_is_a_difference_and_no_ratio():
    table = estimated(outcomes(old=[0] * 10, new=[0] * 9 + [1]), "binary")
    assert table.loc["o.risk_difference", "estimate"] == pytest.approx(10)
    assert table.loc["o.risk_difference", ["lower", "upper"]].notna().all()
    ratio = table.loc["o.risk_ratio"]
    assert ratio[["estimate", "lower", "upper"]].isna().all()
    assert ratio["note"] == "no event in the arm old"


def test_no_events_at_all():
    table = estimated(outcomes(old=[0] * 4, new=[0] * 4), "binary")
    difference = table.loc["o.risk_difference"]
    assert difference["estimate"] == 0
    assert difference["lower"] == -difference["upper"]


@pytest.mark.parametrize("kind", ["continuous", "binary"])
def test_an_arm_without_values_has_no_estimate(kind):
    table = estimated(outcomes(old=[1, 0, 1], new=[None, None]), kind)
    assert table[["estimate", "lower", "upper"]].isna().all(axis=None)
    assert (table["n_arm"] == 0).all()
    assert set(table["status"]) == {"not_estimable"}
    assert set(table["note"]) == {"no value in the arm new"}


def test_a_single_value_or_ties_have_no_interval():
    one = estimated(outcomes(old=[1, 2], new=[5])).loc["o"]
    assert (one["estimate"], pd.isna(one["lower"])) == (3.5, True)
    assert "one value" in one["note"]
    assert one["status"] == "no_interval"
    ties = estimated(outcomes(old=[1, 1], new=[2, 2])).loc["o"]
    assert (ties["estimate"], pd.isna(ties["lower"])) == (1, True)
    assert "do not vary" in ties["note"]


def test_each_of_several_arms_is_set_against_the_first():
    frame = outcomes(old=[1, 2, 3], new=[4, 5, 6], newer=[0, 1, 2])
    table, by_arm = found(frame, arms=("old", "new", "newer"))
    assert table["estimate"].round(9).to_dict() == {"o.new": 3, "o.newer": -1}
    assert by_arm.loc["o.newer", "mean"] == 1
    binary = estimated(
        outcomes(old=[0, 1], new=[1, 1], newer=[0, 0]), "binary", ("old", "new", "newer")
    )
    assert list(binary.index) == [
        "o.new.risk_difference",
        "o.new.risk_ratio",
        "o.newer.risk_difference",
        "o.newer.risk_ratio",
    ]


def test_each_timepoint_of_the_follow_up_has_its_effect_and_baseline_has_none():
    frames = [
        outcomes(t, old=[1, 2], new=[3 + n, 4 + n]) for n, t in enumerate(("start", "six", "year"))
    ]
    table = estimated(pd.concat(frames), timepoints=("start", "six", "year"))
    assert table["estimate"].to_dict() == {"o.six": 3, "o.year": 4}
    table = estimated(pd.concat(frames), timepoints=("start", "year"))
    assert list(table.index) == ["o"]
    assert estimated(pd.concat(frames), timepoints=("start",)).empty


def test_every_cell_can_be_addressed(tmp_path):
    frame = outcomes(old=[0, 1], new=[1, 1], newer=[0, 0])
    table = estimated(frame, "binary", ("old", "new", "newer")).reset_index()
    write_result(table, tmp_path / "o.csv")
    assert read_result(tmp_path / "o.csv")["row"].is_unique


def test_a_row_says_which_values_and_covariates_it_takes():
    before, after = (
        outcomes("start", old=[1, 2, 4], new=[2, 3, 7]),
        outcomes(old=[1, 2, 3], new=[4, 5, 7]),
    )
    frame = pd.concat([before, after], ignore_index=True)
    people = frame.drop_duplicates("participant_id")[["participant_id", "arm"]].assign(
        age=[3, 1, 2, 5, 4, 9]
    )
    (entry, *_) = expand_analyses(
        defaults_within("analysis") | {"adjust": ["baseline_value", "age"]},
        plan("continuous", "start", "year"),
    )
    results = analyse(entry, frame, people, Plan([{"id": "old"}, {"id": "new"}], 0.95))
    (told,) = results.estimates[0]["takes"]
    assert {"estimate", "lower", "upper", "n_arm"} <= {*told["cells"]}
    assert [each["where"] for each in told["takes"]] == [
        {"outcome": "o", "timepoint": "year", "arm": ["old", "new"]},
        {"outcome": "o", "timepoint": "start"},
        {},
    ]
    assert [each["columns"] for each in told["takes"]] == [["value"], ["value"], ["age"]]
    # The mean of all stands for a covariate that is not known: all participants give the number.
    assert [each["same"] for each in told["takes"]] == [[], [], []]
    by_cell = {cell: len(e["takes"]) for e in results.arms[0]["takes"] for cell in e["cells"]}
    assert (by_cell["mean"], by_cell["adjusted"], by_cell["n_randomised"]) == (1, 3, 1)
    assert {cell for each in results.models for e in each["takes"] for cell in e["cells"]} == {
        *("value", "lower", "upper")
    }


def test_without_covariates_an_effect_takes_the_two_arms_alone():
    (entry, *_) = expand_analyses(defaults_within("analysis"), plan("continuous", "year"))
    frame = outcomes(a=[1, 2, 3], b=[4, 5, 6], c=[5, 6, 8])
    people = frame.drop_duplicates("participant_id")[["participant_id", "arm"]]
    results = analyse(entry, frame, people, Plan([{"id": name} for name in "abc"], 0.95))
    arms = [row["takes"][0]["takes"][0]["where"]["arm"] for row in results.estimates]
    assert arms == [["b", "a"], ["c", "a"]]
