"""Names of files hold on another machine and lead back to the files."""

from __future__ import annotations

from pathlib import Path

import pytest
from runrecord.places import Places, real_path, repository_of, source_path


@pytest.fixture
def layout(tmp_path, monkeypatch):
    """Return a folder with a repository, a study and a working folder side by side."""
    for path in ("repo/scripts/a.py", "repo/config/c.yaml", "study/data/x.csv", "else/y.csv"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "repo/Snakefile").write_text("")
    (tmp_path / "run").mkdir()
    monkeypatch.chdir(tmp_path / "run")
    return tmp_path


CONFIG = {"folder": "..", "exports": {"x": {"file": "data/x.csv", "dates": "%d/%m/%Y"}}}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("results/tables/t.csv", "results/tables/t.csv"),
        ("../repo/scripts/a.py", "scripts/a.py"),
        ("../study/data/x.csv", "study/data/x.csv"),
        ("../else/y.csv", "outside/else/y.csv"),
    ],
)
def test_name_is_relative_and_leads_back(layout, path, name):
    places = Places(".", "../repo", CONFIG)
    assert places.name(Path(path).absolute()) == name
    back = real_path(name, places.elsewhere.get(name, "folder"), places.used(), ".")
    assert back.resolve() == Path(path).resolve()
    assert not any(Path(way).is_absolute() for way in places.used().values())


def test_a_repository_inside_the_working_folder_names_its_own_files(layout, monkeypatch):
    monkeypatch.chdir(layout)
    assert Places(".", "repo").name("repo/scripts/a.py") == "scripts/a.py"


def test_a_name_in_both_is_told_apart(layout):
    Path("config").mkdir()
    Path("config/c.yaml").write_text("mine")
    places = Places(".", "../repo")
    theirs = places.name("../repo/config/c.yaml")
    assert places.name("config/c.yaml") == "config/c.yaml"
    assert theirs == "repository/config/c.yaml"
    found = real_path(theirs, places.elsewhere[theirs], places.used(), ".")
    assert found.read_text() == "repo/config/c.yaml"


def test_cached_copy_of_a_source_is_named_after_its_original(layout):
    original = layout / "repo/scripts/a.py"
    cached = f"{layout}/cache/snakemake-runtime-cache/tmpx1/file{original}"
    assert source_path(cached) == str(original)
    assert repository_of(cached) == str(layout / "repo")
    assert Places(".", "../repo").name(cached) == "scripts/a.py"
