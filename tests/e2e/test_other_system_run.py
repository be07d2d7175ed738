"""A whole study on a system without fork, fcntl and Landlock: the same results, and it says so."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import other_system
import pytest
from runrecord.job.child import NO_CHILD
from test_command_alone import ROOT

pytestmark = pytest.mark.nightly
SAME = ("tables", "datasets", "figures", "validated", "validation/queries.csv", "ard", "adam")


def files_of(results: Path) -> dict[str, bytes]:
    """Return the files that must be the same, by their paths in the results folder."""
    places = [results / name for name in SAME]
    paths = [path for place in places for path in (place, *place.rglob("*")) if path.is_file()]
    return {path.relative_to(results).as_posix(): path.read_bytes() for path in paths}


def test_a_study_runs_to_its_report_with_the_same_results(second_study, tmp_path):
    study = ROOT / "tests/studies/balance"
    for name in ("data", "study.yaml"):
        (shutil.copytree if name == "data" else shutil.copy)(study / name, tmp_path / name)
    options = ["--cores", "2", "--directory", str(tmp_path)]
    options += ["--configfile", str(tmp_path / "study.yaml")]
    done = subprocess.run(
        [sys.executable, other_system.__file__, "snakemake", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results = tmp_path / "results"
    here, there = (files_of(folder) for folder in (results, second_study.results))
    assert here == there
    assert len(here) > 30
    records = list((results / "lineage/records").glob("*.json"))
    assert len(records) == second_study.jobs
    for path in records:
        confined = json.loads(path.read_text(encoding="utf-8"))["run"]["confined"]
        assert confined == {"by": None, "why": NO_CHILD}
    command = [sys.executable, "-m", "trialtrail", "verify", "--results", str(results)]
    command[1:3] = ["-c", "from trialtrail.cli import main; raise SystemExit(main())"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout
    assert "all is whole" in told.stdout
    assert NO_CHILD in told.stdout
