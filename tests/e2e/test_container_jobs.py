"""Jobs in a container: what is told where it cannot be, and whose code they run where it can.

There is no container engine here. A stand-in does of Apptainer's work what the workflow rests on:
it is asked for its version, and runs a command in an environment with Python and packages of its
own, a copy of this project's code among them. It shuts nothing out.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, SECOND_STUDY, digests_of, run_workflow

TARGET = "results/validation/checked/baseline.parquet"
RECORD = "lineage/records/validate_table-baseline.json"
IN_CONTAINER = (TARGET, "--software-deployment-method", "apptainer")
STAND_IN = """#!/bin/sh
if [ "$1" = --version ]; then echo "apptainer version 1.3.0"; exit; fi
for last; do :; done
export PYTHONPATH="${{PYTHONPATH:+$PYTHONPATH:}}{copy}/src:{copy}/packages/runrecord/src"
export PATH="{bin}:$PATH"
echo "$PYTHONPATH" >> "{asked}"
exec bash -c "$last"
"""


@pytest.fixture
def apptainer(tmp_path, monkeypatch) -> Path:
    """Put the stand-in on the path; return the file in which it notes each job that it ran."""
    copy, asked, programs = tmp_path / "image", tmp_path / "asked", tmp_path / "programs"
    for part in ("src/trialtrail", "packages/runrecord/src", "schemas"):
        shutil.copytree(ROOT / part, copy / part)
    programs.mkdir()
    program = programs / "apptainer"
    text = STAND_IN.format(copy=copy, asked=asked, bin=Path(sys.executable).parent)
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return asked


def make_image(folder: Path) -> None:
    """Make an empty file where the image is looked for."""
    (folder / "container").mkdir(parents=True)
    (folder / "container" / "trialtrail.sif").touch()


def test_jobs_run_the_code_of_the_checkout(apptainer, second_study, tmp_path):
    make_image(tmp_path / "run")
    done = run_workflow(tmp_path / "run", *IN_CONTAINER, config=SECOND_STUDY / "study.yaml")
    assert done.exit_code == 0, done.said
    assert len(apptainer.read_text(encoding="utf-8").splitlines()) == done.jobs == 1
    checked = "validation/checked"
    made, plain = digests_of(done.results / checked), digests_of(second_study.results / checked)
    assert made["baseline.parquet"] == plain["baseline.parquet"]
    ours, theirs = (
        json.loads((run.results / RECORD).read_text(encoding="utf-8"))
        for run in (done, second_study)
    )
    assert all(module["declared"] for module in ours["result"]["modules"].values())
    assert ours["result"] == theirs["result"]


def test_image_that_is_not_there_is_told_before_any_job(apptainer, tmp_path):
    done = run_workflow(tmp_path / "run", *IN_CONTAINER, config=SECOND_STUDY / "study.yaml")
    assert done.exit_code == 1
    assert "The image that the jobs are to run in is not there" in done.said
    assert "Traceback" not in done.said
    assert not done.results.exists()
    assert not apptainer.exists()


@pytest.mark.skipif(
    bool(shutil.which("apptainer") or shutil.which("singularity")), reason="Apptainer is here"
)
def test_engine_that_is_not_there_is_told_before_any_job(tmp_path):
    make_image(tmp_path / "run")
    done = run_workflow(tmp_path / "run", *IN_CONTAINER, config=SECOND_STUDY / "study.yaml")
    assert done.exit_code == 1
    assert "apptainer or singularity command has to be available" in done.said
    assert "Traceback" not in done.said
    assert not done.results.exists()
