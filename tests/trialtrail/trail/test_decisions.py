"""Decisions of people in the journal: by whom, why, on what; and what a lock holds."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_study
from runrecord import journal
from runrecord.checking import standalone_verify
from runrecord.digest import file_digest
from small_study import Job, a_run, do, read_json, seal_up, write_csv

from trialtrail.cli import main
from trialtrail.record import note

TRAIL = "results/lineage"
ANN = ("--by", "Ann", "--why", "the form says so")


@pytest.fixture
def decide(study, capsys):
    """Return a function that notes a decision and returns exit code, answer and error."""

    def decided(*arguments: str) -> tuple[int, str, str]:
        code = main(["note", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return decided


def last() -> dict:
    return list(journal.read(TRAIL).entries.values())[-1]


def verified(monkeypatch) -> tuple[int, int]:
    monkeypatch.setattr("sys.argv", ["verify.py", "--results", "results"])
    return main(["verify"]), standalone_verify.main()


def test_a_lock_holds_the_raw_files_and_the_run_stays_whole(decide, monkeypatch, capsys):
    code, told, _ = decide("lock", "--by", " Ann ", "--why", "last query answered")
    assert code == 0
    assert "lock        by Ann: last query answered (on 10 files)" in told
    entry = last()
    assert (entry["kind"], entry["by"]) == ("lock", "Ann")
    assert entry["files"]["data/log.csv"] == file_digest("data/log.csv")
    assert verified(monkeypatch) == (0, 0)


def test_a_raw_file_that_changes_after_the_lock_is_named(study, decide, monkeypatch, capsys):
    decide("lock", *ANN)
    for path in study.glob("results/lineage/records/*.json"):
        path.unlink()
    write_again(study)
    assert verified(monkeypatch) == (1, 1)
    told = capsys.readouterr().out
    assert "data/register.csv\n  is not the one that was locked by entry" in told
    assert told.count("data/register.csv\n  is not the one that was locked by entry") == 2
    decide("lock", "--by", "Ann", "--why", "corrected, signed by both")
    assert verified(monkeypatch) == (0, 0)


def write_again(study: Path) -> None:
    """Run the small study once more, on another register."""
    with a_run():
        write_csv("data/register.csv", ("Study No", "Alloc"), ("P-01", "B"), ("P-02", "B"))
        small_study._run_jobs()
        seal_up()
    assert read_json(f"{TRAIL}/records/validate.json")["run"]["exit"] == 0


def test_raw_files_that_no_run_has_read_are_not_locked(decide):
    Path("data/log.csv").write_text("Ref,Study No\n")
    code, _, told = decide("lock", *ANN)
    assert code == 2
    assert "data/log.csv is not as the last run read it" in told
    assert last()["kind"] == "run_end"


def test_a_resolution_is_of_a_query_that_there_is(decide):
    Path("results/validation").mkdir()
    write_csv("results/validation/queries.csv", ("query_id", "rule"), ("Q-1", "range"))
    code, _, told = decide("resolution", "--about", "Q-2", *ANN)
    assert code == 2
    assert "has the id `Q-2`; nearest: `Q-1`" in told
    assert decide("resolution", "--about", "Q-1", *ANN)[0] == 0
    entry = last()
    assert entry["about"] == "Q-1"
    assert entry["files"] == {
        "results/validation/queries.csv": file_digest("results/validation/queries.csv")
    }


def test_an_unblinding_may_rest_on_files(decide):
    Path("plan.pdf").write_bytes(b"%PDF")
    assert decide("unblinding", *ANN, "--file", "plan.pdf")[0] == 0
    assert last()["files"] == {"plan.pdf": file_digest("plan.pdf")}
    code, _, told = decide("unblinding", *ANN, "--file", "no.pdf")
    assert (code, "no.pdf" in told) == (2, True)


@pytest.mark.parametrize("part", ["--by", "--why"])
def test_without_a_name_or_a_reason_nothing_is_noted(decide, part):
    given = {"--by": "Ann", "--why": "reason"} | {part: "  "}
    code, _, told = decide("unblinding", *(word for pair in given.items() for word in pair))
    assert code == 2
    assert f"{part} says nothing" in told
    assert last()["kind"] == "run_end"


def test_an_answer_that_a_job_applied_is_told_with_its_state(study, capsys):
    with a_run():
        do(Job("resolve", output={"table": "results/tables/answers.csv"}), _resolve)
    main(["journal"])
    told = capsys.readouterr().out
    assert "resolution  Q-1, resolved, by Ann, 2026-03-01\n" in told


def _resolve(job) -> None:
    write_csv(job.output.table, ("row",), ("a",))
    note("resolution", query="Q-1", state="resolved", who="Ann", when="2026-03-01")


@pytest.mark.parametrize("kind", ["lock", "run_end", "attempt", "unblinding"])
def test_what_is_not_a_jobs_to_tell_fails_the_job(study, kind, capsys):
    entries = len(journal.read(TRAIL).entries)

    def pretend(job) -> None:
        write_csv(job.output.table, ("row",), ("a",))
        note(kind, outcome="done", exit=0)

    with a_run(), pytest.raises(SystemExit):
        do(Job("resolve", output={"table": "results/tables/answers.csv"}), pretend)
    assert "not a job's to make" in capsys.readouterr().err
    kinds = [each["kind"] for each in [*journal.read(TRAIL).entries.values()][entries:]]
    assert kinds == ["run_start", "attempt", "run_end"]


def test_the_journal_is_told_in_lines(decide, capsys):
    decide("unblinding", *ANN)
    assert main(["journal"]) == 0
    told = capsys.readouterr().out
    assert "run start" in told
    assert "unblinding  by Ann: the form says so" in told
    assert "derive done" not in told
    assert told.endswith("1 run, 6 attempts at jobs; the chain is whole\n")
    assert main(["journal", "--all"]) == 0
    assert "derive done" in capsys.readouterr().out
    path = Path(TRAIL, journal.FILE)
    path.write_bytes(path.read_bytes().replace(b"Ann", b"Eve"))
    assert main(["journal"]) == 1
    assert "has been changed" in capsys.readouterr().out
