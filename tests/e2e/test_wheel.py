"""A study run by an installed wheel, in a folder with nothing but the study: as by a checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from wheels import ROOT, build_wheels, make_environment

from trialtrail.trail.results_lock import NAME as LOCK
from trialtrail.trail.results_lock import read_lock, write_lock

STUDY = ROOT / "tests/studies/balance"
BROUGHT = "trialtrail/_workflow/"
WHOLE = ("profiles", "schemas", "scripts", "templates", "workflow")
"""Folders of the repository that a wheel brings along."""
LARGEST = 8_000_000
"""Bytes; the fonts are most of it."""
SAME = ("tables", "datasets", "figures", "validated", "validation", "ard", "adam", "summaries")
CHANGED = ("trialtrail/tables.py", f"{BROUGHT}scripts/tabulate_flow.py", "runrecord/seal.py")
"""A module, a script and a part of the record-keeping, from the folder of the libraries."""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> list[Path]:
    """Return the three wheels."""
    return build_wheels(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def commands(wheels, tmp_path_factory) -> Iterator[Path]:
    """Return the folder of commands of an environment into which they are installed."""
    folder = tmp_path_factory.mktemp("installed")
    yield make_environment(folder / "an environment", wheels)
    shutil.rmtree(folder)  # it is large


def ask(commands: Path, folder: Path, *words: str) -> subprocess.CompletedProcess:
    """Ask the installed command, in a folder and without anything of this checkout around."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL", "_RUN"))}
    return subprocess.run(
        [str(commands / "trialtrail"), *words],
        cwd=folder,
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def ran(commands, tmp_path_factory) -> Path:
    """Return the folder of a study that was run by `trialtrail run`."""
    folder = tmp_path_factory.mktemp("wheel") / "my study"
    shutil.copytree(STUDY / "data", folder / "data")
    shutil.copy(STUDY / "study.yaml", folder)
    done = ask(commands, folder, "run", "--cores", "2")
    assert done.returncode == 0, done.stdout
    assert "report   results/report/report.pdf" in done.stdout
    return folder


def test_the_wheel_holds_the_workflow_and_no_study(wheels):
    (wheel,) = (path for path in wheels if path.name.startswith("trialtrail-"))
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    brought = {name.removeprefix(BROUGHT) for name in names if name.startswith(BROUGHT)}
    listed = subprocess.run(
        ["git", "ls-files", "--", *WHOLE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    there = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    assert brought == {*there, "LICENSE", "Snakefile", "requirements/lock.txt"}
    assert not [name for name in names if "studies/" in name or "tests/" in name or ".pyc" in name]
    assert wheel.stat().st_size < LARGEST


def test_the_results_are_those_of_a_checkout(ran, second_study):
    compared = 0
    for name in SAME:
        for path in (second_study.results / name).rglob("*"):
            here = ran / "results" / path.relative_to(second_study.results)
            if path.is_file():
                assert here.read_bytes() == path.read_bytes(), path
                compared += 1
    assert compared > 50


def test_the_records_have_the_names_and_digests_of_a_checkout(ran, second_study):
    compared = 0
    for path in (second_study.results / "lineage/records").glob("*.json"):
        there = json.loads(path.read_text(encoding="utf-8"))
        here = json.loads((ran / "results/lineage/records" / path.name).read_text(encoding="utf-8"))
        for part in ("code", "modules", "syntax"):
            assert here["result"][part] == there["result"][part], (path.name, part)
        raw = f"{STUDY.relative_to(ROOT).as_posix()}/"  # where that run has the study
        inputs = {name.removeprefix(raw) for name in there["result"]["inputs"]}
        assert {*here["result"]["inputs"]} == inputs
        assert here["environment"]["lineage"] == there["environment"]["lineage"]
        compared += 1
    assert compared == second_study.jobs > 30


def test_jobs_are_isolated_and_confined_and_their_libraries_checked(ran):
    for path in (ran / "results/lineage/records").glob("*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        around = record["environment"]
        assert around["isolated"]
        assert around["installed"]["distributions"] > 90
        by = record["run"]["confined"]
        assert by["by"] == "landlock" or "kernel" in by["why"]


def test_it_is_whole_and_says_that_it_is_not_from_the_lock(ran, commands, second_study):
    told = ask(commands, ran, "verify")
    assert told.returncode == 0, told.stdout
    many = f"{second_study.jobs} jobs were run on libraries that are not from the lock file"
    assert many in told.stdout
    assert "all is whole" in told.stdout
    listed = ["sha256sum", "--check", "--strict", "--quiet", "results/lineage/manifest.sha256"]
    assert subprocess.run(listed, cwd=ran, check=False).returncode == 0
    for path in (ran / "results/lineage/records").glob("*.json"):
        around = json.loads(path.read_text(encoding="utf-8"))["environment"]
        assert (around["lock"], around["from_lock"]) == ({}, False)


def test_a_second_run_has_nothing_to_do_and_options_are_passed_on(ran, commands):
    done = ask(commands, ran.parent, "run", "my study/study.yaml", "-n", "--", "all")
    assert done.returncode == 0, done.stdout
    assert "Nothing to be done" in done.stdout
    assert "report   " not in done.stdout
    done = ask(commands, ran, "run", "--no-such-option")
    assert done.returncode != 0
    assert "no-such-option" in done.stdout


def test_what_differs_from_the_lock_is_told_once(ran, commands):
    """By the summary that ends the command; the run that it started leaves it out."""
    assert ask(commands, ran, "lock").returncode == 0
    lock = read_lock((ran / LOCK).read_text(encoding="utf-8"), LOCK)
    lock.numbers[0] = replace(lock.numbers[0], printed="0.123", value="0.123")
    write_lock(ran / LOCK, lock)
    (ran / "results/report/report.docx").unlink()
    done = ask(commands, ran, "run", "--cores", "2")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("1 printed number differs from results.lock") == 1
    (ran / LOCK).unlink()


def test_changed_files_of_the_installation_are_found(ran, commands):
    """By what verifies the results, and before the next run."""
    (library,) = (commands.parent / "lib").glob("python*/site-packages")
    kept = {library / name: (library / name).read_bytes() for name in CHANGED}
    try:
        for path, content in kept.items():
            path.write_bytes(content + b"\nOTHER = 1\n")
        told = ask(commands, ran, "verify")
        assert told.returncode == 1
        assert "3 files not as sealed" in told.stdout
        done = ask(commands, ran, "run", "--cores", "2")
        assert done.returncode == 1
        assert "A library is not as it was installed" in done.stdout
        for name in CHANGED:
            assert f"{name} has changed" in done.stdout
        assert "install it anew" in done.stdout
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


def test_numbers_are_traced(ran, commands, second_study):
    address = "results/tables/estimates.csv"
    here, there = (ask(commands, folder, "trace", address) for folder in (ran, second_study.folder))
    assert here.returncode == 0
    assert here.stdout == there.stdout.replace(f"{STUDY.relative_to(ROOT).as_posix()}/", "")
