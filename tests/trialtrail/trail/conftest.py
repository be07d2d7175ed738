"""Folders for the tests of what follows the records."""

from __future__ import annotations

from dataclasses import replace

import pytest
from runrecord import project
from small_folders import folder, study  # noqa: F401  (fixtures)


@pytest.fixture(autouse=True)
def _no_real_modules(monkeypatch):
    """Leave the modules of this test run out of the records."""
    monkeypatch.setattr(project, "_used", [replace(project.project(), packages={})])
