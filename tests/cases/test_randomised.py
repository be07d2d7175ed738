"""Who was randomised stays randomised, and a value in error takes no other with it."""

from __future__ import annotations

import csv

import pandas as pd
import pytest
from small_trial import PDF, REPORT, made, records, validated, write_study

SCREENED = [
    {"scr": f"S{n:03}", "eligible": "Y", "consented": "Y", "why": "", "id": f"P{n:03}"}
    for n in range(1, 25)
]
NOT_RANDOMISED = [
    ("N", "", "too young"), ("N", "", "too young"), ("N", "", "no form"), ("Y", "N", "too busy"),
    ("Y", "N", "Too  busy"), ("Y", "", ""),
]  # fmt: skip


def screening_log() -> str:
    """Return a log of 30 people: one randomised without being eligible, six not randomised."""
    people = [dict(row) for row in SCREENED]
    people[2]["eligible"] = "N"
    for n, (eligible, consented, why) in enumerate(NOT_RANDOMISED, start=100):
        answer = {"eligible": eligible, "consented": consented, "why": why, "id": ""}
        people.append({"scr": f"S{n}"} | answer)
    return "\n".join([";".join(people[0]), *(";".join(row.values()) for row in people)]) + "\n"


def with_screening(config: dict) -> None:
    """Add the screening log, and withdrawals, to the configuration."""
    config["exports"]["screen"] = {"file": "data/screen.csv", "delimiter": ";"}
    columns = {"screening_id": "scr", "eligible": "eligible", "consented": "consented"}
    columns |= {"decline_reason": "why", "participant_id": "id"}
    config["tables"]["screening"] = {"sources": [{"export": "screen", "columns": columns}]}
    mine = config["tables"]["participants"]["sources"][0]["columns"]
    mine |= {"screening_id": "scr", "withdrawn_on": "left", "withdrawal_reason": "why"}


def screened_study(folder):
    """Write a study of 24 randomised: one not eligible, two withdrew, one was never seen."""
    rows = records()
    for row in rows:
        row |= {"scr": f"S{row['id'][1:]}", "left": "", "why": ""}
    rows[5] |= {"left": "01.06.2024", "why": "Moved", "walk12": "", "seen12": ""}
    rows[6] |= {"left": "01.06.2024", "why": "moved"}  # and was seen after it
    rows[7] |= {"walk12": "", "seen12": ""}
    return write_study(folder, rows, with_screening, {"data/screen.csv": screening_log()})


@pytest.fixture(scope="module")
def screened(tmp_path_factory):
    """Return a run of that study, as far as the page of its report."""
    done = made(screened_study(tmp_path_factory.mktemp("screened")), REPORT)
    assert done.exit_code == 0, done.said
    return done


@pytest.mark.nightly
def test_the_whole_report_of_the_screened_is_made(tmp_path):
    """Its page is looked at in `make test`; this adds the PDF and the trail."""
    done = made(screened_study(tmp_path))
    assert done.exit_code == 0, done.said
    assert (tmp_path / PDF).stat().st_size > 0


def counts(run, *rows) -> list[int]:
    """Return how many there are in rows of the flow."""
    flow = run.by_row("flow")
    return [int(flow[row]["n"]) for row in rows]


def test_an_ineligible_participant_stays_randomised(screened):
    assert counts(screened, "assessed", "not_eligible", "eligible", "declined") == [30, 4, 26, 2]
    assert counts(screened, "not_randomised", "randomised") == [1, 24]
    assert counts(screened, "allocated.leaflet", "allocated.group") == [12, 12]
    assert counts(screened, "excluded", "excluded.leaflet", "excluded.group") == [1, 0, 1]


def test_the_arms_add_up_to_the_randomised(screened):
    for arm in ("leaflet", "group"):
        parts = (f"{stage}.{arm}" for stage in ("excluded", "followed_up", "not_followed_up"))
        assert sum(counts(screened, *parts)) == counts(screened, f"allocated.{arm}")[0]


def test_withdrawals_and_losses_are_told_with_their_reasons(screened):
    assert counts(screened, "withdrawn", "lost", "not_followed_up") == [2, 1, 3]
    flow = screened.by_row("flow")
    assert flow["withdrawn.1"]["label"].casefold() == "moved"
    assert counts(screened, "withdrawn.1") == [2]


def test_what_was_recorded_after_consent_was_withdrawn_is_not_used(screened):
    outcomes = pd.read_csv(screened.folder / "results" / "datasets" / "outcomes.csv")
    late = outcomes[outcomes["timepoint"] == "twelve_months"]
    assert "P007" not in set(late["participant_id"])
    assert "P003" not in set(outcomes["participant_id"])


def test_the_report_counts_everybody(screened):
    page = (screened.folder / "results" / "report" / "report.html").read_text(encoding="utf-8")
    for words in ("Excluded after randomisation", "not eligible by the screening record", "oved"):
        assert words in page


def spoilt(row: int, **cells: str) -> list[dict[str, str]]:
    """Return the records with some cells of one changed."""
    rows = records()
    rows[row] |= cells
    return rows


def limited(config: dict) -> None:
    """Give the age limits, and let an unknown arm set aside."""
    config["forms"]["baseline"]["variables"][0] |= {"minimum": 60, "maximum": 100}
    config["validation"] = {"actions": {"arm": "set_aside", "key": "set_aside"}}


def test_an_error_in_one_variable_removes_no_other(tmp_path):
    rows = spoilt(3, age="650", sex="X")
    done = made(
        write_study(tmp_path, rows, limited),
        *("results/datasets/participants.csv", "results/tables/row_accounts.csv"),
        "results/tables/arms.csv",
    )
    assert done.exit_code == 0, done.said
    people = pd.read_csv(tmp_path / "results" / "datasets" / "participants.csv")
    mine = people.set_index("participant_id").loc["P004"]
    assert pd.isna(mine["age_years"])
    assert pd.isna(mine["sex"])
    assert float(mine["walk_before_s"]) == float(rows[3]["walk0"])
    assert done.by_row("row_accounts")["baseline.trial"]["of_columns"] == "age (1); sex (1)"
    assert done.by_row("arms")["walk.leaflet"]["n_analysed"] == "12"
    path = tmp_path / "results" / "validation" / "cells_set_aside.csv"
    with open(path, encoding="utf-8", newline="") as stream:
        cells = {(row["line"], row["column"]): row["found"] for row in csv.DictReader(stream)}
    assert cells == {("5", "age"): "650", ("5", "sex"): "X"}


@pytest.fixture(scope="module")
def without_arms(tmp_path_factory):
    """Return a run in which one has an arm that is none of the trial, and one has none."""
    rows = spoilt(3, arm="C")
    rows[5]["arm"] = ""
    file = write_study(tmp_path_factory.mktemp("arms"), rows, limited)
    done = made(file, "results/summaries/flow.parquet")
    assert done.exit_code == 0, done.said
    return done


def test_an_arm_that_cannot_be_read_takes_nobody_out_of_the_randomised(without_arms):
    assert counts(without_arms, "randomised", "arm_unknown", "excluded") == [24, 2, 2]
    assert counts(without_arms, "allocated.leaflet", "allocated.group") == [10, 12]


def test_a_participant_with_two_records_is_randomised_once(tmp_path):
    rows = [*records(), records()[3]]
    done = made(write_study(tmp_path, rows, limited), "results/summaries/flow.parquet")
    assert done.exit_code == 0, done.said
    assert counts(done, "randomised", "excluded") == [24, 1]


def test_a_date_before_the_allocation_leaves_the_measurement(tmp_path):
    rows = spoilt(3, seen12="01.01.2024")
    done = made(
        write_study(tmp_path, rows),
        "results/summaries/flow.parquet",
        "results/tables/row_accounts.csv",
    )
    assert done.exit_code == 0, done.said
    assert counts(done, "randomised", "followed_up") == [24, 24]
    assert done.by_row("row_accounts")["twelve_months.trial"]["of_columns"] == "seen12 (1)"


def reasons(column: str, usual: str, **others: str):
    """Return records with a reason for leaving in each, and a change that maps it."""
    rows = [row | {"why": others.get(row["id"], usual)} for row in records()]

    def change(config):
        config["tables"]["participants"]["sources"][0]["columns"][column] = "why"

    return rows, change


@pytest.mark.parametrize("column", ["exclusion_reason", "withdrawal_reason"])
@pytest.mark.parametrize("word", ["none", "n/a", "0", "No", "Keine", "sans objet", "kept in"])
def test_a_word_that_stands_for_no_reason_excludes_nobody(tmp_path, column, word):
    rows, change = reasons(column, word, P003="wrong diagnosis")
    found = validated(write_study(tmp_path, rows, change))
    (message,) = found.told("most", "why")["message"]
    assert f'missing: {{{column}: ["{word}"]}}' in message
    assert found.tables["participants"][column].notna().sum() == 1


def test_single_cells_that_say_none_are_queries(tmp_path):
    rows, change = reasons("exclusion_reason", "", P003="wrong diagnosis", P005="NA", P008="-")
    found = validated(write_study(tmp_path, rows, change))
    assert list(found.told("reason", "why")["record"]) == ["P005", "P008"]
    assert found.tables["participants"]["exclusion_reason"].notna().sum() == 1


def test_a_withdrawal_without_a_usable_day_is_one_all_the_same(tmp_path):
    days = {"P003": "01.01.2020", "P004": "06.2024", "P005": "01.06.2024"}
    rows = [row | {"left": days.get(row["id"], "")} for row in records()]

    def change(config):
        config["tables"]["participants"]["sources"][0]["columns"]["withdrawn_on"] = "left"

    done = made(write_study(tmp_path, rows, change), "results/summaries/flow.parquet")
    assert done.exit_code == 0, done.said
    assert counts(done, "randomised", "withdrawn") == [24, 3]


def test_the_flow_says_in_plain_words_why_an_arm_is_not_known(without_arms):
    flow = without_arms.by_row("flow")
    assert {flow["excluded.1"]["label"], flow["excluded.2"]["label"]} == {
        "no arm is recorded",
        "the recorded arm is none of the trial",
    }


def without_a_number() -> list[dict[str, str]]:
    """Return records of which one has an arm and no number, and lines that are of nobody."""
    nothing = dict.fromkeys(records()[0], "")
    rows = [*spoilt(3, id=""), nothing | {"age": "70"}, nothing | {"arm": "24 in all"}]
    return [*rows, nothing | {"arm": "A"}]  # an envelope that nobody has opened


@pytest.mark.nightly
def test_the_report_of_who_has_an_arm_and_no_number_is_made(tmp_path):
    done = made(write_study(tmp_path, without_a_number(), limited))
    assert done.exit_code == 0, done.said
    assert (tmp_path / REPORT).is_file()


def test_who_has_an_arm_and_no_number_was_randomised(tmp_path):
    file = write_study(tmp_path, without_a_number(), limited)
    done = made(file, "results/summaries/flow.parquet", "results/datasets/participants.csv")
    assert done.exit_code == 0, done.said
    flow = done.by_row("flow")
    assert counts(done, "randomised", "excluded", "followed_up") == [24, 1, 23]
    assert flow["excluded.1"]["label"] == "no participant number is recorded"
    people = pd.read_csv(tmp_path / "results" / "datasets" / "participants.csv")
    assert "no id, line 5" in set(people["participant_id"])
