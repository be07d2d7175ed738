"""Folders for the tests of what follows the records."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from runrecord import project
from small_folders import folder  # noqa: F401  (a fixture)
from small_study import run_all


@contextmanager
def no_real_modules() -> Iterator[pytest.MonkeyPatch]:
    """Leave the modules of this test run out of the records."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "_used", [replace(project.project(), packages={})])
        yield patch


@pytest.fixture(autouse=True)
def _no_real_modules() -> Iterator[None]:
    with no_real_modules():
        yield


@pytest.fixture(scope="session")
def modules_left_out() -> Callable[[], AbstractContextManager[pytest.MonkeyPatch]]:
    """Return the context in which a fixture of a wider scope makes a run."""
    return no_real_modules


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory) -> Path:
    """Make one whole, sealed run, of which each test has a copy of its own."""
    made = tmp_path_factory.mktemp("whole")
    for name in ("scripts", "data"):
        (made / name).mkdir()
    (made / "Snakefile").write_text("")
    with no_real_modules() as patch:
        patch.chdir(made)
        run_all()
    return made


@pytest.fixture
def study(folder, whole_run) -> Path:  # noqa: F811
    """Return a folder with a whole, sealed run."""
    shutil.copytree(whole_run, folder, dirs_exist_ok=True)
    return folder
