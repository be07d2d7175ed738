"""Blocks of drawn trials by Slurm: they go out as groups, and give what they give here."""

from __future__ import annotations

import pytest

from benchmarks.simulate import PER_JOB, write_study
from tests.cluster.node import FLAGS

pytestmark = pytest.mark.cluster
TRIALS, BLOCK = 240, 20


def test_blocks_of_trials_go_out_as_groups(slurm, machine, folder, account):
    """A study without data: all that is done is drawing, analysing and collecting."""
    here, there = folder / "drawn_here", folder / "drawn_there"
    asked = ("simulate", "--configfile")
    seconds = machine.run(here, *asked, str(write_study(here, TRIALS, BLOCK)), "--cores", "2")
    before = slurm.jobs()
    by_slurm = slurm.run(there, *asked, str(write_study(there, TRIALS, BLOCK)), *FLAGS)
    jobs = slurm.jobs() - before
    made = [path.relative_to(here) for path in sorted((here / "results").rglob("*.parquet"))]
    made += [path.relative_to(here) for path in sorted((here / "results/tables").glob("*.csv"))]
    blocks = TRIALS // BLOCK
    assert len(made) == 2 * blocks + 1
    for path in made:
        assert (here / path).read_bytes() == (there / path).read_bytes(), path
    # Groups of blocks, and one that collects.
    assert 2 * blocks / PER_JOB <= jobs <= 2 * blocks / PER_JOB + 2
    account["simulated"] = {
        "trials": 2 * TRIALS,
        "blocks": 2 * blocks,
        "slurm_jobs": jobs,
        "seconds": round(by_slurm),
        "seconds_here": round(seconds),
        "equal_files": len(made),
    }
