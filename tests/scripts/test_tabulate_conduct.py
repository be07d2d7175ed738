"""Facts of the conduct: what bears each out, at the edges of what is asked of the rows."""

from types import SimpleNamespace

import pandas as pd
import pytest

from trialtrail.configuration.conduct import conduct_written_out
from trialtrail.results.cells import Cells
from trialtrail.tables import write_table

from scripts.tabulate_conduct import fact_row, main

NONE = pd.NA


def written_out(**fact):
    given = {"id": "seen", "statement": "seen by the same nurse", **fact}
    return conduct_written_out({"conduct": [given]}, {"visit.blind": "Visit: Blind"})[0]


def told(tables=None, cells=None, **fact):
    row = fact_row(written_out(**fact), tables or {}, Cells(cells or {}))
    return row["n"], row["denominator"], row["unknown"], row["verdict"]


def visit(*blind, **more):
    frame = pd.DataFrame({"blind": pd.array(blind, dtype="boolean"), **more})
    return {"visit": frame}


BLIND = {"column": "visit.blind", "is": True}


@pytest.mark.parametrize(
    ("values", "holds", "said"),
    [
        ([True] * 4, "every", "borne out"),
        ([True] * 3 + [False], "every", "contradicted"),
        ([True] * 3 + [NONE], "every", "not known"),
        ([False, NONE], "every", "contradicted"),
        ([NONE], "every", "not known"),
        ([], "every", "not known"),
        ([True], "every", "borne out"),
        ([False] * 3, "none", "borne out"),
        ([False] * 3 + [True], "none", "contradicted"),
        ([False] * 3 + [NONE], "none", "not known"),
        ([], "none", "not known"),
        ([False, True], "some", "borne out"),
        ([False, False], "some", "contradicted"),
        ([False, NONE], "some", "not known"),
        ([True, NONE], "some", "borne out"),
        ([True] * 9 + [False], {"at_least": 90}, "borne out"),
        ([True] * 8 + [False] * 2, {"at_least": 90}, "contradicted"),
        ([True] * 8 + [False, NONE], {"at_least": 90}, "not known"),
        ([True] * 9 + [NONE], {"at_least": 90}, "borne out"),
        ([True] + [False] * 9, {"at_most": 10}, "borne out"),
        ([True] * 2 + [False] * 8, {"at_most": 10}, "contradicted"),
        ([True] + [False] * 8 + [NONE], {"at_most": 10}, "not known"),
        ([False] * 10, {"at_most": 0}, "borne out"),
        ([True] * 10, {"at_least": 100}, "borne out"),
        ([True] * 999 + [False], {"at_least": 100}, "contradicted"),
    ],
)
def test_a_fact_is_borne_out_only_where_rows_without_a_value_could_not_change_it(
    values, holds, said
):
    assert told(visit(*values), **BLIND, holds=holds)[-1] == said


def test_what_is_counted_adds_up():
    tables = visit(True, True, False, NONE)
    row = fact_row(written_out(**BLIND, counted="visits"), tables, Cells({}))
    assert (row["n"], row["others"], row["unknown"], row["denominator"]) == (2, 1, 1, 4)
    assert row["asked"] == "every one of the visits"
    assert row["source"] == "Visit: Blind"


def test_rows_can_be_chosen_and_values_be_several():
    tables = visit(True, False, True, stage=["early", "early", "later"])
    assert told(tables, **BLIND, where={"stage": "later"}) == (1, 1, 0, "borne out")
    assert told(tables, **BLIND, where={"stage": ["later", "early"]})[:2] == (2, 3)
    kinds = {"visit": pd.DataFrame({"blind": pd.array(["a", "b", "c"], dtype="string")})}
    assert told(kinds, **{"column": "visit.blind", "is": ["a", "b"]})[0] == 2


@pytest.mark.parametrize("kind", ["Int64", "Float64"])
def test_a_whole_number_is_the_same_whatever_holds_it(kind):
    tables = {"visit": pd.DataFrame({"blind": pd.array([1, 0], dtype=kind)})}
    assert told(tables, **{"column": "visit.blind", "is": 1})[0] == 1


def test_limits_belong_to_what_bears_a_fact_out():
    ages = {"visit": pd.DataFrame({"age": pd.array([17, 18, 65, 66, NONE], dtype="Int64")})}
    limits = {"at_least": 18, "at_most": 65}
    assert told(ages, **{"column": "visit.age", "is": limits})[:3] == (2, 5, 1)
    days = pd.to_datetime(["2026-01-30", "2026-01-31", None])
    seen = {"visit": pd.DataFrame({"day": days})}
    asked = {"column": "visit.day", "is": {"at_least": "2026-01-31"}}
    assert told(seen, **asked) == (1, 3, 1, "contradicted")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([0, 14], (2, 2, 0, "borne out")),
        ([0, 15], (1, 2, 0, "contradicted")),
        ([-1, 3], (1, 2, 0, "contradicted")),
        ([3, None], (1, 2, 1, "not known")),
    ],
)
def test_a_time_between_two_days_is_within_its_limits_or_at_them(days, said):
    start = pd.Timestamp("2026-01-01")
    ids = pd.array(["1", "2"], dtype="string")
    seen = [pd.NaT if d is None else start + pd.Timedelta(days=d) for d in days]
    tables = {
        "participants": pd.DataFrame({"participant_id": ids, "randomised_on": [start] * 2}),
        "visit": pd.DataFrame({"participant_id": ids, "completed_on": pd.to_datetime(seen)}),
    }
    dates = {"earlier": "participants.randomised_on", "later": "visit.completed_on"}
    assert told(tables, **dates, at_most="14 days") == said


ROWS = {
    "asked": [
        {"row": "nurses", "label": "Nurses", "n": "3", "denominator": "4", "twice": "0"},
        {"row": "few", "label": "Few", "n": "<5", "denominator": "4", "twice": ""},
        {"row": "nobody", "label": "Nobody", "n": "0", "denominator": "0", "twice": "0"},
    ]
}


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ({"cell": "asked#nurses"}, (3, 4, 0, "contradicted")),
        ({"cell": "asked#nurses", "holds": {"at_least": 75}}, (3, 4, 0, "borne out")),
        ({"cell": "asked#nobody"}, (0, 0, 0, "not known")),
        ({"cell": "asked#few"}, (None, 4, 0, "not known")),
        ({"cell": "asked#gone"}, (None, None, None, "not known")),
        ({"cell": "other#nurses"}, (None, None, None, "not known")),
        (
            {
                "cell": "asked#nurses/twice",
                "out_of": "asked#nurses/denominator",
                "holds": "none",
            },
            (0, 4, 0, "borne out"),
        ),
    ],
)
def test_a_row_of_a_result_table_is_counted_as_it_stands(fact, said):
    assert told(cells=ROWS, **fact) == said


def effect(row, low, high, role="primary", **more):
    plain = {"row": row, "analysis": "main", "role": role, "outcome": row, "estimate": "0.5"}
    plain |= {"measure": "mean_difference", "important": "", "margin": "", "better": ""}
    return plain | {"lower": low, "upper": high} | more


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([effect("a", "-1", "2"), effect("b", "0", "1")], (2, 2, 0, "borne out")),
        ([effect("a", "-1", "2"), effect("b", "0.01", "1")], (1, 2, 0, "contradicted")),
        ([effect("a", "-1", "2"), effect("b", "", "", estimate="")], (1, 2, 1, "not known")),
        ([effect("a", "-1", "2"), effect("c", "1", "2", role="secondary")], (1, 1, 0, "borne out")),
        ([], (0, 0, 0, "not known")),
    ],
)
def test_effects_bear_out_what_each_interval_allows(rows, said):
    asked = {"role": "primary", "allow": ["includes"]}
    cells = {"estimates": rows} if rows else {}
    assert told(cells=cells, estimates=asked) == said


def test_a_fact_that_nobody_recorded_is_stated_and_not_borne_out():
    row = fact_row(written_out(stated_by="the protocol"), {}, Cells({}))
    assert (row["verdict"], row["source"]) == ("stated", "the protocol")
    assert "n" not in row


def test_the_job_writes_the_facts_and_what_they_take(tmp_path):
    write_table(visit(True, False)["visit"], tmp_path / "visit.parquet")
    job = SimpleNamespace(
        input=SimpleNamespace(validated=[tmp_path / "visit.parquet"], tables=[]),
        output=SimpleNamespace(table=tmp_path / "c.csv", takes=tmp_path / "takes.json"),
        params=SimpleNamespace(facts=[written_out(**BLIND)]),
    )
    assert main(job)["visit"].read == 2
    written = pd.read_csv(tmp_path / "c.csv").iloc[0]
    assert (written["row"], written["n"], written["verdict"]) == ("seen", 1, "contradicted")
    assert '"True"' in (tmp_path / "takes.json").read_text(encoding="utf-8")
