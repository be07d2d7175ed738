"""Groups whose records differ from those of the others, and forms that one arm lacks."""

import numpy as np
import pandas as pd
import pytest

from trialtrail.configuration.plausibility import default_settings
from trialtrail.validation.plausibility.drop_out import drop_out_findings
from trialtrail.validation.plausibility.measures import contact_measures, form_measures
from trialtrail.validation.plausibility.patterns import Measure, funnel, pattern_findings
from trialtrail.validation.plausibility.sheet import Sheet

DEFAULTS = default_settings()

RANDOM = np.random.default_rng(20040110)
SETTINGS = DEFAULTS["pattern"]
COUNTED = {"mode": ["visit"], "result": ["held"]}


def placed(frame, name="contacts", headings=None):
    size = len(frame)
    places = {"_export": ["e"] * size, "_file": ["e.csv"] * size, "_line": range(2, size + 2)}
    whole = frame.convert_dtypes().assign(**{k: list(v) for k, v in places.items()})
    return Sheet(name, whole.assign(record="r"), {"e": headings or {}}, {"e": "e.csv"})


def log(groups=12, each=60, minutes=50.0):
    """Return a contact log of providers who are alike."""
    size = groups * each
    return pd.DataFrame(
        {
            "provider_id": np.repeat([f"P{i:02d}" for i in range(groups)], each),
            "mode": "visit",
            "result": np.where(RANDOM.random(size) < 0.6, "held", "not_held"),
            "minutes": np.round(RANDOM.normal(minutes, 12, size)).clip(5),
        }
    )


def found(frame, **settings):
    sheet = placed(frame, headings={"minutes": "Mins", "result": "Outcome"})
    groups = sheet.frame["provider_id"]
    measures = contact_measures(sheet, COUNTED)
    findings = pattern_findings(sheet, "provider_id", groups, measures, SETTINGS | settings)
    return [*findings]


def told(findings):
    return [(item["rule"], item["record"], item["column"]) for item in findings]


def test_providers_who_are_alike_are_not_told():
    assert found(log()) == []


@pytest.mark.parametrize(
    ("column", "change", "expected"),
    [
        ("minutes", lambda values: values + 25, ("pattern.mean", "P03", "Mins")),
        ("minutes", lambda values: np.where(RANDOM.random(60) < 0.6, np.nan, values),
         ("pattern.empty", "P03", "Mins")),
        ("minutes", lambda values: np.round(values / 5) * 5, ("pattern.round", "P03", "Mins")),
        ("result", lambda values: np.where(np.arange(60) < 55, "not_held", "held"),
         ("pattern.failed", "P03", "Outcome")),
    ],
)  # fmt: skip
def test_a_provider_who_differs_is_told_with_the_figure(column, change, expected):
    frame = log()
    mine = frame["provider_id"] == "P03"
    frame.loc[mine, column] = change(frame.loc[mine, column].to_numpy())
    if expected[0] == "pattern.empty":
        frame.loc[~mine & (np.arange(len(frame)) % 9 == 0), "minutes"] = np.nan
    findings = found(frame)
    assert told(findings) == [expected]
    (one,) = findings
    assert one["line"] is None
    assert "typical" in one["found"]
    assert "P03" not in one["message"]
    assert "groups of 10 or more" in one["message"]


def test_groups_of_few_records_are_left_out():
    frame = log()
    frame.loc[:4, "provider_id"] = "new"
    frame.loc[:4, "minutes"] = 400
    assert "new" not in [record for _, record, _ in told(found(frame))]


def test_groups_that_all_differ_by_nature_are_not_told():
    frame = log(groups=20)
    shift = np.repeat(RANDOM.normal(0, 15, 20), 60)
    frame["minutes"] = (frame["minutes"] + shift).clip(5)
    numbers = Measure("mean", "minutes", frame["minutes"].to_numpy())
    codes = pd.factorize(frame["provider_id"])[0]
    result = funnel(numbers, codes, 10)
    assert result["z"].abs().max() < 3.5
    means = frame.groupby("provider_id")["minutes"].mean()
    naive = (means - means.median()) / (12 / np.sqrt(60))
    assert naive.abs().max() > 5


def test_the_z_of_a_funnel_is_that_by_hand():
    values = np.array([1.0, 3, 1, 3, 5, 7])
    result = funnel(Measure("mean", "x", values), np.array([0, 0, 1, 1, 2, 2]), 2)
    # Means 2, 2, 6; median 2; variance within (2 + 2 + 2) / 3 = 2; 4 by the root of 2 / 2.
    assert result["z"].tolist() == pytest.approx([0, 0, 4])


@pytest.mark.parametrize("groups", [1, 2])
def test_of_two_groups_nobody_is_the_odd_one(groups):
    frame = log(groups=groups)
    frame.loc[frame["provider_id"] == "P00", "minutes"] += 100
    assert found(frame) == []


def test_a_share_with_few_events_is_not_judged():
    values = np.zeros(120)
    values[:2] = 1
    result = funnel(Measure("share", "x", values, True), np.repeat(np.arange(10), 12), 10)
    assert result.empty


def test_the_limit_counts_every_comparison():
    frame = log()
    frame.loc[frame["provider_id"] == "P03", "minutes"] += 6.5
    assert found(frame) == []
    assert ("pattern.mean", "P03", "Mins") in told(found(frame, probability=0.9))


def test_a_form_is_compared_by_the_groups_that_the_study_names():
    frame = pd.DataFrame({"x": RANDOM.normal(0, 1, 300), "y": RANDOM.normal(0, 1, 300)})
    site = pd.Series(np.repeat(list("abcdef"), 50), dtype="string")
    frame.loc[site == "b", "x"] += 3
    frame.loc[(site == "d") & (RANDOM.random(300) < 0.5), "y"] = np.nan
    frame.loc[(site != "d") & (RANDOM.random(300) < 0.1), "y"] = np.nan
    sheet = placed(frame, "visit")
    measures = form_measures(sheet, ["x"], ["x", "y"])
    findings = pattern_findings(sheet, "participants.site", site, measures, SETTINGS)
    assert told(findings) == [("pattern.mean", "b", "x"), ("pattern.empty", "d", "")]


ARMS = ["old", "new"]
PEOPLE = pd.DataFrame(
    {
        "participant_id": pd.array([str(i) for i in range(200)], dtype="string"),
        "arm": pd.array(ARMS * 100, dtype="string"),
    }
)


def lacking(old, new, empty=0):
    """Return the findings where so many of either arm lack the form, or have it empty."""
    arm = PEOPLE["arm"]
    order = arm.groupby(arm).cumcount()
    out = order < arm.map({"old": old, "new": new})
    frame = PEOPLE[~out].assign(x=1.0)
    frame.loc[(order < new + empty) & (arm == "new"), "x"] = None
    sheet = placed(frame, "visit")
    return list(drop_out_findings(PEOPLE, sheet, ["x"], ARMS, DEFAULTS["drop_out"]))


def test_a_form_that_one_arm_lacks_more_often_is_told():
    (one,) = lacking(5, 20)
    assert (one["rule"], one["table"], one["record"], one["line"]) == (
        *("drop_out", "visit", "new"),
        None,
    )
    assert "lacking more often" in one["message"]
    assert "(200 participants)" in one["message"]
    assert one["found"].startswith("15.0 points (")
    (one,) = lacking(20, 5)
    assert "lacking less often" in one["message"]


def test_a_form_with_nothing_recorded_is_lacking():
    assert lacking(5, 5) == []
    assert len(lacking(5, 5, empty=15)) == 1


def test_arms_that_lack_it_alike_are_not_told():
    assert lacking(10, 14) == []
