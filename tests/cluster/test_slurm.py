"""The shipped study by Slurm, undisturbed and with its node killed: the same digests."""

from __future__ import annotations

import os
import shutil
import signal
import time

import pytest

from benchmarks.slurm import PAGE
from tests.cluster.node import (
    FLAGS,
    LIMIT,
    ROOT,
    TESTED,
    attempts,
    journal,
    records,
    said,
    verified,
)
from tests.cluster.results import compared, digests
from tests.test_docs import commands

pytestmark = pytest.mark.cluster


def test_whole_study(slurm, folder, local, account):
    """Every job has run on the node, confined, and has left its record, entry and object."""
    there = folder / "by_slurm"
    seconds = slurm.run(there, *FLAGS)
    counts = compared(digests(local), digests(there))
    assert "all is whole" in verified(there)
    jobs = records(local)
    assert len(records(there)) == len(jobs) == len(attempts(there))
    assert {job["run"]["confined"]["by"] for job in records(there)} == {
        job["run"]["confined"]["by"] for job in jobs
    }
    assert journal(there)[0]["remote"] is True
    assert "remote" not in journal(local)[0]
    assert f"{len(jobs)} of {len(jobs)} jobs done in" in said(there)
    account["by_slurm"] = {
        "seconds": round(seconds),
        "jobs": len(jobs),
        "slurm_jobs": slurm.jobs(),
        "slurm": slurm.ask("sinfo", "--version").removeprefix("slurm-wlm "),
        "equal_digests": counts,
    }


@pytest.mark.parametrize(
    "command", [c for c in commands(PAGE, TESTED) if "--workflow-profile" in c]
)
def test_command_of_the_page_is_understood(slurm, folder, command):
    """By Snakemake and the plugin, up to the point at which jobs would be sent."""
    study = folder / "of_the_page"
    shutil.copytree(ROOT / "tests/studies/balance", study, dirs_exist_ok=True)
    done = slurm.told(f"{command} --dry-run", study)
    assert done.returncode == 0, done.stdout
    assert "render_report" in done.stdout


def test_node_is_killed_and_the_run_resumed(slurm, folder, local, account):
    """The run ends and says so; the next one does what is missing, and no more."""
    there = folder / "killed"
    whole = len(records(local))
    run = slurm.start(there, *FLAGS)
    try:
        killed = kill_node_after(whole // 2 + 2, slurm, there, run)
        done = len(attempts(there))
        slurm.tool("start-node")
        code = run.wait(LIMIT)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
    assert code != 0
    assert journal(there)[-1]["outcome"] == "failed"
    assert not (there / "results/report/report.pdf").exists()
    assert "message: Error in group" in said(there)
    seconds = slurm.run(there, *FLAGS)
    counts = compared(digests(local), digests(there))
    assert "all is whole" in verified(there)
    resumed = len(attempts(there)) - done
    assert resumed < whole
    account["killed"] = {
        "after_jobs": done,
        "processes_killed": killed,
        "jobs_when_resumed": resumed,
        "seconds_when_resumed": round(seconds),
        "equal_digests": counts,
    }


def kill_node_after(jobs, slurm, there, run):
    """Kill the node's daemon and its job steps once so many jobs are done; return how many died."""
    end = time.monotonic() + LIMIT
    while len(attempts(there)) < jobs or not slurm.processes(of_jobs=True):
        assert run.poll() is None, said(there)
        assert time.monotonic() < end, said(there)
        time.sleep(0.05)
    alive = slurm.processes(of_jobs=True)
    slurm.tool("kill-node")
    left = slurm.processes(of_jobs=True)
    assert not left.keys() & alive.keys(), left
    return len(alive)
