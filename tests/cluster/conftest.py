"""A local run to compare with, the node, and the account of what was found."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

import pytest

from tests.cluster.node import ROOT, Machine, Slurm, reason_to_skip

ACCOUNT = ROOT / "benchmarks" / "results" / "slurm.json"
TOLD = {"local", "by_slurm", "killed", "s3", "simulated", "taken_down"}
"""What must have been found before the account is written."""


@pytest.fixture(scope="session")
def account() -> dict:
    """Return the account that the tests fill; it is written if all of them have."""
    found: dict = {}
    yield found
    if set(found) == TOLD:
        whole = {
            "command": "make cluster-test",
            "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
            **found,
        }
        text = json.dumps(whole, indent=1, sort_keys=True) + "\n"
        ACCOUNT.write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """Return the folder in which the runs lie side by side."""
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="session")
def slurm(folder) -> Slurm:
    """Return a node that runs; whatever happens, it is taken down at the end."""
    if reason := reason_to_skip():
        pytest.skip(reason)
    node = Slurm(folder / "slurm")
    node.tool("install")
    try:
        node.tool("start")
        yield node
    finally:
        node.tool("stop")


@pytest.fixture(scope="session")
def machine() -> Machine:
    """Return this machine."""
    return Machine()


@pytest.fixture(scope="session")
def local(machine, folder, account) -> Path:
    """Return the folder of a run on this machine, as the default profile has it."""
    seconds = machine.run(folder / "local", "--cores", "2")
    account["local"] = {"seconds": round(seconds)}
    return folder / "local"
