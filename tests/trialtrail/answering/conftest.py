"""The study with queries, checked once; each test has a copy of its folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from queried_study import ROWS, Served, make_study

MANY = 12
"""Queries of the larger study: an age out of its limits in each of so many records."""


@pytest.fixture(scope="session")
def checked(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("queried")
    make_study(folder)
    return folder


@pytest.fixture(scope="session")
def checked_many(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    day = "01.02.2025"
    ages = [101 + n if n < MANY else 20 + n for n in range(3 * MANY)]
    rows = [[f"P{n:02d}", "AB"[n % 2], str(age), day, "3", ""] for n, age in enumerate(ages)]
    make_study(folder, [ROWS[0], *rows])
    return folder


@pytest.fixture
def folder(checked, tmp_path) -> Path:
    return Path(shutil.copytree(checked, tmp_path / "study"))


@pytest.fixture
def served(folder) -> Served:
    return Served(folder / "results")


@pytest.fixture
def signed(folder) -> Served:
    """The same study, which asks for a second signature."""
    return Served(folder / "results", second_signature=True)
