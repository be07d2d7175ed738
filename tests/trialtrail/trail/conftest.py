"""Folders for the tests of what follows the records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from runrecord import project
from small_study import run_all


@pytest.fixture(autouse=True)
def _no_real_modules(monkeypatch):
    """Leave the modules of this test run out of the records."""
    monkeypatch.setattr(project, "_used", [replace(project.project(), packages={})])


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Return a working folder that is its own repository."""
    (tmp_path / "Snakefile").write_text("")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def study(folder) -> Path:
    """Return a folder with a whole, sealed run."""
    run_all()
    return folder
