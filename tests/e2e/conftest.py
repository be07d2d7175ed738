"""Runs of the whole workflow, each in a folder of its own; the runs that are good are shared."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from forging import LINEAGE, NOTES, manifest_of, read_json, told_of
from snakemake_runs import TIME_LIMIT, run_snakemake

from benchmarks.checkout import copy_checkout, sources_of

ROOT = Path(__file__).resolve().parents[2]
SECOND_STUDY = ROOT / "tests" / "studies" / "balance"
JOB_COUNT = re.compile(r"^total +(\d+)$|^\d+ of (\d+) jobs? done in ", re.MULTILINE)
"""How many jobs a dry run and a run say that they have."""


def pytest_collection_modifyitems(items):
    """Mark every test of this folder: each rests on a run of the workflow."""
    here = f"{Path(__file__).parent}{os.sep}"
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.e2e)


@dataclass
class Run:
    """A run that has ended: its folder, its exit code, and all that it said on the screen."""

    folder: Path
    exit_code: int
    said: str

    @property
    def results(self) -> Path:
        """Return the folder of the results."""
        return self.folder / "results"

    @property
    def jobs(self) -> int:
        """Return how many jobs were planned, 0 where there was nothing to do."""
        found = JOB_COUNT.search(self.said)
        return int(found[1] or found[2]) if found else 0

    def table(self, name: str) -> list[dict[str, str]]:
        """Return a result table, or a topic of the summaries, as text, one mapping a row."""
        path = self.results / "tables" / f"{name}.csv"
        if path.exists():
            return read_rows(path)
        rows = read_rows(self.results / "tables" / "summaries.csv")
        own = [row for row in rows if row["table"] == name]
        return [row | {"row": row["row"].removeprefix(f"{name}.")} for row in own]

    def by_row(self, name: str) -> dict[str, dict[str, str]]:
        """Return a result table by the names of its rows, which stand in its first column."""
        return {next(iter(row.values())): row for row in self.table(name)}

    def logged(self) -> str:
        """Return what stands in all logs and records of the folder."""
        places = ("results/logs/**/*", ".snakemake/log/**/*", "results/lineage/**/*")
        files = sorted({path for place in places for path in self.folder.glob(place)})
        return "\n".join(path.read_text(encoding="utf-8") for path in files if path.is_file())


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as text."""
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def run_workflow(
    folder: Path,
    *targets: str,
    config: Path | None = None,
    anew: bool = False,
    root: Path = ROOT,
) -> Run:
    """Run the workflow of a checkout in ``folder``, on the shipped study or another.

    The command is given in the root of the checkout, so that nothing is found by the accident of
    the working folder. ``anew`` starts it in an interpreter of its own, as a person does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = [*targets, "--cores", "2", "--directory", str(folder)]
    options += ["--snakefile", str(root / "Snakefile")]
    if config is not None:
        options += ["--configfile", os.path.relpath(config, root)]
    surroundings = {k: v for k, v in os.environ.items() if k != "TRIALTRAIL_TRACEBACK"}
    if root != ROOT:
        surroundings["PYTHONPATH"] = sources_of(root)
    if not anew:
        return Run(folder, *run_snakemake(options, root, surroundings))
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *options],
        cwd=root,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=TIME_LIMIT,
        check=False,
    )
    return Run(folder, done.returncode, done.stdout)


def digests_of(folder: Path) -> dict[str, str]:
    """Return the digest of each file under ``folder``."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def workflow() -> Callable[..., Run]:
    """Return the function that runs the workflow."""
    return run_workflow


@pytest.fixture(scope="session")
def digests() -> Callable[[Path], dict[str, str]]:
    """Return the function that gives the digest of each file under a folder."""
    return digests_of


def made_once(factory, name: str, make: Callable[[Path], Run]) -> Run:
    """Return the good run of that name, made by the first worker that asks for it.

    Workers of pytest-xdist have folders of their own below the one of the test run.
    """
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"good-{name}"
    shared.mkdir(exist_ok=True)
    with open(shared / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = shared / "run.json"
        if not note.exists():
            done = make(shared)
            told = {"folder": str(done.folder), "exit_code": done.exit_code, "said": done.said}
            note.write_text(json.dumps(told))
    told = read_json(note)
    assert told["exit_code"] == 0, told["said"]
    return Run(Path(told["folder"]), told["exit_code"], told["said"])


@pytest.fixture(scope="session")
def moments(tmp_path_factory) -> Run:
    """Return one run of the shipped study, from raw exports to the sealed report.

    The folder of the run is a copy of the checkout, so that code and data may be changed in it.
    """

    def make(place: Path) -> Run:
        folder = place / "shipped"
        copy_checkout(folder)
        return run_workflow(folder, anew=True, root=folder)

    return made_once(tmp_path_factory, "shipped", make)


@pytest.fixture(scope="session")
def second_study(tmp_path_factory) -> Run:
    """Return one run of the second study, where it stands, in a folder whose path has a space."""
    config = SECOND_STUDY / "study.yaml"
    return made_once(
        tmp_path_factory,
        "second",
        lambda place: run_workflow(place / "a folder", config=config, anew=True),
    )


@pytest.fixture(scope="session")
def good_run(tmp_path_factory) -> Run:
    """Return one run of the second study in a folder that holds its data and its configuration."""

    def make(place: Path) -> Run:
        folder = place / "good"
        folder.mkdir()
        for name in ("data", "study.yaml"):
            copy = shutil.copytree if (SECOND_STUDY / name).is_dir() else shutil.copy2
            copy(SECOND_STUDY / name, folder / name)
        return run_workflow(folder, config=folder / "study.yaml")

    return made_once(tmp_path_factory, "good", make)


@pytest.fixture
def good_copy(good_run, tmp_path_factory) -> Run:
    """Return a copy of the good run, time stamps and all, to spoil and to mend."""
    # As deep as the original: the code is an input by its path from the working folder.
    depth = len(good_run.folder.parts) - len(tmp_path_factory.getbasetemp().parts) - 1
    folder = tmp_path_factory.mktemp("copy").joinpath(*["deeper"] * depth)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(good_run.folder, folder, dirs_exist_ok=True)
    return Run(folder, good_run.exit_code, good_run.said)


@pytest.fixture(scope="module")
def world(good_run, tmp_path_factory) -> Path:
    """Return the folder of a run, with all it read and ran on, elsewhere and not to be shared."""
    root = tmp_path_factory.mktemp("world")
    folder = root / good_run.folder.relative_to("/")
    shutil.copytree(good_run.folder, folder)
    for path in sorted(told_of(good_run.folder)):
        target = Path(os.path.normpath(folder / path))
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(good_run.folder / path, target)
    return folder


@pytest.fixture(scope="module")
def follows(world) -> dict[str, set[str]]:
    """Return what lies downstream of each file, found by other means than the verifiers'."""
    lineage = read_json(world / LINEAGE)
    paths = {file["id"]: file["path"] for file in lineage["files"]}
    steps = {
        (paths[use["file"]], paths[made["file"]])
        for use in lineage["used"]
        for made in lineage["generated"]
        if use["job"] == made["job"] and "/records/" not in made["file"]
    }
    found = {path: {made for used, made in steps if used == path} for path in paths.values()}
    around = [path for path in manifest_of(world) if path not in found and "results/" not in path]
    found |= {path: {made for _, made in steps} for path in around}  # lock file, configuration, map
    while True:
        wider = {
            path: below.union(*(found.get(other, set()) for other in below))
            for path, below in found.items()
        }
        if wider == found:
            return found
        found = wider


@pytest.fixture
def copy(world, tmp_path) -> Path:
    """Return a copy of the results and of Snakemake's notes, to be forged."""
    for name in ("results", NOTES):
        shutil.copytree(world / name, tmp_path / "copy" / name)
    return tmp_path / "copy"
