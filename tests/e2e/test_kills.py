"""Whatever is killed, whenever: nothing is left behind, and the next run makes it whole."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from conftest import ROOT, SECOND_STUDY, TIME_LIMIT, Run, digests_of

KINDS = ("job", "worker", "snakemake")
IN_EVERY_TEST_RUN = "snakemake"
"""The kind that is killed in every test run; the others are killed at night."""
MOMENTS = 20
"""Random moments for each kind in the nightly form, beside the one of every test run."""
FIRST, LAST = 0.8, 12.0
"""Seconds after the start between which the moment lies; a run that ends before is taken as is."""
SMALL, SMALL_LAST = SECOND_STUDY / "study.yaml", 5.0
"""The study of every test run, and the last moment in it; the nightly form is of the shipped."""
MARK = "TRIALTRAIL_TEST_MARK"
VOLATILE = ("lineage/", "logs/")
"""Parts of the results that tell of a run; of the records, the part that does not is compared."""


def result_of(folder: Path) -> dict[str, str]:
    """Return what a run makes whoever runs it when: digests of files, results of the records."""
    results = folder / "results"
    found = {
        name: digest
        for name, digest in digests_of(results).items()
        if not name.startswith(VOLATILE)
    }
    read = json.loads((results / "lineage" / "lineage.json").read_text(encoding="utf-8"))
    jobs = sorted(job["id"] for job in read["jobs"])
    return found | {"jobs": ", ".join(jobs)}


class MarkedRun:
    """A run of a study in a folder, whose processes can be told from all others.

    Without a configuration it is the shipped study.
    """

    def __init__(self, folder: Path, config: Path | None = None) -> None:
        self.folder, self.config, self.mark = folder, config, uuid.uuid4().hex
        folder.mkdir(parents=True, exist_ok=True)

    def start(self, *options: str) -> subprocess.Popen:
        """Start Snakemake and return its process."""
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *options]
        command += ["--directory", str(self.folder), "--snakefile", str(ROOT / "Snakefile")]
        command += ["--configfile", str(self.config)] if self.config else []
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, MARK: self.mark, "SNAKEMAKE_WARM_IDLE": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def processes(self) -> list[tuple[int, int, str]]:
        """Return the processes that are alive: id, process group and command."""
        wanted, found = f"{MARK}={self.mark}".encode(), []
        for place in Path("/proc").iterdir():
            if not place.name.isdigit():
                continue
            try:
                state, _, group = (place / "stat").read_text().rpartition(")")[2].split()[:3]
                if state != "Z" and wanted in (place / "environ").read_bytes():
                    command = (place / "cmdline").read_bytes().decode()
                    found.append((int(place.name), int(group), command))
            except (OSError, ValueError):
                continue
        return sorted(found)

    def victims(self, kind: str, run: subprocess.Popen) -> list[int]:
        """Return the processes of a kind."""
        if kind == "snakemake":
            return [run.pid]
        warm = [each for each in self.processes() if "plugin_warm.server" in each[2]]
        of_worker = min((group for _, group, _ in warm), default=0)
        if kind == "worker":
            return [pid for pid, group, _ in warm if group == of_worker]
        return [pid for pid, group, _ in warm if group != of_worker]


def kill_at(moment: float, kind: str, marked: MarkedRun, choose: random.Random) -> bool:
    """Start a run, kill a process of a kind at a moment, and return whether one was killed."""
    run = marked.start()
    killed = False
    try:
        end = time.monotonic() + moment
        while time.monotonic() < end and run.poll() is None:
            time.sleep(0.005)
        while run.poll() is None and not killed:
            victims = marked.victims(kind, run)
            if victims:
                os.kill(choose.choice(victims), signal.SIGKILL)
                killed = True
    except ProcessLookupError:
        pass
    run.communicate(timeout=TIME_LIMIT)
    return killed


def check(kind: str, number: int, marked: MarkedRun, last: float, undisturbed: Run) -> None:
    """Kill one process, resume, and compare with a run that nobody disturbed."""
    choose = random.Random(f"{kind} {number}")
    kill_at(choose.uniform(FIRST, last), kind, marked, choose)
    end = time.monotonic() + 20
    while left := marked.processes():
        assert time.monotonic() < end, f"left behind: {left}"
        time.sleep(0.05)
    marked.start("--unlock").communicate(timeout=TIME_LIMIT)
    again = marked.start()
    said, _ = again.communicate(timeout=TIME_LIMIT)
    assert again.returncode == 0, said
    assert result_of(marked.folder) == result_of(undisturbed.folder)
    trialtrail = Path(sys.executable).with_name("trialtrail")
    checked = subprocess.run(
        [trialtrail, "verify"], cwd=marked.folder, capture_output=True, text=True, check=False
    )
    assert "all is whole" in checked.stdout
    assert checked.returncode == 0, checked.stdout
    assert not marked.processes()


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=[] if kind == IN_EVERY_TEST_RUN else [pytest.mark.nightly])
        for kind in KINDS
    ],
)
def test_one_is_killed(kind, tmp_path, second_study):
    check(kind, 0, MarkedRun(tmp_path / "study", SMALL), SMALL_LAST, second_study)


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(MOMENTS + 1))
@pytest.mark.parametrize("kind", KINDS)
def test_one_is_killed_at_many_moments(kind, number, tmp_path, moments):
    check(kind, number, MarkedRun(tmp_path / "study"), LAST, moments)
