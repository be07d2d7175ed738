"""The tables of the open edition: right, arm-free, and small counts suppressed."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from drawn_run import ARMS, SCORE, SIZE, DrawnRun, drawn_events, drawn_outcomes, drawn_people

from trialtrail.committee import pooled
from trialtrail.committee.editions import Editions
from trialtrail.committee.pooled_outcomes import PooledOutcomes
from trialtrail.results.disclosure import MARK

from schemas.results.summaries import of_topic


@pytest.fixture(scope="module")
def run() -> DrawnRun:
    return DrawnRun()


def shown(run: DrawnRun, minimum: int = 1) -> dict[str, dict[str, dict[str, str]]]:
    """Return the tables of the open edition, each by the names of its rows."""
    tables, _ = Editions(run, "committee", minimum)._pooled()
    return {name: {row["row"]: row for row in rows} for name, rows in tables.items()}


@pytest.fixture(scope="module")
def tables(run) -> dict[str, dict[str, dict[str, str]]]:
    return shown(run)


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-8)


def test_distributions_are_those_of_all_participants_with_a_value(tables):
    values = drawn_outcomes(drawn_people()).query("outcome == 'score'")["value"].dropna()
    row = tables["scales"]["score.end.values"]
    assert int(row["n"]) == len(values)
    known = values.astype(float)
    quartiles = [known.quantile(q) for q in (0.5, 0.25, 0.75)]
    for name, value in zip(
        ("mean", "sd", "median", "q1", "q3"), [known.mean(), known.std(), *quartiles], strict=True
    ):
        assert float(row[name]) == close(value)
    assert "minimum" not in row


def test_pooled_mean_and_sd_agree_with_those_of_the_arms_put_together(run, tables):
    """The two ways to the same number: from the dataset, and from n, mean and SD of each arm."""
    rows = run.dataset[run.dataset["outcome"] == "score"].dropna(subset=["value"])
    of_arms = rows.astype({"value": float}).groupby("arm")["value"].agg(["count", "mean", "std"])
    n, mean, sd = (of_arms[name].to_numpy() for name in ("count", "mean", "std"))
    whole = (n * mean).sum() / n.sum()
    squares = ((n - 1) * sd**2).sum() + (n * (mean - whole) ** 2).sum()
    row = tables["scales"]["score.end.values"]
    assert float(row["mean"]) == close(whole)
    assert float(row["sd"]) == close(np.sqrt(squares / (n.sum() - 1)))


def test_categories_and_times_are_counted_over_all(tables):
    drawn = drawn_outcomes(drawn_people())
    cured = drawn[drawn["outcome"] == "cured"]["value"].dropna()
    assert int(tables["categories"]["cured.end.1"]["n"]) == int((cured == 1).sum())
    grades = drawn[drawn["outcome"] == "grade"]["value"].dropna()
    for place, level in enumerate(("none", "mild", "severe")):
        row = tables["categories"][f"grade.end.{place}"]
        assert (row["level"], int(row["n"])) == (level, int((grades == place).sum()))
    deaths = drawn[drawn["outcome"] == "death"].dropna(subset=["value", "event"])
    row = tables["times"]["death.end.event"]
    assert int(row["n"]) == int((deaths["event"] == 1).sum())
    years = deaths["value"].astype(float).sum() / 365.25
    assert float(row["person_years"]) == close(years)
    assert float(row["rate"]) == close(100 * int(row["n"]) / years)
    others = tables["times"]["death.end.other.competing"]
    assert int(others["n"]) == int((deaths["event"] > 1).sum())


def test_harms_are_participants_and_events_of_all_arms(tables):
    events = drawn_events(drawn_people())
    rows = tables["harms"]
    assert int(rows["any"]["events"]) == len(events)
    assert int(rows["any"]["n"]) == events["participant_id"].nunique()
    assert int(rows["any"]["denominator"]) == SIZE
    for term, group in events.groupby("term"):
        row = rows[f"any.{term.lower()}"]
        assert (int(row["n"]), int(row["events"])) == (
            group["participant_id"].nunique(),
            len(group),
        )


def test_recruitment_adds_up_and_no_period_is_left_out(tables):
    rows = dict(tables["recruitment"])
    assert int(rows.pop("randomised")["n"]) == SIZE
    assert sum(int(row["n"]) for row in rows.values()) == SIZE
    assert list(rows) == sorted(rows)


@pytest.mark.parametrize(
    ("days", "label"), [(700, "2024-01"), (1500, "2024Q1"), (4000, "2024")], ids=str
)
def test_a_long_trial_is_counted_by_quarter_or_year(days, label):
    first = pd.Timestamp("2024-01-01")
    people = pd.DataFrame({"randomised_on": [first, first + pd.Timedelta(days, "D"), pd.NaT]})
    rows = pooled.recruitment(people)
    assert rows[1]["label"] == label
    assert (rows[0]["n"], rows[-1]["label"], rows[-1]["n"]) == (3, "Day not known", 1)
    assert len(rows) < 30


def test_whatever_the_allocation_the_open_tables_are_the_same(tables):
    """An adversary who has them knows nothing of it: they do not depend on it."""
    draw = np.random.default_rng(11)
    for share in (0.5, 0.9):
        other = DrawnRun((draw.random(SIZE) < share).astype(int))
        assert shown(other) == tables


def test_and_so_is_every_byte_of_the_page():
    draw = np.random.default_rng(12)
    first, second = (
        Editions(DrawnRun((draw.random(SIZE) < share).astype(int)), "committee", 5).open_page()
        for share in (0.5, 0.7)
    )
    assert first == second
    assert "Score" in first


def test_an_effect_of_the_arm_is_no_more_seen_than_its_absence():
    """Values that depend on the arm are pooled like any other: no number is that of an arm."""
    run = DrawnRun()
    first = run.dataset["arm"] == ARMS[0]["id"]
    own = run.dataset.loc[first & (run.dataset["outcome"] == "score"), "value"].mean()
    values = {
        cell for rows in shown(run).values() for row in rows.values() for cell in row.values()
    }
    assert f"{own:.10g}" not in values
    assert str(int((run.arm == ARMS[0]["id"]).sum())) not in values


def test_small_counts_are_marked_with_what_would_give_them():
    rows = shown(DrawnRun(), 5)
    fall = rows["harms"]["any.fall"]
    assert (fall["n"], fall["events"], fall["percent"]) == (MARK, MARK, MARK)
    assert fall["label"] == "Fall"
    marked = [
        row for row in rows["harms"].values() if row["row"].startswith("any.") and row["n"] == MARK
    ]
    assert len(marked) > 1, "one alone is the rest of the total"


def test_a_year_is_no_small_count_when_its_row_is_marked():
    rows = [{"row": "randomised", "label": "All", "n": 40}]
    rows += [{"row": f"randomised.{year}", "label": str(year), "n": n} for year, n in
             ((2020, 2), (2021, 18), (2022, 20))]  # fmt: skip
    found = pooled.disclosed({"recruitment": rows}, 5, str)["recruitment"]
    assert [row["label"] for row in found] == ["All", "2020", "2021", "2022"]
    assert [row["n"] for row in found] == ["40", MARK, MARK, "20"]


def test_what_one_arm_alone_has_is_withheld_and_named():
    """An outcome, a form, a variable and those counted for harms, of one arm."""
    run = DrawnRun()
    first = (run.arm == ARMS[0]["id"]).to_numpy(dtype=bool)
    run.people["has_end"] = run.people["has_end"].astype(bool) & first
    run.people["age_years"] = run.people["age_years"].where(first)
    run.dataset = run.dataset[run.dataset["arm"] == ARMS[0]["id"]]
    run._tables = run._made()
    harms = run._tables["harms"]
    harms.loc[harms["arm"] == ARMS[1]["id"], ["participants", "events", "denominator"]] = 0
    tables, withheld = Editions(run, "committee", 5)._pooled()
    for label in ("End form", "Age", "Score", "Cured", "Grade", "Death", "Events of harm"):
        assert label in withheld
    assert not {"scales", "categories", "times", "harms", "completeness"} & set(tables)
    assert {row["item"] for row in tables["baseline"]} == {"sex"}
    assert not [row for row in tables["flow"] if row["part"] == "form"]


def test_those_excluded_after_randomisation_have_no_outcome_here():
    run = DrawnRun()
    run.people["exclusion_reason"] = pd.Series(["never treated"] * 40 + [pd.NA] * (SIZE - 40))
    found = PooledOutcomes(run.people, run.dataset, run.outcomes).completeness()
    assert {row["n_randomised"] for row in found} == {SIZE - 40}


def test_an_outcome_that_nobody_has_and_one_person_alone():
    people = pd.DataFrame({"participant_id": ["1", "2"], "arm": ["zeppelin", "quokka"]})
    one = pd.DataFrame(
        {"participant_id": ["1"], "arm": ["zeppelin"], "outcome": ["score"], "timepoint": ["end"]}
    )
    spec = [SCORE | {"measured": [{"timepoint": "end"}]}]
    nobody = PooledOutcomes(people, one.assign(value=np.nan), spec)
    assert (nobody.scales(), nobody.completeness()[0]["n_with_data"]) == ([], 0)
    assert PooledOutcomes(people, one.assign(value=3.0), spec).withheld == [("score", "end")]


def test_open_queries_of_other_records_and_answered_ones_are_not_counted():
    run = DrawnRun()
    accounts = [{"export": name, "table": name} for name in ("end", "contacts")]
    run._tables["row_accounts"] = pd.DataFrame(accounts)
    entries = [("end", "error", "open")] * 6 + [
        ("end", "error", "resolved"),
        ("contacts", "note", "open"),
    ]
    keys = ("export", "severity", "status")
    run.queries = [dict(zip(keys, entry, strict=True)) for entry in entries]
    rows = shown(run, 5)["queries"]
    assert list(rows) == ["end.error"]
    assert (rows["end.error"]["n"], rows["end.error"]["label"]) == ("6", "End form")


def test_a_study_with_participants_alone_has_an_open_edition():
    """Without outcomes, harms, baseline and days there is still who was randomised."""
    run = DrawnRun()
    run.people = run.people[["participant_id", "arm"]]
    run.has, run.outcomes = (lambda name: False), []
    summaries = run._tables["summaries"]
    run._tables = {"summaries": summaries[summaries["row"] == "flow.randomised"]}
    tables = shown(run)
    assert list(tables) == ["flow"]
    assert tables["flow"]["entry.randomised"]["n"] == str(SIZE)
    assert "Flow of participants" in Editions(run, "committee", 5).open_page()


def test_contacts_and_providers_are_withheld_where_there_are_some():
    run = DrawnRun()
    more = [{"row": f"{topic}.all", "label": "All", "n": 77} for topic in ("uptake", "contacts")]
    parts = [of_topic(row["row"].partition(".")[0], [row]) for row in more]
    run._tables["summaries"] = pd.concat([run._tables["summaries"], *parts], ignore_index=True)
    tables, withheld = Editions(run, "committee", 1)._pooled()
    assert len(withheld) == 2
    assert "77" not in {cell for rows in tables.values() for row in rows for cell in row.values()}


def test_an_outcome_whose_label_names_an_arm_is_shown_without_it():
    run = DrawnRun(title="Quokka syrup for a cough", short_name="The quokka trial")
    run.outcomes = [{**run.outcomes[0], "label": "Score on zeppelin tablets"}]
    text = Editions(run, "committee", 5).open_page()
    assert "Score on [arm]" in text
    assert "The trial" in text
    assert not re.search("quokka|zeppelin", text, re.IGNORECASE)
