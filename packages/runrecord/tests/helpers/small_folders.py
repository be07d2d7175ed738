"""Folders for tests, which a `conftest.py` imports as fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_study import run_all


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
