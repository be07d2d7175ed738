"""Folders for the tests, each of a workflow of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from runrecord import environment, installed, project
from small_folders import folder, study  # noqa: F401  (fixtures)

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
    for name in (environment.ANNOUNCED, installed.ANNOUNCED):
        monkeypatch.setenv(name, "")  # so that no test tells the next one what it has found
