"""Files that are edited while a run goes on: it does not end as if nothing had been."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from forging import MANIFEST, both

from conftest import ROOT, SECOND_STUDY, TIME_LIMIT


class Running:
    """A run of a study in its own folder, edited when a file appears."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *options]
        command += ["--snakefile", ROOT / "Snakefile", "--configfile", "study.yaml"]
        self.folder, self.start = folder, time.time()
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def wait_for(self, pattern: str) -> None:
        """Wait until a file of this run is there."""
        while not any(p.stat().st_mtime >= self.start - 0.1 for p in self.folder.glob(pattern)):
            assert self.process.poll() is None, self.process.communicate()[0]
            time.sleep(0.01)

    def end(self) -> tuple[int, str]:
        """Return the exit code and what was said."""
        said, _ = self.process.communicate(timeout=TIME_LIMIT)
        return self.process.returncode, said


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("edited")
    for name in ("data", "study.yaml"):
        copy = shutil.copytree if (SECOND_STUDY / name).is_dir() else shutil.copy2
        copy(SECOND_STUDY / name, folder / name)
    return folder


def test_a_configuration_that_is_edited_is_not_sealed_over_other_results(study):
    run = Running(study)
    run.wait_for("results/lineage/records/validate_*.json")
    with open(study / "study.yaml", "a") as stream:
        stream.write("# another\n")
    code, said = run.end()
    assert code == 1
    assert "The configuration is not the one that the run was started with" in said
    assert "run snakemake again" in said
    assert "Traceback" not in said
    assert not (study / MANIFEST).exists()
    code, said = Running(study).end()
    assert code == 0, said
    for verdict in both(study):
        assert verdict.faults == set()


def test_raw_data_that_are_edited_after_the_seal_end_the_run_badly(study):
    run = Running(study, "--forcerun", "seal_lineage")
    run.wait_for("results/lineage/records/seal_lineage.json")
    raw = study / "data/trial.csv"
    raw.write_bytes(raw.read_bytes().replace(b"10.9", b"12.9", 1))
    code, said = run.end()
    assert code == 1, said
    assert "Edited while the run went on" in said
    assert "data/trial.csv" in said
    assert "Traceback" not in said
    for verdict in both(study):
        assert verdict.faults == {"data/trial.csv"}


def test_the_same_command_in_another_folder_is_another_study(study, good_run):
    """Its `study.yaml` has the same relative name, and its results are not in place of these."""
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "-n", "--quiet", "progress"]
    command += ["--snakefile", ROOT / "Snakefile", "--configfile", "study.yaml"]
    command += ["--directory", good_run.folder]
    own = subprocess.run(command, cwd=good_run.folder, capture_output=True, text=True, check=False)
    assert "Nothing to be done" in own.stdout + own.stderr
    other = subprocess.run(command, cwd=study, capture_output=True, text=True, check=False)
    said = other.stdout + other.stderr
    assert other.returncode == 0, said
    assert "Nothing to be done" not in said
    assert "validate_table" in said
