"""Answers to queries, from the list to the trail: applied, stale, refused; raw files stay."""

from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from chromium import PROGRAM, Chromium

from tests.e2e.conftest import SECOND_STUDY, read_rows
from tests.e2e.test_barriers import AXE, RUN

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


@contextmanager
def served(folder, *words):
    """Serve the page of the study as a person does; yield the address of an invitation."""
    program = "import sys; from trialtrail.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "queries", "study.yaml", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=folder, text=True, stdin=subprocess.DEVNULL, **pipes) as run:
        try:
            said = [next(run.stdout) for _ in range(3)]
            yield said[-1].strip()
        finally:
            run.send_signal(signal.SIGINT)
            rest = run.stdout.read()
    assert (run.returncode, rest.splitlines()[-1]) == (
        0,
        "Stopped. The invitations are no longer open.",
    )


def barriers(browser) -> list:
    """Return what axe-core finds on the page, wide and narrow; nothing where there is none."""
    found = []
    for width in (1200, 390) if AXE.exists() else ():
        browser.size(width, 900)
        browser.ask(AXE.read_text("utf-8") + ";0")
        answer = browser.call(
            "Runtime.evaluate", expression=RUN, awaitPromise=True, returnByValue=True
        )
        found += json.loads(answer["result"]["value"])
        assert browser.ask("document.documentElement.scrollWidth <= innerWidth"), width
    return found


@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
def test_an_answer_of_the_page_is_in_the_next_run(study, workflow, tmp_path):
    folder, query, _ = study
    raw = (folder / "data" / "trial.csv").read_bytes()
    with served(folder) as address, Chromium(tmp_path / "profile") as browser:
        ready = "document.readyState === 'complete'"
        browser.call("Page.navigate", url=address)
        browser.wait(f"{ready} && document.activeElement.id === 'name'")
        assert barriers(browser) == []
        browser.type("Zoe B")
        browser.press("Enter")
        browser.wait(f"{ready} && location.pathname === '/'")
        assert barriers(browser) == []
        first = browser.ask("document.querySelector('.queries a').pathname")
        assert first == f"/query/{query['query_id']}", "an error comes before notes"
        browser.ask("document.querySelector('.queries a').focus()")
        browser.press("Enter")
        browser.wait(f"{ready} && location.pathname === '{first}'")
        assert barriers(browser) == []
        assert browser.ask("document.querySelector('.found .raw').textContent") == "174"
        browser.ask("document.getElementById('kind-correct').focus()")
        browser.press(" ", "Tab")
        browser.type("seventy")
        browser.ask("document.getElementById('why').focus()")
        browser.type("paper form")
        browser.press("Tab", "Enter")
        browser.wait(f"{ready} && document.querySelector('.refusal') !== null")
        assert "The new value cannot be used" in browser.ask("document.body.innerText")
        browser.ask("document.getElementById('value').select()")
        browser.type("74")
        browser.ask("document.querySelector('.answer button').focus()")
        browser.press("Enter")
        browser.wait(f"{ready} && location.search === '?said=answered'")
        assert barriers(browser) == []
        assert "“74”" in browser.ask("document.querySelector('blockquote').innerText")
        origin = re.match(r"http://[^/]+", address)[0]
        assert {re.match(r"http://[^/]+", url)[0] for url in browser.requested()} == {origin}
        assert all("400" in said for said in browser.complaints())
    run = workflow(folder, "validate", config=folder / "study.yaml")
    assert run.exit_code == 0, run.said
    (account,) = read_rows(folder / "results/validation/resolutions.csv")
    assert [account[name] for name in ("state", "new_value", "who", "why")] == [
        *("corrected", "74", "Zoe B", "paper form"),
    ]
    assert status(folder, query) == "resolved"
    assert (folder / "data" / "trial.csv").read_bytes() == raw


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
