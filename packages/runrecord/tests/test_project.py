"""Where the parts of a repository lie: under its root, or installed elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from runrecord import environment
from runrecord.places import REPOSITORY, Places, real_path
from runrecord.project import Project, project, set_project


@pytest.fixture
def installed(tmp_path):
    """Return the root of a workflow that lies in a package, beside another; it is the project."""
    before = project()
    library = tmp_path / "lib"
    root = library / "flow" / "_workflow"
    for path in ("flow/a.py", "flow/in/b.py", "flow/_workflow/scripts/c.py", "kept/d.py"):
        (library / path).parent.mkdir(parents=True, exist_ok=True)
        (library / path).touch()
    (root / "requirements").mkdir()
    (root / "requirements/lock.txt").write_text("one==1\n")
    at = {"src/flow": library / "flow", "packages/kept/src/kept": library / "kept"}
    set_project(Project(root, "flow", {"flow": "src/flow", "scripts": "scripts"}, at=at))
    for remembered in (environment.lock_file, environment.is_from_lock):
        remembered.cache_clear()
    yield root
    set_project(before)
    for remembered in (environment.lock_file, environment.is_from_lock):
        remembered.cache_clear()


def test_files_are_named_as_if_they_lay_under_the_root(installed, tmp_path):
    library = tmp_path / "lib"
    places = Places(tmp_path / "study", installed)
    names = {
        "src/flow/a.py": library / "flow/a.py",
        "src/flow/in/b.py": library / "flow/in/b.py",
        "packages/kept/src/kept/d.py": library / "kept/d.py",
        "scripts/c.py": installed / "scripts/c.py",
    }
    for name, path in names.items():
        assert places.name(path) == name
        at = places.elsewhere[name]
        assert real_path(name, at, places.used(), tmp_path / "study") == path
        assert project().path(name) == path
    assert places.elsewhere["scripts/c.py"] == REPOSITORY


def test_what_a_wheel_brought_is_not_of_its_package(installed, tmp_path):
    library = tmp_path / "lib"
    assert project().modules_in("src/flow") == [library / "flow/a.py", library / "flow/in/b.py"]
    assert project().modules_in("scripts") == [installed / "scripts/c.py"]
    assert project().code_folders() == [
        library / "kept",
        installed / "scripts",
        library / "flow",
    ]


def test_a_name_that_only_begins_alike_is_under_the_root(installed):
    assert project().path("src/flowing/a.py") == installed / "src/flowing/a.py"


def test_the_lock_is_named_only_where_the_set_up_left_a_note(installed, tmp_path, monkeypatch):
    monkeypatch.setattr(environment.sys, "prefix", str(tmp_path))
    around = environment.environment(Places(tmp_path, installed))
    assert (around["lock"], around["from_lock"]) == ({}, False)
    (tmp_path / ".flow-lock").write_text("requirements/lock.txt\n")
    environment.is_from_lock.cache_clear()
    around = environment.environment(Places(tmp_path, installed))
    assert around["from_lock"]
    assert [Path(name).name for name in around["lock"]] == ["lock.txt"]


def test_of_a_checkout_the_lock_is_that_of_its_set_up():
    assert not project().at
    assert environment.is_from_lock()
