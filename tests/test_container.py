"""The recipe of the image against the project: the same system packages, lock files and options."""

import os
import re

import pytest
from runrecord.project import project

from trialtrail import ROOT
from trialtrail.container import use_checkout
from trialtrail.errors import StudyError

RECIPE = (ROOT / "container/trialtrail.def").read_text(encoding="utf-8")
SET_UP = (ROOT / "tools/setup.sh").read_text(encoding="utf-8")


def section(name: str) -> list[str]:
    """Return the lines of a section of the recipe, continued ones joined."""
    text = re.search(rf"^%{name}\n(.*?)(?=^%|\Z)", RECIPE, re.DOTALL | re.MULTILINE)[1]
    return [line.strip() for line in text.replace("\\\n", "").splitlines() if line.strip()]


def system_packages(text: str) -> set[str]:
    """Return the libraries that a text installs through apt."""
    return set(re.findall(r"\blib[a-z]+[\w.+-]*\b", " ".join(re.findall(r"apt.*", text))))


def test_libraries_are_those_of_the_set_up():
    wanted = system_packages(SET_UP)
    assert len(wanted) >= 3
    assert system_packages("\n".join(section("post"))) == wanted


def test_files_are_the_lock_files():
    pairs = [line.split() for line in section("files")]
    for source, target in pairs:
        assert (ROOT / source).is_file()
        assert target == f"/opt/trialtrail/{source}"
    assert {source for source, _ in pairs} == {
        "requirements/bootstrap.txt",
        "requirements/lock.txt",
    }


@pytest.mark.parametrize("command", ["pip install", "uv pip sync"])
def test_packages_are_installed_as_the_set_up_does(command):
    def options(text: str) -> set[str]:
        joined = text.replace("\\\n", "").replace('"$lock"', "requirements/lock.txt")
        line = next(line for line in joined.splitlines() if f"-m {command}" in line)
        return set(re.findall(r"--[a-z-]+|requirements/\S+", line.partition(command)[2]))

    assert options("\n".join(section("post"))) == options(SET_UP)
    assert "--require-hashes" in options(SET_UP)


def test_image_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with pytest.raises(StudyError, match=r"container/trialtrail\.sif, in the working folder"):
        use_checkout("container/trialtrail.sif")


@pytest.mark.parametrize("image", ["here.sif", "docker://registry/name:tag"])
def test_jobs_are_told_where_the_code_is(image, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("PYTHONPATH", "PYTHONSAFEPATH", "PYTHONNOUSERSITE"):
        monkeypatch.setenv(name, "elsewhere")  # so that none is left behind for other tests
    (tmp_path / "here.sif").touch()
    use_checkout(image)
    assert os.environ["PYTHONPATH"] == project().python_path()
