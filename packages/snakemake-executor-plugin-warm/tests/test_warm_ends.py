"""Whatever is killed, nothing is left behind, and the next run finishes the work."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

SLEEP = """
import os, time
seconds = 0 if os.path.exists("go") else 600  # Before `started`: what a test does then is too late.
open("started", "w").write(str(os.getpid()))
open(snakemake.output[0], "w").write("half")
try:
    time.sleep(seconds)
except KeyboardInterrupt:
    open("interrupted", "w").write("yes")
    raise
open(snakemake.output[0], "w").write("whole")
"""


@pytest.fixture
def sleeping(small):
    """Return a workflow whose script sleeps, and the process of the run."""
    small.add("sleeps", SLEEP)
    run = small.start()
    small.wait_for("started")
    return small, run


def resume(small) -> None:
    """Run again, as a person would after an accident; the script does not sleep any more."""
    (small.folder / "go").write_text("")
    small.run("--unlock")
    code, said = small.run("--rerun-incomplete")
    assert code == 0, said
    assert small.made("sleeps") == "whole"
    assert not small.processes()


def test_the_job_is_killed(sleeping):
    small, run = sleeping
    os.kill(int(small.wait_for("started")), signal.SIGKILL)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "sleeps was ended by the signal SIGKILL" in said
    assert not (small.folder / "sleeps.txt").exists()
    resume(small)


def test_the_warm_interpreter_is_killed(sleeping):
    small, run = sleeping
    job = int(small.wait_for("started"))
    for server in set(small.servers()) - {job}:
        os.kill(server, signal.SIGKILL)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "The warm interpreter was ended while sleeps was running" in said
    assert not (small.folder / "sleeps.txt").exists()
    small.wait_until_alone()
    resume(small)


def test_snakemake_is_killed(sleeping):
    small, run = sleeping
    places = {place for place in Path("/tmp").glob("snakemake-warm-*") if place.is_dir()}
    run.kill()
    run.communicate(timeout=60)
    small.wait_until_alone()
    assert any(not place.exists() for place in places)
    assert small.made("sleeps") == "half"  # which Snakemake knows to be incomplete
    resume(small)


@pytest.mark.parametrize("to_group", [True, pytest.param(False, marks=pytest.mark.nightly)])
def test_ctrl_c(sleeping, to_group):
    small, run = sleeping
    if to_group:
        os.killpg(run.pid, signal.SIGINT)
    else:
        run.send_signal(signal.SIGINT)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "Terminating processes on user request" in said
    assert small.wait_for("interrupted") == "yes"
    small.wait_until_alone()
    resume(small)


def test_sigterm_lets_the_job_finish(sleeping):
    small, run = sleeping
    (small.folder / "go").write_text("")
    run.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert run.poll() is None
    os.kill(int(small.wait_for("started")), signal.SIGINT)
    run.communicate(timeout=60)
    small.wait_until_alone()
