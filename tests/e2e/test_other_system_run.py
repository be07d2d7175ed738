"""A whole study on a system without fork, fcntl and Landlock: the same results, and it says so."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import other_system
import pytest
from runrecord.job.child import NO_CHILD
from test_command_alone import ROOT

pytestmark = pytest.mark.nightly
SAME = ("tables", "datasets", "figures", "validated", "validation/queries.csv", "ard", "adam")


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
    compared = 0
    for name in SAME:
        for path in [results / name, *(results / name).rglob("*")]:
            if path.is_file():
                there = second_study.results / path.relative_to(results)
                assert path.read_bytes() == there.read_bytes(), path
                compared += 1
    assert compared > 40
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
