"""A job that reaches beyond what it declares is refused by the kernel, and told so by name."""

import contextlib
import os
import subprocess
from pathlib import Path

import pyarrow.csv
import pytest
from small_study import Job, do, read_json, write_csv

from trialtrail.lineage.job import landlock

try:
    landlock.version()
except landlock.NotAvailable:
    pytest.skip("the kernel has no Landlock", allow_module_level=True)

FAILED = "results/lineage/failed/peek.json"


def peek_job() -> Job:
    write_csv("data/declared.csv", ("a",), (1,))
    write_csv("data/other.csv", ("a",), (2,))
    output = {"table": "results/tables/peek.csv"}
    return Job("peek", input={"table": "data/declared.csv"}, output=output)


def write_result(job):
    Path(job.output.table).write_text(Path(job.input.table).read_text())


def by_open(job):
    write_result(job)
    Path("data/other.csv").read_text()


def by_open_and_silence(job):
    write_result(job)
    with contextlib.suppress(OSError), open("data/other.csv"):
        pass


def by_arrow(job):
    write_result(job)
    pyarrow.csv.read_csv("data/other.csv")


def by_child(job):
    write_result(job)
    subprocess.run(["cat", "data/other.csv"], check=True)


def by_child_and_silence(job):
    write_result(job)
    subprocess.run(["cat", "data/other.csv"], check=False)


def by_writing_beside(job):
    write_result(job)
    Path("results/tables/undeclared.csv").write_text("a\n")


def by_writing_to_an_input(job):
    write_result(job)
    Path("data/declared.csv").write_text("a\n3\n")


BEYOND = {
    by_open: "data/other.csv",
    by_open_and_silence: "data/other.csv",
    by_arrow: "data/other.csv",
    by_child: "data/other.csv",
    by_child_and_silence: "data/other.csv",
    by_writing_beside: "results/tables/undeclared.csv",
    by_writing_to_an_input: "data/declared.csv",
}


@pytest.mark.parametrize("main", BEYOND, ids=lambda main: main.__name__)
def test_reaching_beyond_fails_the_job_and_is_named(main, folder, capsys):
    job = peek_job()
    with pytest.raises(SystemExit):
        do(job, main)
    said = capsys.readouterr().err
    assert "reached for files that its rule does not declare" in said
    assert BEYOND[main] in said
    record = read_json(FAILED)
    assert record["run"]["confined"]["by"] == "landlock"
    assert record["run"]["exit"] == 1
    assert not Path("results/tables/undeclared.csv").exists()
    assert Path("data/declared.csv").read_text() == "a\n1\n"


def test_a_job_that_keeps_to_its_files_is_confined_and_not_disturbed(folder):
    do(peek_job(), write_result)
    record = read_json("results/lineage/records/peek.json")
    assert record["run"]["confined"] == {"by": "landlock", "version": landlock.version()}
    assert Path("results/tables/peek.csv").read_text() == "a\n1\n"


def test_the_record_says_where_nothing_is_enforced(folder, monkeypatch):
    monkeypatch.setenv("TRIALTRAIL_CONFINE", "0")
    do(peek_job(), by_open)
    confined = read_json("results/lineage/records/peek.json")["run"]["confined"]
    assert confined["by"] is None
    assert "switched off" in confined["why"]


@pytest.mark.parametrize(("death", "words"), [(9, "SIGKILL"), (15, "SIGTERM")])
def test_a_job_that_is_killed_says_so(death, words, folder, capsys):
    with pytest.raises(SystemExit):
        do(peek_job(), lambda job: os.kill(os.getpid(), death))
    assert words in capsys.readouterr().err
    assert read_json(FAILED)["run"]["exit"] == 1


def test_a_job_that_leaves_at_once_says_so(folder, capsys):
    with pytest.raises(SystemExit):
        do(peek_job(), lambda job: os._exit(3))
    assert "exit code 3" in capsys.readouterr().err


def test_a_record_opens_the_files_that_it_names(folder):
    do(peek_job(), write_result)
    write_csv("data/third.csv", ("a",), (3,))

    def read_all(job):
        text = Path("data/declared.csv").read_text() + Path("results/tables/peek.csv").read_text()
        Path(job.output.table).write_text(text)

    records = ["results/lineage/records/peek.json"]
    output = {"table": "results/tables/all.csv"}
    do(Job("gather", input={"records": records}, output=output), read_all)
    assert Path("results/tables/all.csv").read_text() == "a\n1\na\n1\n"
