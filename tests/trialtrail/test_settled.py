"""Nothing is to be done only where nothing at all has been touched."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from trialtrail import settled

ASKED = ["--cores", "4"]


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """A folder in which a run has ended well, and a function that asks what still stands."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["snakemake", *ASKED])
    for name in ("data/raw.csv", "data/letters/a.docx", "results/out.csv", "Snakefile"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("1\n")
    for folder in settled.WATCHED:
        Path(folder).mkdir(parents=True)
    job = SimpleNamespace(input=["data/raw.csv"], output=["results/out.csv"])
    workflow = SimpleNamespace(dag=SimpleNamespace(jobs=[job], needrun_jobs=list))
    workflow.overwrite_workdir = None
    settled.note_settled(workflow, ["results/out.csv"], ["Snakefile", "data/letters"])
    assert settled.targets() == ["results/out.csv"]
    return workflow


@pytest.mark.parametrize("path", ["data/raw.csv", "results/out.csv", "Snakefile"])
def test_a_file_that_was_changed(noted, path):
    was = os.stat(path)
    Path(path).write_text("2\n")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))  # the old time stamp does not hide it
    assert settled.targets() == []


@pytest.mark.parametrize("path", ["data/raw.csv", "results/out.csv"])
def test_a_file_that_is_gone(noted, path):
    Path(path).unlink()
    assert settled.targets() == []


def test_a_file_more_in_a_folder_that_was_looked_through(noted):
    Path("data/letters/b.docx").write_text("new")
    assert settled.targets() == []


def test_an_output_that_snakemake_knows_to_be_incomplete(noted):
    Path(settled.WATCHED[0], "b3V0").write_text("")
    assert settled.targets() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--cores", "4", "--forceall"],
        ["-n", "--cores", "4"],
        ["--cores", "4", "results/other.csv"],
        ["--cores", "4", "--configfile", "other.yaml"],
        ["--cores", "4", "--config", "a=1"],
        ["--cores", "4", "--executor", "local"],
        ["--cores", "4", "--lint"],
    ],
)
def test_another_question(noted, monkeypatch, arguments):
    monkeypatch.setattr("sys.argv", ["snakemake", *arguments])
    assert settled.targets() == []


@pytest.mark.parametrize(
    "arguments", [["-c2"], ["--cores=1"], ["-j", "8"], ["--cores", "all"], ["-c"], ["--cores"]]
)
def test_the_same_question_with_other_cores(noted, monkeypatch, arguments):
    monkeypatch.setattr("sys.argv", ["snakemake", *arguments])
    assert settled.targets() == ["results/out.csv"]


def test_other_surroundings(noted, monkeypatch):
    monkeypatch.setenv("TRIALTRAIL_CONFINE", "0")
    assert settled.targets() == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"form": "another/1"}', "null"])
def test_a_note_that_is_damaged(noted, text):
    settled.NOTE.write_text(text)
    assert settled.targets() == []


def test_the_note_is_dropped_before_anything_runs(noted):
    settled.forget()
    assert settled.targets() == []


def test_what_must_run_is_not_noted(noted):
    settled.forget()
    noted.dag.needrun_jobs = lambda: iter(["a job"])
    settled.note_unneeded(noted, ["results/out.csv"], ["Snakefile"])
    assert not settled.NOTE.exists()
    noted.dag.needrun_jobs = list
    settled.note_unneeded(noted, ["results/out.csv"], ["Snakefile"])
    assert settled.targets() == ["results/out.csv"]


def test_nothing_is_noted_while_a_target_is_missing(noted):
    settled.forget()
    settled.note_settled(noted, ["results/out.csv", "results/report.pdf"], [])
    assert not settled.NOTE.exists()


def test_a_special_question_is_not_noted(noted, monkeypatch):
    settled.forget()
    monkeypatch.setattr("sys.argv", ["snakemake", "--cores", "4", "--forcerun", "all"])
    settled.note_settled(noted, ["results/out.csv"], [])
    assert not settled.NOTE.exists()


def test_the_note_has_no_content_of_a_file(noted):
    note = json.loads(settled.NOTE.read_text())
    assert all(
        state is None or all(map(str.isdigit, map(str, state))) for state in note["files"].values()
    )
