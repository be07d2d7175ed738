"""Folders for tests, which a `conftest.py` imports as fixtures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from runrecord.project import Project, project
from small_study import run_all

_sealed: list[tuple[Project, Path]] = []
"""The folders with a sealed run that tests have asked for, by the workflow that it is of."""


def lay_out(folder: Path) -> None:
    """Make a folder a repository that has no code and no data yet."""
    (folder / "Snakefile").write_text("")
    (folder / "scripts").mkdir()
    (folder / "data").mkdir()


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Return a working folder that is its own repository."""
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def study(tmp_path, tmp_path_factory, monkeypatch) -> Path:
    """Return a working folder with a whole, sealed run: a copy of one that all tests look at."""
    made = [folder for of, folder in _sealed if of == project()]
    if not made:
        made = [tmp_path_factory.mktemp("sealed")]  # as deep as the copies: names are relative
        lay_out(made[0])
        monkeypatch.chdir(made[0])
        run_all()
        _sealed.append((project(), made[0]))
    shutil.copytree(made[0], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
