"""The command that runs the workflow for a study: what it takes, passes on and refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from trialtrail import ROOT, cli, running
from trialtrail.errors import StudyError
from trialtrail.running import cut, has_option, options_of, run_study
from trialtrail.trail.results_lock import TOLD_LATER

DEFAULT = ["--workflow-profile", str(ROOT / "profiles/default")]


@pytest.fixture
def started(monkeypatch, tmp_path) -> list[list[str]]:
    """Return the commands that are started, in a folder with a study; none of them is run."""
    found: list[list[str]] = []

    def run(command, **_):
        found.append(command)
        return subprocess.CompletedProcess(command, 7)

    (tmp_path / "study.yaml").write_text("study: {}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "check_installed", lambda: None)
    monkeypatch.setattr(running.subprocess, "run", run)
    return found


@pytest.mark.parametrize(
    ("arguments", "asked", "words"),
    [
        (["run", "a.yaml", "-n", "--", "all"], ["run"], ["a.yaml", "-n", "--", "all"]),
        (["run", "--cores", "2"], ["run"], ["--cores", "2"]),
        (["run", "-h"], ["run", "-h"], []),
        (["trace", "run"], ["trace", "run"], []),
        ([], [], []),
    ],
)
def test_what_follows_run_is_for_snakemake(arguments, asked, words):
    assert cut(arguments) == (asked, words)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], [*DEFAULT, "--cores", "all"]),
        (["-n"], [*DEFAULT, "--cores", "all", "-n"]),
        (["--cores", "2"], [*DEFAULT, "--cores", "2"]),
        (["-c4"], [*DEFAULT, "-c4"]),
        (["-j", "3"], [*DEFAULT, "-j", "3"]),
        (["--cores=3", "--", "plan"], [*DEFAULT, "--cores=3", "--", "plan"]),
        (["--", "--cores"], [*DEFAULT, "--cores", "all", "--", "--cores"]),
        (["--profile", "mine"], ["--cores", "all", "--profile", "mine"]),
        (["--workflow-profile=x", "-c", "1"], ["--workflow-profile=x", "-c", "1"]),
        (
            ["--rerun-triggers", "mtime", "--forceall"],
            [*DEFAULT, "--cores", "all", "--rerun-triggers", "mtime", "--forceall"],
        ),
    ],
)
def test_cores_and_profile_stand_where_nothing_is_said(words, options):
    assert options_of(words) == options


def test_an_option_is_known_by_its_whole_name():
    assert not has_option(["--coresx", "--", "-c"], "--cores", "-c")
    assert not has_option(["-config"], "-c")


@pytest.mark.parametrize("named", [["study.yaml"], [], ["./study.yaml"]])
def test_a_study_is_run_in_its_folder(started, tmp_path, named):
    assert cli.main(["run", *named, "-n"]) == 7
    (command,) = started
    assert command[:4] == [sys.executable, "-P", "-m", "snakemake"]
    assert command[4:6] == ["--snakefile", str(ROOT / "Snakefile")]
    assert command[6:8] == ["--directory", str(tmp_path)]
    assert command[8:10] == ["--configfile", str(tmp_path / "study.yaml")]
    assert command[-1] == "-n"


@pytest.mark.parametrize("later", [False, True])
def test_who_tells_later_what_differs_from_the_lock_keeps_the_run_from_it(monkeypatch, later):
    given = []
    monkeypatch.setattr(running, "check_installed", lambda: None)
    monkeypatch.setattr(
        running.subprocess,
        "run",
        lambda command, env, **_: given.append(env) or subprocess.CompletedProcess(command, 0),
    )
    monkeypatch.delenv(TOLD_LATER, raising=False)
    run_study(ROOT / "config/config.yaml", [], lock_told_later=later)
    assert [TOLD_LATER in env for env in given] == [later]


def test_without_a_study_it_says_what_to_do(started, tmp_path, capsys):
    Path("study.yaml").unlink()
    assert cli.main(["run"]) == 2
    said = capsys.readouterr().err
    assert "No study is named, and there is no study.yaml here" in said
    assert "trialtrail run my-study/study.yaml" in said
    assert started == []


def test_a_file_that_is_not_there_is_named(started):
    with pytest.raises(StudyError, match="There is no such file"):
        run_study(Path("other.yaml"), [])


@pytest.mark.parametrize(
    "words",
    [
        ["-s", "x"],
        ["--snakefile=x"],
        ["--configfile", "b.yaml"],
        ["--configfiles", "b.yaml"],
        ["--directory", "x"],
        ["-d", "x"],
        ["--config", "a=1"],
        ["-C", "a=1"],
    ],
)
def test_another_workflow_study_or_folder_is_not_taken(started, words):
    with pytest.raises(StudyError, match="is not passed on"):
        run_study(Path("study.yaml"), words)
    assert started == []


def test_without_the_extra_it_is_one_sentence(monkeypatch):
    monkeypatch.setattr(running, "find_spec", lambda name: None if name == "pandas" else name)
    with pytest.raises(StudyError) as refused:
        running.check_installed()
    assert "pip install 'trialtrail[run]'" in refused.value.text()
    assert "not installed: pandas" in refused.value.text()


def test_without_pango_the_packages_are_named(monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "OSError: cannot load library 'libpango'\n")
    monkeypatch.setattr(running.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(StudyError) as refused:
        running.check_installed()
    text = refused.value.text()
    assert "cannot load library 'libpango'" in text
    assert "libharfbuzz-subset0" in text
    assert "brew install pango" in text


def test_the_packages_are_those_of_the_set_up():
    set_up = (ROOT / "tools/setup.sh").read_text(encoding="utf-8")
    names = running.LIBRARIES["Debian or Ubuntu"].partition("install ")[2]
    assert f'"the PDF (WeasyPrint)" {names}\n' in set_up


def test_where_jobs_would_not_look_nothing_is_run(monkeypatch):
    monkeypatch.setattr(running, "INSTALLED", True)
    monkeypatch.setattr(running.site, "getusersitepackages", lambda: str(ROOT.parent))
    with pytest.raises(StudyError, match="for one user beside Python"):
        running.check_installed()
