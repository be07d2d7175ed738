"""Run the workflow of A again with single causes taken from B, each in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from runrecord.digest import file_digest, value_digest
from runrecord.graph import LINEAGE
from runrecord.places import FOLDER, REPOSITORY, real_path
from runrecord.project import project

from trialtrail.errors import StudyError
from trialtrail.trail.comparing.causes import Cause, Comparison
from trialtrail.trail.comparing.effects import Snapshot, snapshot
from trialtrail.trail.comparing.run_inputs import MACHINERY, RunInputs
from trialtrail.trail.comparing.settings import differing, taken_over
from trialtrail.trail.printed.printed_numbers import NUMBERS

CODE = (
    *("Snakefile", "container", "packages", "profiles", "requirements"),
    *("schemas", "scripts", "src", "templates", "workflow"),
)
CONFIGURATION, STAMP = "configuration.yaml", "made_from"
TIME_LIMIT = 3600
"""Seconds after which a run is given up."""


@dataclass
class Replay:
    """Hold what a run in a folder of its own gave.

    Attributes:
        snapshot: its tables and numbers; None where it stopped.
        problem: the first line of what it said when it stopped.
        parameters: the parameters of each job that led to the report.
    """

    snapshot: Snapshot | None
    problem: str = ""
    parameters: dict[str, dict[str, Any]] | None = None


class Bench:
    """Make the replay of A, and copies of it in which causes are taken from B.

    The replay of A is a full run. Of a copy, files and their times are the same, so Snakemake runs
    again only what lies downstream of the files that are changed in it.
    """

    def __init__(self, comparison: Comparison, base: Path, cores: int) -> None:
        self.comparison, self.base, self.cores = comparison, base, cores
        self.a: RunInputs = comparison.a
        self.notes: list[str] = []
        self.places = {place: place for place in self.a.places}
        self.repository = REPOSITORY if REPOSITORY in self.places else FOLDER
        if comparison.are_strangers:
            raise StudyError(
                "A and B read no raw file of the same name or content: are they of one study?",
                where=f"{comparison.a.shown}, {comparison.b.shown}",
                remedy="compare two runs of one study; --no-replay says what differs all the same",
            )
        if comparison.configurations[0] is None:
            raise StudyError(
                "The configuration of A is not known, and a replay needs it",
                where=self.a.results.as_posix(),
                remedy="give it with --config-a FILE, or ask without replays: --no-replay",
            )

    def unchanged(self) -> Replay:
        """Run A again, all of it, and return what it gave; a kept run of the same A serves.

        Raises:
            StudyError: a file of A is missing, the run stops, or its parameters are not A's.
        """
        root = self.base / "unchanged"
        stamp = self._stamp()
        known = root / STAMP
        if not (known.is_file() and known.read_text() == stamp):
            shutil.rmtree(root, ignore_errors=True)
            self._lay_out(root)
            done = self._run(root)
            if done.snapshot is None:
                raise StudyError(
                    "The replay of A stopped, so no cause can be replayed",
                    where=done.problem,
                    remedy="give A's code and configuration: --code-a, --config-a",
                )
            known.write_text(stamp)
        done = self._read(root)
        self._check_parameters(done)
        return done

    def replay(self, causes: list[Cause], name: str) -> Replay:
        """Return what A gives with only ``causes`` as in B."""
        root = self.base / name
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.base / "unchanged", root, symlinks=True)
        try:
            self._change(root, causes)
        except UnicodeError:
            return Replay(None, "a text of B cannot be written in the encoding of A's file")
        done = self._run(root, everything=any(cause.everything for cause in causes))
        shutil.rmtree(root)
        return done

    def _lay_out(self, root: Path) -> None:
        """Write what A read and ran on, each file in the place that gives it A's name."""
        home = root / self.repository
        home.mkdir(parents=True)
        (root / FOLDER).mkdir(exist_ok=True)
        ignored = shutil.ignore_patterns("__pycache__", "_workflow")
        for part in (*CODE, *project().at):
            origin = self.a.repository / part
            if not origin.exists():
                origin = project().path(part)
            if origin.is_dir():
                shutil.copytree(origin, home / part, ignore=ignored, dirs_exist_ok=True)
            elif origin.is_file():
                shutil.copy2(origin, home / part)
        for name, digest in (self.a.code | self.a.lock | self.a.machinery).items():
            self._lay_code(home / name, name, digest)
        for name in self.a.data:
            content = self.a.data_content(name)
            if content is None:
                raise StudyError(
                    f"{name} is not here as A read it",
                    where=self.a.results.as_posix(),
                    remedy="name the folder that holds A's raw files: --raw-a DIR",
                )
            _write(self._path(root, name), content)
        self._configure(root, self.comparison.configurations[0])

    def _lay_code(self, path: Path, name: str, digest: str) -> None:
        if path.is_file() and file_digest(path) == digest:
            return
        content = self.a.code_content(name, digest)
        if content is not None:
            _write(path, content)
        elif name.startswith(MACHINERY) or name in self.a.lock:
            self.notes.append(f"{name} is not here as A had it; the replays have today's")
        else:
            raise StudyError(
                f"{name} is not here as A ran on it",
                where=self.a.results.as_posix(),
                remedy="name a checkout of the code of that run: --code-a DIR",
            )

    def _change(self, root: Path, causes: list[Cause]) -> None:
        """Make ``root``, a copy of A's replay, have ``causes`` as B has them."""
        chosen: dict[str, list] = {}
        for cause in causes:
            for inside, changes in cause.data.items():
                chosen.setdefault(inside, []).extend(changes)
            for name, content in cause.code.items():
                _write(root / self.repository / name, content)
        for inside, changes in chosen.items():
            pair = self.comparison.pairs[inside]
            content = pair[1] if isinstance(pair, tuple) else pair.content(changes)
            _write(self._study(root) / inside, content)
        entries = [entry for cause in causes for entry in cause.entries]
        if entries:
            self._configure(root, taken_over(self.comparison.configurations[0], entries))

    def _configure(self, root: Path, configuration: dict[str, Any]) -> None:
        folder = Path(os.path.relpath(self._study(root), root)).as_posix()
        text = yaml.safe_dump(
            configuration | {"folder": folder, "outside_files": True},
            sort_keys=False,
            allow_unicode=True,
        )
        (root / CONFIGURATION).write_text(text, encoding="utf-8")

    def _path(self, root: Path, name: str) -> Path:
        place = self.a.elsewhere.get(name, FOLDER)
        return real_path(name, place, self.places, root) if place != FOLDER else root / place / name

    def _study(self, root: Path) -> Path:
        """Return the folder that the configuration names the raw files from."""
        for name in self.a.data:
            if self.a.source_of(name):
                inside = Path(self.a.inside_study(name))
                return self._path(root, name).parents[len(inside.parts) - 1]
        return root / FOLDER

    def _run(self, root: Path, everything: bool = False) -> Replay:
        home = root / self.repository
        command = [sys.executable, "-m", "snakemake", NUMBERS, "--cores", str(self.cores)]
        command += ["--directory", str(root / FOLDER), "--snakefile", str(home / "Snakefile")]
        command += ["--configfile", str(root / CONFIGURATION)]
        command += ["--forceall"] if everything else []
        surroundings = {k: v for k, v in os.environ.items() if k != "TRIALTRAIL_TRACEBACK"}
        sources = [home / "src", *sorted(home.glob("packages/*/src"))]
        surroundings["PYTHONPATH"] = os.pathsep.join(str(path.resolve()) for path in sources)
        # A replay computes everything itself, and leaves no interpreter waiting for the next.
        surroundings["SNAKEMAKE_WARM_IDLE"] = "0"
        try:
            done = subprocess.run(
                command,
                cwd=home,
                env=surroundings,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=TIME_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Replay(None, f"it did not end within {TIME_LIMIT} s")
        return (
            self._read(root) if done.returncode == 0 else Replay(None, _problem(root, done.stdout))
        )

    def _read(self, root: Path) -> Replay:
        records = _leading_to(NUMBERS, root / FOLDER / "results/lineage/records")
        outputs = {name for record in records.values() for name in record["outputs"]}
        tables = [name for name in outputs if name.startswith("results/tables/")]
        parameters = {job: record["params"] for job, record in records.items()}
        return Replay(snapshot(root / FOLDER / "results", tables, True), "", parameters)

    def _check_parameters(self, unchanged: Replay) -> None:
        for job, params in (unchanged.parameters or {}).items():
            if job in self.a.records:
                found = differing(self.a.records[job]["result"]["params"], params)
                if found:
                    raise StudyError(
                        "The replay of A has not the parameters that A had",
                        where=f"{job}: {found[0].name}",
                        remedy="give the configuration and the code of A: --config-a, --code-a",
                    )

    def _stamp(self) -> str:
        """Return the digest by which a kept replay is known to be of this A."""
        graph = file_digest(self.a.results / LINEAGE)
        return value_digest([graph, str(self.comparison.configurations[0])])


@dataclass
class Proof:
    """What the replays of a comparison gave: of A, of each group of causes, and of all causes."""

    unchanged: Replay
    alone: list[Replay]
    joint: Replay
    runs: int


def replay_causes(bench: Bench, groups: list[list[Cause]]) -> Proof:
    """Run A again, then with each group of causes as in B, then with all of them.

    Raises:
        StudyError: A cannot be run again.
    """
    unchanged = bench.unchanged()
    alone = [bench.replay(group, f"replay-{at}") for at, group in enumerate(groups, 1)]
    if len(groups) > 1:
        joint = bench.replay([cause for group in groups for cause in group], "all")
        return Proof(unchanged, alone, joint, len(alone) + 2)
    return Proof(unchanged, alone, alone[0] if alone else unchanged, len(alone) + 1)


def _write(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _leading_to(target: str, records: Path) -> dict[str, dict[str, Any]]:
    """Return the results of the jobs that led to ``target``; older jobs may have left records."""
    results = {
        path.stem: json.loads(path.read_text("utf-8"))["result"] for path in records.glob("*.json")
    }
    makers = {name: job for job, result in results.items() for name in result["outputs"]}
    found: dict[str, dict[str, Any]] = {}
    queue = [target]
    while queue:
        name = queue.pop()
        # The records themselves are read, too, by a job that sums them up.
        job = Path(name).stem if name.startswith("results/lineage/records/") else makers.get(name)
        if job in results and job not in found:
            found[job] = results[job]
            queue += results[job]["inputs"]
    return found


def _problem(root: Path, said: str) -> str:
    """Return the first line of what stopped a run."""
    failed = (root / FOLDER / "results/lineage/failed").glob("*.json")
    for path in sorted(failed, key=lambda path: path.stat().st_mtime, reverse=True):
        problem = json.loads(path.read_text("utf-8"))["run"].get("problem", "")
        return f"{path.stem}: {problem.splitlines()[0]}" if problem else path.stem
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return next((line for line in lines if "Error" in line), lines[-1] if lines else "nothing said")
