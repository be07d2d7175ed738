"""The set-up finds an environment that runs the code of another checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trialtrail import ROOT

SET_UP = (ROOT / "tools/setup.sh").read_text(encoding="utf-8")
QUESTION = re.search(r"^ours='(.*?)'$", SET_UP, re.DOTALL | re.MULTILINE)[1]
"""What the set-up asks of an interpreter, in the folder of the checkout."""


def is_of(folder: Path, python: str = sys.executable) -> bool:
    """Return whether an interpreter runs the code of the checkout in a folder."""
    command = [python, "-I", "-c", QUESTION]
    return (
        subprocess.run(command, cwd=folder, stderr=subprocess.DEVNULL, check=False).returncode == 0
    )


def test_an_environment_is_asked_whether_it_is_of_this_checkout():
    (condition,) = (line for line in SET_UP.splitlines() if line.startswith('if [ ! -f "$stamp" ]'))
    assert '! $venv/bin/python -I -c "$ours"' in condition


def test_it_is_of_the_checkout_that_it_was_made_in():
    assert is_of(ROOT)


@pytest.mark.parametrize("name", ["moved", "with a space", "é"])
def test_it_is_not_of_another(name, tmp_path):
    copy = tmp_path / name / "src/trialtrail"
    copy.mkdir(parents=True)
    shutil.copy(ROOT / "src/trialtrail/__init__.py", copy)
    assert not is_of(tmp_path / name)


def test_it_is_of_a_checkout_that_is_reached_by_a_link(tmp_path):
    (tmp_path / "link").symlink_to(ROOT)
    assert is_of(tmp_path / "link")


def test_an_interpreter_without_the_code_is_of_none():
    assert not is_of(ROOT, sys._base_executable)
