"""The commands that the documentation marks as tested, on a finished run of the shipped study."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_docs import DOCS, ROOT, commands

CASES = [
    pytest.param(command, id=f"{doc.relative_to(ROOT).as_posix()}: {command}")
    for doc in DOCS
    for command in dict.fromkeys(commands(doc))
]


@pytest.mark.parametrize("command", CASES)
def test_command_runs(command, moments):
    """It ends well, says something where it should, and shows no traceback."""
    found = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=moments.folder,
        env=os.environ | {"PATH": found},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() or "--quiet" in command
    assert "Traceback" not in done.stderr
