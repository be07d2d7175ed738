"""Answers to queries, from the list to the trail: applied, stale, refused; raw files stay."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys

import pytest

from tests.e2e.conftest import SECOND_STUDY, read_rows

CELL = (b"BT002;A;13.02.2024;74;", b"BT002;A;13.02.2024;174;")
"""A participant's age, before and after a slip of the hand."""
SEALED = "results/lineage/manifest.sha256"


@pytest.fixture(scope="module")
def study(tmp_path_factory, workflow):
    """Return the second study with a slip in its raw file, validated once, and how to answer."""
    folder = tmp_path_factory.mktemp("answers")
    shutil.copytree(SECOND_STUDY / "data", folder / "data")
    config = (SECOND_STUDY / "study.yaml").read_text(encoding="utf-8")
    raw = folder / "data" / "trial.csv"
    raw.write_bytes(raw.read_bytes().replace(*CELL))
    (folder / "study.yaml").write_text(config, encoding="utf-8")
    first = workflow(folder, "validate", config=folder / "study.yaml")
    assert first.exit_code == 0, first.said
    (query,) = [
        q for q in read_rows(folder / "results/validation/queries.csv") if q["rule"] == "range"
    ]
    answers = config + "\nvalidation:\n  resolutions: answers.csv\n"
    (folder / "study.yaml").write_text(answers, encoding="utf-8")

    def answer(*targets, **changes):
        row = {
            "query_id": query["query_id"],
            "new_value": "74",
            "who": "DM",
            "when": "2024-03-01",
            "why": "paper form",
            "evidence": query["evidence"],
        } | changes
        with open(folder / "answers.csv", "w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, row)
            writer.writeheader()
            writer.writerow(row)
        return workflow(folder, *targets, config=folder / "study.yaml")

    return folder, query, answer


def status(folder, query):
    queries = read_rows(folder / "results/validation/queries.csv")
    return {q["query_id"]: q["status"] for q in queries}[query["query_id"]]


def test_an_answer_lies_over_the_raw_data_and_the_trail_says_so(study):
    folder, query, answer = study
    assert (query["rule"], query["found"], query["column"]) == ("range", "174", "Age")
    raw = (folder / "data" / "trial.csv").read_bytes()
    run = answer()
    assert run.exit_code == 0, run.said
    assert status(folder, query) == "resolved"
    assert (folder / "data" / "trial.csv").read_bytes() == raw
    rows = run.by_row("row_accounts")
    assert rows["baseline.trial"]["cells"] == "0"
    journal = (folder / "results/lineage/journal.jsonl").read_text(encoding="utf-8")
    assert '"kind": "resolution"' in journal
    assert "paper form" not in run.logged()
    said = trial_trail(folder, "trace", "results/datasets/participants.parquet#BT002/has_baseline")
    assert "Age corrected by DM on 2024-03-01" in said
    assert "all is whole" in trial_trail(folder, "verify")


@pytest.mark.nightly
def test_a_new_value_that_breaks_the_rule_as_well_leaves_the_query_open(study):
    folder, query, answer = study
    run = answer(SEALED, new_value="175")
    assert run.exit_code == 0, run.said
    assert status(folder, query) == "open"
    (account,) = read_rows(folder / "results/validation/resolutions.csv")
    assert account["state"] == "corrected but open"
    assert run.by_row("row_accounts")["baseline.trial"]["of_columns"] == "Age (1)"


@pytest.mark.nightly
def test_an_answer_for_a_value_that_has_changed_since_is_stale(study):
    folder, query, answer = study
    raw = folder / "data" / "trial.csv"
    before = raw.read_bytes()
    raw.write_bytes(before.replace(CELL[1], CELL[1].replace(b"174", b"741")))
    try:
        run = answer(SEALED, new_value="74")
    finally:
        raw.write_bytes(before)
    assert run.exit_code == 0, run.said
    assert status(folder, query) == "stale"
    assert run.by_row("row_accounts")["baseline.trial"]["of_columns"] == "Age (1)"


def test_an_answer_without_a_name_is_refused_and_nothing_good_is_lost(study, digests):
    folder, _, answer = study
    before = digests(folder / "results" / "report")
    run = answer(who="")
    assert run.exit_code != 0
    assert "The resolution has no `who`" in run.said
    assert "answers.csv, line 2, column who" in run.said
    assert "Traceback" not in run.said
    assert digests(folder / "results" / "report") == before


def trial_trail(folder, *arguments):
    # By the interpreter: a console script cannot be started where the folder's name has a space.
    program = f"import sys; from trialtrail.cli import main; sys.exit(main({list(arguments)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr
