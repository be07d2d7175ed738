"""Folders for the tests, each of a workflow of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from runrecord import project
from small_study import run_all

KINDS = {
    "results/datasets/": "dataset",
    "results/tables/": "table",
    "results/figures/": "figure",
    "results/report/": "report",
}


@pytest.fixture(autouse=True)
def _own_project(monkeypatch):
    """Keep the records of a workflow whose packages are not loaded."""
    told = project.Project(root=Path.cwd(), name="flow", kinds=KINDS)
    monkeypatch.setattr(project, "_used", [told])


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
