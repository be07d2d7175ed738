"""One row a difference, with where its day lies to the unblinding; one row a locked version."""

from datetime import date

import pandas as pd
import pytest
from runrecord import locked
from small_tables import job

from trialtrail.errors import StudyError
from trialtrail.planning.deviations import Explained, Judged
from trialtrail.planning.differences import Difference
from trialtrail.planning.status import plan_status
from trialtrail.tables import read_result

from schemas.results.deviations import Deviations
from scripts.list_deviations import dated, deviation, main, relation

PLAN = {
    "whole": {"confidence_level": 0.95},
    "analyses": {"main": {"role": None, "outcomes": ["walk"], "variables": []}},
    "outcomes": {"walk": {"role": "primary", "measured": {}}},
    "variables": {},
    "forms": {},
    "multiplicity": {},
    "reported": {},
}
WIDER = PLAN | {"whole": {"confidence_level": 0.9}}


def listed(tmp_path, plan, reasons=(), unblinded_on=None):
    """Return the tables that the job writes, by name."""
    lock = tmp_path / "plan_lock.json"
    if not lock.exists():
        locked.append(lock, PLAN, {}, by="A statistician", why="=cmd|' /C calc'!A0")
    outputs = {name: f"{name}.csv" for name in ("deviations", "versions")}
    params = {"plan": plan, "reasons": list(reasons), "unblinded_on": unblinded_on}
    made = job(tmp_path, {"lock": lock}, outputs, params | {"defaults": {}})
    main(made)
    return {name: read_result(getattr(made.output, name)) for name in outputs}


def test_without_a_difference_there_is_no_row_and_each_version_has_one(tmp_path):
    found = listed(tmp_path, PLAN)
    assert found["deviations"].empty
    assert list(found["deviations"].columns) == list(Deviations.to_schema().columns)
    (row,) = found["versions"].to_dict("records")
    assert (row["version"], row["analyses"], row["outcomes"], row["changes"]) == (1, 1, 1, 0)
    assert (row["is_judged"], row["unblinding"]) == ("yes", "not_stated")
    assert row["reason"] == "=cmd|' /C calc'!A0"  # and is written so that no program obeys it
    assert (tmp_path / "versions.csv").read_text().count("'=cmd") == 1


def test_a_difference_is_a_row_with_its_values_and_reason(tmp_path):
    listed(tmp_path, PLAN)
    day = locked.read(tmp_path / "plan_lock.json")[0]["at"][:10]
    reason = {"key": "confidence_level", "now": 0.9, "reason": "Asked for", "date": day, "by": "B"}
    (row,) = listed(tmp_path, WIDER, [reason])["deviations"].to_dict("records")
    expected = {"row": "plan.confidence_level", "kind": "changed", "touches": "every_estimate"}
    expected |= {"locked": 0.95, "present": 0.9, "version": 1, "decided_on": day, "by": "B"}
    assert {key: row[key] for key in expected} == expected


def test_a_difference_without_a_reason_ends_the_job_and_writes_nothing(tmp_path):
    with pytest.raises(StudyError, match=r"locked 0\.95, now 0\.9"):
        listed(tmp_path, WIDER)
    assert not (tmp_path / "deviations.csv").exists()


def test_a_later_version_is_counted_with_its_changes(tmp_path):
    listed(tmp_path, PLAN)
    locked.append(tmp_path / "plan_lock.json", WIDER, {}, by="B", why="agreed")
    versions = listed(tmp_path, WIDER)["versions"]
    assert versions["changes"].tolist() == [0, 1]
    assert versions["is_judged"].tolist() == ["no", "yes"]


@pytest.mark.parametrize(
    ("on", "days", "says"),
    [("2024-05-03", 2, "after"), ("2024-05-01", 0, "on_the_day"), ("2024-04-30", 1, "before")],
)
def test_where_a_day_lies_to_the_unblinding(on, days, says):
    judged = Judged([], None, date(2024, 5, 1), [])
    assert dated(judged, on) == {"unblinding": says, "days": days}
    assert dated(Judged([], None, None, []), on) == {"unblinding": "not_stated", "days": None}
    assert relation(None) == "not_stated"


def test_the_status_of_an_estimate_follows_from_the_rows():
    def row(*values, **more):
        found = Explained(Difference(*values, **more), "Asked for", "B", "2024-05-02")
        return deviation(found, Judged([], None, None, []))

    deviations = pd.DataFrame(
        [
            row("changed", "outcome", "role", "", "walk"),
            row("added", "analysis", "added", "later"),
            row("added", "comparison", "added", "unadjusted", "fast"),
            row("not_run", "analysis", "not_run", "main"),
            row("changed", "no_estimate", "baseline"),
        ]
    )
    pairs = [("main", "walk"), ("main", "fast"), ("later", "walk"), ("later", "fast"),
             ("unadjusted", "fast"), ("unadjusted", "walk")]  # fmt: skip
    rows = pd.DataFrame(pairs, columns=["analysis", "outcome"])
    assert plan_status(rows, deviations) == [
        *("deviating", "planned", "post_hoc", "post_hoc", "post_hoc", "deviating")
    ]
    assert plan_status(rows, deviations[:0]) == ["planned"] * 6
